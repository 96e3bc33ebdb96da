"""The conversation: questions, answers that come as they are drawn, and what can be done with each."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import gradio as gr

from hcpcs_rag import feedback, record
from hcpcs_rag.assistant import Assistant
from hcpcs_rag.contract import Json
from hcpcs_rag.question.understanding import MAX_CHARS
from hcpcs_rag.web import conversation as conversations
from hcpcs_rag.web import render
from hcpcs_rag.web.markup import ask_link
from hcpcs_rag.web.reader import script
from hcpcs_rag.web.served import Served

EXAMPLES = (
    "What is E1392?",
    "Which supplies go with E0779?",
    "What is the difference between E1390 and E1392?",
    "Is A0390 covered by Medicare?",
    "What is the code for a portable oxygen concentrator?",
    "Which modifiers are used with E1392?",
)
REASONS = ("Wrong code", "Wrong or missing source", "Does not answer the question", "Out of date", "Something else")
AT_ONCE = 2
"""Questions answered at the same time: as many as a laptop has cores; all others wait in one line, first come first
served."""
TYPES = {"md": "text/markdown", "json": "application/json", "html": "text/html"}
PRIVACY = {
    "off": "Nothing of a conversation is kept.",
    "browser": "Conversations are kept in this browser only, and nothing of them on the server.",
    "server": "Questions of a conversation are kept on the server, for you to find again.",
}
Drawn = tuple[Any, ...]


def build(blocks: gr.Blocks, served: Served, reader: gr.HTML, history: gr.HTML, share: str) -> None:
    """Lay the conversation out and tie it to the panel and the list of conversations beside it."""
    chat = gr.Chatbot(
        label="Conversation",
        show_label=False,
        elem_id="conversation",
        height="100%",
        placeholder=welcome(served.memory.assistant),
        editable="user",
        buttons=[],
        feedback_options=None,
        layout="panel",
        autoscroll=False,
        allow_tags=False,
        group_consecutive_messages=False,
    )
    with gr.Group(visible=False, elem_id="reason") as reasons:
        why = gr.Radio(REASONS, label="What was wrong?", info="Kept on this server with the question and its answer.")
        words = gr.Textbox(label="In your words (optional)", max_length=feedback.MAX_REASON, lines=2)
        with gr.Row():
            send = gr.Button("Send", variant="primary", size="sm")
            skip = gr.Button("No thanks", size="sm")
    with gr.Row(elem_id="ask-row", equal_height=True):
        box = gr.Textbox(
            label="Your question",
            placeholder="Which supplies go with E0779?",
            submit_btn="Ask",
            max_length=MAX_CHARS,
            autofocus=True,
            elem_id="question",
            scale=1,
        )
    gr.HTML(f"<p class='privacy'>Do not type patient data. {PRIVACY[share]}</p>")
    saver = gr.HTML(None, html_template="", js_on_load=script("saver.js"), elem_classes="nothing")

    rated = gr.HTML(None, html_template="", elem_classes="nothing")
    shown: list[Any] = [box, chat, history]
    acts = handlers(served)
    asking: Json = {
        "concurrency_limit": AT_ONCE,
        "concurrency_id": "ask",
        "show_progress": "minimal",
        "show_progress_on": [chat],
    }
    box.submit(acts["ask"], [box, history], shown, api_name="ask", **asking)
    reader.ask(acts["asked"], [history], shown, api_name=False, **asking)
    chat.retry(acts["retry"], [history], shown, api_name=False, **asking)
    chat.edit(acts["edit"], [history], shown, api_name=False, **asking)
    history.open(acts["open"], None, shown, api_name=False, **asking)
    quick: Json = {"api_name": False, "queue": False}
    chat.undo(acts["undo"], [history], shown, **quick)
    for anew in (history.fresh, chat.clear):
        anew(lambda: ("", [], None), None, shown, **quick)
    reader.record(acts["record"], [history], [saver], **quick)
    reader.rate(acts["rate"], [history], [rated, reasons, why, words], **quick)
    send.click(acts["explain"], [rated, why, words], [reasons], **quick)
    skip.click(lambda: gr.update(visible=False), None, [reasons], **quick)
    blocks.load(acts["visit"], [history], shown, api_name=False, **asking)


def handlers(served: Served) -> dict[str, Callable[..., Any]]:
    """What happens in a conversation, by name; ``held`` is the conversation as the browser holds it.

    Those that change it return the question box, the messages, and what the browser is to hold.
    """

    def ask(message: str, held: Any) -> Iterator[Drawn]:
        if not message.strip():
            yield gr.skip(), gr.skip(), gr.skip()
            return
        questions = conversations.questions_of(held)
        if len(questions) >= conversations.MAX_EXCHANGES:
            gr.Info("This conversation is long; the question opens a new one.")
            questions, held = (), None
        yield from told((*questions, message[:MAX_CHARS]), held)

    def told(questions: tuple[str, ...], held: Any) -> Iterator[Drawn]:
        memory = served.memory
        if questions[:-1] and isinstance(held, dict) and held.get("generation") != memory.generation:
            gr.Info("The library has changed: the questions before this one are answered anew, too.")
        exchanges = memory.exchanges(questions)
        *earlier, last = conversations.messages(exchanges)
        first = {**last, "content": render.beginning(exchanges[-1].answer)}
        yield "", [*earlier, first], gr.skip()
        yield "", [*earlier, last], conversations.hold(held, exchanges, memory.generation)

    def asked(held: Any, event: gr.EventData) -> Iterator[Drawn]:
        yield from ask(str(event.question), held)

    def visit(held: Any, request: gr.Request) -> Iterator[Drawn]:
        yield from ask(str(request.query_params.get("q", "")), held)

    def retry(held: Any, event: gr.RetryData) -> Iterator[Drawn]:
        yield from told(conversations.questions_of(held)[: _exchange(event.index) + 1], held)

    def edit(held: Any, event: gr.EditData) -> Iterator[Drawn]:
        before = conversations.questions_of(held)[: _exchange(event.index)]
        yield from ask(html.unescape(str(event.value)), {**held, "questions": list(before)})

    def undo(held: Any) -> Drawn:
        questions = conversations.questions_of(held)
        exchanges = served.memory.exchanges(questions[:-1])
        kept = conversations.hold(held, exchanges, served.memory.generation)
        return questions[-1] if questions else "", conversations.messages(exchanges), kept

    def reopen(event: gr.EventData) -> Drawn:
        held = {"id": event.id, "questions": event.questions}
        exchanges = served.memory.exchanges(conversations.questions_of(held))
        kept = conversations.hold(held, exchanges, served.memory.generation)
        return "", conversations.messages(exchanges), kept

    def save(held: Any, event: gr.EventData) -> Json | None:
        memory, number, form = served.memory, int(event.answer), str(event.form)
        if held.get("generation") != memory.generation:
            gr.Warning("The library has changed since this answer. Ask again, then save.")
            return None
        questions = conversations.questions_of(held)
        answer = memory.exchanges(questions[: number + 1])[number].answer
        at = datetime.now().astimezone()
        made = record.make(answer, memory.assistant.index, at, questions[:number])
        name = f"hcpcs-record-{at:%Y%m%d-%H%M%S}.{form}"
        return {"name": name, "type": TYPES[form], "text": record.WRITERS[form](made)}

    def rate(held: Any, event: gr.EventData) -> Drawn:
        memory = served.memory
        rating: feedback.Rating = "up" if event.rating == "up" else "down"
        questions = conversations.questions_of(held)[: int(event.answer) + 1]
        answer = memory.exchanges(questions)[-1].answer
        kept = feedback.rate(served.folder, rating, questions, answer, memory.generation)
        if rating == "up":
            gr.Info("Thank you. The rating is kept on this server.")
        return kept, gr.update(visible=rating == "down"), None, ""

    def explain(rated: str | None, why: str | None, words: str) -> Any:
        if rated:
            feedback.explain(served.folder, rated, ": ".join(part for part in (why, words.strip()) if part))
            gr.Info("Thank you. It is kept on this server.")
        return gr.update(visible=False)

    return {
        "ask": ask, "asked": asked, "visit": visit, "retry": retry, "edit": edit, "undo": undo, "open": reopen,
        "record": save, "rate": rate, "explain": explain,
    }  # fmt: skip


def _exchange(index: int | tuple[int, int]) -> int:
    """The number of the exchange that a message of the Chatbot belongs to: two messages make one."""
    return (index if isinstance(index, int) else index[0]) // 2


def welcome(assistant: Assistant) -> str:
    """Draw what an empty conversation shows: what this is, and questions that the loaded sources answer."""
    asks = "".join(map(ask_link, answerable(assistant)))
    return (
        "<div class='welcome'><h2>Ask about HCPCS Level II codes in plain words</h2>"
        "<p>Every statement is cited. Click its number to see the words in their source; "
        "where the sources do not hold an answer, it says so.</p>"
        f"<p class='asks'>{asks}</p></div>"
    )


def answerable(assistant: Assistant) -> list[str]:
    """The example questions that the loaded sources answer."""
    return [q for q in EXAMPLES if assistant.ask(q)[0].status == "answered"] or list(EXAMPLES[:1])
