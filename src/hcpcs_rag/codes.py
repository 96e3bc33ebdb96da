"""The grammar of HCPCS Level II codes and modifiers: find, normalise, expand, compare. No I/O.

A Level II code is one letter A to V and four digits (CMS, "HCPCS Level II Coding Process"); a
modifier is two characters, the first a letter or both letters and digits mixed. Documents are read
strictly (``find_codes``), questions leniently (``read_codes``), because a person types ``e 1392``
or ``EO779`` and a page does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from hcpcs_rag.domain import LookAlike
from hcpcs_rag.slips import within

LETTERS = "ABCDEGHJKLMPQRSTUV"
"""First letters in use; F, I, N and O never open a Level II code."""

MAX_RANGE = 400
"""A range wider than this is two codes and not a list; the widest family in use is about 300."""

_STRICT = re.compile(rf"(?<![A-Za-z0-9.$#-])[{LETTERS}{LETTERS.lower()}]\d{{4}}(?![A-Za-z0-9])")
_RANGE = re.compile(
    rf"(?<![A-Za-z0-9])([{LETTERS}]\d{{4}})\s*(?:-|–|—|to|through|thru)\s*([{LETTERS}]?\d{{4}})"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
CODE_LIST = re.compile(r"\b[A-V]\d{4}\b(?:(?:\s*(?:,|/|and|or|through|-))+\s*[A-V]\d{4}\b)*")
"""Codes that stand in one list: "A6021, A6022 and A6023"."""
_LOOSE = re.compile(rf"(?<![A-Za-z0-9])([{LETTERS}])(\s|-)?([0-9OIL]{{4}})(?![A-Za-z0-9])", re.IGNORECASE)
_SLASHED = re.compile(rf"(?<![A-Za-z0-9])([{LETTERS}]\d{{2,3}})(\d{{2,4}})?((?:/\d{{1,4}})+)", re.I)
_CODE_SHAPED = re.compile(r"(?<![A-Za-z0-9.])[A-Za-z]\d{3,6}(?![A-Za-z0-9.])")
_DETERMINATION = re.compile(r"[LA]\d{5}")  # the id of a local coverage determination or article
_CPT = re.compile(r"(?<![A-Za-z0-9.,$/-])(\d{5}|\d{4}[FTU])(?![A-Za-z0-9,/%]|\.\d|-\d)", re.I)
_ICD10 = re.compile(r"(?<![A-Za-z0-9])[A-TV-Z]\d[0-9AB]\.[0-9A-Z]{1,4}(?![A-Za-z0-9])", re.IGNORECASE)
_MODIFIER_TOKEN = r"[A-Z][A-Z0-9]|[0-9][A-Z]"
_MODIFIER_LIST = rf"(?:{_MODIFIER_TOKEN})(?:(?:\s*[,/&]\s*|\s+(?:and|or|vs\.?|versus)\s+)(?:{_MODIFIER_TOKEN}))*"
_MODIFIER_NEAR_WORD = re.compile(
    rf"(?:\bmod(?:ifier)?s?\s*[:\-]?\s*[\"“']?({_MODIFIER_LIST})\b)"
    rf"|(?:(?<![A-Za-z0-9])[\"“']?({_MODIFIER_LIST})[\"”']?\s+mod(?:ifier)?s?\b)",
    re.IGNORECASE,
)
_MODIFIER_AFTER_CODE = re.compile(
    rf"(?<![A-Za-z0-9])[{LETTERS}]\d{{4}}((?:\s*-\s*(?:{_MODIFIER_TOKEN})(?![A-Za-z0-9]))+)", re.IGNORECASE
)
_SUBJECT = re.compile(
    r"(?i:what(?:['’]?s|\s+is|\s+does)|is|was|does|define|explain|describe|meaning of)\s+(?i:the\s+|modifier\s+)?"
    rf"({_MODIFIER_TOKEN})(?![A-Za-z0-9-])"
)
"""What a message asks after, typed in capitals, right after the word that asks."""
_BARE_MODIFIER = re.compile(rf"(?<![A-Za-z0-9-])({_MODIFIER_TOKEN})(?![A-Za-z0-9-])(?=(?:\s([A-Za-z]+))?)")
_OF_CLAIMS = frozenset(
    """modifier modifiers mod mods or and vs versus with on to for in at by of from is are was were be do does did can could
    should would will may must if when where why how what which who the a an this that it as not no only also still too
    required requires require needed needs need valid active applies apply mean means stands stand stand appended append
    goes go allowed ok okay billed bill billing used use rental claim claims line code codes ended expired anymore
    covered payable paid coverage status good instead together per after before here there please pls i we you my our""".split()
)
"""Words that may stand behind a modifier which is named without the word."""
_NOT_MODIFIERS = frozenset("""IS OR OF TO IN ON AS AT BY IF IT AN WE MY ME NO SO DO GO UP BE HE""".split())
"""English words of two letters: modifiers only when typed in capitals."""
_SHORTHAND = frozenset("""PT MD IV US PA CT ER AM PM ID TV UK TX CA NY FL VA MS RN NP OK CC CR BP""".split())
"""Two capitals that mean something else more often than the modifier of that name."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Codes found at ``[start, end)`` of a text: one, or all those of a range."""

    start: int
    end: int
    codes: tuple[str, ...]


def family(code: str) -> str:
    """Return the family of a code, its letter and first two digits (``E13`` for ``E1392``)."""
    return code[:3]


def is_code(text: str) -> bool:
    """Say whether ``text`` is one code in its normal spelling, such as ``E1392``."""
    return bool(_STRICT.fullmatch(text)) and text.isupper()


def expand_range(first: str, last: str, known: Collection[str] | None = None) -> tuple[str, ...]:
    """List the codes from ``first`` to ``last``, both in; only ``known`` ones where given.

    A range that runs backwards, over two letters or wider than ``MAX_RANGE`` gives its two ends.
    """
    low, high = int(first[1:]), int(last[1:])
    if first[0] != last[0] or not low <= high <= low + MAX_RANGE:
        return (first, last)
    every = (f"{first[0]}{number:04d}" for number in range(low, high + 1))
    return tuple(c for c in every if known is None or c in known or c in (first, last))


def find_mentions(text: str, known: Collection[str] | None = None) -> list[Mention]:
    """Find the codes a document names, in order; ranges such as ``E0779-E0781`` are expanded."""
    found = []
    position = 0
    ranges = {m.start(): m for m in _RANGE.finditer(text)}
    for match in _STRICT.finditer(text):
        if match.start() < position:
            continue
        whole = ranges.get(match.start())
        first = match.group().upper()
        if whole and is_code(last := _with_letter(whole.group(2), first[0])):
            position = whole.end()
            found.append(Mention(match.start(), whole.end(), expand_range(first, last, known)))
        else:
            position = match.end()
            found.append(Mention(match.start(), match.end(), (first,)))
    return found


def find_codes(text: str, known: Collection[str] | None = None) -> tuple[str, ...]:
    """Return the distinct codes a document names, in order of appearance."""
    return tuple(dict.fromkeys(c for m in find_mentions(text, known) for c in m.codes))


def code_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield ``(start, end, code)`` of every code as it is written in a document; of a range, its two ends."""
    for match in _STRICT.finditer(text):
        yield match.start(), match.end(), match.group().upper()


def read_codes(message: str, known: Collection[str]) -> list[Mention]:
    """Find the codes a person means, in any spelling.

    Understood: ``e1392``, ``E 1392``, ``A-4222``, ``EO779`` (letter O for zero), ``E0779/80/81``,
    ``E0779-E0781`` and ``E0779 thru 0781``. A spelling with a gap or a letter for a digit counts
    only when it is unlikely to be English: its letter is a capital or the code is ``known``.
    """
    mentions: list[Mention] = []
    for match in [*_slashed(message), *_ranges(message, known), *_singles(message, known)]:
        if not any(match.start < m.end and m.start < match.end for m in mentions):
            mentions.append(match)
    return sorted(mentions, key=lambda m: m.start)


def _slashed(message: str) -> Iterator[Mention]:
    for match in _SLASHED.finditer(message):
        head, tails = (match.group(1) + (match.group(2) or "")).upper(), match.group(3).split("/")[1:]
        if not is_code(head):
            continue
        codes = [head] + [head[: 5 - len(tail)] + tail for tail in tails]
        yield Mention(match.start(), match.end(), tuple(dict.fromkeys(codes)))


def _ranges(message: str, known: Collection[str]) -> Iterator[Mention]:
    spaced = re.compile(
        rf"(?<![A-Za-z0-9])([{LETTERS}])\s?(\d{{4}})\s*(?:-|–|—|to|through|thru)\s*([{LETTERS}]?)\s?(\d{{4}})"
        r"(?![A-Za-z0-9])",
        re.IGNORECASE,
    )
    for match in spaced.finditer(message):
        first = (match.group(1) + match.group(2)).upper()
        last = _with_letter(match.group(3) + match.group(4), first[0])
        if last >= first:
            yield Mention(match.start(), match.end(), expand_range(first, last, known))


def _singles(message: str, known: Collection[str]) -> Iterator[Mention]:
    for match in _LOOSE.finditer(message):
        letter, gap, digits = match.groups()
        plain = digits.upper().translate(str.maketrans("OIL", "011"))
        code = letter.upper() + plain
        tampered = plain != digits or bool(gap and gap.isspace())
        if sum(c.isdigit() for c in digits) < 2 or (tampered and code not in known and letter.islower()):
            continue
        if gap and gap.isspace() and letter == "a" and re.fullmatch(r"(19|20)\d\d", plain):
            continue  # "a 2024 claim" is English
        yield Mention(match.start(), match.end(), (code,))


def _with_letter(text: str, letter: str) -> str:
    return text.upper() if text[0].isalpha() else letter + text


def find_modifiers(text: str, is_modifier: Callable[[str], bool]) -> tuple[str, ...]:
    """Return modifiers written as such: "the RR modifier", "modifiers KX and GA", ``E1392-RR``.

    ``is_modifier`` says whether two capitals are a modifier of the loaded release.
    """
    found: list[str] = []
    spans = [m.group(1) or m.group(2) for m in _MODIFIER_NEAR_WORD.finditer(text)]
    spans += [m.group(1) for m in _MODIFIER_AFTER_CODE.finditer(text)]
    for span in spans:
        for token in re.findall(rf"(?<![A-Za-z0-9])(?:{_MODIFIER_TOKEN})(?![A-Za-z0-9])", span, re.I):
            name = token.upper()
            if is_modifier(name) and (token.isupper() or name not in _NOT_MODIFIERS):
                found.append(name)
    return tuple(dict.fromkeys(found))


def find_bare_modifiers(text: str, is_modifier: Callable[[str], bool]) -> tuple[str, ...]:
    """Return modifiers typed without the word, told by their capitals: "can we put KX on it".

    Only in a message that has small letters too. Capitals that are everyday shorthand count only where
    the message asks after them by themselves: "What is AM?". What describes the noun behind it is none ("HF patient").
    """
    if not re.search(r"[a-z]{2}", text):
        return ()
    subject = _SUBJECT.match(text)
    tokens = [m.group(1) for m in _BARE_MODIFIER.finditer(text) if not m.group(2) or m.group(2).lower() in _OF_CLAIMS]
    meant = (t for t in tokens if t not in _NOT_MODIFIERS | _SHORTHAND or (subject and t == subject.group(1)))
    return tuple(dict.fromkeys(t for t in meant if is_modifier(t)))


def find_look_alikes(message: str) -> tuple[LookAlike, ...]:
    """Name what looks like a code of another system: CPT (``99213``) or ICD-10 (``J44.9``)."""
    found = [LookAlike(m.group().upper(), "ICD-10") for m in _ICD10.finditer(message)]
    found += [LookAlike(m.group(1).upper(), "CPT") for m in _CPT.finditer(message)]
    return tuple(dict.fromkeys(found))


def find_malformed(message: str) -> tuple[str, ...]:
    """Return tokens meant as a code that cannot be one: a wrong letter or number of digits."""
    shaped = (m.group().upper() for m in _CODE_SHAPED.finditer(message))
    return tuple(dict.fromkeys(t for t in shaped if not is_code(t) and not _DETERMINATION.fullmatch(t)))


def nearest(code: str, known: Collection[str], limit: int = 5) -> tuple[str, ...]:
    """Return known codes one slip away from ``code`` (a wrong, missing, extra or swapped character).

    Same letter first, then the smallest distance in number: the likeliest slips of the keyboard.
    """
    wanted = code.upper()
    shaped = (other for other in known if len(other) == 5 and abs(len(other) - len(wanted)) <= 1 and other != wanted)
    slips = [other for _, other in within(wanted, shaped, 1)]

    def likelihood(other: str) -> tuple[bool, int, str]:
        digits = wanted[1:]
        gap = abs(int(other[1:]) - int(digits)) if digits.isdigit() else 0
        return (other[0] != wanted[0], gap, other)

    return tuple(sorted(slips, key=likelihood)[:limit])
