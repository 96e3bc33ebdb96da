"""The guard: ratios of a run against pinned ones. Absolute times differ between machines, ratios little."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, number

ALLOWED = 1 / 3
"""How much worse a ratio may be than the pinned one."""
BY_PROCESSOR = "ingest"
"""The part whose ratios hold for processors of one kind only: with matrix units for bfloat16, or without."""
UNSTEADY = "limit"
"""The part that is not pinned: what a shared machine does at most was seen to differ by a factor of three."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """Ratios to hold, and whether the processor they were measured on has matrix units."""

    amx: str
    ratios: dict[str, float]


def faults(figures: Sequence[Figure], pinned: Pinned, amx: str) -> list[str]:
    """Say which ratios regressed by more than ``ALLOWED``, and which were not measured."""
    ratios = {_key(f): f.ratio for f in figures if f.ratio is not None}
    told = []
    for name, floor in pinned.ratios.items():
        if amx != pinned.amx and name.startswith(BY_PROCESSOR):
            continue
        ratio = ratios.get(name)
        if ratio is None:
            told.append(f"{name}: not measured")
        elif ratio < floor * (1 - ALLOWED):
            told.append(f"{name}: {number(ratio)}×, pinned {number(floor)}×")
    return told


def pin(figures: Sequence[Figure], path: Path, amx: str) -> None:
    """Write the ratios of a run as those to hold; of several runs pinned into one file, the lowest."""
    held = load(path).ratios if path.exists() else {}
    found = {_key(f): round(f.ratio, 3) for f in figures if f.ratio is not None and f.part != UNSTEADY}
    ratios = {name: min(ratio, held.get(name, ratio)) for name, ratio in found.items()}
    path.write_text(json.dumps({"amx": amx, "ratios": ratios}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(path: Path) -> Pinned:
    """Read pinned ratios."""
    return Pinned(**json.loads(path.read_text(encoding="utf-8")))


def _key(figure: Figure) -> str:
    return f"{figure.name} / {figure.against}"
