from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag import codes

KNOWN = {"E1392", "A4222", "E0779", "E0780", "E0781", "E0784", "A2024"}
code = st.builds(lambda a, n: f"{a}{n:04d}", st.sampled_from(codes.LETTERS), st.integers(0, 9999))


def read(message: str) -> list[str]:
    return [c for m in codes.read_codes(message, KNOWN) for c in m.codes]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("what is e1392?", ["E1392"]),
        ("E 1392 please", ["E1392"]),
        ("A-4222", ["A4222"]),
        ("EO779", ["E0779"]),
        ("e 0779 thru e0781", ["E0779", "E0780", "E0781"]),
        ("E0779-E0781", ["E0779", "E0780", "E0781"]),
        ("E0779/80/81", ["E0779", "E0780", "E0781"]),
        ("E9999", ["E9999"]),
        ("in a 2024 claim", []),
        ("bill at 4222 units", []),
        ("L33794 and 99213", []),
        ("E13921", []),
    ],
)
def test_reads_any_spelling(message: str, expected: list[str]) -> None:
    assert read(message) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pumps (E0784), A4224 and a4225", ("E0784", "A4224", "A4225")),
        ("codes E0779-E0781", ("E0779", "E0780", "E0781")),
        ("L33794, CPT 99213, J44.9, XA4222", ()),
        ("described by l6692", ("L6692",)),
    ],
)
def test_finds_codes_of_documents(text: str, expected: tuple[str, ...]) -> None:
    assert codes.find_codes(text) == expected


@given(code)
def test_a_code_is_found_where_it_stands(one: str) -> None:
    text = f"bill {one.lower()} now"
    (mention,) = codes.find_mentions(text)
    assert mention.codes == (one,)
    assert text[mention.start : mention.end].upper() == one


@given(st.text(alphabet=string.printable, max_size=200))
def test_mentions_are_ordered_and_apart(text: str) -> None:
    spans = [(m.start, m.end) for m in codes.read_codes(text, KNOWN)]
    assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False))
    assert all(codes.is_code(c) for m in codes.find_mentions(text) for c in m.codes)


@given(code, st.integers(0, 30))
def test_a_range_holds_its_ends_and_counts_right(first: str, width: int) -> None:
    last_number = int(first[1:]) + width
    if last_number <= 9999:
        expanded = codes.expand_range(first, f"{first[0]}{last_number:04d}")
        assert len(expanded) == width + 1
        assert expanded[0] == first


def test_a_backward_or_boundless_range_is_two_codes() -> None:
    assert codes.expand_range("E0781", "E0779") == ("E0781", "E0779")
    assert codes.expand_range("A0001", "A9999") == ("A0001", "A9999")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the RR modifier", ("RR",)),
        ("modifiers KX and GA", ("KX", "GA")),
        ("E1392-RR", ("RR",)),
        ("what is it at the end", ()),
        ("modifier at the end", ()),
        ("modifier rr", ("RR",)),
    ],
)
def test_modifiers_only_where_meant(text: str, expected: tuple[str, ...]) -> None:
    assert codes.find_modifiers(text, {"RR", "KX", "GA", "AT"}.__contains__) == expected


def test_bare_modifiers_need_capitals_among_small_letters() -> None:
    known = {"KX", "PT"}.__contains__
    assert codes.find_bare_modifiers("can we put KX on it", known) == ("KX",)
    assert codes.find_bare_modifiers("CAN WE PUT KX ON IT", known) == ()
    assert codes.find_bare_modifiers("the PT was seen", known) == ()
    assert codes.find_bare_modifiers("What is PT?", known) == ("PT",)  # asked after by itself
    assert codes.find_bare_modifiers("what is pt", known) == ()


def test_look_alikes_are_named_by_system() -> None:
    found = {(x.text, x.system) for x in codes.find_look_alikes("is 99213 for J44.9 ok, cost $12345")}
    assert found == {("99213", "CPT"), ("J44.9", "ICD-10")}


@given(code, st.integers(1, 4), st.sampled_from("0123456789"))
def test_one_slip_is_near(one: str, position: int, digit: str) -> None:
    typed = one[:position] + digit + one[position + 1 :]
    if typed != one:
        assert one in codes.nearest(typed, {one, "Z0000"})
