"""Slips of the keyboard: words that differ by a letter or two from one that is known."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

SURE_LETTERS = 8
"""Shorter words are put right by one slip only: with two, "splint" would be "spline" or "sprint"."""
LEAST_LETTERS = 5
_FORM = re.compile(r"(?:ations?|ments?|ies|ing|ers?|ed|es|ic|is|al|ly|able|s|y)$")
"""Endings by which forms of one word differ."""


def within(word: str, others: Iterable[str], slips: int) -> list[tuple[int, str]]:
    """Return those of ``others`` that are at most so many slips away, with their Damerau–Levenshtein distance."""
    from rapidfuzz.distance import DamerauLevenshtein  # only what was mistyped needs it

    near = ((DamerauLevenshtein.distance(word, other, score_cutoff=slips), other) for other in others)
    return [(distance, other) for distance, other in near if distance <= slips]


def is_form(word: str, other: str) -> bool:
    """Say whether two words look like forms of one ("unit" and "units"): that is no slip."""
    return other.startswith(word) or word.startswith(other) or _FORM.sub("", other) == _FORM.sub("", word)


def nearest_word(word: str, words: Collection[str]) -> str | None:
    """Return the only word one slip away, or two in a word of nine letters or more; else ``None``."""
    same_start = (other for other in words if other[0] == word[0] and not is_form(word, other))
    near = within(word, same_start, 2 if len(word) > SURE_LETTERS else 1)
    return near[0][1] if len(near) == 1 else None


def commonest_near(word: str, counts: Mapping[str, int]) -> str | None:
    """Return the word with the fewest slips from ``word``, of several the commonest; ``None`` if none is near."""
    slips = 2 if len(word) >= SURE_LETTERS else 1
    likely = (
        other
        for other in counts
        if other[0] == word[0] and abs(len(other) - len(word)) <= slips and other.isalpha() and not is_form(word, other)
    )
    near = within(word, likely, slips)
    return min(near, key=lambda pair: (pair[0], -counts[pair[1]], pair[1]))[1] if near else None
