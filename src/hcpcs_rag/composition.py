"""Grounded statements → the text of an answer, and the answers to several questions as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hcpcs_rag.domain import Answer, AnswerStatus, Citation, Conflict, RelationKind, Statement

MORE = "More from the sources"
CLOSE = "The sources speak of these, which do not answer it:"
PAIRED: dict[RelationKind, str] = {
    "use_with": "Bill with {subject}",
    "not_with": "Do not bill with {subject}",
    "included_in": "{subject} is included in",
    "see_instead": "Use instead of {subject}",
    "similar": "Related to {subject}",
}


def text_of(statements: Sequence[Statement], unmet: str = "", note: str = "", *, whole: bool = True) -> str:
    """Return statements as they are read: the answer first, what qualifies it in a list, a comparison as a table.

    Each ends with the marks of its citations. Codes that pair stand under what the rule says. Conflicts between sources
    follow under a line that says so, then a note on the whole, what the sources leave open, and at last, if ``whole``, what
    is folded.
    """
    lines = [_line(s) for s in said(statements)]
    text = "\n".join([*lines[:1], *(f"- {line}" for line in lines[1:])])
    listed = [f"{heading}:\n" + "\n".join(f"- {_row(s)}" for s in rows_) for heading, rows_ in pairs(statements)]
    drawn = [_markdown(columns, [row_cells(s) for s in members]) for columns, members in tables(statements)]
    warned = "\n".join(f"- {_line(s)}" for s in statements if s.disagrees)
    warning = f"The sources disagree:\n{warned}" if warned else ""
    folded = "\n".join(f"- {_line(s)}" for s in more(statements) if whole)
    rest = f"{MORE}:\n{folded}" if folded else ""
    return "\n\n".join(
        part for part in (text, *listed, *drawn, _comparison(statements), warning, note, left_open(unmet), rest) if part
    )


def short_text(answer: Answer) -> str:
    """Return an answer as it is read at a glance: what stands above the fold, with its marks."""
    if answer.parts:
        return "\n\n".join(f"{part.standalone}\n{short_text(part)}" for part in answer.parts)
    return text_of(answer.statements, answer.unmet, answer.note, whole=False) if answer.statements else answer.text


def said(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements of the answer that are read as sentences: not those told in a shape of their own, or folded."""
    drawn = {id(s) for _, members in tables(statements) for s in members}
    return [s for s in statements if not (s.disagrees or s.cell or s.pair or s.more or id(s) in drawn)]


def more(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements that are shown folded, below the answer."""
    return [s for s in statements if s.more]


def cited(answer: Answer) -> list[Citation]:
    """Return the citations of what stands above the fold."""
    used = {n for s in answer.statements if not s.more for n in s.citations}
    return [c for c in answer.citations if c.number in used]


def pairs(statements: Sequence[Statement]) -> list[tuple[str, list[Statement]]]:
    """Return the codes that pair with others in groups, each with the heading that says what the rule is."""
    groups: dict[str, list[Statement]] = {}
    for statement in statements:
        if statement.pair:
            heading = PAIRED[statement.pair.kind].format(subject=statement.pair.subject)
            groups.setdefault(heading, []).append(statement)
    return list(groups.items())


def tables(statements: Sequence[Statement]) -> list[tuple[tuple[str, ...], list[Statement]]]:
    """Return the rows of pages' tables, where there are several of one table, under its columns."""
    found: dict[tuple[tuple[str, int], tuple[str, ...]], list[Statement]] = {}
    for statement in statements:
        if statement.row and not statement.more:
            found.setdefault((statement.row.table, statement.row.columns), []).append(statement)
    return [(columns, members) for (_, columns), members in found.items() if len(members) > 1]


def row_cells(statement: Statement) -> list[str]:
    """Return the cells of a row, its marks behind the last one."""
    *cells, last = statement.row.cells if statement.row else (statement.text,)
    return [*cells, f"{last} {_marks(statement)}"]


def paired_text(statement: Statement) -> str:
    """Return a statement as its row of a list of codes shows it, without its marks."""
    return f"{statement.pair.code}: {statement.pair.name}" if statement.pair else statement.text


def _row(statement: Statement) -> str:
    """A code of a list, with the mark of one citation and how many others say so."""
    others = len(statement.citations) - 1
    return f"{paired_text(statement)} [{statement.citations[0]}]" + (
        f" +{others} source{'s' if others > 1 else ''}" if others else ""
    )


def left_open(unmet: str) -> str:
    """Say what of a question the sources do not hold; nothing where nothing is left open."""
    return f"I don't find {unmet} in the sources." if unmet else ""


def _line(statement: Statement) -> str:
    return f"{statement.text} {_marks(statement)}"


def _marks(statement: Statement) -> str:
    return "".join(f"[{n}]" for n in statement.citations)


def rows(statements: Sequence[Statement]) -> tuple[list[str], list[tuple[str, list[list[Statement]]]]]:
    """Return a comparison as its columns and its rows, each row with the statements of every cell."""
    cells = [(s, s.cell) for s in statements if s.cell]
    columns = list(dict.fromkeys(cell.column for _, cell in cells))
    names = list(dict.fromkeys(cell.row for _, cell in cells))
    at = [[[s for s, c in cells if (c.row, c.column) == (name, column)] for column in columns] for name in names]
    return columns, list(zip(names, at, strict=True))


def _comparison(statements: Sequence[Statement]) -> str:
    """The comparison as a Markdown table, if the statements hold one."""
    columns, lines = rows(statements)
    told = [[name, *(" ".join(map(shown_text, cell)) or "–" for cell in row)] for name, row in lines]
    return _markdown(("", *columns), told) if told else ""


def _markdown(columns: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    drawn = [columns, ["---"] * len(columns), *lines]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in drawn)


def shown_text(statement: Statement) -> str:
    """Return a statement as its cell of a comparison shows it, with its marks."""
    text = statement.cell.text if statement.cell else statement.text
    return f"{text} {_marks(statement)}"


def together(message: str, answers: Sequence[Answer]) -> Answer:
    """Join the answers to the single questions of a message, their citations numbered through."""
    numbers: dict[tuple[str, int, int], int] = {}
    citations: dict[int, Citation] = {}
    parts = []
    for answer in answers:
        new = {c.number: numbers.setdefault(_key(c), len(numbers) + 1) for c in answer.citations}
        citations |= {new[c.number]: replace(c, number=new[c.number]) for c in answer.citations}
        statements = tuple(_renumbered(s, new) for s in answer.statements)
        conflicts = tuple(replace(c, citations=tuple(new[n] for n in c.citations)) for c in answer.conflicts)
        own = tuple(citations[n] for n in sorted(new.values()))
        text = text_of(statements, answer.unmet, answer.note) if statements else answer.text
        parts.append(replace(answer, text=text, statements=statements, conflicts=conflicts, citations=own))
    statuses: list[AnswerStatus] = [a.status for a in parts]
    answered = "answered" in statuses
    conflicts_told: tuple[Conflict, ...] = tuple(c for a in parts for c in a.conflicts)
    return Answer(
        question=message,
        standalone=" / ".join(a.standalone for a in parts),
        status="answered" if answered else "clarify" if "clarify" in statuses else "abstained",
        text="\n\n".join(f"{a.standalone}\n{a.text}" for a in parts),
        statements=tuple(s for a in parts for s in a.statements),
        citations=tuple(citations[n] for n in sorted(citations)),
        codes=tuple(dict.fromkeys(code for a in parts for code in a.codes)),
        conflicts=conflicts_told,
        suggestions=tuple(dict.fromkeys(s for a in parts for s in a.suggestions))[:3],
        reason="; ".join(a.reason for a in parts if a.reason) or None,
        release=parts[-1].release,
        parts=tuple(parts),
        chance=min((a.chance for a in parts if a.chance is not None), default=None),
    )


def _key(citation: Citation) -> tuple[str, int, int]:
    return (citation.page_id, citation.start, citation.end)


def _renumbered(statement: Statement, numbers: dict[int, int]) -> Statement:
    return replace(statement, citations=tuple(numbers[n] for n in statement.citations))
