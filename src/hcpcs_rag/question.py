"""A message and the conversation before it → one stand-alone ``Question``.

Rules, no model: what codes and modifiers are meant, what is asked of them, as of which day, and what
other words an answer has to speak to. A follow-up inherits from the turn before it only what it
leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from dateutil import parser as dates

from hcpcs_rag import codes, facets
from hcpcs_rag.domain import LookAlike, Question, QuestionKind, Turn
from hcpcs_rag.language import STOPWORDS, stem, words
from hcpcs_rag.vocabulary import Concept, concepts

MAX_CHARS = 5_000
"""Longer messages are cut here: a pasted chart note, not a question."""

_DATE = re.compile(
    r"\b(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(?:\d{1,2}(?:st|nd|rd|th)?,?\s+)?(?:19|20)\d\d"
    r"|\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+(?:19|20)\d\d"
    r"|(?:19|20)\d\d-\d{1,2}(?:-\d{1,2})?|\d{1,2}/\d{1,2}/(?:(?:19|20)\d\d|\d\d)|\d{1,2}/(?:19|20)\d\d"
    r"|(?<=in )(?:19|20)\d\d|(?<=for )(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_POLAR = re.compile(
    r"(?:^|[,.;:?!-]\s*|\b(?:so|and|but|hi|hello|wondering|know)\s+(?:if\s+)?)(?:can|could|does|do|is|are|will|would|may|should|am|did|was|were|has|must)\b"
    r"|\b(?:allowed|ok|okay|billable together|compatible|right)\s*\?|\bok (?:with|to)\b|\bwhether\b",
    re.IGNORECASE,
)
_OPEN_WORD = re.compile(r"\b(?:what|which|who|where|when|why|how)\b", re.IGNORECASE)
_COMPARE = re.compile(
    r"\b(?:differ(?:s|ence|ences|ent)?|compar(?:e|ed|ing|ison)|vs\.?|versus|distinguish|distinction|or)\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\b(?:with|together|alongside|same (?:claim|day|time)|pair(?:s|ed)?|combin(?:e|ed|ation)|along|at once|ok for|right for|on an?|for an?)\b"
    r"|\bgo(?:es)?\b",
    re.IGNORECASE,
)
_PAIRING = re.compile(
    r"\b(?:suppl(?:y|ies)|accessor(?:y|ies)|consumables?|disposables?|go(?:es)? (?:along )?with|used? with|bill(?:ed|able)? with|pairs?(?: up)? with|paired"
    r"|compatible|belongs? (?:to|with)|work(?:s)? with|along with|together with|what (?:else )?(?:can|do|should) (?:i|we) (?:bill|use) with"
    r"|which pumps?|what pumps?|(?:pump|supply|accessory) codes|combin(?:e|ed|ation))\b",
    re.IGNORECASE,
)
_REVERSE = re.compile(
    r"\b(?:(?:which|what|whats|what's|the|a|find|need|give me|looking for|correct|right)\s+(?:is\s+)?(?:the\s+)?(?:correct\s+|right\s+|proper\s+)?"
    r"(?:hcpcs|medicare|level ii|billing)?\s*(?:level ii\s+)?(?:codes?|hcpcs)\b(?! (?:[a-v]\d{4}|set|system))|code\s+(?:for|to (?:use|bill|report))"
    r"|(?:codes?|hcpcs)\s*\??$|hcpcs\s+(?:code\s+)?for|how (?:do|should|would|can) (?:i|we|you) (?:bill|code|report)(?: for)?|codes\s+for|all (?:the )?codes|list)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|it's|this|that|these|those|them|they|their|the same|same|one|ones|both|either)\b", re.IGNORECASE
)
_ELLIPTIC = re.compile(
    r"^\W*(?:and|also|plus|what about|how about|then|ok(?:ay)? and|same (?:for|with|question)|or|but|back to|now|so)\b",
    re.IGNORECASE,
)
_NTH = re.compile(
    r"\b(?:the )?(first|second|third|fourth|last|1st|2nd|3rd|4th|other)\s+(?:one|code|of (?:them|those|these))\b", re.I
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
_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening)|dear \w+|thanks?|thank you)\b[\s,!.]*(?:there|all|team)?[\s,!.]*",
    re.I,
)
_WHAT_COVERS = re.compile(r"\bwhat\b.{0,40}\bcovers?\b", re.IGNORECASE)
_PAYER = re.compile(r"\b(?:medicare|mcr|cms|insur\w*|payers?|plans?|medicaid)\b", re.IGNORECASE)

_DESCRIPTIVE = frozenset(
    stem(word) for word in ("equipment", "device", "drug", "new", "document", "service", "replacement")
)
"""Words of ``GENERIC`` that do describe a thing whose code is sought."""
_NOT = re.compile(
    r"\b(?:not|never|cannot|unbillable|incompatible|excluded|prohibited)\b|n't\b|\bcant\b|\bdont\b", re.IGNORECASE
)
_TURNED = re.compile(
    r"\b(?:not|never|cannot|non-?\w+|den(?:y|ied)|reject(?:ed)?|incompatible|avoid|prohibited|mutually|exclusive|includ\w+|part of|bundled"
    r"|unbundl\w+|requir\w+|need(?:ed)?|only|same as|separate(?:ly)?|wrong|other than|without|instead|besides|except|discontinued"
    r"|terminated|ended|expired|deleted|invalid|inactive|excluded)\b|n't\b",
    re.IGNORECASE,
)
_OTHER_SYSTEM = re.compile(
    r"\b(cpt|icd(?:-?(?:9|10))?(?:-?cm)?|ndc|cdt|drg|revenue code)s?\b\s*(?:codes?\s*)?(?:for\b|goes\b|go\b|support|that\b|do\b|would\b|crosswalk|\?|$)",
    re.IGNORECASE,
)
FOLLOW_UP_WORDS = 7
"""A message of at most this many words that names a facet and no code goes on about the last one."""

GENERIC = frozenset(
    stem(word)
    for word in """code codes hcpcs cpt level ii medicare mcr cms bill billing billed bills claim claims number item items
    service services type kind kinds info information rule rules requirement requirements require required
    requires need allowed allow apply applies common commonly usual usually typical correct proper right
    work works dos date dates modifier modifiers mod answer told tell find list codeset official officially
    current latest release set correctly generally possible possibly equipment device supplier suppliers
    provider coder coding cover covers covered way best sure people person make makes made stuff put add
    append attach happen happens forget forgot mean show state states call look keep take come page pages listed website site source
    sources document drug reason reasons machine machines lcd ncd policy policies article articles replace replaced replacement replacing change changed reason reasons machine machines""".split()
)
"""Stems that say nothing about what an answer must hold: the trade's small change."""


def understand(message: str, history: Sequence[Turn], known: Mapping[str, str]) -> Question:
    """Return what ``message`` asks, on its own.

    ``known`` maps the codes and modifiers of the loaded releases to their kind; codes it lacks are
    kept too, so that an unknown code can be named as such.
    """
    text = _GREETING.sub("", " ".join(message[:MAX_CHARS].split()))
    mentions = codes.read_codes(text, known)
    named = tuple(dict.fromkeys(code for m in mentions for code in m.codes))
    modifiers = _read_modifiers(text, named, known)
    plain = _blank(text, mentions, modifiers)
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
    kind = _kind(text, plain, question)
    question = replace(question, kind=kind, facets=_narrow(kind, asked))
    return _with_history(text, question, history)


def _asked(plain: str) -> tuple[str, ...]:
    """The facets asked for; "what does it cover" asks what a code is, unless a payer is named."""
    asked = facets.asked_for(plain)
    if "coverage" in asked and _WHAT_COVERS.search(plain) and not _PAYER.search(plain):
        asked = tuple(f for f in asked if f not in ("coverage", "definition")) + ("definition",)
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


def wanted(question: Question) -> tuple[Concept, ...]:
    """Return the concepts an answer must speak to, besides the codes and facets asked for."""
    return concepts(" ".join(question.terms), GENERIC)


def topic(question: Question) -> tuple[Concept, ...]:
    """Return the concepts that describe a thing whose code is sought, facet words included."""
    text = codes_removed(question.standalone)
    return concepts(_REVERSE.sub(" ", text), GENERIC - _DESCRIPTIVE)


def codes_removed(text: str) -> str:
    """Return ``text`` without the codes in it."""
    return re.sub(r"(?<![A-Za-z0-9])[A-Va-v][\s-]?\d{4}(?![A-Za-z0-9])", " ", text)


def other_system(text: str) -> str | None:
    """Return the code system a message asks codes of, where that is not HCPCS Level II."""
    match = _OTHER_SYSTEM.search(text)
    return match.group(1).upper() if match else None


def asks_plainly(question: Question) -> bool:
    """Say whether a yes/no question asks for leave in plain words ("can I bill A with B").

    "Will it be denied", "is it included in" or "is it only for" turn the sense of a rule, or ask for
    another thing, so that no rule's polarity answers them with Yes or No.
    """
    return is_polar(question) and not _TURNED.search(question.message)


def asks_what_not(question: Question) -> bool:
    """Say whether a pairing question asks for the codes that do not go together."""
    return bool(_NOT.search(question.message))


def is_polar(question: Question) -> bool:
    """Say whether a message is a yes/no question."""
    return bool(_POLAR.search(question.standalone)) and not re.match(
        r"^\W*(?:what|which|who|where|when|why|how)\b", question.standalone, re.IGNORECASE
    )


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
    try:
        day = dates.parse(match.group(), default=dates.parse("2000-01-01")).date()
    except (ValueError, OverflowError):
        return None, text
    return day, text[: match.start()] + " " + text[match.end() :]


def _look_alikes(text: str, mentions: Sequence[codes.Mention]) -> tuple[LookAlike, ...]:
    return codes.find_look_alikes(_blank(text, mentions, ()))


def _kind(text: str, plain: str, question: Question) -> QuestionKind:
    """Say what is asked; the first rule that fits wins, so the order is that of their precision."""
    named = len(question.codes)
    subjects = named or len(question.modifiers)
    asked = set(question.facets) - ({"modifiers"} if question.modifiers else set())
    if question.modifiers and not named:
        asked -= {"conditions", "billing"}  # when to use a modifier is what its descriptor says
    polar = is_polar(question)
    if named >= 2 and _COMPARE.search(plain) and not (polar and _TOGETHER.search(plain)):
        return "compare"
    if named + len(question.modifiers) >= 2 and polar and _TOGETHER.search(plain):
        return "compatibility"
    if named >= 2 and polar:
        return "compatibility"
    if (
        named >= 1
        and _PAIRING.search(plain)
        and not asked & {"documentation", "denials", "price", "modifiers", "units"}
    ):
        return "pairing"
    if subjects and ("status" in asked or (question.on and not asked - {"definition", "coverage"})):
        return "status"
    if named and question.modifiers and not asked - {"definition"}:
        return "attribute"
    if subjects and not asked - {"definition"} and not _content(question):
        return "define"
    if not subjects and (_REVERSE.search(plain) or "modifiers" in asked) and _content(question):
        return "reverse"
    if asked - {"definition"}:
        return "attribute"
    if not subjects and not polar and _content(question) and len(plain.split()) <= 8 and not _OPEN_WORD.search(plain):
        return "reverse"
    return "open"


def _content(question: Question) -> tuple[Concept, ...]:
    return concepts(" ".join(question.terms), GENERIC)


def _narrow(kind: QuestionKind, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Drop facets whose wording only carried the question ("what is …", "bill")."""
    carried = (
        {"definition", "billing"}
        if set(asked) - {"definition", "billing"}
        else {"definition"}
        if "billing" in asked
        else set()
    )
    return tuple(f for f in asked if f not in carried) if kind != "define" else ("definition",)


def _with_history(text: str, question: Question, history: Sequence[Turn]) -> Question:
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
        elliptic = bool(_ELLIPTIC.match(text))
        if before.kind == "compatibility" and len(question.codes) == 1 and (elliptic or bare):
            # "and with A4338?": the first of the pair stays, the other is exchanged.
            partner = next(c for c in (*before.codes, *question.codes) if c not in question.codes)
            question = replace(question, codes=(partner, *question.codes), kind="compatibility")
            return replace(question, standalone=phrase(question))
        if (
            len(question.codes) == 1
            and _TOGETHER.search(text)
            and re.search(r"\b(?:it|them|that)\b", text, re.IGNORECASE)
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
            question = replace(question, codes=before.codes, kind="attribute", facets=question.facets or ("modifiers",))
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
    if nth and last.codes:
        listed = [c for c in last.codes if c not in before.codes] or list(last.codes)
        index = _NTH_INDEX[nth.group(1).lower()]
        if -len(listed) <= index < len(listed):
            inherited_codes = (listed[index],)
    kind: QuestionKind = "pairing" if _PAIRING.search(text) else question.kind
    if kind in ("reverse", "define", "open") and question.facets not in ((), ("definition",)):
        kind = "attribute"
    elif kind == "reverse":
        kind = "open"
    elif kind == "attribute" and "status" in question.facets:
        kind = "status"
    if kind == "open" and not wanted(question):
        kind = "define"
    terms = tuple(t for t in question.terms if not _PRONOUN.fullmatch(t)) if not nth else ()
    filled = replace(
        question, codes=inherited_codes, modifiers=question.modifiers or before.modifiers, kind=kind, terms=terms
    )
    return replace(filled, standalone=f"{text} ({', '.join(inherited_codes or before.modifiers)})")


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
