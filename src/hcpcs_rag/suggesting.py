"""Follow-up questions about the code of an answer, which the loaded sources answer."""

from __future__ import annotations

from datetime import date

from hcpcs_rag.domain import Facet, Question
from hcpcs_rag.index.opened import Index
from hcpcs_rag.question.wording import asks_successor
from hcpcs_rag.retrieval import content_facets

MAX_SUGGESTIONS = 3
_SUGGESTED = {
    Facet.DOCUMENTATION: "What documentation does {code} need?",
    Facet.MODIFIERS: "Which modifiers are used with {code}?",
    Facet.UNITS: "What is one unit of {code}?",
    Facet.DENIALS: "Why are claims for {code} denied?",
    Facet.COVERAGE: "Is {code} covered by Medicare?",
    Facet.PAYERS: "What do commercial insurers say about {code}?",
    Facet.PLACE_OF_SERVICE: "What is the place of service for {code}?",
    Facet.SPECIALTY: "Which specialties use {code}?",
    Facet.RISKS: "What are the risks of {code}?",
}


def _day(index: Index) -> date:
    release = index.release()
    return release.effective if release else date.today()


def suggest(question: Question, index: Index, named: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return questions about the first code asked for, or else the first of ``named`` in the answer.

    They ask for what a sentence of the code's own pages tells, so that they are answered.
    """
    for code in (question.codes or named)[:1]:
        own = (page.text[s.start : s.end] for page in index.pages_about(code) for s in page.evidence())
        held = {facet for text in own for facet in content_facets(text)}
        record = index.record(code)
        if record and record.coverage:
            held.add(Facet.COVERAGE)
        if record and not record.see_instead and record.status(question.on or _day(index)) == "ended":
            return () if asks_successor(question) else (f"Which code replaced {code}?",)
        asked = [text.format(code=code) for facet, text in _SUGGESTED.items() if facet in held - set(question.facets)]
        paired = any(r.kind in ("use_with", "not_with") for r in index.relations(code))
        first = [f"Which codes go with {code}?"] if paired and question.kind != "pairing" else []
        return tuple([*first, *asked][:MAX_SUGGESTIONS])
    return ()
