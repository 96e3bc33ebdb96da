"""Where a page and the CMS release disagree on a code, told by what each says and not by its site.

Recognised are Medicare coverage, status, the scope of the descriptor (rental, purchase), what one unit is and the
code system a page takes the code for; between pages, a pairing that one allows and another forbids.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from hcpcs_rag import units
from hcpcs_rag.domain import AUTHORITY_RANK, CodeRecord, Disagreement, Page, Quote, Relation, Release, Sentence
from hcpcs_rag.indicators import COVERAGE_MEANING, NEVER_PAID
from hcpcs_rag.relations.reading import is_conditional

_CLAIMS_COVERAGE = re.compile(
    r"\bmedicare (?:program )?(?:covers?|pays?|reimburses?|will cover|coverage (?:for|of))\b|\b(?:is|are) covered (?:by|under) medicare\b"
    r"|\bcoverage .{0,60}\bdepends\b",
    re.IGNORECASE,
)
_CLAIMS_NONE = re.compile(r"\b(?:not|non-?|never|no)\b.{0,25}\b(?:cover|pay|reimburs)", re.IGNORECASE)
_CLAIMS_ACTIVE = re.compile(
    r"\b(?:payment )?status\s*:?\s*active\b|^\W*\(active\)|\bcurrently (?:active|valid)\b", re.IGNORECASE
)
_SAYS_VALID = re.compile(
    r"\b(?:remains?|still|is|are)\s+(?:an?\s+)?(?:active|valid|in (?:effect|force)|billable)\b|\bno end date\b",
    re.IGNORECASE,
)
_DENIES = re.compile(r"\b(?:not?|never|cannot)\b|n't\b", re.IGNORECASE)
CLAUSE = 60
"""Characters behind a code in which a sentence says that it is valid."""
_SCOPE = re.compile(
    r"\brefers to|\bdescribes\b|\bcovers?\b|\brepresents\b|\bis (?:the code )?for\b|\bdefin", re.IGNORECASE
)
_PURCHASE = re.compile(r"\b(?:acquisition|acquir\w+|purchas\w+|buy\w*|ownership)\b", re.IGNORECASE)
_PURCHASE_CODE = re.compile(
    r"\b(?:is|are) (?:an? )?(?:purchase|purchased|purchase-only)\b|\bpurchase (?:code|item|only)\b", re.IGNORECASE
)
_RENTAL = re.compile(r"\brent(?:al|ed|als)?\b", re.IGNORECASE)
_OTHER_SYSTEM = re.compile(r"\b(CPT|ICD-?10(?:-CM)?|CDT)(?:®)?\s+(?:code\s+)?([A-V]\d{4})\b")


def find(record: CodeRecord, record_page: Page, release: Release, pages: list[Page], on: date) -> list[Disagreement]:
    """Return the first disagreement of each kind and page with the official record of a code."""
    found: dict[tuple[str, str], Disagreement] = {}
    for page in pages:
        own = page.subjects == (record.code,)
        for sentence in page.sentences:
            if not own and not page.text.count(record.code, sentence.start, sentence.end):
                continue  # says nothing of this code
            for disagreement in _check(record, record_page, release, page, sentence, on):
                found.setdefault((disagreement.about, page.page_id), disagreement)
    return list(found.values())


def _check(
    record: CodeRecord, record_page: Page, release: Release, page: Page, sentence: Sentence, on: date
) -> Iterator[Disagreement]:
    text = page.text[sentence.start : sentence.end]
    if text.endswith("?"):
        return
    quote = Quote(page, sentence.start, sentence.end)
    who = release.name
    if record.coverage in NEVER_PAID and _CLAIMS_COVERAGE.search(text) and not _CLAIMS_NONE.search(text):
        see = f", see {', '.join(record.see_instead)}" if record.see_instead else ""
        official = f"{who}: {COVERAGE_MEANING[record.coverage]} (coverage {record.coverage}){see}"
        names = ("Medicare coverage", "See instead")[: 1 + bool(see)]
        yield Disagreement("Medicare coverage", official, text, tuple(line(record_page, n) for n in names), quote)
    claims_active = bool(_CLAIMS_ACTIVE.search(text))
    own = text.partition(record.code)[2][:CLAUSE].partition(";")[0]  # what follows the code, before another clause
    says_valid = _SAYS_VALID.search(own) and not _DENIES.search(own.replace("no end date", ""))
    claims_covered = _CLAIMS_COVERAGE.search(text) and not _CLAIMS_NONE.search(text)
    if record.status(on) == "ended" and record.ended and (claims_active or says_valid or claims_covered):
        official = f"{who}: {record.code} ended on {record.ended.isoformat()}"
        yield Disagreement("status", official, text, (line(record_page, "Ended"),), quote)
    elif claims_active and record.coverage in NEVER_PAID:
        official = f"{who}: in the code set, but {COVERAGE_MEANING[record.coverage]} (coverage {record.coverage})"
        yield Disagreement("status", official, text, (line(record_page, "Medicare coverage"),), quote)
    rental = bool(_RENTAL.search(record.long)) and not _PURCHASE.search(record.long)
    purchase = _PURCHASE_CODE.search(text) or (_SCOPE.search(text) and _PURCHASE.search(text))
    if rental and purchase and record.code in text and not _DENIES.search(text):
        official = f"{who}: the descriptor of {record.code} is for rental only"
        yield Disagreement("descriptor", official, text, (line(record_page, "Official descriptor"),), quote)
    if record.code in text and units.differ(units.of(record.long), units.stated(text)):
        official = f"{who}: the descriptor of {record.code} is “{record.long}”"
        yield Disagreement("units", official, text, (line(record_page, "Official descriptor"),), quote)
    system = _OTHER_SYSTEM.search(text)
    if system and system.group(2) == record.code:
        official = f"{who}: {record.code} is a HCPCS Level II code"
        yield Disagreement("code system", official, text, (line(record_page, "Code"),), quote)


def between_rules(relations: Iterable[Relation], page_of: Callable[[str], Page]) -> list[Disagreement]:
    """Return, for each pair of codes, the first rule that allows it beside the first of another page that forbids it.

    The one of higher authority is told first. Rules under a condition do not contradict each other.
    """
    sides: dict[frozenset[str], dict[str, Relation]] = {}
    ranked = sorted(relations, key=lambda r: (AUTHORITY_RANK[page_of(r.page_id).authority], r.page_id, r.start))
    for rule in ranked:
        if rule.kind in ("use_with", "not_with") and not is_conditional(
            page_of(rule.page_id).text[rule.start : rule.end]
        ):
            sides.setdefault(frozenset((rule.code, rule.other)), {}).setdefault(rule.kind, rule)
    found = []
    for rules in (tuple(by_kind.values()) for by_kind in sides.values() if len(by_kind) > 1):
        first, second = (Quote(page_of(r.page_id), r.start, r.end) for r in rules)
        if first.page.page_id != second.page.page_id and first.text != second.text:
            about = f"{rules[0].code} with {rules[0].other}"
            who = WHO[first.page.authority]
            official = f"{who[0].upper()}{who[1:]} says: “{' '.join(first.text.split())}”"
            found.append(Disagreement(about, official, second.text, (first,), second))
    return found


WHO = {"release": "a release", "policy": "a policy", "reference": "a reference page"}
"""How a source is called in a sentence, by its authority."""


def line(page: Page, name: str) -> Quote:
    """Return the line of a record page that holds a field, such as "Medicare coverage"."""
    for sentence in page.sentences:
        if page.text.startswith(f"{name}:", sentence.start):
            return Quote(page, sentence.start, sentence.end)
    return Quote(page, 0, page.text.find("\n"))
