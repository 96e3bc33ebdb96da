"""Read the layout of plain text: headings, labels, paragraphs, list items, fields and table rows.

Pages saved as text mark headings in many ways: ``#`` (also in mid-line), bold, ``=== so ===``, a short
line of its own, capitals, a question, a label with a colon. ``parse_blocks`` recognises them by form
alone and returns blocks with offsets; nothing here knows a publisher.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from hcpcs_rag import facets
from hcpcs_rag.codes import find_codes
from hcpcs_rag.loaders import boilerplate

BlockKind = Literal["heading", "label", "short", "paragraph", "item", "field", "row", "gap"]

HEADER = 1
"""The level of a row that names the columns of its table."""
LABEL = 4
"""The level of a heading that is a label with a colon: it names a part, never the page."""
HEADING_CHARS = 110
HEADING_WORDS = 14

_HASHES = re.compile(r"(?<!\S)#{1,6}[ \t]+")
_BOLD_LEAD = re.compile(r"(\*\*|__)(?P<title>[^*_\n]{2,160}?)\1:?")
_RULED = re.compile(r"={2,}\s*(?P<title>[^=].*?)\s*={2,}\s*$")
_RULE_LINE = re.compile(r"[=*_\-~ ]{3,}$")
_BULLET = re.compile(
    r"(?:[•▪◦●·‣*+–—-]|o(?=\s{2,})|\(?\d{1,2}[.)]|\([a-z]{1,3}\)|(?:[a-z]|[ivx]{2,4})[.)]"
    r"|[A-Z][.)](?=(?:\s+\S+){5}))\s+(?=\S)"
)
_LONE_BULLET = re.compile(r"[•▪◦●·‣*+–—-]|\(?\d{1,2}[.)]|\([a-z]{1,3}\)|[a-z]\)")
_INLINE_BULLET = re.compile(
    r"(?<=[.:;)])\s{1,8}(?P<mark>[•▪●‣*–-])\s{1,8}(?=[\"“*A-Z0-9])|\s{1,8}(?P<dot>[•▪●‣])\s{1,8}(?=\S)"
)
_FIELD = re.compile(r"(?P<key>[A-Z][A-Za-z0-9 /&()'’-]{1,40}?)\s*:\s?(?=\S)")
_TABLE_ROW = re.compile(r"\|.*\|\s*|[^\t\n]{1,120}(?:\t[^\t\n]*)+")
_QUESTION_MARK = re.compile(r"(?:Q|A|Question|Answer)\s*\d{0,2}\s*[:.]\s+(?=\S)")
_BARE_ROW = re.compile(r"[^|\n]{1,120}(?:\s\|\s[^|\n]*){2,}")
_TABLE_RULE = re.compile(r"[|\s:+-]+$")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a page with one role; ``start`` and ``end`` leave out marks such as bullets.

    ``fresh`` says that it opens a line below a blank one.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    fresh: bool = False


def parse_blocks(text: str) -> list[Block]:
    """Cut a page into blocks, in order. Two or more blank lines give a ``gap`` block."""
    blocks: list[Block] = []
    position = 0
    blank = 1
    mark: int | None = None
    for line in text.splitlines(keepends=True):
        body = line.strip()
        if not body:
            blank += 1
            mark = None
        elif _LONE_BULLET.fullmatch(body):
            mark = line.index(body[0])
        else:
            if blank >= 2 and blocks:
                blocks.append(Block("gap", position, position))
            begin = position + line.index(body[0])
            fresh = list(_line_blocks(text, begin, begin + len(body)))
            if not fresh and _TABLE_RULE.fullmatch(body) and blocks and blocks[-1].kind == "row":
                blocks[-1] = replace(blocks[-1], level=HEADER)
            if blank and fresh:
                fresh[0] = replace(fresh[0], fresh=True)
            if mark is not None and fresh:
                fresh[0] = _as_item(fresh[0], mark)
            elif blank == 0 and blocks and fresh:
                fresh[0:1] = _join(text, blocks, fresh[0])
            blocks.extend(fresh)
            blank, mark = 0, None
        position += len(line)
    return _settle_short_lines(text, blocks)


def _as_item(block: Block, level: int) -> Block:
    """A line whose bullet stands on the line above it, as pages pasted from a browser have it."""
    return replace(block, kind="item", level=level) if block.kind in ("paragraph", "short", "label", "field") else block


def _line_blocks(text: str, start: int, end: int) -> Iterator[Block]:
    """Yield the blocks of one line, split at headings in mid-line."""
    marks = list(_HASHES.finditer(text, start, end))
    cuts = [start, *(m.start() for m in marks if m.start() > start), end]
    for begin, stop in zip(cuts, cuts[1:], strict=False):
        begin, stop = _trim(text, begin, stop)
        if begin == stop:
            continue
        mark = _HASHES.match(text, begin, stop)
        if mark:
            yield from _marked_heading(text, mark.end(), stop, mark.group().count("#"))
        else:
            yield from _plain_line(text, begin, stop)


def _marked_heading(text: str, start: int, end: int, level: int) -> Iterator[Block]:
    """A ``#`` heading, and the text behind it where the line runs on."""
    bold = _BOLD_LEAD.match(text, start, end)
    if bold:
        yield Block("heading", *bold.span("title"), level)
        start = bold.end()
    elif end - start <= HEADING_CHARS:
        yield Block("heading", start, end, level)
        return
    else:
        stop = re.compile(r"[?:]\s|\s[-•]\s").search(text, start, start + HEADING_CHARS)
        if stop:
            yield Block("heading", start, stop.start() + (text[stop.start()] == "?"), level)
            start = stop.end()
    start, end = _trim(text, start, end)
    if start < end:
        yield from _plain_line(text, start, end)


def _plain_line(text: str, start: int, end: int) -> Iterator[Block]:
    asked = _QUESTION_MARK.match(text, start, end)
    if asked:
        start = asked.end()
    body = text[start:end]
    if _RULE_LINE.fullmatch(body):
        return
    ruled = _RULED.fullmatch(body) if len(body) <= 2 * HEADING_CHARS else None
    bold = _BOLD_LEAD.fullmatch(body)
    bullet = _BULLET.match(text, start, end)
    if ruled or bold:
        match = ruled or bold
        assert match is not None
        yield Block("heading", start + match.start("title"), start + match.end("title"), 2)
    elif _is_cell_line(body) or _is_row(body):
        yield Block("row", start, end)
    elif _TABLE_RULE.fullmatch(body):
        return
    elif bullet:
        yield from _inline_items(text, bullet.end(), end, "item", level=bullet.start() - text.rfind("\n", 0, start))
    elif body.endswith(":") and len(body.split()) <= HEADING_WORDS and ". " not in body:
        yield Block("label", start, end)
    elif _is_short(body):
        yield Block("short", start, end)
    elif _is_field(body):
        yield Block("field", start, end)
    else:
        yield from _inline_items(text, start, end, "paragraph")


def _is_row(body: str) -> bool:
    """Say whether a line is a row of a table: cells parted by bars, with or without one at each end, or by tabs."""
    return bool(_TABLE_ROW.fullmatch(body) or _BARE_ROW.fullmatch(body)) and not _TABLE_RULE.fullmatch(body)


def _is_cell_line(body: str) -> bool:
    """Say whether a line is one cell of a table that has each cell on a line of its own."""
    return len(body) > 1 and body.endswith("|") and body.count("|") == 1


def _is_field(body: str) -> bool:
    """Say whether a line is ``key: value``, and not a sentence with a colon or a run-on list."""
    field = _FIELD.match(body)
    return bool(field and len(body) <= 160 and len(field.group("key").split()) <= 5 and not _INLINE_BULLET.search(body))


def _inline_items(text: str, start: int, end: int, kind: BlockKind, level: int = 0) -> Iterator[Block]:
    """Split a run-on list ("must: - have an order. - keep records.") into its items."""
    marks = list(_INLINE_BULLET.finditer(text, start, end))
    if not marks or (len(marks) == 1 and text[marks[0].start() - 1] != ":"):
        yield Block(kind, start, end, level)
        return
    yield Block(kind, *_trim(text, start, marks[0].start()), level)
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        stop = following.start() if following else end
        yield Block("item", *_trim(text, mark.end(), stop), level + 1)


def _is_short(body: str) -> bool:
    """Say whether a line can be a heading: short, opens like one, is no sentence."""
    if len(body) > HEADING_CHARS or len(body.split()) > HEADING_WORDS:
        return False
    if body.endswith("?"):
        return True
    return (
        body[-1] not in ".;,!"
        and (body[0].isupper() or body[0].isdigit())
        and ". " not in body
        and not (_FIELD.match(body) and not body.isupper())
    )


def _join(text: str, blocks: list[Block], fresh: Block) -> list[Block]:
    """Join a hard-wrapped line to the block before it; return what is left to add."""
    last = blocks[-1]
    if (
        last.kind == fresh.kind == "row"
        and text[last.end - 1] == text[fresh.end - 1] == "|"
        and text[last.start] != "|"
    ):
        blocks[-1] = replace(last, end=fresh.end)  # a table with each cell on a line of its own
        return []
    continues = (
        last.kind in ("paragraph", "item", "short")
        and fresh.kind in ("paragraph", "short", "field", "label")
        and text[last.end - 1] not in ".!?:"
        and (
            text[fresh.start].islower()
            or (60 <= last.end - text.rfind("\n", 0, last.end) <= 130 and last.kind == "paragraph")
        )
    )
    if not continues:
        return [fresh]
    kind: BlockKind = "paragraph" if last.kind == "short" else last.kind
    blocks[-1] = replace(last, kind=kind, end=fresh.end)
    return []


def _settle_short_lines(text: str, blocks: list[Block]) -> list[Block]:
    """Decide which short lines are headings: those that prose, a list or fields follow.

    A short line before another short line is a heading only if it announces a facet and the other
    does not; so "Specialties" over "Emergency Medicine" is one, and a row of menu labels is none.
    """
    settled: list[Block] = []
    for i, block in enumerate(blocks):
        if block.kind == "label":
            block = _settle_label(text, block, _following(blocks, i))
        elif block.kind == "short":
            follower = _following(blocks, i)
            body = text[block.start : block.end]
            if _is_among_rows(text, blocks, i):
                settled.append(replace(block, kind="row"))
                continue
            announces = facets.of_heading(body) != facets.GENERAL and not boilerplate.is_menu_word(body)
            if follower is None:
                kind: BlockKind = "paragraph"
            elif follower.kind == "short":
                other = text[follower.start : follower.end]
                is_heading = body.endswith("?") is False and announces and facets.of_heading(other) == facets.GENERAL
                kind = "heading" if is_heading else "paragraph"
            elif follower.kind == "heading":
                kind = "paragraph"
            elif not (block.fresh or announces) or (find_codes(body) and re.search(r"\s\d", body) and not block.fresh):
                kind = "paragraph"  # a line of a run of lines, not a heading over them
            else:
                kind = "paragraph" if boilerplate.is_menu_word(body) else "heading"
            block = replace(block, kind=kind, level=3)
        settled.append(block)
    return settled


def _is_among_rows(text: str, blocks: list[Block], i: int) -> bool:
    """Say whether a short line stands between the rows of a table whose cells are parted by tabs."""
    around = [b for b in (*blocks[max(0, i - 3) : i], *blocks[i + 1 : i + 4]) if b.kind == "row"]
    return len(around) >= 2 and any("\t" in text[b.start : b.end] for b in around)


def _following(blocks: list[Block], i: int) -> Block | None:
    """The block after number ``i``, gaps passed over."""
    return next((blocks[j] for j in range(i + 1, len(blocks)) if blocks[j].kind != "gap"), None)


def _settle_label(text: str, block: Block, follower: Block | None) -> Block:
    """A short label over a list is a heading of its own; a longer one introduces the list."""
    body = text[block.start : block.end - 1]
    speaks = re.search(
        r"\b(?:include|are|is|must|following|bill\w*|used?|with|payable|covered|not)\b", body, re.IGNORECASE
    )
    titled = len(body.split()) <= 6 and body[:1].isupper() and not speaks and not find_codes(body)
    if follower is None or follower.kind in ("heading", "label") or not titled:
        return replace(block, kind="label")
    return replace(block, kind="heading", end=block.end - 1, level=LABEL)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
