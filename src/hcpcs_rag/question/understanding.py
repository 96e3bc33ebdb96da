"""A message and the conversation before it → one stand-alone ``Question``, by rules."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from hcpcs_rag import codes, facets
from hcpcs_rag.domain import Facet, LookAlike, Question, QuestionKind, Turn
from hcpcs_rag.language import words
from hcpcs_rag.question.dialogue import with_history
from hcpcs_rag.question.spelling import mend
from hcpcs_rag.question.wording import OPEN_WORD, PAIRING, REVERSE, TOGETHER, is_polar, wanted

MAX_CHARS = 5_000
"""Longer messages are cut here: a pasted chart note, not a question."""
_DATE = re.compile(
    r"\b(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(?:\d{1,2}(?:st|nd|rd|th)?,?\s+)?(?:19|20)\d\d"
    r"|\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+(?:19|20)\d\d"
    r"|(?:19|20)\d\d-\d{1,2}(?:-\d{1,2})?|\d{1,2}/\d{1,2}/(?:(?:19|20)\d\d|\d\d)|\d{1,2}/(?:19|20)\d\d"
    r"|(?<=in )(?:19|20)\d\d|(?<=for )(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_COMPARE = re.compile(
    r"\b(?:differ(?:s|ence|ences|ent)?|compar(?:e|ed|ing|ison)|vs\.?|versus|distinguish|distinction|or)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening)|dear \w+|thanks?|thank you)\b[\s,!.]*(?:there|all|team)?[\s,!.]*",
    re.I,
)
_RETURNS = re.compile(r"\bback to\b", re.IGNORECASE)
_WHAT_COVERS = re.compile(r"\bwhat\b.{0,40}\bcovers?\b", re.IGNORECASE)
_PAYER = re.compile(r"\b(?:medicare|mcr|cms|insur\w*|payers?|plans?|medicaid)\b", re.IGNORECASE)


def understand(message: str, history: Sequence[Turn], known: Mapping[str, str]) -> Question:
    """Return what ``message`` asks, on its own.

    ``known`` maps the codes and modifiers of the loaded releases to their kind; codes it lacks are
    kept too, so that an unknown code can be named as such.
    """
    text = mend(_GREETING.sub("", " ".join(message[:MAX_CHARS].split())))
    mentions = codes.read_codes(text, known)
    named = tuple(dict.fromkeys(code for m in mentions for code in m.codes))
    modifiers = _read_modifiers(text, named, known)
    plain = _RETURNS.sub(" ", _blank(text, mentions, modifiers))
    on, plain = _read_date(plain)
    asked = _asked(plain)
    question = Question(
        message=message,
        standalone=text,
        kind="open",
        codes=named,
        modifiers=modifiers,
        facets=asked,
        terms=tuple(words(facets.without_wording(plain, asked))),
        on=on,
        look_alikes=_look_alikes(text, mentions),
        malformed=tuple(t for t in codes.find_malformed(text) if t not in named),
    )
    kind = _kind(plain, question)
    question = replace(question, kind=kind, facets=_narrow(kind, asked))
    return with_history(text, question, history)


def _asked(plain: str) -> tuple[str, ...]:
    """The facets asked for; "what does it cover" asks what a code is, unless a payer is named."""
    asked = facets.asked_for(plain)
    if Facet.COVERAGE in asked and _WHAT_COVERS.search(plain) and not _PAYER.search(plain):
        asked = tuple(f for f in asked if f not in (Facet.COVERAGE, Facet.DEFINITION)) + (Facet.DEFINITION,)
    return asked


def _read_modifiers(text: str, named: tuple[str, ...], known: Mapping[str, str]) -> tuple[str, ...]:
    """Modifiers named as such, or in capitals in a message that is about a code or very short."""

    def is_modifier(name: str) -> bool:
        return known.get(name) == "modifier"

    stated = codes.find_modifiers(text, is_modifier)
    alone = text.strip(" ?.!").upper()
    if not named and is_modifier(alone):
        return (alone,)
    if named or stated or len(text.split()) <= 6:
        stated += codes.find_bare_modifiers(text, is_modifier)
    return tuple(dict.fromkeys(stated))


def _blank(text: str, mentions: Sequence[codes.Mention], modifiers: tuple[str, ...]) -> str:
    for mention in reversed(mentions):
        text = text[: mention.start] + " " + text[mention.end :]
    for modifier in modifiers:
        text = re.sub(rf"(?<![A-Za-z0-9]){modifier}(?![A-Za-z0-9])", " ", text, flags=re.IGNORECASE)
    return text


def _read_date(text: str) -> tuple[date | None, str]:
    match = _DATE.search(text)
    if not match:
        return None, text
    from dateutil import parser as dates  # most questions name no day

    try:
        day = dates.parse(match.group(), default=dates.parse("2000-01-01")).date()
    except (ValueError, OverflowError):
        return None, text
    return day, text[: match.start()] + " " + text[match.end() :]


def _look_alikes(text: str, mentions: Sequence[codes.Mention]) -> tuple[LookAlike, ...]:
    return codes.find_look_alikes(_blank(text, mentions, ()))


def _kind(plain: str, question: Question) -> QuestionKind:
    """Say what is asked; the first rule that fits wins, so the order is that of their precision."""
    named = len(question.codes)
    subjects = named or len(question.modifiers)
    asked = set(question.facets) - ({Facet.MODIFIERS} if question.modifiers else set())
    if question.modifiers and not named:
        asked -= {Facet.CONDITIONS, Facet.BILLING}  # when to use a modifier is what its descriptor says
    polar = is_polar(question)
    if named >= 2 and _COMPARE.search(plain) and not (polar and TOGETHER.search(plain)):
        return "compare"
    if named + len(question.modifiers) >= 2 and polar and TOGETHER.search(plain):
        return "compatibility"
    if named >= 2 and polar and not (Facet.STATUS in asked and not asked & {Facet.COVERAGE, Facet.UNITS}):
        return "compatibility"
    if (
        named >= 1
        and PAIRING.search(plain)
        and not asked & {Facet.DOCUMENTATION, Facet.DENIALS, Facet.PRICE, Facet.MODIFIERS, Facet.UNITS}
    ):
        return "pairing"
    if subjects and (Facet.STATUS in asked or (question.on and not asked - {Facet.DEFINITION, Facet.COVERAGE})):
        return "status"
    if named and question.modifiers and not asked - {Facet.DEFINITION}:
        return "attribute"
    if subjects and not asked - {Facet.DEFINITION} and not wanted(question):
        return "define"
    if not subjects and (REVERSE.search(plain) or Facet.MODIFIERS in asked) and wanted(question):
        return "reverse"
    if asked - {Facet.DEFINITION}:
        return "attribute"
    if not subjects and not polar and wanted(question) and len(plain.split()) <= 8 and not OPEN_WORD.search(plain):
        return "reverse"
    return "open"


def _narrow(kind: QuestionKind, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Drop facets whose wording only carried the question ("what is …", "bill")."""
    carried = (
        {Facet.DEFINITION, Facet.BILLING}
        if set(asked) - {Facet.DEFINITION, Facet.BILLING}
        else {Facet.DEFINITION}
        if Facet.BILLING in asked
        else set()
    )
    return tuple(f for f in asked if f not in carried) if kind != "define" else (Facet.DEFINITION,)
