from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.domain import Page
from hcpcs_rag.loaders.text import read_text
from hcpcs_rag.web import excerpt

TABLE = """---
title: Supplies
sources:
  - LCD L00001 Supplies
---
# Supplies

**Two** rules apply:

- A4221 is counted by the week.
  - A4222 is counted by the bag.

| Code | Most | Period |
|---|---|---|
| A4221 | 4 | month |
| A4222 | 30 | month |
"""


def page_of(text: str) -> Page:
    return read_text(text, "/x/supplies.md", "0" * 64)


def draw(text: str, quote: str) -> str:
    page = page_of(text)
    start = page.text.index(quote) if quote else 0
    return excerpt.draw(page, start, start + len(quote), page.body, len(page.text))


def test_headings_lists_and_tables_are_drawn_as_such() -> None:
    drawn = re.sub(r"</?a\b[^>]*>", "", draw(TABLE, ""))
    assert "<h4>Supplies</h4>" in drawn
    assert "<p>Two rules apply:</p>" in drawn
    assert len(re.findall("class='item'", drawn)) == 2
    assert "<th>Code</th><th>Most</th><th>Period</th>" in drawn
    assert "<td>A4222</td><td>30</td><td>month</td>" in drawn
    assert not re.search(r"[|#]|\*\*|---|title:", drawn)


def test_a_row_is_marked_by_its_cells_and_its_header_is_set_off() -> None:
    drawn = re.sub(r"</?a\b[^>]*>", "", draw(TABLE, "| A4222 | 30 | month |"))
    marks = re.findall(r"<td><mark[^>]*>([^<]*)</mark></td>", drawn)
    assert marks == ["A4222", "30", "month"]
    assert len(re.findall("id='quote'", drawn)) == 1, "the first one is scrolled to"
    assert "<tr class=of-quote><th>Code</th>" in drawn


@given(st.text(alphabet=st.sampled_from("ab E1392|#*-.:\n<&\t1)"), max_size=200), st.data())
def test_the_letters_of_a_text_are_all_drawn_and_those_of_the_quote_marked(text: str, data: st.DataObject) -> None:
    page = page_of(text)
    start = data.draw(st.integers(0, len(page.text)))
    end = data.draw(st.integers(start, len(page.text)))
    drawn = re.sub(r"</?a\b[^>]*>", "", excerpt.draw(page, start, end, 0, len(page.text)))

    def letters(part: str) -> list[str]:
        return [c for c in html.unescape(re.sub(r"<[^>]*>", "", part)) if c.isalnum()]

    marks = "".join(re.findall(r"<mark[^>]*>(.*?)</mark>", drawn, re.DOTALL))
    assert letters(drawn) == [c for c in page.text if c.isalnum()]
    assert letters(marks) == [c for c in page.text[start:end] if c.isalnum()]
