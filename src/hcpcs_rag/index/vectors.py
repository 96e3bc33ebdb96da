"""The dense index of passages: FAISS, exact inner product over unit vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


def build(path: Path, vectors: Vectors) -> None:
    """Write the index of ``vectors``, shape ``(n, dimension)``, to ``path``; row i is passage i."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(path))


class VectorIndex:
    """An opened dense index; ``records`` is the number of rows, at the front, that are records."""

    def __init__(self, path: Path, records: int) -> None:
        self._index = faiss.read_index(str(path))
        self._records = records

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def all(self) -> Vectors:
        """Return every vector, shape ``(n, dimension)``."""
        vectors: Vectors = self._index.reconstruct_n(0, self._index.ntotal)
        return vectors

    def cosines(self, vector: Vectors, numbers: Sequence[int]) -> Vectors:
        """Return the cosine of a unit ``vector`` to each of the passages ``numbers``, in their order."""
        found: Vectors = self._index.reconstruct_batch(np.array(numbers, dtype=np.int64)) @ vector
        return found

    def search(self, vector: Vectors, limit: int, scope: str | None = None) -> list[tuple[int, float]]:
        """Rank passages by cosine to a unit ``vector`` of shape ``(dimension,)``, best first."""
        low, high = {"record": (0, self._records), "page": (self._records, len(self))}.get(scope or "", (0, len(self)))
        if high <= low:
            return []
        parameters = None
        if scope:
            parameters = faiss.SearchParameters()
            parameters.sel = faiss.IDSelectorRange(low, high)
        scores, numbers = self._index.search(vector.reshape(1, -1), min(limit, high - low), params=parameters)
        return [(int(n), float(s)) for n, s in zip(numbers[0], scores[0], strict=True) if n >= 0]
