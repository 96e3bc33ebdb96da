"""All that a run reads: the candidates of every document and the questions bound to them, as word pieces."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from training import pages as pages_
from training.binding import Bound
from training.pages import Page
from training.passages import Pieces, Speller
from training.split import fold
from training.words import plain_words


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted."""

    document: str
    pieces: Pieces
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the numbers of its candidates."""

    id: str
    document: str
    kind: str
    round: int
    pieces: Pieces
    answers: frozenset[int]
    helps: frozenset[int]
    tempting: tuple[int, ...]
    stance: int | None

    @property
    def fold(self) -> int:
        """The fold of its document."""
        return fold(self.document)


@dataclass(frozen=True, slots=True)
class Material:
    """Candidates (their number is their place) and questions."""

    candidates: list[Candidate]
    documents: dict[str, list[int]]
    questions: list[Asked]

    def related(self, one: set[str]) -> list[int]:
        """The candidates of some documents."""
        return [c for d in sorted(one) for c in self.documents[d]]


def dump(bound: Iterable[Bound], path: Path) -> None:
    """Write bound questions, one a line, places as [document, sentence]."""
    with path.open("w", encoding="utf-8") as out:
        for b in bound:
            q = b.question
            line = {
                "id": q.id, "document": q.document, "kind": q.kind, "round": q.round, "question": q.question,
                "answers": b.answers, "helps": b.helps, "tempting": b.tempting, "stance": q.stance,
            }  # fmt: skip
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


def read(folder: Path, speller: Speller, context: bool = True) -> Material:
    """Read pages.jsonl and bound.jsonl of a folder."""
    pages = pages_.load([folder / "pages.jsonl"])
    candidates: list[Candidate] = []
    documents: dict[str, list[int]] = {}
    number: dict[tuple[str, int], int] = {}
    twins: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    for document, parts in pages.items():
        documents[document] = []
        for place, page, index in _sentences(parts):
            if not page.candidate(index):
                continue
            words = tuple(plain_words(page.quote(index)))
            if not words:
                continue
            number[document, place] = len(candidates)
            documents[document].append(len(candidates))
            twins[document, words].append(len(candidates))
            candidates.append(Candidate(document, speller.passage(page, index, context), words))
    questions = []
    for line in (folder / "bound.jsonl").read_text(encoding="utf-8").splitlines():
        q = json.loads(line)
        answers = _numbers(q["answers"], number)
        same = {t for a in answers for t in twins[candidates[a].document, candidates[a].words]}
        helps = (set(_numbers(q["helps"], number)) | same) - set(answers)
        tempting = [t for t in _numbers(q["tempting"], number) if t not in helps and t not in answers]
        stance = q.get("stance")
        questions.append(
            Asked(
                id=q["id"],
                document=q["document"],
                kind=q["kind"],
                round=q["round"],
                pieces=speller.question(q["question"]),
                answers=frozenset(answers),
                helps=frozenset(helps),
                tempting=tuple(tempting),
                stance=("yes", "no", "depends").index(stance) if stance and answers else None,
            )
        )
    return Material(candidates, documents, questions)


def _sentences(parts: Sequence[Page]) -> Iterable[tuple[int, Page, int]]:
    place = 0
    for page in parts:
        for index in range(len(page.sentences)):
            yield place, page, index
            place += 1


def _numbers(places: Iterable[tuple[str, int]], number: dict[tuple[str, int], int]) -> list[int]:
    return [number[d, s] for d, s in places if (d, s) in number]
