"""Conversations kept on the server, for those who serve with ``--share-history server``: questions, no answers."""

from __future__ import annotations

import json
from pathlib import Path

from hcpcs_rag.contract import Json
from hcpcs_rag.store import opened

FILE = "conversations.sqlite"
"""The store's name inside the index folder."""
MAX_KEPT = 200
"""Conversations kept of one owner; the oldest go."""
_SCHEMA = """CREATE TABLE IF NOT EXISTS conversations (
    owner TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, questions TEXT NOT NULL, at TEXT NOT NULL,
    generation TEXT NOT NULL, PRIMARY KEY (owner, id)) WITHOUT ROWID"""


def listed(folder: Path, owner: str) -> list[Json]:
    """Return the conversations of an owner, the newest first. Raises ``StoreError``."""
    with opened(folder / FILE, _SCHEMA) as db:
        rows = db.execute(
            "SELECT id, title, questions, at, generation FROM conversations WHERE owner = ? ORDER BY at DESC, id",
            (owner,),
        ).fetchall()
    names = ("id", "title", "questions", "at", "generation")
    return [{**dict(zip(names, row, strict=True)), "questions": json.loads(row[2])} for row in rows]


def keep(folder: Path, owner: str, conversation: Json) -> None:
    """Keep a conversation of an owner, in place of what had its id. Raises ``StoreError``."""
    told = (str(conversation[key]) for key in ("id", "title", "at", "generation"))
    with opened(folder / FILE, _SCHEMA) as db:
        db.execute(
            "INSERT OR REPLACE INTO conversations (questions, owner, id, title, at, generation) VALUES (?, ?, ?, ?, ?, ?)",
            (json.dumps(conversation["questions"]), owner, *told),
        )
        db.execute(
            "DELETE FROM conversations WHERE owner = ? AND id NOT IN"
            " (SELECT id FROM conversations WHERE owner = ? ORDER BY at DESC LIMIT ?)",
            (owner, owner, MAX_KEPT),
        )


def forget(folder: Path, owner: str, id: str) -> None:
    """Delete a conversation of an owner. Raises ``StoreError``."""
    with opened(folder / FILE, _SCHEMA) as db:
        db.execute("DELETE FROM conversations WHERE owner = ? AND id = ?", (owner, id))
