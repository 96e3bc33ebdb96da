"""What the benchmarks are built of: the guard, the synthetic library, the table. Not their times."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from benchmarks import figures, guard, synthetic
from benchmarks.figures import Figure

FAST = Figure("warm", "an answer", 2.0, "ms", "textbook", 20.0, 10.0)


def test_a_ratio_a_third_worse_is_a_fault(tmp_path: Path) -> None:
    guard.pin([FAST], tmp_path / "pinned.json", "yes")
    pinned = guard.load(tmp_path / "pinned.json")
    for ratio, faults in ((12.0, 0), (10.0, 0), (6.7, 0), (6.6, 1)):
        again = Figure("warm", "an answer", 1.0, "ms", "textbook", 1.0, ratio)
        assert len(guard.faults([again], pinned, "yes")) == faults, ratio


def test_of_several_runs_the_lowest_ratio_is_pinned(tmp_path: Path) -> None:
    for ratio in (9.0, 8.0, 10.0):
        guard.pin([Figure("warm", "an answer", 1.0, "ms", "textbook", 1.0, ratio)], tmp_path / "p.json", "yes")
    limit = Figure("limit", "search", 1.0, "GB/s", "memory", 1.0, 0.5)
    guard.pin([limit], tmp_path / "other.json", "yes")
    assert guard.load(tmp_path / "p.json").ratios == {"warm: an answer / textbook": 8.0}
    assert guard.load(tmp_path / "other.json").ratios == {}


def test_what_is_no_longer_measured_is_a_fault() -> None:
    pinned = guard.Pinned("yes", {"warm: an answer / textbook": 10.0})
    assert guard.faults([], pinned, "yes") == ["warm: an answer / textbook: not measured"]


def test_what_matrix_units_did_is_not_asked_of_a_processor_without() -> None:
    slow = Figure("ingest", "passages", 1.0, "a second", "textbook", 1.0, 1.0)
    pinned = guard.Pinned("yes", {"ingest: passages / textbook": 6.0})
    assert guard.faults([slow], pinned, "no") == []
    assert len(guard.faults([slow], pinned, "yes")) == 1


def test_synthetic_texts_are_the_same_on_every_run_and_made_of_real_words() -> None:
    real = ["bill the pump with its supplies", "oxygen is covered at home"]
    first, again = (list(synthetic.texts(real, 50)) for _ in range(2))
    assert first == again
    assert len(set(first)) == 50
    assert {word for text in first for word in text.split()[:-1]} <= set(" ".join(real).split())


def test_synthetic_vectors_are_unit_and_lie_near_real_ones(tmp_path: Path) -> None:
    real = np.random.default_rng(3).standard_normal((200, 384)).astype(np.float32)
    real /= np.linalg.norm(real, axis=1, keepdims=True)
    made = synthetic.vectors(tmp_path / "v", real, 300)
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    nearest = (made @ real.T).max(axis=1)
    assert 0.7 < nearest.min() < nearest.max() < 0.999


def test_figures_are_told_in_a_table_and_kept(tmp_path: Path) -> None:
    plain = Figure("load", "32 people", 0.5, "s", goal="under 1 s")
    table = figures.table([FAST, plain])
    assert "| warm: an answer | 2 ms | textbook: 20 | 10× |  |" in table
    assert "| load: 32 people | 0.5 s |  |  | under 1 s |" in table
    curve = figures.Curve("search, ms", "all", [1e4, 1e5], [1.0, 2.0])
    figures.save(tmp_path / "out", {"cores": "2"}, [figures.Measured([FAST, plain], [curve])])
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"results.json", "figures.md", "ratios.svg", "growth.svg"}
