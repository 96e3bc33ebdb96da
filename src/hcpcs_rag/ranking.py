"""A description of a thing → the codes of the release, ranked; whether one of them is meant is for others to decide."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from hcpcs_rag.codes import read_codes
from hcpcs_rag.domain import CodeRecord, Page, Quote
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import content_words, stem, stems, words
from hcpcs_rag.question.description import Description, describe, has_known_word
from hcpcs_rag.recordpage import field_quote
from hcpcs_rag.vocabulary import Concept, expand, share_met

DEPTH = 100
CONCEPTS_WEIGHT, SPECIFIC_WEIGHT, WORDS_WEIGHT = 0.6, 0.2, 0.1
"""What concepts met, specificity and full text (its BM25, the best being 1) add to a code's cosine of at most 1. By cosine
alone hit@1 is 0.855 on drugs and 0.792 on descriptors, by plain rank fusion 0.870 and 0.830, with these 0.90 and 0.91.
Weights fitted to 1,220 everyday wordings are no better on the other 1,232 by more than half a point."""
ENDED, SELDOM, OTHER_NAME = 0.4, 0.15, 0.02
"""What is taken from a code that has ended; from one of the families ``SELDOM_MEANT``; from one whose descriptor names a
product in brackets that the description does not name. Together they are worth a point of hit@1 on everyday wordings."""
UNLIKELY, FAR = 0.001, 0.35
"""Confidence and cosine below which no code is ranked, and the confidence alone where no word is known. Of 1,000 drugs and
everyday wordings whose code is among the first ten one falls below; "my dog ate my homework" does."""
LEAST_RARITY = 0.05
SELDOM_MEANT = "GMS"
"""Procedures, quality measures and codes of private payers: rarely what is meant by a plain description of a thing."""
MEANING_LOGIT, MET_LOGIT, ABSENT_LOGIT, OPENING_LOGIT, BASE_LOGIT = 12.3, 8.0, -6.9, 2.9, -9.8
"""Logistic regression of whether a thing has the code found first: on its cosine; the share of the description's concepts
that its descriptors meet, and the share that no descriptor of the release knows, each concept weighed by its rarity; and the
share of the descriptor's opening phrase that the description names. Fitted to 1,500 descriptions whose first code is right
and to 80 of things that have no code, together of the same weight. At the confidence at which one of those 80 passes
(cross-validated), 0.93 of the right ones do; by cosine alone 0.64, by cosine and share met 0.72."""
_PHRASE_END = re.compile(r"[,;(:]")
_FORMS_OF_GIVING = frozenset(stem(word) for word in ("injection", "infusion"))
_IN_BRACKETS = re.compile(r"\(([^()]{3,40})\)")


@dataclass(frozen=True, slots=True)
class CodeHit:
    """A code found by its description: ``score`` ranks it, ``met`` is the share of concepts its descriptors meet,
    ``meaning`` their cosine to the description, ``confidence`` the probability that the thing described has this code."""

    record: CodeRecord
    page: Page
    quote: Quote
    score: float
    met: float
    meaning: float = 0.0
    confidence: float = 1.0


def rank_codes(text: str, index: Index, limit: int, kind: str = "code") -> list[CodeHit]:
    """Rank the codes, or the modifiers, of the release for what a person typed of a thing."""
    return rank(describe(text, index), index, limit, kind)


def rank(described: Description, index: Index, limit: int, kind: str = "code") -> list[CodeHit]:
    """Rank the codes, or the modifiers, of the release for a description.

    Full text and meaning propose codes, for the description as typed and as told in the words of descriptors. A code's
    score is its cosine to the nearer of the two, plus what its concepts and words add (see the weights above), minus what
    makes it unlikely.
    """
    cosines = _proposed(described, index)
    passages = index.passages(cosines)
    found = index.records([passages[number].code or "" for number in cosines])
    weights = [_rarity(concept, index) for concept in described.concepts]
    scored: dict[str, tuple[float, float, float, float]] = {}
    for number, (cosine, bm25) in cosines.items():
        record = found.get(passages[number].code or "")
        if record is None or record.kind != kind or record.code in scored:
            continue  # an older release tells of the same code
        said = set(_stems(f"{record.long} {record.short}"))
        met = share_met(described.concepts, said)
        score = cosine + CONCEPTS_WEIGHT * met + WORDS_WEIGHT * bm25 + _fit(record, described, index)
        scored[record.code] = score, met, cosine, _confidence(described, weights, record, cosine, index)
    best = sorted(scored, key=lambda code: (-scored[code][0], code))[:limit]
    return [_hit(found[code], index, *scored[code]) for code in best]


def _fit(record: CodeRecord, described: Description, index: Index) -> float:
    """What a descriptor gains for being named by the description, and loses for what makes its code unlikely."""
    own = _stems(record.long)
    score = SPECIFIC_WEIGHT * len(described.named & own) / max(len(own), 1)
    release = index.release()
    if release and record.status(release.effective) == "ended":
        score -= ENDED
    if record.code[0] in SELDOM_MEANT:
        score -= SELDOM
    brackets = _IN_BRACKETS.findall(record.long)
    if brackets and not any(_stems(name) & described.meant for name in brackets):
        score -= OTHER_NAME
    return score


def _rarity(concept: Concept, index: Index) -> float:
    """What a concept weighs: 1 if no descriptor has its words, near 0 if all of them do."""
    records = index.manifest.counts["records"] + 1
    found = max((index.descriptor_stems.get(one, 0) for one in concept.alternatives[0]), default=0)
    return max(math.log(records / (found + 1)) / math.log(records), LEAST_RARITY)


def _confidence(described: Description, weights: list[float], record: CodeRecord, cosine: float, index: Index) -> float:
    """The probability that the thing described has the code of a record."""
    said = set(_stems(f"{record.long} {record.short}"))
    whole = sum(weights) or 1.0
    pairs = list(zip(described.concepts, weights, strict=True))
    met = sum(weight for concept, weight in pairs if concept.met_by(said)) / whole
    unmet = ((concept, weight) for concept, weight in pairs if not concept.met_by(said))
    absent = sum(w for c, w in unmet if not any(one in index.descriptor_stems for one in c.alternatives[0])) / whole
    opening = _opening(record.long)
    named = len(opening & described.meant) / max(len(opening), 1)
    logit = MEANING_LOGIT * cosine + MET_LOGIT * met + ABSENT_LOGIT * absent + OPENING_LOGIT * named + BASE_LOGIT
    return 1 / (1 + math.exp(-logit))


@lru_cache(maxsize=10_000)
def _opening(descriptor: str) -> frozenset[str]:
    """The stems of the phrase that opens a descriptor; of an injection, those of what is injected."""
    phrases = [phrase for phrase in _PHRASE_END.split(descriptor) if phrase.strip()]
    told = [frozenset(stems(" ".join(content_words(phrase)))) for phrase in phrases[:2]]
    return next((t for t in told if t - _FORMS_OF_GIVING), frozenset())


def _proposed(described: Description, index: Index) -> dict[int, tuple[float, float]]:
    """The records that may be meant, by the number of their passage: cosine to the nearest wording, share of BM25."""
    index.embed_ahead(described.wordings)
    terms = dict.fromkeys(expand(described.concepts) or content_words(described.text))
    lexical = dict(index.search_words([*terms, *words(described.translated)], DEPTH, "record"))
    numbers = set(lexical)
    for wording in described.wordings:
        numbers.update(n for n, _ in index.search_meaning(wording, DEPTH, "record"))
    ordered = sorted(numbers)
    nearest: dict[int, float] = dict.fromkeys(ordered, -1.0)
    for wording in described.wordings:
        for number, cosine in zip(ordered, index.cosines(wording, ordered), strict=True):
            nearest[number] = max(nearest[number], cosine)
    highest = max(lexical.values(), default=0.0) or 1.0  # a word that every record has weighs nothing
    return {number: (nearest[number], lexical.get(number, 0.0) / highest) for number in ordered}


@lru_cache(maxsize=10_000)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stems(text))


def _hit(
    record: CodeRecord, index: Index, score: float, met: float, meaning: float = 0.0, confidence: float = 1.0
) -> CodeHit:
    page = index.record_page(record)
    return CodeHit(record, page, descriptor_quote(record, page), score, met, meaning, confidence)


def descriptor_quote(record: CodeRecord, page: Page) -> Quote:
    """Return the official descriptor as it stands on a record's page; the code where the release has no descriptor."""
    line = field_quote(page, "long" if record.long else "code")
    return Quote(page, line.end - len(record.long or record.code), line.end)


def search_codes(words: str, index: Index, limit: int) -> list[CodeHit]:
    """Rank codes for what a person typed: codes named in it first, then those its words describe.

    For words that describe nothing there are none.
    """
    exact = []
    for mention in read_codes(words, index.known):
        for code in mention.codes:
            record = index.record(code)
            if record:
                exact.append(_hit(record, index, 1.0, 1.0))
    named = {hit.record.code for hit in exact}
    kind = "modifier" if "modifier" in words.lower() else "code"
    described = rank_codes(words, index, limit + len(named), kind)
    far = FAR if has_known_word(words, index) else 1.0
    if all(hit.confidence < UNLIKELY and hit.meaning < far for hit in described):
        described = []
    return (exact + [hit for hit in described if hit.record.code not in named])[:limit]
