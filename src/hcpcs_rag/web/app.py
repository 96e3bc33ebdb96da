"""The whole application: header, conversations, the three tabs, and the panel beside them."""

from __future__ import annotations

import html
from datetime import date
from pathlib import Path

import gradio as gr

from hcpcs_rag import currency
from hcpcs_rag.index.opened import Index
from hcpcs_rag.web import chat, history, library, lookup, reader
from hcpcs_rag.web.options import Options
from hcpcs_rag.web.served import Served

TITLE = "hcpcs-rag"
_FONTS = ["ui-sans-serif", "system-ui", "sans-serif"]
STYLE = reader.script("style.css")


def build(served: Served, options: Options, cache: Path) -> gr.Blocks:
    """Lay the application out. Each browser tab has a conversation of its own."""
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as blocks:
        head = gr.HTML(_header(served.index), elem_id="header")
        gr.HTML("<div id='said' role='status'></div>", elem_id="toast")
        with gr.Sidebar(label="Conversations", open=False, width=280, elem_id="sidebar"):
            past = history.build(served, options.share_history)
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(scale=3, min_width=320, elem_id="work"), gr.Tabs(elem_id="tabs"):
                ask = gr.Tab("Ask", id="ask")
                find = gr.Tab("Look up", id="lookup")
                shelf = gr.Tab("Library", id="library")
            with gr.Column(scale=2, min_width=320, elem_id="panel"):
                panel = reader.build(served)
        with ask, gr.Column(elem_id="talk"):
            chat.build(blocks, served, panel, past, options.share_history)
        with find:
            lookup.build(served)
        with shelf:
            library.build(served, shelf, cache, upload=options.upload)
        # Whoever comes after a new release was loaded must see it named.
        blocks.load(lambda: _header(served.index), None, [head], show_progress="hidden", queue=False, api_name=False)
    return blocks


def theme() -> gr.themes.Base:
    """The look: system fonts, which nothing has to fetch, and colours that read well in light and dark."""
    return gr.themes.Default(
        primary_hue="teal", neutral_hue="slate", font=_FONTS, font_mono=["ui-monospace", "monospace"], radius_size="md"
    ).set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_text_color="white",
    )


def _header(index: Index) -> str:
    release = index.release()
    named, counted, warned = "No CMS release is loaded", "", ""
    if release:
        named = f"{html.escape(release.name)}, effective {release.effective}"
        counted = f" · {currency.size(release)}"
        told = currency.notice(release, date.today())
        warned = f"<p class='notice' role='note'>{html.escape(told)}</p>" if told else ""
    counts = index.manifest.counts
    return (
        f"<header class='top'><h1>{TITLE}</h1><p><strong>{named}</strong><span class='counts'>{counted} · "
        f"{counts['pages'] - counts['records']:,} pages and policies</span></p>{warned}</header>"
    )
