"""How answers, codes, relations and pages look in a terminal."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from hcpcs_rag import contract
from hcpcs_rag.composition import CLOSE, cited, more, row_cells, rows, short_text, shown_text, tables, text_of
from hcpcs_rag.contract import Json
from hcpcs_rag.domain import Answer, Citation, Page

if TYPE_CHECKING:
    from hcpcs_rag.evaluation import tables as eval_tables
    from hcpcs_rag.evaluation.compare import Comparison
    from hcpcs_rag.evaluation.results import Results
    from hcpcs_rag.index.build import Summary
    from hcpcs_rag.releases import Change

_COLOUR = {"answered": "green", "clarify": "yellow", "abstained": "yellow"}
_AUTHORITY = {"release": "official release", "policy": "policy", "reference": "reference page"}


@contextmanager
def progress(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """Show progress, one bar a stage; yield what is told the stage, how much is done, and how much there is."""
    columns = TextColumn("{task.description:<22}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield report


def short(console: Console, value: Answer) -> None:
    """Print an answer and its marks, nothing else."""
    console.print(Text(short_text(value)), soft_wrap=True)


def answer(console: Console, value: Answer, quotes: bool = False) -> None:
    """Print an answer, its numbered sources in one line each, and follow-ups.

    With ``quotes`` the words of each source are printed too, and what stands below the fold.
    """
    if value.standalone != " ".join(value.question.split()):
        console.print(Text(f"Understood as: {value.standalone}", style="dim"))
    console.print(
        Panel(_answer_body(value, quotes), border_style=_COLOUR[value.status], title=value.status, title_align="left")
    )
    if value.nearest:
        console.print(Text(CLOSE, style="dim"))
    shown = value.citations if quotes else cited(value)
    for citation in (*shown, *value.nearest):
        _source(console, citation)
        if quotes or value.nearest:
            console.print(Padding(Text(f"“{' '.join(citation.quote.split())}”", style="italic"), (0, 0, 0, 4)))
    if value.citations and not quotes:
        below = len(more(value.statements))
        also = f" and {below} more statement{'s' if below > 1 else ''}" if below else ""
        console.print(Text(f"The quotes{also}: --sources", style="dim"))
    if value.release:
        told = contract.release(value.release) or {}
        console.print(Text(f"Release: {value.release.name}, {_size(told)}", style="dim"))
        _notice(console, told)
    for suggestion in value.suggestions:
        console.print(Text(f"  → {suggestion}", style="cyan"))


def _source(console: Console, citation: Citation) -> None:
    """Print where a citation points, in one line."""
    where = (citation.section, f"page {citation.page_number}" if citation.page_number else "", citation.page_id)
    told = Text.assemble((f"[{citation.number}] ", "bold"), citation.title)
    told.append(" · ".join(("", _AUTHORITY[citation.authority], *filter(None, where))), "dim")
    console.print(told, no_wrap=True, overflow="ellipsis")


def _size(release: Json) -> str:
    extract = "" if release["whole"] else "an extract of "
    return f"{extract}{release['codes']:,} codes and {release['modifiers']:,} modifiers"


def _notice(console: Console, release: Json) -> None:
    """Print what must be known of a release before relying on it, if anything."""
    if release.get("notice"):
        console.print(Text(release["notice"], style="yellow"))


def _answer_body(value: Answer, whole: bool) -> RenderableType:
    """The text of an answer, with what is below the fold if ``whole``; a comparison is drawn as a table."""
    shown: list[RenderableType] = []
    for part in value.parts or (value,):
        if value.parts:
            shown.append(Text(part.standalone, style="bold"))
        grids = tables(part.statements)
        drawn = [s for _, members in grids for s in members]
        plain = tuple(s for s in part.statements if s.cell is None and s not in drawn)
        told = text_of(plain, part.unmet, part.note, whole=whole) if part.statements else part.text
        shown += [Text(told)] if told else []
        for columns, members in grids:
            shown.append(_grid(columns, [row_cells(s) for s in members]))
        heads, lines = rows(part.statements)
        if lines:
            cells = [[name, *("\n".join(map(shown_text, cell)) or "–" for cell in row)] for name, row in lines]
            shown.append(_grid(("", *heads), cells))
    return Group(*shown)


def _grid(columns: Sequence[str], lines: Sequence[Sequence[str]]) -> Table:
    table = Table(*map(escape, columns), show_lines=True)
    for line in lines:
        table.add_row(*map(Text, line))
    return table


def codes(console: Console, rows: list[Json]) -> None:
    """Print what the release says of codes, one card each."""
    for row in rows:
        if row["status"] == "unknown" and not row["long"]:
            near = f" Nearest: {', '.join(row['nearest'])}." if row["nearest"] else ""
            console.print(f"[yellow]{escape(row['code'])} is not {escape(row['searched'])}.{near}[/]")
            continue
        table = Table.grid(padding=(0, 2))
        fields = [
            ("Status", row["status"] + (f" (last day of use {row['ended']})" if row["ended"] else "")),
            ("Coverage", f"{row['coverage']} ({row['coverage_meaning']})" if row["coverage"] else ""),
            ("Added", row["added"]),
            ("Last changed", row["changed"]),
            ("Pricing", ", ".join(row["pricing"])),
            ("See instead", ", ".join(row["see_instead"])),
            ("Short", row["short"]),
            *row["further"].items(),
            ("Release", row["release"]),
        ]
        for name, value in fields:
            if value:
                table.add_row(Text(name, style="dim"), Text(str(value)))
        console.print(Panel(Group(Text(row["long"]), "", table), title=row["code"], title_align="left"))


def hits(console: Console, data: Json) -> None:
    """Print a ranked list of codes."""
    table = Table("", "Code", "Descriptor", "", box=None)
    for number, row in enumerate(data["results"], 1):
        ended = f"[red]ended {row['ended']}[/]" if row["status"] == "ended" else ""
        table.add_row(str(number), f"[bold]{row['code']}[/]", Text(row["title"]), ended)
    console.print(table if data["results"] else "[yellow]No code found for these words.[/]")


def relations(console: Console, rows: list[Json]) -> None:
    """Print relations with polarity, quote and source."""
    if not rows:
        console.print("[yellow]The sources state no relation for this code.[/]")
    words = {
        "use_with": "use with",
        "not_with": "do not bill with",
        "included_in": "included in",
        "see_instead": "see instead",
    }
    for row in rows:
        style = "red" if row["relation"] == "not_with" else "green"
        console.print(
            f"[bold]{row['code']}[/] [{style}]{words.get(row['relation'], row['relation'])}[/] [bold]{row['other']}[/]"
        )
        console.print(
            Padding(Text(f"“{' '.join(row['quote'].split())}” — {row['page_id']}", style="dim"), (0, 0, 0, 4))
        )


def page(console: Console, value: Page) -> None:
    """Print a page: where it comes from, then its text."""
    console.print(
        f"[bold]{escape(value.title)}[/]\n[dim]{_AUTHORITY[value.authority]} · {escape(value.url or value.source)}[/]\n"
    )
    console.print(Text(value.text))


def summary(console: Console, value: Summary) -> None:
    """Print what an ingest did."""
    if not value.changed:
        console.print(f"Nothing new: the index is up to date ({value.seconds:.1f} s).")
    else:
        console.print(f"[green]Index ready[/] in {value.seconds:.1f} s, {value.embedded:,} passages embedded anew.")
    console.print(
        f"{value.files:,} files · {value.pages:,} pages · {value.passages:,} passages · {value.codes:,} codes · "
        f"{value.modifiers:,} modifiers · {value.relations:,} relations · generation {value.generation}"
    )
    for _, reason in value.skipped:
        console.print(f"[yellow]Skipped:[/] {escape(reason)}")
    for name in value.gone:
        console.print(f"[yellow]Gone since it was read:[/] {escape(name)}. It still answers; drop it with --prune.")


def status(console: Console, data: Json, every: bool = False) -> None:
    """Print what is loaded: how many pages of each authority, or each page if ``every`` is asked for."""
    for release in data["releases"]:
        told = f"in force from {release['effective']}, {_size(release)}"
        console.print(f"[bold]{release['name']}[/], {told} [dim]{escape(release['source'])}[/]")
    if data["releases"]:
        _notice(console, data["releases"][0])
    console.print(_pages(data["pages"]) if every else _counts(data["pages"]))
    for row in data["skipped"]:
        console.print(f"[yellow]Skipped:[/] {escape(row['reason'])}")
    for name in data["gone"]:
        console.print(
            f"[yellow]Gone since {data['built_at'][:10]}:[/] {escape(name)}. It still answers; drop it with ingest --prune."
        )
    console.print(f"[dim]Generation {data['generation']}, built {data['built_at']}[/]")


def _pages(rows: list[Json]) -> Table:
    table = Table("Page", "Title", "Authority", "Codes", "Passages", "Read", "Dropped", box=None)
    for row in rows:
        table.add_row(
            row["page_id"], Text(row["title"]), _AUTHORITY[row["authority"]], Text(", ".join(row["subjects"][:6])),
            str(row["passages"]), row["read_on"] or "", str(row["dropped"]),
        )  # fmt: skip
    return table


def _counts(rows: list[Json]) -> Table:
    """How many pages there are from each publisher, with what authority, and about how many codes."""
    table = Table("Pages", "Publisher", "Authority", "Codes they are about", box=None)
    groups: dict[tuple[str, str], list[Json]] = {}
    for row in rows:
        groups.setdefault((row["publisher"], row["authority"]), []).append(row)
    for (publisher, authority), own in sorted(groups.items(), key=lambda group: -len(group[1])):
        about = len({code for row in own for code in row["subjects"]})
        table.add_row(f"{len(own):,}", publisher or "not named", _AUTHORITY[authority], f"{about:,}")
    table.caption = "Every page: hcpcs-rag status --all" if rows else None
    return table


def changes(console: Console, rows: list[Change]) -> None:
    """Print what changed between two releases."""
    table = Table("Change", "Code", "Before", "After", box=None)
    for row in rows:
        table.add_row(row.change, f"[bold]{row.code}[/]", Text(row.before), Text(row.after))
    console.print(table if rows else "The releases hold the same codes.")
    totals = Counter(row.change for row in rows)
    console.print(" · ".join(f"{count:,} {change}" for change, count in sorted(totals.items())))


def changes_csv(file: TextIO, rows: list[Change]) -> None:
    """Write what changed between two releases as CSV."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["change", "code", "before", "after"])
    writer.writerows([row.change, row.code, row.before, row.after] for row in rows)


def evaluation(console: Console, results: Results) -> None:
    """Print the headline figures of an eval: each set, systems side by side."""
    from hcpcs_rag.evaluation import tables as eval_tables

    for skip in results.skipped:
        console.print(f"[yellow]Not run:[/] {escape(skip.set)}. {escape(skip.reason)}.")
    for name in results.sets(results.turns):
        for split in ("dev", "test"):
            _table(console, eval_tables.answers(results, name, split))
        _table(console, eval_tables.causes(results, name))
    for name in results.sets(results.queries):
        _table(console, eval_tables.lookup(results, name))
    for run in results.exact:
        console.print(f"{run.set}: {run.codes:,} codes, {run.checks:,} facts checked, {len(run.failures)} wrong")
        for code, what, _ in run.failures[:5]:
            console.print(Text(f"  {code}: {what}", style="red"))


def _table(console: Console, data: eval_tables.Table) -> None:
    if data.rows:
        shown = Table(*data.heads, title=data.caption, title_justify="left", box=None)
        for row in data.rows:
            shown.add_row(*map(escape, row))
        console.print(shown)


def comparison(console: Console, value: Comparison) -> None:
    """Print what changed between two runs."""
    for warning in value.warnings:
        console.print(Text(warning, style="yellow"))
    table = Table("Set", "Measure", "Before", "Now", "p", "Items", box=None)
    for row in value.changes:
        figures = f"{row.before:.3f}", f"{row.after:.3f}", f"{row.p_value:.3f}", str(row.items)
        table.add_row(f"{row.set}, {row.split}", row.measure, *figures)
    console.print(table)
    for word, style, turns in (("mended", "green", value.mended), ("broken", "red", value.broken)):
        console.print(f"[{style}]{len(turns)} {word}[/]")
        for turn in turns:
            console.print(Text(f"  {turn.set} {turn.item}: {turn.message[:100]}", style="dim"))


def gate(console: Console, faults: list[str]) -> None:
    """Print whether a run passes its gate, and if not, why."""
    console.print(
        "[green]The gate is passed.[/]" if not faults else f"[red]The gate is not passed, for {len(faults)} reasons:[/]"
    )
    for fault in faults:
        console.print(Text(f"  {fault}"))
