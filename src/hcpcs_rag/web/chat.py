"""The conversation: questions, answers that come as they are drawn, and what can be done with each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import gradio as gr

from hcpcs_rag import feedback, record
from hcpcs_rag.assistant import Assistant
from hcpcs_rag.contract import Json
from hcpcs_rag.domain import Answer
from hcpcs_rag.question.understanding import MAX_CHARS
from hcpcs_rag.web import conversation as conversations
from hcpcs_rag.web import render
from hcpcs_rag.web.conversation import Memory
from hcpcs_rag.web.markup import ask_link, plain
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
    "off": "Nothing of a conversation is written down.",
    "browser": "Conversations are kept in this browser only; the server writes nothing of them down.",
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
    with gr.Column(visible=False, elem_id="reason") as reasons:
        why = gr.Radio(REASONS, label="What was wrong?", info="Kept on this server with the question and its answer.")
        words = gr.Textbox(label="In your words (optional)", max_length=feedback.MAX_REASON, lines=2)
        with gr.Row():
            send = gr.Button("Send", variant="primary", size="sm", min_width=90)
            skip = gr.Button("No thanks", size="sm", min_width=90)
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
    # All through the queue: what a handler tells (gr.Info) does not reach the browser otherwise.
    quick: Json = {"api_name": False, "concurrency_limit": None, "show_progress": "hidden"}
    chat.undo(acts["undo"], [history], shown, **quick)
    for anew in (history.fresh, chat.clear):
        anew(lambda: ("", [], None), None, shown, **quick)
    reader.record(acts["record"], [history], [saver], **quick)
    reader.rate(acts["rate"], [history, rated], [rated, reasons, why, words], **quick)
    send.click(acts["explain"], [rated, why, words], [reasons], **quick)
    skip.click(lambda: gr.update(visible=False), None, [reasons], **quick)
    blocks.load(acts["visit"], [history], shown, api_name=False, **{**asking, "show_progress": "hidden"})


def handlers(served: Served) -> dict[str, Callable[..., Any]]:
    """What happens in a conversation, by name; ``held`` is the conversation as the browser holds it.

    Those that change it return the question box, the messages, and what the browser is to hold.
    """

    def ask(message: str, held: Any) -> Iterator[Drawn]:
        """Answer what was typed; the box is emptied, as it is in no other case."""
        first = True
        for _, *shown in follow(message, held):
            yield ("" if first else gr.skip(), *shown)
            first = False

    def follow(message: str, held: Any) -> Iterator[Drawn]:
        if not message.strip():
            yield gr.skip(), gr.skip(), gr.skip()
            return
        questions = conversations.questions_of(held)
        if len(questions) >= conversations.MAX_EXCHANGES:
            gr.Info("This conversation is long; the question opens a new one.")
            questions, held = (), None
        yield from told((*questions, message[:MAX_CHARS]), held)

    def told(questions: tuple[str, ...], held: Any) -> Iterator[Drawn]:
        """Show the last question at once, then the first words of its answer, then all of it."""
        memory = served.memory
        if questions[:-1]:
            _tell_of_change(held, memory)
        earlier = conversations.messages(memory.exchanges(questions[:-1]))
        question = {"role": "user", "content": plain(questions[-1])}
        yield gr.skip(), [*earlier, question], gr.skip()
        exchanges = memory.exchanges(questions)
        first = {"role": "assistant", "content": render.beginning(exchanges[-1].answer)}
        yield gr.skip(), [*earlier, question, first], gr.skip()
        kept = conversations.hold(held, exchanges, memory.generation)
        yield gr.skip(), conversations.messages(exchanges), kept

    def asked(held: Any, event: gr.EventData) -> Iterator[Drawn]:
        yield from follow(str(event.question), held)

    def visit(held: Any, request: gr.Request) -> Iterator[Drawn]:
        yield from follow(str(request.query_params.get("q", "")), held)

    def retry(held: Any, event: gr.RetryData) -> Iterator[Drawn]:
        yield from told(conversations.questions_of(held)[: _exchange(event.index) + 1], held)

    def edit(held: Any, event: gr.EditData) -> Iterator[Drawn]:
        before = conversations.questions_of(held)[: _exchange(event.index)]
        yield from follow(str(event.value), {**held, "questions": list(before)})

    def undo(held: Any) -> Drawn:
        memory, questions = served.memory, conversations.questions_of(held)
        if questions[:-1]:
            _tell_of_change(held, memory)
        exchanges = memory.exchanges(questions[:-1])
        kept = conversations.hold(held, exchanges, memory.generation)
        return questions[-1] if questions else gr.skip(), conversations.messages(exchanges), kept

    def reopen(event: gr.EventData) -> Drawn:
        memory, held = served.memory, event.conversation
        _tell_of_change(held, memory)
        exchanges = memory.exchanges(conversations.questions_of(held))
        return gr.skip(), conversations.messages(exchanges), conversations.hold(held, exchanges, memory.generation)

    def shown_answer(held: Any, event: gr.EventData) -> tuple[Memory, tuple[str, ...], Answer] | None:
        """The answer that an event names, its questions and what gave it; None where it is not the one shown."""
        memory, questions = served.memory, conversations.questions_of(held)[: int(event.answer) + 1]
        if not questions or held.get("generation") != memory.generation:
            gr.Warning("The library has changed since this answer. Ask again first.")
            return None
        return memory, questions, memory.exchanges(questions)[-1].answer

    def save(held: Any, event: gr.EventData) -> Json | None:
        found = shown_answer(held, event)
        if found is None:
            return None
        memory, questions, answer = found
        at, form = datetime.now().astimezone(), str(event.form)
        made = record.make(answer, memory.assistant.index, at, questions[:-1])
        name = f"hcpcs-record-{at:%Y%m%d-%H%M%S}.{form}"
        return {"name": name, "type": TYPES[form], "text": record.WRITERS[form](made)}

    def rate(held: Any, rated: Any, event: gr.EventData) -> Drawn:
        found = shown_answer(held, event)
        if found is None:
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        memory, questions, answer = found
        rating: feedback.Rating = "up" if event.rating == "up" else "down"
        earlier = {str(k): str(v) for k, v in rated.items()} if isinstance(rated, dict) else {}
        place = f"{held.get('id')}/{len(questions)}"
        kept = feedback.rate(served.folder, rating, questions, answer, memory.generation, earlier.get(place))
        if rating == "up":
            gr.Info("Thank you. The rating is kept on this server.")
        return {**earlier, place: kept, "last": kept}, gr.update(visible=rating == "down"), None, ""

    def explain(rated: Any, why: str | None, words: str) -> Any:
        if isinstance(rated, dict) and rated.get("last"):
            reason = ": ".join(part for part in (why, words.strip()) if part)
            feedback.explain(served.folder, str(rated["last"]), reason)
            gr.Info("Thank you. It is kept on this server.")
        return gr.update(visible=False)

    return {
        "ask": ask, "asked": asked, "visit": visit, "retry": retry, "edit": edit, "undo": undo, "open": reopen,
        "record": save, "rate": rate, "explain": explain,
    }  # fmt: skip


def _tell_of_change(held: Any, memory: Memory) -> None:
    known = held.get("generation") if isinstance(held, dict) else None
    if known and known != memory.generation:
        gr.Info("The library has changed: earlier questions of this conversation are answered anew.")


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
