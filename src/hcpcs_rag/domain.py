"""The nouns of the project, as frozen dataclasses.

Offsets are always ``[start, end)`` in characters of ``Page.text``, the canonical text of a page,
so that ``page.text[start:end]`` is the quote a reader is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

Authority = Literal["release", "policy", "reference"]
"""Who speaks: the CMS release outranks a policy, a policy outranks a reference page."""

AUTHORITY_RANK: dict[Authority, int] = {"release": 0, "policy": 1, "reference": 2}

AUTHORITY_WORDS: dict[Authority, str] = {
    "release": "Official CMS release",
    "policy": "Medicare policy",
    "reference": "Reference page",
}

RelationKind = Literal["use_with", "not_with", "included_in", "see_instead", "similar"]
Span = tuple[int, int]
"""``[start, end)`` in ``Page.text``."""
SentenceKind = Literal["sentence", "item", "row", "heading", "question", "answer", "caption", "fact", "citation"]
EVIDENCE: frozenset[SentenceKind] = frozenset({"sentence", "item", "row", "answer", "fact"})
"""Kinds of sentences that can answer; the others say where those stand."""
QuestionKind = Literal["define", "attribute", "pairing", "compatibility", "compare", "reverse", "status", "open"]
AnswerStatus = Literal["answered", "clarify", "abstained"]


class Facet(StrEnum):
    """What a section, a sentence or a question is about; ``GENERAL`` is text that shows none of them."""

    PRICE = "price"
    DENIALS = "denials"
    DOCUMENTATION = "documentation"
    MODIFIERS = "modifiers"
    UNITS = "units"
    PAYERS = "payers"
    RELATED_CODES = "related_codes"
    PLACE_OF_SERVICE = "place_of_service"
    SPECIALTY = "specialty"
    RISKS = "risks"
    AFTERCARE = "aftercare"
    PREPARATION = "preparation"
    DURATION = "duration"
    ALTERNATIVES = "alternatives"
    EXPERIENCE = "experience"
    PROCEDURE = "procedure"
    STATUS = "status"
    COVERAGE = "coverage"
    CONDITIONS = "conditions"
    BILLING = "billing"
    DEFINITION = "definition"
    GENERAL = "general"


Verdict = Literal["yes", "no", "depends"]
OPENINGS: dict[Verdict, str] = {"yes": "Yes. ", "no": "No. ", "depends": "Depends. "}
"""The words with which a statement opens that decides."""
CodeStatus = Literal["active", "ended", "unknown"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """The smallest citable unit: a sentence, a list item, a ``key: value`` line, a table row, and their like.

    What it stands under is told by spans, outermost first: ``headings``; ``under``, the leads of its lists ("Providers
    must:") and the items that its list stands in, without which it may not be understood; ``header``, the row that names
    the columns of its table; ``question``, which it answers. ``label`` is the number or letter of its item, or the name of
    the field that a line of an official record holds.
    """

    start: int
    end: int
    kind: SentenceKind
    section: int
    label: str | None = None
    headings: tuple[Span, ...] = ()
    under: tuple[Span, ...] = ()
    header: Span | None = None
    question: Span | None = None

    @property
    def lead(self) -> Span | None:
        """The lead or item that it stands under most closely."""
        return self.under[-1] if self.under else None


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a page under one heading; ``facet`` says what it is about."""

    ordinal: int
    heading: str
    facet: str
    start: int
    end: int
    page_number: int | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """A document that a page names as what its facts rest on, and its address where that is known."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One document as it was read.

    ``subjects`` are the codes the page is about, as against those it only mentions; ``digest`` is
    the SHA-256 of the source file's bytes; ``dropped`` counts lines kept out of retrieval as
    navigation, advertising or legal boilerplate, and ``navigation`` are their spans. ``body`` is where its text begins
    behind what it says of itself; ``rests_on`` are the documents that it names there.
    """

    page_id: str
    title: str
    text: str
    source: str
    authority: Authority
    digest: str
    subjects: tuple[str, ...] = ()
    url: str | None = None
    publisher: str | None = None
    read_on: str | None = None
    sections: tuple[Section, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    dropped: int = 0
    navigation: tuple[Span, ...] = ()
    body: int = 0
    rests_on: tuple[Basis, ...] = ()

    def evidence(self) -> Iterator[Sentence]:
        """Yield the sentences that can answer: no headings, questions, captions or references to literature."""
        return (sentence for sentence in self.sentences if sentence.kind in EVIDENCE)


@dataclass(frozen=True, slots=True)
class Release:
    """A CMS HCPCS Level II release: its name as shown, the first day it applies, and how much of it is loaded.

    Only of a ``whole`` release can it be said that it does not have a code; of an extract it cannot.
    """

    release_id: str
    name: str
    effective: date
    codes: int = 0
    modifiers: int = 0
    whole: bool = True


@dataclass(frozen=True, slots=True)
class CodeRecord:
    """One code or modifier of a CMS release; ``ended`` is the last day on which it may be used.

    ``further`` are the fields that are shown and not reasoned with, as name and value.
    """

    code: str
    kind: Literal["code", "modifier"]
    long: str
    short: str
    added: date | None
    changed: date | None
    ended: date | None
    coverage: str
    pricing: tuple[str, ...]
    see_instead: tuple[str, ...]
    release_id: str
    further: tuple[tuple[str, str], ...] = ()

    def status(self, on: date) -> CodeStatus:
        """Say whether the code could be used on the day ``on``."""
        if self.added and on < self.added:
            return "unknown"
        return "ended" if self.ended and on > self.ended else "active"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one section, the unit of retrieval; ``text`` is what is indexed for it."""

    page_id: str
    section: int
    start: int
    end: int
    text: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A rule between two codes, and the quote that states it."""

    code: str
    kind: RelationKind
    other: str
    page_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A span of a page offered as evidence."""

    page: Page
    start: int
    end: int

    @property
    def text(self) -> str:
        """The verbatim text of the span."""
        return self.page.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Something that looks like a code of another system, such as CPT or ICD-10-CM."""

    text: str
    system: str


@dataclass(frozen=True, slots=True)
class Question:
    """A message as understood, on its own, without the conversation before it.

    ``told`` is the story around a question that was taken out of a longer message.
    """

    message: str
    standalone: str
    kind: QuestionKind
    codes: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    on: date | None = None
    look_alikes: tuple[LookAlike, ...] = ()
    malformed: tuple[str, ...] = ()
    told: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What one source says, what another of lower or the same authority says instead, and the quotes of both."""

    about: str
    official: str
    other: str
    official_quotes: tuple[Quote, ...]
    other_quote: Quote


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in a table of codes side by side; ``text`` is the part of the statement that is shown there."""

    row: str
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of a list of codes that go, or do not go, with ``subject``: the code, and its name as the release has it."""

    kind: RelationKind
    subject: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a page's table: the table, by its page and the place of its header, and its cells by column."""

    table: tuple[str, int]
    columns: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement a writer proposes, with the quotes meant to carry it.

    ``disagreement`` is set where it tells of one, ``cell`` where it belongs to a comparison, ``pair`` where it is a row of
    a list of codes, ``row`` where it is one of a page's table. With a ``verdict`` its text opens with that. ``item`` says
    that it is part of a list that is told whole, ``more`` that it is shown folded.
    """

    text: str
    quotes: tuple[Quote, ...]
    cell: Cell | None = None
    disagreement: Disagreement | None = None
    pair: Pair | None = None
    row: Row | None = None
    verdict: Verdict | None = None
    item: bool = False
    more: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered pointer to the exact words of a page.

    ``source`` is the name of the file it was read from, the same on every machine; ``url`` is where that was published, if
    it says, and ``path`` where it lay on this machine when it was read.
    """

    number: int
    page_id: str
    title: str
    source: str
    url: str | None
    path: str
    authority: Authority
    section: str
    page_number: int | None
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer and the numbers of the citations that carry it.

    ``disagrees`` says that it tells of a conflict between sources, ``cell`` where in a comparison it stands, ``pair`` that
    it is a row of a list of codes, ``row`` that it is one of a page's table, ``verdict`` that it decides, in its first
    words, and ``more`` that it is shown folded, below the answer.
    """

    text: str
    citations: tuple[int, ...]
    disagrees: bool = False
    cell: Cell | None = None
    pair: Pair | None = None
    row: Row | None = None
    verdict: Verdict | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sources that disagree, the official one first."""

    about: str
    official: str
    other: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says to one message, in the form of the answer contract.

    ``parts`` are the answers to the single questions of a message that asks several; their citations are numbered
    through. ``unmet`` is what an answer in part leaves open, ``note`` what a reader must know of it as a whole. ``chance``
    is the probability that the likeliest sentence quoted answers; ``None`` where official facts and rules do.
    ``nearest`` are, where nothing answers, the passages that come closest: they are no answer.
    """

    question: str
    standalone: str
    status: AnswerStatus
    text: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    codes: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    suggestions: tuple[str, ...] = ()
    reason: str | None = None
    release: Release | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)
    parts: tuple[Answer, ...] = ()
    unmet: str = ""
    note: str = ""
    chance: float | None = None
    nearest: tuple[Citation, ...] = ()

    @property
    def verdict(self) -> Verdict | None:
        """The yes, no or depends with which the answer opens, if it does."""
        return self.statements[0].verdict if self.status == "answered" and self.statements else None


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation, as it was understood."""

    question: Question
    status: AnswerStatus
    codes: tuple[str, ...] = ()
