"""Question sets: what is asked, and what a right answer must and must not say."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hcpcs_rag.domain import AnswerStatus
from hcpcs_rag.errors import PathNotFoundError, QuestionSetError

STATUSES: tuple[AnswerStatus, ...] = ("answered", "clarify", "abstained")
SPLITS = ("dev", "test")
_EXPECTED_KEYS = {"status", "all", "none", "pages", "verdict"}


@dataclass(frozen=True, slots=True)
class Expected:
    """The gold of one turn.

    ``all`` are patterns every right answer matches, ``none`` patterns of wrong facts (both
    case-insensitive); ``pages`` are ids of pages of which one at least must be cited; ``verdict`` is the
    word a yes/no answer must open with.
    """

    status: AnswerStatus
    all: tuple[re.Pattern[str], ...] = ()
    none: tuple[re.Pattern[str], ...] = ()
    pages: tuple[str, ...] = ()
    verdict: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question, or one dialogue: ``expected[i]`` judges ``turns[i]``, None where it is not judged."""

    id: str
    kind: str
    split: str
    turns: tuple[str, ...]
    expected: tuple[Expected | None, ...]


def load(path: Path) -> list[Item]:
    """Read a question set, one JSON object a line.

    Raises ``PathNotFoundError``, or ``QuestionSetError`` with the first line that is wrong.
    """
    if not path.is_file():
        raise PathNotFoundError(f"There is no question set {path}.", "Check the file named in sets.toml.")
    items: dict[str, Item] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            item = _item(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, re.error) as problem:
            raise QuestionSetError(
                f"{path}, line {number} is not a question: {problem}.", "The form is in evals/README.md."
            ) from problem
        if item.id in items:
            raise QuestionSetError(f"{path}, line {number}: the id {item.id} is taken.", "Give each item its own id.")
        items[item.id] = item
    return list(items.values())


def _item(raw: Mapping[str, Any]) -> Item:
    turns = tuple(raw["turns"])
    expected = tuple(_expected(e) if e is not None else None for e in raw["expect"])
    if not turns or len(turns) != len(expected):
        raise ValueError('"turns" and "expect" differ in length or are empty')
    if raw["split"] not in SPLITS:
        raise ValueError(f'"split" is {raw["split"]!r}, not dev or test')
    return Item(str(raw["id"]), str(raw["kind"]), raw["split"], turns, expected)


def _expected(raw: Mapping[str, Any]) -> Expected:
    if unknown := set(raw) - _EXPECTED_KEYS:
        raise ValueError(f"unknown fields {sorted(unknown)}")
    if raw["status"] not in STATUSES:
        raise ValueError(f'"status" is {raw["status"]!r}')
    patterns = {key: tuple(re.compile(p, re.IGNORECASE) for p in raw.get(key, [])) for key in ("all", "none")}
    return Expected(raw["status"], patterns["all"], patterns["none"], tuple(raw.get("pages", [])), raw.get("verdict"))


def digest(paths: list[Path]) -> str:
    """Return the SHA-256 over files: of each its name and its bytes, in the order of their names.

    Folders stand for all files below them. Where they lie does not matter, so that two clones agree.
    """
    total = hashlib.sha256()
    for root in sorted(paths, key=lambda p: p.name):
        files = sorted(p for p in root.rglob("*") if p.is_file()) if root.is_dir() else [root]
        for file in files:
            total.update(f"{file.relative_to(root.parent).as_posix()}\0".encode())
            total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
