"""Questions that name no code: the sentences that speak of all of it, or the codes it describes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import Draft, Facet, Question
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import stem, stems
from hcpcs_rag.question.description import head_noun
from hcpcs_rag.question.wording import codes_removed, is_polar
from hcpcs_rag.ranking import CodeHit
from hcpcs_rag.retrieval import Evidence, Found
from hcpcs_rag.vocabulary import exacting
from hcpcs_rag.writer.records import descriptor
from hcpcs_rag.writer.selection import ANSWERS, answering, best_of, usable
from hcpcs_rag.writer.statements import say_all, say_with_leads

MAX_CODES = 4
MAX_LISTED = 12
MAX_SENTENCES_NO_CODE = 4
MEANT = 0.7
"""Confidence from which a code is named (see ``ranking``): at 0.7 none of 80 things that have no code gets one, and 0.98 of the
drugs and 0.90 of the everyday wordings whose first code is right keep it; at 0.5 one thing does, and 0.99 and 0.92; at 0.82 none,
and 0.98 and 0.88."""
NEAR, MAX_NEAR = 0.3, 3
"""Confidence from which a code that is not named is shown as close, and how many are."""
ALIKE = 0.04
"""Codes whose score is this close to the best one's are named with it."""
_ASKS_SOMETHING = re.compile(r"\b(?:what|which|who|where|when|why|how|does|do|is|are|can)\b", re.IGNORECASE)
# "every 3 months" asks for no list
_EVERY = r"every (?!\d|other|few|two|three|four|five|six|day|night|week|month|quarter|year|visit|time)"
_LIST = r"^\W*(?:\w+\W+){0,3}list (?:all|of|the|every|me)"  # "is it on the list" asks for none
_ASKS_LIST = re.compile(rf"\b(?:all (?:the|of|your)|{_EVERY}\w+)\b|{_LIST}\b", re.IGNORECASE)
_ASKS_ALL = re.compile(rf"\b(?:all|{_EVERY}\w+|codes)\b|{_LIST}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """Drafts in the order they are to be read; none means that the evidence holds no answer.

    ``missing`` says what was looked for; ``near`` are the closest known things, for an abstention. ``unmet`` is what
    the drafts leave open of a question they answer in part. ``standing`` comes before all of it, answer or none: that
    a code asked for has ended or is never paid. ``note`` is what a reader must know of the answer as a whole.
    """

    drafts: tuple[Draft, ...]
    missing: str = ""
    near: tuple[CodeHit, ...] = ()
    unmet: str = ""
    standing: tuple[Draft, ...] = ()
    note: str = ""


def write_reverse(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    """Name the codes that a description fits, by their official descriptors or by the pages about them.

    Where several fit as well as each other, that is said. Where none does, sentences that answer the question are quoted
    instead, if there are any.
    """
    needed = evidence.asked
    wording = " ".join(c.wording for c in needed) or question.message.strip()[:80]
    every = _listed(evidence.hits) if _ASKS_ALL.search(question.message) else []
    stating = _stating(question, evidence, index)
    fitting = _fitting(question, evidence)
    named = every or fitting[:MAX_CODES]
    # The codes are one list, told whole.
    drafts = [replace(descriptor(hit.record, index, on), item=at > 0) for at, hit in enumerate(named)]
    told = [stating[hit.record.code] for hit in named[:1] if hit.record.code in stating]
    drafts += say_with_leads(found for found in told if found.chance >= ANSWERS)
    note = ""
    if len(named) > 1 and not every:
        more = f", and {len(fitting) - len(named)} more" if len(fitting) > len(named) else ""
        note = f"Several codes fit “{wording}”: these {len(named)}{more}. Their descriptors say how they differ."
    if not drafts and len(needed) >= 2:
        drafts = _quoted(answering(question, evidence.found), index, on)
    return Written(tuple(drafts), f"a code for “{wording}”", _near(evidence), note=note)


def _quoted(answers: Sequence[Found], index: Index, on: date) -> list[Draft]:
    """The best sentences; where none names a code, below the descriptor of the code that their page is about."""
    best = best_of(answers, MAX_SENTENCES_NO_CODE)
    about = {code for found in best if found.page.authority != "policy" for code in found.page.subjects}
    if len(about) != 1 or any(find_codes(found.quote.text) for found in best):
        return say_all(best)
    record = index.record(about.pop())
    if record is None:
        return say_all(best)
    return [descriptor(record, index, on), *say_all(f for f in best if record.long not in f.quote.text)]


def _near(evidence: Evidence) -> tuple[CodeHit, ...]:
    """The codes nearest to a description that are things of its kind: their descriptors name its head noun."""
    heads = evidence.described.heads if evidence.described else frozenset()
    near = (hit for hit in evidence.hits if hit.confidence >= NEAR)
    return tuple(hit for hit in near if heads & stems(f"{hit.record.long} {hit.record.short}"))[:MAX_NEAR]


def _listed(hits: Sequence[CodeHit]) -> list[CodeHit]:
    """All codes that meet a description as well as the best one does, where it is surely meant."""
    good = [hit for hit in hits if hit.confidence >= MEANT]
    best = max((hit.met for hit in good), default=0.0)
    return [hit for hit in good if hit.met == best][:MAX_LISTED]


def _stating(question: Question, evidence: Evidence, index: Index) -> dict[str, Found]:
    """For each code that has a page of its own: the sentence of such a page that fits the description best."""
    kind = "modifier" if Facet.MODIFIERS in question.facets else "code"
    best: dict[str, Found] = {}
    for found in sorted(evidence.found, key=lambda f: f.chance, reverse=True):
        if len(found.page.subjects) == 1 and usable(found):
            record = index.record(found.page.subjects[0])
            if record and record.kind == kind:
                best.setdefault(record.code, found)
    return best


def _fitting(question: Question, evidence: Evidence) -> list[CodeHit]:
    """The codes that a description surely means, best first: the one ranked first and those as near as ``ALIKE``.

    Surely is by the confidence of its descriptors, for one of the first few at least. What must be named is named by them.
    """
    required = exacting(codes_removed(question.standalone))

    def is_meant(hit: CodeHit) -> bool:
        said = stems(f"{hit.record.long} {hit.record.short}")
        return hit.confidence >= MEANT and all(concept.met_by(said) for concept in required)

    meant = [hit for hit in evidence.hits[:MAX_LISTED] if is_meant(hit)]
    if not any(hit in meant for hit in evidence.hits[:MAX_CODES]):
        return []  # what ranks behind four that are not meant is not meant either
    kin = [hit for hit in meant if _is_of_kind(hit, evidence)]
    if meant and meant[0] in kin:
        best = meant[0]
        return [h for h in kin if h.score >= best.score - ALIKE or h.met == best.met == 1.0]
    return [hit for hit in meant if hit.score >= meant[0].score - ALIKE]


def _is_of_kind(hit: CodeHit, evidence: Evidence) -> bool:
    """Say whether a code is for the very thing described, and not for something that goes with it."""
    return evidence.described is not None and stem(head_noun(hit.record.long)) in evidence.described.heads


def write_without_code(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    """A question that names no code: sentences that answer it, else the code it describes."""
    needed = evidence.asked
    wording = " ".join(c.wording for c in needed) or question.message.strip()[:80]
    answers = answering(question, evidence.found)
    reverse = write_reverse(question, evidence, index, on)
    asks = bool(_ASKS_SOMETHING.search(question.standalone)) or question.standalone.endswith("?")
    if reverse.drafts and _ASKS_LIST.search(question.message):
        return reverse
    if answers and (asks or question.facets or not reverse.drafts):
        return Written(tuple(_quoted(answers, index, on)))
    # "how many strips per month" asks something of the strips: their code is no answer.
    facts = set(question.facets) - {Facet.DEFINITION, Facet.BILLING, Facet.RELATED_CODES, Facet.MODIFIERS}
    certain = not facts and not asks
    drafts = reverse.drafts if len(needed) >= 2 and certain and not is_polar(question) else ()
    return Written(drafts, f"“{wording}”", reverse.near)
