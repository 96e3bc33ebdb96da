"""The list of earlier conversations beside the chat."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import gradio as gr

from hcpcs_rag import conversations
from hcpcs_rag.contract import Json
from hcpcs_rag.web.conversation import TITLE_CHARS, questions_of
from hcpcs_rag.web.options import Share
from hcpcs_rag.web.reader import script
from hcpcs_rag.web.served import Served

_HEAD = "<button type='button' class='new' data-fresh=''>New conversation</button>"
_LIST = """<h2>Conversations</h2><ul></ul><p class='none'>What you ask is listed here.</p>"""


def build(served: Served, share: Share) -> gr.HTML:
    """Lay the list out; its value is the conversation at hand. Events: ``open`` and ``fresh``."""
    listed = gr.HTML(
        None,
        html_template=f"<nav class='history' aria-label='Conversations'>{_HEAD}{'' if share == 'off' else _LIST}</nav>",
        js_on_load=script("history.js"),
        elem_id="history",
        share=share,
    )
    if share == "server":
        kept = gr.HTML(None, html_template="", js_on_load=script("kept.js"), elem_classes="nothing")
        for event, act in zip((listed.list, listed.keep, listed.forget), _acts(served.folder), strict=True):
            event(act, None, [kept], queue=False, api_name=False, show_progress="hidden")
    return listed


Act = Callable[[gr.EventData, gr.Request], list[Json]]


def _acts(folder: Path) -> tuple[Act, Act, Act]:
    """What a browser may ask where conversations are kept on the server: list, keep and forget; each lists what is left."""

    def listed(event: gr.EventData, request: gr.Request) -> list[Json]:
        return conversations.listed(folder, _owner(event, request))

    def keep(event: gr.EventData, request: gr.Request) -> list[Json]:
        one = event.conversation
        kept = {
            "id": str(one["id"])[:64],
            "title": str(one["title"])[: TITLE_CHARS + 20],
            "questions": list(questions_of(one)),
            "at": str(one["at"])[:40],
            "generation": str(one["generation"])[:64],
        }
        conversations.keep(folder, _owner(event, request), kept)
        return listed(event, request)

    def forget(event: gr.EventData, request: gr.Request) -> list[Json]:
        conversations.forget(folder, _owner(event, request), str(event.id)[:64])
        return listed(event, request)

    return listed, keep, forget


def _owner(event: gr.EventData, request: gr.Request) -> str:
    """Whose conversations are meant: those of who is logged in, else those of the browser that holds this number."""
    return f"user {request.username}" if request.username else f"browser {str(event.browser)[:64]}"
