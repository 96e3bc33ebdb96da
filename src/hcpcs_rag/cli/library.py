"""Commands about what is loaded: ingest, update, diff, status."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from hcpcs_rag import contract, terminal
from hcpcs_rag.cli.options import DEFAULT_INDEX, IndexOption, JsonOption, cache_folder, log, out, print_json
from hcpcs_rag.index.opened import Index
from hcpcs_rag.settings import Settings


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

    with terminal.progress(log) as report:
        summary = build_index(
            paths, index, settings, prune=prune, rebuild=rebuild, cache=cache_folder(), progress=report
        )
    if as_json:
        print_json(contract.summary(summary))
    else:
        terminal.summary(out, summary)


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
        print_json([asdict(change) for change in changes])
    elif as_csv:
        terminal.changes_csv(sys.stdout, changes)
    else:
        terminal.changes(out, changes)


def status(index: IndexOption = DEFAULT_INDEX, as_json: JsonOption = False) -> None:
    """List what is loaded: releases, pages with authority and dropped lines, files that were skipped."""
    data = contract.status(Index(index, Settings()))
    if as_json:
        print_json(data)
    else:
        terminal.status(out, data)
