"""32 people at once: what a browser sends for each question, from this one process, over plain sockets.

Each waits for an answer, then asks the next at once; no pause for reading. Every conversation is three questions long.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import numpy as np

from benchmarks.figures import Figure, Measured
from benchmarks.setting import Setting, resident

PEOPLE, QUESTIONS, WARMED = 32, 10_000, 1_000
TURNS = 3


def measure(setting: Setting) -> Measured:
    """Ask ``WARMED`` questions, weigh the server, ask the rest, and weigh it again."""
    asked = [message for turns in setting.questions() for message in turns[:1]]
    with _served(setting) as (port, server):
        asyncio.run(_crowd(port, asked, WARMED))
        before = resident(server.pid)
        started = time.perf_counter()
        waits = asyncio.run(_crowd(port, asked, QUESTIONS - WARMED))
        seconds = time.perf_counter() - started
        after = resident(server.pid)
    return Measured(
        [
            Figure("load", f"{PEOPLE} people, 95th percentile", float(np.percentile(waits, 95)), "s", goal="under 1 s"),
            Figure("load", f"{PEOPLE} people, median", float(np.median(waits)), "s"),
            Figure("load", "throughput", len(waits) / seconds, "questions a second"),
            Figure(
                "memory",
                f"the server after {QUESTIONS:,} questions",
                after,
                "MB",
                f"after {WARMED:,}, MB",
                before,
                goal="no growth",
            ),
        ]
    )


@contextmanager
def _served(setting: Setting) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "hcpcs_rag", "serve", "--index", str(setting.large), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.05)
    yield port, server
    server.terminate()
    server.wait()


async def _crowd(port: int, questions: list[str], wanted: int) -> list[float]:
    """Return the seconds each of ``wanted`` questions waited for its whole answer."""
    event = await _event(port)
    waits: list[float] = []
    turns = count()

    async def person() -> None:
        session, held = uuid.uuid4().hex[:12], None
        while (turn := next(turns)) < wanted:
            started = time.perf_counter()
            answer = await _ask(port, event, questions[turn * 7 % len(questions)], held, session)
            waits.append(time.perf_counter() - started)
            held = answer[1] if (turn // PEOPLE) % TURNS else None

    await asyncio.gather(*(person() for _ in range(PEOPLE)))
    return waits


async def _event(port: int) -> int:
    """The number by which the page names the event of a question."""
    reader, writer = await _send(port, "GET", "/config")
    body = (await reader.read()).partition(b"\r\n\r\n")[2]
    writer.close()
    config = json.loads(body[body.index(b"{") : body.rindex(b"}") + 1])
    return next(int(d["id"]) for d in config["dependencies"] if d.get("api_name") == "ask")


async def _ask(port: int, event: int, message: str, held: Any, session: str) -> Any:
    question = {
        "data": [message, held],
        "fn_index": event,
        "session_hash": session,
        "trigger_id": None,
        "event_data": None,
    }
    reader, writer = await _send(port, "POST", "/gradio_api/queue/join", question)
    await reader.read()
    writer.close()
    reader, writer = await _send(port, "GET", f"/gradio_api/queue/data?session_hash={session}")
    async for line in reader:
        if line.startswith(b"data: "):
            told = json.loads(line[6:])
            if told["msg"] == "process_completed":
                writer.close()
                assert told["success"], told
                return told["output"]["data"]
    raise ConnectionError("the server ended an answer early")


async def _send(
    port: int, verb: str, path: str, body: object = None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
    data = json.dumps(body).encode() if body is not None else b""
    head = f"{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: {len(data)}\r\nConnection: close\r\n\r\n".encode() + data)
    await writer.drain()
    return reader, writer
