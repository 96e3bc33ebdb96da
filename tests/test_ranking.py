from __future__ import annotations

import pytest

from hcpcs_rag.index.opened import Index
from hcpcs_rag.ranking import descriptor_quote, rank_codes, search_codes


def test_a_thing_that_the_release_has_is_sure_and_a_foreign_one_is_not(index: Index) -> None:
    (sure,) = rank_codes("portable oxygen concentrator", index, 1)
    assert sure.record.code == "E1392"
    assert sure.confidence > 0.95
    for foreign in ("quantum spleen stapler", "portable unicorn", "artificial mermaid tail"):
        assert rank_codes(foreign, index, 1)[0].confidence < 0.5, foreign


@pytest.mark.parametrize("typed", ["portabel oxigen concentrater", "POC", "portable oxygen concentrator rental"])
def test_however_it_is_typed(index: Index, typed: str) -> None:
    assert rank_codes(typed, index, 1)[0].record.code == "E1392"


def test_an_ended_code_comes_behind_its_kin(index: Index) -> None:
    saliva = next(hit for hit in rank_codes("artificial saliva", index, 9) if hit.record.code == "A9155")
    assert saliva.score < 1.6  # a whole match of a code in force scores 1.7 and more


def test_a_descriptor_is_quoted_as_it_stands(index: Index) -> None:
    record = index.record("E1392")
    assert record is not None
    assert descriptor_quote(record, index.record_page(record)).text == record.long


def test_a_word_without_end_means_nothing(index: Index) -> None:
    assert all(hit.confidence < 0.5 for hit in rank_codes("W" * 900, index, 3))


@pytest.mark.parametrize("typed", ["asdf qwerty", "zzzz", "my dog ate my homework", "12345"])
def test_nonsense_ranks_nothing(index: Index, typed: str) -> None:
    assert search_codes(typed, index, 5) == []
