"""Evidence → draft statements, one writer for each kind of question, without a language model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from hcpcs_rag.domain import Draft, Question
from hcpcs_rag.facets import label
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import stems
from hcpcs_rag.question.wording import asks_leave, asks_plainly, asks_what_not, wanted
from hcpcs_rag.retrieval import Evidence, Found
from hcpcs_rag.vocabulary import Concept, coverage
from hcpcs_rag.writer.described import Written, write_reverse, write_without_code
from hcpcs_rag.writer.records import (
    coverage_fact,
    descriptor,
    ended_fact,
    modifier_meanings,
    pricing_fact,
    see_instead_fact,
    status_facts,
)
from hcpcs_rag.writer.rules import rule_drafts, rule_sentences, successor, verdicts
from hcpcs_rag.writer.selection import (
    CONTINUES,
    MONEY,
    OPEN_COVERAGE,
    RVU,
    choose,
    definitions,
    is_of,
    meeting,
    names_modifier,
    next_sentence,
    page_order,
    residual_of,
    usable,
)
from hcpcs_rag.writer.statements import listed, say, say_all, subject_of

_UNIT_IN_DESCRIPTOR = re.compile(
    r"\b(?:per|each|up to|\d+(?:\.\d+)?\s?(?:mg|ml|mcg|gm|g|units?|minutes?|hours?|cc))\b", re.IGNORECASE
)
_ASKS_LIMIT = re.compile(
    r"\bhow many\b(?=.{0,40}\b(?:can|may|will|are|per|a|allowed)\b)|\bmax\w*\b|\blimits?\b|\bhow often\b|\bfrequen\w+|\bper (?:day|week|month|year)\b",
    re.IGNORECASE,
)
_ASKS_IF_USABLE = re.compile(r"\b(?:active|valid|in use|usable|still|effective|in effect)\b", re.IGNORECASE)
_DECIDES = re.compile(r"\b(?:billed?|denied|covered|payable|together|same|used with|not)\b", re.IGNORECASE)
_FORBIDS = re.compile(
    r"\b(?:is|are) not (?:allowed|permitted|billable|separately (?:billable|payable))\b"
    r"|\b(?:must|should|may|can) ?not be (?:billed|used|reported)\b|\bdo not (?:bill|report|use)\b",
    re.IGNORECASE,
)
_OTHER_PAYER = re.compile(
    r"\b(?:medicaid|tricare|champva|aetna|cigna|humana|anthem|kaiser|centene|molina|united ?health\w*|uhc|blue ?cross"
    r"|blue ?shield|bcbs|commercial|private|advantage|workers'? comp\w*)\b",
    re.IGNORECASE,
)


def write(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    """Write the answer to a question from its evidence."""
    writers: dict[str, Callable[[Question, Evidence, Index, date], Written]] = {
        "define": _define,
        "attribute": _attribute,
        "pairing": _pairing,
        "compatibility": _compatibility,
        "compare": _compare,
        "reverse": write_reverse,
        "status": _status,
        "open": _open,
    }
    return writers[question.kind](question, evidence, index, on)


def _define(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    drafts: list[Draft] = []
    for record in evidence.records:
        drafts.append(descriptor(record, index))
        drafts += ended_fact(record, index, on)
        if record.status(on) == "unknown":
            drafts += status_facts(record, index, on, answer_first=False)[:1]
        if index.full_record(record).coverage in ("I", "M", "S"):
            drafts += coverage_fact(record, index)
    for code in question.codes + question.modifiers:
        drafts += [say(f) for f in definitions(code, evidence.found)]
    return Written(tuple(drafts), f"a definition of {subject_of(question)}")


def _attribute(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    missing = f"{listed([label(f) for f in question.facets] or ['what is asked'])} for {subject_of(question)}"
    if not (question.codes or question.modifiers):
        return write_without_code(question, evidence, index, on)
    drafts = _official_attribute(question, evidence, index)
    payer = _OTHER_PAYER.search(question.standalone)
    if payer:
        # What Medicare does says nothing of another payer: only sentences that name it may answer.
        drafts = []
        named = [f for f in evidence.found if payer.group().lower()[:6] in f.quote.text.lower()]
        evidence = replace(evidence, found=tuple(named))
        missing = f"{payer.group()} ({missing})"
    residual = residual_of(question, evidence)
    candidates = [f for f in evidence.found if f.facet and usable(f) and is_of(f, question)]
    if "price" in question.facets:
        rvu = bool(RVU.search(question.message))
        candidates = [f for f in candidates if MONEY.search(f.quote.text) or (rvu and RVU.search(f.quote.text))]
        drafts = []
    elif question.modifiers and question.codes:
        other = set(question.facets) - {"modifiers", "definition", "billing"}
        candidates = [f for f in evidence.found if names_modifier(f, question.modifiers) and (f.facet or not other)]
        drafts = [descriptor(r, index) for r in evidence.records if r.kind == "modifier"] if candidates else []
    if residual:
        met = meeting(residual, candidates)
        if not met and candidates and "price" not in question.facets:
            met = meeting(residual, evidence.found, OPEN_COVERAGE)
        if not met and not _settled(question, evidence, residual, drafts):
            return Written((), f"{' '.join(c.wording for c in residual)} ({missing})")
        candidates = met
    chosen = choose(candidates)
    drafts += _prohibition(question, chosen) or say_all(chosen)
    if "modifiers" in question.facets and not question.modifiers:
        drafts += modifier_meanings(chosen, index)
    return Written(tuple(drafts), missing)


def _settled(question: Question, evidence: Evidence, residual: tuple[Concept, ...], drafts: Sequence[Draft]) -> bool:
    """Say whether official facts alone settle a question whose other words no page meets.

    They do where they speak of those words, and where Medicare pays in no case whatever the words add.
    """
    never_paid = "coverage" in question.facets and any(r.coverage in ("I", "M", "S") for r in evidence.records)
    said = stems(" ".join(draft.text for draft in drafts))
    return bool(drafts) and (never_paid or coverage(residual, said) >= OPEN_COVERAGE)


def _prohibition(question: Question, chosen: Sequence[Found]) -> list[Draft]:
    """Open with "No" where leave is asked and a sentence that meets all of the question forbids it."""
    if not asks_leave(question):
        return []
    forbidding = [f for f in chosen if f.coverage == 1.0 and _FORBIDS.search(f.quote.text)]
    if not forbidding:
        return []
    first = forbidding[0]
    said = Draft(f"No. {say(first).text}", (first.quote,))
    return [said, *(say(f) for f in chosen if f is not first)]


def _official_attribute(question: Question, evidence: Evidence, index: Index) -> list[Draft]:
    drafts: list[Draft] = []
    for record in evidence.records:
        if "coverage" in question.facets:
            drafts += coverage_fact(record, index, verdict=asks_plainly(question))
        if (
            "units" in question.facets
            and _UNIT_IN_DESCRIPTOR.search(record.long)
            and not _ASKS_LIMIT.search(question.message)
        ):
            drafts.append(descriptor(record, index))
        if "related_codes" in question.facets:
            drafts += see_instead_fact(record, index)
    if "related_codes" in question.facets:
        drafts += rule_drafts(question.codes[:1], evidence.relations, index, ("similar",))
    return drafts


def _pairing(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    missing = f"codes that go with {subject_of(question)}"
    kinds = ("not_with", "included_in") if asks_what_not(question) else ("use_with", "not_with", "included_in")
    drafts = rule_drafts(question.codes, evidence.relations, index, kinds)
    if not any(r.kind in kinds for r in evidence.relations):
        asked = wanted(question)
        related = [f for f in evidence.found if f.section_facet == "related_codes" and usable(f)]
        chosen = meeting(asked, evidence.found, OPEN_COVERAGE) if asked else related
        drafts = say_all(choose(chosen)[:3])
    return Written(tuple(drafts), missing)


def _compatibility(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    if question.modifiers and question.codes:
        return _attribute(question, evidence, index, on)
    missing = f"whether {subject_of(question)} go together"
    named = set(question.codes)
    between = [
        r
        for r in evidence.relations
        if {r.code, r.other} <= named and r.kind in ("use_with", "not_with", "included_in")
    ]
    # "a pump other than E0784" asks of codes left unnamed, so no rule between the two decides it.
    if between and len(named) == 2 and asks_plainly(question):
        return Written(tuple(verdicts(between, index)), missing)
    drafts = rule_sentences(between, index)
    if not drafts:
        both = [f for f in evidence.found if sum(code in f.quote.text for code in named) >= 2 and usable(f)]
        ranked = sorted(both, key=lambda f: (not _DECIDES.search(f.quote.text), -f.coverage, *page_order(f)))
        drafts = [say(f) for f in ranked[:3]]
    return Written(tuple(drafts), missing)


def _compare(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    drafts = [descriptor(record, index) for record in evidence.records]
    drafts += [draft for record in evidence.records for draft in coverage_fact(record, index)]
    if len({r.pricing for r in evidence.records}) > 1:
        drafts += [pricing_fact(r, index) for r in evidence.records if r.pricing]
    linking = [
        f
        for f in evidence.found
        if any(c in f.quote.text and c not in f.page.subjects for c in question.codes) and f.subject
    ]
    said: list[Found] = sorted(linking, key=page_order)[:3]
    for found in list(said):
        following = next_sentence(found, evidence.found)
        if following and CONTINUES.match(following.quote.text):
            said.append(following)
    if not evidence.records:
        said += [f for code in question.codes for f in definitions(code, evidence.found)]
    drafts += [say(f) for f in sorted(dict.fromkeys(said), key=page_order)]
    return Written(tuple(drafts), f"a comparison of {subject_of(question)}")


def _status(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    drafts: list[Draft] = []
    usable_asked = asks_plainly(question) and bool(_ASKS_IF_USABLE.search(question.standalone))
    for record in map(index.full_record, evidence.records):
        drafts += status_facts(record, index, question.on or on, answer_first=usable_asked)
        if "coverage" in question.facets or record.coverage in ("I", "M", "S"):
            drafts += coverage_fact(record, index)
    if not evidence.records:
        stated = [f for f in evidence.found if f.section_facet == "status" and f.subject]
        drafts += [say(f) for f in choose(stated)]
    drafts += successor(question, evidence, index)
    return Written(tuple(drafts), f"the status of {subject_of(question)}")


def _open(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    if not (question.codes or question.modifiers):
        return write_without_code(question, evidence, index, on)
    if question.codes and question.modifiers:
        return _attribute(question, evidence, index, on)
    residual = residual_of(question, evidence)
    if not residual:
        return _define(question, evidence, index, on)
    chosen = meeting(residual, evidence.found, OPEN_COVERAGE)
    drafts = say_all(choose(chosen)[:3])
    described = [r for r in evidence.records if coverage(residual, stems(r.long)) >= OPEN_COVERAGE]
    drafts = [descriptor(r, index) for r in described] + drafts
    return Written(tuple(drafts), f"{' '.join(c.wording for c in residual)} for {subject_of(question)}")
