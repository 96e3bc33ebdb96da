"""Evidence → draft statements, one writer for each kind of question, without a language model."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from hcpcs_rag.domain import Draft, Facet, Question
from hcpcs_rag.index.opened import Index
from hcpcs_rag.indicators import NEVER_PAID
from hcpcs_rag.language import stems
from hcpcs_rag.question.wording import (
    asks_definition,
    asks_instead,
    asks_of_pair_alone,
    asks_plainly,
    asks_separately,
    asks_successor,
    asks_what_not,
    demanded,
    is_polar,
    turns,
)
from hcpcs_rag.relations.reading import is_conditional
from hcpcs_rag.retrieval import Evidence
from hcpcs_rag.vocabulary import share_met
from hcpcs_rag.writer.attribute import CONTRASTS, write_attribute
from hcpcs_rag.writer.comparison import write_comparison
from hcpcs_rag.writer.described import Written, write_reverse, write_without_code
from hcpcs_rag.writer.records import (
    coverage_fact,
    descriptor,
    standing,
    status_facts,
)
from hcpcs_rag.writer.rules import rule_drafts, rule_sentences, verdicts
from hcpcs_rag.writer.selection import (
    ENOUGH_CONCEPTS,
    answering,
    best_of,
    by_label,
    choose,
    definitions,
    described_by,
    names,
    residual_of,
    speaks_of,
)
from hcpcs_rag.writer.statements import listed, say, say_all, say_with_leads, subject_of
from hcpcs_rag.writer.succession import stated_successors, write_successors

_ASKS_IF_USABLE = re.compile(r"\b(?:active|valid|in use|usable|still|effective|in effect)\b", re.IGNORECASE)
MAX_OPEN = 3
"""Sentences in an answer to a question of no recognised facet."""


def write(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    """Write the answer to a question from its evidence, below what comes before anything else said of its codes."""
    written = _write(question, evidence, index, on)
    told = {draft.quotes[0] for draft in written.drafts}
    first = (draft for record in evidence.records for draft in standing(record, index, on))
    return replace(written, standing=tuple(draft for draft in first if draft.quotes[0] not in told))


def _write(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    """Choose the writer of a question.

    What only a sentence that names it can answer (another payer, a brand, a document) is not answered
    by facts that do not.
    """
    required = demanded(question)
    if required:
        named = tuple(f for f in evidence.found if names(f, required))
        if not named and question.kind != "reverse":
            return Written((), f"{listed([c.wording for c in required])} ({subject_of(question)})", evidence.hits[:3])
        evidence = replace(evidence, found=named) if question.kind in ("attribute", "open") else evidence
    if question.kind != "compatibility" and evidence.records and _asks_successor(question, evidence, index, on):
        return write_successors(question, evidence, index, on)
    if question.codes and (labelled := by_label(question, index)):
        return Written(tuple(say_with_leads(labelled)))
    writers: dict[str, Callable[[Question, Evidence, Index, date], Written]] = {
        "define": _define,
        "attribute": write_attribute,
        "pairing": _pairing,
        "compatibility": _compatibility,
        "compare": write_comparison,
        "reverse": write_reverse,
        "status": _status,
        "open": _open,
    }
    written = writers[question.kind](question, evidence, index, on)
    read = (
        answering(question, evidence.found) if question.kind != "compatibility" else []
    )  # which has read for both codes
    if not written.drafts and read:
        return Written(tuple(say_all(best_of(read, MAX_OPEN))))
    if not written.drafts and not required and question.modifiers and not question.codes and asks_definition(question):
        drafts = tuple(descriptor(record, index, on) for record in evidence.records)
        return Written(drafts, written.missing, unmet=written.missing)
    return written


def _asks_successor(question: Question, evidence: Evidence, index: Index, on: date) -> bool:
    """Say whether what to use in place of a code is asked: of one that ended or was replaced, if only by an "instead"."""
    records = [index.full_record(record) for record in evidence.records]
    past = any(record.see_instead or record.status(on) == "ended" for record in records)
    return asks_successor(question) or (past and asks_instead(question))


def _define(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    drafts: list[Draft] = []
    for record in evidence.records:
        drafts.append(descriptor(record, index, on))
        if record.status(on) == "unknown":
            drafts += status_facts(record, index, on, answer_first=False)[:1]
    official = bool(drafts)
    for code in question.codes + question.modifiers:
        drafts += [replace(say(f), more=official) for f in definitions(code, evidence.found)]
    return Written(tuple(drafts), f"a definition of {subject_of(question)}")


def _pairing(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    missing = f"codes that go with {subject_of(question)}"
    kinds = ("not_with", "included_in") if asks_what_not(question) else ("use_with", "not_with", "included_in")
    drafts = rule_drafts(question.codes, evidence.relations, index, kinds, on)
    return Written(tuple(drafts), missing)


def _compatibility(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    if question.modifiers and question.codes:
        return write_attribute(question, evidence, index, on)
    missing = f"whether {subject_of(question)} go together"
    named = set(question.codes)
    between = [
        r
        for r in evidence.relations
        if {r.code, r.other} <= named and r.kind in ("use_with", "not_with", "included_in")
    ]
    # "a pump other than E0784" asks of codes left unnamed, so no rule between the two decides it. A rule against
    # billing two codes together is one against billing the first separately; a rule for it says nothing of that.
    barred = all(r.kind != "use_with" for r in between)
    # What the rule itself speaks of ("rented oxygen equipment") is answered by it, but for amounts.
    texts = [index.page(r.page_id).text[r.start : r.end] for r in between]
    plain = Facet.UNITS not in question.facets and not any(
        CONTRASTS.search(text) or is_conditional(text) for text in texts
    )
    ruled = " ".join(texts) if plain else ""
    alone = asks_of_pair_alone(question, described_by(evidence) | stems(ruled))
    if between and len(named) == 2 and alone and (asks_plainly(question) or (barred and asks_separately(question))):
        return Written(tuple(verdicts(between, index)), missing)
    drafts = rule_sentences(between, index)
    besides = set(question.facets) - {Facet.DEFINITION, Facet.BILLING, Facet.COVERAGE, Facet.RELATED_CODES}
    residual = tuple(concept for concept in residual_of(evidence) if not turns(concept.wording))
    if not drafts or (not alone and (residual or besides)):
        stated = {(q.page.page_id, q.start) for draft in drafts for q in draft.quotes}
        of_all = [f for f in evidence.found if all(speaks_of(f, (code,)) for code in question.codes)]
        met = best_of(answering(question, of_all), MAX_OPEN)
        drafts = say_all(f for f in met if (f.page.page_id, f.sentence.start) not in stated) + drafts
    return Written(tuple(drafts), missing)


def _status(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    drafts: list[Draft] = []
    several = Facet.COVERAGE in question.facets  # "active and payable?" has two answers
    usable_asked = asks_plainly(question) and not several and bool(_ASKS_IF_USABLE.search(question.standalone))
    for record in map(index.full_record, evidence.records):
        drafts += status_facts(record, index, question.on or on, answer_first=usable_asked)
        if Facet.COVERAGE in question.facets or record.coverage in NEVER_PAID:
            drafts += coverage_fact(record, index, on)
    if not evidence.records:
        stated = [f for f in evidence.found if f.section_facet == Facet.STATUS and f.subject]
        drafts += say_with_leads(choose(stated))
    drafts += stated_successors(question.codes, evidence, index, on)
    return Written(tuple(drafts), f"the status of {subject_of(question)}")


def _open(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    if not (question.codes or question.modifiers):
        return write_without_code(question, evidence, index, on)
    if question.codes and question.modifiers:
        return write_attribute(question, evidence, index, on)
    residual = residual_of(evidence)
    drafts = say_all(best_of(answering(question, evidence.found), MAX_OPEN))
    if not residual:
        return Written(tuple(drafts)) if drafts or is_polar(question) else _define(question, evidence, index, on)
    described = [r for r in evidence.records if share_met(residual, stems(r.long)) >= ENOUGH_CONCEPTS]
    drafts = [descriptor(r, index, on) for r in described] + drafts
    return Written(tuple(drafts), f"{' '.join(c.wording for c in residual)} for {subject_of(question)}")
