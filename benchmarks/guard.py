"""The guard: ratios of a run against pinned ones. Absolute times differ between machines, ratios hardly."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.figures import Figure, number

ALLOWED = 1 / 3
"""How much worse a ratio may be than the pinned one."""


def faults(figures: Sequence[Figure], pinned: dict[str, float]) -> list[str]:
    """Say which ratios regressed by more than ``ALLOWED``, and which were not measured."""
    ratios = {_key(f): f.ratio for f in figures if f.ratio is not None}
    told = []
    for name, floor in pinned.items():
        ratio = ratios.get(name)
        if ratio is None:
            told.append(f"{name}: not measured")
        elif ratio < floor * (1 - ALLOWED):
            told.append(f"{name}: {number(ratio)}×, pinned {number(floor)}×")
    return told


def pin(figures: Sequence[Figure], path: Path) -> None:
    """Write the ratios of a run as those to hold."""
    ratios = {_key(f): round(f.ratio, 3) for f in figures if f.ratio is not None}
    path.write_text(json.dumps(ratios, indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> dict[str, float]:
    """Read pinned ratios."""
    read: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return read


def _key(figure: Figure) -> str:
    return f"{figure.name} / {figure.against}"
