"""Which sentences answer a question: the trained reader.

What decides is the encoder: it was trained (``training/``) so that a question lies near the sentences that answer it. Its
cosine and what else is known of a sentence make one probability, by logistic regression.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from hcpcs_rag.domain import Question
from hcpcs_rag.encoder.weights import calibration
from hcpcs_rag.retrieval import Evidence, Found

FEATURES = ("meaning", "behind", "coverage", "facet", "named", "unnamed", "row")
"""What is known of a sentence: see ``features``."""


class Reader(Protocol):
    """What says how likely each candidate answers a question."""

    def score(self, question: Question, candidates: Sequence[Found]) -> list[float]:
        """Return for each candidate the probability that it answers."""


@dataclass(frozen=True, slots=True)
class TrainedReader:
    """Logistic regression over ``FEATURES``: ``weights`` in their order, and ``bias``."""

    weights: tuple[float, ...]
    bias: float

    @classmethod
    def shipped(cls) -> TrainedReader:
        """Return the reader that comes with the package, calibrated to the encoder that does."""
        raw = calibration()
        return cls(tuple(raw["weights"][name] for name in FEATURES), raw["bias"])

    def score(self, question: Question, candidates: Sequence[Found]) -> list[float]:
        """Return for each candidate the probability that it answers."""
        logits = (
            self.bias + sum(w * x for w, x in zip(self.weights, row, strict=True))
            for row in features(question, candidates)
        )
        return [1 / (1 + math.exp(-logit)) for logit in logits]


def read(question: Question, evidence: Evidence, reader: Reader) -> Evidence:
    """Return the evidence with the chance of each sentence that it answers."""
    chances = reader.score(question, evidence.found)
    return replace(evidence, found=tuple(replace(f, chance=c) for f, c in zip(evidence.found, chances, strict=True)))


def features(question: Question, candidates: Sequence[Found]) -> list[tuple[float, ...]]:
    """Return the ``FEATURES`` of each candidate.

    The cosine to the question; by how much it lies behind the best one's; the share of the question's concepts that the
    sentence meets; whether it is of a facet asked for. Of a question about codes: whether the sentence is about one of
    them or names it, and whether neither. Whether it is a row of a table.
    """
    best = max((f.meaning for f in candidates), default=0.0)
    coded = bool(question.codes or question.modifiers)
    return [
        (
            f.meaning,
            best - f.meaning,
            f.coverage,
            float(f.facet),
            float(coded and (f.subject or f.named)),
            float(coded and not (f.subject or f.named)),
            float(f.sentence.kind == "row"),
        )
        for f in candidates
    ]
