"""Run sets over systems: prepare each library's index, ask everything, keep what was observed."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.errors import PathNotFoundError
from hcpcs_rag.evaluation import exact, lookup
from hcpcs_rag.evaluation.baselines import PlainSearch, Textbook
from hcpcs_rag.evaluation.judging import judge
from hcpcs_rag.evaluation.measures import RANK_DEPTH
from hcpcs_rag.evaluation.questions import Item, digest, load
from hcpcs_rag.evaluation.results import AskedTurn, ExactRun, RankedQuery, Results, Skipped
from hcpcs_rag.evaluation.suite import EvalSet, Source
from hcpcs_rag.evaluation.systems import Product, Reply, System
from hcpcs_rag.index.build import ingest
from hcpcs_rag.index.opened import Index
from hcpcs_rag.index.shaping import shaping_hash
from hcpcs_rag.settings import SCHEMA, Settings

Progress = Callable[[str, int, int], None]
KEPT_TEXT = 600
"""Characters of a baseline's answer that are kept; the product's are kept whole."""
COLD_RUNS = 5
COLD_QUESTION = "What is E1392?"


@dataclass
class _Seen:
    """What a run has observed so far."""

    turns: list[AskedTurn] = field(default_factory=list)
    queries: list[RankedQuery] = field(default_factory=list)
    exact: list[ExactRun] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    hashes: dict[str, dict[str, str]] = field(default_factory=dict)


def run(
    sets: Sequence[EvalSet],
    work: Path,
    *,
    baselines: bool,
    cache: Path | None,
    progress: Progress = lambda stage, done, total: None,
) -> Results:
    """Run the sets whose files are all there; the others are skipped, saying so.

    ``work`` keeps the index of each library and the embeddings of the textbook baseline between runs.
    With ``baselines`` the product is set beside the four of them, and its cold start is timed.
    Raises ``QuestionSetError``, ``InputError`` or ``IndexFolderError``.
    """
    started = time.perf_counter()
    seen = _Seen()
    cold: tuple[float, ...] = ()
    present = [s for s in sets if not _skip(s, seen)]
    for source in dict.fromkeys(s.source for s in present):
        folder = work / source.name
        _prepare(source, folder, cache, progress)
        index = Index(folder, Settings())
        cold = cold or (cold_starts(folder) if baselines else ())
        systems: list[System] = [Product(index)]
        if baselines:
            systems.append(
                Textbook(index, work / "textbook.npz", _stage(progress, f"Embed for textbook, {source.name}"))
            )
            systems += [PlainSearch(name, index) for name in ("full text", "dense", "hybrid")]
        for one in (s for s in present if s.source == source):
            seen.hashes[one.name] = {"questions": digest([one.file]), "sources": source.digest()}
            _run_set(one, systems, index, seen, progress)
        index.close()
    return Results(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        machine={"cpu": processor(), "cores": str(os.cpu_count()), "python": platform.python_version()},
        hashes=seen.hashes, turns=tuple(seen.turns), queries=tuple(seen.queries), exact=tuple(seen.exact),
        skipped=tuple(seen.skipped), cold_start_ms=cold, seconds=round(time.perf_counter() - started, 1),
    )  # fmt: skip


def _skip(one: EvalSet, seen: _Seen) -> bool:
    missing = one.missing()
    if missing and not one.source.optional:
        raise PathNotFoundError(f"There is no {missing[0]}, which the set {one.name} needs.", "Restore the file.")
    if missing:
        seen.skipped.append(Skipped(one.name, f"{missing[0]} is not on this machine"))
    return bool(missing)


def _prepare(source: Source, folder: Path, cache: Path | None, progress: Progress) -> None:
    """Bring the index of a library up to date; one that holds files of elsewhere is made anew."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "sources.sha256"
    known = stamp.read_text() if stamp.is_file() else ""
    held = f"{source.digest()} {SCHEMA} {shaping_hash()} {[str(path) for path in source.paths]}"  # the same files elsewhere are others
    ingest(
        source.paths, folder, Settings(), rebuild=known != held, cache=cache,
        progress=lambda stage, done, total: progress(f"{stage}, {source.name}", done, total),
    )  # fmt: skip
    stamp.write_text(held)


def _stage(progress: Progress, name: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(name, done, total)


def _run_set(one: EvalSet, systems: Sequence[System], index: Index, seen: _Seen, progress: Progress) -> None:
    match one.kind:
        case "questions":
            items = load(one.file)
            for system in systems:
                for done, item in enumerate(items, 1):
                    seen.turns += _ask(one.name, system, item, index)
                    progress(f"{one.name}: {system.name}", done, len(items))
        case "exact":
            report = _stage(progress, f"{one.name}: every code")
            seen.exact.append(exact.run(one.name, one.file, Assistant(index), report))
        case "queries" | "descriptors":
            queries = (
                lookup.read_queries(one.file) if one.kind == "queries" else lookup.descriptor_queries(one.file, index)
            )
            for system in systems:
                for done, query in enumerate(queries, 1):
                    seen.queries.append(_rank(one.name, system, query))
                    progress(f"{one.name}: {system.name}", done, len(queries))


def _ask(name: str, system: System, item: Item, index: Index) -> list[AskedTurn]:
    asked = []
    for number, (reply, expected) in enumerate(zip(system.converse(item.turns), item.expected, strict=True)):
        if expected is None:
            continue
        asked.append(
            AskedTurn(
                set=name, system=system.name, item=item.id, turn=number, kind=item.kind, split=item.split,
                message=item.turns[number], expected_status=expected.status, status=reply.status,
                text=_kept(reply, system), words=len(reply.text.split()), quotes=tuple(f"{q[0]} [{q[1]}, {q[2]}) {q[3]}" for q in reply.quotes)
                if isinstance(system, Product) else (),
                confidence=reply.confidence, ms=reply.ms, stages_ms=reply.stages_ms,
                relevant_pages=expected.pages, pages=reply.pages,
                judgement=judge(reply, expected, item.turns[: number + 1], index),
            )
        )  # fmt: skip
    return asked


def _kept(reply: Reply, system: System) -> str:
    return reply.text if isinstance(system, Product) else reply.text[:KEPT_TEXT]


def _rank(name: str, system: System, query: lookup.Query) -> RankedQuery:
    started = time.perf_counter()
    ranking = tuple(system.rank(query.text, RANK_DEPTH))
    ms = (time.perf_counter() - started) * 1000
    return RankedQuery(name, system.name, query.id, query.text, query.relevant, ranking, ms)


def cold_starts(folder: Path) -> tuple[float, ...]:
    """Return wall times in ms of ``hcpcs-rag ask`` in fresh processes, the first of them unwarmed by the disk cache."""
    command = [sys.executable, "-m", "hcpcs_rag", "ask", COLD_QUESTION, "--json", "--index", str(folder)]
    times = []
    for _ in range(COLD_RUNS):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - started) * 1000)
    return tuple(times)


def processor() -> str:
    """Return the name of this machine's processor."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
