"""Readers: one per format, each turning a file into pages or the records of a release."""

from __future__ import annotations

from dataclasses import dataclass

from hcpcs_rag.domain import CodeRecord, Page, Release
from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.readers import cms, files, text
from hcpcs_rag.readers.files import SourceFile

TEXT_SUFFIXES = frozenset({".txt", ".md", ".markdown", ".text"})
UNSUPPORTED = {
    ".pdf": "PDF is not read yet; convert it to .txt first",
    ".html": "HTML is not read yet; save the page as text first",
    ".htm": "HTML is not read yet; save the page as text first",
    ".zip": "unpack the archive and name the file inside",
    ".docx": "save the document as .txt first",
    ".xls": "save the workbook as .xlsx first",
    ".json": "JSON is not read; save pages as .txt or .md",
}


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read: its pages, and the records if it is a CMS release."""

    source: str
    digest: str
    pages: tuple[Page, ...] = ()
    release: Release | None = None
    records: tuple[CodeRecord, ...] = ()


def read(file: SourceFile, data: bytes) -> Document:
    """Read one file. Raises ``UnreadableFileError`` with the reason it was skipped."""
    suffix = file.path.suffix.lower()
    digest = files.digest(data)
    if suffix in UNSUPPORTED:
        raise UnreadableFileError(f"{file.name}: {suffix} files are not read.", UNSUPPORTED[suffix].capitalize() + ".")
    if suffix == ".xlsx":
        release, records = cms.read_xlsx(data, file.name)
        return _release_document(file.name, digest, release, records)
    canonical = files.decode(data, file.name)
    if suffix == ".csv":
        release, records = cms.read_csv(canonical, file.name)
        return _release_document(file.name, digest, release, records)
    if suffix not in TEXT_SUFFIXES:
        raise UnreadableFileError(
            f"{file.name}: no reader for {suffix or 'a file without ending'}.", "Save it as .txt or .md."
        )
    return Document(file.name, digest, (text.read_text(canonical, file.name, digest),))


def _release_document(source: str, digest: str, release: Release, records: list[CodeRecord]) -> Document:
    pages = tuple(cms.record_page(record, release, source, digest) for record in records)
    return Document(source, digest, pages, release, tuple(records))
