"""Keep a statement only if its quotes carry it.

A quote must be verbatim at its offsets. Every code, number and negation of a statement must stand in
its quotes; a code may also be the one a cited official record is about. A statement that fails is
dropped, never mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import OPENINGS, Cell, Citation, Conflict, Draft, Quote, Statement

_NUMBER = re.compile(r"(?<![A-Za-z0-9])\d+(?:[.,:/-]\d+)*")
_NEGATION = re.compile(
    r"\b(?:not|no|never|cannot|without|non|ended|denied|isn't|aren't|avoid|rather|other than|unless|except|excluded)\b|\bnon-",
    re.IGNORECASE,
)


def is_grounded(draft: Draft) -> bool:
    """Say whether the quotes of a draft carry all its codes, numbers and negations."""
    quotes = [q for q in draft.quotes if q.start < q.end]
    if not quotes or any(q.text != q.page.text[q.start : q.end] or q.end > len(q.page.text) for q in quotes):
        return False
    quoted = " ".join(" ".join(q.text.split()) for q in quotes)
    official = {code for q in quotes if q.page.authority == "release" for code in q.page.subjects}
    officially = quoted + " " + " ".join(q.page.title for q in quotes if q.page.authority == "release")
    codes = set(find_codes(draft.text)) <= set(find_codes(quoted)) | official
    # A verdict is wording of our own, which the quote carries by its facts.
    body = draft.text.removeprefix(OPENINGS[draft.verdict]) if draft.verdict else draft.text
    numbers = set(_NUMBER.findall(body)) <= set(_NUMBER.findall(officially))
    denies = bool(_NEGATION.search(body))
    if draft.cell and draft.cell.text not in draft.text:
        return False
    if draft.pair and not all(part in draft.text for part in (draft.pair.code, draft.pair.subject, draft.pair.name)):
        return False
    if draft.row and not all(cell in draft.text for cell in draft.row.cells):
        return False
    return codes and numbers and (not denies or bool(_NEGATION.search(quoted)))


@dataclass(frozen=True, slots=True)
class Grounded:
    """What is left of the drafts: statements, the conflicts they tell of, and the citations of both."""

    statements: tuple[Statement, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    citations: tuple[Citation, ...] = ()


def ground(drafts: Iterable[Draft]) -> Grounded:
    """Number the citations of the drafts that are grounded; drop the others and any repeats.

    Two drafts that say the same are one statement with the citations of both.
    """
    citations: dict[tuple[str, int, int], Citation] = {}
    kept: dict[tuple[str, Cell | None], tuple[Draft, list[int]]] = {}
    for draft in filter(is_grounded, drafts):
        _, numbers = kept.setdefault((draft.text, draft.cell), (draft, []))
        for quote in (q for q in draft.quotes if q.start < q.end):
            key = (quote.page.page_id, quote.start, quote.end)
            citation = citations.setdefault(key, cite(len(citations) + 1, quote))
            if citation.number not in numbers:
                numbers.append(citation.number)
    return Grounded(
        tuple(
            Statement(d.text, tuple(n), d.disagreement is not None, d.cell, d.pair, d.row, d.verdict, d.more)
            for d, n in kept.values()
        ),
        tuple(
            Conflict(d.disagreement.about, d.disagreement.official, d.disagreement.other, tuple(n))
            for d, n in kept.values()
            if d.disagreement
        ),
        tuple(citations.values()),
    )


def cite(number: int, quote: Quote) -> Citation:
    """Return a quote as a numbered citation."""
    section = next((s for s in quote.page.sections if s.start <= quote.start < max(s.end, s.start + 1)), None)
    return Citation(
        number=number,
        page_id=quote.page.page_id,
        title=quote.page.title,
        source=PurePath(quote.page.source).name,
        url=quote.page.url,
        path=quote.page.source,
        authority=quote.page.authority,
        section=section.heading if section else "",
        page_number=section.page_number if section else None,
        start=quote.start,
        end=quote.end,
        quote=quote.text,
    )
