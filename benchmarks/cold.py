"""From a cold process: commands, the textbook chain, and the served application."""

from __future__ import annotations

import subprocess
import sys
from statistics import median

from benchmarks.figures import Figure, Measured
from benchmarks.setting import Setting, resident, serving, wall
from hcpcs_rag.index.manifest import current

NAMED, WORDED = "What is E1392?", "Is a portable oxygen concentrator covered?"


def measure(setting: Setting) -> Measured:
    """Time fresh processes; the textbook chain is asked the same questions."""
    generation = current(setting.small)
    assert generation
    folder = setting.cache / f"textbook-{generation.name}"
    program = [sys.executable, "-m", "benchmarks.textbook"]
    if not (folder / "chunks.json").exists():
        subprocess.run([*program, "build", str(setting.small), str(folder)], check=True, stderr=subprocess.DEVNULL)
    ours = [sys.executable, "-m", "hcpcs_rag"]
    where = ["--index", str(setting.small)]
    runs, theirs = (3, 1) if setting.short else (9, 3)
    figures = [
        Figure(
            "cold", "a code (code E1392)", median(wall([*ours, "code", "E1392", *where], runs)), "s", goal="under 0.3 s"
        )
    ]
    for what, question, goal in (
        ("a question about a code", NAMED, "under 0.3 s"),
        ("a question in words", WORDED, "under 0.8 s, 10×"),
    ):
        other = median(wall([*program, "ask", str(folder), question], theirs))
        seconds = median(wall([*ours, "ask", question, *where], runs))
        figures.append(
            Figure("cold", f"{what} ({question})", seconds, "s", "textbook chain, s", other, other / seconds, goal)
        )
    if not setting.short:
        figures += _served(setting)
    return Measured(figures)


def _served(setting: Setting) -> list[Figure]:
    """The seconds until a started server answers its health check, and what it then weighs."""
    times, sizes = [], []
    for _ in range(3):
        with serving(setting.small) as (_, process, seconds):
            times.append(seconds)
            sizes.append(resident(process))
    return [
        Figure("cold", "the server answers its health check", median(times), "s", goal="under 4 s"),
        Figure("memory", "the server at rest", median(sizes), "MB", goal="under 350 MB"),
    ]
