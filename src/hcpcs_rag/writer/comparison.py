"""A comparison of codes: what links them in the pages' own words, then a table with the same rows for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hcpcs_rag.domain import Cell, Draft, Facet, Question
from hcpcs_rag.facets import label
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import stems
from hcpcs_rag.retrieval import Evidence, Found
from hcpcs_rag.vocabulary import share_met
from hcpcs_rag.writer.described import Written
from hcpcs_rag.writer.records import coverage_cell, coverage_fact, descriptor, ended_fact, pricing_fact, pricing_words
from hcpcs_rag.writer.selection import (
    ANSWERS,
    CONTINUES,
    ENOUGH_CONCEPTS,
    answering,
    best_of,
    choose,
    definitions,
    next_sentence,
    page_order,
    residual_of,
    speaks_of,
    usable,
)
from hcpcs_rag.writer.statements import say, say_with_leads, subject_of

MAX_LINKING = 3
PER_CELL = 2
"""Sentences of pages in one cell."""
_OFFICIAL = frozenset({Facet.DEFINITION, Facet.COVERAGE, Facet.STATUS, Facet.BILLING})
"""Facets whose row the release fills."""


def write_comparison(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    """Set codes side by side: descriptor, end, coverage and pricing of the records, and what is asked besides."""
    linking = _told(_linking(question, evidence))
    cells: list[Draft] = []
    for record in evidence.records:
        cells += _column(record.code, "Official descriptor", [descriptor(record, index, on)], record.long)
        cells += _column(record.code, "Ended", ended_fact(index.full_record(record), index, on))
        cells += _column(record.code, "Medicare coverage", coverage_fact(record, index, on), coverage_cell(record))
        if len({r.pricing for r in evidence.records}) > 1 and record.pricing:
            cells += _column(record.code, "Pricing", [pricing_fact(record, index)], pricing_words(record))
    for code in question.codes + question.modifiers:
        cells += _asked_besides(question, evidence, code)
    if not evidence.records:
        linking += [say(f) for code in question.codes for f in definitions(code, evidence.found)]
    residual = residual_of(evidence)
    said = stems(" ".join(draft.text for draft in [*linking, *cells]))
    answered = bool(linking) and not linking[0].more  # by a sentence that was read
    unmet = not answered and share_met(residual, said) < ENOUGH_CONCEPTS
    open_ = " ".join(c.wording for c in residual) if unmet else ""
    told = {draft.text for draft in linking}
    cells = _differing([cell for cell in cells if cell.text not in told])
    drafts = (*linking, *cells)
    return Written(drafts, f"a comparison of {subject_of(question)}", unmet=open_)


def _told(linking: Sequence[Found]) -> list[Draft]:
    """What links the codes: the sentence that is likeliest to answer, and the others folded; the table says the rest."""
    first = best_of([f for f in linking if f.chance >= ANSWERS], 1)
    rest = [f for f in linking if f not in first]
    return [*map(say, first), *(replace(draft, more=True) for draft in say_with_leads(rest))]


def _differing(cells: Sequence[Draft]) -> list[Draft]:
    """The cells of rows in which the codes differ."""
    shown: dict[str, dict[str, list[str]]] = {}
    for cell in (d.cell for d in cells if d.cell):
        shown.setdefault(cell.row, {}).setdefault(cell.column, []).append(cell.text)
    columns = {column for row in shown.values() for column in row}
    same = {name for name, row in shown.items() if set(row) == columns and len({tuple(c) for c in row.values()}) == 1}
    return [d for d in cells if d.cell and d.cell.row not in same]


def _linking(question: Question, evidence: Evidence) -> list[Found]:
    """Sentences of the codes' own pages that name another of them, with the one that goes on about it."""
    linking = [
        f
        for f in evidence.found
        if f.subject and any(c in f.quote.text and c not in f.page.subjects for c in question.codes)
    ]
    said = sorted(linking, key=page_order)[:MAX_LINKING]
    for found in list(said):
        following = next_sentence(found, evidence.found)
        if following and CONTINUES.match(following.quote.text):
            said.append(following)
    return sorted(dict.fromkeys(said), key=page_order)


def _asked_besides(question: Question, evidence: Evidence, code: str) -> list[Draft]:
    """The sentences about one code that answer what is asked of both: "which one needs an order?"."""
    residual = residual_of(evidence)
    own = [f for f in evidence.found if speaks_of(f, (code,)) and usable(f)]
    asked = set(question.facets) - _OFFICIAL
    if residual:
        chosen = best_of(answering(question, own), PER_CELL)
        row = " ".join(concept.wording for concept in residual)
    elif asked:
        chosen = choose([f for f in own if f.facet])[:PER_CELL]
        row = " and ".join(label(name) for name in question.facets if name in asked)
    else:
        return []
    return _column(code, row[:1].upper() + row[1:], say_with_leads(chosen))


def _column(code: str, row: str, drafts: Sequence[Draft], shown: str = "") -> list[Draft]:
    """Drafts as the cells of one row; ``shown`` is the part of the statement to show, by default what follows its colon."""
    return [replace(d, cell=Cell(row, code, shown or _without_source(d.text))) for d in drafts]


def _without_source(text: str) -> str:
    """A statement without the name of the release before it."""
    head, colon, rest = text.partition(": ")
    return rest if colon and head.startswith("CMS ") else text
