"""What all parts measure on: an index, questions, and how a process is timed and weighed."""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hcpcs_rag.errors import IndexMismatchError
from hcpcs_rag.evaluation.questions import load
from hcpcs_rag.evaluation.run import processor
from hcpcs_rag.index.build import ingest
from hcpcs_rag.settings import SCHEMA, Settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
PATIENCE = 60
"""Seconds a server may take to start."""
RELEASE = SHARED / "cms" / "HCPC2025_OCT_ANWEB_v4.xlsx"


@dataclass(frozen=True, slots=True)
class Setting:
    """``small`` and ``large`` are index folders: release and five pages, and nine policies beside them; both are of
    ``corpus/`` where ../shared is absent. ``sources`` is what the large one is made of; ``short`` asks for CI's form."""

    small: Path
    large: Path
    sources: list[Path]
    cache: Path
    library: str
    short: bool

    def questions(self) -> list[list[str]]:
        """The dev half of the questions of the evals, as the turns of conversations."""
        names = ("corpus",) if self.library == "corpus" else ("shared_seeds", "shared_policies")
        items = [i for n in names for i in load(ROOT / "evals" / "questions" / f"{n}.jsonl") if i.split == "dev"]
        return [list(item.turns) for item in items]


def prepare(cache: Path, short: bool) -> Setting:
    """Bring the indexes up to date."""
    shared = RELEASE.is_file() and not short
    small = [SHARED / "seeds", RELEASE] if shared else [ROOT / "corpus"]
    library = "shared" if shared else "corpus"
    sources = {"small": small, "large": [*small, SHARED / "policies"] if shared else small}
    folders = {size: cache / f"{library}-{size}-{SCHEMA}" for size in sources}
    for size, paths in sources.items():
        try:
            ingest(paths, folders[size], Settings(), prune=True, cache=cache / "encoder")
        except IndexMismatchError:  # left by another version of the program
            ingest(paths, folders[size], Settings(), rebuild=True, cache=cache / "encoder")
    return Setting(folders["small"], folders["large"], sources["large"], cache, library, short)


def machine() -> dict[str, str]:
    """Name the processor, its cores and the Python."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    amx = any("amx_bf16" in line for line in lines)
    return {
        "processor": processor(), "cores": str(os.cpu_count()), "AMX": "yes" if amx else "no",
        "python": platform.python_version(),
    }  # fmt: skip


def wall(command: Sequence[str], runs: int) -> list[float]:
    """Return the seconds of ``runs`` fresh processes, after one that fills the disk cache."""
    times = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return times[1:]


def timed(call: Callable[[], object], runs: int) -> float:
    """Return the median seconds of a call."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return float(np.median(times))


def resident(pid: int | None = None, peak: bool = False) -> float:
    """Return the resident memory of a process in MB, or the most it ever was."""
    field = "VmHWM" if peak else "VmRSS"
    text = Path(f"/proc/{pid or os.getpid()}/status").read_text(encoding="utf-8")
    return int(next(line for line in text.splitlines() if line.startswith(field)).split()[1]) / 1024


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(index: Path) -> Iterator[tuple[int, int, float]]:
    """Serve an index in a process of its own; yield port, process id, and the seconds to its first health check."""
    port = free_port()
    command = [sys.executable, "-m", "hcpcs_rag", "serve", "--index", str(index), "--port", str(port)]
    started = time.perf_counter()
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health").read()
                break
            except OSError as refused:
                if server.poll() is not None or time.perf_counter() - started > PATIENCE:
                    raise RuntimeError("the server did not start") from refused
                time.sleep(0.02)
        yield port, server.pid, time.perf_counter() - started
    finally:
        server.terminate()
        server.wait()
