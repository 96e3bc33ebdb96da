from __future__ import annotations

import pytest

from hcpcs_rag.slips import commonest_near, is_form, nearest_word, within


def test_within_counts_a_swap_as_one_slip() -> None:
    assert within("oxgyen", ["oxygen", "ocean"], 1) == [(1, "oxygen")]


@pytest.mark.parametrize(
    ("word", "other"), [("unit", "units"), ("documents", "document"), ("prosthetic", "prosthetics")]
)
def test_a_form_of_a_word_is_no_slip(word: str, other: str) -> None:
    assert is_form(word, other)


def test_the_nearest_word_is_given_only_where_there_is_one() -> None:
    assert nearest_word("modifer", {"modifier", "monitor"}) == "modifier"
    assert nearest_word("claom", {"claim", "claam"}) is None


def test_of_several_near_words_the_commonest_is_meant() -> None:
    assert commonest_near("concentrater", {"concentrator": 30, "concentrated": 2}) == "concentrator"
    assert commonest_near("splnt", {"splint": 9, "spent": 40}) == "spent"
    assert commonest_near("xylophone", {"splint": 9}) is None
