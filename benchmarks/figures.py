"""A measured figure, what it is set against, and how figures are told: as a table, as JSON, as plots."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. ``against`` and ``other`` name and give what the value is set against; ``ratio`` says how
    many times better the value is, and is what CI guards; ``goal`` is the goal in words."""

    part: str
    what: str
    value: float
    unit: str
    against: str = ""
    other: float | None = None
    ratio: float | None = None
    goal: str = ""

    @property
    def name(self) -> str:
        """What tells the figure from all others."""
        return f"{self.part}: {self.what}"


@dataclass(frozen=True, slots=True)
class Curve:
    """Values over the number of passages, for one panel of a plot."""

    panel: str
    label: str
    x: list[float]
    y: list[float]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one part found."""

    figures: list[Figure] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)


def number(value: float | None) -> str:
    """Write a figure with three digits that matter."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| | value | set against | ratio | goal |", "|---|---|---|---|---|"]
    for f in figures:
        other = f"{f.against}: {number(f.other)}" if f.other is not None else f.against
        ratio = f"{number(f.ratio)}×" if f.ratio is not None else ""
        lines.append(f"| {f.name} | {number(f.value)} {f.unit} | {other} | {ratio} | {f.goal} |")
    return "\n".join(lines)


def save(folder: Path, machine: dict[str, str], measured: Sequence[Measured]) -> None:
    """Write ``results.json``, ``figures.md`` and the plots into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = [f for m in measured for f in m.figures]
    curves = [c for m in measured for c in m.curves]
    data = {"machine": machine, "figures": [asdict(f) for f in figures], "curves": [asdict(c) for c in curves]}
    (folder / "results.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    told = ", ".join(f"{name} {value}" for name, value in machine.items())
    (folder / "figures.md").write_text(f"{told}\n\n{table(figures)}\n", encoding="utf-8")
    _plot_ratios(folder / "ratios.svg", [f for f in figures if f.ratio is not None])
    _plot_curves(folder / "growth.svg", curves)


def _plot_ratios(path: Path, figures: Sequence[Figure]) -> None:
    if not figures:
        return
    shown, axes = plt.subplots(figsize=(8, 0.34 * len(figures) + 1), layout="constrained")
    places = range(len(figures))[::-1]
    axes.barh(places, [f.ratio or 0 for f in figures], color="#0f766e")
    axes.set_yticks(places, [f"{f.name}\nagainst {f.against}" for f in figures], fontsize=6)
    axes.set_xscale("log")
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xlabel("times better than what it is set against (1 = as good)")
    shown.savefig(path)
    plt.close(shown)


def _plot_curves(path: Path, curves: Sequence[Curve]) -> None:
    panels = list(dict.fromkeys(c.panel for c in curves))
    if not panels:
        return
    shown, grid = plt.subplots(2, (len(panels) + 1) // 2, figsize=(11, 6), layout="constrained", squeeze=False)
    for axes, panel in zip(grid.flat, panels, strict=False):
        for curve in (c for c in curves if c.panel == panel):
            axes.plot(curve.x, curve.y, marker="o", label=curve.label)
        axes.set(title=panel, xscale="log", xlabel="files" if "over files" in panel else "passages")
        axes.set_ylim(bottom=0 if "recall" not in panel else 0.9)
        axes.legend(fontsize=7)
        axes.grid(alpha=0.3)
    for axes in list(grid.flat)[len(panels) :]:
        axes.set_visible(False)
    shown.savefig(path)
    plt.close(shown)
