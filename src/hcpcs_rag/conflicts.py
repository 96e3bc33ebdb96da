"""Where a page and the CMS release disagree on a code, told by what each says and not by its site.

Four kinds are recognised: Medicare coverage, status, the scope of the descriptor (rental, purchase) and
the code system a page takes the code for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from hcpcs_rag.domain import CodeRecord, Disagreement, Page, Quote, Release, Sentence
from hcpcs_rag.readers.cms import COVERAGE_MEANING, NEVER_PAID

_CLAIMS_COVERAGE = re.compile(
    r"\bmedicare (?:program )?(?:covers?|pays?|reimburses?|will cover|coverage (?:for|of))\b|\b(?:is|are) covered (?:by|under) medicare\b"
    r"|\bcoverage .{0,60}\bdepends\b",
    re.IGNORECASE,
)
_CLAIMS_NONE = re.compile(r"\b(?:not|non-?|never|no)\b.{0,25}\b(?:cover|pay|reimburs)", re.IGNORECASE)
_CLAIMS_ACTIVE = re.compile(
    r"\b(?:payment )?status\s*:?\s*active\b|^\W*\(active\)|\bcurrently (?:active|valid)\b", re.IGNORECASE
)
_SCOPE = re.compile(
    r"\brefers to|\bdescribes\b|\bcovers?\b|\brepresents\b|\bis (?:the code )?for\b|\bdefin", re.IGNORECASE
)
_PURCHASE = re.compile(r"\b(?:acquisition|acquir\w+|purchas\w+|buy\w*|ownership)\b", re.IGNORECASE)
_RENTAL = re.compile(r"\brent(?:al|ed|als)?\b", re.IGNORECASE)
_OTHER_SYSTEM = re.compile(r"\b(CPT|ICD-?10(?:-CM)?|CDT)(?:®)?\s+(?:code\s+)?([A-V]\d{4})\b")


def find(record: CodeRecord, record_page: Page, release: Release, pages: list[Page], on: date) -> list[Disagreement]:
    """Return the first disagreement of each kind and page with the official record of a code."""
    found: dict[tuple[str, str], Disagreement] = {}
    for page in pages:
        for sentence in page.sentences:
            for disagreement in _check(record, record_page, release, page, sentence, on):
                found.setdefault((disagreement.about, page.page_id), disagreement)
    return list(found.values())


def _check(
    record: CodeRecord, record_page: Page, release: Release, page: Page, sentence: Sentence, on: date
) -> Iterator[Disagreement]:
    text = page.text[sentence.start : sentence.end]
    about_this = record.code in text or page.subjects == (record.code,)
    if not about_this or text.endswith("?"):
        return
    quote = Quote(page, sentence.start, sentence.end)
    who = release.name
    if record.coverage in NEVER_PAID and _CLAIMS_COVERAGE.search(text) and not _CLAIMS_NONE.search(text):
        see = f", see {', '.join(record.see_instead)}" if record.see_instead else ""
        official = f"{who}: {COVERAGE_MEANING[record.coverage]} (coverage {record.coverage}){see}"
        names = ("Medicare coverage", "See instead")[: 1 + bool(see)]
        yield Disagreement("Medicare coverage", official, text, tuple(line(record_page, n) for n in names), quote)
    if _CLAIMS_ACTIVE.search(text):
        if record.status(on) == "ended" and record.ended:
            official = f"{who}: {record.code} ended on {record.ended.isoformat()}"
            yield Disagreement("status", official, text, (line(record_page, "Ended"),), quote)
        elif record.coverage in NEVER_PAID:
            official = f"{who}: in the code set, but {COVERAGE_MEANING[record.coverage]} (coverage {record.coverage})"
            yield Disagreement("status", official, text, (line(record_page, "Medicare coverage"),), quote)
    rental = bool(_RENTAL.search(record.long)) and not _PURCHASE.search(record.long)
    if rental and _SCOPE.search(text) and _PURCHASE.search(text) and record.code in text:
        official = f"{who}: the descriptor of {record.code} is for rental only"
        yield Disagreement("descriptor", official, text, (line(record_page, "Official descriptor"),), quote)
    system = _OTHER_SYSTEM.search(text)
    if system and system.group(2) == record.code:
        official = f"{who}: {record.code} is a HCPCS Level II code"
        yield Disagreement("code system", official, text, (line(record_page, "Code"),), quote)


def line(page: Page, name: str) -> Quote:
    """Return the line of a record page that holds a field, such as "Medicare coverage"."""
    for sentence in page.sentences:
        if page.text.startswith(f"{name}:", sentence.start):
            return Quote(page, sentence.start, sentence.end)
    return Quote(page, 0, page.text.find("\n"))
