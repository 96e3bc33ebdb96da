"""The chat: conversation on the left, the cited pages with their quotes marked on the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.domain import Turn
from hcpcs_rag.question.understanding import MAX_CHARS
from hcpcs_rag.web import render

TITLE = "hcpcs-rag"
EXAMPLES = (
    "What is E1392?",
    "Which supplies go with E0779?",
    "What is the difference between E1390 and E1392?",
    "Is A0390 covered by Medicare?",
    "What is the code for a portable oxygen concentrator?",
    "Which modifiers are used with E1392?",
)
EMPTY = "<p class='empty'>The pages an answer cites appear here, with the quoted words marked.</p>"

CSS = """
.gradio-container { max-width: 1500px !important; margin: 0 auto; }
.understood, .origin, .empty { color: var(--body-text-color-subdued); font-size: 0.9em; }
a.cite { text-decoration: none; font-weight: 600; padding: 0 0.1em; }
a.cite:focus-visible, summary:focus-visible { outline: 2px solid var(--color-accent); outline-offset: 2px; }
.conflict { border-left: 4px solid #c2410c; background: var(--background-fill-secondary); padding: 0.6em 0.9em; margin: 0.6em 0; }
.part + .part { margin-top: 1em; padding-top: 0.6em; border-top: 1px solid var(--border-color-primary); }
.part .asked { font-weight: 600; }
.open { color: var(--body-text-color-subdued); }
table.compare { border-collapse: collapse; margin: 0.6em 0; font-size: 0.95em; display: block; overflow-x: auto; }
table.compare th, table.compare td { border: 1px solid var(--border-color-primary); padding: 0.35em 0.6em; text-align: left; vertical-align: top; }
.source { border: 1px solid var(--border-color-primary); border-radius: 8px; padding: 0.5em 0.8em; margin-bottom: 0.6em; }
.source summary { cursor: pointer; }
.source .number { display: inline-block; min-width: 1.6em; text-align: center; border-radius: 0.8em; font-weight: 700;
  background: var(--background-fill-secondary); border: 1px solid var(--border-color-primary); }
.source .page { white-space: pre-wrap; overflow-wrap: anywhere; max-height: 22em; overflow-y: auto; margin: 0.6em 0; font-size: 0.92em; }
.source mark { background: #fde68a; color: #1c1917; padding: 0.05em 0; }
"""

# A click on [2] opens source 2 of that answer and scrolls the quote into view.
JS = """() => {
  document.addEventListener('click', (event) => {
    const link = event.target.closest && event.target.closest('a[href^="#cite-"]');
    if (!link) return;
    event.preventDefault();
    const source = document.getElementById(link.getAttribute('href').slice(1));
    if (!source) return;
    source.open = true;
    source.scrollIntoView({block: 'nearest', behavior: 'smooth'});
    const page = source.querySelector('.page'), mark = source.querySelector('mark');
    if (page && mark) page.scrollTop = mark.offsetTop - page.offsetTop - page.clientHeight / 3;
  });
}"""

Messages = list[dict[str, Any]]


def build(assistant: Assistant) -> gr.Blocks:
    """Lay the chat out; state is kept per browser tab, nothing is written down."""
    release = assistant.index.release()
    loaded = assistant.index.manifest.counts
    about = f"{release.name} · " if release else ""

    def respond(
        message: str, messages: Messages, history: list[Turn], panel: str
    ) -> tuple[str, Messages, list[Turn], str, dict[str, Any]]:
        if not message.strip():
            return "", messages, history, panel, gr.update()
        answer, turn = assistant.ask(message, history)
        number = len(history) + 1
        pages = {c.page_id: assistant.index.page(c.page_id) for c in answer.citations}
        messages = [
            *messages,
            {"role": "user", "content": render.plain(message)},
            {"role": "assistant", "content": render.answer(answer, number)},
        ]
        drawn = render.sources(answer, pages, number)
        panel = f"{drawn}{_earlier(panel)}" if answer.citations else panel
        suggestions = gr.update(samples=[[s] for s in answer.suggestions] or [[e] for e in EXAMPLES[:3]])
        return "", messages, [*history, turn], panel, suggestions

    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_height=True) as blocks:
        gr.Markdown(
            f"# {TITLE}\n{about}{loaded['codes']:,} codes, {loaded['pages']:,} pages. Every statement is cited; "
            "click a number to see the words in its source. Do not type patient data."
        )
        history = gr.State([])
        with gr.Row(equal_height=False):
            with gr.Column(scale=3, min_width=320):
                chat = gr.Chatbot(label="Conversation", height=560, allow_tags=False, feedback_options=None)
                box = gr.Textbox(
                    label="Your question",
                    placeholder="Which supplies go with E0779?",
                    submit_btn="Ask",
                    max_length=MAX_CHARS,
                    autofocus=True,
                )
                samples = gr.Dataset(label="Ask next", components=[box], samples=[[e] for e in answerable(assistant)])
                clear = gr.Button("New conversation", size="sm", variant="secondary")
            with gr.Column(scale=2, min_width=320):
                gr.Markdown("### Sources")
                panel = gr.HTML(EMPTY)
        inputs, outputs = [box, chat, history, panel], [box, chat, history, panel, samples]
        box.submit(respond, inputs, outputs, api_name="ask")
        samples.click(lambda sample: sample[0], samples, box, api_name=False).then(
            respond, inputs, outputs, api_name=False
        )
        clear.click(lambda: ([], [], EMPTY), None, [chat, history, panel], api_name=False)
        blocks.load(None, None, None, js=JS)
    return blocks


def _earlier(panel: str) -> str:
    """Keep earlier sources below the new ones, closed, so that earlier marks still open."""
    return "" if panel == EMPTY else panel.replace("' open>", "'>")


def answerable(assistant: Assistant) -> Sequence[str]:
    """The example questions that the loaded sources answer."""
    return [q for q in EXAMPLES if assistant.ask(q)[0].status == "answered"] or list(EXAMPLES[:1])
