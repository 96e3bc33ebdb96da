"""Growth: search over synthetic libraries of 10 thousand, 100 thousand and a million passages.

Each is built and searched in a process of its own (``python -m benchmarks.growth build|search FOLDER …``), so that its
memory can be weighed. Searched is what a question in words searches: full text, dense, and both put together.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import faiss
import numpy as np

from benchmarks import synthetic
from benchmarks.figures import Curve, Figure, Measured
from benchmarks.setting import Setting, prepare, resident
from hcpcs_rag.index import vectors, words
from hcpcs_rag.index.library import Library
from hcpcs_rag.index.manifest import ENCODER, LIBRARY, VECTORS, current
from hcpcs_rag.language import content_words
from hcpcs_rag.retrieval import NEAR
from hcpcs_rag.settings import Settings
from hcpcs_rag.vocabulary import concepts, expand

SIZES, SHORT_SIZES = (10_000, 100_000, 1_000_000), (60_000,)
RECALL_AT = 10


def measure(setting: Setting) -> Measured:
    """Build and search each size; the figures are those of the largest."""
    sizes = SHORT_SIZES if setting.short else SIZES
    found: list[dict[str, float]] = []
    for size in sizes:
        folder = setting.cache / f"growth-{size}"
        shutil.rmtree(folder, ignore_errors=True)
        built = _process("build", folder, str(size), setting)
        found.append(built | _process("search", folder, str(size), setting))
        shutil.rmtree(folder)
    last, size = found[-1], sizes[-1]
    label = f"{size:,} passages"
    flat = last["exact_ms"]
    figures = [
        Figure("growth", f"{label}: search, 95th percentile", last["p95"], "ms", goal="under 25 ms"),
        Figure("growth", f"{label}: recall@10 of dense search", last["recall"], "", "exact search", 1.0, last["recall"], "≥ 0.98"),
        Figure("growth", f"{label}: dense search, median", last["dense_p50"], "ms", "exact search, scaled from 50,000, ms", flat, flat / last["dense_p50"]),
        Figure("growth", f"{label}: resident, full text included", last["resident"], "MB (and what the disk cache holds)", goal="under 1,000 MB"),
        Figure("growth", f"{label}: build of both indexes", last["build_dense"] + last["build_words"], "s"),
        Figure("growth", f"{label}: on disk", last["disk"], "MB"),
    ]  # fmt: skip
    panels = [
        ("search, ms", [("all, median", "p50"), ("all, 95th percentile", "p95"), ("dense, median", "dense_p50"), ("full text, median", "words_p50")]),
        ("recall@10 against exact search", [("recall@10", "recall")]),
        ("build, s", [("dense", "build_dense"), ("full text", "build_words")]),
        ("on disk, MB", [("both indexes", "disk")]),
        ("resident, MB", [("after all questions", "resident"), ("before opening", "resident_before")]),
    ]  # fmt: skip
    x = [float(s) for s in sizes]
    curves = [Curve(p, name, x, [f[key] for f in found]) for p, lines in panels for name, key in lines]
    return Measured(figures, curves)


def _process(verb: str, folder: Path, size: str, setting: Setting) -> dict[str, float]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.growth",
        verb,
        str(folder),
        size,
        str(setting.cache),
        str(int(setting.short)),
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def build(folder: Path, size: int, setting: Setting) -> dict[str, float]:
    """Make the library, and build both of its indexes."""
    folder.mkdir(parents=True)
    generation = current(setting.large)
    assert generation
    library = Library.open(generation / LIBRARY)
    real = [text for _, text, _, _ in library.passage_texts()]
    known = vectors.VectorIndex(generation / VECTORS)
    matrix = synthetic.vectors(folder / "made", known.rows(range(len(known))), size)
    started = time.perf_counter()
    vectors.build(folder / "vectors", matrix, 0)
    dense = time.perf_counter() - started
    made = list(synthetic.texts(real, size)) if size <= 100_000 else synthetic.texts(real, size)
    started = time.perf_counter()
    words.build(folder / "words", ((i, text, "page") for i, text in enumerate(made)))
    full_text = time.perf_counter() - started
    np.save(folder / "questions.npy", _embedded(setting))
    queries = np.load(folder / "questions.npy")
    np.save(folder / "nearest.npy", faiss.knn(queries, matrix, RECALL_AT, metric=faiss.METRIC_INNER_PRODUCT)[1])
    one = np.ascontiguousarray(matrix[:50_000])
    started = time.perf_counter()
    for query in queries[:20]:
        faiss.knn(query[None], one, NEAR, metric=faiss.METRIC_INNER_PRODUCT)
    exact = (time.perf_counter() - started) / 20 * size / len(one)
    (folder / "made").unlink()
    disk = sum(p.stat().st_size for part in ("vectors", "words") for p in (folder / part).rglob("*"))
    return {"build_dense": dense, "build_words": full_text, "disk": disk / 1e6, "exact_ms": exact * 1000}


def _embedded(setting: Setting) -> synthetic.Vectors:
    from hcpcs_rag.encoder.serve import Encoder

    generation = current(setting.large)
    assert generation
    return Encoder(generation / ENCODER, Settings().max_tokens).encode(_questions(setting), 16)


def _questions(setting: Setting) -> list[str]:
    return list(dict.fromkeys(message for turns in setting.questions() for message in turns))


def search(folder: Path, size: int, setting: Setting) -> dict[str, float]:
    """Open both indexes, and ask every question of both."""
    queries, nearest, asked = np.load(folder / "questions.npy"), np.load(folder / "nearest.npy"), _questions(setting)
    before = resident()
    dense, lexical = vectors.VectorIndex(folder / "vectors"), words.Words(folder / "words")
    laps, met = [], 0
    for message, query, best in zip(asked, queries, nearest, strict=True):
        terms = expand(concepts(message)) or content_words(message)
        started = time.perf_counter()
        by_words = lexical.search(terms, NEAR, "page")
        between = time.perf_counter()
        by_meaning = dense.search(query, NEAR, "page")
        after = time.perf_counter()
        dict.fromkeys(n for n, _ in (*by_words, *by_meaning))
        laps.append((between - started, after - between, time.perf_counter() - started))
        met += len(set(best.tolist()) & {n for n, _ in by_meaning[:RECALL_AT]})
    ms = np.array(laps) * 1000
    return {
        "p50": float(np.median(ms[:, 2])), "p95": float(np.percentile(ms[:, 2], 95)),
        "dense_p50": float(np.median(ms[:, 1])), "words_p50": float(np.median(ms[:, 0])),
        "recall": met / (RECALL_AT * len(queries)), "resident": resident(), "resident_before": before,
    }  # fmt: skip


if __name__ == "__main__":
    verb, where, size, cache, short = sys.argv[1:]
    chosen = prepare(Path(cache), bool(int(short)))
    print(json.dumps({"build": build, "search": search}[verb](Path(where), int(size), chosen)))
