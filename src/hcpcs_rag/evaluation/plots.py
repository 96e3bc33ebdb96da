"""The plots of a report, as SVG text that stands in the page itself."""

from __future__ import annotations

import io
from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from hcpcs_rag.evaluation.compare import Comparison
from hcpcs_rag.evaluation.measures import RANK_DEPTH, measure, risk_coverage
from hcpcs_rag.evaluation.results import Results
from hcpcs_rag.evaluation.systems import PRODUCT

# Okabe and Ito's palette, told apart by colour-blind readers; markers tell the lines apart without colour.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")
MARKERS = ("o", "s", "^", "D", "v")
mpl.rcParams.update({"font.size": 9, "svg.fonttype": "none", "axes.spines.top": False, "axes.spines.right": False})


def _drawn(canvas: Canvas) -> str:
    buffer = io.StringIO()
    canvas.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None})
    svg = buffer.getvalue()
    return svg[svg.index("<svg") :]


def _canvas(width: float, height: float) -> tuple[Canvas, Axes]:
    canvas = Canvas(figsize=(width, height), layout="constrained")
    return canvas, canvas.subplots()


def _styles(systems: Sequence[str]) -> dict[str, tuple[str, str]]:
    return {s: (COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]) for i, s in enumerate(systems)}


def right_by_kind(results: Results, name: str) -> str:
    """Share of right replies by kind, with 95% intervals for the product, the baselines as marks."""
    systems, styles = results.systems(), _styles(results.systems())
    kinds = list(dict.fromkeys(t.kind for t in results.of(PRODUCT, name)))
    canvas, axes = _canvas(5.4, 0.32 * len(kinds) + 1.2)
    for system in systems:
        colour, marker = styles[system]
        for row, kind in enumerate(kinds):
            figure = measure([t for t in results.of(system, name) if t.kind == kind])["right"]
            if figure.value is None or figure.low is None or figure.high is None:
                continue
            first = system if row == 0 else None
            if system == PRODUCT:
                axes.barh(row, figure.value, color=colour, height=0.62, alpha=0.85, label=first)
                axes.plot([figure.low, figure.high], [row, row], color="#222222", linewidth=1)
            else:
                axes.plot(figure.value, row, marker, color=colour, markersize=5, markeredgecolor="white", label=first)
    axes.set_yticks(range(len(kinds)), [f"{k} ({sum(t.kind == k for t in results.of(PRODUCT, name))})" for k in kinds])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.02)
    axes.set_xlabel("share of turns that are right in everything")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.0 + 1.0 / (len(kinds) + 2)), ncols=3, frameon=False)
    return _drawn(canvas)


def risk_by_coverage(results: Results, name: str) -> str:
    """Risk–coverage curves: how wrong a system is as ever less confident answers are let through."""
    canvas, axes = _canvas(5.4, 3.6)
    styles = _styles(results.systems())
    for system in results.systems():
        points = risk_coverage(results.of(system, name))
        if points:
            colour, marker = styles[system]
            coverage, risk = zip(*points, strict=True)
            axes.step(coverage, risk, where="post", color=colour, label=system, linewidth=1.4)
            axes.plot(coverage[-1], risk[-1], marker, color=colour)
    answerable = results.of(PRODUCT, name)
    share = sum(t.expected_status == "answered" for t in answerable) / max(len(answerable), 1)
    axes.axvline(share, color="#888888", linewidth=1, linestyle=":")
    axes.annotate("all that can be answered", (share, 1.0), rotation=90, va="top", ha="right", color="#666666")
    axes.set(
        xlim=(0, 1.02),
        ylim=(-0.01, 1.02),
        xlabel="coverage: share of turns answered",
        ylabel="risk: share of answers not right",
    )
    axes.legend(frameon=False, loc="upper left")
    return _drawn(canvas)


def latency(results: Results) -> str:
    """Times of replies, all sets together, on a logarithmic axis."""
    systems, styles = results.systems(), _styles(results.systems())
    canvas, axes = _canvas(5.4, 0.45 * len(systems) + 0.9)
    times = [[t.ms for t in results.of(s)] for s in systems]
    boxes = axes.boxplot(times, orientation="horizontal", whis=(5, 95), showfliers=False, patch_artist=True, widths=0.6)
    for box, system in zip(boxes["boxes"], systems, strict=True):
        box.set(facecolor=styles[system][0], alpha=0.7)
    for line in boxes["medians"]:
        line.set(color="#111111")
    axes.set_yticks(range(1, len(systems) + 1), systems)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xlabel("ms a reply: quartiles, whiskers at 5% and 95%")
    return _drawn(canvas)


def hits_by_k(results: Results, names: Sequence[str]) -> str:
    """Share of descriptions whose code is among the first k, one panel a set."""
    canvas = Canvas(figsize=(3.6 * len(names), 3.2), layout="constrained")
    panels = canvas.subplots(1, len(names), squeeze=False, sharey=True)[0]
    styles = _styles(results.systems())
    for axes, name in zip(panels, names, strict=True):
        for system in results.systems():
            queries = results.ranked(system, name)
            if queries:
                hits = [
                    sum(bool(set(q.ranking[:k]) & set(q.relevant)) for q in queries) / len(queries)
                    for k in range(1, RANK_DEPTH + 1)
                ]
                colour, marker = styles[system]
                axes.plot(
                    range(1, RANK_DEPTH + 1),
                    hits,
                    marker=marker,
                    color=colour,
                    markersize=3.5,
                    linewidth=1.2,
                    label=system,
                )
        axes.set(title=f"{name} ({len(results.ranked(PRODUCT, name))})", xlabel="k")
        axes.set_ylim(top=1.01)
    panels[0].set_ylabel("hit@k")
    panels[0].legend(frameon=False, loc="lower right")
    return _drawn(canvas)


def changes(comparison: Comparison) -> str:
    """What moved since the earlier run: before as a ring, after as a dot."""
    rows = comparison.changes
    canvas, axes = _canvas(6.4, 0.32 * len(rows) + 0.9)
    for number, change in enumerate(rows):
        axes.plot([change.before, change.after], [number, number], color="#999999", linewidth=1.2)
        axes.plot(change.before, number, "o", markerfacecolor="white", color="#555555")
        axes.plot(change.after, number, "o", color=COLOURS[0] if change.after >= change.before else COLOURS[1])
    axes.set_yticks(range(len(rows)), [f"{c.set}, {c.split}: {c.measure}" for c in rows])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.02)
    axes.set_xlabel("ring: before, dot: now")
    return _drawn(canvas)
