"""A run made by hand: replies, judgements and results of which every figure is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hcpcs_rag.evaluation.judging import Judgement
from hcpcs_rag.evaluation.results import AskedTurn, RankedQuery, Results
from hcpcs_rag.evaluation.systems import PRODUCT


def judged(**counts: Any) -> Judgement:
    whole = {"status_right": True, "facts": 2, "facts_found": 2, "quotes": 1, "quotes_faithful": 1}
    return Judgement(**{**whole, **counts})


def turn(item: str, number: int = 0, *, judgement: Judgement | None = None, **fields: Any) -> AskedTurn:
    usual: dict[str, Any] = {
        "set": "corpus", "system": PRODUCT, "item": item, "turn": number, "kind": "define", "split": "dev",
        "message": f"what is {item}?", "expected_status": "answered", "status": "answered", "text": "It is so. [1]", "words": 4,
        "quotes": (), "confidence": 1.0, "ms": 5.0, "stages_ms": {"total": 5.0}, "relevant_pages": ("a",), "pages": ("a",),
    }  # fmt: skip
    return AskedTurn(judgement=judgement or judged(), **{**usual, **fields})


def query(number: int, ranking: tuple[str, ...], relevant: tuple[str, ...] = ("E0001",), **fields: Any) -> RankedQuery:
    usual = {"set": "drugs", "system": PRODUCT, "query_id": f"q{number}", "query": "a thing", "ms": 1.0}
    return RankedQuery(relevant=relevant, ranking=ranking, **{**usual, **fields})


@pytest.fixture
def make_results() -> Callable[..., Results]:
    def make(*turns: AskedTurn, **fields: Any) -> Results:
        usual: dict[str, Any] = {
            "made_at": "2026-11-22T00:00:00+00:00", "machine": {"cpu": "x", "cores": "2", "python": "3"},
            "hashes": {"corpus": {"questions": "q", "sources": "s"}}, "queries": (), "exact": (), "skipped": (),
        }  # fmt: skip
        return Results(turns=turns, **{**usual, **fields})

    return make
