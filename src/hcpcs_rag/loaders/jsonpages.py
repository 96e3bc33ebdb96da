"""JSON and JSON-lines exports of pages, ``{"title", "url", "text"}`` → ``Page``s."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from hcpcs_rag.domain import Page
from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.loaders.text import read_text

WANTED = 'Each page is an object with "text", and "title" and "url" where known.'


def read_json(text: str, name: str, digest: str) -> tuple[Page, ...]:
    """Read one object, a list of them, or one a line. Raises ``UnreadableFileError``."""
    try:
        if name.lower().endswith((".jsonl", ".ndjson")):
            rows = [json.loads(line) for line in text.split("\n") if line.strip()]
        else:
            loaded = json.loads(text)
            rows = loaded if isinstance(loaded, list) else [loaded]
    except (ValueError, RecursionError) as problem:
        raise UnreadableFileError(f"{name} is not JSON.", WANTED) from problem
    if not rows or not all(isinstance(row, dict) and isinstance(row.get("text"), str) for row in rows):
        raise UnreadableFileError(f"{name} is no export of pages.", WANTED)
    stem = Path(name).stem
    pages = []
    for number, row in enumerate(rows, 1):
        title, url = str(row.get("title") or ""), str(row.get("url") or "")
        body = row["text"].replace("\r\n", "\n")
        page = read_text(f"# {title}\n\n{body}" if title else body, name, digest)
        page_id = stem if len(rows) == 1 else f"{stem}-{number:04d}"
        pages.append(replace(page, page_id=page_id, url=page.url or url or None))
    return tuple(pages)
