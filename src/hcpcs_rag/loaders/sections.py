"""Blocks of a page → its sections with facets and its citable sentences, each under the line that leads it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hcpcs_rag import facets
from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import Section, Sentence
from hcpcs_rag.language import split_sentences
from hcpcs_rag.loaders import boilerplate
from hcpcs_rag.loaders.layout import HEADER, Block

_KEY = re.compile(r"([A-Z][A-Za-z ]{2,30}):\s?\S")
LEAD_WORDS = 6
"""A line before a list of at least this many words says something of its own."""


@dataclass(slots=True)
class _Lead:
    """A line that introduces a list, and how far the first item of the list is indented."""

    span: tuple[int, int]
    level: int | None = None


@dataclass(slots=True)
class SectionBuilder:
    """Collects blocks into sections and sentences."""

    text: str
    title: str
    page_starts: Sequence[int] = ()
    sections: list[Section] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    kept: int = 0
    heading: str = ""
    facet: str = facets.GENERAL
    leads: list[_Lead] = field(default_factory=list)
    header: tuple[int, int] | None = None
    named_row: tuple[int, int] | None = None
    after_heading: bool = False
    open_section: bool = False

    def add(self, block: Block) -> None:
        """Take the next block."""
        body = self.text[block.start : block.end]
        if block.kind == "gap":
            self._gap()
        elif boilerplate.is_legal_or_advert(body):
            return
        elif block.kind == "heading":
            self._heading(body)
            self.kept += 1
        elif block.kind == "label":
            if len(body.split()) >= LEAD_WORDS:
                self._content(replace(block, kind="paragraph"), body)
            self.leads = [_Lead((block.start, block.end))]
            self.header = None
            self.kept += 1
        elif not self._is_button(block, body):
            self._content(block, body)
            self.kept += 1
            self.after_heading = False

    def _gap(self) -> None:
        """Two blank lines after a list end it, whether or not a heading follows."""
        self.leads.clear()
        self.header = None
        if self.sentences and self.sentences[-1].kind == "item":
            self.heading, self.facet, self.open_section = "", facets.GENERAL, False

    def _heading(self, body: str) -> None:
        self.heading = " ".join(body.strip("*# ").split())
        is_title = self.heading == self.title or not self.sections and bool(find_codes(body))
        self.facet = facets.GENERAL if is_title and not body.endswith("?") else facets.of_heading(self.heading)
        self.leads.clear()
        self.header = None
        self.open_section = False
        self.after_heading = True

    def _is_button(self, block: Block, body: str) -> bool:
        """A short label that belongs to no heading and no list is a button or a menu entry."""
        if block.kind != "paragraph" or not boilerplate.could_be_menu(body):
            return False
        if self.leads:
            return False  # a line of the list that was just introduced
        under_heading = self.after_heading and self.facet != facets.GENERAL
        return not under_heading and (len(body.split()) <= 3 or boilerplate.is_menu_word(body) or not self.sections)

    def _content(self, block: Block, body: str) -> None:
        if body.strip("*# ") == self.title and body[-1] not in ".!?":
            return
        facet = self.facet if self.facet != facets.GENERAL else facets.of_content(body)
        last = self.sections[-1] if self.sections else None
        key = _KEY.match(body) if block.kind in ("item", "field") and self.facet == facets.GENERAL else None
        if key and facets.of_heading(key.group(1)) != facets.GENERAL:
            facet = facets.of_heading(key.group(1))
        elif block.kind in ("item", "row") and self.open_section and last:
            facet = last.facet  # a list or a table stays whole
        number = bisect_right(self.page_starts, block.start) or None
        if self.open_section and last and (last.facet, last.page_number) == (facet, number):
            self.sections[-1] = replace(last, end=block.end)
        else:
            self.sections.append(Section(len(self.sections), self.heading, facet, block.start, block.end, number))
            self.open_section = True
        ordinal = len(self.sections) - 1
        if block.kind == "field":
            self.sentences.append(Sentence(block.start, block.end, "field", ordinal))
            return
        if block.kind == "row":
            self._row(block, ordinal)
            return
        if block.kind == "paragraph" and self.leads and boilerplate.could_be_menu(body):
            block = replace(block, kind="item")  # a list without bullets
        if block.kind == "paragraph":
            self.leads.clear()
            self.header = None
        self._prose(block, ordinal)

    def _row(self, block: Block, ordinal: int) -> None:
        """A row is led by the first row of its table, or by the row whose first cell it leaves out."""
        goes_on = block.start > 0 and self.text[block.start - 1] == "\t"
        if block.level == HEADER:
            self.header = None
        self.sentences.append(
            Sentence(block.start, block.end, "row", ordinal, self.named_row if goes_on else self.header)
        )
        names_columns = block.level == HEADER or not find_codes(self.text[block.start : block.end])
        if self.header is None and names_columns:
            self.header = (block.start, block.end)
        if not goes_on:
            self.named_row = (block.start, block.end)

    def _prose(self, block: Block, ordinal: int) -> None:
        """Sentences of a paragraph or an item; an item stands under its lead, and may be the lead of a list within it.

        Lists pasted without their indentation are all of one level: what follows a nested lead is taken for its items,
        and the way up over the leads' own leads still ends at the line that opens the whole list.
        """
        while block.kind == "item" and len(self.leads) > 1 and block.level < (self.leads[-1].level or 0):
            self.leads.pop()
        if block.kind == "item" and self.leads and self.leads[-1].level is None:
            self.leads[-1].level = block.level
        above = self.leads[-1].span if self.leads and block.kind == "item" else None
        pieces = split_sentences(self.text, block.start, block.end)
        for i, (start, end) in enumerate(pieces):
            introduces = self.text[end - 1] == ":" and i == len(pieces) - 1
            if introduces:
                self.leads.append(_Lead((start, end)))
            if introduces and len(self.text[start:end].split()) < LEAD_WORDS:
                continue
            if block.kind == "item" and i == 0:
                self.sentences.append(Sentence(start, end, "item", ordinal, above))
            else:
                self.sentences.append(Sentence(start, end, "sentence", ordinal))
