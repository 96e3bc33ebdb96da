"""Texts → batches of word pieces: what every encoder is fed, with as little padding as can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from hcpcs_rag.errors import EncoderError

DIMENSION = 384
GRAPH = "encoder.onnx"
WEIGHTS = "encoder.onnx.data"
"""Beside the graph and not in it: mapped instead of copied, the encoder is ready in 40 ms instead of 140."""
TOKENIZER = "tokenizer.json"
FILES = (GRAPH, WEIGHTS, TOKENIZER)

SEPARATOR = " [SEP] "
"""What the encoder reads for a line break: the piece that it was taught to read between texts."""

Vectors = NDArray[np.float32]
Integers = NDArray[np.int64]
Report = Callable[[Sequence[int]], None]
"""Told which texts, by their places, were done since it was last told."""


class TextEncoder(Protocol):
    """What turns texts into vectors: two implementations, one to serve and one that is fast for many texts."""

    name: str

    def encode(self, texts: Sequence[str], batch_size: int = 1, report: Report | None = None) -> Vectors:
        """Return unit vectors, shape ``(len(texts), 384)``, float32, in the order of ``texts``."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts of about one length: their numbers, and arrays of shape ``(texts, tokens)``."""

    chosen: list[int]
    ids: Integers
    mask: Integers

    @property
    def feed(self) -> dict[str, Integers]:
        """The inputs of the graph by their names."""
        return {"input_ids": self.ids, "attention_mask": self.mask}


class Batcher:
    """Cuts texts into word pieces, and sorts them into batches."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        """Load the tokenizer of an ``encoder/`` folder. Raises ``EncoderError``."""
        try:
            self._tokenizer = Tokenizer.from_str((folder / TOKENIZER).read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            raise unusable(folder, problem) from problem
        # The shipped tokenizer pads and cuts to 128; sentence-transformers reads more (see its config).
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)

    def is_word(self, word: str) -> bool:
        """Say whether the vocabulary holds a lower-case word whole, as it does the common words of English."""
        return self._tokenizer.token_to_id(word) is not None

    def batches(self, texts: Sequence[str], size: int) -> Iterator[Batch]:
        """Yield all texts, longest first, ``size`` at once: sorted, a batch carries little padding."""
        encodings = self._tokenizer.encode_batch_fast([text.replace("\n", SEPARATOR) for text in texts])
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids), reverse=True)
        for begin in range(0, len(order), size):
            chosen = order[begin : begin + size]
            width = len(encodings[chosen[0]].ids)
            ids = np.zeros((len(chosen), width), dtype=np.int64)
            mask = np.zeros((len(chosen), width), dtype=np.int64)
            for row, i in enumerate(chosen):
                tokens = encodings[i].ids
                ids[row, : len(tokens)] = tokens
                mask[row, : len(tokens)] = 1
            yield Batch(chosen, ids, mask)


def unusable(folder: Path, problem: Exception) -> EncoderError:
    """Return the error that says that an encoder cannot be loaded."""
    return EncoderError(f"The encoder in {folder} cannot be loaded: {problem}.", "Run the ingest again.")
