"""The look-up tab: codes as they are typed, with filters, as a table and as CSV."""

from __future__ import annotations

import html
from datetime import UTC, date, datetime
from typing import Any

import gradio as gr

from hcpcs_rag.contract import Json
from hcpcs_rag.domain import CodeStatus
from hcpcs_rag.indicators import COVERAGE_MEANING
from hcpcs_rag.lookup import MODIFIERS, Filters, Listed, as_csv, look_up
from hcpcs_rag.web.markup import code_link, linked
from hcpcs_rag.web.reader import script
from hcpcs_rag.web.served import Served

SHOWN = 100
"""Rows drawn; the CSV holds all."""
ALL = ("Any", "")
FAMILIES = {
    "A": "ambulance, supplies", "B": "enteral and parenteral", "C": "hospital outpatient", "D": "dental",
    "E": "durable equipment", "G": "procedures, temporary", "H": "behavioral health", "J": "drugs",
    "K": "equipment, temporary", "L": "orthotics, prosthetics", "M": "quality measures, services", "P": "laboratory",
    "Q": "temporary", "R": "radiology transport", "S": "private payers", "T": "state Medicaid", "U": "coronavirus tests",
    "V": "vision, hearing",
}  # fmt: skip
STATUSES: dict[str, CodeStatus] = {"Active": "active", "Ended": "ended"}


def build(served: Served) -> None:
    """Lay the tab out."""
    with gr.Row():
        box = gr.Textbox(
            label="Code or words",
            placeholder="E07, oxygen conc, potty chair",
            elem_id="lookup",
            scale=3,
            max_length=200,
        )
        on = gr.Textbox(label="On the day", placeholder="YYYY-MM-DD", max_length=10, scale=1, min_width=140)
    with gr.Row():
        family = gr.Dropdown(_families(), value="", label="Family", min_width=140)
        coverage = gr.Dropdown(_coverages(), value="", label="Medicare coverage", min_width=140)
        status = gr.Dropdown([ALL, *STATUSES], value="", label="Status", min_width=140)
        save = gr.Button("Save as CSV", size="sm", min_width=140, elem_id="save-csv")
    table = gr.HTML(_table([], "", ""), elem_id="lookup-table")
    saver = gr.HTML(None, html_template="", js_on_load=script("saver.js"), elem_classes="nothing")

    def listed(typed: str, day: str, family: str, coverage: str, status: str) -> str:
        try:
            rows = _rows(served, typed, day, family, coverage, status)
        except ValueError:
            return "<p class='empty' role='status'>This is no day. Write it as YYYY-MM-DD, such as 2025-10-01.</p>"
        return _table(rows, typed, day, narrowed=bool(family or coverage or status))

    def saved(typed: str, day: str, family: str, coverage: str, status: str) -> Json | None:
        try:
            rows = _rows(served, typed, day, family, coverage, status)
        except ValueError:
            gr.Warning("This is no day. Write it as YYYY-MM-DD, such as 2025-10-01.")
            return None
        if not rows:
            gr.Warning("There is nothing to save: no code is listed.")
            return None
        at = datetime.now(UTC).isoformat()  # the same list may be saved twice, and only what changes is told
        return {"name": "hcpcs-codes.csv", "type": "text/csv", "text": as_csv(rows), "at": at}

    inputs: list[Any] = [box, on, family, coverage, status]
    gr.on(
        [box.change, box.submit, on.submit, on.blur, family.change, coverage.change, status.change],
        listed,
        inputs,
        [table],
        show_progress="hidden",
        trigger_mode="always_last",
        queue=False,
        api_name="lookup",
    )
    save.click(saved, inputs, [saver], concurrency_limit=None, show_progress="hidden", api_name=False)


def _rows(served: Served, typed: str, day: str, family: str, coverage: str, status: str) -> list[Listed]:
    """Raises ``ValueError`` where the day is none."""
    on = date.fromisoformat(day.strip()) if day and day.strip() else None
    filters = Filters(family or "", coverage or "", STATUSES.get(status), on)
    if not typed.strip() and filters == Filters():
        return []
    return look_up(typed, served.index, filters)


def _families() -> list[tuple[str, str]]:
    return [ALL, *((f"{letter}: {name}", letter) for letter, name in FAMILIES.items()), ("Modifiers", MODIFIERS)]


def _coverages() -> list[tuple[str, str]]:
    return [ALL, *((f"{letter}: {meaning}", letter) for letter, meaning in COVERAGE_MEANING.items())]


def _table(rows: list[Listed], typed: str, day: str, *, narrowed: bool = False) -> str:
    """Draw a list, its length told to screen readers as it changes."""
    if not rows:
        sought = f" for “{html.escape(typed.strip())}”" if typed.strip() else ""
        nothing = "Type a code, the beginning of one, or words. Everyday words do, too."
        if sought or narrowed:
            nothing = f"I don't find a code{sought}{' under these filters' if narrowed else ''}."
        return f"<p class='empty' role='status'>{nothing}</p>"
    cut = f"the first {SHOWN} of {len(rows):,}" if len(rows) > SHOWN else f"{len(rows):,}"
    told = f"{cut} {'code' if len(rows) == 1 else 'codes'}{f', on {html.escape(day)}' if day else ''}"
    drawn = "".join(map(_row, rows[:SHOWN]))
    return (
        f"<p role='status'>{told}</p><div class='wide' tabindex='0' role='region' aria-label='Codes found'>"
        "<table class='codes'><thead><tr><th scope='col'>Code</th><th scope='col'>Official descriptor</th>"
        f"<th scope='col'>Status</th><th scope='col'>Coverage</th></tr></thead><tbody>{drawn}</tbody></table></div>"
    )


def _row(row: Listed) -> str:
    record = row.record
    ended = f" {record.ended}" if row.status == "ended" and record.ended else ""
    meaning = COVERAGE_MEANING.get(record.coverage, "")
    return (
        f"<tr><th scope='row'>{code_link(record.code)}</th><td>{linked(record.long)}</td>"
        f"<td><span class='badge {row.status}'>{row.status}{ended}</span></td>"
        f"<td>{html.escape(f'{record.coverage}: {meaning}' if meaning else record.coverage)}</td></tr>"
    )
