from __future__ import annotations

from hcpcs_rag.language import stems
from hcpcs_rag.vocabulary import concepts, coverage, expand


def test_lay_words_meet_official_wording() -> None:
    wanted = concepts("sugar meter")
    assert len(wanted) == 1
    assert wanted[0].met_by(stems("Home blood glucose monitor"))
    assert not wanted[0].met_by(stems("Oxygen meter"))


def test_abbreviations_work_both_ways() -> None:
    assert coverage(concepts("POC"), stems("Portable oxygen concentrator, rental")) == 1.0
    assert coverage(concepts("portable oxygen concentrator"), stems("the POC")) == 1.0


def test_coverage_is_a_share() -> None:
    wanted = concepts("purple pump")
    assert coverage(wanted, stems("infusion pump")) == 0.5
    assert coverage((), set()) == 1.0


def test_expansion_adds_other_wordings() -> None:
    assert {"poc", "portable", "concentrator"} <= set(expand(concepts("poc")))
