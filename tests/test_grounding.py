from __future__ import annotations

from dataclasses import replace

import pytest

from hcpcs_rag.domain import Draft, Quote
from hcpcs_rag.grounding import ground, is_grounded
from hcpcs_rag.loaders.text import read_text

PAGE = read_text(
    "A4222 notes\n\nDo not bill A4222 with E0784. Count 1 unit of A4222 for each bag.", "/x/p.txt", "0" * 64
)
FIRST, SECOND = (Quote(PAGE, s.start, s.end) for s in PAGE.evidence())


@pytest.mark.parametrize(
    ("text", "quote", "grounded"),
    [
        ("Do not bill A4222 with E0784.", FIRST, True),
        ("Do not bill A4222 with E0779.", FIRST, False),
        ("Count 1 unit of A4222 for each bag.", SECOND, True),
        ("Count 2 units of A4222 for each bag.", SECOND, False),
        ("Do not count 1 unit of A4222.", SECOND, False),
        ("No. Do not bill A4222 with E0784.", FIRST, True),
    ],
)
def test_codes_numbers_and_negations_must_stand_in_the_quote(text: str, quote: Quote, grounded: bool) -> None:
    assert is_grounded(Draft(text, (quote,))) is grounded


def test_a_statement_without_a_quote_is_dropped() -> None:
    assert not is_grounded(Draft("Oxygen is fine.", ()))
    assert not is_grounded(Draft("Oxygen is fine.", (Quote(PAGE, 3, 3),)))
    assert not is_grounded(Draft("Oxygen is fine.", (Quote(PAGE, 3, 9_999),)))


def test_a_release_page_speaks_for_its_own_code() -> None:
    official = replace(PAGE, authority="release", subjects=("E9999",))
    quote = Quote(official, SECOND.start, SECOND.end)
    assert is_grounded(Draft("E9999: count 1 unit.", (quote,)))


def test_repeats_are_one_statement_with_all_citations() -> None:
    grounded = ground([Draft("Bags.", (FIRST,)), Draft("Bags.", (SECOND,)), Draft("Bags too.", (FIRST,))])
    assert [(s.text, s.citations) for s in grounded.statements] == [("Bags.", (1, 2)), ("Bags too.", (1,))]
    assert [c.number for c in grounded.citations] == [1, 2]
    assert all(PAGE.text[c.start : c.end] == c.quote for c in grounded.citations)
