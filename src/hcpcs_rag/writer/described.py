"""Questions that name no code: the sentences that speak of all of it, or the codes it describes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hcpcs_rag.domain import Draft, Question
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import stems
from hcpcs_rag.question.wording import asks_definition, codes_removed, is_polar
from hcpcs_rag.retrieval import CodeHit, Evidence, Found, context_stems
from hcpcs_rag.vocabulary import Concept, exacting
from hcpcs_rag.writer.records import descriptor
from hcpcs_rag.writer.selection import ANSWERS, CARRIERS, SHARE_WEIGHT, answering, best_of, names, relevance, usable
from hcpcs_rag.writer.statements import say, say_all

MAX_CODES = 4
MAX_LISTED = 12
MAX_SENTENCES_NO_CODE = 4
LISTED_COVERAGE = 0.6
"""Share of a description's concepts a descriptor must meet to stand in a list of all codes for it."""
ALIKE = 0.08
"""Codes whose relevance is this close to the best one's are named with it."""
_DEFINES = re.compile(r"\b(?:is|are) defined as\b|\bmeans\b|\brefers? to\b|\bis (?:an?|the) (?!list\b)", re.IGNORECASE)
_ASKS_SOMETHING = re.compile(r"\b(?:what|who|where|when|why|how|does|do|is|are|can)\b", re.IGNORECASE)
# "every 3 months" asks for no list
_EVERY = r"every (?!\d|other|few|two|three|four|five|six|day|night|week|month|quarter|year|visit|time)"
_ASKS_LIST = re.compile(rf"\b(?:all (?:the|of|your)|{_EVERY}\w+|list)\b", re.IGNORECASE)
_ASKS_ALL = re.compile(rf"\b(?:all|{_EVERY}\w+|list|codes)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """Drafts in the order they are to be read; none means that the evidence holds no answer.

    ``missing`` says what was looked for; ``near`` are the closest known things, for an abstention. ``unmet`` is what
    the drafts leave open of a question they answer in part.
    """

    drafts: tuple[Draft, ...]
    missing: str = ""
    near: tuple[CodeHit, ...] = ()
    unmet: str = ""


def write_reverse(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    """Name the codes that a description fits, by their official descriptors or by the pages about them.

    Where none does, sentences that answer the question are quoted instead, if there are any.
    """
    needed = evidence.asked
    wording = " ".join(c.wording for c in needed)
    chosen = _listed(evidence.hits) if _ASKS_ALL.search(question.message) else []
    stating = _stating(question, evidence, index)
    fitting = _fitting(question, evidence, needed, stating)
    named = chosen or _most_specific(fitting, needed)[:MAX_CODES]
    drafts = [descriptor(hit.record, index) for hit in named]
    told = [stating[hit.record.code] for hit in named[:1] if hit.record.code in stating]
    drafts += [say(found) for found in told if relevance(found) >= ANSWERS]
    if not drafts and len(needed) >= 2:
        drafts = say_all(best_of(answering(question, evidence.found, needed), MAX_SENTENCES_NO_CODE))
    return Written(tuple(drafts), f"a code for “{wording or question.message.strip()[:80]}”", evidence.hits[:3])


def _listed(hits: Sequence[CodeHit]) -> list[CodeHit]:
    """All codes that meet a description as well as the best one does."""
    good = [hit for hit in hits if hit.coverage >= LISTED_COVERAGE]
    best = max((hit.coverage for hit in good), default=0.0)
    return [hit for hit in good if hit.coverage == best][:MAX_LISTED]


def _stating(question: Question, evidence: Evidence, index: Index) -> dict[str, Found]:
    """For each code that has a page of its own: the sentence of such a page that fits the description best."""
    kind = "modifier" if "modifiers" in question.facets else "code"
    best: dict[str, Found] = {}
    for found in sorted(evidence.found, key=relevance, reverse=True):
        if len(found.page.subjects) == 1 and usable(found):
            record = index.record(found.page.subjects[0])
            if record and record.kind == kind:
                best.setdefault(record.code, found)
    return best


def _fitting(
    question: Question, evidence: Evidence, needed: tuple[Concept, ...], stating: dict[str, Found]
) -> list[CodeHit]:
    """The codes that fit a description well enough to be named, best first.

    A code fits as well as its descriptor does or a sentence of its own page, whichever is better; the bar
    is the one of sentences, ``ANSWERS``.
    """
    required = exacting(codes_removed(question.standalone))
    scores: dict[str, float] = {}
    order = {hit.record.code: hit for hit in evidence.hits}
    for hit in evidence.hits:
        said = stems(f"{hit.record.long} {hit.record.short}")
        if all(concept.met_by(said) for concept in required):
            whole = hit.coverage == 1.0 and (len(needed) >= 2 or len(needed[0].alternatives) > 2)
            scores[hit.record.code] = max(hit.meaning + SHARE_WEIGHT * hit.coverage, ANSWERS if whole else 0.0)
    for code, found in stating.items():
        if names(found, required) and code in order:
            scores[code] = max(scores.get(code, 0.0), relevance(found))
    # Where a descriptor meets the whole description, so must any other code that is named.
    complete = {c for c in scores if order[c].coverage == 1.0} if len(needed) >= 2 else set()
    if complete:
        scores = {c: x for c, x in scores.items() if c in complete or (c in stating and stating[c].coverage == 1.0)}
    best = max(scores.values(), default=0.0)
    kept = [code for code, score in scores.items() if score >= max(ANSWERS, best - ALIKE)]
    return [order[code] for code in sorted(kept, key=lambda code: -scores[code])]


def _defining(question: Question, evidence: Evidence) -> list[Found]:
    """The sentences that say what the one thing asked after is: "Hypopnea is defined as …"."""
    if not asks_definition(question) or len(evidence.asked) != 1:
        return []
    concept = evidence.asked[0]
    found = []
    for f in evidence.found:
        match = _DEFINES.search(f.quote.text)
        if match and f.sentence.kind != "row" and concept.met_by(stems(f.quote.text[: match.start()])):
            found.append(f)
    return found


def _most_specific(hits: Sequence[CodeHit], needed: tuple[Concept, ...]) -> list[CodeHit]:
    """Drop codes whose descriptors say far more than was asked: a charger is not the machine.

    Kept are those at least half as specific as the best, by the share of their descriptor's words that
    the description has.
    """
    asked = {s for concept in needed for alternative in concept.alternatives for s in alternative}
    shares = [len(asked & (own := stems(hit.record.long))) / max(len(own), 1) for hit in hits]
    return [hit for hit, share in zip(hits, shares, strict=True) if share >= max(shares) / 2]


def write_without_code(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    """A question that names no code: sentences that answer it, else the code it describes."""
    needed = evidence.asked
    wording = " ".join(c.wording for c in needed) or question.message.strip()[:80]
    enough = len(needed) + bool(set(question.facets) - CARRIERS) >= 2
    answers = answering(question, evidence.found, needed) if enough else _defining(question, evidence)
    if len(needed) == 1:  # "is the concentrator covered?": what is said of coverage alone is no answer
        answers = [f for f in answers if needed[0].met_by(context_stems(f.page, f.sentence))]
    reverse = write_reverse(question, evidence, index, on)
    asks = bool(_ASKS_SOMETHING.search(question.standalone))
    if reverse.drafts and _ASKS_LIST.search(question.message):
        return reverse
    if answers and (asks or question.facets or not reverse.drafts):
        return Written(tuple(say_all(best_of(answers, MAX_SENTENCES_NO_CODE))))
    # "how many strips per month" asks something of the strips: their code is no answer.
    facts = set(question.facets) - {"definition", "billing", "related_codes", "modifiers"}
    certain = not asks or (not facts and any(hit.coverage == 1.0 for hit in evidence.hits[:3]))
    drafts = reverse.drafts if len(needed) >= 2 and certain and not is_polar(question) else ()
    return Written(drafts, f"“{wording}”", reverse.near)
