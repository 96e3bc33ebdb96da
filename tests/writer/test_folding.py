from __future__ import annotations

from dataclasses import replace

import pytest

from hcpcs_rag.domain import Draft, Pair, Row
from hcpcs_rag.writer.folding import MAX_ABOVE, MAX_WORDS, folded, without_repeats


def above(drafts: list[Draft]) -> list[str]:
    return [draft.text for draft in folded(drafts) if not draft.more]


def test_the_first_statement_stands_and_what_goes_beyond_a_glance_is_folded() -> None:
    drafts = [Draft(f"Statement {n}.", ()) for n in range(MAX_ABOVE + 2)]
    assert above(drafts) == [draft.text for draft in drafts[:MAX_ABOVE]]
    long = [Draft("word " * MAX_WORDS, ()), Draft("Another.", ())]
    assert above(long) == [long[0].text]


def test_a_list_a_table_and_codes_that_pair_are_told_whole() -> None:
    item = replace(Draft("An item.", ()), item=True)
    row = Draft("A: 1.", (), row=Row(("page", 0), ("A",), ("1",)))
    pair = Draft("Use with E0779: A4222.", (), pair=Pair("use_with", "E0779", "A4222", "Supplies"))
    for one in (item, row, pair):
        assert len(above([Draft("A lead:", ()), *[one] * 9])) == 10


@pytest.mark.parametrize(
    ("first", "second", "repeats"),
    [
        ("Modifier N1: Group 1 oxygen coverage criteria met.", 'Official descriptor: "Group 1 oxygen coverage criteria met".', True),
        ("E0781 is covered for pain.", "E0781 is covered for chemotherapy.", False),
        ("E0781 is covered for pain.", "E0781 is not covered for pain.", False),
        ("At most 3 units are covered a month.", "At most 6 units are covered a month.", False),
        ("E0781 is covered with E0776.", "E0781 is covered with E0779.", False),
    ],
)  # fmt: skip
def test_only_what_adds_nothing_is_a_repeat(first: str, second: str, repeats: bool) -> None:
    kept = without_repeats([Draft(first, ()), Draft(second, ())])
    assert (len(kept) == 1) == repeats
