"""Answers and pages → HTML. Everything from a page or a person is escaped: it is text, never markup."""

from __future__ import annotations

import html

from hcpcs_rag.composition import left_open, rows
from hcpcs_rag.domain import AUTHORITY_RANK, Answer, Citation, Page, Statement

CONTEXT_BEFORE, CONTEXT_AFTER = 300, 1_500
"""Characters shown before and after a quote: few before, so that the quote is in view at once."""

_AUTHORITY = {"release": "Official CMS release", "policy": "Medicare policy", "reference": "Reference page"}


def plain(text: str) -> str:
    """Escape text for a place that reads both HTML and Markdown: every mark becomes an entity."""
    return "".join(
        c if c.isalnum() or c in " \n,.;:?-'" else f"&#{ord(c)};" for c in text if c.isprintable() or c == "\n"
    )


def answer(value: Answer, turn: int) -> str:
    """Draw an answer; each ``[n]`` is a link to source n of this turn."""
    if value.parts:
        return "\n".join(
            f"<section class='part'><p class='asked'>{plain(part.standalone)}</p>{_body(part, turn)}</section>"
            for part in value.parts
        )
    understood = value.standalone != " ".join(value.question.split())
    head = f"<p class='understood'>Understood as: {plain(value.standalone)}</p>\n" if understood else ""
    return head + _body(value, turn)


def _body(value: Answer, turn: int) -> str:
    if value.status != "answered":
        return f"<p class='abstained'>{plain(value.text)}</p>"
    said = [_drawn(s, turn) for s in value.statements if not s.disagrees and s.cell is None]
    warned = "".join(f"<li>{_drawn(s, turn)}</li>" for s in value.statements if s.disagrees)
    parts = [f"<p>{said[0]}</p>"] if said else []
    if said[1:]:
        parts.append("<ul>" + "".join(f"<li>{one}</li>" for one in said[1:]) + "</ul>")
    if any(s.cell for s in value.statements):
        parts.append(_table(value, turn))
    if warned:
        parts.append(f"<div class='conflict' role='note'><strong>The sources disagree</strong><ul>{warned}</ul></div>")
    if value.unmet:
        parts.append(f"<p class='open'>{plain(left_open(value.unmet))}</p>")
    return "\n".join(parts)


def _drawn(statement: Statement, turn: int) -> str:
    return plain(statement.text) + _links(statement.citations, turn)


def _table(value: Answer, turn: int) -> str:
    columns, lines = rows(value.statements)
    head = "".join(f"<th scope='col'>{plain(column)}</th>" for column in columns)
    body = "".join(
        f"<tr><th scope='row'>{plain(name)}</th>"
        + "".join(f"<td>{'<br>'.join(_shown(s, turn) for s in cell) or '–'}</td>" for cell in row)
        + "</tr>"
        for name, row in lines
    )
    return f"<table class='compare'><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>"


def _shown(statement: Statement, turn: int) -> str:
    return plain(statement.cell.text if statement.cell else statement.text) + _links(statement.citations, turn)


def _links(numbers: tuple[int, ...], turn: int) -> str:
    return "".join(
        f" <a class='cite' href='#cite-{turn}-{n}' aria-label='Source {n}'>&#91;{n}&#93;</a>" for n in numbers
    )


def sources(value: Answer, pages: dict[str, Page], turn: int) -> str:
    """Draw the sources panel of an answer: one entry a citation, its page with the quote marked."""
    if not value.citations:
        return "<p class='empty'>No source was cited.</p>"
    ordered = sorted(value.citations, key=lambda c: c.number)
    entries = "".join(_source(c, pages[c.page_id], turn, is_open=c is ordered[0]) for c in ordered)
    return f"<div class='sources' aria-label='Sources'>{entries}</div>"


def _source(citation: Citation, page: Page, turn: int, *, is_open: bool) -> str:
    where = " · ".join(
        html.escape(x)
        for x in (
            _AUTHORITY[citation.authority],
            citation.section,
            f"page {citation.page_number}" if citation.page_number else "",
            page.publisher or "",
            f"read {page.read_on}" if page.read_on else "",
        )
        if x
    )
    return (
        f"<details id='cite-{turn}-{citation.number}' class='source rank{AUTHORITY_RANK[citation.authority]}'{' open' if is_open else ''}>"
        f"<summary><span class='number'>{citation.number}</span> {html.escape(citation.title)}<br><small>{where}</small></summary>"
        f"<div class='page' tabindex='0'>{_highlighted(page, citation)}</div>"
        f"<small class='origin'>{html.escape(citation.source)} · {html.escape(citation.page_id)}</small></details>"
    )


def _highlighted(page: Page, citation: Citation) -> str:
    """The text around a quote, escaped, with the exact quote in ``<mark>``."""
    low = max(0, citation.start - CONTEXT_BEFORE)
    high = min(len(page.text), citation.end + CONTEXT_AFTER)
    before = html.escape(page.text[low : citation.start])
    after = html.escape(page.text[citation.end : high])
    quote = html.escape(page.text[citation.start : citation.end])
    return f"{'… ' if low else ''}{before}<mark>{quote}</mark>{after}{' …' if high < len(page.text) else ''}"
