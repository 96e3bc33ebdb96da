"""What would help where nothing answers: documents that the sources name and that are not loaded."""

from __future__ import annotations

from collections import Counter

from hcpcs_rag.domain import Page, Question
from hcpcs_rag.index.opened import DOCUMENT_NUMBER, Index
from hcpcs_rag.writer.selection import CARRIERS
from hcpcs_rag.writer.statements import listed

MAX_NAMED = 2


def helping(question: Question, index: Index) -> str:
    """Say what else to load, or to name the code that is asked about; empty where nothing is known to help."""
    subjects = question.codes + question.modifiers
    if not subjects:
        return "It helps to name the code." if set(question.facets) - CARRIERS else ""
    pages = [page for code in subjects for page in index.pages_about(code) + index.pages_mentioning(code)]
    named = Counter(name for page in pages for name in _documents(page) if not index.documents_named(name))
    if not named:
        return ""
    first = [name for name, _ in named.most_common(MAX_NAMED)]
    verb, them = ("is", "it") if len(first) == 1 else ("are", "them")
    return f"{listed(first)} {verb} named by the sources and not loaded; load {them} with hcpcs-rag ingest."


def _documents(page: Page) -> set[str]:
    """The numbered documents that a page rests on; those that a policy names."""
    rests_on = {basis.name for basis in page.rests_on if DOCUMENT_NUMBER.search(basis.name)}
    return rests_on or (set(DOCUMENT_NUMBER.findall(page.text)) if page.authority == "policy" else set())
