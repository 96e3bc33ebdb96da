"""CMS HCPCS Level II releases → ``CodeRecord``s.

Layout and meanings: CMS, "HCPCS Contractor Record Layout" (the file shipped with each release).
Read here: the XLSX as released, the fixed-width TXT, the ZIP that holds them, and a CSV with the same
columns or with at least code and descriptor. What else lists codes is refused (``identity``).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from python_calamine import CalamineError, CalamineWorkbook

from hcpcs_rag.domain import CodeRecord, Release
from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.loaders import archives, files
from hcpcs_rag.loaders.identity import Head, identify, no_release

_ALIASES = {
    "code": ("HCPC", "HCPCS", "HCPCS CODE", "CODE"),
    "recid": ("RECID",),
    "long": ("LONG DESCRIPTION", "LONG DESCRIPTOR", "DESCRIPTION", "DESCRIPTOR"),
    "short": ("SHORT DESCRIPTION", "SHORT DESCRIPTOR"),
    "added": ("ADD DT", "ADDED", "CODE ADDED DATE"),
    "changed": ("ACT EFF DT", "CHANGED", "CODE EFFECTIVE DATE"),
    "ended": ("TERM DT", "ENDED", "TERMINATION DATE"),
    "coverage": ("COV", "COVERAGE"),
}
_FURTHER = (
    ("Type of service", re.compile(r"TOS\d")),
    ("BETOS category", re.compile(r"BETOS")),
    ("Statute", re.compile(r"STATUTE")),
    ("Lab certification", re.compile(r"LABCERT\d")),
    ("ASC payment group", re.compile(r"ASC GRP")),
    ("ASC group in effect since", re.compile(r"ASC DT")),
    ("OPPS payment indicator", re.compile(r"OPPS PI|OPPS")),
    ("Multiple pricing indicator", re.compile(r"MULT PI")),
    ("Coverage issues manual", re.compile(r"CIM\d")),
    ("Carriers manual", re.compile(r"MCM\d")),
    ("Processing note", re.compile(r"PROCNOTE")),
    ("Anesthesia base units", re.compile(r"ANEST BU")),
)
"""Fields that are shown as they are released, by the columns that hold them."""
_CHANGES = {"ACTION CD", "TYPE OF CHANGE"}
_FAR_CELL = re.compile(rb'<c[^>]{0,80}\br="(?:[A-Z]{3}\d|[A-Z]{1,2}\d{6})')
"""A cell beyond column ZZ or row 99,999; a release has 48 columns and 9,000 rows."""
_FIXED_LINE = re.compile(r"(?:[A-Z]\d{4}|   [A-Z0-9]{2})\d{5}[3478]")
# Columns of the record layout by name, as [start, end): its positions count from 1 and hold the last.
_FIXED = {
    "HCPC": (0, 5), "RECID": (10, 11), "LONG DESCRIPTION": (11, 91), "SHORT DESCRIPTION": (91, 119),
    "PRICE1": (119, 121), "PRICE2": (121, 123), "PRICE3": (123, 125), "PRICE4": (125, 127), "MULT_PI": (127, 128),
    "CIM1": (128, 134), "CIM2": (134, 140), "CIM3": (140, 146), "MCM1": (146, 154), "MCM2": (154, 162), "MCM3": (162, 170),
    "STATUTE": (170, 180), **{f"LABCERT{i + 1}": (180 + 3 * i, 183 + 3 * i) for i in range(8)},
    "XREF1": (204, 209), "XREF2": (209, 214), "XREF3": (214, 219), "XREF4": (219, 224), "XREF5": (224, 229),
    "COV": (229, 230), "ASC_GRP": (230, 232), "ASC_DT": (232, 240), "PROCNOTE": (252, 256), "BETOS": (256, 259),
    **{f"TOS{i + 1}": (260 + i, 261 + i) for i in range(5)}, "ANEST_BU": (265, 268),
    "ADD DT": (268, 276), "ACT EFF DT": (276, 284), "TERM DT": (284, 292),
}  # fmt: skip
HEADER_ROWS = 40
"""Rows to search for the column names: older releases open with a page of disclaimers."""


def read_xlsx(data: bytes, name: str) -> tuple[Release, list[CodeRecord]]:
    """Read a release from the bytes of its XLSX. Raises ``UnreadableFileError``."""
    _require_reasonable(data, name)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        tables = [workbook.get_sheet_by_index(i).to_python() for i in range(len(workbook.sheet_names))]
    except CalamineError as problem:
        raise UnreadableFileError(f"{name} is not a readable workbook.", "Download it again from CMS.") from problem
    for table in tables:
        if header := _find_header(table):
            return _read_table(table, header, name)
    raise no_release(name, [_name(cell) for table in tables for row in table[:HEADER_ROWS] for cell in row])


def _require_reasonable(data: bytes, name: str) -> None:
    """Refuse a workbook with a cell so far out that the table around it would fill the memory."""
    for _, sheet in archives.members(data, name, (".xml",)):
        if _FAR_CELL.search(sheet):
            raise UnreadableFileError(f"{name} is far larger than any CMS release.", "Download it again from CMS.")


def read_csv(text: str, name: str) -> tuple[Release, list[CodeRecord]]:
    """Read a release from a CSV with at least code and descriptor. Raises ``UnreadableFileError``."""
    try:
        table = list(csv.reader(io.StringIO(text)))
    except csv.Error as problem:
        raise UnreadableFileError(f"{name} is not a readable CSV: {problem}.", "Save it again.") from problem
    if header := _find_header(table):
        return _read_table(table, header, name)
    raise no_release(name, [_name(cell) for row in table[:HEADER_ROWS] for cell in row])


def is_fixed_width(text: str) -> bool:
    """Say whether a text is a release in the fixed-width layout: most lines open like its records."""
    lines = text[:200_000].splitlines()
    return sum(bool(_FIXED_LINE.match(line)) for line in lines) > max(3, len(lines) / 2)


def read_txt(text: str, name: str) -> tuple[Release, list[CodeRecord]]:
    """Read a release in the fixed-width layout. Raises ``UnreadableFileError``."""
    lines = [line for line in text.splitlines() if _FIXED_LINE.match(line)]
    table = [list(_FIXED), *([line[low:high] for low, high in _FIXED.values()] for line in lines)]
    return _read_table(table, 1, name)


def read_zip(data: bytes, name: str) -> tuple[Release, list[CodeRecord]]:
    """Read the release in a ZIP as downloaded: of its members, the one with the most records.

    Raises ``UnreadableFileError`` if no member is a release.
    """
    best: tuple[Release, list[CodeRecord]] | None = None
    found_members = archives.members(data, name, (".xlsx", ".txt", ".csv"))
    for member, content in sorted(found_members, key=lambda m: not m[0].lower().endswith(".xlsx")):
        try:
            found = _read_member(content, member)
        except UnreadableFileError:
            continue  # a read-me, a transaction report: not every member is a release
        if found and (best is None or len(found[1]) > len(best[1])):
            best = found
    if best is None:
        raise UnreadableFileError(f"{name} holds no CMS release.", "Unpack it and name the file inside.")
    return best


def _read_member(content: bytes, member: str) -> tuple[Release, list[CodeRecord]] | None:
    if member.lower().endswith(".xlsx"):
        return read_xlsx(content, member)
    text = files.decode(content, member)
    if member.lower().endswith(".csv"):
        return read_csv(text, member)
    return read_txt(text, member) if is_fixed_width(text) else None


def _find_header(table: Sequence[Sequence[object]]) -> int | None:
    """The number of the row behind the one with the column names."""
    for i, row in enumerate(table[:HEADER_ROWS]):
        names = {_name(cell) for cell in row}
        if names & _CHANGES and "RECID" not in names:
            return None  # a report of changes lists codes too, those that ended among them
        if names & set(_ALIASES["code"]) and names & set(_ALIASES["long"]):
            return i + 1
    return None


def _name(cell: object) -> str:
    return re.sub(r"[^A-Z0-9]+", " ", str(cell or "").upper()).strip()


def _read_table(table: Sequence[Sequence[object]], first: int, name: str) -> tuple[Release, list[CodeRecord]]:
    names = [_name(cell) for cell in table[first - 1]]
    columns = {key: next((names.index(a) for a in aliases if a in names), None) for key, aliases in _ALIASES.items()}
    pricing = [i for i, n in enumerate(names) if re.fullmatch(r"PRICE\d|PRICING", n)]
    see = [i for i, n in enumerate(names) if re.fullmatch(r"XREF\d?", n)]
    further = [(label, [i for i, n in enumerate(names) if column.fullmatch(n)]) for label, column in _FURTHER]
    rows = list(_merge_continuations(table[first:], columns))
    records = [r for row in rows if (r := _record(row, columns, pricing, see, further))]
    if not records:
        raise no_release(name, names)
    remarks = " ".join(str(cell) for row in table[: first - 1] for cell in row if cell)
    release = identify(Head(name, remarks, tuple(names)), records)
    return release, [replace(r, release_id=release.release_id) for r in records]


def _merge_continuations(rows: Iterable[Sequence[object]], columns: dict[str, int | None]) -> Iterator[list[str]]:
    """Yield rows as text, descriptions continued on record types 4 and 8 put together."""
    pending: list[str] | None = None
    for raw in rows:
        row = [_cell(c) for c in raw]
        kind = _at(row, columns["recid"])
        if kind in ("4", "8") and pending is not None and columns["long"] is not None:
            pending[columns["long"]] = f"{pending[columns['long']].rstrip()} {_at(row, columns['long'])}"
            continue
        if pending is not None:
            yield pending
        pending = row
    if pending is not None:
        yield pending


def _cell(value: object) -> str:
    """A cell as text; numbers that are whole lose their point (20250930.0 → 20250930)."""
    if value is None:
        return ""
    if isinstance(value, str):
        return files.clean(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.strftime("%Y%m%d")
    return str(value)


def _at(row: Sequence[str], column: int | None) -> str:
    return row[column].strip() if column is not None and column < len(row) else ""


def _record(
    row: Sequence[str],
    columns: dict[str, int | None],
    pricing: list[int],
    see: list[int],
    further: list[tuple[str, list[int]]],
) -> CodeRecord | None:
    code = _at(row, columns["code"]).upper()
    if not re.fullmatch(r"[A-Z]\d{4}|[A-Z0-9]{2}", code):
        return None
    added = _date(_at(row, columns["added"]))
    return CodeRecord(
        code=code,
        kind="code" if len(code) == 5 else "modifier",
        long=_at(row, columns["long"]),
        short=_at(row, columns["short"]),
        added=added,
        # The XLSX of 2019 leaves it blank where the TXT repeats the day a code was added.
        changed=_date(_at(row, columns["changed"])) or added,
        ended=_date(_at(row, columns["ended"])),
        coverage=_at(row, columns["coverage"]).upper()[:1],
        pricing=tuple(p.zfill(2) for i in pricing if (p := _at(row, i))),
        see_instead=tuple(x.upper() for i in see if re.fullmatch(r"\w{2}|\w{5}", x := _at(row, i))),
        release_id="",
        further=tuple((label, ", ".join(told)) for label, at in further if (told := _told(row, at))),
    )


def _told(row: Sequence[str], at: list[int]) -> list[str]:
    """The values that some columns hold, days as days; a zero says nothing."""
    values = [_at(row, i) for i in at]
    return [str(_date(v) if re.fullmatch(r"\d{8}", v) else v) for v in values if v.strip("0")]


def _date(text: str) -> date | None:
    digits = re.sub(r"\D", "", text)[:8]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if len(digits) == 8 else None
    except ValueError:
        return None
