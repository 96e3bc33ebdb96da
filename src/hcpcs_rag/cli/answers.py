"""Commands that answer: ask, search, code, related, page."""

from __future__ import annotations

from pathlib import Path

from hcpcs_rag import contract, terminal
from hcpcs_rag.assistant import Assistant
from hcpcs_rag.cli.options import out, parse_day, print_json
from hcpcs_rag.domain import Turn
from hcpcs_rag.errors import InputError
from hcpcs_rag.index.opened import Index
from hcpcs_rag.ranking import search_codes
from hcpcs_rag.settings import Settings


def ask(
    questions: list[str],
    index: Path,
    batch: Path | None,
    on: str | None,
    as_json: bool,
) -> None:
    """Answer a question with citations; several questions are one conversation."""
    if bool(questions) == bool(batch):
        raise InputError(
            "Nothing to answer." if not questions else "Both a question and --batch.", "Give one of the two."
        )
    rows = contract.read_batch(batch, "turns") if batch else []
    assistant = Assistant.open(index, on=parse_day(on))
    for row in rows:
        history: list[Turn] = []
        answers = []
        for message in row["turns"]:
            answer, turn = assistant.ask(message, history)
            history.append(turn)
            answers.append(contract.answer(answer))
            if not as_json:
                terminal.answer(out, answer)
        if as_json:
            print_json({"id": row.get("id"), "answers": answers}, indent=None)
    history = []
    for message in questions:
        answer, turn = assistant.ask(message, history)
        history.append(turn)
        if as_json:
            print_json(contract.answer(answer))
        else:
            terminal.answer(out, answer)


def search(
    words: list[str],
    limit: int,
    index: Path,
    batch: Path | None,
    as_json: bool,
) -> None:
    """Rank the codes of the release for a description."""
    if bool(words) == bool(batch):
        raise InputError("Nothing to search for." if not words else "Both words and --batch.", "Give one of the two.")
    rows = contract.read_batch(batch, "query") if batch else []
    opened = Index(index, Settings())
    for row in rows:
        found = contract.search(row["query"], search_codes(row["query"], opened, limit), opened)
        if as_json:
            print_json({"id": row.get("id"), **found}, indent=None)
        else:
            terminal.hits(out, found)
    if words:
        query = " ".join(words)
        found = contract.search(query, search_codes(query, opened, limit), opened)
        if as_json:
            print_json(found)
        else:
            terminal.hits(out, found)


def code(
    names: list[str],
    index: Path,
    on: str | None,
    as_json: bool,
) -> None:
    """Show what the CMS release says of codes and modifiers."""
    day = parse_day(on)
    opened = Index(index, Settings())
    rows = [contract.code(name, opened, day) for name in _names(names, opened)]
    if as_json:
        print_json(rows)
    else:
        terminal.codes(out, rows)


def _names(typed: list[str], index: Index) -> list[str]:
    """The codes typed, in their normal spelling where they are codes at all."""
    from hcpcs_rag.codes import read_codes

    names: list[str] = []
    for text in typed:
        read = [c for m in read_codes(text, index.known) for c in m.codes]
        names += read or [text.strip().upper()]
    return list(dict.fromkeys(names))


def related(
    names: list[str],
    index: Path,
    as_json: bool,
) -> None:
    """Show the rules between codes that the sources state, with polarity, quote and source."""
    opened = Index(index, Settings())
    rows = [row for name in _names(names, opened) for row in contract.related(name, opened)]
    if as_json:
        print_json(rows)
    else:
        terminal.relations(out, rows)


def page(
    page_id: str,
    index: Path,
    as_json: bool,
) -> None:
    """Show the canonical text of a page, its sections and its source."""
    value = Index(index, Settings()).page(page_id)
    if as_json:
        print_json(contract.page(value))
    else:
        terminal.page(out, value)
