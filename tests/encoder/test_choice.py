from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from hcpcs_rag.encoder import choice
from hcpcs_rag.encoder.batches import Report, Vectors
from hcpcs_rag.encoder.bulk import BulkEncoder
from hcpcs_rag.encoder.serve import Encoder


@pytest.fixture(scope="module")
def folder(index_folder: Path) -> Path:
    return index_folder / (index_folder / "CURRENT").read_text().strip() / "encoder"


TEXTS = [f"Infusion supplies for pump number {i}, per cassette or bag" + " of some drug" * (i % 17) for i in range(80)]


def test_the_bulk_encoder_agrees_with_single_precision(folder: Path) -> None:
    done: list[int] = []
    bulk = BulkEncoder(folder, 256)
    got = bulk.encode(TEXTS, 16, done.extend)
    expected = Encoder(folder, 256).encode(TEXTS, 16)
    assert (got * expected).sum(axis=1).min() >= choice.MIN_COSINE
    assert sorted(done) == list(range(len(TEXTS)))
    assert np.allclose(np.linalg.norm(got, axis=1), 1, atol=1e-3)


def test_few_texts_are_embedded_in_single_precision(folder: Path) -> None:
    encoder, trials = choice.choose(folder, 256, TEXTS, 16)
    assert (encoder.name, trials) == ("onnxruntime fp32", [])


def test_of_many_texts_the_choice_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "WORTH", 10)
    encoder, trials = choice.choose(folder, 256, TEXTS, 16)
    assert {trial.name for trial in trials} > {"onnxruntime fp32"}
    fastest = max(trials, key=lambda trial: trial.texts_per_second)
    assert encoder.name == fastest.name
    assert choice.described(encoder, trials)["embedded_by"] == fastest.name


def test_a_fast_encoder_that_ranks_otherwise_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong(BulkEncoder):
        def encode(self, texts: Sequence[str], batch_size: int = 1, report: Report | None = None) -> Vectors:
            return np.roll(super().encode(texts, batch_size, report), 1, axis=0)

    monkeypatch.setattr(choice, "WORTH", 10)
    monkeypatch.setattr("hcpcs_rag.encoder.bulk.BulkEncoder", Wrong)
    encoder, trials = choice.choose(folder, 256, TEXTS, 16)
    assert encoder.name == "onnxruntime fp32"
    assert trials[1].cosine < choice.MIN_COSINE


def test_agreement_is_the_share_of_same_neighbours() -> None:
    vectors = np.array([[1, 0], [0.99, 0.14], [0, 1], [0.14, 0.99]], dtype=np.float32)
    assert choice.agreement(vectors, vectors) == 1
    swapped = vectors[[0, 2, 1, 3]]
    assert choice.agreement(vectors, swapped) == 0
