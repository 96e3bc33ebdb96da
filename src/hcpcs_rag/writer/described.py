"""Questions that name no code: the sentences that speak of all of it, or the codes it describes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hcpcs_rag.domain import Draft, Question
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import stems
from hcpcs_rag.question.wording import is_polar, topic
from hcpcs_rag.retrieval import CodeHit, Evidence, Found
from hcpcs_rag.vocabulary import Concept
from hcpcs_rag.writer.records import descriptor
from hcpcs_rag.writer.selection import choose, usable
from hcpcs_rag.writer.statements import say, say_all

MAX_CODES = 4
MAX_LISTED = 12
REVERSE_COVERAGE = 0.6
"""Share of a description's concepts a code's descriptor must meet to be named as its code."""
TOPIC_COVERAGE = 0.75
"""The same for sentences of pages no code was named for, where a chance match is likelier."""
_ASKS_SOMETHING = re.compile(r"\b(?:what|who|where|when|why|how|does|do|is|are|can)\b", re.IGNORECASE)
_ASKS_ALL = re.compile(r"\b(?:all|every|list|codes)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """Drafts in the order they are to be read; none means that the evidence holds no answer.

    ``missing`` says what was looked for; ``near`` are the closest known things, for an abstention.
    """

    drafts: tuple[Draft, ...]
    missing: str = ""
    near: tuple[CodeHit, ...] = ()


def write_reverse(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    """Name the codes whose descriptors meet most of a description."""
    needed = topic(question)
    wording = " ".join(c.wording for c in needed)
    good = [h for h in evidence.hits if h.coverage >= REVERSE_COVERAGE]
    best = max((h.coverage for h in good), default=0.0)
    level = [h for h in good if h.coverage == best]
    chosen = level[:MAX_LISTED] if _ASKS_ALL.search(question.message) else _most_specific(level, needed)[:MAX_CODES]
    stated = _stating_codes(question, evidence, needed)
    drafts = [say(f) for f in stated[:1]] + [descriptor(hit.record, index) for hit in chosen]
    return Written(tuple(drafts), f"a code for “{wording or question.message.strip()[:80]}”", evidence.hits[:3])


def _most_specific(hits: Sequence[CodeHit], needed: tuple[Concept, ...]) -> list[CodeHit]:
    """Drop codes whose descriptors say far more than was asked: a charger is not the machine.

    Kept are those at least half as specific as the best, by the share of their descriptor's words that
    the description has.
    """
    asked = {s for concept in needed for alternative in concept.alternatives for s in alternative}
    shares = [len(asked & (own := stems(hit.record.long))) / max(len(own), 1) for hit in hits]
    return [hit for hit, share in zip(hits, shares, strict=True) if share >= max(shares) / 2]


def _stating_codes(question: Question, evidence: Evidence, needed: tuple[Concept, ...]) -> list[Found]:
    """Sentences of pages that themselves name a code for what is described."""
    return [
        f
        for f in evidence.found
        if f.coverage >= TOPIC_COVERAGE
        and len(needed) >= 2
        and re.search(r"\bcodes? (?:for|is)\b.*\b[A-V]\d{4}\b", f.quote.text)
    ]


def write_without_code(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    """A question that names no code: sentences that speak of all of it, else the code it describes."""
    needed = topic(question)
    asked = [f for f in evidence.found if f.coverage >= TOPIC_COVERAGE and len(needed) >= 2 and usable(f)]
    if question.facets:
        asked = [f for f in asked if f.facet]
    if asked:
        best = max(f.coverage for f in asked)
        return Written(tuple(say_all(choose([f for f in asked if f.coverage == best])[:4])))
    written = write_reverse(question, evidence, index, on)
    least = 1.0 if _ASKS_SOMETHING.search(question.standalone) else TOPIC_COVERAGE
    certain = [h for h in evidence.hits[:3] if h.coverage >= least and len(needed) >= 2]
    wording = " ".join(c.wording for c in needed) or question.message.strip()[:80]
    return Written(written.drafts if certain and not is_polar(question) else (), f"“{wording}”", written.near)
