"""What of an answer stands above the fold: the first statement, and as much more as is read at a glance and adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hcpcs_rag.domain import Draft
from hcpcs_rag.language import STOPWORDS, stem, words
from hcpcs_rag.question.wording import GENERIC

_BINDING = frozenset(["no", "not", "nor", "never", "cannot", "without", "only", "except", "unless", "but"])
"""Small words that turn or bind what a sentence says."""
_ANNOUNCES = frozenset(stem(word) for word in ("descriptor", "officially", "release"))
"""Words with which a page announces what it cites of a release."""
MAX_ABOVE, MAX_WORDS = 3, 60
"""Statements and words of prose above the fold; what a list, a table or a group of codes holds is not counted."""


def without_repeats(drafts: Sequence[Draft]) -> list[Draft]:
    """Return drafts without those that only repeat one before them, such as a page that cites a descriptor.

    It repeats one if that has all its content words, numbers, codes and denials. What is official, a row, an item, a verdict or a
    side of a disagreement stays.
    """
    told: list[set[str]] = []
    kept = []
    for draft in drafts:
        said = set(words(draft.text))
        official = any(quote.page.authority == "release" for quote in draft.quotes[:1])
        plain = not (
            official or draft.cell or draft.pair or draft.row or draft.disagreement or draft.item or draft.verdict
        )
        bears = {stem(word) for word in said if word in _BINDING or word not in STOPWORDS} - GENERIC - _ANNOUNCES
        if plain and any(bears <= one for one in told):
            continue
        told.append({stem(word) for word in said})
        kept.append(draft)
    return kept


def folded(drafts: Sequence[Draft]) -> list[Draft]:
    """Return drafts with those marked as ``more`` that go beyond what is read at a glance; an item follows its lead."""
    above, words_ = 0, 0
    tables: set[tuple[str, int]] = set()
    done: list[Draft] = []
    below = False
    for draft in drafts:
        if draft.cell or draft.pair or draft.disagreement:
            done.append(draft)
            continue
        if draft.row and draft.row.table in tables:
            done.append(draft)  # the rows of a table are told together
            continue
        if not draft.item:
            words_ += len(draft.text.split())
            below = draft.more or (above > 0 and (above >= MAX_ABOVE or words_ > MAX_WORDS))
            above += not below
            tables |= {draft.row.table} if draft.row and not below else set()
        done.append(replace(draft, more=below))
    return done
