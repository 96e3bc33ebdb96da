"""Commands about what is loaded: ingest, update, diff, status."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

from hcpcs_rag import contract, terminal
from hcpcs_rag.cli.options import cache_folder, log, out, print_json
from hcpcs_rag.index.opened import Index
from hcpcs_rag.settings import Settings


def ingest(
    paths: list[Path],
    index: Path,
    prune: bool,
    rebuild: bool,
    ocr: bool,
    as_json: bool,
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
    url: str | None,
    sha256: str | None,
    index: Path,
    as_json: bool,
) -> None:
    """Fetch a CMS release over HTTPS, check it, and add it to the index."""
    from hcpcs_rag.fetch import fetch_release, release_url

    address = url or os.environ.get("HCPCS_RAG_RELEASE_URL") or release_url(date.today())
    log.print(f"Fetching {address}", style="dim", markup=False)
    path = fetch_release(address, index / "downloads", sha256)
    _ingest([path], index, Settings(), as_json=as_json)


def diff(
    old: Path,
    new: Path,
    as_csv: bool,
    as_json: bool,
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


def status(index: Path, every: bool, as_json: bool) -> None:
    """Sum up what is loaded: releases, pages by authority, files that were skipped; ``every`` page is listed if asked."""
    data = contract.status(Index(index, Settings()))
    if as_json:
        print_json(data)
    else:
        terminal.status(out, data, every)
