"""Which encoder embeds an ingest: the faster of two on this processor, if it ranks as single precision does."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from hcpcs_rag.encoder.batches import Integers, TextEncoder, Vectors
from hcpcs_rag.encoder.serve import Encoder
from hcpcs_rag.errors import EncoderError

WORTH = 500
"""Texts from which choosing pays: it takes about two seconds, in which single precision embeds as many."""
SAMPLE = 96
MIN_COSINE = 0.9995
MIN_AGREEMENT = 0.95
"""Bounds on a faster encoder: the least cosine of a text to itself in single precision, and the share of texts of the
sample whose nearest other one is the same. Measured for bf16 on 10,676 passages: 0.99997 and 0.997; int8 has
0.993 and 0.69 (docs/performance.md)."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How an encoder did on a sample: texts a second, and how well it agrees with single precision."""

    name: str
    texts_per_second: float
    cosine: float = 1.0
    agreement: float = 1.0


def choose(
    exact: Encoder, folder: Path, max_tokens: int, texts: Sequence[str], batch_size: int
) -> tuple[TextEncoder, list[Trial]]:
    """Return the faster encoder for texts like ``texts``, and what the trials of both gave.

    ``exact`` is the one in single precision, which is taken where the other ranks otherwise or cannot be made.
    """
    from hcpcs_rag.encoder.bulk import BulkEncoder

    try:
        fast = BulkEncoder(folder, max_tokens)
    except EncoderError:
        return exact, []
    sample = texts[:: max(len(texts) // SAMPLE, 1)][:SAMPLE]
    expected, pace = _timed(exact, sample, batch_size)
    got, fast_pace = _timed(fast, sample, batch_size)
    trial = Trial(fast.name, round(fast_pace), float(np.min((got * expected).sum(axis=1))), agreement(expected, got))
    trials = [Trial(exact.name, round(pace)), trial]
    good = trial.cosine >= MIN_COSINE and trial.agreement >= MIN_AGREEMENT
    return (fast if good and fast_pace > pace else exact), trials


def described(encoder: TextEncoder, trials: Sequence[Trial]) -> dict[str, object]:
    """Return the choice as a manifest keeps it."""
    return {"embedded_by": encoder.name, "trials": [asdict(trial) for trial in trials]}


def agreement(expected: Vectors, got: Vectors) -> float:
    """Return the share of texts whose nearest other text is the same by both."""
    return float(np.mean(_nearest(expected) == _nearest(got)))


def _nearest(vectors: Vectors) -> Integers:
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    nearest: Integers = np.argmax(cosines, axis=1)
    return nearest


def _timed(encoder: TextEncoder, texts: Sequence[str], batch_size: int) -> tuple[Vectors, float]:
    encoder.encode(texts[:batch_size], batch_size)  # the first batch pays for what is made once
    started = time.perf_counter()
    vectors = encoder.encode(texts, batch_size)
    return vectors, len(texts) / (time.perf_counter() - started)
