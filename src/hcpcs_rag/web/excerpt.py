"""The text of a page → HTML as it is meant to be read: headings, lists and tables, with the quote marked in them.

What a line is, the page's own sentences say; whatever marks of layout its text still holds are not shown.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from hcpcs_rag.domain import Page, Sentence, Span
from hcpcs_rag.web.markup import linked

_MARKS = re.compile(r"\*\*|__|</?(?:b|i|em|strong|u|br|p|span)\s*/?>", re.IGNORECASE)
_OPENS_HEADING = re.compile(r"\s*#{1,6}\s+")
_OPENS_ITEM = re.compile(r"\s*(?:[-*•–]\s+)?")
_OPENS_LINE = re.compile(r"\s*(?:>\s*)*")
_RULES_OFF = re.compile(r"[\s|:=+-]*[|=+-][\s|:=+-]*")
"""A line that is drawn between the rows of a table, or below a heading."""
INDENT = 2
"""Spaces of a level in canonical text."""


@dataclass
class _Quote:
    """The span to mark; the first mark drawn can be scrolled to."""

    start: int
    end: int
    drawn: bool = False

    def touches(self, low: int, high: int) -> bool:
        return self.start < high and low < self.end


def draw(page: Page, start: int, end: int, low: int, high: int) -> str:
    """Draw ``page.text[low:high]`` with ``[start, end)`` marked."""
    quote = _Quote(start, end)
    sentences = sorted(page.sentences, key=lambda s: s.start)
    starts = [s.start for s in sentences]
    headers = {s.header for s in sentences if s.header}
    quoted = {s.header for s in sentences if s.header and quote.touches(s.start, s.end)}
    parts: list[str] = []
    rows: list[str] = []
    words: list[str] = []

    def close() -> None:
        if words:
            parts.append(f"<p>{' '.join(words)}</p>")
        if rows:
            parts.append(f"<div class='wide'><table class='source-table'>{''.join(rows)}</table></div>")
        words.clear()
        rows.clear()

    for at, to in _lines(page.text, low, high):
        sentence = _sentence(sentences, starts, at, to)
        header = next((h for h in headers if h[0] < to and at < h[1]), None)
        kind = "row" if header else sentence.kind if sentence else ""
        text = page.text[at:to]
        if not text.strip() or (_RULES_OFF.fullmatch(text) and not quote.touches(at, to)):
            if not rows or not text.strip():
                close()
        elif kind == "row":
            if words:
                close()
            rows.append(_row(page, at, to, quote, header, header in quoted))
        elif kind == "heading" or _OPENS_HEADING.match(text):
            close()
            parts.append(f"<h4>{_inline(page, _behind(_OPENS_HEADING, text, at), to, quote)}</h4>")
        elif kind in ("item", "fact", "caption", "question"):
            close()
            level = (len(text) - len(text.lstrip())) // INDENT
            css = "item" if kind == "item" else "line"
            told = _inline(page, _behind(_OPENS_ITEM, text, at), to, quote)
            parts.append(
                f"<p class='{css}' style='margin-inline-start:{min(level, 8) + (kind == 'item')}em'>{told}</p>"
            )
        else:
            if rows:
                close()
            words.append(_inline(page, _behind(_OPENS_LINE, text, at), to, quote))
    close()
    return "".join(parts)


def _lines(text: str, low: int, high: int) -> Iterator[Span]:
    at = low
    while at < high:
        to = text.find("\n", at, high)
        to = high if to < 0 else to
        yield at, to
        at = to + 1


def _sentence(sentences: list[Sentence], starts: list[int], at: int, to: int) -> Sentence | None:
    """The first sentence of a line, or that which runs on into it."""
    for k in range(max(bisect_right(starts, at) - 1, 0), len(sentences)):
        if sentences[k].start >= to:
            return None
        if sentences[k].end > at:
            return sentences[k]
    return None


def _behind(opening: re.Pattern[str], text: str, at: int) -> int:
    match = opening.match(text)
    return at + (match.end() if match else 0)


def _row(page: Page, at: int, to: int, quote: _Quote, header: Span | None, of_quote: bool) -> str:
    """A row of a table; the header of a marked row is set off too."""
    bar = "|" if "|" in page.text[at:to] else "\t"
    cells, low = [], at
    for piece in page.text[at:to].split(bar):
        cells.append((low, low + len(piece)))
        low += len(piece) + 1
    if bar == "|":  # the bars at both ends part nothing
        cells = cells[not page.text[slice(*cells[0])].strip() : len(cells) - (not page.text[slice(*cells[-1])].strip())]
    tag = "th" if header else "td"
    drawn = "".join(f"<{tag}>{_inline(page, *_stripped(page.text, *cell), quote)}</{tag}>" for cell in cells)
    return f"<tr{' class=of-quote' if of_quote else ''}>{drawn}</tr>"


def _stripped(text: str, low: int, high: int) -> Span:
    piece = text[low:high]
    return low + len(piece) - len(piece.lstrip()), max(low + len(piece.rstrip()), low)


def _inline(page: Page, low: int, high: int, quote: _Quote) -> str:
    """Draw ``[low, high)`` without marks of layout, the part of the quote in it marked."""
    cuts = sorted({low, high, *(at for at in (quote.start, quote.end) if low < at < high)})
    drawn = []
    for a, b in zip(cuts, cuts[1:], strict=False):
        told = linked(_MARKS.sub("", page.text[a:b]), html.escape)
        if quote.start <= a < b <= quote.end and told.strip():
            place = "" if quote.drawn else " id='quote' tabindex='-1'"
            quote.drawn = True
            told = f"<mark{place}>{told}</mark>"
        drawn.append(told)
    return "".join(drawn)
