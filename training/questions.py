"""The questions of this folder: one JSON object a line, stretches named by the numbers of their words."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Stance = Literal["yes", "no", "depends"]
STANCES: tuple[Stance, ...] = ("yes", "no", "depends")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words first to last (both counted from 0, the last included) of a document's visible text."""

    document: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a document; without answers, the document does not hold one.

    `answers` state the answer or a decisive part of it, `helps` are near and neither right nor wrong, `tempting` look
    right and are not. `round` says when it was written (1 first set, 2 the harder one, 3 the third).
    """

    id: str
    document: str
    sha256: str
    question: str
    kind: str
    answers: tuple[Stretch, ...]
    helps: tuple[Stretch, ...]
    tempting: tuple[Stretch, ...]
    stance: Stance | None
    round: int

    def as_json(self) -> dict[str, Any]:
        """The line of the file; a stretch of another document names it."""

        def plain(stretch: Stretch) -> Any:
            pair = [stretch.first, stretch.last]
            return pair if stretch.document == self.document else {"document": stretch.document, "words": pair}

        line: dict[str, Any] = {
            "id": self.id,
            "document": self.document,
            "sha256": self.sha256,
            "question": self.question,
            "kind": self.kind,
            "answers": [plain(s) for s in self.answers],
            "helps": [plain(s) for s in self.helps],
            "tempting": [plain(s) for s in self.tempting],
            "round": self.round,
        }
        if self.stance:
            line["stance"] = self.stance
        return line

    @classmethod
    def from_json(cls, line: dict[str, Any]) -> "Question":
        """Read a line of the file."""

        def stretch(item: Any) -> Stretch:
            if isinstance(item, dict):
                return Stretch(item["document"], *item["words"])
            return Stretch(line["document"], *item)

        return cls(
            id=line["id"],
            document=line["document"],
            sha256=line["sha256"],
            question=line["question"],
            kind=line["kind"],
            answers=tuple(stretch(s) for s in line["answers"]),
            helps=tuple(stretch(s) for s in line["helps"]),
            tempting=tuple(stretch(s) for s in line["tempting"]),
            stance=line.get("stance"),
            round=line["round"],
        )


def load(folder: Path) -> Iterator[Question]:
    """All questions of a folder, in the order of its files."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield Question.from_json(json.loads(line))


def save(questions: Iterable[Question], path: Path) -> None:
    """Write questions, one a line."""
    with path.open("w", encoding="utf-8") as out:
        for question in questions:
            out.write(json.dumps(question.as_json(), ensure_ascii=False) + "\n")
