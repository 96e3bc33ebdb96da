from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hcpcs_rag.errors import PathNotFoundError, QuestionSetError
from hcpcs_rag.evaluation.results import ExactRun, Results, Skipped, load, save
from tests.evaluation.conftest import judged, query, turn


def test_round_trip(make_results: Callable[..., Results], tmp_path: Path) -> None:
    made = make_results(
        turn("a", judgement=judged(invented=("Z9999",), missing=("x",), cause="states a wrong fact")), turn("b"),
        queries=(query(1, ("E0001",)),), exact=(ExactRun("exact", 1, 2, (("A", "lacks", "text"),)),),
        skipped=(Skipped("seeds", "not there"),), cold_start_ms=(1.0, 2.0),
    )  # fmt: skip
    save(made, tmp_path / "out" / "results.json")
    assert load(tmp_path / "out" / "results.json") == made


@pytest.mark.parametrize("text", ["", "[]", '{"form": 99}', '{"form": 1}', '{"form": 1, "turns": [{}]}'])
def test_what_is_no_results_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "results.json"
    with pytest.raises(PathNotFoundError):
        load(path)
    path.write_text(text)
    with pytest.raises(QuestionSetError):
        load(path)
