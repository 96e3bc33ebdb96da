"""Question → ranked evidence: exact code, full text and meaning, fused by rank.

``retrieve`` gathers what may answer a question; ``search_codes`` ranks codes for words. Neither
decides whether the evidence answers: that is the writer's and the grounding's work.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from hcpcs_rag import facets, lexicon
from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import AUTHORITY_RANK, CodeRecord, Facet, Page, Question, Quote, Relation, Sentence, Span
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import stems
from hcpcs_rag.passages import context_of
from hcpcs_rag.question.description import Description, describe
from hcpcs_rag.question.wording import thing_asked, topic, wanted
from hcpcs_rag.ranking import CodeHit, rank
from hcpcs_rag.vocabulary import Concept, expand

MAX_HITS = 20
NEAR, NEAR_BY_WORDS, NEAR_OWN = 60, 40, 60
"""Sentences that are read for a question: the nearest in meaning and in words of all pages, and the nearest in meaning of
those pages that name a code asked for. Of 461 answerable questions about six policies an answer is among them for 0.998."""
UNREAD = frozenset({"define", "status"})
"""Kinds of questions that the release and a page's own sections answer, where nothing else is asked."""
USUAL_FREQUENCY, ABSENT_WEIGHT, LEAST_WEIGHT, MOST_WEIGHT = 0.01, 1.0, 0.3, 1.3
"""How concepts weigh by rarity; worth 6 of 827 trial turns and nothing on the dev split (docs/decisions/0009)."""


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence that may answer, and what is known of it.

    ``facet``: it is of a facet asked for. Of the codes asked for: its page is about one (``subject``), it names one or
    stands below what does (``named``), its page names one anywhere (``mentioned``). ``meaning`` is its cosine to the
    question, 0 where the question asks for nothing that has to be read, ``chance`` the probability that it answers, once
    a reader has read it.
    """

    page: Page
    sentence: Sentence
    facet: bool
    subject: bool
    named: bool = False
    mentioned: bool = False
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
        return Evidence(records, _sentences(question, asked, index), relations, asked=asked)
    thing = thing_asked(question) if asked else ""
    if not thing:
        return Evidence(found=_sentences(question, asked, index), asked=asked) if asked else Evidence()
    described = describe(thing, index)
    index.embed_ahead([read_as(question), *described.wordings])
    kind = "modifier" if Facet.MODIFIERS in question.facets else "code"
    hits = rank(described, index, MAX_HITS, kind)
    return Evidence(found=_sentences(question, asked, index), hits=tuple(hits), asked=asked, described=described)


def read_as(question: Question) -> str:
    """Return the question as the encoder is to read it: its short forms spelled out."""
    return lexicon.spell_out(question.standalone)


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


def _sentences(question: Question, asked: tuple[Concept, ...], index: Index) -> tuple[Found, ...]:
    """The sentences about the codes asked for and those that name them; where more is asked, those near the question."""
    subjects = question.codes + question.modifiers
    about = {page.page_id: page for code in subjects for page in index.pages_about(code)}
    own = {(page.page_id, s.start): (page, s) for page in about.values() for s in page.evidence()}
    pages = dict(about)
    for code in subjects:
        for page in index.pages_mentioning(code):
            pages[page.page_id] = page
            own |= {(page.page_id, s.start): (page, s) for s in _bearing(page, code)}
    reads = bool(asked) or question.kind not in UNREAD
    text = read_as(question)
    meanings = index.meanings(text, pages) if reads and pages else {}
    places = own | (_near(text, asked, meanings, index) if reads else {})
    found = [
        Found(
            page,
            sentence,
            _is_of_facet(page, sentence, question),
            subject=page.page_id in about,
            named=place in own,
            mentioned=page.page_id in pages,
        )
        for place, (page, sentence) in places.items()
    ]
    if len(places) > len(own) or asked:
        others = {f.page.page_id for f in found} - pages.keys()
        meanings |= index.meanings(text, others) if others else {}
        # Of a sentence in several passages it is the cosine of the first.
        found = [replace(f, meaning=meanings.get((f.page.page_id, f.sentence.start), 0.0)) for f in found]
    return tuple(sorted(found, key=_order))


def _near(
    text: str, asked: tuple[Concept, ...], meanings: Mapping[tuple[str, int], float], index: Index
) -> dict[tuple[str, int], tuple[Page, Sentence]]:
    """The sentences nearest to a question, of those whose ``meanings`` are known and of all pages, by their place."""
    if index.passage_count() == index.manifest.counts["records"]:
        return {}
    places = sorted(meanings, key=lambda place: -meanings[place])[:NEAR_OWN]
    numbers = [n for n, _ in index.search_meaning(text, NEAR, "page")]
    numbers += [n for n, _ in index.search_words(expand(asked), NEAR_BY_WORDS, "page")] if asked else []
    places += [(p.page_id, p.start) for p in index.passages(dict.fromkeys(numbers)).values()]
    wanted: dict[str, list[int]] = {}
    for page_id, at in places:
        wanted.setdefault(page_id, []).append(at)
    found = {}
    for page_id, starts in wanted.items():
        page = index.page(page_id)
        evidence = list(page.evidence())
        known = [s.start for s in evidence]
        for at in starts:
            sentence = evidence[bisect_right(known, at) - 1]
            if sentence.start <= at < sentence.end:
                found[page_id, sentence.start] = (page, sentence)
    return found


def _is_of_facet(page: Page, sentence: Sentence, question: Question) -> bool:
    section = page.sections[sentence.section].facet
    return section in question.facets or facets.tells_of(page.text[sentence.start : sentence.end], question.facets)


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
    """Facet, meaning, page about the code, authority, then the page's own order."""
    rank = AUTHORITY_RANK[found.page.authority]
    return (not found.facet, -found.meaning, not found.subject, rank, found.page.page_id, found.sentence.start)
