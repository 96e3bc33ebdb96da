"""A conversation as one person has it: what was asked and answered, kept for as long as the browser's tab lives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.contract import Json
from hcpcs_rag.domain import Answer, Turn
from hcpcs_rag.question.understanding import MAX_CHARS
from hcpcs_rag.web import render
from hcpcs_rag.web.markup import plain

MAX_EXCHANGES = 60
"""Questions of one conversation; what goes beyond is asked in a new one."""
TITLE_CHARS = 60


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and its answer; ``at`` and ``generation`` say when and from which index it was given, ``drawn``
    is the answer as HTML."""

    answer: Answer
    turn: Turn
    at: datetime
    generation: str
    drawn: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """Exchanges in their order; a conversation without any has no id yet."""

    id: str = ""
    exchanges: tuple[Exchange, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """What was asked, in order."""
        return tuple(e.answer.question for e in self.exchanges)


def ask(conversation: Conversation, message: str, assistant: Assistant) -> Conversation:
    """Ask a question that follows a conversation; return the conversation with it."""
    answer, turn = assistant.ask(message, [e.turn for e in conversation.exchanges])
    exchange = Exchange(
        answer,
        turn,
        datetime.now().astimezone(),
        assistant.index.manifest.generation,
        render.answer(answer, len(conversation.exchanges)),
    )
    return replace(conversation, id=conversation.id or uuid4().hex, exchanges=(*conversation.exchanges, exchange))


def restore(id: str, questions: Sequence[str], assistant: Assistant) -> Conversation:
    """Ask the questions of an earlier conversation again; the same index gives the same answers."""
    conversation = Conversation(id)
    for question in questions[:MAX_EXCHANGES]:
        conversation = ask(conversation, question[:MAX_CHARS], assistant)
    return conversation


def before(conversation: Conversation, number: int) -> Conversation:
    """Return the conversation up to, and without, the exchange ``number`` counted from 0."""
    return replace(conversation, exchanges=conversation.exchanges[: max(number, 0)])


def messages(conversation: Conversation) -> list[Json]:
    """Return the conversation as the messages of Gradio's Chatbot."""
    drawn: list[Json] = []
    for exchange in conversation.exchanges:
        drawn.append({"role": "user", "content": plain(exchange.answer.question)})
        drawn.append({"role": "assistant", "content": exchange.drawn})
    return drawn


def kept(conversation: Conversation) -> Json | None:
    """Return what the history keeps of a conversation: its questions, and no answers."""
    if not conversation.exchanges:
        return None
    last = conversation.exchanges[-1]
    title = " ".join(conversation.questions[0].split())
    return {
        "id": conversation.id,
        "title": title if len(title) <= TITLE_CHARS else f"{title[: TITLE_CHARS - 1]}…",
        "questions": list(conversation.questions),
        "at": last.at.isoformat(timespec="seconds"),
    }
