from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.language import content_words, foreign_language, split_sentences, stem, stems


def sentences(text: str) -> list[str]:
    return [text[s:e] for s, e in split_sentences(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One here. Two there.", ["One here.", "Two there."]),
        ("during transport.This code is used", ["during transport.", "This code is used"]),
        ("normal rhythm.A0392 is used", ["normal rhythm.", "A0392 is used"]),
        ("supplies (e.g., gel) are in. More", ["supplies (e.g., gel) are in.", "More"]),
        ("at 1.5 mg per day. Then stop", ["at 1.5 mg per day.", "Then stop"]),
        ("the supplies utilized., During transport", ["the supplies utilized.", "During transport"]),
        ("1. Assess the patient.", ["1. Assess the patient."]),
        ("see www.cms.gov for more", ["see www.cms.gov for more"]),
        ("", []),
    ],
)
def test_cuts_between_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(max_size=300))
def test_spans_are_ordered_and_lose_no_letter(text: str) -> None:
    spans = split_sentences(text, 0, len(text))
    assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False))
    kept = "".join(text[s:e] for s, e in spans)
    assert sum(c.isalnum() for c in kept) == sum(c.isalnum() for c in text)


def test_stems_meet_across_forms() -> None:
    assert stem("concentrators") == stem("concentrator")
    assert stem("aed") == "aed"
    assert {"portabl", "non-insulin", "insulin"} <= stems("portable, non-insulin")


def test_content_words_drop_small_words() -> None:
    assert content_words("What is the code for a pump?") == ["code", "pump"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("¿Se puede facturar A4604 con E0561?", "Spanish"),
        ("Was bedeutet der Code E0482?", "German"),
        ("Quels codes pour une pompe avec les tubes?", "French"),
        ("что такое E1392", "another script"),
        ("was E1392 valid in March 2024?", None),
        ("What is E1392?", None),
        ("E1392", None),
    ],
)
def test_another_language_is_told(text: str, language: str | None) -> None:
    assert foreign_language(text) == language
