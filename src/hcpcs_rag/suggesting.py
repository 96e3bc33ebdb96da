"""Follow-up questions about the code of an answer. Whoever shows them checks first that they are answered."""

from __future__ import annotations

from datetime import date

from hcpcs_rag.domain import Question
from hcpcs_rag.index.opened import Index
from hcpcs_rag.question.wording import asks_successor
from hcpcs_rag.retrieval import Evidence, content_facets

MAX_SUGGESTIONS = 6
"""More than are shown, because some may not be answered."""
_SUGGESTED = {
    "documentation": "What documentation does {code} need?",
    "modifiers": "Which modifiers are used with {code}?",
    "units": "How are units of {code} counted?",
    "denials": "Why are claims for {code} denied?",
    "coverage": "Is {code} covered by Medicare?",
    "payers": "What do commercial insurers say about {code}?",
    "place_of_service": "What is the place of service for {code}?",
    "specialty": "Which specialties use {code}?",
    "risks": "What are the risks of {code}?",
}


def _day(index: Index) -> date:
    release = index.release()
    return release.effective if release else date.today()


def suggest(question: Question, evidence: Evidence, index: Index, named: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return questions about the first code asked for, or else the first of ``named`` in the answer.

    They ask for facets that a section of the code's own pages or a sentence about it holds.
    """
    for code in (question.codes or named)[:1]:
        held = {s.facet for page in index.pages_about(code) for s in page.sections}
        naming = (f for f in evidence.found if code in f.quote.text)
        held |= {facet for f in naming for facet in content_facets(f.quote.text)}
        record = index.record(code)
        if record and record.coverage:
            held.add("coverage")
        if record and not record.see_instead and record.status(question.on or _day(index)) == "ended":
            return () if asks_successor(question) else (f"Which code replaced {code}?",)
        asked = [text.format(code=code) for facet, text in _SUGGESTED.items() if facet in held - set(question.facets)]
        paired = any(r.kind in ("use_with", "not_with") for r in index.relations(code))
        first = [f"Which codes go with {code}?"] if paired and question.kind != "pairing" else []
        return tuple([*first, *asked][:MAX_SUGGESTIONS])
    return ()
