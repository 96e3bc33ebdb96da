"""The command that measures: eval."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hcpcs_rag import terminal
from hcpcs_rag.cli.options import cache_folder, log, out
from hcpcs_rag.errors import InputError

if TYPE_CHECKING:  # measuring is heavy, and asking needs none of it
    from hcpcs_rag.evaluation.compare import Comparison
    from hcpcs_rag.evaluation.results import Results

FAILED = 1
"""The exit code of a run that fails its gate; 2 is for a user's mistake."""


def evaluate(
    names: list[str] | None, evals: Path, out_folder: Path | None, work: Path | None, alone: bool,
    baseline: Path | None, gate: Path | None, pin: Path | None, lower_floors: bool, compare: list[Path] | None,
) -> None:  # fmt: skip
    """Measure the answers against question sets, beside four baselines; write results.json and report.html."""
    if lower_floors and not pin:
        raise InputError("--lower-floors does nothing by itself.", "Say it with --pin.")
    from hcpcs_rag.evaluation import gate as gates
    from hcpcs_rag.evaluation import report, results, suite
    from hcpcs_rag.evaluation.compare import compare as set_against
    from hcpcs_rag.evaluation.run import run

    if compare:
        terminal.comparison(out, set_against(results.load(compare[0]), results.load(compare[1])))
        return
    earlier = results.load(baseline) if baseline else None
    pinned = gates.load(gate) if gate else None
    chosen = suite.choose(suite.load(evals), names or (list(pinned.hashes) if pinned else []))
    with terminal.progress(log) as report_progress:
        found = run(
            chosen, work or cache_folder() / "evals", baselines=not (alone or gate),
            cache=cache_folder(), progress=report_progress,
        )  # fmt: skip
    comparison = set_against(earlier, found) if earlier else None
    folder = out_folder or evals / "out" / datetime.now().strftime("%Y%m%dT%H%M%S")
    results.save(found, folder / "results.json")
    report.write(found, folder / "report.html", comparison)
    report.write_figures(found, folder / "figures.md")
    _tell(found, comparison, folder)
    if pinned:
        told = gates.faults(found, pinned)
        terminal.gate(out, told)
        if told:
            sys.exit(FAILED)
    if pin:
        gates.pin(found, pin, lower=lower_floors)
        out.print(f"Pinned in {pin}.", markup=False)


def _tell(found: Results, comparison: Comparison | None, folder: Path) -> None:
    terminal.evaluation(out, found)
    if comparison:
        terminal.comparison(out, comparison)
    out.print(f"Results and report: {folder}", markup=False, soft_wrap=True)
