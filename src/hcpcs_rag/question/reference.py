"""What "the portable one" means: a code near the last one whose descriptor fits the description."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import Question, Turn
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import stems
from hcpcs_rag.question.dialogue import phrase
from hcpcs_rag.question.wording import GENERIC
from hcpcs_rag.vocabulary import concepts, share_met

_DESCRIBED = re.compile(
    r"\b(?:the|that)\s+(?P<words>(?:[a-z-]+\s+){1,4}?)(?:one|unit|version|kind|model|system|code)\b", re.IGNORECASE
)


def resolve(question: Question, history: Sequence[Turn], index: Index) -> Question:
    """Exchange the inherited code for the one a follow-up describes, and ask of it what was asked before.

    Looked among are the codes that the sources tie to the last ones: by a rule, on the pages about them,
    and on the pages that mention them. Of several that fit, the likest to the last code is meant; where
    none fits, the question stays as it is.
    """
    before = next((turn.question for turn in reversed(history) if turn.question.codes), None)
    match = _DESCRIBED.search(question.message)
    if before is None or match is None or question.codes != before.codes:
        return question
    wanted = concepts(match.group("words"), GENERIC)
    told = _told(before.codes, index)
    fitting = [
        code
        for code in _near(before.codes, index)
        if wanted and share_met(wanted, _said(code, index) | stems(told.get(code, ""))) == 1.0
    ]
    if not fitting:
        return question
    like = {stem for code in before.codes for stem in _name(code, index)}
    ranked = sorted(fitting, key=lambda code: (-len(like & _name(code, index)), code))
    described = replace(question, codes=(ranked[0],), kind=before.kind, facets=before.facets, terms=before.terms)
    return replace(described, standalone=phrase(described))


def _near(codes: tuple[str, ...], index: Index) -> list[str]:
    found: dict[str, None] = {}
    for code in codes:
        for relation in index.relations(code):
            found.update(dict.fromkeys((relation.code, relation.other)))
        for page in [*index.pages_about(code), *index.pages_mentioning(code)]:
            if page.authority == "reference":
                found.update(dict.fromkeys((*page.subjects, *find_codes(page.text))))
    return [code for code in found if code not in codes]


def _told(codes: tuple[str, ...], index: Index) -> dict[str, str]:
    """What the pages about the last codes say of each other code, in the sentences that name it."""
    told: dict[str, str] = {}
    for page in (page for code in codes for page in index.pages_about(code)):
        for sentence in page.evidence():
            text = page.text[sentence.start : sentence.end]
            for code in find_codes(text):
                told[code] = f"{told.get(code, '')} {text}"
    return told


def _said(code: str, index: Index) -> set[str]:
    record = index.record(code)
    return stems(f"{record.long} {record.short}") if record else set()


def _name(code: str, index: Index) -> set[str]:
    """The stems of the short descriptor: long ones share words by their length alone."""
    record = index.record(code)
    return stems(record.short or record.long) if record else set()
