"""Lines of plain text → tree: which list an item belongs to, which lines are rows of one table, what a heading is over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from hcpcs_rag.loaders import boilerplate
from hcpcs_rag.loaders.layout import HEADER, Line
from hcpcs_rag.loaders.outline import Outline, is_lead, is_unfinished
from hcpcs_rag.tables import names_columns, table_cells
from hcpcs_rag.tree import Block, BlockKind, Tree

_CITES = re.compile(r"\W*(?:source|url|canonical|link)\s*:\s*https?://", re.IGNORECASE)
LITERATURE = re.compile(r"\b(?:bibliography|references|sources? of information|literature)\b", re.IGNORECASE)
"""A heading below which sources are listed and nothing is ruled."""


ENDING = 4
"""Words by which two items end alike."""


def _ending(item: str) -> tuple[str, ...]:
    """The last words of an item without a stop; empty for one with a stop, or too short."""
    words = item.lower().split()
    return tuple(words[-ENDING:]) if len(words) > ENDING and words[-1][-1].isalnum() else ()


@dataclass(slots=True)
class TextTree:
    """Puts the lines of a text together as a tree."""

    text: str
    tree: Tree = field(default_factory=lambda: Tree([]))
    outline: Outline = field(default_factory=Outline)
    header: int | None = None
    intro: int | None = None
    named_row: int | None = None
    literature: bool = False

    def build(self, lines: Sequence[Line]) -> list[Block]:
        """Return the blocks of all lines, in order."""
        for number, line in enumerate(lines):
            following = lines[number + 1] if number + 1 < len(lines) else None
            body = self.text[line.start : line.end]
            if line.kind != "row":
                self.header = self.named_row = None
            if line.kind == "gap":
                self.outline.end()
                self.intro = None
                self.tree.add(Block("gap", line.start, line.end))
            elif line.kind == "heading":
                self._heading(line, body)
            elif boilerplate.is_legal_or_advert(body):
                self.tree.add(Block("navigation", line.start, line.end))
            elif line.kind == "row":
                self._row(line, body)
            elif line.kind == "item" or (line.kind == "paragraph" and self._is_bare_item(body)):
                self._item(line, body)
            elif line.kind == "field":
                self.outline.paragraph(len(self.tree.blocks), body, is_lead(body))
                self.tree.add(Block("citation" if _CITES.match(body) else "fact", line.start, line.end))
            else:
                opens = following is not None and following.kind == "item" and is_unfinished(body)
                self._paragraph(line, body, is_lead(body) or opens)
        self._nest_by_repetition()
        return self.tree.blocks

    def _nest_by_repetition(self) -> None:
        """Put items below the ones that name them, where only their wording tells: "History that is relevant to needs",
        its parts, "Examination that is relevant to needs", its parts."""
        lists: dict[tuple[int, int | None], list[int]] = {}
        first = -1
        for number, block in enumerate(self.tree.blocks):
            if block.kind != "item":
                first = number
            elif block.label is None:
                lists.setdefault((first, block.under), []).append(number)
        for items in lists.values():
            ends = [_ending(self.text[self.tree.blocks[n].start : self.tree.blocks[n].end]) for n in items]
            heads = [at for at, end in enumerate(ends) if end and end == ends[0]]
            if len(heads) < 2 or any(b - a < 2 for a, b in zip(heads, heads[1:], strict=False)):
                continue
            for at, number in enumerate(items):
                if at not in heads:
                    self.tree.change(number, under=items[max(h for h in heads if h < at)])

    def _heading(self, line: Line, body: str) -> None:
        self.outline.end()
        self.intro = None
        self.literature = bool(LITERATURE.search(body))
        self.tree.add(Block("question" if body.endswith("?") else "heading", line.start, line.end, max(line.level, 1)))

    def _paragraph(self, line: Line, body: str, leads: bool) -> None:
        number = len(self.tree.blocks)
        above = self.outline.paragraph(number, body, leads)
        self.intro = number if leads else None
        kind: BlockKind = "citation" if self.literature or _CITES.match(body) else "paragraph"
        self.tree.add(Block(kind, line.start, line.end, under=above))

    def _is_bare_item(self, body: str) -> bool:
        """Say whether a line without a bullet is an item of the list that was just introduced."""
        last = self.tree.blocks[-1] if self.tree.blocks else None
        in_list = self.outline.lead is not None or (last is not None and last.kind == "item" and last.label == "")
        return in_list and boilerplate.could_be_menu(body)

    def _item(self, line: Line, body: str) -> None:
        number = len(self.tree.blocks)
        under, label = self.outline.item(number, line.mark, line.level, body)
        self.intro = number if is_lead(body) else None
        bare = line.kind != "item"
        self.tree.add(Block("item", line.start, line.end, label="" if bare else label, under=under))

    def _row(self, line: Line, body: str) -> None:
        """A row stands under the line that introduces its table, or under the row whose first cell it leaves out."""
        number = len(self.tree.blocks)
        goes_on = line.start > 0 and self.text[line.start - 1] == "\t"
        if line.level == HEADER:
            self.header = None
        named = line.level == HEADER or names_columns(table_cells(body))
        if self.header is None and self.named_row is None and named:
            self.header = number
            self.tree.add(Block("header", line.start, line.end, under=self.intro))
            return
        under = self.named_row if goes_on else self.intro
        self.tree.add(Block("row", line.start, line.end, under=under, header=self.header))
        if not goes_on:
            self.named_row = number
