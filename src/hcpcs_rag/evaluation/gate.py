"""The gate of CI: floors under the figures, and hashes of what they were measured on.

``evals/baseline.json`` is pinned from a run. A later run fails the gate if a figure falls below its
floor, if questions or sources are not those that were pinned, if a pinned set was not run, or, whatever
is pinned, at a single invented code, unfaithful quote or inexact code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from hcpcs_rag.errors import PathNotFoundError, QuestionSetError
from hcpcs_rag.evaluation.measures import LESS_IS_BETTER, measure, rank_figures, rank_scores
from hcpcs_rag.evaluation.results import Results
from hcpcs_rag.evaluation.systems import PRODUCT

GATED = (
    "right",
    "fact recall",
    "abstention F1",
    "right page",
    "verdicts right",
    "wrong verdicts",
    "wrong facts",
    "citation recall",
)
GATED_RANKS = ("hit@1", "hit@10")
SLACK = 0.005
"""How far a figure may stray before it is a regression: less than one question of the gate's smallest
split. It lets through the last digits of another processor's arithmetic, nothing more."""

Floors = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Pinned hashes by set, and limits by ``set/split`` and measure: floors, or ceilings where less is better."""

    hashes: dict[str, dict[str, str]]
    floors: Floors


def load(path: Path) -> Baseline:
    """Read a baseline. Raises ``PathNotFoundError`` or ``QuestionSetError``."""
    if not path.is_file():
        raise PathNotFoundError(f"There is no baseline {path}.", "Pin one with: hcpcs-rag eval --pin BASELINE.json")
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Baseline(raw["hashes"], {k: {m: float(v) for m, v in f.items()} for k, f in raw["floors"].items()})
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise QuestionSetError(
            f"{path} is no baseline: {problem!r}.", "Pin it anew with: hcpcs-rag eval --pin"
        ) from problem


def figures(results: Results) -> Floors:
    """Return the gated figures of a run, by ``set/split`` and measure."""
    found: Floors = {}
    for name in results.sets(results.of(PRODUCT)):
        for split in ("dev", "test"):
            measured = measure(results.of(PRODUCT, name, split))
            values = {m: measured[m].value for m in GATED}
            found[f"{name}/{split}"] = {m: round(v, 4) for m, v in values.items() if v is not None}
    for name in results.sets(results.queries):
        queries = results.ranked(PRODUCT, name)
        scores = rank_scores({q.query_id: q.ranking for q in queries}, {q.query_id: q.relevant for q in queries})
        ranks = rank_figures({m: scores[m] for m in GATED_RANKS})
        found[f"{name}/all"] = {m: round(f.value, 4) for m, f in ranks.items() if f.value is not None}
    return found


def faults(results: Results, baseline: Baseline) -> list[str]:
    """Return why a run fails the gate, one sentence each; nothing if it passes."""
    return [*_never(results), *_moved(results, baseline), *_fallen(figures(results), baseline)]


def _never(results: Results) -> list[str]:
    """What no floor excuses."""
    told = []
    for turn in results.of(PRODUCT):
        if turn.judgement.invented:
            told.append(f"{turn.set} {turn.item}: an invented code, {', '.join(turn.judgement.invented)}.")
        if turn.judgement.quotes_faithful < turn.judgement.quotes:
            told.append(f"{turn.set} {turn.item}: a quote that is not the text of its page.")
    for run in results.exact:
        told += [f"{run.set} {code}: {what}." for code, what, _ in run.failures]
    return told


def _moved(results: Results, baseline: Baseline) -> list[str]:
    told = []
    for name, pinned in baseline.hashes.items():
        now = results.hashes.get(name)
        if now is None:
            reason = next((s.reason for s in results.skipped if s.set == name), "it was not asked for")
            told.append(f"{name} is pinned and was not run: {reason}.")
            continue
        told += [
            f"The {part} of {name} changed since they were pinned." for part in pinned if pinned[part] != now[part]
        ]
    return told


def _fallen(now: Floors, baseline: Baseline) -> list[str]:
    told = []
    for where, floors in baseline.floors.items():
        for name, floor in floors.items():
            value = now.get(where, {}).get(name)
            if value is None:
                if where in now:
                    told.append(f"{where}: {name} cannot be measured any more.")
            elif _is_worse(name, value, floor):
                told.append(f"{where}: {name} is {value:.3f}, pinned at {floor:.3f}.")
    return told


def _is_worse(name: str, value: float, floor: float) -> bool:
    return value > floor + SLACK if name in LESS_IS_BETTER else value < floor - SLACK


def pin(results: Results, path: Path, *, lower: bool = False) -> Baseline:
    """Write the figures of a run as the new baseline.

    Raises ``QuestionSetError`` if that lowers a pinned floor and ``lower`` is not said, or if the run
    has a fault that no floor excuses.
    """
    if never := _never(results):
        raise QuestionSetError(f"This run cannot be pinned: {never[0]}", "Mend it first; nothing was written.")
    now = figures(results)
    if path.is_file() and not lower:
        lowered = _fallen(now, load(path))
        if lowered:
            raise QuestionSetError(f"That would lower a floor. {lowered[0]}", "If it is meant, add --lower-floors.")
    baseline = Baseline(results.hashes, now)
    path.write_text(json.dumps({"hashes": baseline.hashes, "floors": now}, indent=1) + "\n", encoding="utf-8")
    return baseline
