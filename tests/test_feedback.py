from __future__ import annotations

import json
from pathlib import Path

import pytest

from hcpcs_rag import feedback
from hcpcs_rag.assistant import Assistant
from hcpcs_rag.errors import StoreError
from hcpcs_rag.evaluation.questions import load


def test_ratings_are_kept_with_reason_and_trace(assistant: Assistant, tmp_path: Path) -> None:
    answer, _ = assistant.ask("What is E1392?")
    first = feedback.rate(tmp_path, "up", ["What is E1392?"], answer, "g1")
    second = feedback.rate(tmp_path, "down", ["a", "What is E1392?"], answer, "g1")
    feedback.explain(tmp_path, second, "Out of date")
    kept = {r.id: r for r in feedback.ratings(tmp_path)}
    assert (kept[first].rating, kept[first].reason) == ("up", "")
    assert (kept[second].rating, kept[second].reason, kept[second].turns) == (
        "down",
        "Out of date",
        ("a", "What is E1392?"),
    )
    assert kept[first].answer["text"] == answer.text
    assert set(kept[first].answer["timings_ms"]) >= {"understand", "retrieve", "write", "ground", "total"}


def test_the_export_is_a_question_set_that_a_right_answer_passes(assistant: Assistant, tmp_path: Path) -> None:
    answer, _ = assistant.ask("What is E1392?")
    feedback.rate(tmp_path, "up", ["What is E1392?"], answer, "g1")
    feedback.rate(tmp_path, "down", ["What is E1392?"], answer, "g1")
    lines = feedback.questions(feedback.ratings(tmp_path))
    (tmp_path / "set.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    by_rating = {line["rating"]: item for line, item in zip(lines, load(tmp_path / "set.jsonl"), strict=True)}
    liked = by_rating["up"].expected[0]
    assert liked is not None
    assert all(p.search(answer.text) for p in liked.all)
    assert by_rating["down"].expected == (None,), "what the right answer is, a person says"


def test_a_second_rating_takes_the_place_of_the_first(assistant: Assistant, tmp_path: Path) -> None:
    answer, _ = assistant.ask("What is E1392?")
    first = feedback.rate(tmp_path, "up", ["q"], answer, "g1")
    second = feedback.rate(tmp_path, "down", ["q"], answer, "g1", first)
    assert [r.id for r in feedback.ratings(tmp_path)] == [second]


def test_no_store_means_no_ratings(tmp_path: Path) -> None:
    assert feedback.ratings(tmp_path) == []


def test_a_damaged_store_is_told(tmp_path: Path) -> None:
    (tmp_path / feedback.FILE).write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match="Move it away"):
        feedback.ratings(tmp_path)
