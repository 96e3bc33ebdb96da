"""A record as PDF: its plain text, set for a printed page."""

from __future__ import annotations

from importlib.resources import files

from fpdf import FPDF

from hcpcs_rag.record import Record, as_text

FONT = "DejaVu"
SIZE, LARGE, LEADING = 9.5, 12, 5.2
"""Points of text and of headings, and millimetres of a line."""


def as_pdf(record: Record) -> bytes:
    """Write a record as PDF; lines in capitals are its headings."""
    pdf = FPDF(format="letter")
    letters = files("matplotlib").joinpath("mpl-data", "fonts", "ttf")  # fonts that have all letters of the sources
    pdf.add_font(FONT, "", str(letters.joinpath("DejaVuSans.ttf")))
    pdf.add_font(FONT, "B", str(letters.joinpath("DejaVuSans-Bold.ttf")))
    pdf.set_title(f"Record: {' '.join(record.answer.question.split())[:80]}")
    pdf.set_creation_date(record.at)
    pdf.set_auto_page_break(True, margin=18)
    pdf.add_page()
    for line in as_text(record).split("\n"):
        heading = line.isupper() and line.isalpha()
        pdf.set_font(FONT, "B" if heading else "", LARGE if heading else SIZE)
        if line:
            pdf.multi_cell(0, LEADING, line, align="L", new_x="LMARGIN", new_y="NEXT")
        else:
            pdf.ln(LEADING / 2)
    return bytes(pdf.output())
