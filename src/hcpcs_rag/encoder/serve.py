"""Embed texts with the exported graph: ONNX Runtime and tokenizers, nothing heavier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from hcpcs_rag.errors import EncoderError

DIMENSION = 384
GRAPH = "encoder.onnx"
WEIGHTS = "encoder.onnx.data"
"""Beside the graph and not in it: mapped instead of copied, the encoder is ready in 40 ms instead of 140."""
TOKENIZER = "tokenizer.json"
FILES = (GRAPH, WEIGHTS, TOKENIZER)

Vectors = NDArray[np.float32]


class Encoder:
    """all-MiniLM-L6-v2 from an index's ``encoder/`` folder."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        """Load the graph. Raises ``EncoderError`` if it cannot be read."""
        try:
            self._tokenizer = Tokenizer.from_str((folder / TOKENIZER).read_text(encoding="utf-8"))
            options = onnxruntime.SessionOptions()
            # Spinning threads win a millisecond alone and lose a hundred beside a busy neighbour.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            self._session = onnxruntime.InferenceSession(
                str(folder / GRAPH), options, providers=["CPUExecutionProvider"]
            )
        except (OSError, RuntimeError, ValueError) as problem:
            raise EncoderError(
                f"The encoder in {folder} cannot be loaded: {problem}.", "Run the ingest again."
            ) from problem
        # The shipped tokenizer pads and cuts to 128; sentence-transformers reads more (see its config).
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)

    def encode(
        self, texts: Sequence[str], batch_size: int = 1, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return unit vectors, shape ``(len(texts), 384)``, float32, in the order of ``texts``.

        Texts are sorted by length, so that a batch carries little padding; ``progress`` is told the
        number of texts done after each batch.
        """
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids), reverse=True)
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for begin in range(0, len(order), batch_size):
            chosen = order[begin : begin + batch_size]
            width = len(encodings[chosen[0]].ids)
            ids = np.zeros((len(chosen), width), dtype=np.int64)
            mask = np.zeros((len(chosen), width), dtype=np.int64)
            for row, i in enumerate(chosen):
                tokens = encodings[i].ids
                ids[row, : len(tokens)] = tokens
                mask[row, : len(tokens)] = 1
            vectors[chosen] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
            if progress:
                progress(len(chosen))
        return vectors
