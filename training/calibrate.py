"""Calibrates the product's reader on documents that the encoder was not trained on.

Every question of a fold is understood and searched for by the product, in an index made with the trained weights. Its
candidates' features and whether they answer give the logistic regression that `hcpcs_rag.reader` uses; the figures are
cross-validated by document.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hcpcs_rag.index.opened import Index
from hcpcs_rag.question.understanding import understand
from hcpcs_rag.reader import FEATURES, features
from hcpcs_rag.retrieval import Found, retrieve
from training.marked import Marked, is_at, marked, says
from training.metrics import Floats, auc, logistic, predict

DECIDED = 3


@dataclass(frozen=True, slots=True)
class Case:
    """A question's candidates: their features, and what each is (1 answers, −1 helps, 0 neither)."""

    document: str
    features: Floats
    roles: list[int]
    answerable: bool
    reached: bool


def cases(data: Path, index: Index, number: int) -> list[Case]:
    """The cases of a fold: those whose question has candidates that may be read."""
    made = []
    for one in marked(data, index, number):
        question = understand(one.question, (), index.known)
        found = retrieve(question, index).found
        roles = [_role(f, one) for f in found]
        rows = np.asarray(features(question, found), dtype=np.float64).reshape(-1, len(FEATURES))
        made.append(Case(one.document, rows, roles, bool(one.answers), 1 in roles))
    return made


def _role(found: Found, one: Marked) -> int:
    place = (found.page.page_id, found.sentence.start, found.sentence.end)
    if is_at(place, one.answers) or says(found.quote.text, one.said):
        return 1
    return -1 if is_at(place, one.helps) else 0


def calibrate(made: list[Case]) -> dict[str, Any]:
    """Fit on all cases; the figures are of cases whose document was left out, with all features and without each."""
    weights = _fit(made)
    named = dict(zip(FEATURES, (round(float(w), 3) for w in weights[:-1]), strict=True))
    without = {name: _judged(_without(made, {name})) for name in FEATURES}
    without["all but meaning"] = _judged(_without(made, set(FEATURES[1:])))
    return {
        "weights": named,
        "bias": round(float(weights[-1]), 3),
        **_judged(made),
        "without": {name: {k: row[k] for k in ("hit1", "auc", "right_at_85")} for name, row in without.items()},
    }


def _judged(made: list[Case]) -> dict[str, Any]:
    """The figures where each document is judged by weights fitted on others."""
    chances = [np.zeros(0)] * len(made)
    documents = sorted({case.document for case in made})
    for left in range(5):
        out = {d for k, d in enumerate(documents) if k % 5 == left}
        weights = _fit([case for case in made if case.document not in out])
        for k, case in enumerate(made):
            if case.document in out:
                chances[k] = predict(case.features, weights) if len(case.features) else np.zeros(0)
    return figures(made, chances)


def _without(made: list[Case], names: set[str]) -> list[Case]:
    """The cases with some features set to nothing."""
    kept = np.asarray([name not in names for name in FEATURES], dtype=np.float64)
    return [replace(case, features=case.features * kept) for case in made]


def _fit(made: list[Case]) -> Floats:
    """Fit on the nearest few of each question: what the reader decides about."""
    rows = [
        (case.features[k], case.roles[k])
        for case in made
        for k in (np.argsort(-case.features[:, 0])[:DECIDED] if len(case.features) else ())
        if case.roles[k] >= 0
    ]
    return logistic(np.asarray([row for row, _ in rows]), np.asarray([float(role) for _, role in rows]))


def figures(made: list[Case], chances: list[Floats]) -> dict[str, Any]:
    """How well the best chance tells when to speak, and what is quoted at several thresholds."""
    best = np.asarray([c.max() if len(c) else 0.0 for c in chances])
    can = np.asarray([case.answerable for case in made])
    first = np.asarray([bool(len(c)) and m.roles[int(c.argmax())] == 1 for c, m in zip(chances, made, strict=True)])
    table = []
    for least in (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6):
        spoken = best >= least
        table.append(
            {
                "least": least,
                "answered": round(float(spoken[can].mean()), 3),
                "right_first": round(float((spoken & first)[can].mean()), 3),
                "silent": round(float((~spoken)[~can].mean()), 3),
                "wrong": round(float((spoken & ~first).sum() / max(spoken.sum(), 1)), 3),
            }
        )
    return {
        "questions": len(made),
        "answerable": int(can.sum()),
        "reached": round(float(np.mean([case.reached for case in made if case.answerable])), 3),
        "hit1": round(float(first[can].mean()), 3),
        "auc": round(auc(best[can], best[~can]), 3),
        "right_at_85": _right_at(best, first, can, 0.85),
        "table": table,
    }


def _right_at(best: Floats, first: NDArray[np.bool_], can: NDArray[np.bool_], silent: float) -> float:
    """The share of answerable questions whose first quote is right where this share of the others stays silent."""
    least = float(np.quantile(best[~can], silent, method="higher"))
    return round(float(((best > least) & first)[can].mean()), 3)
