"""Write ``corpus/release/HCPC2025_OCT_starter.csv``: the rows of a CMS release for the starter corpus.

    python tools/make_corpus_release.py ../shared/cms/HCPC2025_OCT_ANWEB_v4.xlsx

Takes the codes and modifiers that have a page in ``corpus/pages`` and those the pages name, and keeps
the columns of the release that the reader uses, so that the authority rules work out of the box.
"""

import csv
import sys
from pathlib import Path

from python_calamine import CalamineWorkbook

from hcpcs_rag.codes import find_codes

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
TARGET = CORPUS / "release" / "HCPC2025_OCT_starter.csv"
COLUMNS = [
    "HCPC", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION", "PRICE1", "PRICE2", "PRICE3", "PRICE4",
    "XREF1", "XREF2", "XREF3", "XREF4", "XREF5", "COV", "ADD DT", "ACT EFF DT", "TERM DT",
]  # fmt: skip


def main() -> None:
    """Copy the rows of the corpus's codes from the release named on the command line."""
    pages = sorted((CORPUS / "pages").glob("*.md"))
    wanted = {page.stem.removeprefix("modifier-") for page in pages}
    for page in pages:
        wanted.update(find_codes(page.read_text(encoding="utf-8")))
    sheet = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
    names = [str(name) for name in sheet[0]]
    rows = [dict(zip(names, row, strict=True)) for row in sheet[1:]]
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            if str(row["HCPC"]).strip() in wanted:
                writer.writerow([_cell(row[name]) for name in COLUMNS])


def _cell(value: object) -> str:
    return str(int(value)) if isinstance(value, float) else str(value).strip()


if __name__ == "__main__":
    main()
