"""32 people at once: what a browser sends for each question, from this one process, over plain sockets.

Each waits for an answer, then asks the next at once; no pause for reading. Every conversation is three questions long.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from typing import Any

import numpy as np

from benchmarks.figures import Figure, Measured
from benchmarks.setting import Setting, resident, serving
from hcpcs_rag.index.opened import Index
from hcpcs_rag.settings import Settings

PEOPLE, QUESTIONS, WARMED = 32, 10_000, 1_000
TURNS = 3
ABOUT = ("What is {}?", "Is {} covered by Medicare?", "Which modifiers are used with {}?", "What is billed with {}?")
"""Asked of codes of the release where the questions of the evals are used up, so that hardly one is asked twice."""


def measure(setting: Setting) -> Measured:
    """Ask ``WARMED`` questions, weigh the server, ask the rest, and weigh it again."""
    codes = sorted(name for name, kind in Index(setting.large, Settings()).known.items() if kind == "code")
    asked = [turns[0] for turns in setting.questions()]
    asked += [ABOUT[i % len(ABOUT)].format(codes[i * 7 % len(codes)]) for i in range(QUESTIONS)]
    turns = iter(asked)
    people = [uuid.uuid4().hex[:12] for _ in range(PEOPLE)]
    with serving(setting.large) as (port, process, _):
        asyncio.run(_crowd(port, people, [next(turns) for _ in range(WARMED)]))
        before = resident(process)
        started = time.perf_counter()
        waits = asyncio.run(_crowd(port, people, [next(turns) for _ in range(QUESTIONS - WARMED)]))
        seconds = time.perf_counter() - started
        after = resident(process)
    return Measured(
        [
            Figure("load", f"{PEOPLE} people, 95th percentile", float(np.percentile(waits, 95)), "s", goal="under 1 s"),
            Figure("load", f"{PEOPLE} people, median", float(np.median(waits)), "s"),
            Figure("load", "throughput", len(waits) / seconds, "questions a second"),
            Figure("memory", f"the server after {QUESTIONS:,} questions", after, "MB", f"after {WARMED:,}, MB", before, goal="no growth"),
        ]
    )  # fmt: skip


async def _crowd(port: int, people: list[str], questions: list[str]) -> list[float]:
    """Return the seconds each question waited for its whole answer."""
    event = await _event(port)
    left = iter(questions)
    waits: list[float] = []

    async def person(session: str) -> None:
        held = None
        for turn, message in enumerate(left):
            started = time.perf_counter()
            answer = await _ask(port, event, message, held, session)
            waits.append(time.perf_counter() - started)
            held = answer[2] if (turn + 1) % TURNS else None

    await asyncio.gather(*map(person, people))
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
