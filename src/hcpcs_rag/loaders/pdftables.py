"""Ruled tables of a PDF page, by pdfplumber: cells as drawn, wrapped lines put together.

pypdf tells where words stand but not which cell they are in, so a cell that wraps would fall apart into
rows of its own. Only pages that draw lines are read this way, because it takes about ten times as long.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import pdfplumber
from pdfplumber.page import Page as PlumberPage

MIN_CELLS = 4
"""Cells of the smallest thing taken for a table: a frame around a paragraph is none."""


def read_pages(data: bytes, numbers: Sequence[int]) -> dict[int, str]:
    """Return the text of the pages that hold a ruled table, rows with their cells parted by tabs."""
    found: dict[int, str] = {}
    if not numbers:
        return found
    with pdfplumber.open(io.BytesIO(data)) as document:
        for number in numbers:
            page = document.pages[number]
            text = _page_text(page)
            if text:
                found[number] = text
            page.close()
    return found


def _page_text(page: PlumberPage) -> str | None:
    """The page from top to bottom, tables as rows between the text above and below them."""
    tables = [t for t in page.find_tables() if len(t.cells) >= MIN_CELLS and len(t.rows) >= 2]
    if not tables:
        return None
    parts = []
    top = 0.0
    for table in sorted(tables, key=lambda t: t.bbox[1]):
        parts.append(_between(page, top, table.bbox[1]))
        rows = [[" ".join((cell or "").split()) for cell in row] for row in table.extract()]
        parts.append("\n".join("\t".join(row) for row in rows if any(row)))
        top = table.bbox[3]
    parts.append(_between(page, top, float(page.height)))
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(part for part in parts if part.strip()))


def _between(page: PlumberPage, top: float, bottom: float) -> str:
    if bottom - top < 1:
        return ""
    return page.crop((0, max(0, top), page.width, min(bottom, page.height))).extract_text() or ""
