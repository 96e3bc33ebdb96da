from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.numbering import announced, label_of, owed, readings, referred, roman


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ("3.", {("decimal.", 3)}),
        ("(b)", {("lower-alpha()", 2)}),
        ("(i)", {("lower-roman()", 1), ("lower-alpha()", 9)}),
        ("IV.", {("upper-roman.", 4)}),
        ("•", set()),
    ],
)
def test_a_mark_is_read_in_every_way_it_can_be_meant(mark: str, expected: set[tuple[str, int]]) -> None:
    assert {(one.style, one.number) for one in readings(mark)} == expected


@given(st.integers(1, 20), st.sampled_from(["decimal", "lower-roman", "upper-roman"]))
def test_what_is_labelled_is_read_again(number: int, style: str) -> None:
    assert (style + ".", number) in {(one.style, one.number) for one in readings(label_of(style, number) + ".")}


def test_roman_numbers_are_those_of_the_schoolbook() -> None:
    assert [roman(n) for n in (1, 4, 9, 14, 19, 40)] == ["i", "iv", "ix", "xiv", "xix", "xl"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is criterion D", ("D",)),
        ("criteria (1) and (3) above are met", ("1", "3")),
        ("as told in #2 above", ("2",)),
        ("indications I–III apply", ("I", "II", "III")),
        ("the chair is of Group II", ()),
        ("criteria of the policy", ()),
    ],
)
def test_what_a_text_refers_to(text: str, expected: tuple[str, ...]) -> None:
    assert referred(text) == expected


def test_a_lead_announces_labels_and_an_item_owes_them() -> None:
    assert announced("Criteria A – C are met:") == ("A", "B", "C")
    assert announced("The pump is covered:") == ()
    assert owed("Criteria 3 and 4 are met.") == ("3", "4")
