"""The library tab: what is loaded, the release in force, and adding a page where the operator allows it."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import gradio as gr

from hcpcs_rag import contract
from hcpcs_rag.contract import Json
from hcpcs_rag.domain import AUTHORITY_WORDS
from hcpcs_rag.errors import HcpcsRagError
from hcpcs_rag.index.opened import Index
from hcpcs_rag.settings import Settings
from hcpcs_rag.web.markup import code_link, page_link
from hcpcs_rag.web.served import Served

SHOWN = 400
"""Pages drawn; ``hcpcs-rag status`` lists all."""
SUBJECTS = 6
"""Codes named of those that a page is about."""


def build(served: Served, tab: gr.Tab, cache: Path, *, upload: bool) -> None:
    """Lay the tab out. ``cache`` is where the exported encoder is kept; ``upload`` allows visitors to add pages."""
    if upload:
        from hcpcs_rag import uploads  # reading files is heavy, and most servers take none

        with gr.Column(elem_id="upload"):
            file = gr.File(
                label=f"Add a page or a policy ({', '.join(uploads.SUFFIXES)})",
                file_types=list(uploads.SUFFIXES),
                height=140,
            )
            add = gr.Button("Add to the library", variant="primary")
            outcome = gr.HTML("", elem_id="upload-outcome")
    view = gr.HTML(draw(served.index), elem_id="library")
    tab.select(lambda: draw(served.index), None, [view], queue=False, api_name=False, show_progress="hidden")
    if not upload:
        return

    def added(path: str | None, progress: gr.Progress = gr.Progress()) -> tuple[Any, str, str]:  # noqa: B008
        told = _add(served, path, cache, progress)
        return None, f"<p role='status'>{html.escape(told)}</p>", draw(served.index)

    add.click(added, [file], [file, outcome, view], concurrency_limit=1, api_name=False, show_progress_on=[outcome])


def _add(served: Served, path: str | None, cache: Path, progress: gr.Progress) -> str:
    """Add an uploaded file; return what to tell of it."""
    if not path:
        return "Choose a file first."

    def report(stage: str, done: int, total: int) -> None:
        progress((done, total or None), desc=stage)

    from hcpcs_rag import uploads

    try:
        summary = uploads.add(Path(path), served.folder, Settings(), cache, report)
    except HcpcsRagError as problem:
        return str(problem)
    finally:
        Path(path).unlink(missing_ok=True)  # the copy beside the index is the one that is kept
    if not summary.changed:
        return f"{Path(path).name} is in the library already."
    return f"{Path(path).name} is in the library, {_many(summary.embedded, 'new passage')}."


def draw(index: Index) -> str:
    """Draw what is loaded."""
    data = contract.status(index)
    counts = data["counts"]
    releases = "".join(_release(number, row) for number, row in enumerate(data["releases"]))
    more = len(data["pages"]) - SHOWN
    rest = f"<p>{more:,} more pages: <code>hcpcs-rag status</code> lists all.</p>" if more > 0 else ""
    skipped = "".join(f"<li>{html.escape(row['reason'])}</li>" for row in data["skipped"])
    warned = f"<h2>Files that could not be read</h2><ul class='conflict'>{skipped}</ul>" if skipped else ""
    return (
        f"<p>{counts['codes']:,} codes, {counts['modifiers']:,} modifiers, {counts['pages']:,} pages with the records, "
        f"{counts['relations']:,} rules between codes. Built {html.escape(data['built_at'][:16].replace('T', ' '))} UTC, "
        f"generation {html.escape(data['generation'])}.</p>"
        f"<h2>CMS releases</h2><ul>{releases or '<li>None is loaded: no descriptor can be vouched for.</li>'}</ul>{warned}"
        "<h2>Pages and policies</h2><div class='wide' tabindex='0' role='region' aria-label='Pages loaded'>"
        "<table class='codes'><thead><tr><th scope='col'>Page</th><th scope='col'>Authority</th><th scope='col'>About</th>"
        "<th scope='col'>Kind</th><th scope='col'>Read</th><th scope='col'>Left out</th></tr></thead>"
        f"<tbody>{''.join(map(_page, data['pages'][:SHOWN]))}</tbody></table></div>{rest}"
    )


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _release(number: int, row: Json) -> str:
    force = "<span class='badge active'>in force</span> " if number == 0 else ""
    notice = f" <em>{html.escape(row['notice'])}</em>" if row["notice"] and number == 0 else ""
    return (
        f"<li>{force}<strong>{html.escape(row['name'])}</strong>, effective {html.escape(row['effective'])}, "
        f"{'' if row['whole'] else 'an extract of '}{row['codes']:,} codes and {row['modifiers']:,} modifiers, "
        f"from {html.escape(Path(row['source']).name)}{notice}</li>"
    )


def _page(row: Json) -> str:
    codes = ", ".join(map(code_link, row["subjects"][:SUBJECTS]))
    more = " and more" if len(row["subjects"]) > SUBJECTS else ""
    title = row["title"] or row["page_id"]
    link = page_link(row["page_id"], 0, 0, html.escape(title), f"Open {title}", "source-link")
    dropped = _many(row["dropped"], "line") if row["dropped"] else ""
    kind = Path(row["source"]).suffix.lstrip(".").upper()
    return (
        f"<tr><th scope='row'>{link}</th>"
        f"<td><span class='badge {row['authority']}'>{AUTHORITY_WORDS[row['authority']]}</span></td>"
        f"<td>{codes}{more}</td><td>{html.escape(kind)}</td><td>{html.escape(row['read_on'] or '')}</td><td>{dropped}</td></tr>"
    )
