"""Look codes up as they are typed: by code, by the first letters of words, by lay words, with filters."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from hcpcs_rag.codes import LETTERS, read_codes
from hcpcs_rag.domain import CodeRecord, CodeStatus
from hcpcs_rag.index.opened import Index
from hcpcs_rag.indicators import COVERAGE_MEANING
from hcpcs_rag.language import words
from hcpcs_rag.ranking import rank_codes

RANKED = 50
"""Codes that ranking by description may add to those whose words begin as typed."""
LEAST_MET, LEAST_MEANING = 0.5, 0.45
"""Share of the concepts typed that a code must meet, or else its cosine to what was typed, to be listed. Over the release
of October 2025 nonsense ("asdf", "pizza", "spaceship") met no concept and reached a cosine of at most 0.37."""
MAX_TYPED = 100
"""Characters looked at: every word typed is sought in every descriptor."""
LEAST_LETTERS = 3
"""Fewer letters than this describe nothing; they are only taken for the beginning of a code or a word."""
_CODE_BEGINS = re.compile(rf"[{LETTERS}]\d{{0,4}}", re.IGNORECASE)
MODIFIERS = "modifiers"
"""The family of all modifiers; that of a code is its letter."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to: a family (a code's first letter, or ``MODIFIERS``), a coverage letter, a status, all
    on the day ``on``; empty where it does not matter."""

    family: str = ""
    coverage: str = ""
    status: CodeStatus | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A code in a list: its record, and its status on the day asked for."""

    record: CodeRecord
    status: CodeStatus


def look_up(typed: str, index: Index, filters: Filters) -> list[Listed]:
    """List the codes that what was typed may mean, the likeliest first; all that pass the filters for nothing typed.

    First codes named in full, then codes that begin so, then those with words that begin as typed, ranked by their
    description, then those that the words describe.
    """
    release = index.release(filters.on)
    if release is None:
        return []
    day = filters.on or release.effective
    passing = {r.code: Listed(r, r.status(day)) for r in index.catalogue(release) if _passes(r, filters, day)}
    kind = "modifier" if filters.family == MODIFIERS else "code"
    return [
        passing[code]
        for code in dict.fromkeys(_ordered(typed[:MAX_TYPED].strip(), index, passing, kind))
        if code in passing
    ]


def _passes(record: CodeRecord, filters: Filters, day: date) -> bool:
    family = MODIFIERS if record.kind == "modifier" else record.code[0]
    return (
        (not filters.family or filters.family == family)
        and (not filters.coverage or filters.coverage == record.coverage)
        and (filters.status is None or filters.status == record.status(day))
    )


def _ordered(typed: str, index: Index, passing: dict[str, Listed], kind: str) -> Iterator[str]:
    """The codes that may be meant, likeliest first, some of them more than once; words describe codes of ``kind``."""
    if not typed:
        yield from passing
        return
    for mention in read_codes(typed, index.known):
        yield from mention.codes
    if _CODE_BEGINS.fullmatch(typed) or len(typed) <= 2:
        yield from (code for code in passing if code.startswith(typed.upper()))
    if sum(c.isalpha() for c in typed) < LEAST_LETTERS:
        return
    sought = tuple(dict.fromkeys(words(typed)))
    begun = [x.record for x in passing.values() if _begins(sought, x.record)]
    ranked = {hit.record.code: hit for hit in rank_codes(_completed(typed, begun), index, RANKED, kind)}
    place = {code: number for number, code in enumerate(ranked)}
    yield from (r.code for r in sorted(begun, key=lambda r: (place.get(r.code, RANKED), len(r.long), r.code)))
    likely = (h for h in ranked.values() if h.met >= LEAST_MET or h.meaning >= LEAST_MEANING)
    yield from (hit.record.code for hit in likely)


def _begins(typed: Sequence[str], record: CodeRecord) -> bool:
    """Say whether every word typed begins a word of the descriptors."""
    text = f" {record.long} {record.short}".lower()
    return (
        bool(typed)
        and all(word in text for word in typed)  # a cheap look first: this runs over the whole release at every key
        and all(re.search(rf"(?<![a-z0-9]){re.escape(word)}", text) for word in typed)
    )


def _completed(typed: str, begun: Sequence[CodeRecord]) -> str:
    """The words typed, the last of them written out to the commonest word that begins so: "oxygen conc"."""
    last = words(typed)[-1:]
    if not last:
        return typed
    whole = Counter(word for r in begun for word in words(r.long) if word.startswith(last[0]))
    if not whole or last[0] in whole:
        return typed
    return typed[: len(typed) - len(last[0])] + whole.most_common(1)[0][0]


def as_csv(rows: Sequence[Listed]) -> str:
    """Write a list as CSV, with a heading."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["code", "descriptor", "status", "added", "ended", "coverage", "coverage_meaning"])
    for row in rows:
        r = row.record
        days = [day.isoformat() if day else "" for day in (r.added, r.ended)]
        writer.writerow([r.code, r.long, row.status, *days, r.coverage, COVERAGE_MEANING.get(r.coverage, "")])
    return file.getvalue()
