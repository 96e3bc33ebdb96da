"""From a cold process: commands, the textbook chain, and the served application."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from statistics import median

from benchmarks.figures import Figure, Measured
from benchmarks.setting import Setting, resident, wall

COMMANDS = {
    "a code (code E1392)": (["code", "E1392"], "under 0.3 s"),
    "a question about a code (What is E1392?)": (["ask", "What is E1392?"], "under 0.3 s"),
    "a question in words": (["ask", "Is a portable oxygen concentrator covered?"], "under 0.8 s, 10×"),
}


def measure(setting: Setting) -> Measured:
    """Time fresh processes; the textbook chain is asked the question in words."""
    folder = setting.cache / f"textbook-{setting.library}"
    program = [sys.executable, "-m", "benchmarks.textbook"]
    if not (folder / "chunks.json").exists():
        subprocess.run([*program, "build", str(setting.small), str(folder)], check=True, stderr=subprocess.DEVNULL)
    runs = 3 if setting.short else 9
    other = median(
        wall([*program, "ask", str(folder), COMMANDS["a question in words"][0][1]], 1 if setting.short else 3)
    )
    figures = []
    for what, (arguments, goal) in COMMANDS.items():
        seconds = median(wall([sys.executable, "-m", "hcpcs_rag", *arguments, "--index", str(setting.small)], runs))
        figures.append(Figure("cold", what, seconds, "s", "textbook chain, s", other, other / seconds, goal))
    if not setting.short:
        figures += _served(setting)
    return Measured(figures)


def _served(setting: Setting) -> list[Figure]:
    """The seconds until a started server answers its health check, and what it then weighs."""
    times, sizes = [], []
    for _ in range(3):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "hcpcs_rag", "serve", "--index", str(setting.small), "--port", str(port)]
        started = time.perf_counter()
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health").read()
                break
            except OSError:
                time.sleep(0.02)
        times.append(time.perf_counter() - started)
        sizes.append(resident(server.pid))
        server.terminate()
        server.wait()
    return [
        Figure("cold", "the server answers its health check", median(times), "s", goal="under 4 s"),
        Figure("memory", "the server at rest", median(sizes), "MB", goal="under 350 MB"),
    ]
