"""Rules that stand in the structure of a page: what a table, a heading or a pair of lists states, as one sentence.

A table's caption, or the sentence that introduces it, is a rule with variables: "a Column II code is included in the
allowance for the Column I code". A row fills them. A heading or a lead that names a code speaks of each item below it;
a list that a clause continues ("… must not be billed with one of these:") makes one sentence with the list below.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import Page, RelationKind, Sentence, Span
from hcpcs_rag.language import stem
from hcpcs_rag.relations.groups import groups_of
from hcpcs_rag.relations.wording import denies
from hcpcs_rag.tables import table_cells

_POINTS = re.compile(r"\b(?:following|below|tables?|charts?|columns?|rows?|left|right|shown|listed)\b|[:?]$", re.I)
"""Words by which a sentence introduces the table that stands right behind it."""
_OFF_TOPIC = re.compile(
    r"\b(?:that|which) stands? in the same row|\bin the (?:following )?table(?: below)?,?|\bbelow\b", re.I
)
_SPEAKS_OF_USE = re.compile(
    r"\b(?:with|beside|besides|alongside|accompan\w+|separate(?:ly)?|bill\w*|pa(?:id|yable)|payment|allowed|report\w*|claim\w*|denied)\b",
    re.I,
)
NONE = re.compile(r"\b(?:no|nothing|none|neither|not|never)\b", re.I)
_OPENS_WITH_CODE = 5
"""Characters of marks that may stand before the code that an item opens with."""
_SHORT = 60
"""Characters of an item that does no more than name a thing and its codes."""


def statement_of(page: Page, row: Sentence) -> tuple[str, Span] | None:
    """What introduces a row's table, with the span it takes: the sentence right before it, its lead and its caption."""
    spans = list(row.under)
    top = min([row.header[0] if row.header else row.start, *(low for low, _ in spans)])
    before = _last_before(page, top, lambda s: s.kind != "row")
    if before and (before.kind == "heading" or _POINTS.search(page.text[before.start : before.end])):
        spans.insert(0, (before.start, before.end))
    if not spans:
        return None
    said = [" ".join(page.text[slice(*span)].split()).rstrip(" :.") for span in spans]
    text = " ".join(one if one.endswith("?") else f"{one}." for one in said)
    return text, (spans[0][0], spans[-1][1])


def _last_before(page: Page, place: int, wanted: Callable[[Sentence], bool]) -> Sentence | None:
    """The last sentence of a kind that ends before a place; a long table must not be walked from its end for each row."""
    at = bisect_left(page.sentences, place, key=lambda s: s.start)
    return next(
        (s for s in map(page.sentences.__getitem__, range(at - 1, -1, -1)) if s.end <= place and wanted(s)), None
    )


def whole_cells(page: Page, row: Sentence) -> tuple[list[str], int]:
    """The cells of a row, those that it shares with the row above it included, and where the first of them stands."""
    cells = table_cells(page.text[row.start : row.end])
    columns = len(table_cells(page.text[slice(*row.header)])) if row.header else len(cells)
    shared = columns - len(cells) if len(cells) < columns else next((n for n, cell in enumerate(cells) if cell), 0)
    if not shared:
        return cells, row.start
    above = _last_before(page, row.start, lambda s: s.kind == "row")
    if above is None or above.header != row.header:
        return cells, row.start
    own = cells if len(cells) < columns else cells[shared:]
    first, start = whole_cells(page, above)
    return first[:shared] + own, start


def row_sentences(statement: str, header: Sequence[str], cells: Sequence[str]) -> Iterator[str]:
    """The sentences of a statement with the names of the columns replaced by the codes of a row."""
    for sentence in re.split(r"(?<=[.?!])\s+", statement):
        filled = _OFF_TOPIC.sub(" ", sentence)
        count = 0
        for name, cell in zip(header, cells, strict=True):
            codes = find_codes(cell)
            place = _place(name, filled) if codes and not find_codes(name) else None
            if place:
                count += 1
                filled = f"{filled[: place[0]]}{' or '.join(codes)}{filled[place[1] :]}"
        if count > 1:
            yield " ".join(filled.split())


def _place(name: str, sentence: str) -> Span | None:
    """Where a sentence names a column: by its whole name, that without what is in brackets, else by a last word."""
    words = re.findall(r"[A-Za-z0-9]+", name)
    bare = re.findall(r"[A-Za-z0-9]+", re.sub(r"\(.*?\)", " ", name))
    for wanted in (words, bare, words[-1:], bare[-1:]):
        stems = [stem(word.lower()) for word in wanted]
        found = [(m.start(), m.end(), stem(m.group().lower())) for m in re.finditer(r"[A-Za-z0-9]+", sentence)]
        for at in range(len(found) - len(stems) + 1):
            if stems and [word for _, _, word in found[at : at + len(stems)]] == stems:
                return found[at][0], found[at + len(stems) - 1][1]
    return None


def heading_rule(heading: str, codes: Sequence[str]) -> tuple[tuple[str, ...], RelationKind] | None:
    """The codes that a heading sets above a list of codes, and its rule: "E0784: supplies that may be billed"."""
    groups = groups_of(heading)
    if len(groups) != 1 or set(codes) & set(groups[0].codes) or not _SPEAKS_OF_USE.search(heading):
        return None
    return groups[0].codes, "not_with" if denies(heading) or NONE.search(heading) else "use_with"


def opening_codes(item: str) -> tuple[str, ...]:
    """The codes that an item opens with, or that a short item names."""
    groups = groups_of(item)
    opens = groups and len(item[: groups[0].start].strip(" *(")) <= _OPENS_WITH_CODE
    return groups[0].codes if groups and (opens or (len(groups) == 1 and len(item) <= _SHORT)) else ()


def follows_heading(page: Page, item: Sentence) -> bool:
    """Say whether nothing but items stands between an item and the heading above it."""
    low = item.headings[-1][1]
    return all(s.kind == "item" and not s.under for s in page.evidence() if low <= s.start < item.start)


def continued(page: Page, lead: Span) -> tuple[tuple[str, ...], int, bool] | None:
    """The codes of the list that a lead goes on about, where that list's own lead starts, and whether it says "neither".

    "The following devices: - A4305 - A4306 must not be billed with one of these:" – a lead that begins with a small
    letter right behind a list is the predicate of the items of that list.
    """
    if not page.text[lead[0] : lead[0] + 1].islower():
        return None
    before = [s for s in page.evidence() if s.end <= lead[0]]
    if not before or before[-1].kind != "item" or not before[-1].lead:
        return None
    own = before[-1].lead
    items = [s for s in before if s.kind == "item" and s.lead == own]
    codes = [code for item in items for code in opening_codes(page.text[item.start : item.end])]
    if not codes:
        return None
    return tuple(dict.fromkeys(codes)), own[0], bool(NONE.match(page.text[own[0] : own[1]]))
