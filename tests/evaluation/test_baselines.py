from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.evaluation.baselines import RRF_K, fuse


@given(st.lists(st.lists(st.integers(0, 20), unique=True), max_size=4))
def test_fusion_is_the_sum_of_reciprocal_ranks(rankings: list[list[int]]) -> None:
    fused = fuse(*rankings)
    for item, score in fused.items():
        assert abs(score - sum(1 / (RRF_K + r.index(item) + 1) for r in rankings if item in r)) < 1e-12
    assert list(fused.values()) == sorted(fused.values(), reverse=True)
