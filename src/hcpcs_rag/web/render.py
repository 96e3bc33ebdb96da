"""Answers → HTML for the conversation, with marks that open their sources."""

from __future__ import annotations

import re

from hcpcs_rag.composition import CLOSE, MORE, left_open, more, paired_text, pairs, rows, said, tables
from hcpcs_rag.domain import AUTHORITY_WORDS, OPENINGS, Answer, Citation, Statement
from hcpcs_rag.web.markup import act_link, ask_link, linked, page_link, plain

_ENTRY = re.compile(r"(?:[A-Za-z]+ ){0,4}[A-Z]\d{4}:")
_RATES = {"up": "Helpful", "down": "Not helpful"}
_RECORDS = {"html": "to print", "pdf": "PDF", "md": "Markdown", "json": "JSON"}


def answer(value: Answer, number: int) -> str:
    """Draw an answer, the ``number``-th of its conversation counted from 0, with what can be done with it."""
    return f"<section class='answer {value.status}'>{_told(value)}{_asks(value)}{_actions(value, number)}</section>"


def beginning(value: Answer) -> str:
    """Draw the first words of an answer, which are shown while the rest is drawn."""
    first = (value.parts or (value,))[0]
    sentences = said(first.statements)
    told = (
        f"<p>{_drawn(sentences[0], first.citations)}</p>"
        if sentences
        else f"<p>{plain(first.text.split(chr(10))[0])}</p>"
    )
    return f"<section class='answer {value.status}'>{_understood(value)}{told}</section>"


def _told(value: Answer) -> str:
    if value.parts:
        return "".join(
            f"<section class='part'><p class='asked'>{linked(part.standalone)}</p>{_body(part)}</section>"
            for part in value.parts
        )
    return _understood(value) + _body(value)


def _understood(value: Answer) -> str:
    if value.parts or value.standalone.strip() in ("", " ".join(value.question.split())):
        return ""
    return f"<p class='understood'>Understood as: {linked(value.standalone)}</p>"


def _body(value: Answer) -> str:
    if not value.statements:
        lines = "".join(f"<p>{linked(line)}</p>" for line in value.text.split("\n") if line.strip())
        return f"<div class='abstained'>{lines}{_nearest(value)}</div>"
    sentences = said(value.statements)
    drawn = [_drawn(s, value.citations) for s in sentences]
    warned = "".join(f"<li>{_drawn(s, value.citations)}</li>" for s in value.statements if s.disagrees)
    parts = [_table(value)] if any(s.cell for s in value.statements) else []
    # Entries of a list ("E0167: …", "Use with E0779: …") stand side by side; else the first statement is the answer.
    listed = drawn if len(drawn) > 1 and all(_ENTRY.match(s.text) for s in sentences) else drawn[1:]
    if len(drawn) > len(listed):
        parts.append(f"<p>{drawn[0]}</p>")
    if listed:
        parts.append("<ul>" + "".join(f"<li>{one}</li>" for one in listed) + "</ul>")
    parts += [_rows(columns, members, value.citations) for columns, members in tables(value.statements)]
    parts += [_group(heading, members, value.citations) for heading, members in pairs(value.statements)]
    if warned:
        parts.append(f"<div class='conflict' role='note'><strong>The sources disagree</strong><ul>{warned}</ul></div>")
    if value.note:
        parts.append(f"<p class='open'>{linked(value.note)}</p>")
    if value.unmet:
        parts.append(f"<p class='open'>{plain(left_open(value.unmet))}</p>")
    if folded := more(value.statements):
        items = "".join(f"<li>{_drawn(s, value.citations)}</li>" for s in folded)
        parts.append(f"<details class='more'><summary>{MORE} ({len(folded)})</summary><ul>{items}</ul></details>")
    body = "".join(parts)
    return body if value.status == "answered" else f"<div class='abstained'>{body}</div>"


def _group(heading: str, members: list[Statement], citations: tuple[Citation, ...]) -> str:
    """Codes under what the rule says of them, one a row with one mark, the other marks behind how many they are."""
    by_number = {c.number: c for c in citations}
    items = []
    for member in members:
        first, *others = [_mark(by_number[n]) for n in member.citations if n in by_number]
        told = f" <span title='also in'>+{len(others)}</span> {' '.join(others)}" if others else ""
        items.append(f"<li>{linked(paired_text(member))} {first}{told}</li>")
    barred = any(m.pair and m.pair.kind == "not_with" for m in members)
    sign = "✗" if barred else "✓"
    return f"<p class='paired {'no' if barred else 'yes'}'><strong>{sign} {linked(heading)}:</strong></p><ul>{''.join(items)}</ul>"


def _rows(columns: tuple[str, ...], members: list[Statement], citations: tuple[Citation, ...]) -> str:
    """Rows of a page's table, the marks of each behind its last cell."""
    head = "".join(f"<th scope='col'>{linked(column)}</th>" for column in columns)
    body = []
    for member in members:
        *cells, last = map(linked, member.row.cells if member.row else (member.text,))
        drawn = (*cells, f"{last} {_marks(member, citations)}")
        body.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in drawn)}</tr>")
    return _grid("rows", "Rows of a table", head, "".join(body))


def _grid(kind: str, name: str, head: str, body: str) -> str:
    table = f"<table class='{kind}'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<div class='wide' tabindex='0' role='region' aria-label='{name}'>{table}</div>"


def _drawn(statement: Statement, citations: tuple[Citation, ...]) -> str:
    text, verdict = statement.text, ""
    if statement.verdict:
        word = OPENINGS[statement.verdict]
        verdict = f"<strong class='verdict {statement.verdict}'>{word.strip(' .')}</strong> "
        text = text.removeprefix(word)
    return verdict + linked(text) + _marks(statement, citations)


def _nearest(value: Answer) -> str:
    """The passages that come close where nothing answers, apart from any answer."""
    if not value.nearest:
        return ""
    items = "".join(f"<li>“{linked(' '.join(c.quote.split()))}” {_mark(c)}</li>" for c in value.nearest)
    return f"<p class='close'>{CLOSE}</p><ul>{items}</ul>"


def _table(value: Answer) -> str:
    columns, lines = rows(value.statements)
    head = "".join(f"<th scope='col'>{linked(column)}</th>" for column in columns)
    body = "".join(
        f"<tr><th scope='row'>{plain(name)}</th>"
        + "".join(f"<td>{'<br>'.join(_shown(s, value.citations) for s in cell) or '–'}</td>" for cell in row)
        + "</tr>"
        for name, row in lines
    )
    return _grid("compare", "Comparison", f"<td></td>{head}", body)


def _shown(statement: Statement, citations: tuple[Citation, ...]) -> str:
    return linked(statement.cell.text if statement.cell else statement.text) + _marks(statement, citations)


def _marks(statement: Statement, citations: tuple[Citation, ...]) -> str:
    by_number = {c.number: c for c in citations}
    return "".join(f" {_mark(by_number[n])}" for n in statement.citations if n in by_number)


def _mark(citation: Citation) -> str:
    title = f"{AUTHORITY_WORDS[citation.authority]}: {citation.title}"
    return page_link(citation.page_id, citation.start, citation.end, f"&#91;{citation.number}&#93;", title)


def _asks(value: Answer) -> str:
    """What may be asked next, as buttons; for codes that were not found, the nearest ones."""
    if not value.suggestions:
        return ""
    return f"<p class='asks'>{''.join(map(ask_link, value.suggestions))}</p>"


def _actions(value: Answer, number: int) -> str:
    """What can be done with an answer."""
    copies = act_link(f"copy/{number}", "", "Copy") + act_link("link", value.standalone, "Copy link")
    saves = "".join(act_link(f"record/{number}", form, words) for form, words in _RECORDS.items())
    rates = "".join(act_link(f"rate/{number}", rating, words) for rating, words in _RATES.items())
    return (
        f"<div class='actions'><span>{copies}</span><span>Save as record: {saves}</span>"
        f"<span title='Keeps this question and its answer on the server'>{rates}</span></div>"
    )
