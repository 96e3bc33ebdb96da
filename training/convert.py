"""Makes the questions of this folder from raw ones, whose stretches are verbatim text.

A stretch that the document holds once is found there. One that repeats is taken where it stands nearest to the
question's other stretches. One that is nowhere word for word (the raw questions were written against other readings
of the same document) is taken at the window that shares the most of its words in order, if that is nearly all of them.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from training.questions import Question, Stretch, save
from training.words import plain_words, visible_text

NEARLY = 0.85
TAG = re.compile(r"</?(?:sub|sup)>")
SUFFIXES = (".html", ".md", ".txt")


@dataclass
class Document:
    """A file as words, with an index of where each word stands."""

    name: str
    sha256: str
    words: list[str]
    places: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, path: Path) -> "Document":
        """Read a file."""
        found = cls(path.stem, hashlib.sha256(path.read_bytes()).hexdigest(), plain_words(visible_text(path)))
        for place, word in enumerate(found.words):
            found.places[word].append(place)
        return found

    def exact(self, wanted: Sequence[str]) -> list[int]:
        """Where a run of words begins."""
        if not wanted:
            return []
        rarest = min(range(len(wanted)), key=lambda i: len(self.places.get(wanted[i], ())))
        starts = (place - rarest for place in self.places.get(wanted[rarest], ()))
        return [s for s in starts if s >= 0 and self.words[s : s + len(wanted)] == list(wanted)]

    def near(self, wanted: Sequence[str]) -> tuple[int, int] | None:
        """The window that shares nearly all of the words in order."""
        if len(wanted) < 3:
            return None
        votes: Counter[int] = Counter()
        for i, word in enumerate(wanted):
            places = self.places.get(word, ())
            if len(places) <= 200:
                votes.update({(place - i) // 4 for place in places})
        best: tuple[float, int, int] | None = None
        for bucket, _ in votes.most_common(5):
            begin = max(0, bucket * 4 - 8)
            window = self.words[begin : begin + len(wanted) + 24]
            blocks = SequenceMatcher(None, window, list(wanted), autojunk=False).get_matching_blocks()[:-1]
            share = sum(block.size for block in blocks) / len(wanted)
            if blocks and (best is None or share > best[0]):
                best = share, begin + blocks[0].a, begin + blocks[-1].a + blocks[-1].size - 1
        return None if best is None or best[0] < NEARLY else best[1:]


class Converter:
    """Finds stretches in documents and counts how."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self.paths: dict[str, Path] = {}
        for folder in folders:
            for suffix in SUFFIXES:
                for path in sorted(folder.glob(f"*{suffix}")):
                    self.paths.setdefault(path.stem, path)
        self.documents: dict[str, Document] = {}
        self.counts: Counter[str] = Counter()
        self.lost: list[str] = []

    def document(self, name: str) -> Document:
        """The document of that name, read once."""
        if name not in self.documents:
            self.documents[name] = Document.read(self.paths[name])
        return self.documents[name]

    def convert(self, raw: dict[str, Any], round_: int) -> Question:
        """Convert one raw question."""
        document = self.document(raw["document"])
        found: dict[str, list[Stretch]] = {}
        repeats: list[tuple[str, int, Document, list[int], int]] = []
        for role in ("answers", "helps", "tempting"):
            found[role] = []
            for item in raw.get(role, ()):
                elsewhere = isinstance(item, dict)
                home = self.document(item["document"]) if elsewhere else document
                text = item["text"] if elsewhere else item
                wanted = plain_words(TAG.sub("", text))
                starts = home.exact(wanted)
                if len(starts) == 1:
                    self.counts["exact"] += 1
                    found[role].append(Stretch(home.name, starts[0], starts[0] + len(wanted) - 1))
                elif starts:
                    self.counts["repeated"] += 1
                    repeats.append((role, len(found[role]), home, starts, len(wanted)))
                elif near := home.near(wanted):
                    self.counts["nearly"] += 1
                    found[role].append(Stretch(home.name, *near))
                else:
                    self.counts["lost"] += 1
                    self.lost.append(f"{raw['document']} {role}: {text}")
        for role, _, home, starts, size in repeats:
            known = [s.first for stretches in found.values() for s in stretches if s.document == home.name]
            start = min(starts, key=lambda s: min((abs(s - k) for k in known), default=0))
            taken = Stretch(home.name, start, start + size - 1)
            if taken not in found[role]:
                found[role].append(taken)
        key = hashlib.sha256(raw["question"].encode()).hexdigest()[:8]
        if raw.get("answers") and not found["answers"]:
            self.counts["questions without any answer found"] += 1
        return Question(
            id=f"{document.name}-{key}",
            document=document.name,
            sha256=document.sha256,
            question=raw["question"],
            kind=raw["kind"],
            answers=tuple(sorted(found["answers"], key=lambda s: s.first)),
            helps=tuple(found["helps"]),
            tempting=tuple(found["tempting"]),
            stance=raw.get("stance"),
            round=round_,
        )


def convert(raw: dict[int, list[Path]], folders: list[Path], out: Path) -> Converter:
    """Convert raw files by round into one file a document (all short corpus pages in one)."""
    converter = Converter(folders)
    made: dict[str, dict[str, Question]] = defaultdict(dict)
    for round_, paths in raw.items():
        for path in paths:
            for line in path.read_text(encoding="utf-8").splitlines():
                item = json.loads(line)
                question = converter.convert(item, round_)
                if item["answers"] and not question.answers:
                    continue
                home = "corpus_pages" if converter.paths[question.document].suffix == ".md" else question.document
                if question.id in made[home]:
                    converter.counts["questions asked twice"] += 1
                made[home][question.id] = question
    out.mkdir(parents=True, exist_ok=True)
    for home, questions in made.items():
        save(questions.values(), out / f"{home}.jsonl")
        converter.counts["questions"] += len(questions)
    return converter
