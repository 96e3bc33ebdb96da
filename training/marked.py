"""Questions with the places of their marked sentences in an index, and whether something quoted is one of them."""

import json
from dataclasses import dataclass
from pathlib import Path

from hcpcs_rag.index.opened import Index
from training import pages as pages_
from training.pages import Page
from training.split import fold
from training.words import plain_words

HALF = 0.5
SAME, SHORT = 0.85, 4
Place = tuple[str, int, int]
"""A page, and from which to which character."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A question with the places of the sentences that answer it and of those that help, and the words of each."""

    document: str
    question: str
    answers: list[Place]
    helps: list[Place]
    said: list[frozenset[str]]
    helping: list[frozenset[str]]


def marked(data: Path, index: Index, number: int) -> list[Marked]:
    """The questions of a fold whose document is in the index."""
    read = pages_.load([data / "pages.jsonl"])
    texts = {page.page_id: page.text for parts in read.values() for page in parts}
    where, known = _places(read), set(index.page_ids())
    found = []
    for line in (data / "bound.jsonl").read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        document = asked["document"]
        if fold(document) != number or not known.issuperset(page.page_id for page in read[document]):
            continue
        answers, helps = ([where[d, s] for d, s in asked[role]] for role in ("answers", "helps"))
        said, helping = (
            [frozenset(plain_words(texts[page][start:end])) for page, start, end in role] for role in (answers, helps)
        )
        found.append(Marked(document, asked["question"], answers, helps, said, helping))
    return found


def _places(pages: dict[str, list[Page]]) -> dict[tuple[str, int], Place]:
    """The place of each sentence, by document and number."""
    return {
        (document, number): place
        for document, parts in pages.items()
        for number, place in enumerate((p.page_id, s.start, s.end) for p in parts for s in p.sentences)
    }


def is_at(place: Place, of: list[Place]) -> bool:
    """Whether a place shares half of itself or of one of some places with it."""
    page, start, end = place
    return any(
        page == other and min(end, last) - max(start, first) >= HALF * min(end - start, last - first)
        for other, first, last in of
    )


def says(text: str, said: list[frozenset[str]]) -> bool:
    """Whether a text says what a marked sentence does: policies share whole paragraphs, and each of them answers."""
    own = set(plain_words(text))
    return any(len(own & words) >= SAME * max(len(own), len(words)) for words in said if len(words) > SHORT)
