"""Follow-up questions about the code of an answer, which the loaded sources answer."""

from __future__ import annotations

from datetime import date

from hcpcs_rag.domain import Question
from hcpcs_rag.index.opened import Index
from hcpcs_rag.question.wording import asks_successor
from hcpcs_rag.retrieval import content_facets

MAX_SUGGESTIONS = 3
_SUGGESTED = {
    "documentation": "What documentation does {code} need?",
    "modifiers": "Which modifiers are used with {code}?",
    "units": "What is one unit of {code}?",
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


def suggest(question: Question, index: Index, named: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return questions about the first code asked for, or else the first of ``named`` in the answer.

    They ask for what a sentence of the code's own pages tells, so that they are answered.
    """
    for code in (question.codes or named)[:1]:
        own = (page.text[s.start : s.end] for page in index.pages_about(code) for s in page.evidence())
        held = {facet for text in own for facet in content_facets(text)}
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
