"""The trained reader: what it knows of a sentence, and that its chances order what the encoder orders."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace

import pytest

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.domain import Question
from hcpcs_rag.encoder import weights
from hcpcs_rag.index.opened import Index
from hcpcs_rag.question.understanding import understand
from hcpcs_rag.reader import FEATURES, TrainedReader, features
from hcpcs_rag.retrieval import Found, retrieve


@pytest.fixture(scope="module")
def asked(index: Index) -> tuple[Question, tuple[Found, ...]]:
    question = understand("A4222: what does the infusion plan have to list?", (), index.known)
    return question, retrieve(question, index).found


def test_the_layers_are_those_that_the_calibration_fits() -> None:
    digest = hashlib.sha256()
    for path in weights.layers():
        digest.update(path.read_bytes())
    assert weights.layers()
    assert weights.calibration()["layers"] == digest.hexdigest()
    assert sum(path.stat().st_size for path in weights.layers()) <= 25 * 10**6


def test_a_chance_is_the_logistic_of_the_weighted_features(asked: tuple[Question, tuple[Found, ...]]) -> None:
    question, found = asked
    reader = TrainedReader.shipped()
    by_hand = [
        1 / (1 + math.exp(-(reader.bias + math.fsum(w * x for w, x in zip(reader.weights, row, strict=True)))))
        for row in features(question, found)
    ]
    assert reader.score(question, found) == pytest.approx(by_hand)
    assert reader.score(question, ()) == []


def test_features_say_what_is_known(asked: tuple[Question, tuple[Found, ...]]) -> None:
    question, found = asked
    rows = [dict(zip(FEATURES, row, strict=True)) for row in features(question, found)]
    assert [row["meaning"] for row in rows] == [f.meaning for f in found]
    own = [row for row, f in zip(rows, found, strict=True) if f.subject]
    assert own
    assert not any(row["foreign"] or row["others"] for row in own)
    elsewhere = replace(found[0], subject=False, named=False, mentioned=False)
    assert dict(zip(FEATURES, features(question, [elsewhere])[0], strict=True))["foreign"] == 1
    assert dict(zip(FEATURES, features(replace(question, codes=()), [elsewhere])[0], strict=True))["foreign"] == 0


def test_what_answers_has_the_best_chance(asked: tuple[Question, tuple[Found, ...]]) -> None:
    question, found = asked
    chances = TrainedReader.shipped().score(question, found)
    assert "drug, its dose and its duration" in found[chances.index(max(chances))].quote.text


def test_an_assistant_answers_by_the_reader_it_is_given(index: Index) -> None:
    class Nothing:
        """A reader that believes no sentence."""

        def score(self, question: Question, candidates: tuple[Found, ...]) -> list[float]:
            return [0.0] * len(candidates)

    message = "A4222: what does the infusion plan have to list?"
    assert Assistant(index).ask(message)[0].status == "answered"
    assert Assistant(index, reader=Nothing()).ask(message)[0].status == "abstained"
