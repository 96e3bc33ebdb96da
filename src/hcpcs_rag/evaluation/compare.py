"""Two runs side by side: what became better, what worse, and whether that can be chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hcpcs_rag.evaluation.measures import RANK_MEASURES, paired_p_value, rank_scores
from hcpcs_rag.evaluation.results import AskedTurn, RankedQuery, Results
from hcpcs_rag.evaluation.systems import PRODUCT

RANK_COMPARED = ("hit@1", "hit@10", "MRR@10")


@dataclass(frozen=True, slots=True)
class Change:
    """One measure of one set in two runs, over the items both have.

    ``p_value`` is of a paired permutation test, two-sided; items are the units, a dialogue being one.
    """

    set: str
    measure: str
    split: str
    items: int
    before: float
    after: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two runs differ in; ``warnings`` say where they cannot fairly be compared."""

    changes: tuple[Change, ...]
    mended: tuple[AskedTurn, ...]
    broken: tuple[AskedTurn, ...]
    warnings: tuple[str, ...]


def compare(before: Results, after: Results, system: str = PRODUCT) -> Comparison:
    """Compare a system's answers and rankings in two runs, question by question."""
    old = {turn.key: turn for turn in before.of(system)}
    pairs = [(old[turn.key], turn) for turn in after.of(system) if turn.key in old]
    changes = [c for name in after.sets([t for _, t in pairs]) for c in _answers(name, pairs)]
    for name in after.sets(after.queries):
        changes += _rankings(name, before.ranked(system, name), after.ranked(system, name))
    return Comparison(
        changes=tuple(changes),
        mended=tuple(new for was, new in pairs if new.judgement.right and not was.judgement.right),
        broken=tuple(new for was, new in pairs if was.judgement.right and not new.judgement.right),
        warnings=tuple(_warnings(before, after)),
    )


def _answers(name: str, pairs: Sequence[tuple[AskedTurn, AskedTurn]]) -> list[Change]:
    changes = []
    for split in ("dev", "test"):
        by_item: dict[str, list[tuple[bool, bool]]] = {}
        for was, new in pairs:
            if (new.set, new.split) == (name, split):
                by_item.setdefault(new.item, []).append((was.judgement.right, new.judgement.right))
        if by_item:
            means = np.array([np.mean(np.array(turns, dtype=float), axis=0) for turns in by_item.values()])
            changes.append(_change(name, "right", split, means[:, 0], means[:, 1]))
    return changes


def _rankings(name: str, before: Sequence[RankedQuery], after: Sequence[RankedQuery]) -> list[Change]:
    shared = {q.query_id for q in before} & {q.query_id for q in after}
    if not shared:
        return []
    old, new = (
        rank_scores(
            {q.query_id: q.ranking for q in run if q.query_id in shared},
            {q.query_id: q.relevant for q in run if q.query_id in shared},
        )
        for run in (before, after)
    )
    order = sorted(shared)
    return [
        _change(name, m, "all", np.array([old[m][q] for q in order]), np.array([new[m][q] for q in order]))
        for m in RANK_MEASURES
        if m in RANK_COMPARED
    ]


def _change(name: str, measure: str, split: str, before: np.ndarray, after: np.ndarray) -> Change:
    p_value = paired_p_value(before, after)
    return Change(name, measure, split, len(before), float(before.mean()), float(after.mean()), p_value)


def _warnings(before: Results, after: Results) -> list[str]:
    told = []
    for name, now in after.hashes.items():
        then = before.hashes.get(name)
        if then is None:
            told.append(f"{name} was not in the earlier run.")
            continue
        told += [
            f"The {part} of {name} are not those of the earlier run." for part in now if now[part] != then.get(part)
        ]
    return told
