from __future__ import annotations

import pytest

from hcpcs_rag.units import differ, of, stated


@pytest.mark.parametrize(
    ("wording", "unit"),
    [
        ("Injection, ketorolac tromethamine, per 15 mg", {"mg": 15.0}),
        ("Ground mileage, per statute mile", {"per mile": 1.0}),
        ("Lancets, per box of 100", {"count": 100.0}),
        ("Blood glucose test strips, per 50 strips", {"count": 50.0}),
        ("Portable oxygen concentrator, rental", {}),
    ],
)
def test_units_of_descriptors(wording: str, unit: dict[str, float]) -> None:
    assert of(wording) == unit


@pytest.mark.parametrize(
    ("sentence", "unit"),
    [
        ("One unit of J1885 is 30 mg.", {"mg": 30.0}),
        ("One unit of A4259 is a single lancet.", {"count": 1.0}),
        ("A0390 is billed per trip.", {"per trip": 1.0}),
        ("Up to 3 units per month are allowed.", {}),
        ("No more than one unit is billed per month.", {}),
        ("The pump delivers 30 mg an hour.", {}),
    ],
)
def test_units_that_pages_state(sentence: str, unit: dict[str, float]) -> None:
    assert stated(sentence) == unit


def test_units_differ_by_amount_or_by_what_they_are_per() -> None:
    assert differ({"mg": 15.0}, {"mg": 30.0})
    assert differ({"per mile": 1.0}, {"per trip": 1.0})
    assert not differ({"mg": 15.0}, {"mg": 15.0})
    assert not differ({"mg": 15.0}, {"per month": 1.0})  # what is said of another thing contradicts nothing
    assert not differ({}, {"mg": 30.0})
