"""Question → ranked evidence: exact code, full text and meaning, fused by rank.

``retrieve`` gathers what may answer a question; ``search_codes`` ranks codes for words. Neither
decides whether the evidence answers: that is the writer's and the grounding's work.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from hcpcs_rag import facets
from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import AUTHORITY_RANK, CodeRecord, Page, Question, Quote, Relation, Sentence, Span
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import stems
from hcpcs_rag.passages import context_of
from hcpcs_rag.question.description import Description, describe
from hcpcs_rag.question.wording import thing_asked, topic, wanted
from hcpcs_rag.ranking import CodeHit, rank
from hcpcs_rag.vocabulary import Concept, coverage, expand

RRF_K = 60
"""Reciprocal rank fusion's constant (Cormack, Clarke and Büttcher, SIGIR 2009)."""
DEPTH = 100
MAX_HITS = 20
READ = frozenset({"attribute", "open"})
"""Kinds of questions that sentences answer, even where nothing but the code and a facet is named."""
PASSAGES = 40
"""Sentences looked at for a question that names no code."""
NEAREST = 60
"""Sentences of policies that name the code elsewhere, or not at all, looked at for a question: the nearest in meaning."""
USUAL_FREQUENCY, ABSENT_WEIGHT, LEAST_WEIGHT, MOST_WEIGHT = 0.01, 1.0, 0.3, 1.3
"""How concepts weigh by rarity; worth 6 of 827 trial turns and nothing on the dev split (docs/decisions/0009)."""


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence that may answer, and why: the share of the question's concepts it meets, whether it is of a facet asked
    for, whether its page is about a code asked for (``subject``), whether it names one or stands below what does
    (``named``), its cosine to the question in ``meaning`` (0 where the question asks for nothing beyond codes), and the
    ``chance`` that it answers, once a reader has read it."""

    page: Page
    sentence: Sentence
    coverage: float
    facet: bool
    subject: bool
    named: bool = False
    meaning: float = 0.0
    chance: float = 0.0

    @property
    def quote(self) -> Quote:
        """The sentence as a quote."""
        return Quote(self.page, self.sentence.start, self.sentence.end)

    @property
    def section_facet(self) -> str:
        """The facet of the section it stands in."""
        return self.page.sections[self.sentence.section].facet


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was found for a question, best first; ``asked`` are the concepts an answer must speak to, ``described``
    is the thing that a question without a code may describe."""

    records: tuple[CodeRecord, ...] = ()
    found: tuple[Found, ...] = ()
    relations: tuple[Relation, ...] = ()
    hits: tuple[CodeHit, ...] = ()
    asked: tuple[Concept, ...] = ()
    described: Description | None = None


def retrieve(question: Question, index: Index) -> Evidence:
    """Gather the evidence for a question."""
    subjects = question.codes + question.modifiers
    records = tuple(r for code in subjects if (r := index.record(code, question.on)))
    asked = weighted(wanted(question) if subjects else topic(question), index)
    if subjects:
        relations = tuple(dict.fromkeys(r for code in question.codes for r in index.relations(code)))
        return Evidence(records, _about_codes(question, asked, index), relations, asked=asked)
    described = describe(thing_asked(question), index) if asked else None
    if described is None:
        return Evidence(asked=asked)
    index.embed_ahead([question.standalone, *described.wordings])
    kind = "modifier" if "modifiers" in question.facets else "code"
    hits = rank(described, index, MAX_HITS, kind)
    return Evidence(found=_by_words(question, asked, index), hits=tuple(hits), asked=asked, described=described)


def weighted(asked: tuple[Concept, ...], index: Index) -> tuple[Concept, ...]:
    """Weigh concepts by how rare they are in the library: the logarithm of the inverse frequency of passages.

    A word in one passage of a hundred weighs 1. One that the library lacks says little of how well a sentence fits and
    weighs ``ABSENT_WEIGHT``: it may be the very thing the sources do not hold, or an everyday word of the story.
    """
    return tuple(replace(concept, weight=_weight(concept, index)) for concept in asked)


def _weight(concept: Concept, index: Index) -> float:
    frequency = max(index.frequency(stems) for stems in concept.alternatives)
    rarity = math.log(frequency) / math.log(USUAL_FREQUENCY) if frequency else ABSENT_WEIGHT
    return min(max(rarity, LEAST_WEIGHT), MOST_WEIGHT)


def _about_codes(question: Question, needed: tuple[Concept, ...], index: Index) -> tuple[Found, ...]:
    """Sentences of pages about the codes asked for, those that name them elsewhere, and those of policies near in meaning."""
    subjects = question.codes + question.modifiers
    about = {page.page_id: page for code in subjects for page in index.pages_about(code)}
    others = {page.page_id: page for code in subjects for page in index.pages_mentioning(code)}
    found = [
        _weigh(page, s, question, needed, subject=True, named=True) for page in about.values() for s in page.evidence()
    ]
    for code in subjects:
        for page in index.pages_mentioning(code):
            found += [_weigh(page, s, question, needed, subject=False, named=True) for s in _bearing(page, code)]
    if not needed and question.kind not in READ:
        return tuple(sorted(_unique(found), key=_order))
    meanings = index.meanings(question.standalone, {*about, *others})
    policies = {page_id for page_id, page in others.items() if page.authority == "policy"}
    near = sorted((place for place in meanings if place[0] in policies), key=lambda place: -meanings[place])[:NEAREST]
    found += _sentences_at(near, question, needed, index)
    found += _nearest_policies(question, needed, index)
    return tuple(sorted(_with_meaning(_unique(found), question, index), key=_order))


def _nearest_policies(question: Question, needed: tuple[Concept, ...], index: Index) -> list[Found]:
    """The sentences of policies nearest in meaning, whether those name the code or not."""
    numbers = [n for n, _ in index.search_meaning(question.standalone, NEAREST, "page")]
    places = [(p.page_id, p.start) for p in index.passages(numbers).values()]
    return _sentences_at([(i, at) for i, at in places if index.page(i).authority == "policy"], question, needed, index)


def _sentences_at(
    places: Iterable[tuple[str, int]], question: Question, needed: tuple[Concept, ...], index: Index
) -> list[Found]:
    """The sentences in which some characters of pages stand."""
    wanted: dict[str, list[int]] = {}
    for page_id, at in places:
        wanted.setdefault(page_id, []).append(at)
    found = []
    for page_id, starts in wanted.items():
        page = index.page(page_id)
        evidence = list(page.evidence())
        known = [s.start for s in evidence]
        for at in starts:
            sentence = evidence[bisect_right(known, at) - 1]
            if sentence.start <= at < sentence.end:
                found.append(_weigh(page, sentence, question, needed, subject=False))
    return found


def _unique(found: Iterable[Found]) -> list[Found]:
    """Each sentence once, as it was found first; by its place, because a page is slow to hash."""
    first: dict[tuple[str, int], Found] = {}
    for f in found:
        first.setdefault((f.page.page_id, f.sentence.start), f)
    return list(first.values())


def _with_meaning(found: Iterable[Found], question: Question, index: Index) -> list[Found]:
    """The sentences with their cosine to the question."""
    every = list(found)
    cosines = index.meanings(question.standalone, {f.page.page_id for f in every})
    return [replace(f, meaning=cosines.get((f.page.page_id, f.sentence.start), 0.0)) for f in every]


def _bearing(page: Page, code: str) -> list[Sentence]:
    """The sentences that name a code, and those below a lead, an item or a heading that does, of however many levels.

    A lead goes on about what the sentence before it in its paragraph names: "… the pump (E0784). Patients must not have:".
    """
    named: dict[Span, bool] = {}

    def names(span: Span) -> bool:
        if span not in named:
            named[span] = code in find_codes(page.text[slice(*span)])  # a range names those within it, too
        return named[span]

    evidence = list(page.evidence())
    for before, s in zip(evidence, evidence[1:], strict=False):
        apart = "\n" in page.text[before.end : s.start]
        if page.text[s.end - 1] == ":" and not apart and names((before.start, before.end)):
            named[s.start, s.end] = True
    return [
        s
        for s in evidence
        if names((s.start, s.end)) or any(map(names, s.under)) or (s.headings and names(s.headings[-1]))
    ]


def _by_words(question: Question, needed: tuple[Concept, ...], index: Index) -> tuple[Found, ...]:
    """Sentences of the passages nearest to a question that names no code."""
    if not needed or index.passage_count() == index.manifest.counts["records"]:
        return ()
    numbers = fuse(
        [n for n, _ in index.search_words(expand(needed), DEPTH, "page")],
        [n for n, _ in index.search_meaning(question.standalone, DEPTH, "page")],
    )
    places = [(p.page_id, p.start) for p in index.passages(list(numbers)[:PASSAGES]).values()]
    found = _sentences_at(places, question, needed, index)
    return tuple(sorted(_with_meaning(_unique(found), question, index), key=_order))


def _weigh(
    page: Page,
    sentence: Sentence,
    question: Question,
    needed: tuple[Concept, ...],
    *,
    subject: bool,
    named: bool = False,
) -> Found:
    section = page.sections[sentence.section]
    of_facet = section.facet in question.facets or facets.speaks_of(
        page.text[sentence.start : sentence.end], question.facets
    )
    return Found(page, sentence, coverage(needed, context_stems(page, sentence)), of_facet, subject, named)


@lru_cache(maxsize=4_000)
def content_facets(text: str) -> frozenset[str]:
    """Return the facets that the wording of a sentence gives away."""
    return frozenset(f.name for f in facets.FACETS if f.content.search(text))


def context_stems(page: Page, sentence: Sentence) -> set[str]:
    """Return the stems of a sentence and of what it is read in: its heading, what it stands under, its columns."""
    context = [text for text in context_of(page, sentence) if text != page.title]
    return set(_stems(f"{page.text[sentence.start : sentence.end]} {' '.join(context)}"))


@lru_cache(maxsize=10_000)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stems(text))


def _order(found: Found) -> tuple[bool, float, bool, int, str, int]:
    """Facet, concepts met, page about the code, authority, then the page's own order."""
    rank = AUTHORITY_RANK[found.page.authority]
    return (not found.facet, -found.coverage, not found.subject, rank, found.page.page_id, found.sentence.start)


def fuse(*rankings: Sequence[int]) -> dict[int, float]:
    """Fuse rankings by reciprocal rank; return items with their score, best first."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for place, item in enumerate(ranking, 1):
            scores[item] = scores.get(item, 0.0) + 1.0 / (RRF_K + place)
    return dict(sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])))
