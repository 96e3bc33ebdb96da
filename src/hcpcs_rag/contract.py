"""The JSON forms of the answer contract: plain dictionaries, stable names."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hcpcs_rag import currency
from hcpcs_rag.codes import is_code
from hcpcs_rag.domain import Answer, CodeRecord, Page, Release
from hcpcs_rag.errors import BatchLineError, PathNotFoundError
from hcpcs_rag.index.opened import Index
from hcpcs_rag.indicators import COVERAGE_MEANING
from hcpcs_rag.ranking import CodeHit
from hcpcs_rag.relations.reading import among

if TYPE_CHECKING:  # what builds an index is heavy, and asking needs none of it
    from hcpcs_rag.index.build import Summary

Json = dict[str, Any]


def release(value: Release | None) -> Json | None:
    """Return a release: its name and first day, how much of it is loaded, and what a reader must know of its age."""
    if value is None:
        return None
    return {
        "name": value.name,
        "effective": value.effective.isoformat(),
        "codes": value.codes,
        "modifiers": value.modifiers,
        "whole": value.whole,
        "notice": currency.notice(value, date.today()) or None,
    }


def answer(value: Answer) -> Json:
    """Return an answer as ``ask --json`` prints it: what the contract names, and no more."""
    data = {**asdict(value), "release": release(value.release)}
    data.pop("unmet"), data.pop("note")  # the text says them
    chance = data.pop("chance")
    data |= {"verdict": value.verdict, "confidence": None if chance is None else round(chance, 3)}
    data.pop("parts")  # their statements and citations are those of the whole
    return {**data, "statements": [{"text": s.text, "citations": list(s.citations)} for s in value.statements]}


def code(name: str, index: Index, on: date | None) -> Json:
    """Return what the release says of a code or modifier, as ``code --json`` prints it."""
    record = index.record(name, on)
    if record is None:
        kind = "code" if is_code(name) or len(name) != 2 else "modifier"
        empty = dict.fromkeys(("short", "long", "added", "changed", "ended", "coverage", "coverage_meaning", "release"))
        near = list(index.nearest(name))
        return {
            "code": name,
            "kind": kind,
            "status": "unknown",
            **empty,
            "pricing": [],
            "see_instead": [],
            "further": {},
            "searched": index.searched(),
            "nearest": near,
        }
    return _record(record, index, on)


def _record(record: CodeRecord, index: Index, on: date | None) -> Json:
    full = index.full_record(record)  # a bare list of descriptors may be newer than the last full release
    in_force = index.release(on)
    day = on or (in_force.effective if in_force else date.today())
    name = next((r.name for r in index.releases if r.release_id == record.release_id), None)
    return {
        "code": record.code,
        "kind": record.kind,
        "short": record.short,
        "long": record.long,
        "status": full.status(day),
        "added": _iso(full.added),
        "changed": _iso(full.changed),
        "ended": _iso(full.ended),
        "coverage": full.coverage or None,
        "coverage_meaning": COVERAGE_MEANING.get(full.coverage),
        "pricing": list(full.pricing),
        "see_instead": list(full.see_instead),
        "further": dict(full.further),
        "release": name,
        "searched": None,
        "nearest": [],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def related(name: str, index: Index) -> list[Json]:
    """Return the relations of a code, as ``related --json`` prints them: those that contradict each other
    stand side by side."""
    listed = []
    for relation in sorted(among(index.relations(name), name), key=lambda r: (r.other, r.kind)):
        page = index.page(relation.page_id)
        listed.append(
            {
                "code": relation.code,
                "relation": relation.kind,
                "other": relation.other,
                "quote": page.text[relation.start : relation.end],
                "page_id": relation.page_id,
                "start": relation.start,
                "end": relation.end,
                "authority": page.authority,
            }
        )
    return listed


def page(value: Page) -> Json:
    """Return a page's canonical text, sections, sentences with what they stand under, and source, as ``page --json`` prints it."""
    return asdict(value)


def search(query: str, hits: list[CodeHit], index: Index) -> Json:
    """Return a ranked list of codes, as ``search --json`` prints it, each with its status in the release in force."""
    release = index.release()
    day = release.effective if release else date.today()
    full = {hit.record.code: index.full_record(hit.record) for hit in hits}
    results = [
        {
            "code": hit.record.code,
            "score": round(hit.score, 6),
            "title": hit.record.long,
            "page_id": hit.page.page_id,
            "quote": hit.quote.text,
            "status": full[hit.record.code].status(day),
            "ended": _iso(full[hit.record.code].ended),
        }
        for hit in hits
    ]
    return {"query": query, "results": results}


def summary(value: Summary) -> Json:
    """Return what an ingest did, as ``ingest --json`` prints it."""
    data = asdict(value)
    data["skipped"] = [{"path": path, "reason": reason} for path, reason in value.skipped]
    return data


def status(index: Index) -> Json:
    """Return what is loaded, as ``status --json`` prints it."""
    names = ("page_id", "title", "authority", "source", "publisher", "subjects", "passages", "read_on", "dropped")
    return {
        "generation": index.manifest.generation,
        "built_at": index.manifest.built_at,
        "counts": index.manifest.counts,
        "releases": [{**(release(loaded) or {}), "source": source} for loaded, source in index.release_sources()],
        "pages": [dict(zip(names, row, strict=True)) for row in index.source_pages()],
        "skipped": [{"path": path, "reason": reason} for path, reason in index.skipped()],
        "gone": index.gone(),
    }


def read_batch(path: Path, field: str) -> list[Json]:
    """Read a JSONL batch whose lines hold ``field``: a string ("query") or a list of them ("turns").

    Raises ``PathNotFoundError``, or ``BatchLineError`` naming the first line that is wrong; nothing
    is answered from a batch that is not whole.
    """
    if not path.is_file():
        raise PathNotFoundError(f"There is no file {path}.", "Check the spelling of the path.")
    rows: list[Json] = []
    for number, raw in enumerate(path.read_bytes().split(b"\n"), 1):
        if not raw.strip():
            continue
        wanted = f'Each line is an object with "id" and "{field}".'
        try:
            row = json.loads(raw.decode("utf-8-sig"))
        except (ValueError, RecursionError) as problem:
            raise BatchLineError(f"{path}, line {number} is not JSON.", wanted) from problem
        value = row.get(field) if isinstance(row, dict) else None
        strings = [value] if field == "query" else value
        if not isinstance(strings, list) or not strings or not all(isinstance(s, str) for s in strings):
            raise BatchLineError(f'{path}, line {number} has no usable "{field}".', wanted)
        rows.append(row)
    return rows
