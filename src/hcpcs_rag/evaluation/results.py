"""What a run leaves behind: every reply with its judgement, as one JSON file that can be compared later."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from hcpcs_rag.errors import PathNotFoundError, QuestionSetError
from hcpcs_rag.evaluation.judging import Judgement

T = TypeVar("T")
FORM = 1
"""Version of the JSON; a file of another version is refused, not guessed at."""


@dataclass(frozen=True, slots=True)
class AskedTurn:
    """One judged turn of one system: what was asked, what came back, what it was worth.

    ``words`` is the length of the whole answer; ``text`` may be cut.
    """

    set: str
    system: str
    item: str
    turn: int
    kind: str
    split: str
    message: str
    expected_status: str
    status: str
    text: str
    words: int
    quotes: tuple[str, ...]
    confidence: float
    ms: float
    stages_ms: dict[str, float]
    relevant_pages: tuple[str, ...]
    pages: tuple[str, ...]
    judgement: Judgement

    @property
    def key(self) -> tuple[str, str, int]:
        """What two runs are matched by."""
        return (self.set, self.item, self.turn)


@dataclass(frozen=True, slots=True)
class RankedQuery:
    """One description and the codes a system ranked for it."""

    set: str
    system: str
    query_id: str
    query: str
    relevant: tuple[str, ...]
    ranking: tuple[str, ...]
    ms: float


@dataclass(frozen=True, slots=True)
class ExactRun:
    """How many codes were asked after, how many checks were made, and those that failed."""

    set: str
    codes: int
    checks: int
    failures: tuple[tuple[str, str, str], ...]
    """Code, what is wrong, and the answer."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A set that was not run, and why."""

    set: str
    reason: str


@dataclass(frozen=True, slots=True)
class Results:
    """One run: when and on what, hashes of questions and sources by set, and everything observed."""

    made_at: str
    machine: dict[str, str]
    hashes: dict[str, dict[str, str]]
    turns: tuple[AskedTurn, ...]
    queries: tuple[RankedQuery, ...]
    exact: tuple[ExactRun, ...]
    skipped: tuple[Skipped, ...]
    cold_start_ms: tuple[float, ...] = ()
    seconds: float = 0.0

    def of(self, system: str, name: str | None = None, split: str | None = None) -> list[AskedTurn]:
        """Return the turns of one system, of one set and one split where these are named."""
        return [
            t for t in self.turns
            if t.system == system and name in (None, t.set) and split in (None, t.split)
        ]  # fmt: skip

    def ranked(self, system: str, name: str) -> list[RankedQuery]:
        """Return the ranked queries of one system and one set."""
        return [q for q in self.queries if q.system == system and q.set == name]

    def systems(self) -> list[str]:
        """Return the systems that took part, in the order they ran."""
        return list(dict.fromkeys([*(t.system for t in self.turns), *(q.system for q in self.queries)]))

    def sets(self, observed: Iterable[AskedTurn | RankedQuery]) -> list[str]:
        """Return the sets of what was observed, in the order they ran."""
        return list(dict.fromkeys(x.set for x in observed))


def save(results: Results, path: Path) -> None:
    """Write results as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"form": FORM, **asdict(results)}, ensure_ascii=False, indent=1), encoding="utf-8")


def load(path: Path) -> Results:
    """Read results. Raises ``PathNotFoundError`` or ``QuestionSetError``."""
    if not path.is_file():
        raise PathNotFoundError(f"There are no results {path}.", "Make them with: hcpcs-rag eval --out DIR")
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if raw.pop("form") != FORM:
            raise ValueError("of another version")
        turns = (_tupled(AskedTurn, {**t, "judgement": _tupled(Judgement, t["judgement"])}) for t in raw.pop("turns"))
        return Results(
            turns=tuple(turns),
            queries=tuple(_tupled(RankedQuery, q) for q in raw.pop("queries")),
            exact=tuple(ExactRun(**{**e, "failures": tuple(map(tuple, e["failures"]))}) for e in raw.pop("exact")),
            skipped=tuple(Skipped(**s) for s in raw.pop("skipped")),
            cold_start_ms=tuple(raw.pop("cold_start_ms")),
            **raw,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise QuestionSetError(
            f"{path} holds no results of an eval: {problem!r}.", "Run hcpcs-rag eval again."
        ) from problem


def _tupled(form: type[T], raw: dict[str, Any]) -> T:
    return form(**{name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()})
