"""A whole run over a small library: every system, both kinds of set, results, report and gate."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hcpcs_rag.cli.evals import evaluate
from hcpcs_rag.errors import InputError, PathNotFoundError
from hcpcs_rag.evaluation import report, suite
from hcpcs_rag.evaluation.compare import compare
from hcpcs_rag.evaluation.results import Results
from hcpcs_rag.evaluation.run import run
from hcpcs_rag.evaluation.systems import PRODUCT

ITEMS = [
    {"id": "a", "kind": "define", "split": "dev", "turns": ["what is E1392"], "expect": [{"status": "answered", "all": ["rental"], "pages": ["cms-2025-10/E1392"]}]},
    {"id": "b", "kind": "followup", "split": "test", "turns": ["which supplies go with E0779?", "and E0784?"], "expect": [{"status": "answered", "all": ["A4222"], "pages": ["a4222_guide"]}, {"status": "answered", "all": ["A4224"], "pages": ["a4222_guide"]}]},
    {"id": "c", "kind": "decline", "split": "dev", "turns": ["how heavy is the <b>E1392</b>?"], "expect": [{"status": "abstained"}]},
]  # fmt: skip
SETS = """
[libraries.small]
sources = ["library"]
[libraries.away]
optional = true
sources = ["nowhere"]
[sets.few]
library = "small"
file = "few.jsonl"
[sets.told]
kind = "descriptors"
library = "small"
file = "rewording.toml"
[sets.all]
kind = "exact"
library = "small"
file = "library/HCPC2025_OCT_test.csv"
[sets.gone]
library = "away"
file = "few.jsonl"
"""


@pytest.fixture(scope="module")
def evals(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evals")
    (folder / "library").symlink_to(library)
    (folder / "few.jsonl").write_text("\n".join(map(json.dumps, ITEMS)))
    (folder / "rewording.toml").write_text('[spelled_out]\n[lay]\n"pump" = "machine"\n[dropped]\nwords = ["for"]\n')
    (folder / "sets.toml").write_text(SETS)
    return folder


@pytest.fixture(scope="module")
def results(evals: Path, encoder_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
    return run(suite.load(evals), tmp_path_factory.mktemp("work"), baselines=True, cache=encoder_cache)


def test_every_system_answers_every_turn(results: Results) -> None:
    assert results.systems() == [PRODUCT, "langchain textbook", "full text", "dense", "hybrid"]
    for system in results.systems():
        assert len(results.of(system, "few")) == 4
        assert results.ranked(system, "told")
        assert all(t.judgement.quotes == t.judgement.quotes_faithful for t in results.of(system))
    assert [t.judgement.right for t in results.of(PRODUCT)] == [True] * 4
    assert results.exact[0].failures == ()
    assert [s.set for s in results.skipped] == ["gone"]
    assert len(results.cold_start_ms) > 1


def test_baselines_answer_with_what_they_find(results: Results) -> None:
    textbook = {t.item: t for t in results.of("langchain textbook")}
    assert textbook["a"].pages
    assert textbook["c"].status == "answered"  # they never decline


def test_a_library_of_the_project_must_be_there(evals: Path, tmp_path: Path) -> None:
    (tmp_path / "sets.toml").write_text(SETS)
    with pytest.raises(PathNotFoundError):
        run(suite.load(tmp_path), tmp_path / "work", baselines=False, cache=None)


def test_the_report_stands_alone_and_shows_text_as_text(results: Results, tmp_path: Path) -> None:
    report.write(results, tmp_path / "report.html", compare(results, results))
    page = (tmp_path / "report.html").read_text()
    assert "<svg" in page
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page)
    assert "<b>E1392</b>" not in page
    assert "what is not right, by cause" in page or "Nothing." in page


def test_the_command(evals: Path, run_cli: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    common = ("eval", "--evals", str(evals), "--work", str(tmp_path / "work"))
    first = run_cli(
        *common, "--set", "few", "--alone", "--out", str(tmp_path / "one"), "--pin", str(tmp_path / "b.json")
    )
    assert first.returncode == 0, first.stderr
    assert (tmp_path / "one" / "report.html").is_file()
    held = run_cli(*common, "--gate", str(tmp_path / "b.json"), "--out", str(tmp_path / "two"))
    assert held.returncode == 0, held.stdout
    assert "The gate is passed." in held.stdout
    compared = run_cli(
        "eval", "--compare", str(tmp_path / "one" / "results.json"), str(tmp_path / "two" / "results.json")
    )
    assert "0 broken" in compared.stdout
    pinned = json.loads((tmp_path / "b.json").read_text())
    pinned["hashes"]["few"]["questions"] = "other"
    (tmp_path / "b.json").write_text(json.dumps(pinned))
    stopped = run_cli(*common, "--gate", str(tmp_path / "b.json"), "--out", str(tmp_path / "three"))
    assert stopped.returncode == 1
    assert "The questions of few changed" in stopped.stdout


def test_a_mistake_is_told_in_a_line(run_cli: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    done = run_cli("eval", "--gate", str(tmp_path / "none.json"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "fields",
    [
        {"names": ["nowhere"]},
        {"lower_floors": True},
        {"baseline": Path("none.json")},
        {"evals": Path("nowhere")},
        {"compare": (Path("a"), Path("b"))},
    ],
)
def test_mistakes(fields: dict[str, Any]) -> None:
    usual = {
        "names": None,
        "evals": Path("evals"),
        "pin": None,
        "gate": None,
        "baseline": None,
        "lower_floors": False,
        "compare": None,
        "out_folder": None,
        "work": None,
        "alone": False,
    }
    with pytest.raises(InputError):
        evaluate(**{**usual, **fields})
