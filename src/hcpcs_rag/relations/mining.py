"""Find the rules a page states: in its sentences, under the leads of its lists, in its fields and rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import CodeRecord, Page, Relation, Sentence
from hcpcs_rag.language import rejoined, split_sentences
from hcpcs_rag.relations.clauses import EITHER, IT, sentence_pairs
from hcpcs_rag.relations.composed import (
    NONE,
    continued,
    follows_heading,
    heading_rule,
    opening_codes,
    row_sentences,
    statement_of,
    whole_cells,
)
from hcpcs_rag.relations.groups import groups_of
from hcpcs_rag.relations.rows import Pair, of_name, row_pairs
from hcpcs_rag.tables import table_cells

MAX_QUOTE = 700
"""Characters of the longest quote a rule may need: a lead, and its item somewhere below."""

_SIMILAR = re.compile(r"\b(?:similar|closely related|related|comparable|relevant|alternative)\b", re.IGNORECASE)
_FOLLOWING = re.compile(
    r"\b(?:the |these )?following(?: [a-z-]+){0,3}?(?= (?:is|are|may|must|can|cannot|will|should|shall)\b)",
    re.IGNORECASE,
)
_FIELD = re.compile(r"(?P<key>[A-Z][\w /-]{2,40}?)\s*:\s*(?P<value>.+)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Antecedent:
    """The groups of codes of the last sentence that named some: what an "it" of the next one stands for."""

    section: int
    start: int
    groups: tuple[tuple[str, ...], ...]


_NOTHING = _Antecedent(-1, 0, ())


def mine(page: Page) -> list[Relation]:
    """Return the relations a page states, each with the span of the quote that states it."""
    found: dict[Pair, Relation] = {}
    before = _NOTHING
    for sentence in page.evidence():
        text = _unwrapped(page.text[sentence.start : sentence.end])
        known = before if before.section == sentence.section else _NOTHING
        for (code, kind, other), start in _pairs(page, sentence, text, known):
            if code != other:
                rule = Relation(code, kind, other, page.page_id, start, sentence.end)
                found.setdefault((code, kind, other), rule)
        if not IT.match(text):
            groups = groups_of(text)
            before = (
                _Antecedent(sentence.section, sentence.start, tuple(group.codes for group in groups))
                if groups
                else _NOTHING
            )
    return list(found.values())


def _unwrapped(text: str) -> str:
    """A sentence without the ends of its lines, words cut there whole again, and without marks of emphasis."""
    return " ".join(rejoined(text).split()).replace("**", "")


def of_record(record: CodeRecord, page: Page) -> list[Relation]:
    """Return the cross-references of an official record."""
    start = page.text.find("See instead:")
    end = page.text.find("\n", start)
    return [Relation(record.code, "see_instead", other, page.page_id, start, end) for other in record.see_instead]


def _pairs(page: Page, sentence: Sentence, text: str, before: _Antecedent) -> Iterator[tuple[Pair, int]]:
    """Pairs a sentence states, each with the start of its quote."""
    if sentence.kind == "row":
        yield from _of_row(page, sentence)
        return
    if any(NONE.match(page.text[slice(*lead)]) for lead in sentence.under[:-1]):
        return  # "Neither of these: - A - B may be billed with: - C": the item's own lead says only half
    found = list(sentence_pairs(text, page.subjects, before.groups)) or list(_field_pairs(text, page.subjects))
    # Where the subject is an "it", the quote begins with the sentence that names it.
    opens = before.start if before.groups and (IT.match(text) or EITHER.match(text)) else sentence.start
    start = opens if sentence.end - opens <= MAX_QUOTE else sentence.start
    yield from ((pair, start) for pair in found)
    if found or sentence.kind != "item":
        return
    if sentence.lead and sentence.end - sentence.lead[0] <= MAX_QUOTE:
        for pair in _lead_pairs(page, sentence):
            found.append(pair)
            # The rule stands in the lead, so its quote begins there; likeness is stated by the item.
            yield pair, sentence.start if pair[1] == "similar" else sentence.lead[0]
    if not found:
        yield from _of_structure(page, sentence)


def _of_row(page: Page, row: Sentence) -> Iterator[tuple[Pair, int]]:
    """Pairs of a row: of the sentence that states the table's rule, else of the names of its columns."""
    stated = statement_of(page, row)
    statement = stated[0] if stated else ""
    header = table_cells(page.text[slice(*row.header)]) if row.header else []
    cells, start = whole_cells(page, row)
    start = start if row.end - start <= MAX_QUOTE else row.start
    if len(header) != len(cells):
        return
    if stated:
        texts = row_sentences(statement, header, cells)
        if pairs := [pair for text in texts for pair in sentence_pairs(text, (), ())]:
            quote = stated[1][0] if row.end - stated[1][0] <= MAX_QUOTE else start
            yield from ((pair, quote) for pair in pairs)
            return
    yield from ((pair, start) for pair in row_pairs(header, cells, statement))


def _of_structure(page: Page, item: Sentence) -> Iterator[tuple[Pair, int]]:
    """Pairs of an item with the list that its lead goes on about, or with the code of the heading above it."""
    codes = opening_codes(page.text[item.start : item.end])
    before = continued(page, item.lead) if item.lead and codes else None
    if before and item.lead and item.end - before[1] <= MAX_QUOTE:
        lead = page.text[slice(*item.lead)].strip(" :*")
        text = f"{' or '.join(before[0])} {lead} {' or '.join(codes)}."
        for code, kind, other in sentence_pairs(text, (), ()):
            if not before[2]:
                yield (code, kind, other), before[1]
            elif kind == "use_with":
                yield (code, "not_with", other), before[1]
    elif (
        not item.under
        and item.headings
        and follows_heading(page, item)
        and item.end - item.headings[-1][0] <= MAX_QUOTE
    ):
        rule = heading_rule(page.text[slice(*item.headings[-1])], codes)
        if rule:
            yield from (((code, rule[1], other), item.headings[-1][0]) for code in codes for other in rule[0])


def _field_pairs(text: str, subjects: tuple[str, ...]) -> Iterator[Pair]:
    """Pairs of a field ("Do not bill with: A4556") on a page about one code."""
    match = _FIELD.match(text)
    kind = of_name(match.group("key")) if match else None
    if match is None or kind is None or len(subjects) != 1 or find_codes(match.group("key")):
        return
    value = match.group("value")
    groups = groups_of(value)
    if len(groups) == 1 and len(value[: groups[0].start].split()) <= 4:
        for other in groups[0].codes:
            yield (other, kind, subjects[0]) if kind == "included_in" else (subjects[0], kind, other)


def _lead_pairs(page: Page, sentence: Sentence) -> Iterator[Pair]:
    """Pairs of an item with the line that introduces its list ("Bill A4222 with: - E0779")."""
    assert sentence.lead is not None
    lead = page.text[slice(*split_sentences(page.text, *sentence.lead)[-1])].strip(" :*")
    item = page.text[sentence.start : sentence.end]
    opening = groups_of(item[:40])
    if not opening or len(item[: opening[0].start].strip(" *(")) > 5 or lead.endswith("?"):
        return
    named, code = groups_of(lead), opening[0].codes[0]
    if not named:
        return
    if _FOLLOWING.search(lead):
        # "The following items are denied when billed with E0467: - E0482": the items stand for "the following".
        for each in opening[0].codes:
            yield from sentence_pairs(f"{_FOLLOWING.sub(each, lead, count=1)}.", page.subjects, ())
    elif _SIMILAR.search(lead):
        yield named[-1].codes[0], "similar", code
    elif named[-1].end >= len(lead) - 2 and re.search(r"\bwith\b", lead[: named[-1].start], re.IGNORECASE):
        # "Not payable with K0005: - E0967": the item is what the lead speaks of.
        about = re.sub(
            r"^(?:the following|supplies|items|codes|accessories)\b(?: \w+)?? ", "", lead, flags=re.IGNORECASE
        )
        yield from sentence_pairs(f"{code} {about[0].lower()}{about[1:]}.", page.subjects, ())
    else:
        yield from sentence_pairs(f"{lead} {code}.", page.subjects, ())
