from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from hcpcs_rag.encoder import weights
from hcpcs_rag.encoder.batches import DIMENSION
from hcpcs_rag.encoder.export import model_folder
from hcpcs_rag.encoder.serve import Encoder
from hcpcs_rag.errors import EncoderError

TEXTS = ["portable oxygen concentrator", "infusion supplies with pump, per cassette or bag " * 20, "é", ""]


@pytest.fixture(scope="module")
def encoder(index_folder: Path) -> Encoder:
    generation = (index_folder / "CURRENT").read_text().strip()
    return Encoder(index_folder / generation / "encoder", 256)


def test_vectors_equal_those_of_sentence_transformers(encoder: Encoder) -> None:
    os.environ["HF_HUB_OFFLINE"] = "1"
    from safetensors.torch import load_file
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(model_folder()), device="cpu")
    layers = {name: value.float() for path in weights.layers() for name, value in load_file(path).items()}
    model[0].auto_model.load_state_dict(layers, strict=False)
    expected = model.encode(TEXTS, normalize_embeddings=True)
    assert np.abs(encoder.encode(TEXTS) - expected).max() < 1e-5


def test_vectors_are_unit_and_do_not_depend_on_the_batch(encoder: Encoder) -> None:
    alone, together = encoder.encode(TEXTS, 1), encoder.encode(TEXTS, 3)
    assert alone.shape == (len(TEXTS), DIMENSION)
    assert np.allclose(np.linalg.norm(alone, axis=1), 1, atol=1e-5)
    assert np.allclose(alone, together, atol=1e-5)


def test_a_missing_graph_is_told(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="cannot be loaded"):
        Encoder(tmp_path, 256)
