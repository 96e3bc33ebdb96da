"""Which disagreements between sources bear on an answer, and how they are told: official first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hcpcs_rag import conflicts
from hcpcs_rag.domain import Disagreement, Draft, Facet, Question
from hcpcs_rag.index.opened import Index
from hcpcs_rag.retrieval import Evidence
from hcpcs_rag.writer.described import Written
from hcpcs_rag.writer.statements import clean

_ALWAYS = frozenset({"define", "status", "compare"})
"""Kinds of question on which every disagreement bears."""
_BEARING: dict[str, set[str]] = {
    "Medicare coverage": {Facet.COVERAGE, Facet.DENIALS},
    "status": {Facet.COVERAGE, Facet.STATUS, Facet.BILLING},
    "descriptor": {Facet.COVERAGE, Facet.MODIFIERS, Facet.BILLING},
    "units": {Facet.UNITS},
    "code system": set(),
}
"""The facets on which each kind of disagreement with the release bears; one between rules bears on any pairing."""


def with_disagreements(question: Question, evidence: Evidence, written: Written, index: Index, on: date) -> list[Draft]:
    """Return the drafts of an answer with the disagreements that bear on it behind them.

    A sentence that is told as the other side of a disagreement with the release is not told by itself.
    """
    if not written.drafts:
        return []
    cited = {(q.page.page_id, q.start) for d in written.drafts for q in d.quotes}
    told = [
        Draft(_text(found), (*found.official_quotes, found.other_quote), disagreement=found)
        for found in _found(question, evidence, index, on)
        if _bears(found, question) or (found.other_quote.page.page_id, found.other_quote.start) in cited
    ]
    return [*_without(written.drafts, told), *told]


def _found(question: Question, evidence: Evidence, index: Index, on: date) -> list[Disagreement]:
    """Where pages disagree with the records of the codes asked for, or with each other on how codes pair."""
    found: list[Disagreement] = []
    for record in map(index.full_record, evidence.records):
        release = next((r for r in index.releases if r.release_id == record.release_id), None)
        if record.kind == "code" and release:
            pages = index.pages_about(record.code) + index.pages_mentioning(record.code)
            found += conflicts.find(record, index.record_page(record), release, pages, on)
    if question.kind in ("pairing", "compatibility"):
        named = set(question.codes)
        pairs = [r for r in evidence.relations if len(named & {r.code, r.other}) == min(len(named), 2)]
        found += conflicts.between_rules(pairs, index.page)
    return found


def _bears(found: Disagreement, question: Question) -> bool:
    about_rules = found.about not in _BEARING
    return question.kind in _ALWAYS or about_rules or bool(_BEARING[found.about] & set(question.facets))


def _without(drafts: Sequence[Draft], told: Sequence[Draft]) -> list[Draft]:
    """Leave out the sentences that are told as one side of a disagreement with the release."""
    official = [d for d in told if d.disagreement and d.disagreement.official_quotes[0].page.authority == "release"]
    shown = {(q.page.page_id, q.start) for draft in official for q in draft.quotes if q.page.authority != "release"}
    return [d for d in drafts if len(d.quotes) != 1 or (d.quotes[0].page.page_id, d.quotes[0].start) not in shown]


def _text(found: Disagreement) -> str:
    return f"{found.official}; {conflicts.WHO[found.other_quote.page.authority]} says: “{clean(found.other)}”"
