"""Text of pages and people → HTML. It is text, never markup; what it names or quotes becomes a link.

What a link opens stands in its address alone, because Gradio's sanitizer, which stays on as a second guard, leaves
nothing else: ``?code=`` opens a code's card, ``?q=`` asks a question, ``?source=`` opens a page at a quote, each in any
window, and ``#…/…`` is for ``static/desk.js`` to carry out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from urllib.parse import quote as percent

from hcpcs_rag.codes import code_spans

_LITERAL = frozenset(" \n,.;:?-'()%")
_LINE_MARK = re.compile(r"(?m)^(\s*(?:\d+)?)(-|(?<=\d)[.)])")
"""What opens a list at the beginning of a line."""
_SCHEMELESS = "www."
"""Where Markdown makes a link of bare text."""


def plain(text: str) -> str:
    """Escape text for a place that reads both HTML and Markdown: whatever either may read becomes an entity."""
    drawn = "".join(c if c.isalnum() or c in _LITERAL else f"&#{ord(c)};" for c in text if c.isprintable() or c == "\n")
    drawn = _LINE_MARK.sub(lambda m: f"{m[1]}&#{ord(m[2][0])};{m[2][1:]}", drawn)
    return drawn.replace(_SCHEMELESS, "www&#46;").replace(_SCHEMELESS.upper(), "WWW&#46;")


def linked(text: str, escape: Callable[[str], str] = plain) -> str:
    """Escape text, by default as ``plain`` does, and make each code in it open its card."""
    drawn, position = [], 0
    for start, end, code in code_spans(text):
        drawn += [escape(text[position:start]), code_link(code, text[start:end])]
        position = end
    return "".join((*drawn, escape(text[position:])))


def code_link(code: str, shown: str | None = None) -> str:
    """Draw a code that opens its card."""
    return f"<a class='hc' href='?code={percent(code)}'>{html.escape(shown or code)}</a>"


def ask_link(question: str) -> str:
    """Draw a question that is asked at a click."""
    return f"<a class='ask' href='?q={percent(question)}'>{plain(question)}</a>"


def page_link(page_id: str, start: int, end: int, shown: str, title: str, css: str = "cite") -> str:
    """Draw a link that opens a page at ``[start, end)``; ``shown`` is HTML, ``title`` says whose words they are."""
    return (
        f"<a class='{css}' href='?source={percent(page_id, safe='')}&amp;start={start}&amp;end={end}'"
        f" title='{html.escape(title, quote=True)}'>{shown}</a>"
    )


def act_link(act: str, value: str, shown: str) -> str:
    """Draw what can be done with an answer; it looks like a link and is a button."""
    return f"<a class='act' role='button' href='#{act}/{percent(value, safe='')}'>{shown}</a>"
