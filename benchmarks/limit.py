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
from hcpcs_rag.index import vectors
from hcpcs_rag.index.manifest import ENCODER, current
from hcpcs_rag.settings import Settings

SIDE = 2048
LAYERS, WIDTH, INNER = 6, 384, 1536
"""Of all-MiniLM-L6-v2, by its model card."""
TOKENS = 32


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
    for encoder, kind in (
        (Encoder(folder, settings.max_tokens), torch.float32),
        (BulkEncoder(folder, settings.max_tokens), torch.bfloat16),
    ):
        if "fp32" in encoder.name:
            kind = torch.float32
        one = torch.ones(SIDE, SIDE, dtype=kind)
        peak = 2 * SIDE**3 / timed(lambda one=one: one @ one, 9) / 1e9  # type: ignore[misc]
        encoder.encode(texts[:64], 16)
        reached = flops * len(texts) / timed(lambda encoder=encoder: encoder.encode(texts, 16), 3) / 1e9  # type: ignore[misc]
        figures.append(
            Figure(
                "limit",
                f"encoder, {encoder.name}, {tokens} tokens",
                reached,
                "GFLOP/s",
                "matrix product of its precision",
                peak,
                reached / peak,
            )
        )
    size = 20_000 if setting.short else vectors.FLAT_UP_TO
    matrix = np.random.default_rng(0).standard_normal((size, DIMENSION), dtype=np.float32)
    index = faiss.IndexFlatIP(DIMENSION)
    index.add(matrix)
    query = matrix[:1]
    seconds = timed(lambda: index.search(query, 100), 31)
    rate, best = matrix.nbytes / seconds / 1e9, _bandwidth()
    figures.append(Figure("limit", f"exact search of {size:,} passages", rate, f"GB/s read ({seconds * 1000:.1f} ms)",
                          "memory read by two threads, GB/s", best, rate / best))  # fmt: skip
    return Measured(figures)


def _bandwidth() -> float:
    """GB/s that two threads read together from arrays far larger than their caches would like."""
    halves = [np.ones(64 * 1024 * 1024, dtype=np.float32) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        seconds = timed(lambda: list(threads.map(np.max, halves)), 9)
    return 2 * halves[0].nbytes / seconds / 1e9
