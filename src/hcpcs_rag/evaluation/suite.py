"""What there is to run: the libraries of sources and the sets asked of them, from ``sets.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from hcpcs_rag.errors import PathNotFoundError, QuestionSetError
from hcpcs_rag.evaluation.questions import digest

SetKind = Literal["questions", "queries", "descriptors", "exact"]
CONFIGURATION = "sets.toml"


@dataclass(frozen=True, slots=True)
class Source:
    """A library to ask: its name and the files and folders it is made of.

    The sets of an ``optional`` library are skipped where its files are not on the machine.
    """

    name: str
    paths: tuple[Path, ...]
    optional: bool = False

    def digest(self) -> str:
        """Return the hash of all files of the library."""
        return digest(list(self.paths))


@dataclass(frozen=True, slots=True)
class EvalSet:
    """A set: what kind it is, the file it is read or made from, and the library it is asked of."""

    name: str
    kind: SetKind
    file: Path
    source: Source

    def missing(self) -> list[Path]:
        """Return the files the set needs that are not there on this machine."""
        return [path for path in (self.file, *self.source.paths) if not path.exists()]


def load(folder: Path) -> list[EvalSet]:
    """Read ``sets.toml`` of an evals folder; paths are relative to that folder.

    Raises ``PathNotFoundError`` or ``QuestionSetError``.
    """
    path = folder / CONFIGURATION
    if not path.is_file():
        raise PathNotFoundError(
            f"There is no {path}.", "Run from the project's folder, or name its evals with --evals."
        )
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        sources = {
            name: Source(name, tuple((folder / p).resolve() for p in value["sources"]), value.get("optional", False))
            for name, value in raw["libraries"].items()
        }
        return [_set(name, value, folder, sources) for name, value in raw["sets"].items()]
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise QuestionSetError(f"{path} cannot be used: {problem!r}.", "Its form is in evals/README.md.") from problem


def _set(name: str, raw: dict[str, Any], folder: Path, sources: dict[str, Source]) -> EvalSet:
    kind = raw.get("kind", "questions")
    if kind not in get_args(SetKind):
        raise ValueError(f"the set {name} is of an unknown kind {kind}")
    return EvalSet(name, kind, (folder / raw["file"]).resolve(), sources[raw["library"]])


def choose(sets: list[EvalSet], names: list[str]) -> list[EvalSet]:
    """Return the sets of these names, all of them if none is named. Raises ``QuestionSetError``."""
    known = {s.name for s in sets}
    if unknown := [n for n in names if n not in known]:
        raise QuestionSetError(f"There is no set {unknown[0]}.", f"The sets are: {', '.join(sorted(known))}.")
    return [s for s in sets if not names or s.name in names]
