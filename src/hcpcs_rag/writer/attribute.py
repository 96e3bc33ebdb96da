"""What is asked of a code or modifier: official facts, and the sentences that tell of the facet asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import Draft, Facet, Question
from hcpcs_rag.facets import label
from hcpcs_rag.index.opened import Index
from hcpcs_rag.indicators import NEVER_PAID
from hcpcs_rag.language import stems
from hcpcs_rag.question.wording import (
    asks_leave,
    asks_plainly,
    demanded,
    is_polar,
)
from hcpcs_rag.relations.reading import is_conditional
from hcpcs_rag.retrieval import Evidence, Found
from hcpcs_rag.vocabulary import Concept, share_met
from hcpcs_rag.writer.described import Written, write_without_code
from hcpcs_rag.writer.records import (
    LEFT_OPEN,
    coverage_fact,
    descriptor,
    ended_fact,
    modifier_meanings,
    see_instead_fact,
    tells_coverage,
)
from hcpcs_rag.writer.rules import rule_drafts
from hcpcs_rag.writer.selection import (
    CARRIERS,
    ENOUGH_CONCEPTS,
    MAX_SENTENCES,
    answering,
    best_of,
    names_modifier,
    residual_of,
    share,
    speaks_of,
    telling,
    usable,
)
from hcpcs_rag.writer.statements import decided, leads_of, listed, say, say_all, say_with_leads, subject_of, undecided

_UNIT_IN_DESCRIPTOR = re.compile(
    r"\b(?:per|each|up to|\d+(?:\.\d+)?\s?(?:mg|ml|mcg|gm|g|units?|minutes?|hours?|cc))\b", re.IGNORECASE
)
_NAMES_UNITS = re.compile(r"\bunits?\b", re.IGNORECASE)
_ASKS_LIMIT = re.compile(
    r"\bhow many\b(?=.{0,40}\b(?:can|may|will|are|per|a|allowed)\b)|\bmax\w*\b|\blimits?\b|\bhow often\b|\bfrequen\w+|\bper (?:day|week|month|year)\b",
    re.IGNORECASE,
)
_FORBIDS = re.compile(
    r"\b(?:is|are) not (?:allowed|permitted|billable|separately (?:billable|payable))\b"
    r"|\b(?:must|should|may|can) ?not be (?:billed|used|reported)\b|\bdo not (?:bill|report|use)\b",
    re.IGNORECASE,
)
_NOT_COVERED = re.compile(
    r"\bden(?:ies|y)\b|\b(?:is|are|be) denied\b|\b(?:is|are) not covered\b|\bdoes not cover\b|\bnot reasonable and necessary\b",
    re.IGNORECASE,
)
_GROUNDS = re.compile(r"\bas not (?:reasonable|medically)\b|\bnot reasonable (?=and necessary\b)", re.IGNORECASE)
"""The ground of a denial is no second one: "denied as not reasonable and necessary"."""
_DENIALS = re.compile(r"\b(?:not|no|never|den(?:ies|y|ied)|without)\b", re.IGNORECASE)
CONTRASTS = re.compile(
    r";(?=.*\b(?:den(?:y|ied|ies)|not|never|covered|allowed|payable)\b)|\b(?:but|however|except|unless|outside|other than|only|unlike|whereas|while)\b",
    re.IGNORECASE,
)


def write_attribute(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    """Tell what the release says of what is asked, then what pages say: prohibitions first, where they are a verdict."""
    missing = f"{listed([label(f) for f in question.facets] or ['what is asked'])} for {subject_of(question)}"
    if not (question.codes or question.modifiers):
        return write_without_code(question, evidence, index, on)
    # What Medicare does says nothing of another payer, nor of whatever else the question names.
    residual = residual_of(evidence)
    drafts = [] if demanded(question) else _official_attribute(question, evidence, index, on, alone=not residual)
    candidates = evidence.found
    if Facet.PRICE in question.facets:
        drafts = []
    elif question.modifiers and question.codes:
        of_codes = tuple(f for f in candidates if speaks_of(f, question.codes))
        candidates = tuple(f for f in of_codes if names_modifier(f, question.modifiers))
        drafts = [descriptor(r, index, on) for r in evidence.records if r.kind == "modifier"] if candidates else []
        if is_polar(question) and not answering(question, candidates):
            candidates, drafts = of_codes, []  # what a modifier means is no answer to yes or no
    met = answering(question, candidates)
    # Where nothing but a facet is asked, what is told of it on the code's own pages is the answer, else where it is named.
    plain = not residual and Facet.PRICE not in question.facets
    section = [f for f in candidates if plain and f.facet and (f.subject or f.named) and usable(f)]
    if residual and not met and not _settled(question, evidence, residual, drafts, on):
        return Written((), f"{' '.join(c.wording for c in residual)} ({missing})")
    chosen = telling(section) if section else best_of(met, MAX_SENTENCES)
    barred = _prohibition(question, chosen, residual)
    meanings = Facet.MODIFIERS in question.facets and not question.modifiers
    told = barred or (_say_each(chosen, index, on) if meanings else say_all(chosen))
    if any(d.verdict == "depends" for d in drafts) and any(_denies_flatly(f, question) for f in chosen):
        drafts = [undecided(draft) for draft in drafts]  # a page denies what the release leaves open
    besides = residual or set(question.facets) - {Facet.COVERAGE, *CARRIERS}
    if not told and besides and not any(draft.verdict for draft in drafts) and _is_open(drafts, evidence):
        return Written((), missing)
    # An official fact that is no verdict ("special coverage instructions apply") says less than the sentences do.
    settled = bool(drafts) and drafts[0].verdict is not None and not barred
    if settled and any(draft.verdict == "no" for draft in drafts):
        told = [replace(draft, more=True) for draft in told]  # there is no more to know
    drafts = drafts + told if settled else told + drafts
    return Written(tuple(drafts), missing)


def _denies_flatly(found: Found, question: Question) -> bool:
    """Say whether a sentence that names no other code denies something without a condition."""
    return bool(_DENIALS.search(found.quote.text)) and _is_unbound(found, question)


def _is_unbound(found: Found, question: Question) -> bool:
    """Say whether a sentence makes no condition and no contrast, and names no code that was not asked about."""
    text = found.quote.text
    return not is_conditional(text) and not CONTRASTS.search(text) and set(find_codes(text)) <= set(question.codes)


def _is_open(drafts: Sequence[Draft], evidence: Evidence) -> bool:
    """Say whether drafts tell no more than that the release leaves coverage open, which answers nothing else."""
    return bool(drafts) and all(r.coverage in LEFT_OPEN for r in evidence.records) and all(map(tells_coverage, drafts))


def _say_each(chosen: Sequence[Found], index: Index, on: date) -> list[Draft]:
    """Sentences on modifiers, each above the official descriptors of those that it names first."""
    drafts: list[Draft] = []
    told: set[str] = set()
    for found in chosen:
        drafts += say_all([found])
        meanings = [d for d in modifier_meanings([found], index, on) if d.text not in told]
        told |= {d.text for d in meanings}
        drafts += [replace(d, item=True) for d in meanings]
    return drafts


def _settled(
    question: Question, evidence: Evidence, residual: tuple[Concept, ...], drafts: Sequence[Draft], on: date
) -> bool:
    """Say whether official facts alone settle a question whose other words no page meets.

    They do where they speak of those words, and where Medicare pays in no case whatever the words add: never for this
    code, or no longer.
    """
    money = {Facet.COVERAGE, Facet.DENIALS} & set(question.facets)
    unpaid = bool(money) and any(r.coverage in NEVER_PAID or r.status(on) == "ended" for r in evidence.records)
    said = stems(" ".join(draft.text for draft in drafts))
    return bool(drafts) and (unpaid or share_met(residual, said) >= ENOUGH_CONCEPTS)


def _prohibition(question: Question, chosen: Sequence[Found], residual: tuple[Concept, ...]) -> list[Draft]:
    """Open with "No" where leave or coverage is asked for a case, and a sentence that meets all of it denies it.

    Without a case ("is it covered?") a denial of one case is no verdict; nor is one under a condition, or of a
    pairing with a code that was not asked about.
    """
    if not residual:
        return []
    if asks_leave(question):
        denial = _FORBIDS
    elif Facet.COVERAGE in question.facets and asks_plainly(question):
        denial = _NOT_COVERED
    else:
        return []
    forbidding = [
        f
        for f in chosen
        if share(f, residual, bool(set(question.facets) - CARRIERS)) == 1.0
        and not any(
            _DENIALS.search(lead.quote.text) for lead in leads_of(f)
        )  # a lead that denies turns its items round
        and denial.search(f.quote.text)
        and _is_unbound(f, question)
        and len(_DENIALS.findall(_GROUNDS.sub(" ", f.quote.text))) == 1
    ]
    if not forbidding:
        return []
    first = forbidding[0]
    return [decided("no", say(first)), *say_with_leads(f for f in chosen if f is not first)]


def _official_attribute(question: Question, evidence: Evidence, index: Index, on: date, *, alone: bool) -> list[Draft]:
    """What the release says of the facets asked for; ``alone`` says that nothing else is asked."""
    drafts: list[Draft] = []
    for record in evidence.records:
        never_paid = record.coverage in NEVER_PAID
        if Facet.DENIALS in question.facets:
            drafts += ended_fact(index.full_record(record), index, on)
        if Facet.COVERAGE in question.facets or (Facet.DENIALS in question.facets and never_paid):
            asks = Facet.COVERAGE in question.facets and asks_plainly(question)
            drafts += coverage_fact(record, index, on, verdict=asks, alone=alone)
        if (
            Facet.UNITS in question.facets
            and _NAMES_UNITS.search(question.message)
            and _UNIT_IN_DESCRIPTOR.search(record.long)
            and not _ASKS_LIMIT.search(question.message)
        ):
            drafts.append(descriptor(record, index, on))
        if Facet.RELATED_CODES in question.facets:
            drafts += see_instead_fact(record, index, on)
    if Facet.RELATED_CODES in question.facets:
        drafts += rule_drafts(question.codes[:1], evidence.relations, index, ("similar",), on)
    return drafts
