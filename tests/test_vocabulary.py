from __future__ import annotations

from hcpcs_rag.language import stems
from hcpcs_rag.vocabulary import concepts, exacting, expand, share_met


def test_lay_words_meet_official_wording() -> None:
    wanted = concepts("sugar meter")
    assert len(wanted) == 1
    assert wanted[0].met_by(stems("Home blood glucose monitor"))
    assert not wanted[0].met_by(stems("Oxygen meter"))


def test_abbreviations_work_both_ways() -> None:
    assert share_met(concepts("POC"), stems("Portable oxygen concentrator, rental")) == 1.0
    assert share_met(concepts("portable oxygen concentrator"), stems("the POC")) == 1.0


def test_coverage_is_a_share() -> None:
    wanted = concepts("purple pump")
    assert share_met(wanted, stems("infusion pump")) == 0.5
    assert share_met((), set()) == 1.0


def test_expansion_adds_other_wordings() -> None:
    assert {"poc", "portable", "concentrator"} <= set(expand(concepts("poc")))


def test_exacting_concepts_are_found_in_any_wording() -> None:
    assert [c.wording for c in exacting("who is the manufacturer of it")] == ["manufacturer"]
    assert exacting("modifier for brand new equipment") == ()
    (found,) = exacting("does the Veterans Administration pay")
    assert found.met_by({"veteran", "administr"})
    assert not found.met_by({"administr"})


def test_a_single_word_said_to_be_ignored_is_ignored_though_a_group_has_it() -> None:
    assert concepts("lcd criteria", frozenset({"lcd"}))[0].wording == "criteria"
    assert concepts("lcd criteria")[0].wording == "lcd"
