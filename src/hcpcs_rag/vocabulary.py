"""Concepts: what a question's words mean, in all the wordings a source may use for it.

The groups stand in ``vocabulary.toml``, curated and general; nothing here is bound to a page.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from hcpcs_rag.language import STOPWORDS, stem, stems, words

Stems = frozenset[str]


@dataclass(frozen=True, slots=True)
class Concept:
    """A word or phrase of a question, with the stems of each wording that would meet it.

    ``weight`` is what it counts among the others: a rare word says more of what is asked than a common one.
    """

    wording: str
    alternatives: tuple[Stems, ...]
    weight: float = 1.0

    def met_by(self, found: set[str]) -> bool:
        """Say whether a text with the stems ``found`` speaks of this concept."""
        return any(alternative <= found for alternative in self.alternatives)


Groups = tuple[tuple[tuple[str, ...], tuple[Stems, ...]], ...]


@cache
def _read(part: str) -> Groups:
    """Every group of a part of the file: its wordings, and the stems of each."""
    raw = tomllib.loads(files("hcpcs_rag").joinpath("vocabulary.toml").read_text(encoding="utf-8"))
    groups = [tuple(group) for kind in raw[part].values() for group in kind]
    return tuple((group, tuple(_stems_of(wording) for wording in group)) for group in groups)


def _groups() -> Groups:
    return _read("groups")


def exacting(text: str) -> tuple[Concept, ...]:
    """Return the concepts of ``text`` that only a sentence naming them can answer, such as a warranty."""
    stemmed = [stem(token) for token in words(text)]
    held = set(stemmed)
    found: dict[tuple[Stems, ...], Concept] = {}
    for wording, phrase, alternatives in _exacting_phrases():
        if held.issuperset(phrase) and any(
            tuple(stemmed[at : at + len(phrase)]) == phrase for at in range(len(stemmed) - len(phrase) + 1)
        ):
            found.setdefault(alternatives, Concept(wording, alternatives))
    return tuple(found.values())


@cache
def _exacting_phrases() -> tuple[tuple[str, tuple[str, ...], tuple[Stems, ...]], ...]:
    return tuple(
        (wording, tuple(stem(word) for word in words(wording)), alternatives)
        for wordings, alternatives in _read("exacting")
        for wording in wordings
    )


@cache
def phrases() -> dict[tuple[str, ...], tuple[Stems, ...]]:
    """Map the stems of each wording, in order, to those of all wordings of the groups it stands in."""
    found: dict[tuple[str, ...], tuple[Stems, ...]] = {}
    for wordings, alternatives in _groups():
        for wording in wordings:
            key = tuple(stem(word) for word in words(wording))
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), *alternatives)))
    return found


def _stems_of(wording: str) -> Stems:
    return frozenset(stem(word) for word in words(wording) if word not in STOPWORDS)


def concepts(
    text: str, ignored: frozenset[str] = frozenset(), known: Mapping[tuple[str, ...], tuple[Stems, ...]] | None = None
) -> tuple[Concept, ...]:
    """Return the concepts of ``text``: known phrases first, then its other content words.

    ``ignored`` are stems that say nothing here, such as that of "code"; ``known`` maps the stems of phrases to those of
    their other wordings; by default it is the vocabulary.
    """
    known = phrases() if known is None else known
    tokens = words(text)
    stemmed = [stem(token) for token in tokens]
    found: list[Concept] = []
    at, joined = 0, -1
    longest = max(map(len, known))
    while at < len(tokens):
        if tokens[at] == "or" and found and at + 1 < len(tokens):
            joined = at + 1  # "rented or purchased": either word meets the question
        for length in range(min(longest, len(tokens) - at), 0, -1):
            others = known.get(tuple(stemmed[at : at + length]))
            if others is not None and not (length == 1 and stemmed[at] in ignored):
                wording = " ".join(tokens[at : at + length])
                found.append(Concept(wording, (_stems_of(wording), *others)))
                if joined == at:
                    found[-2:] = [_either(*found[-2:])]
                at += length
                break
        else:
            word = tokens[at]
            if word not in STOPWORDS and stemmed[at] not in ignored and (len(word) > 1 or word.isdigit()):
                found.append(Concept(word, (frozenset({stemmed[at]}), frozenset(stems(word)))))
                if joined == at:
                    found[-2:] = [_either(*found[-2:])]
            at += 1
    unique = {concept.alternatives[0]: concept for concept in found}
    return tuple(unique.values())


def _either(first: Concept, second: Concept) -> Concept:
    return Concept(f"{first.wording} or {second.wording}", first.alternatives + second.alternatives)


def share_met(wanted: tuple[Concept, ...], found: set[str]) -> float:
    """Return the share of concepts, by weight, that a text with the stems ``found`` meets; 1 if none is wanted."""
    return sum(c.weight for c in wanted if c.met_by(found)) / weight_of(wanted) if wanted else 1.0


def weight_of(wanted: tuple[Concept, ...]) -> float:
    """Return the weight of concepts together."""
    return sum(concept.weight for concept in wanted)


def expand(wanted: tuple[Concept, ...]) -> list[str]:
    """Return the words to search for: those of the question and of the other wordings."""
    terms: dict[str, None] = {}
    for concept in wanted:
        terms.update(dict.fromkeys(words(concept.wording)))
        terms.update(dict.fromkeys(_other_words().get(concept.alternatives[0], ())))
    return list(terms)


@cache
def _other_words() -> dict[Stems, tuple[str, ...]]:
    """Map the stems of each wording to the words of all wordings of the groups it stands in."""
    found: dict[Stems, dict[str, None]] = {}
    for wordings, alternatives in _groups():
        for stemmed in dict.fromkeys(alternatives):
            found.setdefault(stemmed, {}).update(dict.fromkeys(w for wording in wordings for w in words(wording)))
    return {stemmed: tuple(terms) for stemmed, terms in found.items()}
