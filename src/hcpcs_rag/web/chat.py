"""The conversation: its layout, and which act each part of it calls."""

from __future__ import annotations

from typing import Any

import gradio as gr

from hcpcs_rag import feedback
from hcpcs_rag.assistant import Assistant
from hcpcs_rag.contract import Json
from hcpcs_rag.question.understanding import MAX_CHARS
from hcpcs_rag.web.acts import Acts
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
PRIVACY = {
    "off": "Nothing of a conversation is written down.",
    "browser": "Conversations are kept in this browser only; the server stores none of them.",
    "server": "Questions of a conversation are kept on the server, for you to find again.",
}


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
    shown: list[Any] = [chat, history]
    acts = Acts(served)
    asking: Json = {
        "concurrency_limit": AT_ONCE,
        "concurrency_id": "ask",
        "show_progress": "minimal",
        "show_progress_on": [chat],
    }
    box.submit(acts.ask, [box, history], [box, *shown], api_name="ask", **asking)
    reader.ask(acts.asked, [history], shown, api_name=False, **asking)
    chat.retry(acts.retry, [history], shown, api_name=False, **asking)
    chat.edit(acts.edit, [history], shown, api_name=False, **asking)
    history.open(acts.reopen, None, shown, api_name=False, **asking)
    # All through the queue: what a handler tells (gr.Info) does not reach the browser otherwise.
    quick: Json = {"api_name": False, "concurrency_limit": None, "show_progress": "hidden"}
    chat.undo(acts.undo, [history], [box, *shown], **quick)
    for anew in (history.fresh, chat.clear):
        anew(lambda: ("", [], None), None, [box, *shown], **quick)
    reader.record(acts.save, [history], [saver], **quick)
    reader.rate(acts.rate, [history, rated], [rated, reasons, why, words], **quick)
    send.click(acts.explain, [rated, why, words], [reasons], **quick)
    skip.click(lambda: gr.update(visible=False), None, [reasons], **quick)
    blocks.load(acts.visit, [history], shown, api_name=False, **{**asking, "show_progress": "hidden"})


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
