from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.language import words
from hcpcs_rag.writer.statements import clean


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("**A4220**: Refill kit", "A4220: Refill kit"),
        ("- Keep the\n  order.", "Keep the order."),
        ("## Units", "Units"),
        ("one * two", "one * two"),
    ],
)
def test_marks_of_layout_go(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.lists(st.sampled_from(["not", "A4222", "1.5", "oxygen", "with", "**", "-", "•"]), max_size=20))
def test_no_word_is_lost_or_changed(parts: list[str]) -> None:
    text = " ".join(parts)
    assert words(clean(text)) == words(text)
