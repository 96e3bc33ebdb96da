from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import f1_score

from hcpcs_rag.evaluation.measures import (
    best_threshold,
    interval,
    measure,
    paired_p_value,
    rank_scores,
    risk_coverage,
    thresholded_f1,
)
from tests.evaluation.conftest import judged, turn

WRONG = judged(facts_found=1, cause="states a wrong fact", wrong_patterns=1, wrong_found=1)


def test_shares() -> None:
    figures = measure([turn("a"), turn("b", judgement=WRONG), turn("c", judgement=WRONG), turn("d")])
    assert figures["right"].value == 0.5
    assert figures["fact recall"].value == 0.75
    assert figures["wrong facts"].value == 1.0
    assert figures["right"].of == 4
    assert figures["verdicts right"].value is None


def test_abstention_f1_is_that_of_scikit_learn() -> None:
    pairs = (
        [("abstained", "abstained")] * 3
        + [("answered", "abstained")] * 2
        + [("abstained", "answered")]
        + [("answered", "answered")] * 4
    )
    turns = [turn(str(i), status=said, expected_status=gold) for i, (said, gold) in enumerate(pairs)]
    oracle = f1_score([g == "abstained" for _, g in pairs], [s == "abstained" for s, _ in pairs])
    assert measure(turns)["abstention F1"].value == pytest.approx(oracle)


def test_interval_is_that_of_a_proportion() -> None:
    values = np.array([1.0] * 80 + [0.0] * 20)
    low, high = interval(values, np.ones(100))
    half = 1.96 * math.sqrt(0.8 * 0.2 / 100)
    assert low == pytest.approx(0.8 - half, abs=0.02)
    assert high == pytest.approx(0.8 + half, abs=0.02)


def test_a_dialogue_is_resampled_whole() -> None:
    alone = measure([turn(str(i), judgement=WRONG if i % 2 else None) for i in range(40)])["right"]
    grouped = measure([turn(str(i // 10), i, judgement=WRONG if (i // 10) % 2 else None) for i in range(40)])["right"]
    assert None not in (alone.high, alone.low, grouped.high, grouped.low)
    assert grouped.high - grouped.low > alone.high - alone.low  # type: ignore[operator]


def test_paired_p_values() -> None:
    same = np.ones(30)
    assert paired_p_value(same, same) == 1.0
    assert paired_p_value(np.zeros(30), same) < 0.001
    mixed = np.array([1.0, 0.0] * 15)
    assert paired_p_value(mixed, mixed[::-1].copy()) > 0.5


def test_rank_scores() -> None:
    scores = rank_scores({"a": ["x", "y"], "b": ["z"], "c": []}, {"a": ["y"], "b": ["z"], "c": ["q"]})
    assert scores["hit@1"] == {"a": 0.0, "b": 1.0, "c": 0.0}
    assert scores["MRR@10"] == {"a": 0.5, "b": 1.0, "c": 0.0}
    assert scores["nDCG@10"]["a"] == pytest.approx(1 / math.log2(3))


def test_risk_coverage() -> None:
    turns = [
        turn("a", confidence=0.9),
        turn("b", confidence=0.5, judgement=WRONG),
        turn("c", status="abstained", confidence=0.0),
        turn("d", confidence=0.9),
    ]
    assert risk_coverage(turns) == [(0.5, 0.0), (0.75, pytest.approx(1 / 3))]


def test_a_threshold_makes_a_baseline_decline() -> None:
    turns = [turn(str(i), confidence=0.8) for i in range(3)] + [
        turn(str(i), confidence=0.2, expected_status="abstained") for i in (3, 4)
    ]
    assert thresholded_f1(turns, 0.0) == 0.0
    assert thresholded_f1(turns, best_threshold(turns)) == 1.0
