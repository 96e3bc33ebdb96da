"""The words of things: short forms, everyday words and brand names, each with the words of CMS descriptors for it.

The tables stand beside this file, and say at their head where they come from. They work in one direction: what a person
types is told in the words of a descriptor, and never the other way.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from hcpcs_rag.language import stem, words

Phrase = tuple[str, ...]
"""The stems of the words of a phrase, in order."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a short form stands for, where one of the words ``needs`` stands in the text too, if there are any."""

    long: str
    needs: tuple[str, ...]


def _rows(name: str) -> list[dict[str, str]]:
    text = files("hcpcs_rag.lexicon").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@cache
def _expansions() -> dict[str, list[Expansion]]:
    found: dict[str, list[Expansion]] = {}
    for row in _rows("abbreviations.csv"):
        needs = tuple(row["needs"].lower().split("|")) if row["needs"] else ()
        found.setdefault(row["short"].lower(), []).append(Expansion(row["long"], needs))
    return found


@cache
def _short_forms() -> re.Pattern[str]:
    longest_first = sorted(_expansions(), key=len, reverse=True)
    return re.compile(
        rf"(?<![A-Za-z0-9])(?P<short>{'|'.join(map(re.escape, longest_first))})s?(?![A-Za-z0-9])", re.IGNORECASE
    )


@cache
def translations() -> dict[Phrase, tuple[str, ...]]:
    """Map everyday phrases and brand names to the words of descriptors for them, the likeliest first."""
    found: dict[Phrase, tuple[str, ...]] = {}
    pairs = [(row["everyday"], row["technical"]) for row in _rows("everyday.csv")]
    pairs += [(row["brand"], row["names"]) for row in _rows("brands.csv")]
    for plain, technical in pairs:
        if phrase := tuple(map(stem, words(plain))):
            found[phrase] = tuple(dict.fromkeys((*found.get(phrase, ()), technical)))
    return found


@cache
def known_words() -> frozenset[str]:
    """Return the stems of all words that the tables translate: none of them is a slip of the keyboard."""
    return frozenset(one for phrase in translations() for one in phrase)


@cache
def _longest() -> int:
    return max(map(len, translations()))


def spell_out(text: str) -> str:
    """Return ``text`` with its short forms spelled out: "HD manual w/c" → "heavy duty manual wheelchair"."""
    lower = text.lower()

    def expanded(match: re.Match[str]) -> str:
        rest = lower[: match.start()] + " " + lower[match.end() :]
        for one in _expansions()[match["short"].lower()]:
            if not one.needs or any(re.search(rf"(?<![a-z]){re.escape(need)}", rest) for need in one.needs):
                return one.long
        return match.group()

    return _short_forms().sub(expanded, text)


def translate(text: str) -> str:
    """Return the words of ``text``, everyday phrases and brand names exchanged for the words of descriptors."""
    tokens = words(text)
    stemmed = [stem(token) for token in tokens]
    told: list[str] = []
    at = 0
    while at < len(tokens):
        for length in range(min(_longest(), len(tokens) - at), 0, -1):
            if found := translations().get(tuple(stemmed[at : at + length])):
                told.append(found[0])
                at += length
                break
        else:
            told.append(tokens[at])
            at += 1
    return " ".join(told)
