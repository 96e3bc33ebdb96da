"""Scanned PDF pages → text, by tesseract, where it is installed and asked for with ``--ocr``."""

from __future__ import annotations

import io
import shutil
import subprocess

import pypdfium2

from hcpcs_rag.errors import UnreadableFileError

SCALE = 300 / 72
"""Rendered at 300 dots an inch, the resolution tesseract's manual asks for."""
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
        with pypdfium2.PdfDocument(data) as document:
            if len(document) > MAX_PAGES:
                raise UnreadableFileError(f"{name} has more than {MAX_PAGES} scanned pages.", "Split it.")
            return [_recognise(program, page, name) for page in document]
    except pypdfium2.PdfiumError as problem:
        raise UnreadableFileError(f"{name} cannot be rendered: {problem}.", "Save it again.") from problem


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
