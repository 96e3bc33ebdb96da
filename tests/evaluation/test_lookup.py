from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.errors import QuestionSetError
from hcpcs_rag.evaluation.lookup import active_records, descriptor_queries, drug_queries, reworded
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


def test_drug_table(index: Index, tmp_path: Path) -> None:
    from reportlab.lib.pagesizes import letter
    from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

    rows = [
        ["Drug Name", "Unit", "Method", "Code"],
        ["Artificial saliva", "30 ml", "ORAL", "A9155"],
        ["Pump stuff", "1", "IV", "A4222"],
        ["Pump stuff", "2", "IV", "A4224"],
        ["Thing, see Other"],
    ]
    table = Table(rows, style=TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")]))
    SimpleDocTemplate(str(tmp_path / "t.pdf"), pagesize=letter).build([table])
    queries = drug_queries(tmp_path / "t.pdf", index)
    assert [(q.text, q.relevant) for q in queries] == [("Pump stuff", ("A4222", "A4224"))]
