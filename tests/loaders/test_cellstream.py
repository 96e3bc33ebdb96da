from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.loaders.cellstream import find_rows


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in text[low:high].split("|")] for low, high in find_rows(text)]


PARTED_ROWS = "Code |\nMost |\n\nA4364 |\n4 |\n\nA4402 |\n2 |\n"
PARTED_CELLS = "Code |\n\nMost |\n\nA4364 |\n\n4 |\n\nA4402 |\n\n2 |\n"
CLOSE = "What is usual?\nCode |\nMost |\nA4364 |\n4 |\nA4402 |\n2 |\n\nPayment\nis made once a month.\n"


@pytest.mark.parametrize("text", [PARTED_ROWS, PARTED_CELLS, CLOSE], ids=["rows parted", "cells parted", "close"])
def test_cells_a_line_each_make_rows(text: str) -> None:
    assert rows(text) == [["Code", "Most"], ["A4364", "4"], ["A4402", "2"]]


def test_prose_makes_no_rows() -> None:
    assert find_rows("A line.\nAnother | line.\n\n- an item\n- a second one\n") == []


@given(st.text(alphabet="aA1|\n .:", max_size=200))
def test_rows_stand_in_order_and_within_the_text(text: str) -> None:
    found = find_rows(text)
    assert all(0 <= low < high <= len(text) for low, high in found)
    assert all(a[1] <= b[0] for a, b in zip(found, found[1:], strict=False))
