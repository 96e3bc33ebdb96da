from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.errors import QuestionSetError
from hcpcs_rag.evaluation.lookup import active_records, descriptor_queries, read_queries, reworded
from hcpcs_rag.index.opened import Index

RULES = Path(__file__).resolve().parent.parent.parent / "evals" / "rewording.toml"


def test_reworded() -> None:
    told = reworded(
        "Injection, abatacept, 10 mg (code may be used for Medicare)", {"mg": "milligrams"}, {"injection": "shot"}
    )
    assert told == "abatacept 10 milligrams shot"
    assert reworded("Upper extremity orthosis", {}, {"upper extremity": "arm", "extremity": "limb"}) == "arm orthosis"
    assert reworded("Bag for the leg", {}, {}, {"for", "the"}) == "bag leg"


@given(st.text(max_size=200))
def test_any_text_can_be_reworded(text: str) -> None:
    told = reworded(text, {"mg": "milligrams"}, {"a b": "c"})
    assert "  " not in told


def test_descriptors(index: Index) -> None:
    queries = descriptor_queries(RULES, index, sampled=5)
    assert queries == descriptor_queries(RULES, index, sampled=5)
    assert len(queries) == 5
    active = {record.code for record in active_records(index)}
    assert "A9155" not in active  # ended
    assert all(set(q.relevant) <= active for q in queries)


def test_rules_that_are_none(index: Index, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text("[lay]\n")
    with pytest.raises(QuestionSetError):
        descriptor_queries(tmp_path / "r.toml", index)


def test_queries_are_read_and_a_wrong_line_is_told(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "a", "query": "potty chair", "codes": ["E0163", "E0165"]}\n', encoding="utf-8")
    assert [(q.id, q.text, q.relevant) for q in read_queries(path)] == [("a", "potty chair", ("E0163", "E0165"))]
    path.write_text('{"id": "a", "codes": []}\n', encoding="utf-8")
    with pytest.raises(QuestionSetError, match="line 1"):
        read_queries(path)
