from __future__ import annotations

import io
import shutil

import pytest
from PIL import Image, ImageDraw, ImageFont

from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.loaders.ocr import read_pages
from hcpcs_rag.loaders.pdf import read_pdf


def scan() -> bytes:
    """A PDF of one page that is a picture of a sentence."""
    image = Image.new("L", (1240, 400), 255)
    font = ImageFont.load_default(48)
    ImageDraw.Draw(image).text((60, 120), "Code E1392 is rented by the month.", fill=0, font=font)
    out = io.BytesIO()
    image.save(out, "PDF", resolution=150)
    return out.getvalue()


@pytest.mark.skipif(not shutil.which("tesseract"), reason="needs tesseract (apt-get install tesseract-ocr)")
def test_a_scan_is_read_where_asked_and_told_where_not() -> None:
    page = read_pdf(scan(), "/x/scan.pdf", "0" * 64, ocr=True)
    assert "E1392" in page.text
    assert page.sections[0].page_number == 1
    with pytest.raises(UnreadableFileError, match="--ocr"):
        read_pdf(scan(), "/x/scan.pdf", "0" * 64)


def test_without_tesseract_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(UnreadableFileError, match="not installed"):
        read_pages(scan(), "scan.pdf")
