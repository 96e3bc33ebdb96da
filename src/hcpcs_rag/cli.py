"""The command line: parse, call, render."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import TaskID

from hcpcs_rag import contract, terminal
from hcpcs_rag.assistant import Assistant
from hcpcs_rag.domain import Turn
from hcpcs_rag.errors import HcpcsRagError, InputError
from hcpcs_rag.index.opened import Index
from hcpcs_rag.retrieval import search_codes
from hcpcs_rag.settings import Settings

app = typer.Typer(
    help="Answers questions about HCPCS Level II codes from loaded sources, with citations.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console()
log = Console(stderr=True)

IndexOption = Annotated[Path, typer.Option("--index", help="The index folder.", envvar="HCPCS_RAG_INDEX")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]
OnOption = Annotated[str | None, typer.Option("--on", help="Judge codes as of this day, YYYY-MM-DD.")]
BatchOption = Annotated[Path | None, typer.Option("--batch", help="A JSONL file, one object a line.")]
DEFAULT_INDEX = Path("index")
INTERRUPTED = 130
"""The exit code of a program ended by Ctrl-C: 128 and the number of SIGINT."""


def _print_json(value: object, indent: int | None = 2) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent) + "\n")
    sys.stdout.flush()


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as problem:
        raise InputError(f"{text} is not a day.", "Write it as YYYY-MM-DD, such as 2025-10-01.") from problem


def cache_folder() -> Path:
    """Return the folder in which the exported encoder is kept for other indexes of this user."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "hcpcs-rag"


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders to add or update.")],
    index: IndexOption = DEFAULT_INDEX,
    prune: Annotated[bool, typer.Option("--prune", help="Drop sources that are gone from disk.")] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Start anew instead of adding.")] = False,
    ocr: Annotated[bool, typer.Option("--ocr", help="Read scanned PDFs with tesseract.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Read files and folders into the index."""
    _ingest(paths, index, Settings(ocr=ocr), prune=prune, rebuild=rebuild, as_json=as_json)


def _ingest(
    paths: list[Path], index: Path, settings: Settings, *, prune: bool = False, rebuild: bool = False, as_json: bool
) -> None:
    from hcpcs_rag.index.build import ingest as build_index

    with terminal.progress(log) as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        summary = build_index(
            paths, index, settings, prune=prune, rebuild=rebuild, cache=cache_folder(), progress=report
        )
    if as_json:
        _print_json(contract.summary(summary))
    else:
        terminal.summary(out, summary)


@app.command()
def update(
    url: Annotated[
        str | None, typer.Option(help="Where the release is; by default CMS's file of this quarter.")
    ] = None,
    sha256: Annotated[str | None, typer.Option(help="The hash the file must have.")] = None,
    index: IndexOption = DEFAULT_INDEX,
    as_json: JsonOption = False,
) -> None:
    """Fetch a CMS release over HTTPS, check it, and add it to the index."""
    from hcpcs_rag.fetch import fetch_release, release_url

    address = url or os.environ.get("HCPCS_RAG_RELEASE_URL") or release_url(date.today())
    log.print(f"Fetching {address}", style="dim", markup=False)
    path = fetch_release(address, index / "downloads", sha256)
    _ingest([path], index, Settings(), as_json=as_json)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The older release: XLSX, ZIP, TXT or CSV.")],
    new: Annotated[Path, typer.Argument(help="The newer release.")],
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV on standard output.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the codes that were added, ended, reworded or re-priced between two releases."""
    from hcpcs_rag.releases import differences, read_release

    changes = differences(read_release(old), read_release(new))
    if as_json:
        _print_json([asdict(change) for change in changes])
    elif as_csv:
        terminal.changes_csv(sys.stdout, changes)
    else:
        terminal.changes(out, changes)


@app.command()
def ask(
    questions: Annotated[list[str] | None, typer.Argument(help="A question, or the turns of a conversation.")] = None,
    index: IndexOption = DEFAULT_INDEX,
    batch: BatchOption = None,
    on: OnOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question with citations; several questions are one conversation."""
    if bool(questions) == bool(batch):
        raise InputError(
            "Nothing to answer." if not questions else "Both a question and --batch.", "Give one of the two."
        )
    rows = contract.read_batch(batch, "turns") if batch else []
    assistant = Assistant.open(index, on=_day(on))
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
            _print_json({"id": row.get("id"), "answers": answers}, indent=None)
    history = []
    for message in questions or []:
        answer, turn = assistant.ask(message, history)
        history.append(turn)
        if as_json:
            _print_json(contract.answer(answer))
        else:
            terminal.answer(out, answer)


@app.command()
def search(
    words: Annotated[list[str] | None, typer.Argument(help="What the code is for, in any words.")] = None,
    limit: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many codes.")] = 10,
    index: IndexOption = DEFAULT_INDEX,
    batch: BatchOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rank the codes of the release for a description."""
    if bool(words) == bool(batch):
        raise InputError("Nothing to search for." if not words else "Both words and --batch.", "Give one of the two.")
    rows = contract.read_batch(batch, "query") if batch else []
    opened = Index(index, Settings())
    for row in rows:
        found = contract.search(row["query"], search_codes(row["query"], opened, limit))
        if as_json:
            _print_json({"id": row.get("id"), **found}, indent=None)
        else:
            terminal.hits(out, found)
    if words:
        query = " ".join(words)
        found = contract.search(query, search_codes(query, opened, limit))
        if as_json:
            _print_json(found)
        else:
            terminal.hits(out, found)


@app.command()
def code(
    names: Annotated[list[str], typer.Argument(help="Codes or modifiers.")],
    index: IndexOption = DEFAULT_INDEX,
    on: OnOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what the CMS release says of codes and modifiers."""
    day = _day(on)
    opened = Index(index, Settings())
    rows = [contract.code(name, opened, day) for name in _names(names, opened)]
    if as_json:
        _print_json(rows)
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


@app.command()
def related(
    names: Annotated[list[str], typer.Argument(help="Codes.")],
    index: IndexOption = DEFAULT_INDEX,
    as_json: JsonOption = False,
) -> None:
    """Show the rules between codes that the sources state, with polarity, quote and source."""
    opened = Index(index, Settings())
    rows = [row for name in _names(names, opened) for row in contract.related(name, opened)]
    if as_json:
        _print_json(rows)
    else:
        terminal.relations(out, rows)


@app.command()
def page(
    page_id: Annotated[str, typer.Argument(help="A page id, as citations show it.")],
    index: IndexOption = DEFAULT_INDEX,
    as_json: JsonOption = False,
) -> None:
    """Show the canonical text of a page, its sections and its source."""
    value = Index(index, Settings()).page(page_id)
    if as_json:
        _print_json(contract.page(value))
    else:
        terminal.page(out, value)


@app.command()
def status(index: IndexOption = DEFAULT_INDEX, as_json: JsonOption = False) -> None:
    """List what is loaded: releases, pages with authority and dropped lines, files that were skipped."""
    data = contract.status(Index(index, Settings()))
    if as_json:
        _print_json(data)
    else:
        terminal.status(out, data)


@app.command()
def serve(
    index: IndexOption = DEFAULT_INDEX,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 7860,
) -> None:
    """Start the web chat; the same as ``python app.py``."""
    from hcpcs_rag.web.serve import serve as start

    start(index, host, port)


def main() -> None:
    """Run the command line; a user's mistake ends in one clear line and exit code 2."""
    try:
        app()
    except HcpcsRagError as problem:
        log.print(f"Error: {problem}", style="red", markup=False, soft_wrap=True, highlight=False)
        sys.exit(2)
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            log.print("Interrupted. The index that was in use is untouched.", style="yellow")
        raise
