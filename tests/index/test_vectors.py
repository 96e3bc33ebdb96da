from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hcpcs_rag.index import vectors


@pytest.mark.parametrize(("scope", "low", "high"), [(None, 0, 50), ("record", 0, 20), ("page", 20, 50)])
def test_results_equal_plain_numpy_by_value(tmp_path: Path, scope: str | None, low: int, high: int) -> None:
    random = np.random.default_rng(7)
    matrix = random.normal(size=(50, 16)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    vectors.build(tmp_path / "v", matrix)
    opened = vectors.VectorIndex(tmp_path / "v", 20)
    for query in matrix[:10]:
        scores = matrix[low:high] @ query
        order = np.argsort(-scores, kind="stable")[:5]
        found = opened.search(query, 5, scope)
        assert [n for n, _ in found] == [int(i) + low for i in order]
        assert np.allclose([s for _, s in found], scores[order], atol=1e-5)
    assert np.array_equal(opened.all(), matrix)


def test_an_empty_scope_has_no_results(tmp_path: Path) -> None:
    vectors.build(tmp_path / "v", np.eye(4, dtype=np.float32))
    assert vectors.VectorIndex(tmp_path / "v", 0).search(np.eye(4, dtype=np.float32)[0], 3, "record") == []
