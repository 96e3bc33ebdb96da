"""The dense index of passages: FAISS, inner product of unit vectors.

The vectors of official records come first and are searched exactly, however many pages there are. Those of pages are
searched exactly while that is cheap. Beyond ``FLAT_UP_TO`` an inverted file of 8-bit codes proposes ``CANDIDATES``, and
the vectors themselves, in half precision and read from disk, rank them (``benchmarks/growth.py`` measures both).
"""

from __future__ import annotations

import math
import os
import weakref
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

RECORDS, PAGES, EXACT = "records.faiss", "pages.faiss", "pages.f16"
FLAT_UP_TO = 50_000
"""Passages of pages searched exactly: 8 ms a question on two cores; an inverted file answers 100,000 in 2."""
LISTS = 2.0
"""Lists of the inverted file, times the square root of the number of passages."""
PROBES = 192
"""Lists looked at. Of the ten nearest to 524 real questions among a million passages, 128 lists hold 0.981 and 64 0.967."""
OVER_LISTS = 1
"""FAISS's parallel mode that shares the lists of one question among the cores: 2.0 ms instead of 3.7 for 300,000."""
CANDIDATES = 100
"""Passages ranked by their own vectors. By 8-bit codes alone 0.965 of the ten nearest are found where 0.981 were proposed."""
TRAINED_ON = 40
"""Vectors a list is trained on; faiss warns below 39."""
ROUNDS = 8
"""Rounds of k-means; the recall no longer changes in its third decimal."""
BLOCK = 16_384


def build(folder: Path, vectors: Vectors, records: int) -> None:
    """Write the index of ``vectors``, shape ``(n, dimension)``, into ``folder``; row i is passage i, ``records`` come first."""
    folder.mkdir()
    dimension = vectors.shape[1]
    _write(folder / RECORDS, faiss.IndexFlatIP(dimension), vectors[:records])
    pages = vectors[records:]
    if len(pages) <= FLAT_UP_TO:
        _write(folder / PAGES, faiss.IndexFlatIP(dimension), pages)
        return
    _write(folder / PAGES, _trained(pages), pages)
    with (folder / EXACT).open("wb") as file:
        for begin in range(0, len(pages), BLOCK):
            file.write(pages[begin : begin + BLOCK].astype(np.float16).tobytes())


def _write(path: Path, index: faiss.Index, vectors: Vectors) -> None:
    """Fill an index, a block at a time because ``vectors`` may be larger than memory."""
    for begin in range(0, len(vectors), BLOCK):
        index.add(np.ascontiguousarray(vectors[begin : begin + BLOCK]))
    faiss.write_index(index, str(path))


def _trained(vectors: Vectors) -> faiss.Index:
    count, dimension = vectors.shape
    lists = round(LISTS * math.sqrt(count))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension), dimension, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter = ROUNDS
    chosen = np.sort(np.random.default_rng(0).choice(count, min(count, TRAINED_ON * lists), replace=False))
    index.train(np.ascontiguousarray(vectors[chosen]))
    return index


class _Rows:
    """Vectors in half precision, read row by row: mapped, those around them would count as memory of this process."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._file = os.open(path, os.O_RDONLY)  # open for as long as the index: an ingest may remove its folder
        weakref.finalize(self, os.close, self._file)
        self._dimension = dimension

    def read(self, numbers: NDArray[np.int64]) -> Vectors:
        """Return rows, shape ``(len(numbers), dimension)``."""
        size = 2 * self._dimension
        data = b"".join(os.pread(self._file, size, int(n) * size) for n in numbers)
        return np.frombuffer(data, dtype=np.float16).reshape(-1, self._dimension).astype(np.float32)


class VectorIndex:
    """An opened dense index."""

    def __init__(self, folder: Path) -> None:
        self._records = faiss.read_index(str(folder / RECORDS))
        self._pages = faiss.read_index(str(folder / PAGES))
        self._exact: _Rows | None = None
        if (folder / EXACT).exists():
            self._exact = _Rows(folder / EXACT, self._pages.d)
            faiss.extract_index_ivf(self._pages).parallel_mode = OVER_LISTS

    def __len__(self) -> int:
        return int(self._records.ntotal + self._pages.ntotal)

    def rows(self, numbers: Sequence[int]) -> Vectors:
        """Return the vectors of passages, shape ``(len(numbers), dimension)``."""
        wanted = np.array(numbers, dtype=np.int64)
        split = self._records.ntotal
        found = np.empty((len(wanted), self._pages.d), dtype=np.float32)
        official = wanted < split
        found[official] = self._records.reconstruct_batch(wanted[official])
        others = wanted[~official] - split
        found[~official] = self._pages.reconstruct_batch(others) if self._exact is None else self._exact.read(others)
        return found

    def cosines(self, vector: Vectors, numbers: Sequence[int]) -> Vectors:
        """Return the cosine of a unit ``vector`` to each of the passages ``numbers``, in their order."""
        found: Vectors = self.rows(numbers) @ vector
        return found

    def search(self, vector: Vectors, limit: int, scope: str | None = None) -> list[tuple[int, float]]:
        """Rank passages, or those of a ``scope`` ("record", "page"), by cosine to a unit ``vector``, best first."""
        query = vector.reshape(1, -1)
        found: list[tuple[int, float]] = []
        if scope != "page":
            found += _hits(*self._records.search(query, max(min(limit, self._records.ntotal), 1)), 0)
        if scope != "record":
            found += self._search_pages(query, limit)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:limit]

    def _search_pages(self, query: Vectors, limit: int) -> list[tuple[int, float]]:
        first = self._records.ntotal
        if self._exact is None:
            return _hits(*self._pages.search(query, max(min(limit, self._pages.ntotal), 1)), first)
        parameters = faiss.SearchParametersIVF()
        parameters.nprobe = PROBES
        _, proposed = self._pages.search(query, max(limit, CANDIDATES), params=parameters)
        numbers = np.sort(proposed[proposed >= 0])
        cosines = self._exact.read(numbers) @ query[0]
        return [(int(n) + first, float(c)) for n, c in zip(numbers, cosines, strict=True)]


def _hits(scores: NDArray[np.float32], numbers: NDArray[np.int64], first: int) -> list[tuple[int, float]]:
    return [(int(n) + first, float(s)) for n, s in zip(numbers[0], scores[0], strict=True) if n >= 0]
