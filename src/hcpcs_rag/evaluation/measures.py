"""Judgements → figures, each with a confidence interval.

Every measure of an answer is a ratio of two sums over questions, so one bootstrap serves them all.
Whole items are resampled, a dialogue with all its turns: its turns stand or fall together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
from ir_measures import RR, Success, nDCG
from numpy.typing import NDArray
from scipy import stats

from hcpcs_rag.evaluation.results import AskedTurn

RESAMPLES = 1000
SEED = 20261122
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure: its value, the 95% interval about it, and the sum it is a share of.

    All are None, and ``of`` is 0, where there is nothing to measure.
    """

    value: float | None
    low: float | None
    high: float | None
    of: int


@dataclass(frozen=True, slots=True)
class _Ratio:
    """What a measure counts of one turn: its share of the numerator and of the denominator."""

    counted: Callable[[AskedTurn], float]
    of: Callable[[AskedTurn], float]


def _declined(turn: AskedTurn) -> bool:
    return turn.status == "abstained"


def _should_decline(turn: AskedTurn) -> bool:
    return turn.expected_status == "abstained"


def _judged(name: str) -> Callable[[AskedTurn], float]:
    def read(turn: AskedTurn) -> float:
        value = getattr(turn.judgement, name)
        return float(value if isinstance(value, int) else len(value))

    return read


def _one(turn: AskedTurn) -> float:
    return 1.0


def _is_answered(turn: AskedTurn) -> float:
    return float(turn.status == "answered")


def _both_decline(turn: AskedTurn) -> float:
    return float(_declined(turn) and _should_decline(turn))


MEASURES: dict[str, _Ratio] = {
    "right": _Ratio(_judged("right"), _one),
    "right where answered": _Ratio(lambda t: _is_answered(t) * t.judgement.right, _is_answered),
    "fact recall": _Ratio(_judged("facts_found"), _judged("facts")),
    "wrong facts": _Ratio(_judged("wrong_found"), _judged("wrong_patterns")),
    "status": _Ratio(_judged("status_right"), _one),
    "wrong verdicts": _Ratio(_judged("verdict_wrong"), _one),
    "verdicts right": _Ratio(_judged("verdict_right"), _judged("verdict_asked")),
    "abstention precision": _Ratio(_both_decline, lambda t: float(_declined(t))),
    "abstention recall": _Ratio(_both_decline, lambda t: float(_should_decline(t))),
    "abstention F1": _Ratio(lambda t: 2 * _both_decline(t), lambda t: float(_declined(t)) + float(_should_decline(t))),
    "right page": _Ratio(lambda t: _is_answered(t) * t.judgement.page_right, lambda t: _is_answered(t) * t.judgement.page_asked),
    "quote fidelity": _Ratio(_judged("quotes_faithful"), _judged("quotes")),
    "citation recall": _Ratio(_judged("statements_carried"), _judged("statements")),
    "citation precision": _Ratio(_judged("citations_needed"), _judged("citations")),
    "answers with an invented code": _Ratio(lambda t: float(bool(t.judgement.invented)), _one),
}  # fmt: skip
"""Every measure of answers. Less is better for ``LESS_IS_BETTER``."""
LESS_IS_BETTER = frozenset({"wrong facts", "wrong verdicts", "answers with an invented code"})


def measure(turns: Sequence[AskedTurn]) -> dict[str, Figure]:
    """Return every measure over judged turns, with 95% percentile-bootstrap intervals over items."""
    return {name: _figure(turns, ratio) for name, ratio in MEASURES.items()}


def _figure(turns: Sequence[AskedTurn], ratio: _Ratio) -> Figure:
    sums: dict[str, list[float]] = {}
    for turn in turns:
        pair = sums.setdefault(turn.item, [0.0, 0.0])
        pair[0] += ratio.counted(turn)
        pair[1] += ratio.of(turn)
    counted, of = np.array([*sums.values()], dtype=np.float64).reshape(-1, 2).T
    if not of.sum():
        return Figure(None, None, None, 0)
    low, high = interval(counted, of)
    return Figure(float(counted.sum() / of.sum()), low, high, int(of.sum()))


def interval(counted: Floats, of: Floats) -> tuple[float, float]:
    """Return the 95% percentile-bootstrap interval of ``counted.sum() / of.sum()`` over rows."""
    if len(counted) < 2:
        value = float(counted.sum() / of.sum())
        return value, value

    def share(top: Floats, bottom: Floats, axis: int = -1) -> Floats:
        # A resample without a single case says nothing of the measure; it counts as the whole does.
        total = bottom.sum(axis=axis)
        whole = counted.sum() / of.sum()
        shares: Floats = np.where(total > 0, top.sum(axis=axis) / np.maximum(total, 1e-12), whole)
        return shares

    found = stats.bootstrap(
        (counted, of), share, paired=True, vectorized=True, n_resamples=RESAMPLES,
        method="percentile", rng=np.random.default_rng(SEED),
    ).confidence_interval  # fmt: skip
    return float(found.low), float(found.high)


def paired_p_value(before: Floats, after: Floats) -> float:
    """Return the two-sided p-value of a paired permutation test on the mean of ``after - before``."""
    difference = after - before
    if len(difference) < 2 or not difference.any():
        return 1.0
    test = stats.permutation_test(
        (difference,), lambda x, axis: x.mean(axis=axis), permutation_type="samples",
        vectorized=True, n_resamples=9999, rng=np.random.default_rng(SEED),
    )  # fmt: skip
    return float(test.pvalue)


# Ranking

RANK_DEPTH = 10
RANK_MEASURES = {
    "hit@1": Success @ 1, "hit@3": Success @ 3, "hit@5": Success @ 5, "hit@10": Success @ 10,
    "MRR@10": RR @ 10, "nDCG@10": nDCG @ 10,
}  # fmt: skip


def rank_scores(rankings: dict[str, Sequence[str]], relevant: dict[str, Sequence[str]]) -> dict[str, dict[str, float]]:
    """Return, for each ranking measure, the score of each query, by ``ir_measures``."""
    qrels = {query: dict.fromkeys(wanted, 1) for query, wanted in relevant.items()}
    run = {q: {doc: float(RANK_DEPTH - i) for i, doc in enumerate(r[:RANK_DEPTH])} for q, r in rankings.items()}
    names = {str(m): name for name, m in RANK_MEASURES.items()}
    # A query for which nothing was found is not in the run's table; it scores nothing.
    scores = {name: dict.fromkeys(relevant, 0.0) for name in RANK_MEASURES}
    for found in ir_measures.iter_calc(list(RANK_MEASURES.values()), qrels, run):
        scores[names[str(found.measure)]][found.query_id] = float(found.value)
    return scores


def rank_figures(scores: dict[str, dict[str, float]]) -> dict[str, Figure]:
    """Return the mean of each ranking measure over queries, with its interval."""
    figures = {}
    for name, by_query in scores.items():
        values = np.array(list(by_query.values()))
        if not len(values):
            figures[name] = Figure(None, None, None, 0)
            continue
        low, high = interval(values, np.ones_like(values))
        figures[name] = Figure(float(values.mean()), low, high, len(values))
    return figures


# Risk and coverage


def risk_coverage(turns: Iterable[AskedTurn]) -> list[tuple[float, float]]:
    """Return ``(coverage, risk)`` as ever less confident answers are let through.

    Coverage is the share of all turns answered, risk the share of those answered that are wrong
    (El-Yaniv and Wiener, JMLR 2010). Answers of equal confidence come in together.
    """
    all_turns = list(turns)
    answered = sorted((t for t in all_turns if t.status == "answered"), key=lambda t: -t.confidence)
    points: list[tuple[float, float]] = []
    wrong = 0
    for count, turn in enumerate(answered, 1):
        wrong += not turn.judgement.right
        if count == len(answered) or answered[count].confidence < turn.confidence:
            points.append((count / len(all_turns), wrong / count))
    return points


def best_threshold(turns: Sequence[AskedTurn]) -> float:
    """Return the confidence below which declining gives the best abstention F1: for a fair baseline."""
    levels = sorted({t.confidence for t in turns})
    return max(levels, key=lambda level: (thresholded_f1(turns, level), -level), default=0.0)


def thresholded_f1(turns: Sequence[AskedTurn], level: float) -> float:
    """Return the abstention F1 if every reply below a confidence were declined."""
    declined = [t.confidence < level or _declined(t) for t in turns]
    both = sum(d and _should_decline(t) for d, t in zip(declined, turns, strict=True))
    total = sum(declined) + sum(_should_decline(t) for t in turns)
    return 2 * both / total if total else 0.0


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """Return median and 95th percentile of times in milliseconds."""
    if not values:
        return {}
    return {"p50": float(np.percentile(values, 50)), "p95": float(np.percentile(values, 95))}
