"""``python -m benchmarks``: measure, print the table, write results and plots."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import cold, figures, growth, guard, ingest, limit, load, warm
from benchmarks.setting import machine, prepare

PARTS = {"cold": cold, "warm": warm, "load": load, "ingest": ingest, "growth": growth, "limit": limit}
SHORT = ("cold", "warm", "ingest", "growth", "limit")


def main() -> None:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", choices=[*PARTS, []], metavar="PART", help=f"of {', '.join(PARTS)}; all by default"
    )
    parser.add_argument("--short", action="store_true", help="the form that CI runs: over corpus/, ratios only")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/out"), help="where results and plots go")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "hcpcs-rag" / "benchmarks")
    parser.add_argument("--guard", type=Path, metavar="FILE", help="fail where a ratio is a third worse than in FILE")
    parser.add_argument("--pin", type=Path, metavar="FILE", help="write the ratios of this run to FILE")
    given = parser.parse_args()
    pinned = guard.load(given.guard) if given.guard else None
    setting = prepare(given.cache, given.short)
    measured = []
    for name in given.parts or (SHORT if given.short else PARTS):
        print(f"{name} …", file=sys.stderr, flush=True)
        measured.append(PARTS[name].measure(setting))
    figures.save(given.out, {**machine(), "library": setting.library}, measured)
    found = [f for m in measured for f in m.figures]
    print(figures.table(found))
    print(f"Results and plots: {given.out}", file=sys.stderr)
    if given.pin:
        guard.pin(found, given.pin, machine()["AMX"])
    told = guard.faults(found, pinned, machine()["AMX"]) if pinned else []
    for fault in told:
        print(f"Slower than it was: {fault}", file=sys.stderr)
    sys.exit(1 if told else 0)


if __name__ == "__main__":
    main()
