"""PDF files → ``Page`` with page numbers: pypdf, in layout mode where a page holds a table.

A page that draws lines is read by pdfplumber, which sees the cells. Elsewhere layout mode keeps columns apart by runs of spaces, so rows stay rows; for prose in columns the plain
mode follows the order of reading. Repeated headers and footers go, words cut at a line's end are mended.
"""

from __future__ import annotations

import io
import re
import zlib
from collections import Counter

from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException
from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from hcpcs_rag.domain import Page
from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.loaders import pdftables
from hcpcs_rag.loaders.ocr import read_pages
from hcpcs_rag.loaders.text import read_text

MAX_PAGES = 3_000
TABLE_ROWS = 4
"""Rows of three cells a page needs to be read as a table."""
REPEATED = 0.5
"""Share of pages on which a first or last line stands to be a header or footer."""

# What hostile or broken files raise from inside the parser: pypdf's own errors, and those of the
# operations it trusts the file for.
_BROKEN = (
    PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, AssertionError,
    NotImplementedError, OverflowError, OSError, zlib.error, PSException, PdfminerException, MalformedPDFException,
)  # fmt: skip

_GAP = re.compile(r"(?<=\S) {3,}(?=\S)")
_CUT_WORD = re.compile(r"(?<=[a-z])-\n(?=[a-z])")
_LINES = re.compile(rb"(?<=[\d.]) (?:l|re)\s")
MIN_LINES = 6
"""Lines or frames drawn by the smallest table: two rows of two cells."""
_DIGITS = re.compile(r"(?<![A-Za-z0-9])\d+")


def read_pdf(data: bytes, name: str, digest: str, ocr: bool = False) -> Page:
    """Read a PDF, one without a text layer by tesseract if ``ocr``. Raises ``UnreadableFileError`` if it is encrypted, broken, too long or scanned."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableFileError(f"{name} is encrypted.", "Save a copy without a password.")
        count = len(reader.pages)
        if count > MAX_PAGES:
            raise UnreadableFileError(f"{name} has {count:,} pages, more than {MAX_PAGES:,}.", "Split it.")
        pages = [_page_text(reader, number) for number in range(count)]
        for number, text in pdftables.read_pages(data, [n for n in range(count) if _draws_lines(reader, n)]).items():
            pages[number] = text
        title = str(reader.metadata.title or "") if reader.metadata else ""
    except DependencyError as problem:
        raise UnreadableFileError(f"{name} is encrypted with AES.", "Save a copy without a password.") from problem
    except _BROKEN as problem:
        raise UnreadableFileError(
            f"{name} is not a readable PDF ({type(problem).__name__}).", "Save it again."
        ) from problem
    if not any(page.strip() for page in pages):
        if not ocr:
            raise UnreadableFileError(
                f"{name} has no text layer; it is scanned.", "Say --ocr to read it with tesseract."
            )
        pages = read_pages(data, name)
    return _assemble(_without_repeats(pages), title.strip(), name, digest)


def _page_text(reader: PdfReader, number: int) -> str:
    page = reader.pages[number]
    laid_out = page.extract_text(extraction_mode="layout")
    rows = [line for line in laid_out.splitlines() if len(_GAP.findall(line.strip())) >= 2]
    if len(rows) < TABLE_ROWS:
        return _CUT_WORD.sub("", str(page.extract_text()))
    return "\n".join(_row(line) for line in laid_out.splitlines())


def _draws_lines(reader: PdfReader, number: int) -> bool:
    """Say whether a page draws enough lines and frames for a ruled table."""
    contents = reader.pages[number].get_contents()
    return contents is not None and len(_LINES.findall(contents.get_data())) >= MIN_LINES


def _row(line: str) -> str:
    """A line of a table, its cells parted by tabs; a first cell that is empty leaves a leading tab."""
    indent = len(line) - len(line.lstrip())
    cells = [" ".join(cell.split()) for cell in _GAP.split(line.strip())]
    return ("\t" if indent > 20 and len(cells) > 1 else "") + "\t".join(cells)


def _without_repeats(pages: list[str]) -> list[str]:
    """Drop first and last lines that stand on most pages, whatever number they carry."""
    if len(pages) < 3:
        return pages
    edges: Counter[str] = Counter()
    for page in pages:
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        edges.update({_DIGITS.sub("#", line) for line in [*lines[:2], *lines[-2:]]})
    repeated = {line for line, times in edges.items() if times >= max(3, len(pages) * REPEATED)}

    def kept(page: str) -> str:
        lines = page.splitlines()
        full = [i for i, line in enumerate(lines) if line.strip()]
        drop = {i for i in [*full[:2], *full[-2:]] if _DIGITS.sub("#", lines[i].strip()) in repeated}
        return "\n".join(line for i, line in enumerate(lines) if i not in drop)

    return [kept(page) for page in pages]


def _assemble(pages: list[str], title: str, name: str, digest: str) -> Page:
    """Put the pages behind one another and remember where each begins."""
    text = f"{title}\n\n" if title else ""
    starts = []
    for page in pages:
        starts.append(len(text))
        text += page.strip("\n") + "\n\n"
    return read_text(text, name, digest, page_starts=starts)
