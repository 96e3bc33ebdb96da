"""What a table of codes is: a whole CMS release, an extract of one, or something that must not pass for one.

Fee schedules, price lists and product lists have a column of codes and one of descriptions too. What speaks as the
official record must look like one: the columns of CMS's record layout, or thousands of codes of many families.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hcpcs_rag.domain import CodeRecord, Release
from hcpcs_rag.errors import UnreadableFileError

WHOLE_CODES, WHOLE_FAMILIES = 5_000, 12
"""Least codes, and first letters among them, of a whole release. Those of 2019 to 2026 have 7,000 to 8,700 codes of 17
letters; the whole DMEPOS fee schedule has 2,000 codes of 8."""
LAYOUT = frozenset({"RECID", "LONG DESCRIPTION", "ADD DT"})
"""Column names that together stand in no table but CMS's own release."""
_MONTHS = """JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC""".split()
_MONTH_NAMES = """January February March April May June July August September October November December""".split()
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_MONTH = re.compile(r"(?<![A-Z])(" + "|".join(_MONTHS) + r")[A-Z]*(?![A-Z])")
_EXTRACT = re.compile(r"\bextract\b", re.IGNORECASE)
_FOREIGN = (
    ("a report of changes", re.compile(r"ACTION CD|TYPE OF CHANGE|CHANGE|ACTION|CORRECTIONS?")),
    ("a fee schedule", re.compile(r"JURIS\w*|CEILING|FLOOR|FEES?|FEE SCHEDULE.*|ALLOW(?:ED|ABLE).*")),
    ("a list of unit limits", re.compile(r".*\bMUE\b.*")),
    ("a list of drug prices", re.compile(r"PAYMENT LIMIT|NDC\d*|.*\bASP\b.*")),
    ("a product list", re.compile(r"PRODUCT.*|MANUFACTURER.*|SKU|MODEL.*|BRAND.*|ITEM (?:NO|NUMBER)|QTY.*")),
    ("a price list", re.compile(r".*\b(?:PRICE|COST|CHARGE|AMOUNT|RATE|MSRP|REIMBURSEMENT)\b.*")),
)
"""What else lists codes, by a column that no release has (a release has PRICE1 to PRICE4, which are indicators)."""


NAME_WORDS = 6
"""More words than this are a remark and name no column."""
_ADVICE = "To load the current release: hcpcs-rag update. To have a list read as a document, save it as .txt."


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the rows of a table: the file's name, remarks above the columns, the columns' names."""

    name: str
    remarks: str
    columns: tuple[str, ...]


def identify(head: Head, records: Sequence[CodeRecord]) -> Release:
    """Name the release that a table holds, whole or an extract.

    Raises ``UnreadableFileError`` for a table that is neither, saying what it seems to be.
    """
    official = set(head.columns) >= LAYOUT
    marked = bool(_EXTRACT.search(head.remarks))
    if _foreign(head.columns)[0] and not official:
        raise no_release(head.name, head.columns)
    codes = [r.code for r in records if r.kind == "code"]
    whole = len(codes) >= WHOLE_CODES and len({code[0] for code in codes}) >= WHOLE_FAMILIES and not marked
    if not (whole or official or marked):
        raise UnreadableFileError(f"{head.name} lists {len(codes):,} codes and is not a whole CMS release.", _ADVICE)
    effective = _read_date(head, records if official else ())
    if effective is None:
        raise UnreadableFileError(f"{head.name} does not say which release it is.", _ADVICE)
    label = f"CMS HCPCS {_MONTH_NAMES[effective.month - 1]} {effective.year}"
    modifiers = len(records) - len(codes)
    return Release(f"cms-{effective:%Y-%m}", label, effective, len(codes), modifiers, whole)


def no_release(name: str, columns: Sequence[str]) -> UnreadableFileError:
    """The refusal of a table in which no release was found; ``columns`` are the cells that may name its columns."""
    kind, why = _foreign(columns)
    if kind:
        return UnreadableFileError(f"{name} seems to be {kind} ({why}), not a CMS release.", _ADVICE)
    return UnreadableFileError(f"{name} holds no CMS release.", _ADVICE)


def _foreign(columns: Sequence[str]) -> tuple[str, str]:
    """What a table with these columns seems to be, and the column that says so; empty if nothing speaks against it."""
    for kind, pattern in _FOREIGN:
        found = next((c for c in columns if len(c.split()) <= NAME_WORDS and pattern.fullmatch(c)), None)
        if found:
            return kind, f"it has a column {found}"
    return "", ""


def _read_date(head: Head, records: Sequence[CodeRecord]) -> date | None:
    """The first day of a release: from the file's name or the remarks, else from the latest date of its own records."""
    for text in (re.split(r"[\\/]", head.name)[-1].upper(), head.remarks.upper()):
        year, month = _YEAR.search(text), _MONTH.search(text)
        if year:
            return date(int(year.group()), _MONTHS.index(month.group(1)) + 1 if month else 1, 1)
    dates = [day for r in records for day in (r.added, r.changed) if day]
    return max(dates).replace(day=1) if dates else None
