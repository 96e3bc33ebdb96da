"""Keep a statement only if its quotes carry it.

A quote must be verbatim at its offsets. Every code, number and negation of a statement must stand in
its quotes; a code may also be the one a cited official record is about. A statement that fails is
dropped, never mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import Citation, Draft, Quote, Statement

_NUMBER = re.compile(r"(?<![A-Za-z0-9])\d+(?:[.,:/-]\d+)*")
_NEGATION = re.compile(
    r"\b(?:not|no|never|cannot|without|non|ended|denied|isn't|aren't|avoid|rather|other than|unless|except|excluded)\b|\bnon-",
    re.IGNORECASE,
)
_VERDICT = re.compile(r"^(?:Yes|No|Depends|But)\. |\bnot yet in use on that day\b")
"""Wording of our own that a quote carries by its facts: a verdict, and a day before a code was added."""


def is_grounded(draft: Draft) -> bool:
    """Say whether the quotes of a draft carry all its codes, numbers and negations."""
    quotes = [q for q in draft.quotes if q.start < q.end]
    if not quotes or any(q.text != q.page.text[q.start : q.end] or q.end > len(q.page.text) for q in quotes):
        return False
    quoted = " ".join(" ".join(q.text.split()) for q in quotes)
    official = {code for q in quotes if q.page.authority == "release" for code in q.page.subjects}
    officially = quoted + " " + " ".join(q.page.title for q in quotes if q.page.authority == "release")
    codes = set(find_codes(draft.text)) <= set(find_codes(quoted)) | official
    body = _VERDICT.sub("", draft.text)
    numbers = set(_NUMBER.findall(body)) <= set(_NUMBER.findall(officially))
    denies = bool(_NEGATION.search(body))
    return codes and numbers and (not denies or bool(_NEGATION.search(quoted)))


def ground(drafts: Iterable[Draft]) -> tuple[list[Statement], list[Citation]]:
    """Number the citations of the drafts that are grounded; drop the others and any repeats.

    Two drafts that say the same are one statement with the citations of both.
    """
    citations: dict[tuple[str, int, int], Citation] = {}
    statements: dict[str, list[int]] = {}
    for draft in drafts:
        if not is_grounded(draft):
            continue
        numbers = statements.setdefault(draft.text, [])
        for quote in draft.quotes:
            key = (quote.page.page_id, quote.start, quote.end)
            if quote.start < quote.end and key not in citations:
                citations[key] = _cite(len(citations) + 1, quote)
            if key in citations and citations[key].number not in numbers:
                numbers.append(citations[key].number)
    return [Statement(text, tuple(numbers)) for text, numbers in statements.items()], list(citations.values())


def _cite(number: int, quote: Quote) -> Citation:
    section = next((s for s in quote.page.sections if s.start <= quote.start < max(s.end, s.start + 1)), None)
    return Citation(
        number=number,
        page_id=quote.page.page_id,
        title=quote.page.title,
        source=quote.page.url or quote.page.source,
        authority=quote.page.authority,
        section=section.heading if section else "",
        page_number=section.page_number if section else None,
        start=quote.start,
        end=quote.end,
        quote=quote.text,
    )
