"""What a person types of a thing → a description in the words of the release: mended, spelled out, translated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property

from hcpcs_rag import lexicon
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import STOPWORDS, content_words, stem, stems, words
from hcpcs_rag.slips import LEAST_LETTERS, commonest_near
from hcpcs_rag.vocabulary import Concept, Stems, concepts, phrases

_TOKEN = re.compile(r"[A-Za-z]+|[^A-Za-z]+")
_QUALIFIES = re.compile(
    r"[,;:(]|\b(?:for|of|with|w/|to|in|on|per|by|used|using|from|that|who|which|without)\b", re.IGNORECASE
)
LEAST_JOINED = 6
"""Letters of a name that two words of a description may make together: "miro dry" is Mirodry, "a c" is nothing."""
_NEGATED = re.compile(r"\bnot[ -](\w+ed)\b", re.IGNORECASE)
"""Descriptors say "non-compounded" for what is not compounded."""


@dataclass(frozen=True)
class Description:
    """A description as typed but for slips and short forms, the same in the words of descriptors, and its concepts."""

    text: str
    translated: str
    concepts: tuple[Concept, ...]

    @property
    def wordings(self) -> tuple[str, ...]:
        """The texts to search for, without repeats."""
        return tuple(dict.fromkeys((self.text, self.translated)))

    @cached_property
    def named(self) -> frozenset[str]:
        """The stems of its content words, as typed and as translated."""
        return frozenset(stems(" ".join(content_words(" ".join(self.wordings)))))

    @cached_property
    def meant(self) -> frozenset[str]:
        """The stems of its content words and of all other wordings of its concepts."""
        others = (one for concept in self.concepts for alternative in concept.alternatives for one in alternative)
        return self.named.union(others)

    @cached_property
    def heads(self) -> frozenset[str]:
        """The stem of the head noun, as typed and as translated: what kind of thing it is."""
        return frozenset(stem(noun) for text in self.wordings if (noun := head_noun(text)))


def head_noun(text: str) -> str:
    """Return the last content word of a phrase before what it is for, with or made of; empty if it has none.

    "Foot rest, for use with commode chair" is a rest, "commode chair, mobile" a chair.
    """
    return next(reversed(content_words(_QUALIFIES.split(text, maxsplit=1)[0])), "")


def describe(text: str, index: Index) -> Description:
    """Return the description that ``text`` gives of a thing."""
    mended = mend(_NEGATED.sub(r"non-\1", lexicon.spell_out(text)), index)
    translated = lexicon.translate(mended)
    plain = translated == " ".join(words(mended))
    return Description(mended, mended if plain else translated, concepts(mended, known=_phrases()))


@cache
def _phrases() -> dict[tuple[str, ...], tuple[Stems, ...]]:
    """The phrases of the vocabulary and of the lexicon: the stems of each, and those of its other wordings."""
    merged = dict(phrases())
    for phrase, told in lexicon.translations().items():
        others = (frozenset(stem(word) for word in words(wording) if word not in STOPWORDS) for wording in told)
        merged[phrase] = tuple(dict.fromkeys((*merged.get(phrase, ()), *others)))
    return merged


def mend(text: str, index: Index) -> str:
    """Return ``text`` with slips of the keyboard put right: towards words of the release's descriptors only.

    A word is taken for a slip if neither the release, nor the lexicon, nor the encoder's vocabulary, which holds the
    common words of English, knows it. Two words that together are a name of the release are joined ("miro dry").
    """
    tokens = _TOKEN.findall(text)
    for at in range(len(tokens) - 2):
        if tokens[at + 1] == " " and (name := _joined(tokens[at], tokens[at + 2], index)):
            tokens[at : at + 3] = [name, "", ""]
    return "".join(_mended(token, index) if token.isalpha() else token for token in tokens)


def _joined(first: str, second: str, index: Index) -> str:
    """The name that two words make together, rarer by itself than either of them; empty if they make none."""
    counts = index.descriptor_words
    name = (first + second).lower()
    if len(name) < LEAST_JOINED or not (first + second).isalpha():
        return ""
    if not _is_known(first.lower(), index):
        name = name if name in counts else commonest_near(name, counts) or ""
    common = min(counts.get(first.lower(), 0), counts.get(second.lower(), 0))
    return name if common < counts.get(name, 0) else ""


def _mended(word: str, index: Index) -> str:
    lower = word.lower()
    if len(word) < LEAST_LETTERS or _is_known(lower, index):
        return word
    return commonest_near(lower, index.descriptor_words) or word


def has_known_word(text: str, index: Index) -> bool:
    """Say whether any content word of a text is one that the release, the lexicon or the encoder knows."""
    return any(_is_known(word.lower(), index) for word in content_words(text) if word.isalpha())


def _is_known(word: str, index: Index) -> bool:
    stemmed = stem(word)
    return (
        word in STOPWORDS
        or word in index.descriptor_words
        or stemmed in index.descriptor_stems
        or stemmed in lexicon.known_words()
        or index.is_common_word(word)
    )
