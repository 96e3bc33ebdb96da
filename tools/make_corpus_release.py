"""Write ``corpus/release/HCPC2025_OCT_ANWEB_v4.csv.gz``: the table of a whole CMS release, as compact text.

    python tools/make_corpus_release.py ../shared/cms/HCPC2025_OCT_ANWEB_v4.xlsx

Keeps every row and every column as released. Above the column names stand the name and the SHA-256 of the file
that the table was made from. The same file always gives the same bytes.
"""

import csv
import gzip
import hashlib
import io
import sys
from pathlib import Path

from python_calamine import CalamineWorkbook

TARGET = Path(__file__).resolve().parent.parent / "corpus" / "release"


def write(source: Path, folder: Path) -> Path:
    """Write the table of a release in XLSX into a folder; return its path."""
    data = source.read_bytes()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow([f"# Made from {source.name}, SHA-256 {hashlib.sha256(data).hexdigest()}"])
    writer.writerows([_cell(value) for value in row] for row in rows)
    target = folder / f"{source.stem}.csv.gz"
    # Neither a time nor a file name goes into the head of the archive, so that its bytes depend on the rows alone.
    with target.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(table.getvalue().encode())
    return target


def main() -> None:
    """Write the table of the release named on the command line."""
    write(Path(sys.argv[1]), TARGET)


def _cell(value: object) -> str:
    """A cell as text: whole numbers without their point, the padding of modifiers ("   A1") left out."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


if __name__ == "__main__":
    main()
