"""What a section, a sentence or a question is about.

A facet has three vocabularies: words of headings, everyday wording of questions, and wording that
gives it away in running text where there is no heading. All are words of the trade, not of a site.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from hcpcs_rag.domain import Facet


@dataclass(frozen=True, slots=True)
class Wording:
    """How one facet is worded; each pattern ignores case."""

    name: Facet
    label: str
    heading: re.Pattern[str]
    asked: re.Pattern[str]
    content: re.Pattern[str]


def _facet(name: Facet, label: str, *, heading: str, asked: str, content: str = r"(?!)") -> Wording:
    return Wording(name, label, *(re.compile(p, re.IGNORECASE) for p in (heading, asked, content)))


# Order matters: the first facet whose heading matches wins, so narrow ones come first.
FACETS: tuple[Wording, ...] = (
    _facet(
        Facet.PRICE,
        "fees and payment amounts",
        heading=r"\b(rvus?|fees?|fee schedule|payment (rate|amount)s?|prices?|cost|reimbursement rates?)\b",
        asked=r"\b(fees?|price[sd]?|costs?|w?rvus?|dollars?|allowable|allowed amount|payment (rate|amount)"
        r"|reimbursement (rate|amount)|how much (do|does|will|would|is|are|can|did)\b(?!.*\bunits?)"
        r"|rates?|charge (for|amount)|asp)\b",
        content=r"\$\s?\d|\brvus?\b|\bfee schedule amount",
    ),
    _facet(
        Facet.DENIALS,
        Facet.DENIALS,
        heading=r"\b(denials?|denied|reject(ed|ions?)|common errors|appeals?)\b",
        asked=r"\b(den(y|ied|ies|ials?)|reject(s|ed|ion)?|bounced?|kick(ed)? back|turned down|refus(e|ed|al)"
        r"|not paid|won'?t pay|appeals?)\b",
        content=r"\b(will|shall|may|can) (also )?be (denied|rejected)|\bresult in (a |claim )?(claim )?denial|"
        r"\bfor denial\b|\b(?:is|are) (?:denied|rejected)\b|\bdenied as\b|\bclaims? .{0,60}\bdenied\b",
    ),
    _facet(
        Facet.DOCUMENTATION,
        Facet.DOCUMENTATION,
        heading=r"\b(documentation|documents?|medical records?|record ?keeping|paperwork|proof of delivery)\b",
        asked=r"\b(docs?|document(s|ed|ation|ing)?|paper ?work|medical records?|records?|chart(ing)?|written order|prescription"
        r"|proof|papers|notes?|forms?|on file|in the file|(the|an?|written|physician.?s?|doctor.?s?|valid|signed) orders?)\b",
        content=r"\bdocumentation (must|should|is|of|to)\b|\b(must|should) be documented\b|\bphysician.?s order\b"
        r"|\bmedical records? (must|should)\b|\bwritten order\b",
    ),
    _facet(
        Facet.MODIFIERS,
        Facet.MODIFIERS,
        heading=r"\bmodifiers?\b",
        asked=r"\bmodifiers?\b|\bmods?\b",
        content=r"\bmodifiers?\b|\bappend (?:the )?[A-Z][A-Z0-9]\b",
    ),
    _facet(
        Facet.UNITS,
        Facet.UNITS,
        heading=r"\b(units?|quantit(y|ies)|utilization|frequency( limits?)?|usual maximum)\b",
        asked=r"\b(units?|uos|qty|quantity|quantities|increments?|how many|how often|max(imum)?( number)?|frequency|(per|an?|each|every) (\d+ )?(month|day|mile|trip|week|year|quarter)s?"
        r"|limits?|bill(ed)? (once|twice)|(billed )?per what)\b",
        content=r"\b(one|single|each|number of|actual number of|maximum of|\d+) units?\b|\bunits? (of service|supplied)\b"
        r"|\b\d+ (?:\w+ )?(?:per|every|each) (?:\d+ |one |two |three |six )?(?:day|week|month|year)s?\b|\b(?:one|two|three|four|five|six|\d+)\s?/\s?(?:\d+ )?(?:day|week|month|year)s?\b|\b(?:once )?every (?:\d+|one|two|three|four|five|six) (?:day|week|month|year)s\b|\bmaximum is\b|\bunit of [A-Z]\d{4}\b|\bno more than\b|\bnot (to )?exceed\b|\bper (cassette|mile|month|week|bag)\b",
    ),
    _facet(
        Facet.PAYERS,
        "payer differences",
        heading=r"\b(commercial|private|payers?|insurers?|insurance|medicaid|medicare advantage)\b",
        asked=r"\b(commercial|private)\b(?=.{0,25}\b(payers?|insur\w*|plans?))|\b(payers?|insurers?|insurance)\b",
        content=r"\b(commercial|private) (insur|payer|plan)|\binsurers may\b",
    ),
    _facet(
        Facet.RELATED_CODES,
        "related codes",
        heading=r"\b((similar|related|relevant|alternative|other|associated|companion) (hcpcs )?codes?|used with|see also"
        r"|pairing|compatible|crosswalk|accessories|codes? used with)\b",
        asked=r"\b((similar|related|other|alternative|associated|companion) codes?|instead|similar to|related to"
        r"|alternatives? to)\b",
    ),
    _facet(
        Facet.PLACE_OF_SERVICE,
        "place of service",
        heading=r"\b(place of service|places? of use|settings?|location|where (it is|is it) (done|performed|used))\b",
        asked=r"\b(place of service|pos|settings?|where\b(?=.{0,40}\b(used?|bill(ed)?|perform(ed)?|done|provided|place|happen))"
        r"|at home|location)\b",
        content=r"\bplace of service\b|\bsettings? (such as|include)\b",
    ),
    _facet(
        Facet.SPECIALTY,
        "specialties and staff",
        heading=r"\b(specialt(y|ies)|providers?|who performs|personnel|staff|professionals?)\b",
        asked=r"\b(specialt(y|ies)|personnel|staff|who (can|may|is|are|performs?|uses?|does|provides?|gets?|should|bills?|carries))\b",
        content=r"\b(paramedics?|emts?|technicians?|physicians?|therapists?|nurses?|trained .{0,20}providers)\b.{0,60}"
        r"\b(responsible|perform|administer)|^[^.]{0,20}\b(paramedics|nurses|therapists|providers)\b[^.]{0,40}\.?$",
    ),
    _facet(
        Facet.RISKS,
        "risks and complications",
        heading=r"\b(risks?|complications?|side effects?|adverse|safety)\b",
        asked=r"\b(risks?|complications?|side effects?|dangers?|dangerous|adverse|harm|safe(ty)?)\b",
    ),
    _facet(
        Facet.AFTERCARE,
        "after-care and recovery",
        heading=r"\b(post-?procedure|after ?care|recovery|follow-?up|restrictions|outcomes?|expected results?)\b",
        asked=r"\b(recover(y)?|after ?care|follow-?up care|afterwards|post-?procedure|after the procedure|restrictions)\b",
    ),
    _facet(
        Facet.PREPARATION,
        "preparation and tests",
        heading=r"\b(pre-?procedure|preparation|diagnostic tests?|before the)\b",
        asked=r"\b(prepar(e|ation)|pre-?procedure|diagnostic tests?|before the procedure)\b",
    ),
    _facet(
        Facet.DURATION,
        Facet.DURATION,
        heading=r"\b(duration|how long|length of)\b",
        asked=r"\b(how long|duration|time (does|is)|take(s)? long)\b",
        content=r"\btakes? (a few|about|approximately|\d+) (seconds?|minutes?|hours?)",
    ),
    _facet(
        Facet.ALTERNATIVES,
        Facet.ALTERNATIVES,
        heading=r"\b(other treatment|alternatives?|treatment options|pros and cons|other options)\b",
        asked=r"\b(alternative treatments?|other treatments?|treatment options|alternatives|pros and cons|other options)\b",
    ),
    _facet(
        Facet.EXPERIENCE,
        "patient experience",
        heading=r"\b(patient experience|during the procedure|after the procedure|pain management|anesthesia|sedation)\b",
        asked=r"\b(patient experience|feel|painful|pain|anesthesia|sedat(ed|ion)|awake)\b",
    ),
    _facet(
        Facet.PROCEDURE,
        Facet.PROCEDURE,
        heading=r"\b(procedure description|procedure steps?|how it is (done|performed)|steps|technique|tools|instructions)\b",
        asked=r"\b(steps?|procedure|performed|how (is|are)\b(?=.{0,40}\b(done|performed|carried out))|tools|instruments)\b",
    ),
    _facet(
        Facet.STATUS,
        "status and dates",
        heading=r"\b(status|effective dates?|revision|history|validity)\b",
        asked=r"\b(status|active|valid|effective|expired?|ended|terminat(ed|ion)|discontinued|deleted|(when|was|were|date|year) .{0,30}added|added (on|in|to)|when was|introduced"
        r"|still (good|in use|usable|valid|active|use|bill(able)?|payable)|(when|what da(y|te)) .{0,40}\bend(s|ed)?\b|in effect|date|replaced (by|with)|what replace[sd]|replacement code|(was|been|is it) replaced|supersed\w+|cross-?\s?ref\w*|crosswalk(ed|s)?|term date|last changed|when was.{0,20}changed)\b",
        content=r"\bpayment status\b|\beffective date\b",
    ),
    _facet(
        Facet.COVERAGE,
        Facet.COVERAGE,
        heading=r"\b(coverage|covered|medical necessity|medically necessary|limitations|indications and limitations|reimbursement"
        r"|medicare|payment rules|group [ivx]+ criteria)\b",
        asked=r"\b(cover(s|ed|age|ing)?|payable|pays?|paid|medically necessary|medical necessity|qualif(y|ies|ied)"
        r"|eligib\w*|does medicare|will medicare|reimburs(e|ed|able)|criteria)\b",
        content=r"\b(is|are|be) (not )?covered\b|\bmedicare (coverage|covers|program covers|does not pay|may allow)\b"
        r"|\bcoverage (is|for|of|includes|depends)\b|\breasonable and necessary\b|\bnot payable\b",
    ),
    _facet(
        Facet.CONDITIONS,
        "conditions and patients",
        heading=r"\b(clinical (context|criteria|use)|conditions?|symptoms|patient criteria|indications|purpose|diagnos[ei]s"
        r"|when (is|to)\b.*\bused?|clinical)\b",
        asked=r"\b(conditions?|symptoms|diagnos[ei]s|indications?|what (kind of |type of )?patients?|which patients|illness(es)?|diseases?"
        r"|when (is|do|should|would|can|to)\b(?=.{0,40}\b(use|used|bill|billed|report|reported)\b)|clinical(ly)?)\b",
        content=r"\b(?:use|report|bill) [A-V]\d{4} (?:for|when|if|only)\b|\bis (?:used|billed|reported) (?:for|when|if|only)\b",
    ),
    _facet(
        Facet.BILLING,
        Facet.BILLING,
        heading=r"\b(billing|bill|claims?|coding guid\w*|reporting|how to (bill|code)|submission)\b",
        asked=r"\b(bill(ing|ed|able|s)?|claims?|report(ed|ing)?|submit|code (it|this|for))\b",
        content=r"\b(billed?|billing|claims?)\b",
    ),
    _facet(
        Facet.DEFINITION,
        Facet.DEFINITION,
        heading=r"\b(definition|description|overview|what is|plain (language|english)|about|meaning|descriptor|what it is"
        r"|technical term|name of|also known as|summary|simple)\b",
        asked=r"\b(what('?s| is| are)|define|definition|meaning|describe|description|descriptor|stands? for|mean(s)?|explain"
        r"|tell me about|lookup|look up|official|wording|desc|(long|short|full)(?= desc)|in (one|a) (line|sentence|nutshell)|what (sort|kind|type) of|in plain (english|language|words)|layman'?s?|(?<=\bin )simple (words|terms)|wat is)\b",
        content=r"\b((this (hcpcs )?code|code [A-V]\d{4}) (is|covers|represents|describes|refers)|refers to|in simple words|is defined as)\b",
    ),
)

BY_NAME: dict[str, Wording] = {facet.name: facet for facet in FACETS}


def of_heading(heading: str) -> str:
    """Return the facet a heading announces, ``general`` if none."""
    return next((f.name for f in FACETS if f.heading.search(heading)), Facet.GENERAL)


def of_content(text: str) -> str:
    """Return the facet that most of the wording of ``text`` points to, ``general`` if none.

    Ties go to the narrower facet, which stands first in ``FACETS``.
    """
    counts = [(len(f.content.findall(text)), f.name) for f in FACETS]
    best = max(counts, key=lambda pair: pair[0])
    return best[1] if best[0] else Facet.GENERAL


def asked_for(message: str) -> tuple[str, ...]:
    """Return the facets a message asks for, narrow ones first."""
    return tuple(f.name for f in FACETS if f.asked.search(message))


def without_wording(message: str, facets: tuple[str, ...]) -> str:
    """Blank the words by which ``message`` asks for ``facets``, leaving what else it is about."""
    for name in facets:
        message = BY_NAME[name].asked.sub(" ", message)
    return message


def tells_of(text: str, names: Iterable[str]) -> bool:
    """Say whether the wording of ``text`` gives away any of some facets."""
    return any(BY_NAME[name].content.search(text) for name in names)


def label(name: str) -> str:
    """Return a facet's name as a person would say it."""
    return BY_NAME[name].label if name in BY_NAME else name.replace("_", " ")
