"""Runs the jobs of experiment.py in several processes and gathers what they found."""

import argparse
import json
import multiprocessing
import shutil
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path
from queue import Empty
from typing import Any

import torch

from training.experiment import Job
from training.plan import BASE, CROSSES, ORDER
from training.sampling import Mix

SPARE = 12.0
FINAL = ("final", "held", *(f"fold {k}" for k in range(5)))


def work(number: int, queue: Any, *shared: Any) -> None:
    """Do jobs until none is left or affordable."""
    torch.set_num_threads(2)
    torch.set_float32_matmul_precision("high")
    job = Job(*shared)
    while True:
        try:
            name = queue.get(timeout=1)
        except Empty:
            return
        if not job.affordable(name):
            print(f"{name}: left out for want of time", flush=True)
            continue
        try:
            job.run(name)
        except TimeoutError:
            print(f"{name}: stopped at the end of the time", flush=True)
        except Exception:  # noqa: BLE001  one run that fails must not end the others
            (job.work / f"failed-{number}-{name.replace(' ', '_')}.txt").write_text(traceback.format_exc())
            traceback.print_exc()


def gather(folder: Path, out: Path) -> dict[str, Any]:
    """Write results.json, the best weights and their best dozens."""
    runs = [json.loads(p.read_text()) for p in sorted(folder.glob("*.json"))]
    failures = {p.stem: p.read_text()[-1500:] for p in folder.glob("failed-*.txt")}
    results = {"runs": runs, "failures": failures, "torch": torch.__version__}
    (out / "results.json").write_text(json.dumps(results, indent=1))

    def worth(run: dict[str, Any]) -> float:
        return float(run["all"]["right_first"] + run["all"]["hit1"] + run["all"]["auc"])

    def plain(run: dict[str, Any]) -> bool:
        return run["settings"].get("frozen", False) and not run["name"].startswith("untrained")

    tops: dict[str, Any] = {}
    for label, names in (
        ("best", [r for r in runs if r["name"] not in CROSSES and r["name"] not in FINAL and plain(r)]),
        ("final", [r for r in runs if r["name"] == "final"]),
        ("held", [r for r in runs if r["name"] == "held"]),
        ("cross", [r for r in runs if r["name"] in CROSSES]),
    ):
        if names:
            top = max(names, key=worth)
            stem = top["name"].replace(" ", "_").replace(",", "")
            for part in sorted(folder.glob(f"{stem}-[0-9].safetensors")):
                shutil.copy(part, out / f"{label}-{part.stem[-1]}.safetensors")
            tops[label] = {"name": top["name"], **json.loads((folder / f"{stem}.tops").read_text())}
    for stem in ("base", *(f"fold_{k}" for k in range(5))):
        if (folder / f"{stem}.tops").exists():
            tops[stem] = json.loads((folder / f"{stem}.tops").read_text())
    for one in tops.values():  # numbers short enough to travel
        for kind in ("best", "logits"):
            for key, dozen in one.get(kind, {}).items():
                one[kind][key] = [[x[0], round(x[1], 3)] if isinstance(x, list) else round(x, 3) for x in dozen]
    (out / "tops.json").write_text(json.dumps(tops))
    return results


def main(arguments: list[str] | None = None) -> int:
    """Start the workers, wait, gather."""
    parser = argparse.ArgumentParser(prog="python -m training.grid", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/reader-runs"))
    parser.add_argument("--seconds", type=float, default=520)
    parser.add_argument("--workers", type=int, default=6)
    parser.add_argument("--jobs", nargs="*", default=None)
    parser.add_argument(
        "--settings", default="{}", help="what 'final', 'held' and 'fold K' change in the base, as JSON"
    )
    parser.add_argument("--hold", nargs="*", default=[], help="how the names of documents begin that 'held' leaves out")
    parser.add_argument("--tiny", action="store_true", help="few documents, one pass: does all of it run?")
    options = parser.parse_args(arguments)
    deadline = time.monotonic() + options.seconds - SPARE
    options.work.mkdir(parents=True, exist_ok=True)
    options.out.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    for name in options.jobs or ORDER:
        queue.put(name)
    changes = json.loads(options.settings)
    if "mix" in changes:
        changes["mix"] = Mix(**changes["mix"])
    settings = replace(BASE, **changes)
    shared = (queue, options.data, options.work, deadline, options.tiny, settings, tuple(options.hold))
    workers = [context.Process(target=work, args=(i, *shared)) for i in range(options.workers)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(max(1.0, deadline + 2 - time.monotonic()))
        if worker.is_alive():
            worker.terminate()
    queue.cancel_join_thread()
    results = gather(options.work, options.out)
    for run in sorted(results["runs"], key=lambda r: -r["all"]["right_first"]):
        shown = " ".join(f"{k} {v:.3f}" for k, v in run["all"].items() if k not in ("questions", "hit12"))
        print(f"{run['name']:24} {run['seconds']:6.0f} s  {shown}")
    return 1 if results["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
