from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from hcpcs_rag.domain import Page
from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.loaders.pdf import read_pdf


def make_pdf(pages: list[list[tuple[int, int, str]]]) -> bytes:
    """A PDF of text placed at points, in Helvetica, written by hand."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for page in pages:
        drawn = "".join(f"BT /F1 10 Tf {x} {y} Td ({t}) Tj ET\n" for x, y, t in page)
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}endstream")
        content = len(objects)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {content} 0 R "
            "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return (out + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n").encode(
        "latin-1"
    )


def read(data: bytes) -> Page:
    return read_pdf(data, "/x/guide.pdf", "0" * 64)


def sheet(number: int, *lines: str) -> list[tuple[int, int, str]]:
    body = [(72, 700 - 14 * i, line) for i, line in enumerate(lines)]
    return [(72, 760, "Supplier Guide"), *body, (300, 40, f"Page {number}")]


def test_page_numbers_and_repeated_lines() -> None:
    pages = [sheet(n, f"Code E139{n} is one of the concentrators that a supplier rents out.") for n in (0, 1, 2)]
    page = read(make_pdf(pages))
    assert [(s.page_number) for s in page.sections] == [1, 2, 3]
    said = [page.text[s.start : s.end] for s in page.sentences]
    assert len(said) == 3
    assert "Supplier Guide" not in page.text
    assert "Page 2" not in page.text


def test_cut_words_are_mended() -> None:
    page = read(make_pdf([sheet(1, "The supplier keeps the docu-", "mentation of each rental in the file.")]))
    assert "documentation of each" in page.text


def test_table_rows_keep_their_cells() -> None:
    rows = [
        ("Drug", "Unit", "Code"),
        ("Abatacept", "10 mg", "J0129"),
        ("Adalimumab", "20 mg", "J0135"),
        ("Alprostadil", "5 mcg", "J0270"),
    ]
    placed = [
        (x, 700 - 14 * i, cell) for i, row in enumerate(rows) for x, cell in zip((72, 300, 450), row, strict=True)
    ]
    page = read(make_pdf([placed]))
    said = [page.text[s.start : s.end] for s in page.sentences if s.kind == "row"]
    assert "Adalimumab\t20 mg\tJ0135" in said


def test_encrypted_scanned_and_broken_files_are_told() -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(UnreadableFileError, match="no text layer"):
        read(out.getvalue())
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(UnreadableFileError, match="encrypted"):
        read(out.getvalue())
    with pytest.raises(UnreadableFileError, match="not a readable PDF"):
        read(b"%PDF-1.4 nonsense")


GOOD = make_pdf([sheet(1, "Code E1392 is rented by the month."), sheet(2, "Keep the order.")])


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_damage_ends_in_one_clear_error(at: int, junk: bytes) -> None:
    try:
        read(GOOD[:at] + junk + GOOD[at + len(junk) :])
    except UnreadableFileError:
        return


def test_the_table_of_drugs_gives_every_row_with_a_code(shared: Path) -> None:
    data = (shared / "cms" / "2019-Table-of-Drugs.pdf").read_bytes()
    page = read_pdf(data, "2019-Table-of-Drugs.pdf", "0" * 64)
    code = re.compile(r"\b[A-V]\d{4}\b")
    rows = [page.text[s.start : s.end] for s in page.sentences]
    found = [c for row in rows for c in code.findall(row)]
    plain = " ".join(p.extract_text() for p in PdfReader(io.BytesIO(data)).pages)  # another way of extraction
    assert sorted(found) == sorted(code.findall(plain))
    assert len([r for r in rows if code.search(r)]) > 550


def test_cells_of_a_ruled_table_that_wrap_stay_whole() -> None:
    from reportlab.lib import colors
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

    style = getSampleStyleSheet()["BodyText"]
    long = "Ambulatory infusion pump, mechanical, reusable, for infusion 8 hours or greater"
    rows = [
        ["Pump", "Descriptor", "Do not bill with"],
        ["E0779", Paragraph(long, style), Paragraph("A4224, A4225", style)],
    ]
    table = Table(rows, colWidths=[50, 120, 60])
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)]))
    out = io.BytesIO()
    SimpleDocTemplate(out).build([Paragraph("Pumps and what is not billed with them.", style), table])
    page = read(out.getvalue())
    said = [page.text[s.start : s.end] for s in page.sentences]
    assert f"E0779\t{long}\tA4224, A4225" in said
    assert "Pumps and what is not billed with them." in said
