"""Embed questions, and few texts, with the exported graph: ONNX Runtime and tokenizers, nothing heavier."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from hcpcs_rag.encoder.batches import DIMENSION, GRAPH, Batcher, Report, Vectors, unusable


class Encoder:
    """all-MiniLM-L6-v2 from an index's ``encoder/`` folder, in single precision."""

    name = "onnxruntime fp32"

    def __init__(self, folder: Path, max_tokens: int) -> None:
        """Load the graph. Raises ``EncoderError`` if it cannot be read."""
        self._batcher = Batcher(folder, max_tokens)
        options = onnxruntime.SessionOptions()
        # Spinning threads win a millisecond alone and lose a hundred beside a busy neighbour.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder / GRAPH), options, providers=["CPUExecutionProvider"]
            )
        except (OSError, RuntimeError, ValueError) as problem:
            raise unusable(folder, problem) from problem

    def is_word(self, word: str) -> bool:
        """Say whether a lower-case word is a common word of English."""
        return self._batcher.is_word(word)

    def encode(self, texts: Sequence[str], batch_size: int = 1, report: Report | None = None) -> Vectors:
        """Return unit vectors, shape ``(len(texts), 384)``, float32, in the order of ``texts``."""
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for batch in self._batcher.batches(texts, batch_size):
            vectors[batch.chosen] = self._session.run(None, batch.feed)[0]
            if report:
                report(batch.chosen)
        return vectors
