"""The figures of a run in rows, as the report, the terminal and ``evals/README.md`` show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hcpcs_rag.evaluation.judging import CAUSES
from hcpcs_rag.evaluation.measures import (
    MEASURES,
    Figure,
    best_threshold,
    measure,
    percentiles,
    rank_figures,
    rank_scores,
    thresholded_f1,
)
from hcpcs_rag.evaluation.results import AskedTurn, RankedQuery, Results
from hcpcs_rag.evaluation.systems import PRODUCT

THRESHOLDED = "abstention F1, threshold set on dev"
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Table:
    """A caption, the heads of the columns, and rows of text whose first cell names the row."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def shown(figure: Figure) -> str:
    """Return a figure as text: its value and its interval."""
    if figure.value is None:
        return NOTHING
    if figure.low is None or figure.high is None or figure.low == figure.high:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} [{figure.low:.2f}, {figure.high:.2f}]"


def answers(results: Results, name: str, split: str) -> Table:
    """Return every measure of answers, systems side by side."""
    systems = [s for s in results.systems() if results.of(s, name, split)]
    measured = {s: measure(results.of(s, name, split)) for s in systems}
    rows = [(m, *(shown(measured[s][m]) for s in systems)) for m in MEASURES]
    rows.append((THRESHOLDED, *(f"{_thresholded(results, s, name, split):.3f}" for s in systems)))
    for place in ("p50", "p95"):
        times = [percentiles([t.ms for t in results.of(s, name, split)])[place] for s in systems]
        rows.append((f"ms, {place}", *(f"{ms:.1f}" for ms in times)))
    lengths = [percentiles([t.words for t in results.of(s, name, split) if t.status == "answered"]) for s in systems]
    rows.append(("words an answer, p50", *(f"{found['p50']:.0f}" if found else NOTHING for found in lengths)))
    turns = len(results.of(systems[0], name, split)) if systems else 0
    return Table(f"{name}, {split}: {turns} turns", ("", *systems), tuple(rows))


def _thresholded(results: Results, system: str, name: str, split: str) -> float:
    """What a system's confidence could do if it declined below the level that is best on the dev split."""
    return thresholded_f1(results.of(system, name, split), best_threshold(results.of(system, name, "dev")))


def retrieval(results: Results, name: str) -> Table:
    """Return how well each system ranks pages for the questions of a set that name their pages."""
    rows = []
    for system in results.systems():
        turns = [t for t in results.of(system, name) if t.relevant_pages and t.expected_status == "answered"]
        if turns:
            figures = rank_figures(page_scores(turns))
            rows.append((system, *(shown(f) for f in figures.values())))
            heads = tuple(figures)
    return Table(
        f"{name}: the page that holds the answer among those retrieved", ("", *heads) if rows else (), tuple(rows)
    )


def page_scores(turns: Sequence[AskedTurn]) -> dict[str, dict[str, float]]:
    """Return the ranking scores of pages, by measure and turn."""
    relevant = {f"{t.item}/{t.turn}": t.relevant_pages for t in turns}
    return rank_scores({f"{t.item}/{t.turn}": t.pages for t in turns}, dict(relevant))


def lookup(results: Results, name: str) -> Table:
    """Return how well each system ranks codes for descriptions."""
    rows = []
    for system in results.systems():
        queries = results.ranked(system, name)
        if queries:
            times = percentiles([q.ms for q in queries])
            rows.append((system, *(shown(f) for f in code_figures(queries).values()), f"{times['p50']:.1f}"))
    count = len(results.ranked(PRODUCT, name))
    heads = ("", *(code_figures(results.ranked(PRODUCT, name)) if rows else ()), "ms, p50")
    return Table(f"{name}: {count} descriptions", heads, tuple(rows))


def code_figures(queries: Sequence[RankedQuery]) -> dict[str, Figure]:
    """Return the ranking measures of look-ups."""
    rankings = {q.query_id: q.ranking for q in queries}
    return rank_figures(rank_scores(dict(rankings), {q.query_id: q.relevant for q in queries}))


def kinds(results: Results, name: str, split: str) -> Table:
    """Return the share of right replies by kind of question, systems side by side."""
    systems = [s for s in results.systems() if results.of(s, name, split)]
    every = list(dict.fromkeys(t.kind for t in results.of(PRODUCT, name, split)))
    rows = []
    for kind in every:
        by_system = [[t for t in results.of(s, name, split) if t.kind == kind] for s in systems]
        rows.append((kind, str(len(by_system[0])), *(shown(measure(turns)["right"]) for turns in by_system)))
    return Table(f"{name}, {split}: right, by kind", ("", "turns", *systems), tuple(rows))


def stages(results: Results) -> Table:
    """Return where the product's time goes."""
    turns = results.of(PRODUCT)
    names = list(dict.fromkeys(stage for t in turns for stage in t.stages_ms))
    rows = []
    for stage in names:
        times = percentiles([t.stages_ms[stage] for t in turns if stage in t.stages_ms])
        rows.append((stage, f"{times['p50']:.2f}", f"{times['p95']:.2f}"))
    if results.cold_start_ms:
        cold = percentiles(results.cold_start_ms)
        rows.append(("a fresh process, whole", f"{cold['p50']:.0f}", f"{cold['p95']:.0f}"))
    return Table("Milliseconds by stage, all sets", ("", "p50", "p95"), tuple(rows))


def causes(results: Results, name: str) -> Table:
    """Return how often each cause of failure occurred, by split."""
    counts = {split: Counter(t.judgement.cause for t in results.of(PRODUCT, name, split)) for split in ("dev", "test")}
    rows = [(c, str(counts["dev"][c]), str(counts["test"][c])) for c in CAUSES if counts["dev"][c] or counts["test"][c]]
    return Table(f"{name}: what is not right, by cause", ("", "dev", "test"), tuple(rows))


def failures(results: Results, split: str) -> list[AskedTurn]:
    """Return the product's replies of one split that are not right, the costliest cause first."""
    wrong = [t for t in results.of(PRODUCT, split=split) if t.judgement.cause]
    return sorted(wrong, key=lambda t: (CAUSES.index(t.judgement.cause or ""), t.set, t.item, t.turn))


OVERVIEW = ("right", "right where answered", "abstention F1", "wrong verdicts", "fact recall", "right page")


def overview(results: Results, name: str) -> Table:
    """Return one measure of answers over all sets and splits, systems side by side."""
    rows = []
    for one in results.sets(results.of(PRODUCT)):
        for split in ("dev", "test"):
            figures = [measure(results.of(s, one, split))[name] for s in results.systems()]
            rows.append((f"{one}, {split}", *map(shown, figures)))
    return Table(name, ("", *results.systems()), tuple(rows))


def all_causes(results: Results) -> Table:
    """Return how often each cause of failure occurred, by set and split."""
    columns = [(one, split) for one in results.sets(results.of(PRODUCT)) for split in ("dev", "test")]
    counts = [Counter(t.judgement.cause for t in results.of(PRODUCT, *column)) for column in columns]
    rows = [(cause, *(str(count[cause]) for count in counts)) for cause in CAUSES if any(c[cause] for c in counts)]
    return Table("What is not right, by cause", ("", *(f"{one}, {split}" for one, split in columns)), tuple(rows))


def headline(results: Results) -> list[Table]:
    """Return the tables of a run: first those that ``evals/README.md`` shows, then all measures by set."""
    shown_tables = [overview(results, name) for name in OVERVIEW]
    shown_tables += [
        all_causes(results),
        *(lookup(results, name) for name in results.sets(results.queries)),
        stages(results),
    ]
    for name in results.sets(results.of(PRODUCT)):
        shown_tables += [answers(results, name, split) for split in ("dev", "test")]
        shown_tables.append(retrieval(results, name))
    return shown_tables


def markdown(table: Table) -> str:
    """Return a table in Markdown."""
    lines = [table.heads, tuple("---" for _ in table.heads), *table.rows]
    return f"**{table.caption}**\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in lines) + "\n"
