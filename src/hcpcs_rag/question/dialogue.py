"""A follow-up takes from the turns before it what it leaves out, and no more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from hcpcs_rag import facets
from hcpcs_rag.domain import Facet, Question, QuestionKind, Turn
from hcpcs_rag.language import STOPWORDS
from hcpcs_rag.question.wording import PAIRING, TOGETHER, wanted

_PRONOUN = re.compile(
    r"\b(?:it|its|it's|this|that|these|those|them|they|their|the same|same|one|ones|both|either)\b", re.IGNORECASE
)
_ELLIPTIC = re.compile(
    r"^\W*(?:and|also|plus|what about|how about|then|ok(?:ay)? and|same (?:for|with|question)|or|but|back to|now|so)\b",
    re.IGNORECASE,
)
_NTH = re.compile(
    r"\b(?:the )?(first|second|third|fourth|last|1st|2nd|3rd|4th|other)\s+(?:one|code(?!\s+[a-z]+)|of (?:them|those|these))\b",
    re.I,
)
_NTH_INDEX = {
    "first": 0,
    "1st": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "last": -1,
    "other": 1,
}
FOLLOW_UP_WORDS = 7
"""A message of at most this many words that names a facet and no code goes on about the last one."""


def with_history(text: str, question: Question, history: Sequence[Turn]) -> Question:
    """Fill what a follow-up leaves out from the last turn that had it."""
    if history and history[-1].status == "clarify" and (question.codes or question.modifiers):
        pending = history[-1].question
        filled = replace(question, kind=pending.kind, facets=pending.facets, terms=pending.terms)
        return replace(filled, standalone=phrase(filled))
    last = next((turn for turn in reversed(history) if turn.question.codes or turn.question.modifiers), None)
    if last is None:
        return question
    before = last.question
    nth = _NTH.search(text)
    if question.codes or question.modifiers:
        bare = question.kind in ("define", "open") and not wanted(question) and not _asks_definition(text)
        only_a_code = text.rstrip().endswith("?") and len(text.split()) == 1  # "A7033?" asks the same of it
        elliptic = bool(_ELLIPTIC.match(text)) or only_a_code
        if nth and len(question.codes) == 1 and (pointed := _pointed(nth, last)):
            question = replace(question, codes=tuple(dict.fromkeys((pointed, *question.codes))))
            together = bool(TOGETHER.search(text)) and len(question.codes) > 1
            question = replace(question, kind="compatibility" if together else question.kind)
            return replace(question, standalone=f"{text} ({', '.join(question.codes)})")
        if before.kind == "compatibility" and len(question.codes) == 1 and (elliptic or bare):
            partners = _partner(text, question.codes[0], before.codes)
            question = replace(question, codes=(*partners, *question.codes), kind="compatibility")
            return replace(question, standalone=phrase(question))
        if (
            len(question.codes) == 1
            and TOGETHER.search(text)
            and re.search(r"\b(?:it|them|that|same (?:claim|day)|as well|too)\b", text, re.IGNORECASE)
        ):
            codes_meant = tuple(dict.fromkeys((*before.codes[:1], *question.codes)))
            question = replace(
                question, codes=codes_meant, kind="compatibility" if len(codes_meant) > 1 else question.kind
            )
            return replace(question, standalone=f"{text} ({', '.join(codes_meant)})")
        if (bare and (elliptic or not question.codes)) or (elliptic and question.kind in ("define", "open")):
            if not question.codes:
                question = replace(question, codes=before.codes)
            inherited = replace(
                question, kind=before.kind, facets=before.facets, terms=before.terms, on=question.on or before.on
            )
            return replace(inherited, standalone=phrase(inherited))
        if not question.codes and question.modifiers and _PRONOUN.search(text):
            question = replace(
                question, codes=before.codes, kind="attribute", facets=question.facets or (Facet.MODIFIERS,)
            )
            return replace(question, standalone=f"{text} ({', '.join(before.codes)})")
        return question
    refers = (
        nth
        or _PRONOUN.search(text)
        or _ELLIPTIC.match(text)
        or (question.facets and len(text.split()) <= FOLLOW_UP_WORDS)
    )
    if not refers or question.kind == "reverse" and not nth and not _ELLIPTIC.match(text):
        return question
    inherited_codes = before.codes
    if len(before.codes) == 1 and re.search(r"\b(?:together|both|each other)\b", text, re.IGNORECASE):
        # "can they be billed together?" is about the last two codes that were named.
        named = [c for turn in history for c in turn.question.codes]
        inherited_codes = tuple(list(dict.fromkeys(reversed(named)))[:2][::-1])
        if len(inherited_codes) == 2:
            question = replace(question, codes=inherited_codes, kind="compatibility")
            return replace(question, standalone=phrase(question))
    if nth and (pointed := _pointed(nth, last)):
        inherited_codes = (pointed,)
    kind: QuestionKind = "pairing" if PAIRING.search(text) else question.kind
    if kind in ("reverse", "define", "open") and question.facets not in ((), (Facet.DEFINITION,)):
        kind = "attribute"
    elif kind == "reverse":
        kind = "open"
    elif kind == "attribute" and Facet.STATUS in question.facets:
        kind = "status"
    if kind == "open" and not wanted(question):
        kind = "define"
    terms = tuple(t for t in question.terms if not _PRONOUN.fullmatch(t)) if not nth else ()
    filled = replace(
        question, codes=inherited_codes, modifiers=question.modifiers or before.modifiers, kind=kind, terms=terms
    )
    return replace(filled, standalone=f"{text} ({', '.join(inherited_codes or before.modifiers)})")


def _pointed(nth: re.Match[str], last: Turn) -> str | None:
    """The code that "the second one" points to: of several asked about, else of those the answer named."""
    asked = last.question.codes
    listed = list(asked) if len(asked) > 1 else [c for c in last.codes if c not in asked] or list(last.codes)
    index = _NTH_INDEX[nth.group(1).lower()]
    if nth.group(1).lower() == "other" and len(asked) < 2:
        index = 0 if len(listed) == 1 else len(listed)  # of several others none is the other one
    return listed[index] if -len(listed) <= index < len(listed) else None


def _partner(text: str, code: str, pair: tuple[str, ...]) -> list[str]:
    """Which of a pair stays when a follow-up names another code: "and with A4338?" exchanges the second.

    Without a "with", the one is exchanged that is of the new code's family; failing that, the first.
    """
    others = [c for c in pair if c not in (code,)]
    if len(others) < 2 or re.search(r"\b(?:with|on|for)\b", text, re.IGNORECASE):
        return others[:1]
    return [others[0] if others[1][:3] == code[:3] else others[1]]


def _asks_definition(text: str) -> bool:
    return bool(
        re.search(
            r"\b(?:what (?:is|are|does)|what'?s|define|meaning|describe|definition)\b(?! about)", text, re.IGNORECASE
        )
    )


def phrase(question: Question) -> str:
    """Say a question in one plain sentence, from what was understood of it."""
    subject = " and ".join(question.codes or question.modifiers) or "this"
    described = " and ".join(facets.label(f) for f in question.facets)
    match question.kind:
        case "define":
            return f"What is {subject}?"
        case "pairing":
            return f"Which codes go with {subject}?"
        case "compare":
            return f"What is the difference between {subject}?"
        case "compatibility":
            return f"Can {subject} be billed together?"
        case "status":
            return f"What is the status of {subject}?"
        case _ if described:
            return f"What do the sources say of {subject} about {described}?"
        case _:
            rest = " ".join(t for t in question.terms if t not in STOPWORDS)
            return f"{rest or 'What is known'} ({subject})"
