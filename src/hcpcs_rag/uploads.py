"""Add one uploaded page to an index that is being served. A visitor is no authority, whatever the page says of itself."""

from __future__ import annotations

import re
from pathlib import Path

from hcpcs_rag import loaders
from hcpcs_rag.errors import StoreError, UnreadableFileError
from hcpcs_rag.index.build import Progress, Summary, ingest
from hcpcs_rag.loaders import files
from hcpcs_rag.settings import Settings

FOLDER = "uploads"
"""Where uploaded files are kept, inside the index folder: citations lead back to them."""
SUFFIXES = (".pdf", ".html", ".htm", ".md", ".txt")
_SAID = """# Visitors added these pages. An operator who vouches for one writes an entry of its own above this one.
[[source]]
match = "*"
authority = "reference"
trusted = false
"""


def add(file: Path, folder: Path, settings: Settings, cache: Path | None, progress: Progress) -> Summary:
    """Keep a copy of a file beside the index, and add it as a reference page.

    The copy's name holds a part of the file's hash: nobody replaces what another has added. Raises ``UnreadableFileError``
    where the file is of another kind, a release, or cannot be read, ``StoreError`` where it cannot be kept,
    ``IndexLockedError`` while another ingest runs, and what ``ingest`` raises; nothing of the file is kept then.
    """
    data = _read_page(file, settings)
    stem = re.sub(r"[^\w-]+", "_", file.stem).strip("_") or "page"
    target = folder / FOLDER / f"{stem}-{files.digest(data)[:8]}{file.suffix.lower()}"
    keep = target.exists()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        said = target.with_name(files.SOURCES)
        if not said.exists():
            said.write_text(_SAID, encoding="utf-8")
        target.write_bytes(data)
        summary = ingest([target], folder, settings, cache=cache, progress=progress)
        if summary.skipped and not keep and summary.skipped[0][0] == str(target.resolve()):
            raise UnreadableFileError(f"{file.name} was not added: {summary.skipped[0][1]}", "Save it in another form.")
        keep = True
    except OSError as problem:
        raise StoreError(f"{file.name} cannot be kept: {problem.strerror}.", "Tell who runs this server.") from problem
    finally:
        if not keep:
            target.unlink(missing_ok=True)
    return summary


def _read_page(file: Path, settings: Settings) -> bytes:
    """Return the bytes of a file that is a readable page. A release outranks every page: only the operator loads one."""
    if file.suffix.lower() not in SUFFIXES:
        raise UnreadableFileError(f"{file.name} is no page or PDF.", f"Choose one of: {', '.join(SUFFIXES)}.")
    (found,) = files.find_files([file])
    try:
        data = files.read_bytes(found, settings.max_file_bytes)
        document = loaders.read(found, data, settings.ocr)
    except UnreadableFileError as problem:
        raise UnreadableFileError(
            f"{file.name} was not added: {problem.what.replace(str(found.path), file.name)}", problem.next_step
        ) from problem
    except loaders.FAILURES as problem:
        raise UnreadableFileError(f"{file.name} cannot be read.", "Save it in another form.") from problem
    if document.release:
        raise UnreadableFileError(f"{file.name} is a CMS release, not a page.", "Ask who runs this server to load it.")
    return data
