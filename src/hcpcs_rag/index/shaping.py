"""The code that shapes what an index stores: when it changes, what was stored with the old code is refused."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
SHAPING = (
    "loaders", "relations", "codes.py", "domain.py", "facets.py", "indicators.py", "language.py", "numbering.py", "passages.py",
    "recordpage.py", "slips.py", "tables.py", "tree.py", "vocabulary.py", "vocabulary.toml", "index/draft.py", "index/fill.py",
    "index/words.py",
)  # fmt: skip
"""Modules, folders and data that read files, cut pages, mine rules and word records; a test proves the list whole."""


@cache
def shaping_hash() -> str:
    """Return a hash of all that shapes what is stored, the same wherever the package is installed."""
    hashed = hashlib.sha256()
    for name in SHAPING:
        place = _PACKAGE / name
        for file in sorted(f for f in place.rglob("*") if f.suffix != ".pyc") if place.is_dir() else [place]:
            if file.is_file():
                hashed.update(f"{file.relative_to(_PACKAGE).as_posix()}\0".encode())
                hashed.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return hashed.hexdigest()[:16]
