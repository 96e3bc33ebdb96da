"""Binds questions to the sentences of pages as they are cut today.

A document's words (words.py) are matched to the words of its pages (align.py); so a stretch becomes a set of words of
the pages. A sentence takes the role of a stretch if it covers at least half of the stretch's words, or the stretch
covers at least half of the sentence's. Where the pages order the text in another way, the stretch is looked up word
for word. What then has no sentence, no longer binds and is reported.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from training.align import align
from training.pages import Page
from training.questions import Question, Stance, Stretch
from training.words import plain_words, visible_text, words

HALF = 0.5
Place = tuple[str, int]  # a document and the number of a sentence, counted through its pages


@dataclass(frozen=True, slots=True)
class Bound:
    """A question with sentences for stretches."""

    question: Question
    answers: tuple[Place, ...]
    helps: tuple[Place, ...]
    tempting: tuple[Place, ...]

    @property
    def stance(self) -> Stance | None:
        """What the answer says to a polar question."""
        return self.question.stance


@dataclass
class Report:
    """What bound and what did not."""

    counts: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)


class Readings:
    """A document's words, its pages' words, and which sentence each of those stands in."""

    def __init__(self, source: list[str], pages: list[Page]) -> None:
        self.source = source
        self.words: list[str] = []
        self.home: list[int] = []
        self.size: list[int] = []
        self.candidate: list[bool] = []
        for page in pages:
            base = len(self.size)
            found = words(page.text)
            homes = [-1] * len(found)
            at = 0
            for index, sentence in enumerate(page.sentences):
                while at and found[at - 1].start >= sentence.start:
                    at -= 1
                while at < len(found) and found[at].start < sentence.start:
                    at += 1
                size = 0
                while at < len(found) and found[at].start < sentence.end:
                    homes[at] = base + index
                    size += 1
                    at += 1
                self.size.append(size)
                self.candidate.append(page.candidate(index))
            self.words += [w.text for w in found]
            self.home += homes
        self.match = align(self.source, self.words)

    def _sentences(self, places: Iterable[int], length: int) -> list[int]:
        shares = Counter(self.home[p] for p in places if self.home[p] >= 0)
        return sorted(
            sentence
            for sentence, share in shares.items()
            if self.candidate[sentence] and (share >= HALF * length or share >= HALF * self.size[sentence])
        )

    def bind(self, stretch: Stretch) -> list[int]:
        """The sentences that take the stretch's role."""
        length = stretch.last - stretch.first + 1
        places = [p for p in self.match[stretch.first : stretch.last + 1] if p is not None]
        if len(places) >= HALF * length and (found := self._sentences(places, length)):
            return found
        wanted = self.source[stretch.first : stretch.last + 1]
        for start in range(len(self.words) - length + 1):
            if self.words[start] == wanted[0] and self.words[start : start + length] == wanted:
                return self._sentences(range(start, start + length), length)
        return []


class Binder:
    """Binds the questions over a set of files and their pages."""

    def __init__(self, files: Mapping[str, Path], pages: Mapping[str, list[Page]]) -> None:
        self.files = files
        self.pages = pages
        self.readings: dict[str, Readings] = {}
        self.hashes: dict[str, str] = {}
        self.report = Report()

    def reading(self, document: str) -> Readings | None:
        """The two readings of a document, or None where a file or its pages are missing."""
        if document not in self.readings:
            if document not in self.files or document not in self.pages:
                return None
            path = self.files[document]
            self.readings[document] = Readings(plain_words(visible_text(path)), self.pages[document])
            self.hashes[document] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self.readings[document]

    def _role(self, question: Question, role: str, stretches: Iterable[Stretch]) -> list[Place]:
        places: list[Place] = []
        for stretch in stretches:
            reading = self.reading(stretch.document)
            found = reading.bind(stretch) if reading else []
            self.report.counts[f"{role} {'bound' if found else 'lost'}"] += 1
            if not found:
                gone = " ".join(reading.source[stretch.first : stretch.last + 1]) if reading else "no page"
                self.report.lost.append(f"{question.id} {role}: {gone}")
            places += [(stretch.document, sentence) for sentence in found]
        return list(dict.fromkeys(places))

    def bind(self, question: Question) -> Bound | None:
        """Bind one question; None if its document changed or is missing, or none of its answers binds."""
        if self.reading(question.document) is None:
            self.report.counts["questions without a page"] += 1
            return None
        if self.hashes[question.document] != question.sha256:
            self.report.counts["questions to a file that changed"] += 1
            return None
        answers = self._role(question, "answers", question.answers)
        helps = [p for p in self._role(question, "helps", question.helps) if p not in answers]
        tempting = [
            p for p in self._role(question, "tempting", question.tempting) if p not in answers and p not in helps
        ]
        if question.answers and not answers:
            self.report.counts["questions lost"] += 1
            return None
        self.report.counts["questions bound"] += 1
        return Bound(question, tuple(answers), tuple(helps), tuple(tempting))
