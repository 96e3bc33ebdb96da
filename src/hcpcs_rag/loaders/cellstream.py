"""Tables pasted with each cell on a line of its own, a bar behind it: which cells make a row.

Where a blank line parts the rows, they are told by it. Where it parts every cell, the number of columns is the one under
which the columns are most alike: codes below codes, numbers below numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hcpcs_rag.domain import Span

MIN_CELLS = 4
MAX_COLUMNS = 8
MAX_CELL = 120
"""Characters of a line within a cell of several lines; a longer one is prose."""
_KINDS = (
    ("code", re.compile(r"[A-Z]\d{4}\b.*", re.DOTALL)),
    ("number", re.compile(r"[\d.,$% ]+|\d+\s+(?:per|every|each)\b.*", re.DOTALL)),
    ("blank", re.compile(r"[\W_]*")),
)


@dataclass(frozen=True, slots=True)
class _Token:
    """A line that is not blank: where its text stands, whether a bar ends it, and whether a blank line stands before it."""

    start: int
    end: int
    bar: bool
    parted: bool


@dataclass(frozen=True, slots=True)
class _Cell:
    start: int
    end: int
    parted: bool


def find_rows(text: str) -> list[Span]:
    """Return the spans of the rows of all such tables of a text, in order, bars between cells included."""
    found: list[Span] = []
    tokens = list(_tokens(text))
    at = 0
    while at < len(tokens):
        cells, following = _cells(text, tokens, at)
        if len(cells) >= MIN_CELLS and (columns := _columns(text, cells)):
            rows = [cells[i : i + columns] for i in range(0, len(cells), columns)]
            found += [(row[0].start, row[-1].end) for row in rows]
            at = following
        else:
            at += 1
    return found


def _tokens(text: str) -> Iterator[_Token]:
    position, parted = 0, True
    for line in text.splitlines(keepends=True):
        body = line.strip()
        if body:
            begin = position + line.index(body[0])
            bar = body.endswith("|") and body.count("|") == 1
            inner = body[:-1].rstrip() if bar else body
            yield _Token(begin, begin + len(inner), bar, parted)
        parted = not body
        position += len(line)


def _cells(text: str, tokens: Sequence[_Token], at: int) -> tuple[list[_Cell], int]:
    """The cells that follow one another from a token on, and the number of the token behind the last of them."""
    cells: list[_Cell] = []
    following = at
    opened: list[_Token] = []
    for number in range(at, len(tokens)):
        token = tokens[number]
        body = text[token.start : token.end]
        if "|" in body or len(body) > (MAX_CELL if not token.bar or opened else 10 * MAX_CELL):
            break
        if not cells and not token.bar and (body.endswith((":", "?", ".")) or number > at + 1):
            break
        if token.parted and not token.bar and len(cells) > 1 and not any(cell.parted for cell in cells[1:]):
            break  # a table without blank lines between its cells ends at one
        if body:
            opened.append(token)
        if token.bar:
            if not opened:
                break
            cells.append(_Cell(opened[0].start, opened[-1].end, opened[0].parted))
            opened = []
            following = number + 1
        elif not cells and len(opened) > 1:
            break
    return cells, following


def _columns(text: str, cells: Sequence[_Cell]) -> int:
    """The number of columns; 0 if the cells make no table."""
    first = [number for number, cell in enumerate(cells) if cell.parted or not number]
    widths = {b - a for a, b in zip(first, [*first[1:], len(cells)], strict=True)}
    if len(first) > 1 and len(widths) == 1 and widths != {1}:
        return widths.pop()
    kinds = [_kind(text[cell.start : cell.end]) for cell in cells]
    fitting = [n for n in range(2, MAX_COLUMNS + 1) if len(cells) % n == 0 and len(cells) // n >= 2]
    return max(fitting, key=lambda n: (_likeness(kinds, n), -n), default=0)


def _kind(cell: str) -> str:
    return next((name for name, pattern in _KINDS if pattern.fullmatch(cell)), "text")


def _likeness(kinds: Sequence[str], columns: int) -> float:
    """The share of cells, those of the first row aside, that are of the commonest kind of their column."""
    body = kinds[columns:]
    alike = sum(
        Counter(body[column::columns]).most_common(1)[0][1] for column in range(columns) if body[column::columns]
    )
    return alike / max(len(body), 1)
