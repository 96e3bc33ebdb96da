"""The list of earlier conversations beside the chat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from hcpcs_rag import conversations
from hcpcs_rag.contract import Json
from hcpcs_rag.web.conversation import MAX_EXCHANGES, TITLE_CHARS
from hcpcs_rag.web.options import Share
from hcpcs_rag.web.reader import script
from hcpcs_rag.web.served import Served

MAX_CHARS = 4_000
"""Characters kept of one question of a conversation."""
_HEAD = "<button type='button' class='new' data-fresh=''>New conversation</button>"
_LIST = """<h2>Conversations</h2><ul></ul><p class='none'>What you ask is listed here.</p>"""


def build(served: Served, share: Share) -> gr.HTML:
    """Lay the list out; its value is the conversation at hand. Events: ``open`` and ``fresh``."""
    return gr.HTML(
        None,
        html_template=f"<nav class='history' aria-label='Conversations'>{_HEAD}{'' if share == 'off' else _LIST}</nav>",
        js_on_load=script("history.js"),
        server_functions=list(_stores(served)) if share == "server" else None,
        elem_id="history",
        share=share,
    )


def _stores(served: Served) -> tuple[Callable[..., Any], ...]:
    """What the browser may call where conversations are kept on the server."""

    def list_conversations(wanted: Json, request: gr.Request) -> list[Json]:
        return conversations.listed(served.folder, _owner(wanted, request))

    def keep_conversation(wanted: Json, request: gr.Request) -> None:
        one = wanted["conversation"]
        kept = {
            "id": str(one["id"])[:64],
            "title": str(one["title"])[: TITLE_CHARS + 20],
            "questions": [str(q)[:MAX_CHARS] for q in one["questions"][:MAX_EXCHANGES]],
            "at": str(one["at"])[:40],
        }
        conversations.keep(served.folder, _owner(wanted, request), kept)

    def forget_conversation(wanted: Json, request: gr.Request) -> None:
        conversations.forget(served.folder, _owner(wanted, request), str(wanted["id"])[:64])

    return list_conversations, keep_conversation, forget_conversation


def _owner(wanted: Json, request: gr.Request) -> str:
    """Whose conversations are meant: those of who is logged in, else those of the browser that holds this number."""
    name = getattr(request, "username", None)
    return f"user {name}" if name else f"browser {str(wanted['browser'])[:64]}"
