"""Calibrates the product's reader on documents that the encoder was not trained on.

Every question of a fold is understood and searched for by the product, in an index made with the trained weights. Its
candidates' features and whether they answer give the logistic regression that `hcpcs_rag.reader` uses; the figures are
cross-validated by document.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hcpcs_rag.domain import Span
from hcpcs_rag.index.opened import Index
from hcpcs_rag.question.understanding import understand
from hcpcs_rag.reader import FEATURES, features
from hcpcs_rag.retrieval import Found, retrieve
from training import pages as pages_
from training.metrics import Floats, auc, logistic, predict
from training.pages import Page
from training.split import fold
from training.words import plain_words

HALF = 0.5
DECIDED = 3
SAME, SHORT = 0.85, 4
Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Case:
    """A question's candidates: their features, and what each is (1 answers, −1 helps, 0 neither)."""

    document: str
    features: Floats
    roles: list[int]
    answerable: bool
    reached: bool


def places(pages: dict[str, list[Page]]) -> dict[tuple[str, int], Place]:
    """The page and the characters of each sentence, by document and number."""
    found: dict[tuple[str, int], Place] = {}
    for document, parts in pages.items():
        number = 0
        for page in parts:
            for sentence in page.sentences:
                found[document, number] = (page.page_id, sentence.start, sentence.end)
                number += 1
    return found


def cases(data: Path, index: Index, number: int) -> list[Case]:
    """The cases of a fold: those whose question has candidates that may be read."""
    read = pages_.load([data / "pages.jsonl"])
    texts = {page.page_id: page.text for parts in read.values() for page in parts}
    where, known = places(read), set(index.page_ids())
    pages = {document: {page.page_id for page in parts} for document, parts in read.items()}
    made = []
    for line in (data / "bound.jsonl").read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        if fold(asked["document"]) != number or not known.issuperset(pages[asked["document"]]):
            continue
        question = understand(asked["question"], (), index.known)
        found = retrieve(question, index).found
        answers, helps = ([where[d, s] for d, s in asked[role]] for role in ("answers", "helps"))
        said = [frozenset(plain_words(texts[page][start:end])) for page, start, end in answers]
        roles = [1 if _in(f, answers) or _says(f, said) else -1 if _in(f, helps) else 0 for f in found]
        rows = np.asarray(features(question, found), dtype=np.float64).reshape(-1, len(FEATURES))
        made.append(Case(asked["document"], rows, roles, bool(answers), 1 in roles))
    return made


def _in(found: Found, of: list[Place]) -> bool:
    span: Span = found.sentence.start, found.sentence.end
    return any(
        found.page.page_id == page
        and min(end, span[1]) - max(start, span[0]) >= HALF * min(end - start, span[1] - span[0])
        for page, start, end in of
    )


def _says(found: Found, answers: list[frozenset[str]]) -> bool:
    """Whether a sentence says what an answer does: policies share whole paragraphs, and each of them answers."""
    own = set(plain_words(found.quote.text))
    return any(len(own & words) >= SAME * max(len(own), len(words)) for words in answers if len(words) > SHORT)


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
