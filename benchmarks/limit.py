"""The limit: what share of the processor's and the memory's best the encoder and exact search reach."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import faiss
import numpy as np
import torch

from benchmarks.figures import Figure, Measured
from benchmarks.setting import Setting, timed
from hcpcs_rag.encoder.batches import DIMENSION, Batcher
from hcpcs_rag.encoder.bulk import BulkEncoder
from hcpcs_rag.encoder.serve import Encoder
from hcpcs_rag.index.manifest import ENCODER, current
from hcpcs_rag.settings import Settings

SIDE = 2048
LAYERS, WIDTH, INNER = 6, 384, 1536
"""Of all-MiniLM-L6-v2, by its model card."""
TOKENS = 32
BEYOND_CACHE = 400_000
"""Passages whose vectors, 614 MB, no processor caches."""


def measure(setting: Setting) -> Measured:
    """Multiply, copy, embed and search."""
    generation = current(setting.small)
    assert generation
    folder, settings = generation / ENCODER, Settings()
    text = "portable oxygen concentrator " * 20
    short = text[: text.find(" ", 4 * TOKENS)]
    texts = [short] * 512
    tokens = next(Batcher(folder, settings.max_tokens).batches(texts, 16)).ids.shape[1]
    # Each weight is a multiplication and an addition; attention adds two products of tokens by tokens a layer.
    flops = LAYERS * tokens * (2 * (4 * WIDTH**2 + 2 * WIDTH * INNER) + 4 * tokens * WIDTH)
    figures = []
    encoders = Encoder(folder, settings.max_tokens), BulkEncoder(folder, settings.max_tokens)
    for number, encoder in enumerate(encoders, 1):
        kind = torch.bfloat16 if "bf16" in encoder.name else torch.float32
        one = torch.ones(SIDE, SIDE, dtype=kind)
        peak = 2 * SIDE**3 / timed(lambda one=one: one @ one, 9) / 1e9  # type: ignore[misc]
        encoder.encode(texts[:64], 16)
        reached = flops * len(texts) / timed(lambda encoder=encoder: encoder.encode(texts, 16), 3) / 1e9  # type: ignore[misc]
        what = f"encoder {number}, {tokens} tokens"
        figures.append(
            Figure("limit", what, reached, f"GFLOP/s ({encoder.name})", "matrix product of its precision", peak, reached / peak)
        )  # fmt: skip
    matrix = np.random.default_rng(0).standard_normal((BEYOND_CACHE, DIMENSION), dtype=np.float32)
    index = faiss.IndexFlatIP(DIMENSION)
    index.add(matrix)
    query = matrix[:1]
    seconds = timed(lambda: index.search(query, 100), 9)
    rate, best = matrix.nbytes / seconds / 1e9, _bandwidth()
    figures.append(Figure("limit", f"exact search of {BEYOND_CACHE:,} passages", rate, f"GB/s read ({seconds * 1000:.1f} ms)",
                          "memory read by two threads, GB/s", best, rate / best))  # fmt: skip
    return Measured(figures)


def _bandwidth() -> float:
    """GB/s that two threads read together from arrays far larger than their caches would like."""
    halves = [np.ones(128 * 1024 * 1024, dtype=np.float32) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        seconds = timed(lambda: list(threads.map(np.max, halves)), 9)
    return 2 * halves[0].nbytes / seconds / 1e9
