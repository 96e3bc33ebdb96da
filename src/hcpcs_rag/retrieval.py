"""Question → ranked evidence: exact code, full text and meaning, fused by rank.

``retrieve`` gathers what may answer a question; ``search_codes`` ranks codes for words. Neither
decides whether the evidence answers: that is the writer's and the grounding's work.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from hcpcs_rag import facets
from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import AUTHORITY_RANK, CodeRecord, Page, Question, Quote, Relation, Sentence, Span
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import content_words, stems
from hcpcs_rag.passages import context_of
from hcpcs_rag.question.description import Description, describe
from hcpcs_rag.question.wording import GENERIC, thing_asked, topic, wanted
from hcpcs_rag.ranking import CodeHit, rank
from hcpcs_rag.vocabulary import Concept, coverage, expand

RRF_K = 60
"""Reciprocal rank fusion's constant (Cormack, Clarke and Büttcher, SIGIR 2009)."""
DEPTH = 100
MAX_HITS = 20
PASSAGES = 40
"""Sentences looked at for a question that names no code."""
POLICY_TITLE = 0.6
"""Share of a policy's title that a code's descriptor must hold for all of the policy to bear on it."""
USUAL_FREQUENCY, ABSENT_WEIGHT, LEAST_WEIGHT, MOST_WEIGHT = 0.01, 1.0, 0.3, 1.3
"""How concepts weigh by rarity; worth 6 of 827 trial turns and nothing on the dev split (docs/decisions/0009)."""


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence that may answer, and why: the share of the question's concepts it meets, whether it is
    of a facet asked for, whether its page is about a code asked for, and its cosine to the question in
    ``meaning`` (0 where the question asks for nothing beyond codes and facets)."""

    page: Page
    sentence: Sentence
    coverage: float
    facet: bool
    subject: bool
    meaning: float = 0.0

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
    """Sentences of pages about the codes asked for, and those that name them on other pages."""
    found: list[Found] = []
    for code in question.codes + question.modifiers:
        for page in index.pages_about(code):
            found += [_weigh(page, s, question, needed, subject=True) for s in page.evidence()]
        for page in index.pages_mentioning(code):
            bearing = _bearing(page, code)
            found += [_weigh(page, s, question, needed, subject=False) for s in bearing]
            if needed and _is_policy_on(page, index.record(code, question.on)):
                weighed = (_weigh(page, s, question, needed, subject=False) for s in page.evidence())
                found += [f for f in weighed if f.coverage > 0]
    unique = _unique(found)
    return tuple(sorted(_with_meaning(unique, question, index) if needed else unique, key=_order))


def _unique(found: Iterable[Found]) -> list[Found]:
    """Each sentence once, of a page about a code asked for if it is; by its place, because a page is slow to hash."""
    first: dict[tuple[str, int], Found] = {}
    for f in found:
        known = first.setdefault((f.page.page_id, f.sentence.start), f)
        if f.subject and not known.subject:
            first[f.page.page_id, f.sentence.start] = f
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


def _is_policy_on(page: Page, record: CodeRecord | None) -> bool:
    """Say whether a policy that names a code is about such things: its title stands in the descriptor.

    What the things are for ("Devices for the Treatment of …") is no part of their name.
    """
    if page.authority != "policy" or record is None:
        return False
    head = page.title.lower().partition(" for ")[0]
    title = {s for s in stems(" ".join(content_words(head))) if s.isalpha() and s not in GENERIC and s != "lcd"}
    return bool(title) and len(title & stems(record.long)) >= POLICY_TITLE * len(title)


def _by_words(question: Question, needed: tuple[Concept, ...], index: Index) -> tuple[Found, ...]:
    """Sentences of the passages nearest to a question that names no code."""
    if not needed or index.passage_count() == index.manifest.counts["records"]:
        return ()
    numbers = fuse(
        [n for n, _ in index.search_words(expand(needed), DEPTH, "page")],
        [n for n, _ in index.search_meaning(question.standalone, DEPTH, "page")],
    )
    found: list[Found] = []
    for passage in index.passages(list(numbers)[:PASSAGES]).values():
        page = index.page(passage.page_id)
        inside = [s for s in page.evidence() if s.start <= passage.start < s.end]
        found += [_weigh(page, s, question, needed, subject=False) for s in inside]
    return tuple(sorted(_with_meaning(_unique(found), question, index), key=_order))


def _weigh(page: Page, sentence: Sentence, question: Question, needed: tuple[Concept, ...], *, subject: bool) -> Found:
    section = page.sections[sentence.section]
    of_facet = section.facet in question.facets or facets.speaks_of(
        page.text[sentence.start : sentence.end], question.facets
    )
    return Found(page, sentence, coverage(needed, context_stems(page, sentence)), of_facet, subject)


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
