"""The gate must catch what it is for: each test plants a fault in a run that passes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hcpcs_rag.errors import PathNotFoundError, QuestionSetError
from hcpcs_rag.evaluation.gate import faults, load, pin
from hcpcs_rag.evaluation.results import ExactRun, Results, Skipped
from tests.evaluation.conftest import judged, query, turn

Make = Callable[..., Results]


@pytest.fixture
def good(make_results: Make) -> Results:
    turns = [turn(str(i), split=split) for split in ("dev", "test") for i in range(10)]
    ranked = tuple(query(i, ("E0001", "E0002")) for i in range(4))
    hashes = {name: {"questions": "q", "sources": "s"} for name in ("corpus", "drugs")}
    return make_results(*turns, queries=ranked, hashes=hashes)


def spoiled(good: Results, at: int = 0, **fields: object) -> Results:
    turns = list(good.turns)
    turns[at] = replace(turns[at], **fields)  # type: ignore[arg-type]
    return replace(good, turns=tuple(turns))


def test_the_run_that_was_pinned_passes(good: Results, tmp_path: Path) -> None:
    pin(good, tmp_path / "b.json")
    assert faults(good, load(tmp_path / "b.json")) == []


@pytest.mark.parametrize("split", [0, 10])
def test_a_planted_regression_is_caught(good: Results, tmp_path: Path, split: int) -> None:
    baseline = pin(good, tmp_path / "b.json")
    worse = spoiled(good, split, judgement=judged(facts_found=0, cause="fact missing, page not found"))
    told = faults(worse, baseline)
    assert any("right is 0.900, pinned at 1.000" in fault for fault in told)


def test_a_planted_wrong_verdict_is_caught(good: Results, tmp_path: Path) -> None:
    baseline = pin(good, tmp_path / "b.json")
    told = faults(spoiled(good, judgement=judged(verdict_wrong=True)), baseline)
    assert told == ["corpus/dev: wrong verdicts is 0.100, pinned at 0.000."]


def test_a_planted_invented_code_is_caught_whatever_is_pinned(good: Results, tmp_path: Path) -> None:
    baseline = replace(pin(good, tmp_path / "b.json"), floors={}, hashes={})
    told = faults(spoiled(good, judgement=judged(invented=("Z9999",))), baseline)
    assert told == ["corpus 0: an invented code, Z9999."]


def test_a_planted_unfaithful_quote_is_caught(good: Results, tmp_path: Path) -> None:
    baseline = replace(pin(good, tmp_path / "b.json"), floors={}, hashes={})
    told = faults(spoiled(good, judgement=judged(quotes_faithful=0)), baseline)
    assert told == ["corpus 0: a quote that is not the text of its page."]


def test_an_inexact_code_is_caught(good: Results, tmp_path: Path) -> None:
    baseline = pin(good, tmp_path / "b.json")
    run = ExactRun("exact", 10, 30, (("E1392", "What is E1392? lacks rental", "…"),))
    assert faults(replace(good, exact=(run,)), baseline) == ["exact E1392: What is E1392? lacks rental."]


def test_a_lost_rank_is_caught(good: Results, tmp_path: Path) -> None:
    baseline = pin(good, tmp_path / "b.json")
    told = faults(replace(good, queries=(query(0, ("E0002", "E0001")), *good.queries[1:])), baseline)
    assert told == ["drugs/all: hit@1 is 0.750, pinned at 1.000."]


@pytest.mark.parametrize("part", ["questions", "sources"])
def test_a_changed_corpus_needs_a_new_baseline(good: Results, tmp_path: Path, part: str) -> None:
    baseline = pin(good, tmp_path / "b.json")
    changed = replace(good, hashes={**good.hashes, "corpus": {**good.hashes["corpus"], part: "other"}})
    assert faults(changed, baseline) == [f"The {part} of corpus changed since they were pinned."]


def test_a_pinned_set_must_be_run(good: Results, tmp_path: Path) -> None:
    baseline = pin(good, tmp_path / "b.json")
    without = replace(
        good, turns=(), hashes={"drugs": good.hashes["drugs"]}, skipped=(Skipped("corpus", "it is gone"),)
    )
    assert faults(without, baseline) == ["corpus is pinned and was not run: it is gone."]


def test_a_measure_that_vanished_is_a_fault(good: Results, tmp_path: Path) -> None:
    baseline = pin(good, tmp_path / "b.json")
    without = replace(good, turns=tuple(replace(t, judgement=judged(facts=0, facts_found=0)) for t in good.turns))
    assert "corpus/dev: fact recall cannot be measured any more." in faults(without, baseline)


def test_lowering_a_floor_takes_a_word(good: Results, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    pin(good, path)
    before = path.read_text()
    worse = spoiled(good, judgement=judged(facts_found=0, cause="fact missing, page not found"))
    with pytest.raises(QuestionSetError, match="lower"):
        pin(worse, path)
    assert path.read_text() == before
    pin(worse, path, lower=True)
    assert faults(worse, load(path)) == []


def test_what_no_floor_excuses_cannot_be_pinned(good: Results, tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="invented"):
        pin(spoiled(good, judgement=judged(invented=("Z9999",))), tmp_path / "b.json", lower=True)
    assert not (tmp_path / "b.json").exists()


def test_a_baseline_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(PathNotFoundError):
        load(tmp_path / "b.json")
    (tmp_path / "b.json").write_text(json.dumps({"floors": []}))
    with pytest.raises(QuestionSetError):
        load(tmp_path / "b.json")
