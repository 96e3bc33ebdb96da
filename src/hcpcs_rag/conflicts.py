"""Where a page and the CMS release disagree on a code, told by what each says and not by its site.

Recognised are Medicare coverage, status, the scope of the descriptor (rental, purchase), what one unit is and the
code system a page takes the code for; between pages, a pairing that one allows and another forbids.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from hcpcs_rag import units
from hcpcs_rag.codes import CODE_LIST, find_codes
from hcpcs_rag.domain import AUTHORITY_RANK, CodeRecord, Disagreement, Page, Quote, Relation, Release, Sentence
from hcpcs_rag.indicators import COVERAGE_MEANING, NEVER_PAID
from hcpcs_rag.recordpage import Field, field_quote
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
_OTHER_PAYER = re.compile(r"\b(?:commercial|private|medicaid|insur(?:er|ance)s?|payers?|plans?)\b", re.IGNORECASE)
_CLAUSE = re.compile(
    r";|,?\s+\b(?:while|whereas|but|although|though|unlike)\b|,\s+(?:and|or)\s+(?=[A-V]\d{4}\b)|\s[–—]\s"
)
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
        for sentence in page.evidence():
            if not own and not page.text.count(record.code, sentence.start, sentence.end):
                continue  # says nothing of this code
            for disagreement in _check(record, record_page, release, page, sentence, on):
                found.setdefault((disagreement.about, page.page_id), disagreement)
    return list(found.values())


def _claims_on(code: str, text: str, own: bool) -> list[str]:
    """The clauses of a sentence whose subject is ``code``: those in which it stands in the first list of codes.

    A clause that names no code goes on about the subject of the one before it; the first one is about the code that
    the page is about (``own``). "E0425 is the purchase code, while E0424 is the rental" claims of E0424 only that it
    is the rental.
    """
    claims = []
    about = own
    for clause in _CLAUSE.split(text):
        subjects = CODE_LIST.search(clause)
        about = code in find_codes(subjects.group()) if subjects else about
        if about:
            claims.append(clause)
    return claims


def _check(
    record: CodeRecord, record_page: Page, release: Release, page: Page, sentence: Sentence, on: date
) -> Iterator[Disagreement]:
    text = page.text[sentence.start : sentence.end]
    if text.endswith("?"):
        return
    quote = Quote(page, sentence.start, sentence.end)
    claims = _claims_on(record.code, text, page.subjects == (record.code,))
    for about, official, rests_on in (x for claim in claims for x in _against(record, claim, on)):
        quotes = tuple(field_quote(record_page, name) for name in rests_on)
        yield Disagreement(about, f"{release.name}: {official}", text, quotes, quote)


def _against(record: CodeRecord, claim: str, on: date) -> Iterator[tuple[str, str, tuple[Field, ...]]]:
    """What a record says against a claim about its code: the kind of disagreement, the official word, its fields."""
    never_paid = record.coverage in NEVER_PAID
    denied = bool(_CLAIMS_NONE.search(claim)) or (_OTHER_PAYER.search(claim) and "medicare" not in claim.lower())
    claims_covered = bool(_CLAIMS_COVERAGE.search(claim)) and not denied
    claims_active = bool(_CLAIMS_ACTIVE.search(claim))
    says_valid = _SAYS_VALID.search(claim) and not _DENIES.search(claim.replace("no end date", ""))
    named = COVERAGE_MEANING.get(record.coverage, "")
    if never_paid and claims_covered:
        see = f", see {', '.join(record.see_instead)}" if record.see_instead else ""
        fields: tuple[Field, ...] = ("coverage", "see_instead") if see else ("coverage",)
        yield "Medicare coverage", f"{named} (coverage {record.coverage}){see}", fields
    if record.status(on) == "ended" and record.ended and (claims_active or says_valid or claims_covered):
        yield "status", f"{record.code} ended on {record.ended.isoformat()}", ("ended",)
    elif claims_active and never_paid:
        yield "status", f"in the code set, but {named} (coverage {record.coverage})", ("coverage",)
    rental = bool(_RENTAL.search(record.long)) and not _PURCHASE.search(record.long)
    purchase = _PURCHASE_CODE.search(claim) or (_SCOPE.search(claim) and _PURCHASE.search(claim))
    if rental and purchase and not _DENIES.search(claim):
        yield "descriptor", f"the descriptor of {record.code} is for rental only", ("long",)
    if units.differ(units.of(record.long), units.stated(claim)):
        yield "units", f"the descriptor of {record.code} is “{record.long}”", ("long",)
    system = _OTHER_SYSTEM.search(claim)
    if system and system.group(2) == record.code:
        yield "code system", f"{record.code} is a HCPCS Level II code", ("code",)


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
