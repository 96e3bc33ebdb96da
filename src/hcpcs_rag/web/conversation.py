"""A conversation is the list of its questions, and the browser holds it; what was answered follows from them.

The server keeps no conversation: the same questions to the same index give the same answers, so it answers them anew, or
from memory if it was asked lately. A restart, or a second server, loses nobody's conversation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import uuid4

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.contract import Json
from hcpcs_rag.domain import Answer, Turn
from hcpcs_rag.question.understanding import MAX_CHARS
from hcpcs_rag.web import render
from hcpcs_rag.web.markup import plain

MAX_EXCHANGES = 60
"""Questions of one conversation; what goes beyond is asked in a new one."""
REMEMBERED = 500
"""Conversations whose answers are kept in memory, about 20 kB each."""
TITLE_CHARS = 60


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and its answer; ``drawn`` is the answer as HTML."""

    answer: Answer
    turn: Turn
    drawn: str


Exchanges = tuple[Exchange, ...]


class Memory:
    """Answers whole conversations from one opened index."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.exchanges = lru_cache(maxsize=REMEMBERED)(self._exchanges)

    @property
    def generation(self) -> str:
        """The generation of the index that answers."""
        return self.assistant.index.manifest.generation

    def _exchanges(self, questions: tuple[str, ...]) -> Exchanges:
        """Answer questions in their order, each as a follow-up to those before it."""
        if not questions:
            return ()
        earlier: Exchanges = self.exchanges(questions[:-1])
        turns = [e.turn for e in earlier]
        answer, turn = self.assistant.ask(questions[-1], turns)
        answer = self.assistant.checked(answer, [*turns, turn])
        return (*earlier, Exchange(answer, turn, render.answer(answer, len(earlier))))


def questions_of(held: Any) -> tuple[str, ...]:
    """Return the questions of a conversation that a browser holds, whatever it sent."""
    listed = held.get("questions") if isinstance(held, dict) else None
    strings = [q[:MAX_CHARS] for q in listed if isinstance(q, str)] if isinstance(listed, list) else []
    return tuple(strings[:MAX_EXCHANGES])


def hold(held: Any, exchanges: Exchanges, generation: str) -> Json | None:
    """Return what the browser is to hold of a conversation from now on; None of one that never had a question."""
    known = held.get("id") if isinstance(held, dict) else None
    if not exchanges and not known:
        return None
    title = " ".join(exchanges[0].answer.question.split()) if exchanges else ""
    return {
        "id": str(known)[:64] if known else uuid4().hex,
        "title": title if len(title) <= TITLE_CHARS else f"{title[: TITLE_CHARS - 1]}…",
        "questions": [e.answer.question for e in exchanges],
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "generation": generation,
    }


def messages(exchanges: Exchanges) -> list[Json]:
    """Return exchanges as the messages of Gradio's Chatbot."""
    drawn: list[Json] = []
    for exchange in exchanges:
        drawn.append({"role": "user", "content": plain(exchange.answer.question)})
        drawn.append({"role": "assistant", "content": exchange.drawn})
    return drawn
