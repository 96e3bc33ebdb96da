"""Read the layout of plain text: headings, labels, paragraphs, list items, fields and table rows.

Pages saved as text mark headings in many ways: ``#`` (also in mid-line), bold, ``=== so ===``, a short
line of its own, capitals, a question, a label with a colon. ``parse_lines`` recognises them by form
alone and returns them with offsets; nothing here knows a publisher.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from hcpcs_rag import facets
from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import Facet
from hcpcs_rag.loaders import boilerplate
from hcpcs_rag.loaders.cellstream import find_rows

LineKind = Literal["heading", "label", "short", "paragraph", "item", "field", "row", "gap"]

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
BULLET_MARK = re.compile(
    r"(?:[•▪◦●·‣*+–—-]|o(?=\s{2,})|\(?\d{1,2}[.)]|\([a-z]{1,3}\)|(?:[a-z]|[ivx]{2,4})[.)]"
    r"|[A-Z][.)](?=(?:\s+\S+){5}|(?:[^\S\n]+\S+){2,}?[:;]\s*$))\s+(?=\S)"
)
_LONE_BULLET = re.compile(r"[•▪◦●·‣*+–—-]|\(?\d{1,2}[.)]|\([a-z]{1,3}\)|[a-z]\)")
_INLINE_BULLET = re.compile(
    r"(?<=[.:;)])\s{1,8}(?P<mark>[•▪●‣*–-])\s{1,8}(?=[\"“*A-Z0-9])|\s{1,8}(?P<dot>[•▪●‣])\s{1,8}(?=\S)"
)
_FIELD = re.compile(r"(?P<key>[A-Z][A-Za-z0-9 /&()'’-]{1,40}?)\s*:\s?(?=\S)")
_TABLE_ROW = re.compile(r"\|.*\|\s*|[^\t\n]{1,120}(?:\t[^\t\n]*)+")
_QUESTION_MARK = re.compile(r"(?:Q|A|Question|Answer)\s*\d{0,2}\s*[:.]\s+(?=\S)")
_ASKED = re.compile(r"^\s*Q\s*\d{0,2}\s*[:.]", re.MULTILINE)
"""Where no line opens with "Q.", a line that opens with "A." is the first criterion of a list, not an answer."""
_BARE_ROW = re.compile(r"[^|\n]{1,120}(?:\s\|\s[^|\n]*){2,}")
_BRACKETS = re.compile(r"\([^()]*\)")
_SPEAKS = re.compile(
    r"\b(?:include|are|is|must|following|bill\w*|used?|with|payable|covered|not|met|during|when|if)\b", re.IGNORECASE
)
_TABLE_RULE = re.compile(r"[|\s:+-]+$")


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of a page with one role; ``start`` and ``end`` leave out marks such as bullets, ``mark`` is that mark.

    ``level`` is the depth of a heading, or how far an item is indented; ``fresh`` says that it opens a line below a blank one.
    """

    kind: LineKind
    start: int
    end: int
    level: int = 0
    fresh: bool = False
    mark: str = ""


def parse_lines(text: str) -> list[Line]:
    """Cut a page into lines, in order. Two or more blank lines give a ``gap``."""
    blocks: list[Line] = []
    position = 0
    blank = 1
    mark: tuple[int, str] | None = None
    tables = find_rows(text)
    for line in text.splitlines(keepends=True):
        body = line.strip()
        begin = position + len(line) - len(line.lstrip())
        while tables and tables[0][1] < begin:
            tables.pop(0)
        if body and tables and tables[0][0] <= begin:
            if tables[0][0] == begin:
                blocks.append(Line("row", *tables[0], fresh=True))
            blank, mark = 0, None
        elif body == "|":
            pass  # the bar behind the last cell of a row
        elif not body:
            blank += 1
            mark = None
        elif _LONE_BULLET.fullmatch(body):
            mark, blank = (line.index(body[0]) + 1, body), 0  # an empty item is no gap
        else:
            if blank >= 2 and blocks:
                blocks.append(Line("gap", position, position))
            fresh = list(_line_blocks(text, begin, begin + len(body)))
            if not fresh and _TABLE_RULE.fullmatch(body) and blocks and blocks[-1].kind == "row":
                blocks[-1] = replace(blocks[-1], level=HEADER)
            if blank and fresh:
                fresh[0] = replace(fresh[0], fresh=True)
            if mark is not None and fresh:
                fresh[0] = _as_item(fresh[0], *mark)
            elif blank == 0 and blocks and fresh:
                fresh[0:1] = _join(text, blocks, fresh[0])
            blocks.extend(fresh)
            blank, mark = 0, None
        position += len(line)
    return _settle_short_lines(text, blocks)


def _as_item(block: Line, level: int, mark: str) -> Line:
    """A line whose bullet stands on the line above it, as pages pasted from a browser have it."""
    kinds = ("paragraph", "short", "label", "field", "heading")
    return replace(block, kind="item", level=level, mark=mark) if block.kind in kinds else block


def _line_blocks(text: str, start: int, end: int) -> Iterator[Line]:
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


def _marked_heading(text: str, start: int, end: int, level: int) -> Iterator[Line]:
    """A ``#`` heading, and the text behind it where the line runs on."""
    bold = _BOLD_LEAD.match(text, start, end)
    if bold:
        yield Line("heading", *bold.span("title"), level)
        start = bold.end()
    elif end - start <= HEADING_CHARS:
        yield Line("heading", start, end, level)
        return
    else:
        stop = re.compile(r"[?:]\s|\s[-•]\s").search(text, start, start + HEADING_CHARS)
        if stop:
            yield Line("heading", start, stop.start() + (text[stop.start()] == "?"), level)
            start = stop.end()
    start, end = _trim(text, start, end)
    if start < end:
        yield from _plain_line(text, start, end)


def _plain_line(text: str, start: int, end: int) -> Iterator[Line]:
    asked = _QUESTION_MARK.match(text, start, end)
    if asked and not (asked.group().startswith("A.") and not _ASKED.search(text, 0, start)):
        start = asked.end()
    body = text[start:end]
    if _RULE_LINE.fullmatch(body):
        return
    ruled = _RULED.fullmatch(body) if len(body) <= 2 * HEADING_CHARS else None
    bold = _BOLD_LEAD.fullmatch(body)
    bullet = BULLET_MARK.match(text, start, end)
    if ruled or bold:
        match = ruled or bold
        assert match is not None
        yield Line("heading", start + match.start("title"), start + match.end("title"), 2)
    elif _is_cell_line(body) or _is_row(body):
        yield Line("row", start, end)
    elif _TABLE_RULE.fullmatch(body):
        return
    elif bullet:
        indent = bullet.start() - text.rfind("\n", 0, start)
        yield from _inline_items(text, bullet.end(), end, "item", indent, bullet.group().strip())
    elif body.endswith(":") and len(_BRACKETS.sub(" ", body).split()) <= HEADING_WORDS and ". " not in body:
        yield Line("label", start, end)
    elif _is_short(body):
        yield Line("short", start, end)
    elif _is_field(body):
        yield Line("field", start, end)
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


def _inline_items(text: str, start: int, end: int, kind: LineKind, level: int = 0, bullet: str = "") -> Iterator[Line]:
    """Split a run-on list ("must: - have an order. - keep records.") into its items."""
    marks = list(_INLINE_BULLET.finditer(text, start, end))
    if not marks or (len(marks) == 1 and text[marks[0].start() - 1] != ":"):
        yield Line(kind, start, end, level, mark=bullet)
        return
    yield Line(kind, *_trim(text, start, marks[0].start()), level, mark=bullet)
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        stop = following.start() if following else end
        yield Line("item", *_trim(text, mark.end(), stop), level + 1, mark=mark.group().strip())


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


def _join(text: str, blocks: list[Line], fresh: Line) -> list[Line]:
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
    kind: LineKind = "paragraph" if last.kind == "short" else last.kind
    blocks[-1] = replace(last, kind=kind, end=fresh.end)
    return []


def _settle_short_lines(text: str, blocks: list[Line]) -> list[Line]:
    """Decide which short lines are headings: those that prose, a list or fields follow.

    A short line before another short line is a heading only if it announces a facet and the other
    does not; so "Specialties" over "Emergency Medicine" is one, and a row of menu labels is none.
    """
    settled: list[Line] = []
    for i, block in enumerate(blocks):
        if block.kind == "label":
            block = _settle_label(text, block, _following(blocks, i))
        elif block.kind == "short":
            follower = _following(blocks, i)
            body = text[block.start : block.end]
            if _is_among_rows(text, blocks, i):
                settled.append(replace(block, kind="row"))
                continue
            announces = facets.of_heading(body) != Facet.GENERAL and not boilerplate.is_menu_word(body)
            if follower is None:
                kind: LineKind = "paragraph"
            elif follower.kind == "short":
                other = text[follower.start : follower.end]
                is_heading = body.endswith("?") is False and announces and facets.of_heading(other) == Facet.GENERAL
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


def _is_among_rows(text: str, blocks: list[Line], i: int) -> bool:
    """Say whether a short line stands between the rows of a table whose cells are parted by tabs."""
    around = [b for b in (*blocks[max(0, i - 3) : i], *blocks[i + 1 : i + 4]) if b.kind == "row"]
    return len(around) >= 2 and any("\t" in text[b.start : b.end] for b in around)


def _following(blocks: list[Line], i: int) -> Line | None:
    """The block after number ``i``, gaps passed over."""
    return next((blocks[j] for j in range(i + 1, len(blocks)) if blocks[j].kind != "gap"), None)


def _settle_label(text: str, block: Line, follower: Line | None) -> Line:
    """A label over a list or a table introduces it; one over prose is a heading, if it is worded like one.

    A label in capitals names a part of the page, whatever stands below it.
    """
    body = text[block.start : block.end - 1]
    named = _BRACKETS.sub(" ", body)
    speaks = _SPEAKS.search(named)
    titled = len(named.split()) <= 6 and body[:1].isupper() and not speaks and not find_codes(named)
    capitals = named.isupper() and len(named.split()) <= HEADING_WORDS
    introduces = follower is None or follower.kind in ("item", "row", "short")
    if capitals or (titled and not introduces):
        return replace(block, kind="heading", end=block.end - 1, level=LABEL)
    return block


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
