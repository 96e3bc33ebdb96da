"""The gold of the question sets stands in their sources, and the sets are what the evals promise."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

from hcpcs_rag.evaluation import suite
from hcpcs_rag.evaluation.questions import load

ROOT = Path(__file__).resolve().parent.parent
CHECK = [sys.executable, str(ROOT / "tools" / "check_gold.py")]


def test_all_gold_is_in_its_sources() -> None:
    done = subprocess.run(CHECK, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_planted_false_fact_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("# A thing\n\nIt is blue.\n")
    (tmp_path / "sets.toml").write_text(
        '[libraries.l]\nsources = ["page.md"]\n[sets.s]\nlibrary = "l"\nfile = "s.jsonl"\n'
    )
    gold = '{"id": "a", "kind": "define", "split": "dev", "turns": ["colour?"], "expect": [{"status": "answered", "all": ["%s"], "pages": ["page"]}]}'
    for colour, code in (("blue", 0), ("green", 1)):
        (tmp_path / "s.jsonl").write_text(gold % colour)
        done = subprocess.run([*CHECK, str(tmp_path)], capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout


def test_there_are_enough_questions_of_every_kind() -> None:
    files = {s.file for s in suite.load(ROOT / "evals") if s.kind == "questions"}
    items = [item for file in files for item in load(file)]
    kinds = Counter(item.kind for item in items)
    declined = sum(gold is not None and gold.status == "abstained" for item in items for gold in item.expected)
    assert len(items) >= 300
    assert declined >= 60
    assert len(kinds) >= 18
    own = {s.file for s in suite.load(ROOT / "evals") if s.kind == "questions" and not s.source.optional}
    assert sum(len(load(file)) for file in own) >= len(items) / 2
    assert 0.4 < sum(item.split == "dev" for item in items) / len(items) < 0.6
