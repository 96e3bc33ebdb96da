"""What one unit of a code is: read from a descriptor or from a page's wording, to be compared."""

from __future__ import annotations

import re

_MEASURE = re.compile(
    r"(?<![\d.,])(?P<number>\d{1,3}(?:,\d{3})+|\d*\.?\d+)\s?-?(?P<measure>mg|mcg|ml|cc|gm?|minutes?|min|hours?|hr|miles?|sq\.? ?(?:in|cm))\b",
    re.IGNORECASE,
)
_PER = re.compile(
    r"\b(?:per|each|every|by the|(?:is|=|equals|means)\s+(?:an?|one|1))\s+(?:single\s+|one\s+|statute\s+)?"
    r"(?P<what>mile|month|day|week|hour|trip|visit|session|transport|treatment|claim)\b",
    re.IGNORECASE,
)
_PACK = re.compile(
    r"\bper\s+(?:box|package|pack|bottle|bag)?\s*(?:of\s+)?(?P<number>\d+)\s*(?:[a-z]+)?(?=[;,.)]|\s*$)", re.I
)
_SINGLE = re.compile(
    r"\b(?:is|=|equals|means)\s+(?:an?\s+)?(?:single|one|1|each)\b|\bper (?:single|individual)\b", re.IGNORECASE
)
_STATES = re.compile(
    r"\b(?:one|1|a)\s+unit(?:\s+of\s+(?:service|[A-V]\d{4}))?\s*(?:of [A-V]\d{4}\s*)?(?:is|=|equals|means|represents|stands for)\b[^.;]*"
    r"|\b(?:is|are|must be|should be)\s+(?:billed|reported|counted|paid)\s+(?:in units of|per|by the)\s+[^.;]*"
    r"|\bper\s+\d+(?:\.\d+)?\s?(?:mg|mcg|ml|cc|gm?)\b[^.;]*",
    re.IGNORECASE,
)
_LIMIT = re.compile(r"\b(?:maximum|max|limit\w*|up to|no more than|not exceed|at most|usual|allowed)\b", re.IGNORECASE)
_SPELLINGS = {"g": "gm", "min": "minute", "hr": "hour"}

Unit = dict[str, float]
"""What one unit is, by measure: ``{"mg": 15.0}``, ``{"count": 100.0}`` of a box, ``{"per mile": 1.0}``."""


def stated(sentence: str) -> Unit:
    """Return what a sentence of a page says one unit is; nothing where it says how many units are allowed."""
    match = _STATES.search(sentence)
    return of(match.group()) if match and not _LIMIT.search(sentence) else {}


def of(wording: str) -> Unit:
    """Return what one unit is by a descriptor or by the words that state it."""
    found: Unit = {}
    for match in _MEASURE.finditer(wording):
        name = match.group("measure").lower().rstrip("s")
        found.setdefault(_SPELLINGS.get(name, name), float(match.group("number").replace(",", "")))
    for match in _PER.finditer(wording):
        found.setdefault(f"per {match.group('what').lower()}", 1.0)
    pack = _PACK.search(wording)
    if pack and not found:
        found["count"] = float(pack.group("number"))
    elif _SINGLE.search(wording) and not found:
        found["count"] = 1.0
    return found


def differ(official: Unit, other: Unit) -> bool:
    """Say whether two statements of one unit contradict each other: another amount of the same measure, or another "per"."""
    shared = official.keys() & other.keys()
    if shared:
        return any(official[name] != other[name] for name in shared)
    return all(any(name.startswith("per ") for name in unit) for unit in (official, other))
