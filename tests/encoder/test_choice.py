from __future__ import annotations

import subprocess
import sys
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


def test_no_library_reports_its_use(folder: Path) -> None:
    """Works offline: OpenVINO's converter would call its makers when it is imported."""
    program = (
        "import sys; from pathlib import Path; from hcpcs_rag.encoder.bulk import BulkEncoder\n"
        f"BulkEncoder(Path({str(folder)!r}), 256).encode(['a pump'])\n"
        "print([m for m in sys.modules if 'telemetry' in m])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_encoder_that_cannot_be_made_is_done_without(folder: Path, tmp_path: Path) -> None:
    exact = Encoder(folder, 256)
    assert choice.choose(exact, tmp_path, 256, TEXTS, 16) == (exact, [])


def test_the_choice_is_told(folder: Path) -> None:
    encoder, trials = choice.choose(Encoder(folder, 256), folder, 256, TEXTS, 16)
    assert {trial.name for trial in trials} > {"onnxruntime fp32"}
    fastest = max(trials, key=lambda trial: trial.texts_per_second)
    assert encoder.name == fastest.name
    assert choice.described(encoder, trials)["embedded_by"] == fastest.name


def test_a_fast_encoder_that_ranks_otherwise_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong(BulkEncoder):
        def encode(self, texts: Sequence[str], batch_size: int = 1, report: Report | None = None) -> Vectors:
            return np.roll(super().encode(texts, batch_size, report), 1, axis=0)

    monkeypatch.setattr("hcpcs_rag.encoder.bulk.BulkEncoder", Wrong)
    encoder, trials = choice.choose(Encoder(folder, 256), folder, 256, TEXTS, 16)
    assert encoder.name == "onnxruntime fp32"
    assert trials[1].cosine < choice.MIN_COSINE


def test_agreement_is_the_share_of_same_neighbours() -> None:
    vectors = np.array([[1, 0], [0.99, 0.14], [0, 1], [0.14, 0.99]], dtype=np.float32)
    assert choice.agreement(vectors, vectors) == 1
    swapped = vectors[[0, 2, 1, 3]]
    assert choice.agreement(vectors, swapped) == 0
