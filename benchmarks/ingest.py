"""Ingest: passages a second against sentence-transformers as it comes, the same again, and memory over many files."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time

import numpy as np

from benchmarks import textbook
from benchmarks.figures import Curve, Figure, Measured
from benchmarks.setting import Setting, wall
from hcpcs_rag.encoder import choice
from hcpcs_rag.encoder.serve import Encoder
from hcpcs_rag.index.embed import BLOCK
from hcpcs_rag.index.library import Library
from hcpcs_rag.index.manifest import ENCODER, LIBRARY, current
from hcpcs_rag.settings import Settings

FILES = (250, 500, 1000, 2000)
_MEMORY = """
import sys
from pathlib import Path
from hcpcs_rag.index.build import ingest
from hcpcs_rag.settings import Settings
ingest([Path(sys.argv[1])], Path(sys.argv[2]), Settings(), cache=Path(sys.argv[3]))
print(next(l.split()[1] for l in open("/proc/self/status") if l.startswith("VmHWM")))
"""


def measure(setting: Setting) -> Measured:
    """Embed the passages of the library by both; then ingest files made of them."""
    generation = current(setting.large)
    assert generation
    settings = Settings()
    library = Library.open(generation / LIBRARY)
    texts = [text for _, text, _, _ in library.passage_texts()]
    library.close()
    wanted = 256 if setting.short else 2 * BLOCK
    sample = [texts[i] for i in np.random.default_rng(0).permutation(len(texts))[:wanted]]
    folder = generation / ENCODER
    exact = Encoder(folder, settings.max_tokens)
    encoder, trials = choice.choose(exact, folder, settings.max_tokens, sample, settings.batch_size)
    started = time.perf_counter()
    encoder.encode(sample, settings.batch_size)
    pace = len(sample) / (time.perf_counter() - started)
    theirs = textbook.model()
    few = sample[: 256 if setting.short else 1024]
    started = time.perf_counter()
    theirs.encode(few)
    other = len(few) / (time.perf_counter() - started)
    figures = [
        Figure("ingest", "passages embedded", pace, f"a second ({encoder.name})", "sentence-transformers", other, pace / other, "3×"),
        *(
            Figure("ingest", f"agreement of {t.name} with single precision", t.agreement, f"of nearest neighbours, cosine {t.cosine:.5f}",
                   goal=f"at least {choice.MIN_AGREEMENT}") for t in trials[1:]
        ),
    ]  # fmt: skip
    if setting.short:
        return Measured(figures)
    again = wall(
        [sys.executable, "-m", "hcpcs_rag", "ingest", *map(str, setting.sources), "--index", str(setting.large)], 3
    )
    figures.append(Figure("ingest", "the same library again", float(np.median(again)), "s", goal="under 3 s"))
    peaks = [_peak(count, setting) for count in FILES]
    growth = (peaks[-1] - peaks[0]) / peaks[0]
    figures.append(Figure("memory", f"ingest of {FILES[-1]:,} files, most", peaks[-1], "MB",
                          f"of {FILES[0]} files, MB", peaks[0], goal=f"flat: {growth:+.0%}"))  # fmt: skip
    return Measured(
        figures, [Curve("memory of an ingest, MB (over files)", "most resident", list(map(float, FILES)), peaks)]
    )


def _peak(count: int, setting: Setting) -> float:
    """The most memory, in MB, that an ingest of ``count`` files of 2 kB each takes."""
    folder = setting.cache / "many"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "pages").mkdir(parents=True)
    for i in range(count):
        notes = "\n".join(f"Note {i}.{k}: the order for item {i * 7 + k} is kept in chart {k}." for k in range(12))
        (folder / "pages" / f"p{i}.txt").write_text(f"E{1000 + i % 900} notes {i}\n\n{notes}\n", encoding="utf-8")
    command = [
        sys.executable,
        "-c",
        _MEMORY,
        str(folder / "pages"),
        str(folder / "index"),
        str(setting.cache / "encoder"),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1]) / 1024
