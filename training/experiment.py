"""Compares settings on one split, several runs at a time on one accelerator, within a limit of time.

    python -m training.grid --data DIR --out DIR --seconds 520 --workers 6

DIR holds model.safetensors, config.json, tokenizer.json, pages.jsonl and bound.jsonl. Every run is trained on the
documents outside fold 0 (split.py) and measured on those in it. Written to --out: results.json, the weights of the
best reader (best-*.safetensors) and cross-encoder (cross-*.safetensors), tops.json (their best dozens, to calibrate).
"""

import json
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from training import material as material_
from training.cross import Cross, CrossSettings, cross_scores, train_cross
from training.material import Asked, Material
from training.measure import cosine_only, figures, late_only, measure, roles, stance_figures
from training.metrics import Scored, table
from training.model import Reader, changed, load, save
from training.passages import Speller
from training.plan import BASE, CROSSES, PASS_SECONDS, READERS, SOUP
from training.split import fold
from training.train import Settings, build, chosen, train


class Job:
    """What a worker holds: the material, the split, where to write and until when."""

    def __init__(
        self, data: Path, work: Path, deadline: float, tiny: bool, settings: Settings = BASE, hold: tuple[str, ...] = ()
    ) -> None:
        self.data, self.work, self.deadline, self.tiny = data, work, deadline, tiny
        self.settings, self.hold = settings, hold
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.speller = Speller(data)
        self.materials: dict[bool, Material] = {}
        self.unit = 0.5 if tiny else PASS_SECONDS
        self.base = load_file(data / "model.safetensors")

    def material(self, context: bool = True) -> Material:
        """The material with or without chains, read once."""
        if context not in self.materials:
            self.materials[context] = material_.read(self.data, self.speller, context)
        return self.materials[context]

    def split(self, material: Material, name: str = "") -> tuple[list[Asked], list[Asked]]:
        """Questions to train on and questions over held documents: those of fold 0, "fold K", "held" or none."""
        if name == "final":
            out = set()
        elif name == "held":
            out = {d for d in material.documents if d.startswith(self.hold)}
        else:
            number = int(name[-1]) if name.startswith("fold ") else 0
            out = {d for d in material.documents if fold(d) == number}
        train_ = [q for q in material.questions if q.document not in out]
        held = [q for q in material.questions if q.document in out]
        if self.tiny:
            train_ = [q for q in train_ if q.document in ("L33735", "L36267")][:24]
            held = [q for q in held if q.document in ("L33799", "L33641", "L33822", "E0784")][:40]
        return train_, held

    def tell(self, name: str, text: str) -> None:
        """Print, and stop a run that is past its time."""
        print(f"[{time.monotonic() - self.deadline:7.0f}] {name}: {text}", flush=True)
        if time.monotonic() > self.deadline:
            raise TimeoutError(name)

    def path(self, name: str) -> Path:
        """Where the files of a run begin."""
        return self.work / name.replace(" ", "_").replace(",", "")

    def write(self, name: str, settings: object, found: dict[str, Any], began: float) -> None:
        """Write a run's figures."""
        line = {"name": name, "settings": settings, "seconds": round(time.monotonic() - began, 1), **found}
        self.path(name).with_suffix(".json").write_text(json.dumps(line))
        everything = found["all"]
        shown = ("hit1", "hit3", "mrr", "auc", "answered", "right_first", "point")
        self.tell(name, " ".join(f"{k} {everything[k]:.3f}" for k in shown))

    def run(self, name: str) -> None:
        """Do one job."""
        began = time.monotonic()
        if name == "untrained":
            self.untrained(began)
        elif name == "soup":
            self.soup(began)
        elif name in CROSSES:
            self.cross(name, CROSSES[name], began)
        else:
            self.reader(name, READERS.get(name, self.settings), began)

    def affordable(self, name: str) -> bool:
        """Whether a job may still end in time."""
        passes: float = 1.0
        if name in READERS or name == "final" or name.startswith(("fold ", "held")):
            settings = READERS.get(name, self.settings)
            passes = (
                settings.passes * settings.share * (0.5 if len(settings.rounds) == 2 else 1) * 8 / settings.size + 1
            )
        elif name in CROSSES:
            passes = CROSSES[name].passes + 1
        return time.monotonic() + passes * self.unit < self.deadline

    def untrained(self, began: float) -> None:
        """The baselines."""
        material = self.material()
        _, held = self.split(material)
        reader = build(self.data, BASE, self.device)
        for name, score in (("untrained cosine", cosine_only(reader)), ("untrained late", late_only(reader))):
            found = measure(reader, material, held, self.speller, score)
            found.stances.clear()
            self.write(name, {}, figures(material, held, found), began)

    def reader(self, name: str, settings: Settings, began: float) -> None:
        """Train and measure one reader."""
        if self.tiny:
            settings = replace(settings, passes=1)
        material = self.material(settings.context)
        questions, held = self.split(material, name)
        reader = build(self.data, settings, self.device)
        used = chosen(questions, settings)
        train(reader, material, used, self.speller, settings, tell=lambda text: self.tell(name, text))
        if not self.tiny and len(used) > 2500:
            self.unit = (time.monotonic() - began) / (settings.passes + 1)
        self.keep(name, reader, settings, began, material, held, questions)

    def keep(
        self, name: str, reader: Reader, settings: Settings, began: float, material: Material, held: list[Asked],
        questions: list[Asked],
    ) -> None:  # fmt: skip
        """Measure a reader and write its figures, weights and best dozens."""
        found = measure(reader, material, held or questions[::5], self.speller)
        best = dict(found.best)
        if name == "base":
            best |= measure(reader, material, questions, self.speller).best
        save(changed(reader, self.base), self.path(name), {"settings": json.dumps(asdict(settings))})
        stances = {key: chances for key, _, chances in found.stances}
        self.path(name).with_suffix(".tops").write_text(json.dumps({"best": best, "stances": stances}))
        self.write(
            name,
            asdict(settings),
            {"trained_on": len(questions), **figures(material, held or questions[::5], found)},
            began,
        )

    def wait(self, names: tuple[str, ...]) -> bool:
        """Wait for other runs; False if they don't come in time."""
        while not all(self.path(n).with_suffix(".json").exists() for n in names):
            if time.monotonic() > self.deadline - 2 * self.unit:
                return False
            time.sleep(0.5)
        return True

    def weights(self, name: str) -> list[Path]:
        """The files of a run's weights."""
        path = self.path(name)
        return sorted(path.parent.glob(f"{path.name}-[0-9].safetensors"))

    def soup(self, began: float) -> None:
        """The mean of the weights of runs that differ in their seed."""
        if not self.wait(SOUP):
            return
        material = self.material()
        questions, held = self.split(material)
        reader = build(self.data, BASE, self.device)
        sums: dict[str, torch.Tensor] = {}
        for name in SOUP:
            load(reader, self.weights(name))
            for key, value in reader.state_dict().items():
                sums[key] = (
                    sums.get(key, 0) + value.detach().clone() / len(SOUP) if value.is_floating_point() else value
                )
        reader.load_state_dict(sums)
        self.keep("soup", reader, BASE, began, material, held, questions)

    def cross(self, name: str, settings: CrossSettings, began: float) -> None:
        """Train a cross-encoder on the base reader's best dozens, and measure it alone and beside the reader."""
        if not self.wait(("base",)):
            return
        if self.tiny:
            settings = replace(settings, passes=1)
        material = self.material()
        questions, held = self.split(material)
        tops = json.loads(self.path("base").with_suffix(".tops").read_text())["best"]
        best = {key: [(int(c), float(s)) for c, s in dozen] for key, dozen in tops.items()}
        torch.manual_seed(settings.seed)
        cross = Cross(self.data, settings.frozen).to(self.device)
        if settings.start == "reader":
            tuned: dict[str, torch.Tensor] = {}
            for path in self.weights("base"):
                tuned |= {k: v.float() for k, v in load_file(path).items() if k.startswith("encoder.")}
            cross.load_state_dict(tuned, strict=False)
        train_cross(cross, material, questions, best, settings, lambda text: self.tell(name, text))
        logits, stances = cross_scores(cross, material, held, best)
        found: dict[str, Any] = {"all": self.dozen(held, best, logits, 0.0), "stance": stance_figures(stances)}
        for weight in (0.25, 0.5, 1.0):
            found[f"with the reader's score, weight {weight}"] = self.dozen(held, best, logits, weight)
        save(changed(cross, self.base), self.path(name), {"settings": json.dumps(asdict(settings))})
        kept = {"logits": logits, "stances": {key: chances for key, _, chances in stances}}
        self.path(name).with_suffix(".tops").write_text(json.dumps(kept))
        self.write(name, asdict(settings), found, began)

    def dozen(
        self, held: list[Asked], best: dict[str, list[tuple[int, float]]], logits: dict[str, list[float]], weight: float
    ) -> dict[str, float]:
        """Figures of cross-encoder logits plus a share of the reader's scores."""
        everything = []
        for q in held:
            sums = [x + weight * s for x, (_, s) in zip(logits[q.id], best[q.id], strict=True)]
            everything.append(Scored.of(sums, roles(q, [c for c, _ in best[q.id]]), bool(q.answers)))
        return table(everything, [q.document for q in held])
