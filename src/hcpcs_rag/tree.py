"""A document as a tree: headings with levels, leads with their lists, items with labels, tables, questions with answers.

Every loader makes the same ``Block``s, in the order of the text; a block names the one that it stands under, so that no
sense is lost where a list, a table or an answer is read apart. Offsets are those of ``Page.text``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hcpcs_rag.domain import Span

BlockKind = Literal[
    "heading", "question", "paragraph", "item", "row", "header", "caption", "fact", "citation", "navigation", "gap"
]
"""``header`` is the row that names a table's columns, ``question`` a heading or summary that asks; a ``gap`` is an empty
stretch that ends what stands above it."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a document with one role; ``start`` and ``end`` leave out marks such as bullets.

    ``level`` is the depth of a heading, 1 the outermost. ``label`` is the number or letter of an item. ``under`` is the
    number of the block that it stands under: the lead of a list or a table, the item around an inner list, the list
    whose criteria a sentence goes back to. ``header`` is the number of the row that names the columns of a row.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    label: str | None = None
    under: int | None = None
    header: int | None = None


@dataclass(slots=True)
class Tree:
    """The blocks of a document, in order, while they are put together."""

    blocks: list[Block]

    def add(self, block: Block) -> int:
        """Take the next block; return its number."""
        self.blocks.append(block)
        return len(self.blocks) - 1

    def change(self, number: int, **fields: object) -> None:
        """Change a block that was added before."""
        self.blocks[number] = replace(self.blocks[number], **fields)  # type: ignore[arg-type]


def is_title(block: Block) -> bool:
    """Say whether a block names what stands below it: a heading, or a question that is one."""
    return block.kind in ("heading", "question") and block.level > 0


def heading_paths(blocks: Sequence[Block]) -> list[tuple[int, ...]]:
    """Return, for each block, the numbers of the headings it stands below, outermost first."""
    paths: list[tuple[int, ...]] = []
    open_: list[int] = []
    for number, block in enumerate(blocks):
        if is_title(block):
            while open_ and blocks[open_[-1]].level >= block.level:
                open_.pop()
        paths.append(tuple(open_))
        if is_title(block):
            open_.append(number)
    return paths


def chain(blocks: Sequence[Block], number: int) -> list[int]:
    """Return the numbers of the leads and items that a block stands under, outermost first."""
    found: list[int] = []
    above = blocks[number].under
    while above is not None and above not in found:
        found.append(above)
        above = blocks[above].under
    return found[::-1]


def spans_of(blocks: Sequence[Block], numbers: Sequence[int]) -> tuple[Span, ...]:
    """Return the spans of some blocks."""
    return tuple((blocks[n].start, blocks[n].end) for n in numbers)
