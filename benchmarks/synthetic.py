"""Synthetic libraries of any size, made of a real one.

A text is the words of a real passage, a fifth of them exchanged for words of others (so that words are as frequent as they
are in truth), and a code of its own. Embedding a million texts takes an hour and proves nothing about search, so a vector
is made, too: that of a real passage, moved by a random step that has the spread of real passages (their principal axes),
at ``STEP`` of its size. The nearest neighbour of a passage then has a cosine of 0.78 among 100,000, the tenth 0.75; among
10,676 real ones it is 0.89 and 0.65. The questions are real, and so are their vectors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

STEP = 0.6
EXCHANGED = 0.2
BLOCK = 50_000

Vectors = NDArray[np.float32]


def texts(real: Sequence[str], count: int, seed: int = 1) -> Iterator[str]:
    """Yield ``count`` texts, the same on every run."""
    random = np.random.default_rng(seed)
    words = [word for text in real for word in text.split()]
    for begin in range(0, count, BLOCK):
        many = min(BLOCK, count - begin)
        bases = random.integers(0, len(real), many)
        for i, base in enumerate(bases):
            own = real[base].split()
            for place, other in zip(
                random.integers(0, len(own), max(int(len(own) * EXCHANGED), 1)),
                random.integers(0, len(words), max(int(len(own) * EXCHANGED), 1)),
                strict=True,
            ):
                own[place] = words[other]
            yield f"{' '.join(own)} {'ABEGJKLQ'[i % 8]}{(begin + i) % 10_000:04d}"


def vectors(path: Path, real: Vectors, count: int, seed: int = 2) -> Vectors:
    """Write ``count`` unit vectors into a file at ``path``; return them mapped from it."""
    random = np.random.default_rng(seed)
    _, spread, axes = np.linalg.svd(real - real.mean(axis=0), full_matrices=False)
    steps = (spread / np.sqrt(len(real)) * STEP).astype(np.float32)
    made = np.memmap(path, np.float32, "w+", shape=(count, real.shape[1]))
    for begin in range(0, count, BLOCK):
        many = min(BLOCK, count - begin)
        moved = real[random.integers(0, len(real), many)]
        moved = moved + (random.standard_normal((many, len(steps)), dtype=np.float32) * steps) @ axes.astype(np.float32)
        made[begin : begin + many] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return made
