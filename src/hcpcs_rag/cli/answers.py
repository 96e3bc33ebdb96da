"""Commands that answer: ask, search, code, related, page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from hcpcs_rag import contract, terminal
from hcpcs_rag.assistant import Assistant
from hcpcs_rag.cli.options import out, parse_day, print_json
from hcpcs_rag.domain import Answer, AnswerStatus, Turn
from hcpcs_rag.errors import InputError
from hcpcs_rag.index.opened import Index
from hcpcs_rag.ranking import search_codes
from hcpcs_rag.settings import Settings

Form = Literal["short", "sources", "json", "jsonl"]
"""How answers are printed."""
EXIT: dict[AnswerStatus, int] = {"answered": 0, "clarify": 3, "abstained": 4}
"""Exit codes of ``ask --exit-status``."""


def ask(
    questions: list[str],
    index: Path,
    batch: Path | None,
    on: str | None,
    form: Form | None,
    exit_status: bool,
) -> int:
    """Answer a question with citations; several questions are one conversation. Returns the exit code."""
    if bool(questions) == bool(batch):
        raise InputError(
            "Nothing to answer." if not questions else "Both a question and --batch.", "Give one of the two."
        )
    if batch and exit_status:
        raise InputError("Both --batch and --exit-status.", "A batch has one outcome a question: read its JSON.")
    rows = contract.read_batch(batch, "turns") if batch else []
    assistant = Assistant.open(index, on=parse_day(on))
    for row in rows:
        answers = [_tell(answer, form) for answer in _conversation(assistant, row["turns"])]
        if form in ("json", "jsonl"):
            print_json({"id": row.get("id"), "answers": list(map(contract.answer, answers))}, indent=None)
    asked = []
    for answer in _conversation(assistant, questions):
        asked.append(_tell(answer, form))
        if form == "jsonl":
            print_json(contract.answer(answer), indent=None)
    if form == "json" and asked:
        documents = list(map(contract.answer, asked))
        print_json(documents if len(documents) > 1 else documents[0])
    return max((EXIT[answer.status] for answer in asked), default=0) if exit_status else 0


def _conversation(assistant: Assistant, messages: list[str]) -> Iterator[Answer]:
    """Answer the turns of a conversation, one after the other."""
    history: list[Turn] = []
    for message in messages:
        answer, turn = assistant.ask(message, history)
        history.append(turn)
        yield answer


def _tell(answer: Answer, form: Form | None) -> Answer:
    """Print an answer where it is for people, and hand it on."""
    if form == "short":
        terminal.short(out, answer)
    elif form in (None, "sources"):
        terminal.answer(out, answer, quotes=form == "sources")
    return answer


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
