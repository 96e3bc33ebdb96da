"""Warm: every dev question of the evals, stage by stage, in one process."""

from __future__ import annotations

import numpy as np

from benchmarks import textbook
from benchmarks.figures import Figure, Measured
from benchmarks.setting import Setting, timed
from hcpcs_rag.assistant import Assistant
from hcpcs_rag.domain import Turn

STAGES = ("understand", "retrieve", "write", "ground", "total")
GOALS = {"total, median": "under 25 ms", "total, 95th percentile": "under 70 ms"}


def measure(setting: Setting) -> Measured:
    """Ask everything once; nothing is asked twice, so nothing comes from memory but pages."""
    assistant = Assistant.open(setting.large)
    assistant.index.preload()
    laps: list[dict[str, float]] = []
    for turns in setting.questions():
        history: list[Turn] = []
        for message in turns:
            answer, turn = assistant.ask(message, history)
            history.append(turn)
            laps.append(answer.timings_ms)
    encoder = textbook.model()
    questions = [turns[0] for turns in setting.questions()][:40]
    asked = iter(questions * 2)
    other = timed(lambda: encoder.encode([next(asked)]), len(questions)) * 1000
    figures = []
    for stage in STAGES:
        for word, share in (("median", 50), ("95th percentile", 95)):
            value = float(np.percentile([lap[stage] for lap in laps], share))
            what = f"{stage}, {word}"
            against = (other / value) if what == "total, median" else None
            figures.append(
                Figure(
                    "warm", what, value, "ms", "sentence-transformers embeds it, ms" if against else "",
                    other if against else None, against, GOALS.get(what, ""),
                )
            )  # fmt: skip
    return Measured(figures)
