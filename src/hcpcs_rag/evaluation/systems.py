"""What is put under test: the assistant, behind the same small face as the baselines."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.domain import Answer, AnswerStatus, Citation, Turn
from hcpcs_rag.index.opened import Index
from hcpcs_rag.ranking import search_codes
from hcpcs_rag.retriever import HcpcsRetriever

PRODUCT = "hcpcs-rag"
PAGE_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Said:
    """A statement of a reply, and the quotes offered for it as ``(page_id, start, end, quote)``."""

    text: str
    quotes: tuple[tuple[str, int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a system said to one turn.

    ``confidence`` orders the replies of one system, for its risk–coverage curve; ``ms`` is the wall time
    of the reply; ``pages`` are the pages it retrieved, best first.
    """

    status: AnswerStatus
    text: str
    said: tuple[Said, ...]
    confidence: float
    ms: float
    pages: tuple[str, ...]
    stages_ms: dict[str, float]

    @property
    def quotes(self) -> list[tuple[str, int, int, str]]:
        """Every quote, once."""
        return list(dict.fromkeys(q for said in self.said for q in said.quotes))


class System(Protocol):
    """Something that answers dialogues and ranks codes for a description."""

    name: str

    def converse(self, turns: Sequence[str]) -> list[Reply]:
        """Answer the turns of one dialogue, in order."""

    def rank(self, description: str, limit: int) -> list[str]:
        """Return codes for a description, best first."""


class Product:
    """The assistant itself."""

    name = PRODUCT

    def __init__(self, index: Index) -> None:
        """Ask the assistant over an opened index; every part of it is loaded before the clock runs."""
        index.preload()
        self._index = index
        self._assistant = Assistant(index)

    def converse(self, turns: Sequence[str]) -> list[Reply]:
        """Answer the turns of one dialogue, in order."""
        history: list[Turn] = []
        replies = []
        for message in turns:
            started = time.perf_counter()
            answer, turn = self._assistant.ask(message, history)
            ms = (time.perf_counter() - started) * 1000
            history.append(turn)
            replies.append(self._reply(answer, ms))
        return replies

    def _reply(self, answer: Answer, ms: float) -> Reply:
        by_number = {c.number: _quote(c) for c in answer.citations}
        said = tuple(Said(s.text, tuple(by_number[n] for n in s.citations)) for s in answer.statements)
        sure = 1.0 if answer.chance is None else answer.chance  # official facts and rules answer for certain
        confidence = sure if answer.status == "answered" else 0.0
        found = HcpcsRetriever(index=self._index, k=50).invoke(answer.standalone)
        pages = tuple(dict.fromkeys(d.metadata["page_id"] for d in found))[:PAGE_DEPTH]
        return Reply(answer.status, answer.text, said, confidence, ms, pages, dict(answer.timings_ms))

    def rank(self, description: str, limit: int) -> list[str]:
        """Return codes for a description, best first."""
        return [hit.record.code for hit in search_codes(description, self._index, limit)]


def _quote(citation: Citation) -> tuple[str, int, int, str]:
    return (citation.page_id, citation.start, citation.end, citation.quote)
