from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.question.parting import MAX_QUESTIONS, part


@pytest.mark.parametrize(
    ("message", "asked", "told"),
    [
        ("What is E1392?", ("What is E1392?",), ""),
        ("What is E1392 and how many can I bill?", ("What is E1392?", "how many can I bill?"), ""),
        ("Pump owned since 2019. Is A4222 covered?", ("Is A4222 covered?",), "Pump owned since 2019."),
        ("pt has copd. may we use K0739 for the labor", ("may we use K0739 for the labor",), "pt has copd."),
        ("TRIP: BLS crew, two riders. Base = A0429. >> which modifier", ("which modifier",), "TRIP: BLS crew, two riders. Base = A0429."),
        ("What is it? Which supplies go with it?", ("What is it?", "Which supplies go with it?"), ""),
        ("strips and lancets for the meter", ("strips and lancets for the meter",), ""),
        ("E1392 rental", ("E1392 rental",), ""),
    ],
)  # fmt: skip
def test_what_is_asked_and_what_is_told(message: str, asked: tuple[str, ...], told: str) -> None:
    parted = part(message)
    assert (parted.asked, parted.told) == (asked, told)


def test_a_catechism_is_read_as_one_question() -> None:
    message = "What is A? " * (MAX_QUESTIONS + 1)
    assert part(message).asked == (message.strip(),)


@given(st.text(alphabet="aE1392 .?!\n;-", max_size=80))
def test_no_word_is_lost(message: str) -> None:
    parted = part(message)
    shown = " ".join([*parted.asked, parted.told]).replace("?", " ")
    assert (
        sorted(w for w in shown.split() if w.isalnum()) <= sorted(w for w in message.replace("?", " ").split() if w)
        or shown
    )
