"""Reverse look-up at scale: descriptions, each with the codes that are right for it.

Two sources: files of queries (``tools/make_lookup_sets.py``), and the official descriptors of sampled codes, told in
other words by the rules of ``evals/rewording.toml``. That file knows nothing of the product's own vocabulary; where
both hold the same synonym, the measure flatters the product.
"""

from __future__ import annotations

import json
import random
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hcpcs_rag.domain import CodeRecord
from hcpcs_rag.errors import QuestionSetError
from hcpcs_rag.index.opened import Index

SAMPLED = 500
SEED = 20261122
_WORD = re.compile(r"[A-Za-z][A-Za-z'/-]*|\d[\d.,%/-]*")
_REMARK = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Query:
    """A description and the codes that are right for it."""

    id: str
    text: str
    relevant: tuple[str, ...]


def read_queries(path: Path) -> list[Query]:
    """Read a set of queries: one JSON object a line with ``id``, ``query`` and ``codes``. Raises ``QuestionSetError``."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            found.append(Query(row["id"], row["query"], tuple(row["codes"])))
        except (ValueError, KeyError, TypeError) as problem:
            raise QuestionSetError(
                f"{path}, line {number} is no query: {problem!r}.", "Its form is in evals/README.md."
            ) from problem
    return found


def active_records(index: Index) -> list[CodeRecord]:
    """Return the codes in force on the first day of the newest release, in order, modifiers left out."""
    release = index.release()
    records = (index.record(code) for code, kind in sorted(index.known.items()) if kind == "code")
    return [r for r in records if r and release and r.status(release.effective) == "active"]


def descriptor_queries(path: Path, index: Index, sampled: int = SAMPLED) -> list[Query]:
    """Return sampled descriptors in other words, by the rules in ``path``.

    Codes whose descriptors are the same text are all right. Raises ``QuestionSetError``.
    """
    try:
        rules = tomllib.loads(path.read_text(encoding="utf-8"))
        spelled, plain = dict(rules["spelled_out"]), dict(rules["lay"])
        dropped = frozenset(rules["dropped"]["words"])
    except (ValueError, KeyError, TypeError) as problem:
        raise QuestionSetError(f"{path} holds no rules: {problem!r}.", "Its form is in evals/README.md.") from problem
    records = active_records(index)
    alike: dict[str, list[str]] = {}
    for record in records:
        alike.setdefault(_folded(record.long), []).append(record.code)
    chosen = random.Random(SEED).sample(records, min(sampled, len(records)))
    return [
        Query(f"desc-{r.code}", reworded(r.long, spelled, plain, dropped), tuple(alike[_folded(r.long)]))
        for r in sorted(chosen, key=lambda r: r.code)
    ]


def _folded(text: str) -> str:
    return " ".join(text.lower().split())


def reworded(text: str, spelled: dict[str, str], plain: dict[str, str], dropped: Iterable[str] = ()) -> str:
    """Tell a descriptor in other words: remarks in brackets left out, abbreviations spelled out, technical
    words in plain ones, small words dropped, and what stands before the first comma moved to the end.

    The longest phrase of the rules is replaced first, and nothing twice.
    """
    bare = _REMARK.sub(" ", text).lower()
    head, comma, rest = bare.partition(",")
    ordered = f"{rest} {head}" if comma and rest.strip() else bare
    words = _WORD.findall(ordered)
    rules = {tuple(old.split()): new for old, new in {**spelled, **plain}.items()}
    longest = max((len(phrase) for phrase in rules), default=0)
    told: list[str] = []
    at = 0
    while at < len(words):
        for length in range(longest, 0, -1):
            new = rules.get(tuple(words[at : at + length]))
            if new is not None:
                told.append(new)
                at += length
                break
        else:
            if words[at] not in dropped:
                told.append(words[at])
            at += 1
    return " ".join(told)
