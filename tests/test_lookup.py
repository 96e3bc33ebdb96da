from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.index.opened import Index
from hcpcs_rag.lookup import MODIFIERS, Filters, as_csv, look_up


def codes(typed: str, index: Index, filters: Filters = Filters()) -> list[str]:  # noqa: B008
    return [row.record.code for row in look_up(typed, index, filters)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("E13", ["E1390", "E1392"]),
        ("e1392", ["E1392"]),
        ("E0779, E0784", ["E0779", "E0784"]),
        ("ground mil", ["A0425", "A0390"]),
        ("kx", ["KX"]),
        ("zzzz qqqq", []),
    ],
)
def test_codes_beginnings_and_words(index: Index, typed: str, expected: list[str]) -> None:
    assert codes(typed, index) == expected


def test_lay_words_find_what_no_descriptor_says(index: Index) -> None:
    assert codes("dry mouth spit substitute", index)[:1] == ["A9155"]


def test_nothing_typed_lists_all_that_pass(index: Index) -> None:
    assert codes("", index, Filters(family=MODIFIERS)) == ["GD", "KX"]
    assert codes("", index, Filters(coverage="I")) == ["A0390"]
    assert codes("", index, Filters(status="ended")) == ["A9155", "GD"]
    assert "A9155" in codes("", index, Filters(status="active", on=date(2020, 6, 1)))
    assert codes("oxygen", index, Filters(family="A")) == []


@given(typed=st.text(max_size=30))
def test_anything_may_be_typed_and_no_code_is_listed_twice_or_invented(index: Index, typed: str) -> None:
    found = codes(typed, index)
    assert len(found) == len(set(found))
    assert set(found) <= set(index.known)


def test_csv_reads_back(index: Index) -> None:
    rows = look_up("", index, Filters(family="A"))
    read = list(csv.DictReader(io.StringIO(as_csv(rows))))
    assert [r["code"] for r in read] == [row.record.code for row in rows]
    assert [r["descriptor"] for r in read] == [row.record.long for row in rows]
    assert read[0]["coverage_meaning"] == "not payable by Medicare"
