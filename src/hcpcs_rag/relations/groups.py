"""Codes that stand together in a sentence: one list, or two pairs in parallel; and what is said of a whole list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from hcpcs_rag.codes import Mention, find_mentions
from hcpcs_rag.relations.rows import Pair
from hcpcs_rag.relations.wording import denies

MAX_GLUE = 120
"""Characters between two codes of one list, the names of things in brackets included."""
_LIST_GLUE = re.compile(
    r"[\s,/&*()“”\"']*(?:\b(?:and|or|and/or|plus)\b)?[\s,/*(“\"']*(?:\b(?:hcpcs|codes?|or|and)\b\s*)*", re.IGNORECASE
)
_NAMED_LIST_GLUE = re.compile(
    r"\)\s*(?:,|,?\s+(?:and|or))\s+(?!(?:which|when|with|if|use|bill|not|supplies (?:for|used))\b)"
    r"(?:(?!(?:used|billed|with|is|are|for|which)\b)[\w-]+\s+){1,6}\(",
    re.IGNORECASE,
)
_PURPOSE_LIST_GLUE = re.compile(r"\s+for(?:\s+(?!use\b)[a-z-]+){1,5}?,?\s+(?:and|or)\s+")
"""Between codes of one list, each with what it is for: "A4222 for cassettes and A4221 for catheter supplies"."""
_SAME = (
    r"(?:together|at the same time|(?:on|in|for|within|during) the same (?:service )?(?:day|date|claim|line|month|week|quarter|year|visit|session"
    r"|period|encounter|patient|beneficiary|member|wheelchair|chair|bed))\b(?!\s+(?:as|with)\b)"
)
_TOGETHER = re.compile(
    r"^[\s)]*(?:must|should|may|can(?P<cannot>not)?|are|will)?\s*(?P<no>not|never)?\s*(?:both\s+)?(?:be\s+)?(?:separately\s+)?"
    rf"(?:billed|used|reported|covered|paid|payable|combined|dispensed)\s+{_SAME}"
    r"(?P<denied>\s+(?:will be|are|is) (?:denied|rejected))?|^[^.;]{0,60}[.;:,]\s*(?P<never>do not|never|don't) (?:bill|report|use|combine|submit)"
    rf" (?:them|both|the two)\s+(?:both )?{_SAME}|^\s*are mutually exclusive(?P<exclusive>)",
    re.IGNORECASE,
)
_PUT_TOGETHER = re.compile(
    r"\b(?P<no>never|do not|don't|must not|cannot|may not|should not|shall not)?\s*\b(?:put|bill|report|combine|use|submit)\s+(?:both\s+)?(?:codes?\s+)?$",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(r"\b(?:if|when|unless|who|which|that|claims? in)\b", re.IGNORECASE)
_AFTER_BOTH = re.compile(rf"^[\s)]*{_SAME}", re.IGNORECASE)
_PAIRS_ON = re.compile(
    r"[\s)]*(?:\bwith|\bplus|\+|\b(?:instead|in place|in lieu) of|\brather than)\s+(?:an?\s+|the\s+)?[(]?$",
    re.IGNORECASE,
)
_NEXT_CLAUSE = re.compile(
    r",\s+(?:and|but|while|whereas)\s+[(]?\|[\s)]*(?:is|are|must|may|can|cannot|should)\b", re.IGNORECASE
)
"""Between two codes a comma and "and", and behind the second a verb: "used with B, and C is not payable with D"."""
MAX_CODES = 500
"""Codes of one sentence beyond which it is a dump and no rule."""


@dataclass(frozen=True, slots=True)
class Group:
    """Codes named together, at ``[start, end)`` of the sentence; an empty span is an anaphor."""

    start: int
    end: int
    codes: tuple[str, ...]


def groups_of(text: str) -> list[Group]:
    """The codes of a sentence, those of one list together."""
    groups: list[Group] = []
    mentions = find_mentions(text)
    if sum(len(mention.codes) for mention in mentions) > MAX_CODES:
        return []
    for mention in mentions:
        between = text[groups[-1].end : mention.start] if groups else ""
        if groups and _is_list_glue(between):
            last = groups[-1]
            groups[-1] = Group(last.start, mention.end, last.codes + mention.codes)
        else:
            groups.append(Group(mention.start, mention.end, mention.codes))
    return list(_parallel(text, groups, mentions))


def _parallel(text: str, groups: list[Group], mentions: list[Mention]) -> Iterator[Group]:
    """Part a list whose last code opens a second pair: "A with B or C with D" is no list of B and C."""
    for number, group in enumerate(groups):
        inside = [m for m in mentions if group.start <= m.start < group.end]
        is_object = number > 0 and _PAIRS_ON.search(text[groups[number - 1].end : group.start])
        following = text[group.end : groups[number + 1].start] if number + 1 < len(groups) else ""
        opens_clause = len(inside) == 2 and _NEXT_CLAUSE.search(text[inside[0].end : inside[1].start] + "|" + following)
        if is_object and len(inside) > 1 and (_PAIRS_ON.fullmatch(following) or opens_clause):
            kept = inside[:-1]
            yield Group(group.start, kept[-1].end, tuple(c for m in kept for c in m.codes))
            group = Group(inside[-1].start, inside[-1].end, inside[-1].codes)
        yield group


def _is_list_glue(between: str) -> bool:
    """Say whether two codes stand in one list: "E0779, E0780", "strips (A4253) and lancets (A4259)"."""
    if len(between) > MAX_GLUE or " plus " in between.lower():
        return False
    return any(glue.fullmatch(between) for glue in (_LIST_GLUE, _NAMED_LIST_GLUE, _PURPOSE_LIST_GLUE))


def pairs_together(text: str, groups: list[Group]) -> Iterator[Pair]:
    """Codes of one list of which a sentence says that they go, or must not go, together."""
    first = groups[0]
    if len(first.codes) < 2:
        return
    before, after = text[: first.start], text[first.end : first.end + MAX_GLUE]
    match, put = _TOGETHER.match(after), _PUT_TOGETHER.search(before)
    outside = before[: put.start()] if put else before
    if denies(outside) or _SUBORDINATE.search(outside):
        return  # "it is incorrect to bill A and B together", "if A and B are billed together"
    if match:
        barred = any(match.group(name) is not None for name in ("no", "cannot", "denied", "never", "exclusive"))
    elif put and _AFTER_BOTH.match(after):
        barred = put.group("no") is not None
    else:
        return
    if not barred and (denies(text[first.end :]) or text[first.end :].lstrip().startswith("billed")):
        return
    for code, other in combinations(first.codes, 2):
        yield code, "not_with" if barred else "use_with", other
