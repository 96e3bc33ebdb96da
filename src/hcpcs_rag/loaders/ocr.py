"""PDF pages as pictures: scanned ones → text by tesseract, where asked for with ``--ocr``, and any one → PNG to look at."""

from __future__ import annotations

import io
import shutil
import subprocess
from threading import Lock

import pypdfium2

from hcpcs_rag.errors import UnreadableFileError

SCALE = 300 / 72
"""Rendered at 300 dots an inch, the resolution tesseract's manual asks for."""
SCREEN_SCALE, SCREEN_SIDE = 110 / 72, 1_800
"""Drawn at 110 dots an inch, at which letters of 9 points are read without effort in a panel of 600 pixels, and at most
this many pixels wide or high: a page may say that it is five metres wide."""
_PDFIUM = Lock()
"""PDFium serves one thread at a time, and a server has many."""
MAX_PAGES = 300
SECONDS_A_PAGE = 120


def read_pages(data: bytes, name: str) -> list[str]:
    """Return the text of each page of a scanned PDF. Raises ``UnreadableFileError``."""
    program = shutil.which("tesseract")
    if program is None:
        raise UnreadableFileError(
            f"{name} is scanned and tesseract is not installed.", "Debian: apt-get install tesseract-ocr"
        )
    try:
        with _PDFIUM, pypdfium2.PdfDocument(data) as document:
            if len(document) > MAX_PAGES:
                raise UnreadableFileError(f"{name} has more than {MAX_PAGES} scanned pages.", "Split it.")
            return [_recognise(program, page, name) for page in document]
    except pypdfium2.PdfiumError as problem:
        raise UnreadableFileError(f"{name} cannot be rendered: {problem}.", "Save it again.") from problem


def print_page(data: bytes, name: str, number: int) -> bytes:
    """Return one page of a PDF as it is printed, as PNG; pages count from 1. Raises ``UnreadableFileError``."""
    image = io.BytesIO()
    try:
        with _PDFIUM, pypdfium2.PdfDocument(data) as document:
            if not 1 <= number <= len(document):
                raise UnreadableFileError(f"{name} has no page {number}.", f"It has {len(document)} pages.")
            page = document[number - 1]
            scale = min(SCREEN_SCALE, SCREEN_SIDE / max(page.get_size()))
            page.render(scale=scale).to_pil().save(image, "PNG")
    except pypdfium2.PdfiumError as problem:
        raise UnreadableFileError(f"{name} cannot be rendered: {problem}.", "Open the file itself.") from problem
    return image.getvalue()


def _recognise(program: str, page: pypdfium2.PdfPage, name: str) -> str:
    image = io.BytesIO()
    page.render(scale=SCALE, grayscale=True).to_pil().save(image, "PNG")
    try:
        done = subprocess.run(
            [program, "-", "-", "-l", "eng"],
            input=image.getvalue(),
            capture_output=True,
            timeout=SECONDS_A_PAGE,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as problem:
        raise UnreadableFileError(f"tesseract failed on {name}: {problem}.", "Try it on the file by hand.") from problem
    return done.stdout.decode("utf-8", errors="replace").replace("\f", "")
