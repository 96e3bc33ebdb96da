"""Ratings of answers, kept in SQLite on the operator's machine, and the eval questions made of them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

from hcpcs_rag import contract
from hcpcs_rag.contract import Json
from hcpcs_rag.domain import Answer
from hcpcs_rag.store import opened

Rating = Literal["up", "down"]
FILE = "feedback.sqlite"
"""The store's name inside the index folder."""
MAX_REASON = 2_000
"""Characters kept of a reason."""
_SCHEMA = """CREATE TABLE IF NOT EXISTS ratings (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, rating TEXT NOT NULL, reason TEXT NOT NULL, turns TEXT NOT NULL,
    answer TEXT NOT NULL, generation TEXT NOT NULL)"""


@dataclass(frozen=True, slots=True)
class Rated:
    """One rating: the questions of the conversation up to the one rated, and its answer as the contract prints it,
    stage times included."""

    id: str
    at: str
    rating: Rating
    reason: str
    turns: tuple[str, ...]
    answer: Json
    generation: str


def rate(
    folder: Path, rating: Rating, turns: Sequence[str], answer: Answer, generation: str, instead: str | None = None
) -> str:
    """Keep a rating in the store of an index folder, in place of the one ``instead`` if the person had given one.

    Returns its id, which cannot be guessed. Raises ``StoreError``.
    """
    row = (
        uuid4().hex,
        datetime.now(UTC).isoformat(timespec="seconds"),
        rating,
        "",
        json.dumps(list(turns), ensure_ascii=False),
        json.dumps(contract.answer(answer), ensure_ascii=False),
        generation,
    )
    with opened(folder / FILE, _SCHEMA) as db:
        db.execute("DELETE FROM ratings WHERE id = ?", (instead,))
        db.execute("INSERT INTO ratings VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return row[0]


def explain(folder: Path, id: str, reason: str) -> None:
    """Add the reason to a rating that was kept. Raises ``StoreError``."""
    with opened(folder / FILE, _SCHEMA) as db:
        db.execute("UPDATE ratings SET reason = ? WHERE id = ?", (reason.strip()[:MAX_REASON], id))


def ratings(folder: Path) -> list[Rated]:
    """Return all ratings, the oldest first; none where none was ever given. Raises ``StoreError``."""
    if not (folder / FILE).is_file():
        return []
    with opened(folder / FILE, _SCHEMA) as db:
        rows = db.execute(
            "SELECT id, at, rating, reason, turns, answer, generation FROM ratings ORDER BY at, id"
        ).fetchall()
    return [Rated(n, at, r, why, tuple(json.loads(turns)), json.loads(a), g) for n, at, r, why, turns, a, g in rows]


def questions(rated: Sequence[Rated]) -> list[Json]:
    """Turn ratings into lines of an eval set (``evals/README.md`` has their form), on the dev half.

    Of an answer that was liked, its status, its codes and the pages it cited become the gold. Of one that was not, the gold
    is left to a person: it is null, which evals do not judge, and ``reason`` and ``disliked`` say what was wrong.
    """
    return [_question(r) for r in rated]


def _question(rated: Rated) -> Json:
    answer = rated.answer
    liked = {
        "status": answer["status"],
        "all": [rf"\b{re.escape(code)}\b" for code in answer["codes"]],
        "none": [],
        "pages": list(dict.fromkeys(c["page_id"] for c in answer["citations"])),
    }
    return {
        "id": f"feedback-{rated.id}",
        "kind": "feedback",
        "split": "dev",
        "turns": list(rated.turns),
        "expect": [None] * (len(rated.turns) - 1) + [liked if rated.rating == "up" else None],
        "rating": rated.rating,
        "reason": rated.reason,
        "disliked": answer["text"] if rated.rating == "down" else None,
        "rated_at": rated.at,
        "generation": rated.generation,
    }
