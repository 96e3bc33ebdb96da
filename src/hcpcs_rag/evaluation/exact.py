"""Every code of a release, exactly: what the assistant says of each is held against the file itself.

The file is read here anew, by other means than the product's reader, so that a mistake of that reader shows.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.errors import QuestionSetError
from hcpcs_rag.evaluation.results import ExactRun

COVERAGE = {
    "C": "carrier judgment", "D": "special coverage instructions apply", "I": "not payable by Medicare",
    "M": "non-covered by Medicare", "S": "non-covered by Medicare statute",
}  # fmt: skip
"""What CMS's record layout says the indicators mean."""
FIRST_RECORD = frozenset("37")
"""Record types that begin a code or a modifier; 4 and 8 go on with its descriptor."""
REFERENCE = re.compile(r"[A-Z0-9]{5}|[A-Z0-9]{2}")
"""A cross-reference that names a code or a modifier; some cells hold a remark, such as "CPT"."""
MAX_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Row:
    """What the file says of one code or modifier; dates are ISO days or empty."""

    code: str
    long: str
    coverage: str
    added: str
    ended: str
    see: tuple[str, ...]


def read_rows(path: Path) -> list[Row]:
    """Read the rows of a release as XLSX or CSV, packed or not. Raises ``QuestionSetError``."""
    cells = _xlsx(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    header: dict[str, int] = {}
    found: dict[str, Row] = {}
    for values in cells:
        if "HCPC" in values:
            header = {name.strip().upper(): i for i, name in enumerate(values)}
        elif header and (code := values[header["HCPC"]].strip()):
            row = _row(code, {name: values[i].strip() for name, i in header.items()})
            before = found.get(code)
            found[code] = row if before is None else _continued(before, row)
    if not found:
        raise QuestionSetError(f"{path} holds no rows of a release.", "Name an XLSX or CSV release of CMS.")
    return list(found.values())


def _row(code: str, cell: dict[str, str]) -> Row:
    see = tuple(x for i in range(1, 6) if REFERENCE.fullmatch(x := cell.get(f"XREF{i}", "")))
    return Row(
        code, " ".join(cell["LONG DESCRIPTION"].split()), cell["COV"], _iso(cell["ADD DT"]), _iso(cell["TERM DT"]), see
    )


def _continued(before: Row, row: Row) -> Row:
    return Row(before.code, f"{before.long} {row.long}", before.coverage, before.added, before.ended, before.see)


def _xlsx(path: Path) -> Iterator[list[str]]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    for values in book.worksheets[0].iter_rows(values_only=True):
        yield ["" if v is None else str(v) for v in values]


def _csv(path: Path) -> Iterator[list[str]]:
    packed = path.suffix.lower() == ".gz"
    with (gzip.open if packed else open)(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file)


def _iso(day: str) -> str:
    digits = day.split(".")[0]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}" if len(digits) == 8 else ""


def run(name: str, path: Path, assistant: Assistant, progress: Callable[[int, int], None]) -> ExactRun:
    """Ask after every code of the file: what it is, its status, its coverage."""
    release = assistant.index.release()
    today = release.effective.isoformat() if release else ""
    rows = read_rows(path)
    checks = 0
    failures: list[tuple[str, str, str]] = []
    for done, row in enumerate(rows, 1):
        for question, wanted in _expectations(row, today):
            answer, _ = assistant.ask(question)
            said = " ".join(answer.text.split()).lower()
            checks += len(wanted)
            failures += [
                (row.code, f"{question} lacks {what}", answer.text) for what in wanted if what.lower() not in said
            ]
        progress(done, len(rows))
    return ExactRun(name, len(rows), checks, tuple(failures[:MAX_SHOWN]))


def _expectations(row: Row, today: str) -> Iterator[tuple[str, list[str]]]:
    """Yield questions about one code, each with the words its answer must hold."""
    ended = bool(row.ended) and today > row.ended
    yield f"What is {row.code}?", [row.long, *([row.ended, "ended"] if ended else [])]
    dates = [day for day in (row.added, row.ended) if day]
    yield f"Is {row.code} still active?", [*dates, "ended" if ended else "active"]
    if row.coverage:
        yield f"Is {row.code} covered by Medicare?", [COVERAGE[row.coverage], *row.see]
