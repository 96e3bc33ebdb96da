"""Write the documents of the starter corpus that are not Markdown: one HTML page and one PDF.

    python tools/make_corpus_documents.py

Both are made from the release table and the pairing rules that the pages in ``corpus/pages`` state,
so that a change there is one command away from being a change here.
"""

import html
from collections.abc import Iterable
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from hcpcs_rag.codes import find_modifiers
from hcpcs_rag.domain import CodeRecord
from hcpcs_rag.loaders.text import read_text
from hcpcs_rag.relations.mining import mine
from hcpcs_rag.releases import read_release

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
TARGET = CORPUS / "documents"
PUMPS = ("E0776", "E0779", "E0780", "E0781", "E0784", "E0791", "K0455")


def records() -> dict[str, CodeRecord]:
    """The records of the release table by code."""
    (path,) = (CORPUS / "release").glob("*.csv.gz")
    return {record.code: record for record in read_release(path)}


def modifiers() -> list[CodeRecord]:
    """The records of the modifiers that have a page or are named on one, active ones only."""
    texts = " ".join(path.read_text(encoding="utf-8") for path in sorted((CORPUS / "pages").glob("*.md")))
    known = records()
    named = {path.stem.removeprefix("modifier-") for path in (CORPUS / "pages").glob("modifier-*.md")}
    named |= set(find_modifiers(texts, lambda name: name in known))
    return [known[name] for name in sorted(named) if known[name].kind == "modifier" and known[name].ended is None]


def rules() -> set[tuple[str, str, str]]:
    """The rules between codes that the pages state."""
    found = set()
    for path in sorted((CORPUS / "pages").glob("*.md")):
        page = read_text(path.read_text(encoding="utf-8"), path.name, "")
        found.update((r.code, r.kind, r.other) for r in mine(page) if r.kind in ("use_with", "not_with"))
    return found


def write_modifiers(records: Iterable[CodeRecord]) -> None:
    """An HTML page that lists the modifiers of the starter corpus with their official descriptors."""
    items = "".join(f"<tr><td>{record.code}</td><td>{html.escape(record.long)}</td></tr>\n" for record in records)
    (TARGET / "modifier-list.html").write_text(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Modifiers of the starter corpus</title></head>\n'
        "<body><main><h1>Modifiers of the starter corpus</h1>\n"
        "<p>Each row gives a modifier of the CMS release of October 2025 and its official descriptor. A modifier is two "
        "characters appended to a code on the claim line.</p>\n"
        f"<table><tr><th>Modifier</th><th>Official descriptor</th></tr>\n{items}</table></main></body></html>\n",
        encoding="utf-8",
    )


def write_pumps(table: dict[str, CodeRecord], stated: set[tuple[str, str, str]]) -> None:
    """A PDF with a table of infusion pumps, the supplies billed with each, and those that are not."""
    style = getSampleStyleSheet()
    cell = style["BodyText"]
    rows = [["Item", "Official descriptor", "Use with", "Do not bill with"]]
    for pump in PUMPS:
        cells = [pump, Paragraph(html.escape(table[pump].long), cell)]
        for kind in ("use_with", "not_with"):
            others = {a if b == pump else b for a, k, b in stated if k == kind and pump in (a, b)}
            cells.append(Paragraph(", ".join(sorted(others)) or "-", cell))
        rows.append(cells)
    drawn = Table(rows, colWidths=[50, 200, 110, 150], repeatRows=1)
    drawn.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    document = SimpleDocTemplate(
        str(TARGET / "infusion-pumps.pdf"), pagesize=letter, title="Infusion pumps and their supplies", invariant=1
    )
    text = (
        "The table repeats the pairing rules of the starter corpus, which restate LCD L33794 and the release of October 2025. "
        "A dash means that the pages state nothing."
    )
    document.build(
        [Paragraph("Infusion pumps and their supplies", style["Title"]), Paragraph(text, cell), Spacer(1, 12), drawn]
    )


def main() -> None:
    """Write both documents."""
    TARGET.mkdir(exist_ok=True)
    write_modifiers(modifiers())
    write_pumps(records(), rules())


if __name__ == "__main__":
    main()
