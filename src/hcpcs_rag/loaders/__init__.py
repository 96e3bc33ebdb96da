"""Loaders: one per format, each turning a file into pages or the records of a release."""

from __future__ import annotations

import lzma
import zlib
from dataclasses import dataclass
from pathlib import Path

from hcpcs_rag import recordpage
from hcpcs_rag.domain import CodeRecord, Page, Release
from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.loaders import archives, cms, files, jsonpages, text
from hcpcs_rag.loaders.files import SourceFile

TEXT = frozenset({".txt", ".md", ".markdown", ".text"})
HTML = frozenset({".html", ".htm", ".xhtml"})
JSON = frozenset({".json", ".jsonl", ".ndjson"})
CONVERT = {
    ".docx": "Save it as .txt, .html or .pdf first.",
    ".doc": "Save it as .txt, .html or .pdf first.",
    ".rtf": "Save it as .txt, .html or .pdf first.",
    ".xls": "Save it as .xlsx first.",
    ".mhtml": "Save the page as .html first.",
}
FAILURES = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError, TypeError,
    ValueError, lzma.LZMAError, zlib.error,
)  # fmt: skip
"""What a hostile or broken file may raise from inside a library; it costs that file and no other."""
Records = tuple[Release, list[CodeRecord]]


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read: its pages, and the records if it is a CMS release."""

    source: str
    digest: str
    pages: tuple[Page, ...] = ()
    release: Release | None = None
    records: tuple[CodeRecord, ...] = ()


def read(file: SourceFile, data: bytes, ocr: bool = False) -> Document:
    """Read one file, scanned PDFs by ``ocr`` where asked. Raises ``UnreadableFileError`` with the reason."""
    digest = files.digest(data)
    name = file.name
    if name.lower().endswith(".gz"):
        data, name = archives.gunzip(data, name), name[:-3]
    suffix = Path(name).suffix.lower()
    records = _release(suffix, data, name)
    if records:
        release, codes = records
        pages = tuple(recordpage.record_page(record, release, file.name, digest) for record in codes)
        return Document(file.name, digest, pages, release, tuple(codes))
    return Document(file.name, digest, _pages(suffix, data, name, digest, ocr))


def _release(suffix: str, data: bytes, name: str) -> Records | None:
    """The records of a file that is a release, by its ending or, for text, by its layout."""
    if suffix == ".xlsx":
        return cms.read_xlsx(data, name)
    if suffix == ".zip":
        return cms.read_zip(data, name)
    if suffix == ".csv":
        return cms.read_csv(files.decode(data, name), name)
    if suffix == ".txt" and len(data) > 300:
        canonical = files.decode(data, name)
        return cms.read_txt(canonical, name) if cms.is_fixed_width(canonical) else None
    return None


def _pages(suffix: str, data: bytes, name: str, digest: str, ocr: bool) -> tuple[Page, ...]:
    if suffix == ".pdf":
        from hcpcs_rag.loaders.pdf import read_pdf

        return (read_pdf(data, name, digest, ocr),)
    if suffix in CONVERT:
        raise UnreadableFileError(f"{name}: {suffix} files are not supported.", CONVERT[suffix])
    if suffix not in TEXT | HTML | JSON:
        raise UnreadableFileError(
            f"{name}: no reader for {suffix or 'a file without ending'}.", "Save it as .txt, .md, .html or .pdf."
        )
    canonical = files.decode(data, name)
    if suffix in HTML:
        from hcpcs_rag.loaders.html import read_html

        return (read_html(canonical, name, digest),)
    if suffix in JSON:
        return jsonpages.read_json(canonical, name, digest)
    return (text.read_text(canonical, name, digest),)
