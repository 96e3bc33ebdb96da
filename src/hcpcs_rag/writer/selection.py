"""Which of the sentences found answer: by the concepts left over, the facet, the code they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import AUTHORITY_RANK, Question
from hcpcs_rag.language import stems
from hcpcs_rag.question.wording import wanted
from hcpcs_rag.retrieval import Evidence, Found, context_stems
from hcpcs_rag.vocabulary import Concept, coverage
from hcpcs_rag.writer.statements import clean, items_of

MAX_SENTENCES = 7
OPEN_COVERAGE = 0.6
"""Share of a question's concepts a sentence must meet when no facet was recognised. On the dev split 0.5
answers four of the questions that must be declined, 0.75 declines three that have an answer."""
MONEY = re.compile(r"\$\s?\d")
RVU = re.compile(r"\bw?rvus?\b", re.IGNORECASE)
CONTINUES = re.compile(r"^\W*(?:these|they|this|it|those)\b", re.IGNORECASE)


def definitions(code: str, found: Sequence[Found]) -> list[Found]:
    """Up to two sentences that say what a code is: of its own page, else those that mention it."""
    own = [f for f in found if f.subject and f.section_facet == "definition" and code in f.page.subjects]
    own = [f for f in own if f.sentence.kind == "sentence" and not f.quote.text.endswith("?")]
    named = [
        f for f in own if code in f.quote.text or re.search(r"\bthis (?:hcpcs )?code\b", f.quote.text, re.IGNORECASE)
    ]
    if own:
        return sorted(named or own, key=page_order)[:2]
    mentions = [f for f in found if code in f.quote.text and not f.subject]
    return sorted(mentions, key=lambda f: (AUTHORITY_RANK[f.page.authority], len(f.quote.text)))[:2]


def page_order(found: Found) -> tuple[int, str, int]:
    """Sort by authority, then as the pages stand and read."""
    return (AUTHORITY_RANK[found.page.authority], found.page.page_id, found.sentence.start)


def residual_of(question: Question, evidence: Evidence) -> tuple[Concept, ...]:
    """The concepts an answer must meet: those wanted that do not just describe the code asked for."""
    described = " ".join(f"{r.long} {r.short}" for r in evidence.records)
    described += " ".join({f.page.title for f in evidence.found if f.subject})
    known = stems(described)
    return tuple(c for c in wanted(question) if not c.met_by(known))


def usable(found: Found) -> bool:
    """Say whether a sentence can stand as a statement: no question, no bare label, no lead without its list."""
    text = found.quote.text
    if text.endswith("?"):
        return False
    if text.endswith(":"):
        return bool(items_of(found))  # a lead answers by its list
    announced = found.facet and bool(found.page.sections[found.sentence.section].heading)
    return announced or found.sentence.kind != "sentence" or len(text.split()) > 3


def is_of(found: Found, question: Question) -> bool:
    """Say whether a sentence about quantities speaks of a code asked for, not of another it names first."""
    named = find_codes(found.quote.text)
    return "units" not in question.facets or not named or named[0] in question.codes or not question.codes


def names_modifier(found: Found, modifiers: Sequence[str]) -> bool:
    """Say whether a sentence names one of the modifiers."""
    return any(re.search(rf"(?<![A-Za-z0-9]){m}(?![A-Za-z0-9])", found.quote.text) for m in modifiers)


def meeting(residual: tuple[Concept, ...], candidates: Iterable[Found], least: float = 0.5) -> list[Found]:
    """Those candidates that meet the most of the residual concepts, at least the share ``least``."""
    scored = [(coverage(residual, context_stems(f.page, f.sentence)), f) for f in candidates if usable(f)]
    best = max((score for score, _ in scored), default=0.0)
    return [f for score, f in scored if score == best] if best >= least else []


def choose(candidates: Sequence[Found]) -> list[Found]:
    """The best few sentences, sections of the facet itself first, without repeats, in page order."""
    unique = {clean(f.quote.text).lower(): f for f in reversed(candidates)}
    best = sorted(unique.values(), key=lambda f: (not f.subject, -f.coverage, *page_order(f)))[:MAX_SENTENCES]
    return sorted(best, key=page_order)


def next_sentence(found: Found, others: Sequence[Found]) -> Found | None:
    """The next sentence of the same section."""
    after = [
        f for f in others
        if f.page is found.page and f.sentence.section == found.sentence.section and f.sentence.start >= found.sentence.end
    ]  # fmt: skip
    return min(after, key=lambda f: f.sentence.start, default=None)
