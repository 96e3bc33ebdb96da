"""What happens in a conversation: what each button, link and key of it does.

The browser hands in the conversation as it ``holds`` it (see ``web.conversation``), and is handed what to show and hold
instead: the question box, the messages, and the conversation.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import gradio as gr

from hcpcs_rag import feedback, record
from hcpcs_rag.contract import Json
from hcpcs_rag.domain import Answer
from hcpcs_rag.question.understanding import MAX_CHARS
from hcpcs_rag.recordpdf import as_pdf
from hcpcs_rag.web import conversation as conversations
from hcpcs_rag.web import render
from hcpcs_rag.web.conversation import Memory
from hcpcs_rag.web.served import Served

TYPES = {"txt": "text/plain", "md": "text/markdown", "json": "application/json", "html": "text/html"}
Drawn = tuple[Any, ...]


class Acts:
    """The acts over one server's library; it holds nobody's conversation."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def ask(self, message: str, held: Any) -> Iterator[Drawn]:
        """Answer what was typed. The box is emptied with its answer: a question that finds none stays in it."""
        for shown in self._follow(message, held):
            yield ("" if message.strip() else message, *shown)

    def _follow(self, message: str, held: Any) -> Iterator[Drawn]:
        if not message.strip():
            yield gr.skip(), gr.skip()
            return
        questions = conversations.questions_of(held)
        if len(questions) >= conversations.MAX_EXCHANGES:
            gr.Info("This conversation is long; the question opens a new one.")
            questions, held = (), None
        yield from self._told((*questions, message[:MAX_CHARS]), held)

    def _told(self, questions: tuple[str, ...], held: Any) -> Iterator[Drawn]:
        """Show the last question with the first words of its answer, then all of it.

        Two steps and no more, and nothing skipped: a step costs as much as an answer, and for a skip Gradio makes a
        component that it keeps for as long as the session.
        """
        memory = self._served.memory
        if questions[:-1]:
            _tell_of_change(held, memory)
        exchanges = memory.exchanges(questions)
        kept = conversations.hold(held, exchanges, memory.generation)
        whole = conversations.messages(exchanges)
        first = {"role": "assistant", "content": render.beginning(exchanges[-1].answer)}
        yield [*whole[:-1], first], kept
        yield whole, kept

    def asked(self, held: Any, event: gr.EventData) -> Iterator[Drawn]:
        """Answer a question that was clicked."""
        yield from self._follow(str(event.question), held)

    def visit(self, held: Any, request: gr.Request) -> Iterator[Drawn]:
        """Answer what the address asks: ``?q=…``."""
        yield from self._follow(str(request.query_params.get("q", "")), held)

    def retry(self, held: Any, event: gr.RetryData) -> Iterator[Drawn]:
        """Answer a question again, and forget what came after it."""
        yield from self._told(conversations.questions_of(held)[: _exchange(event.index) + 1], held)

    def edit(self, held: Any, event: gr.EditData) -> Iterator[Drawn]:
        """Answer a question that was reworded, in place of it and of what came after it."""
        before = conversations.questions_of(held)[: _exchange(event.index)]
        yield from self._follow(str(event.value), {**held, "questions": list(before)})

    def undo(self, held: Any) -> Drawn:
        """Take the last question back, into the question box."""
        memory, questions = self._served.memory, conversations.questions_of(held)
        if questions[:-1]:
            _tell_of_change(held, memory)
        exchanges = memory.exchanges(questions[:-1])
        kept = conversations.hold(held, exchanges, memory.generation)
        return questions[-1] if questions else gr.skip(), conversations.messages(exchanges), kept

    def reopen(self, event: gr.EventData) -> Drawn:
        """Show an earlier conversation, which the event brings."""
        memory, held = self._served.memory, event.conversation
        _tell_of_change(held, memory)
        exchanges = memory.exchanges(conversations.questions_of(held))
        return conversations.messages(exchanges), conversations.hold(held, exchanges, memory.generation)

    def _shown_answer(self, held: Any, event: gr.EventData) -> tuple[Memory, tuple[str, ...], Answer] | None:
        """The answer that an event names, its questions and what gave it; None where it is not the one shown."""
        memory, questions = self._served.memory, conversations.questions_of(held)[: int(event.answer) + 1]
        if not questions or held.get("generation") != memory.generation:
            gr.Warning("The library has changed since this answer. Ask again first.")
            return None
        return memory, questions, memory.exchanges(questions)[-1].answer

    def save(self, held: Any, event: gr.EventData) -> Json | None:
        """Write the record of an answer, for the browser to save; plain text is for its clipboard."""
        found = self._shown_answer(held, event)
        if found is None:
            return None
        memory, questions, answer = found
        at, form = datetime.now().astimezone(), str(event.form)
        made = record.make(answer, memory.assistant.index, at, questions[:-1])
        name = f"hcpcs-record-{at:%Y%m%d-%H%M%S}.{form}"
        if form == "pdf":
            data = base64.b64encode(as_pdf(made)).decode()
            return {"name": name, "type": "application/pdf", "base64": data}
        return {"name": name, "type": TYPES[form], "text": record.WRITERS[form](made)}

    def rate(self, held: Any, rated: Any, event: gr.EventData) -> Drawn:
        """Keep a rating, in place of the one given before; what was wrong is asked of those who did not like an answer."""
        found = self._shown_answer(held, event)
        if found is None:
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        memory, questions, answer = found
        rating: feedback.Rating = "up" if event.rating == "up" else "down"
        earlier = {str(k): str(v) for k, v in rated.items()} if isinstance(rated, dict) else {}
        place = f"{held.get('id')}/{len(questions)}"
        kept = feedback.rate(self._served.folder, rating, questions, answer, memory.generation, earlier.get(place))
        if rating == "up":
            gr.Info("Thank you. The rating is kept on this server.")
        return {**earlier, place: kept, "last": kept}, gr.update(visible=rating == "down"), None, ""

    def explain(self, rated: Any, why: str | None, words: str) -> Any:
        """Add to the last rating what was wrong."""
        if isinstance(rated, dict) and rated.get("last"):
            reason = ": ".join(part for part in (why, words.strip()) if part)
            feedback.explain(self._served.folder, str(rated["last"]), reason)
            gr.Info("Thank you. It is kept on this server.")
        return gr.update(visible=False)


def _tell_of_change(held: Any, memory: Memory) -> None:
    known = held.get("generation") if isinstance(held, dict) else None
    if known and known != memory.generation:
        gr.Info("The library has changed: earlier questions of this conversation are answered anew.")


def _exchange(index: int | tuple[int, int]) -> int:
    """The number of the exchange that a message of the Chatbot belongs to: two messages make one."""
    return (index if isinstance(index, int) else index[0]) // 2
