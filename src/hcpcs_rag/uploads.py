"""Add one uploaded page to an index that is being served."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.index.build import Progress, Summary, ingest
from hcpcs_rag.settings import Settings

FOLDER = "uploads"
"""Where uploaded files are kept, inside the index folder: citations lead back to them."""
SUFFIXES = (".pdf", ".html", ".htm", ".md", ".txt")
"""Pages and policies. Releases outrank every page, so only the operator loads them, by ``hcpcs-rag ingest``."""


def add(file: Path, folder: Path, settings: Settings, cache: Path | None, progress: Progress) -> Summary:
    """Keep a copy of a file beside the index and add it; a file of the same name is replaced.

    Raises ``UnreadableFileError`` where the file is of another kind or cannot be read, ``IndexLockedError`` while
    another ingest runs, and what ``ingest`` raises; nothing of the file is kept then.
    """
    if file.suffix.lower() not in SUFFIXES:
        raise UnreadableFileError(f"{file.name} is no page or PDF.", f"Choose one of: {', '.join(SUFFIXES)}.")
    name = re.sub(r"[^\w.-]+", "_", file.name).lstrip("._") or f"page{file.suffix.lower()}"
    target = folder / FOLDER / name
    target.parent.mkdir(parents=True, exist_ok=True)
    before = target.with_name(f".before-{name}")
    if target.exists():
        target.replace(before)
    shutil.copyfile(file, target)
    try:
        summary = ingest([target], folder, settings, cache=cache, progress=progress)
        if refused := dict(summary.skipped).get(target.as_posix()) or dict(summary.skipped).get(str(target.resolve())):
            raise UnreadableFileError(f"{file.name} was not added: {refused}", "Save it in another form.")
    except BaseException:
        target.unlink()
        if before.exists():
            before.replace(target)
        raise
    before.unlink(missing_ok=True)
    return summary
