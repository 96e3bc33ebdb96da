"""When nothing is answered: what no source can answer, what was looked for, and what is close to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from textwrap import shorten

from hcpcs_rag import facets
from hcpcs_rag.codes import find_codes
from hcpcs_rag.composition import text_of
from hcpcs_rag.domain import Answer, AnswerStatus, CodeRecord, Facet, Question
from hcpcs_rag.grounding import Grounded
from hcpcs_rag.helping import helping
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import foreign_language, stem, stems
from hcpcs_rag.question.description import describe, head_noun
from hcpcs_rag.question.wording import demanded, is_courtesy, other_system, topic
from hcpcs_rag.ranking import CodeHit, rank
from hcpcs_rag.retrieval import retrieve
from hcpcs_rag.writer.described import Written
from hcpcs_rag.writer.records import ended_mark
from hcpcs_rag.writer.statements import listed

NOT_FOUND = "I don't find that in the sources."
MAX_RANKED, MAX_CHOICES = 12, 3
MAX_PARTS, NAME_CHARS, ASKED_CHARS = 2, 70, 160
_PARTS = re.compile(r"[,;]\s")
_PAIRS = frozenset({"pairing", "compatibility", "compare"})


def refuse(question: Question, index: Index) -> Answer | None:
    """Decline, before any search, what no source can answer: nothing asked, another code system, an unknown code."""
    if not any(c.isalnum() for c in question.message) or is_courtesy(question.message):
        text = "Please ask about a HCPCS code, a modifier or a supply."
        return _decline(question, index, "clarify", text, "nothing was asked")
    unknown = [c for c in question.codes if _is_unknown(c, index)]
    if unknown:
        return _unknown(question, unknown, index)
    system = other_system(question.message)
    if system:
        text = f"{NOT_FOUND} {system} codes are another code system; the loaded sources hold HCPCS Level II codes."
        return _decline(question, index, "abstained", text, f"looked for {system} codes")
    subjects = question.codes + question.modifiers
    if question.look_alikes and (not subjects or question.kind in _PAIRS):
        named = ", ".join(f"{x.text} looks like a {x.system} code" for x in question.look_alikes)
        text = f"{NOT_FOUND} {named}; the loaded sources hold HCPCS Level II codes."
        return _decline(question, index, "abstained", text, f"not HCPCS Level II: {named}")
    if subjects:
        return None
    if question.malformed:
        shape = "a HCPCS Level II code is a letter from A to V and four digits"
        text = f"{NOT_FOUND} {', '.join(question.malformed)} cannot be a code: {shape}."
        near = index.nearest(question.malformed[0])
        return _decline(question, index, "abstained", text, "not a code", _definitions(near))
    if question.facets and not topic(_bare(question)):
        return _decline(question, index, "clarify", "Which code or modifier do you mean?", "no code was named")
    return None


def abstain(
    question: Question, written: Written, standing: Grounded, index: Index, suggestions: Sequence[str]
) -> Answer:
    """Say that the sources do not hold it, what was looked for, and the closest that is known.

    ``standing`` comes first: that a code asked for has ended, or is never paid. Where the question names no code and
    several fit what it describes, ask which one is meant.
    """
    language = foreign_language(question.message)
    if language:
        text = f"{NOT_FOUND} I read questions in English only; this one looks like {language}."
        return _decline(question, index, "abstained", text, f"not English: {language}", suggestions)
    choices = _choices(question, index)
    if choices:
        text = f"Which one do you mean: {listed(_apart([hit.record for hit in choices], index), 'or')}?"
        asked = [f"{question.standalone.rstrip('?').strip()} ({hit.record.code})?" for hit in choices]
        return _decline(question, index, "clarify", text, "several codes fit the description", asked)
    words = shorten(question.standalone, ASKED_CHARS, placeholder=" …")
    text = f"{NOT_FOUND} I looked for “{words}” in {_searched(question, index)}."
    near = written.near
    if near:
        text += f" The closest codes in the release are: {'; '.join(_name(hit, index) for hit in near)}."
    text = f"{text} {helping(question, index)}".rstrip()
    declined = _decline(question, index, "abstained", text, f"looked for {written.missing}", suggestions)
    if not standing.statements:
        return declined
    said = text_of(standing.statements, note=text)
    return replace(
        declined,
        text=said,
        statements=standing.statements,
        citations=standing.citations,
        codes=find_codes(said, index.known),
        note=text,
    )


def _is_unknown(code: str, index: Index) -> bool:
    return code not in index.known and not (index.pages_about(code) or index.pages_mentioning(code))


def _unknown(question: Question, unknown: Sequence[str], index: Index) -> Answer:
    where = index.searched()
    text = f"{NOT_FOUND} {listed(unknown)} {'is' if len(unknown) == 1 else 'are'} not {where}."
    if all(code.startswith("D") for code in unknown):
        text += " Codes that begin with D are dental codes (CDT)."
    near = index.nearest(unknown[0])
    if near:
        text += f" Known codes one slip away: {', '.join(_marked(code, index) for code in near)}."
    reason = f"looked for {', '.join(unknown)}; not {where}"
    return _decline(question, index, "abstained", text, reason, _definitions(near))


def _marked(code: str, index: Index) -> str:
    """A code beside a mark where it has ended."""
    record, release = index.record(code), index.release()
    mark = ended_mark(record, index, release.effective) if record and release else ""
    return f"{code} ({mark})" if mark else code


def _definitions(codes: Sequence[str]) -> list[str]:
    return [f"What is {code}?" for code in codes]


def _choices(question: Question, index: Index) -> list[CodeHit]:
    """The codes that a question about "the cushion" may mean, where it asks for what the sources tell of one of them."""
    if question.codes or question.modifiers or not question.facets or demanded(question):
        return []
    thing = topic(_bare(question))
    wording = " ".join(concept.wording for concept in thing)
    described = describe(wording, index)
    near = rank(described, index, MAX_RANKED) if thing else []
    fitting = [hit for hit in near if all(concept.met_by(stems(hit.record.long)) for concept in thing)]
    of_kind = [hit for hit in fitting if stem(head_noun(hit.record.long)) in described.heads]
    fitting = (of_kind or fitting)[:MAX_CHOICES]
    held = (retrieve(replace(question, codes=(hit.record.code,)), index).found for hit in fitting)
    told = Facet.COVERAGE in question.facets or any(f.facet and (f.subject or f.named) for found in held for f in found)
    return fitting if told else []


def _name(hit: CodeHit, index: Index) -> str:
    release = index.release()
    mark = ended_mark(hit.record, index, release.effective) if release else ""
    named = hit.record.short or hit.record.long[:60]
    return f"{hit.record.code} ({named}{f'; {mark}' if mark else ''})"


def _apart(records: Sequence[CodeRecord], index: Index) -> list[str]:
    """Each code with what of its descriptor the others don't share: E1390 “single delivery port”."""
    parts = [[p for part in _PARTS.split(r.long) if (p := " ".join(part.split()))] for r in records]
    shared = set.intersection(*({p.lower() for p in own} for own in parts))
    own = [[p for p in part if p.lower() not in shared] for part in parts]
    told = [
        shorten(", ".join(rest[:MAX_PARTS] or all_[:1]), NAME_CHARS, placeholder=" …")
        for rest, all_ in zip(own, parts, strict=True)
    ]
    return [f"{_marked(r.code, index)} “{words}”" for r, words in zip(records, told, strict=True)]


def _searched(question: Question, index: Index) -> str:
    """What was searched: the release in force, and how many pages besides."""
    release = index.release(question.on)
    pages = index.manifest.counts["pages"] - index.manifest.counts["records"]
    named = [release.name] if release else []
    return listed([*named, f"{pages:,} page{'' if pages == 1 else 's'}"])


def _bare(question: Question) -> Question:
    """The question without the words that ask for its facets, to see whether a topic is left."""
    return replace(question, standalone=facets.without_wording(question.standalone, question.facets))


def _decline(
    question: Question, index: Index, status: AnswerStatus, text: str, reason: str, suggestions: Sequence[str] = ()
) -> Answer:
    return Answer(
        question=question.message,
        standalone=question.standalone,
        status=status,
        text=text,
        codes=tuple(c for c in find_codes(text) if c in index.known),
        suggestions=tuple(suggestions),
        reason=reason,
        release=index.release(question.on),
    )
