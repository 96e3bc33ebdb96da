from __future__ import annotations

import pytest

from hcpcs_rag.index.opened import Index
from hcpcs_rag.question.description import describe, head_noun, mend


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("wheelchair van", "van"),
        ("CPAP mask", "mask"),
        ("Foot rest, for use with commode chair, each", "rest"),
        ("Commode chair, mobile or stationary", "chair"),
        ("bag for the leg", "bag"),
        ("the of", ""),
    ],
)
def test_the_head_noun_is_the_thing_itself(text: str, noun: str) -> None:
    assert head_noun(text) == noun


def test_slips_are_mended_towards_the_release_and_english_is_left_alone(index: Index) -> None:
    assert mend("portabel oxigen concentrater", index) == "portable oxygen concentrator"
    assert mend("stiff chart shows", index) == "stiff chart shows"  # near "staff", "cart" and "shoes"
    assert mend("cathter", index) == "catheter"


def test_a_description_is_told_as_typed_and_in_the_words_of_descriptors(index: Index) -> None:
    described = describe("potty chair", index)
    assert described.wordings == ("potty chair", "commode chair")
    assert described.heads == {"chair"}
    assert described.concepts[0].met_by({"commod", "chair"})
    assert describe("pump", index).wordings == ("pump",)
