"""Which sentences answer a question: the trained reader.

What decides is the encoder: it was trained (``training/``) so that a question lies near the sentences that answer it. Its
cosine and what else is known of a sentence make one probability, by logistic regression.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import Question
from hcpcs_rag.encoder.weights import calibration
from hcpcs_rag.retrieval import Evidence, Found

FEATURES = ("meaning", "told", "foreign", "others")
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

    Its cosine to the question. Of a question that names codes: whether it is about one of them and tells of a facet asked
    for; whether its page names none of them; and whether it names other codes, or stands below what does. What rules know
    besides (concepts met, the kind of the sentence, how far it lies behind the best one, what its page has) makes the
    choice no better on documents that were held back: docs/decisions/0014.
    """
    asked = {*question.codes, *question.modifiers}
    return [
        (
            f.meaning,
            float(f.facet and (f.subject or f.named)),
            float(bool(asked) and not (f.subject or f.mentioned)),
            float(bool(question.codes) and not f.named and _names_codes(f)),
        )
        for f in candidates
    ]


def _names_codes(found: Found) -> bool:
    """Say whether a sentence, its nearest heading, or a lead or item that it stands under names any code."""
    spans = (*found.sentence.under, *found.sentence.headings[-1:])
    return any(find_codes(text) for text in (found.quote.text, *(found.page.text[slice(*span)] for span in spans)))
