from __future__ import annotations

import pytest

from hcpcs_rag.question.spelling import mend


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("documantation for E1392", "documentation for E1392"),
        ("which modifers go on it", "which modifiers go on it"),
        ("is it coverd", "is it covered"),
        ("replacment how often", "replacement how often"),
    ],
)
def test_asking_words_are_put_right(typed: str, mended: str) -> None:
    assert mend(typed) == mended


@pytest.mark.parametrize(
    "text", ["does Aetna pay", "banana bread", "unit of E1392", "document it", "what is A4222", "Humana plan"]
)
def test_all_else_is_left_as_typed(text: str) -> None:
    assert mend(text) == text
