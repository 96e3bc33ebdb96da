"""Fill a library from files: read what is new or changed, one file at a time, and leave out the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hcpcs_rag import loaders, passages
from hcpcs_rag.domain import Page
from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.index.draft import LibraryDraft
from hcpcs_rag.loaders import Document, files, provenance
from hcpcs_rag.loaders.files import SourceFile
from hcpcs_rag.relations import mining
from hcpcs_rag.settings import Settings

Skipped = list[tuple[str, str]]
"""Paths and the reasons for which they were not read."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A file that is new or changed, and what ``sources.toml`` says of it."""

    file: SourceFile
    digest: str
    said: provenance.Provenance | None


def find_fresh(found: Sequence[SourceFile], known: dict[str, str], settings: Settings) -> tuple[list[Fresh], Skipped]:
    """Return the files whose contents, or what is said of them, differ from what is known."""
    fresh: list[Fresh] = []
    skipped: Skipped = []
    for file in found:
        try:
            said = provenance.of_file(file)
            digest = files.digest(
                files.read_bytes(file, settings.max_file_bytes) + (repr(said).encode() if said else b"")
            )
        except UnreadableFileError as problem:
            skipped.append((file.name, str(problem)))
            continue
        except loaders.FAILURES as problem:
            skipped.append(
                (file.name, f"What {files.SOURCES} says of {file.name} is wrong: {problem}. See docs/reading.md.")
            )
            continue
        if known.get(file.name) != digest:
            fresh.append(Fresh(file, digest, said))
    return fresh, skipped


def fill(
    library: LibraryDraft, fresh: Sequence[Fresh], settings: Settings, skipped: Skipped, report: Callable[[int], None]
) -> int:
    """Read files into a library, replacing what came from them before; return how many changed it.

    Only one file is held at a time. What cannot be read is added to ``skipped``; what an earlier
    version of such a file held is removed with it.
    """
    taken = library.page_ids()
    changed = 0
    for done, one in enumerate(fresh):
        report(done)
        removed = library.remove_source(one.file.name)
        taken -= removed
        changed += bool(removed)
        try:
            document = loaders.read(one.file, files.read_bytes(one.file, settings.max_file_bytes), settings.ocr)
        except UnreadableFileError as problem:
            skipped.append((one.file.name, str(problem)))
            continue
        except loaders.FAILURES as problem:
            skipped.append(
                (one.file.name, f"{one.file.name} cannot be read ({type(problem).__name__}). Save it again.")
            )
            continue
        if document.release and not _is_fuller(library, document, taken):
            reason = f"{one.file.name}: {document.release.name} is already loaded with as many codes or more."
            skipped.append((one.file.name, reason))
            continue
        changed += not removed
        library.add_source(one.file.name, one.digest)
        _add(library, document, one.said, taken, settings)
    report(len(fresh))
    return changed


def _add(
    library: LibraryDraft, document: Document, said: provenance.Provenance | None, taken: set[str], settings: Settings
) -> None:
    pages = [_named(provenance.apply(page, said), taken) for page in document.pages]
    library.add_pages(pages)
    if document.release:
        library.add_release(document.release, document.source, document.records)
        both = list(zip(document.records, pages, strict=True))
        library.add_passages(passages.of_record(record, page) for record, page in both)
        library.add_relations(relation for record, page in both for relation in mining.of_record(record, page))
        return
    for page in pages:
        library.add_passages(passages.of_page(page, settings.passage_chars))
        library.add_relations(mining.mine(page))


def _is_fuller(library: LibraryDraft, document: Document, taken: set[str]) -> bool:
    """Make room for a release unless another file holds it with as many codes or more.

    Of two files of one release (its XLSX and its TXT, a starter table and the whole) one is loaded. The
    other is not noted as read, so that it is there when the first is gone.
    """
    assert document.release is not None
    held = library.release_source(document.release.release_id)
    if held is None:
        return True
    source, count = held
    # CMS issues corrections within a quarter: of two as full, the later version by its name counts.
    if (count, Path(source).name) >= (len(document.records), Path(document.source).name):
        return False
    taken -= library.remove_source(source)
    return True


def _named(page: Page, taken: set[str]) -> Page:
    """Give a page an id of its own: its file's stem, with the ending where that is taken, or a mark of its path."""
    mark = hashlib.sha256(page.source.encode()).hexdigest()[:6]
    choices = (page.page_id, page.page_id + Path(page.source).suffix, f"{page.page_id}~{mark}")
    page_id = next((choice for choice in choices if choice not in taken), f"{page.page_id}~{mark}{len(taken)}")
    taken.add(page_id)
    return page if page_id == page.page_id else replace(page, page_id=page_id)
