"""Small SQLite files that an operator keeps beside an index: opened for one change, closed after it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hcpcs_rag.errors import StoreError


@contextmanager
def opened(path: Path, schema: str) -> Iterator[sqlite3.Connection]:
    """Open a store, made by ``schema`` where it is new; commit at the end. Raises ``StoreError``."""
    try:
        with closing(sqlite3.connect(path)) as db, db:
            db.execute(schema)
            yield db
    except sqlite3.Error as problem:
        raise StoreError(f"The store {path} cannot be used: {problem}.", "Move it away to begin anew.") from problem
