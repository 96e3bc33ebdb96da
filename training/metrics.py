"""Figures of a reader, from the scores of every question's candidates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SILENT = 0.85
QUOTES = 3
MARGIN = 1.5


@dataclass(frozen=True, slots=True)
class Scored:
    """A question's candidates, best first: their scores, and what each is (1 answers, 0 does not, −1 helps)."""

    scores: Floats
    roles: NDArray[np.int64]
    answerable: bool
    gate: float

    @classmethod
    def of(
        cls,
        scores: Sequence[float] | NDArray[np.floating[Any]],
        roles: Sequence[int],
        answerable: bool,
        gate: float | None = None,
    ) -> "Scored":
        """Sort candidates; the gate (may this question be answered?) is the best score unless another is given."""
        values = np.asarray(scores, dtype=np.float64)
        order = np.argsort(-values, kind="stable")
        best = float(values[order[0]]) if len(order) else -1e9
        return cls(values[order], np.asarray(roles)[order], answerable, best if gate is None else gate)


def auc(high: Floats, low: Floats) -> float:
    """The chance that one of `high` is above one of `low`."""
    if not len(high) or not len(low):
        return float("nan")
    ordered = np.sort(low)
    below = np.searchsorted(ordered, high, "left") + np.searchsorted(ordered, high, "right")
    return float(below.mean() / 2 / len(low))


def ranking(asked: Sequence[Scored]) -> dict[str, float]:
    """hit@1, hit@3 and the mean reciprocal rank over the answerable questions."""
    firsts = [int(np.argmax(s.roles == 1)) + 1 if (s.roles == 1).any() else 10**9 for s in asked if s.answerable]
    ranks = np.asarray(firsts, dtype=np.float64)
    return {
        "hit1": float((ranks <= 1).mean()),
        "hit3": float((ranks <= 3).mean()),
        "hit12": float((ranks <= 12).mean()),
        "mrr": float((1 / ranks).mean()),
    }


def operating(asked: Sequence[Scored], silent: float = SILENT) -> dict[str, float]:
    """What is quoted at the threshold where this share of the unanswerable questions stays silent.

    `answered`, `right_first` and `right_any` are shares of the answerable questions; `point` is the share of all quotes
    (up to three, each above the threshold) that answer; `point_first` that of first quotes; `point_margin` and
    `right_margin` where further quotes are at most MARGIN below the first.
    """
    gates = np.asarray([s.gate for s in asked if not s.answerable])
    threshold = float(np.quantile(gates, silent, method="higher")) if len(gates) else -1e9
    answerable = [s for s in asked if s.answerable]
    spoken = [s for s in asked if s.gate > threshold]
    said = [s for s in spoken if s.answerable]

    def quoted(one: Scored, margin: float) -> NDArray[np.int64]:
        top = one.scores[:QUOTES]
        low = max(min(threshold, float(top[0])), float(top[0]) - margin)
        return one.roles[:QUOTES][top >= low]

    wide = [quoted(s, 1e9) for s in spoken]
    close = [quoted(s, MARGIN) for s in spoken]
    total, total_close = sum(map(len, wide)), sum(map(len, close))
    share = 1 / max(1, len(answerable))
    return {
        "threshold": threshold,
        "answered": len(said) * share,
        "right_first": sum(int(s.roles[0] == 1) for s in said) * share,
        "right_any": sum(int((quoted(s, 1e9) == 1).any()) for s in said) * share,
        "right_margin": sum(int((quoted(s, MARGIN) == 1).any()) for s in said) * share,
        "point": sum(int((r == 1).sum()) for r in wide) / max(1, total),
        "point_or_helps": sum(int((r != 0).sum()) for r in wide) / max(1, total),
        "point_margin": sum(int((r == 1).sum()) for r in close) / max(1, total_close),
        "point_first": sum(int(s.roles[0] == 1) for s in spoken) / max(1, len(spoken)),
    }


def risk(asked: Sequence[Scored], wrong: float) -> float:
    """The largest share of all questions that can be answered with at most this share of wrong first quotes."""
    ordered = sorted(asked, key=lambda s: -s.gate)
    errors = np.cumsum([int(not s.answerable or s.roles[0] != 1) for s in ordered])
    counts = np.arange(1, len(ordered) + 1)
    fits = np.flatnonzero(errors / counts <= wrong)
    return float(counts[fits[-1]] / len(ordered)) if len(fits) else 0.0


def logistic(features: Floats, labels: Floats, ridge: float = 1.0) -> Floats:
    """Weights (the last is the constant) of a logistic regression, by Newton's method."""
    x = np.hstack([features, np.ones((len(features), 1))])
    penalty = ridge * np.eye(x.shape[1])
    penalty[-1, -1] = 1e-6
    weights = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        step = np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + penalty, x.T @ (labels - p) - penalty @ weights)
        weights += step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def predict(features: Floats, weights: Floats) -> Floats:
    """Probabilities of a logistic regression."""
    line: Floats = np.clip(features @ weights[:-1] + weights[-1], -30, 30)
    return np.asarray(1 / (1 + np.exp(-line)))


def across(features: Floats, labels: Floats, groups: Sequence[str]) -> Floats:
    """Standardised logistic regression, each group (document) predicted by weights fitted on the other ones."""
    x = (features - features.mean(0)) / (features.std(0) + 1e-9)
    names = np.asarray(groups)
    out = np.zeros(len(labels))
    for name in set(groups):
        inside = names == name
        out[inside] = predict(x[inside], logistic(x[~inside], labels[~inside]))
    return out


def calibration(chances: Floats, labels: Floats, bins: int = 10) -> float:
    """Expected calibration error, bins of equal size."""
    order = np.argsort(chances)
    parts = [p for p in np.array_split(order, bins) if len(p)]
    return float(sum(abs(chances[p].mean() - labels[p].mean()) * len(p) for p in parts) / len(chances))


def table(asked: Sequence[Scored], groups: Sequence[str]) -> dict[str, float]:
    """All figures of one reader."""
    gates = np.asarray([s.gate for s in asked])
    right = np.asarray([float(s.answerable and s.roles[0] == 1) for s in asked])
    can = np.asarray([s.answerable for s in asked])
    chances = across(gates[:, None], right, groups)
    return {
        "questions": float(len(asked)),
        **ranking(asked),
        "auc": auc(gates[can], gates[~can]),
        **operating(asked),
        "answered_at_5": risk(asked, 0.05),
        "answered_at_10": risk(asked, 0.10),
        "ece": calibration(chances, right),
    }
