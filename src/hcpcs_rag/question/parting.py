"""A message → the single questions it asks, and what it only tells: the story around them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hcpcs_rag.language import split_sentences
from hcpcs_rag.question.wording import OPEN_WORD

MAX_QUESTIONS = 4
"""Questions of one message that are answered by themselves; more are read as one."""
_BREAK = re.compile(
    r"\s*(?:(?<=[A-Za-z0-9]{3}[.!?])\s+(?=[a-z])|\n+|\s--+\s|\s?>>+\s?|;\s|\s[–—]\s|(?<=\w)\s-\s(?=\w))\s*"
)
_AND_ASKS = re.compile(
    r",?\s+(?:and(?: also)?|also|plus)\s+(?=(?:what|which|who|how|why|where|when|is|are|does|do|can|could|should|will|would|may)\b)",
    re.IGNORECASE,
)
_FILLER = r"\W*(?:(?:so|and|also|but|then|ok(?:ay)?|please|pls|hi|hello|well|now|just)\b\W*)*"
_ASKS = re.compile(
    rf"{_FILLER}(?:what|whats|which|who|how|why|where|when|is|are|was|were|does|do|did|can|could|should|will|would|may|must|has"
    r"|need|looking for|tell me|give me|list|show|find|explain|define|compare|describe|any)\b",
    re.IGNORECASE,
)
_WHAT = re.compile(r"\b(?:what|which|how (?:many|much|often|long|do|to))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parted:
    """The clauses of a message that ask, and the others, in order."""

    asked: tuple[str, ...]
    told: str


def part(message: str) -> Parted:
    """Part a message into what it asks and what it tells.

    A clause asks if it ends with a question mark, opens as a question does, or holds "what", "which" or "how
    many". A message in which none does is taken to ask with all of it.
    """
    text = re.sub(r"\s*\n\s*", "\n", re.sub(r"[^\S\n]+", " ", message)).strip()
    asked: list[str] = []
    told: list[str] = []
    for clause in _clauses(text):
        (asked if clause.endswith("?") or _ASKS.match(clause) or _WHAT.search(clause) else told).append(clause)
    if not asked or len(asked) > MAX_QUESTIONS:
        return Parted((text,), "")
    return Parted(tuple(asked), " ".join(told))


def _clauses(text: str) -> list[str]:
    found: list[str] = []
    for stretch in _BREAK.split(text):
        for start, end in split_sentences(stretch, 0, len(stretch)):
            found += _conjoined(stretch[start:end])
    return found


def _conjoined(sentence: str) -> list[str]:
    """Two questions joined by "and": "what is it and how many can I bill"."""
    pieces = [piece for piece in _AND_ASKS.split(sentence) if piece.strip()]
    whole = len(pieces) > 1 and all(_ASKS.match(piece) or OPEN_WORD.search(piece) for piece in pieces)
    return [piece if piece[-1] in ".!?" else f"{piece}?" for piece in pieces] if whole else [sentence]
