"""PDF pages as pictures: scanned ones → text by tesseract, where asked for with ``--ocr``, and any one → PNG to look at."""

from __future__ import annotations

import io
import shutil
import subprocess
from threading import Lock

import pypdfium2
from PIL import Image, ImageDraw

from hcpcs_rag.errors import UnreadableFileError

SCALE = 300 / 72
"""Rendered at 300 dots an inch, the resolution tesseract's manual asks for."""
SCREEN_SCALE, SCREEN_SIDE = 110 / 72, 1_800
"""Drawn at 110 dots an inch, at which letters of 9 points are read without effort in a panel of 600 pixels, and at most
this many pixels wide or high: a page may say that it is five metres wide."""
_PDFIUM = Lock()
"""PDFium serves one thread at a time, and a server has many."""
MARKER = (250, 204, 21, 96)
"""Red, green, blue and opacity of the marker pen."""
Box = tuple[float, float, float, float]
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


def print_page(data: bytes, name: str, number: int, quote: str = "") -> bytes:
    """Return one page of a PDF as it is printed, as PNG, with a quote marked on it; pages count from 1.

    Raises ``UnreadableFileError``.
    """
    image = io.BytesIO()
    try:
        with _PDFIUM, pypdfium2.PdfDocument(data) as document:
            if not 1 <= number <= len(document):
                raise UnreadableFileError(f"{name} has no page {number}.", f"It has {len(document)} pages.")
            page = document[number - 1]
            scale = min(SCREEN_SCALE, SCREEN_SIDE / max(page.get_size()))
            drawn = page.render(scale=scale).to_pil().convert("RGB")
            _mark(drawn, page, _boxes(page, quote), scale)
            drawn.save(image, "PNG")
    except pypdfium2.PdfiumError as problem:
        raise UnreadableFileError(f"{name} cannot be rendered: {problem}.", "Open the file itself.") from problem
    return image.getvalue()


def _boxes(page: pypdfium2.PdfPage, quote: str) -> list[Box]:
    """The boxes of a quote's lines, in points from the lower left corner; none where the page's own text lacks it.

    Found by its letters alone, because spaces and breaks of lines are guesses of whoever reads a PDF.
    """
    wanted = "".join(quote.split())
    text = page.get_textpage()
    letters = [(i, c) for i, c in enumerate(text.get_text_range()) if not c.isspace()]
    at = "".join(c for _, c in letters).find(wanted) if wanted else -1
    boxes: list[Box] = []
    for i, _ in letters[at : at + len(wanted)] if at >= 0 else ():
        left, bottom, right, top = text.get_charbox(i)
        last = boxes[-1] if boxes else None
        if last and bottom < last[3] and last[1] < top and left >= last[0]:  # goes on in the same line
            boxes[-1] = (last[0], min(bottom, last[1]), max(right, last[2]), max(top, last[3]))
        else:
            boxes.append((left, bottom, right, top))
    return boxes


def _mark(drawn: Image.Image, page: pypdfium2.PdfPage, boxes: list[Box], scale: float) -> None:
    """Lay a colour over boxes of a page that was drawn."""
    pen = ImageDraw.Draw(drawn, "RGBA")
    height = page.get_height()
    for left, bottom, right, top in boxes:
        corners = (left - 1, height - top - 1, right + 1, height - bottom + 1)
        pen.rectangle([side * scale for side in corners], fill=MARKER)


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
