"""The panel beside the conversation: a source page with its quote marked, or a code's card."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import gradio as gr

from hcpcs_rag.card import gather
from hcpcs_rag.contract import Json
from hcpcs_rag.errors import HcpcsRagError
from hcpcs_rag.index.manifest import hash_file
from hcpcs_rag.loaders import ocr
from hcpcs_rag.web import cards, pages
from hcpcs_rag.web.served import Served

EMPTY = (
    "<p class='empty'>Click a number such as [1] to read the words behind an answer, in their source and marked. "
    "Click a code to open its card.</p>"
)
_TEMPLATE = f"""<aside class='reader' id='source' aria-label='Sources and code cards'>
<div class='reader-bar'><h2 tabindex='-1'>Sources</h2><span class='reader-count'></span>
<button type='button' class='quiet' data-step='-1' aria-label='Previous source' hidden>‹</button>
<button type='button' class='quiet' data-step='1' aria-label='Next source' hidden>›</button>
<button type='button' class='quiet' data-close='' aria-label='Close the panel'>✕</button></div>
<div class='reader-body' data-empty="{html.escape(EMPTY, quote=True)}">{EMPTY}</div></aside>"""
_SENT_WRONG = (KeyError, TypeError, ValueError, OverflowError)
"""What comes of a link that a browser made up."""
_CODE = re.compile(r"[A-Za-z0-9]{2,7}")


def script(name: str) -> str:
    """Return a file of ``web/static``."""
    return files("hcpcs_rag.web").joinpath("static", name).read_text(encoding="utf-8")


def build(served: Served) -> gr.HTML:
    """Lay the panel out. What a click asks for beyond it is told by its events ``ask``, ``record`` and ``rate``."""
    return gr.HTML(
        html_template=_TEMPLATE,
        js_on_load=script("desk.js"),
        server_functions=list(openers(served)),
        elem_id="reader",
    )


def openers(served: Served) -> tuple[Callable[[Json], str], Callable[[Json], str], Callable[[Json], str]]:
    """Return what the browser may call to fill the panel; each returns HTML, whatever it is handed."""

    def open_page(wanted: Json) -> str:
        index = served.index
        try:
            page = index.page(str(wanted["page_id"]))
            return pages.view(page, int(wanted["start"]), int(wanted["end"]), index.documents_named)
        except (HcpcsRagError, *_SENT_WRONG) as problem:
            return _fault(problem)

    def open_card(wanted: Json) -> str:
        code = str(wanted.get("code", "") if isinstance(wanted, dict) else "").strip()
        if not _CODE.fullmatch(code):
            return "<p class='empty'>This is no HCPCS code. A code is a letter and four digits, such as E1392.</p>"
        return cards.view(gather(code.upper(), served.index))

    def print_page(wanted: Json) -> str:
        try:
            page = served.index.page(str(wanted["page_id"]))
            number = int(wanted["number"])
            file = Path(page.source)
            if not file.is_file() or hash_file(file) != page.digest:
                return "<p class='empty'>The file has moved or changed since it was read; its text is below.</p>"
            quote = page.text[int(wanted["start"]) : int(wanted["end"])]
            image = base64.b64encode(ocr.print_page(file.read_bytes(), file.name, number, quote)).decode()
        except (HcpcsRagError, OSError, *_SENT_WRONG) as problem:
            return _fault(problem)
        return (
            f"<img class='printed' src='data:image/png;base64,{image}' alt='Page {number} of {html.escape(file.name)}'>"
        )

    return open_page, open_card, print_page


def _fault(problem: Exception) -> str:
    told = (
        str(problem) if isinstance(problem, HcpcsRagError) else "This link leads nowhere. Ask again to get a new one."
    )
    return f"<p class='empty'>{html.escape(told)}</p>"
