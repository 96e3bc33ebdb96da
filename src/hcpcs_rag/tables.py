"""Rows of tables as text: their cells, and whether a row names the columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hcpcs_rag.codes import find_codes

_AMOUNT = re.compile(r"[\d.,$% ]*\d[\d.,$% ]*|[\W_]+")


def table_cells(row: str) -> list[str]:
    """Return the cells of a row, parted by bars or tabs."""
    parts = row.strip().strip("|").split("|") if "|" in row else row.split("\t")
    return [" ".join(part.split()) for part in parts]


def names_columns(cells: Sequence[str]) -> bool:
    """Say whether a row can name the columns of a table: no code, no bare number and no sentence stands in it.

    Codes name columns where they stand alone in all cells but the first: "Item | E0607 | E2101".
    """
    if (
        len(cells) > 2
        and cells[0]
        and not find_codes(cells[0])
        and all(find_codes(cell) == (cell,) for cell in cells[1:])
    ):
        return len(set(cells)) == len(cells)
    return not any(find_codes(cell) or _AMOUNT.fullmatch(cell) or cell.endswith((".", "?", "!")) for cell in cells)
