from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hcpcs_rag.index import vectors

SCOPES = [(None, 0, 50), ("record", 0, 20), ("page", 20, 50)]


def unit(count: int, dimension: int = 16, seed: int = 7) -> vectors.Vectors:
    matrix = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    found: vectors.Vectors = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    return found


@pytest.mark.parametrize(("scope", "low", "high"), SCOPES)
def test_results_equal_plain_numpy_by_value(tmp_path: Path, scope: str | None, low: int, high: int) -> None:
    matrix = unit(50)
    vectors.build(tmp_path / "v", matrix, 20)
    opened = vectors.VectorIndex(tmp_path / "v")
    for query in matrix[:10]:
        scores = matrix[low:high] @ query
        order = np.argsort(-scores, kind="stable")[:5]
        found = opened.search(query, 5, scope)
        assert [n for n, _ in found] == [int(i) + low for i in order]
        assert np.allclose([s for _, s in found], scores[order], atol=1e-5)
    assert np.array_equal(opened.rows(range(50)), matrix)
    assert np.allclose(opened.cosines(matrix[0], [40, 3]), matrix[[40, 3]] @ matrix[0], atol=1e-6)


def test_beyond_the_limit_an_approximate_index_finds_what_exact_search_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same interface, records still exact, cosines to half precision, and nearly all of the ten nearest."""
    monkeypatch.setattr(vectors, "FLAT_UP_TO", 1_000)
    monkeypatch.setattr(vectors, "PROBES", 12)
    centres = unit(60, 32)
    around = centres[np.arange(6_000) % 60] + 0.15 * unit(6_000, 32, 8)
    matrix = np.vstack([unit(30, 32, 9), around / np.linalg.norm(around, axis=1, keepdims=True)]).astype(np.float32)
    vectors.build(tmp_path / "v", matrix, 30)
    assert (tmp_path / "v" / vectors.EXACT).stat().st_size == 6_000 * 32 * 2
    opened = vectors.VectorIndex(tmp_path / "v")
    assert len(opened) == len(matrix)
    met = 0
    for query in unit(50, 32, 10):
        best = set(np.argsort(-(matrix[30:] @ query))[:10] + 30)
        found = opened.search(query, 10, "page")
        met += len(best & {n for n, _ in found})
        assert np.allclose([s for _, s in found], matrix[[n for n, _ in found]] @ query, atol=2e-3)
        records = matrix[:30] @ query
        assert [n for n, _ in opened.search(query, 3, "record")] == list(np.argsort(-records)[:3])
    assert met / 500 >= 0.95
    assert np.abs(opened.rows([2, 5_000]) - matrix[[2, 5_000]]).max() < 1e-3


@pytest.mark.parametrize(("records", "scope"), [(0, "record"), (4, "page")])
def test_an_empty_scope_has_no_results(tmp_path: Path, records: int, scope: str) -> None:
    vectors.build(tmp_path / "v", np.eye(4, dtype=np.float32), records)
    assert vectors.VectorIndex(tmp_path / "v").search(np.eye(4, dtype=np.float32)[0], 3, scope) == []
