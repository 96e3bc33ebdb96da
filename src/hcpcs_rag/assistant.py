"""The composition root: ``ask(message, history) → Answer``.

Understand, retrieve, write, ground, and decide: answered, clarify or abstained. Whatever the evidence
does not carry is not said.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from hcpcs_rag.codes import find_codes
from hcpcs_rag.composition import text_of, together
from hcpcs_rag.declining import abstain, refuse
from hcpcs_rag.domain import Answer, Citation, Question, Turn
from hcpcs_rag.grounding import Grounded, cite, ground
from hcpcs_rag.index.opened import Index
from hcpcs_rag.question.parting import Parted, part
from hcpcs_rag.question.reference import resolve
from hcpcs_rag.question.understanding import MAX_CHARS, understand
from hcpcs_rag.reader import Reader, TrainedReader, read
from hcpcs_rag.retrieval import Evidence, retrieve
from hcpcs_rag.settings import Settings
from hcpcs_rag.suggesting import suggest
from hcpcs_rag.writer.described import Written
from hcpcs_rag.writer.disagreements import with_disagreements
from hcpcs_rag.writer.folding import folded, without_repeats
from hcpcs_rag.writer.selection import best_of, usable
from hcpcs_rag.writer.writing import write

LIKELY = 0.5
"""Chance from which one answer to a message of several questions stands for all of them."""
MAX_NEAREST, CLOSE_BY = 2, 0.1
"""Passages shown where nothing answers, and the chance below which one is not close."""


class Assistant:
    """Answers questions from one opened index; holds no conversation of its own."""

    def __init__(self, index: Index, on: date | None = None, reader: Reader | None = None) -> None:
        """``on`` is the day for which codes are judged; without it, the release's first day."""
        self.index = index
        self._on = on
        self._reader = reader or TrainedReader.shipped()

    @classmethod
    def open(cls, folder: Path, settings: Settings | None = None, on: date | None = None) -> Assistant:
        """Open the index in ``folder``. Raises ``IndexFolderError``."""
        return cls(Index(folder, settings or Settings()), on)

    def ask(self, message: str, history: Sequence[Turn] = ()) -> tuple[Answer, Turn]:
        """Answer a message; return the answer and the turn to append to the history.

        A message that asks several questions is answered question by question. Where the whole of a message finds
        no answer, what it asks is tried without the story around it.
        """
        clock = _Clock()
        parted = part(message[:MAX_CHARS])
        several = self._ask_each(message, parted, history, clock) if len(parted.asked) > 1 else None
        if several and all(answer.status == "answered" for answer in several[0].parts):
            return several
        answer, turn = self._ask_one(message, history, clock)
        if answer.status == "abstained" and parted.told and len(parted.asked) == 1:
            # Cut off from its story, a question is only answered by a sentence: a descriptor would answer the words that are left.
            alone = self._ask_each(message, parted, history, clock)
            several = alone if alone and alone[0].chance is not None else None
        # Two questions, each about a code of its own, are no question about the pair.
        merged = len(parted.asked) > 1 and turn.question.kind in ("compatibility", "compare")
        if several and several[0].status == "answered":
            # The whole may answer one part and pass over the others, which the parts say that they don't find.
            unsure = answer.chance is not None and answer.chance < LIKELY
            if answer.status != "answered" or merged or unsure:
                return several
        return replace(answer, timings_ms=clock.times()), turn

    def checked(self, answer: Answer, history: Sequence[Turn]) -> Answer:
        """Return an answer with only those of its suggestions that are answered, asked as the next message.

        Each takes the time of a question, so this is for faces that can wait. ``history`` ends with the answer's turn.
        """
        asked = tuple(s for s in answer.suggestions if self.ask(s, history)[0].status == "answered")
        return replace(answer, suggestions=asked)

    def _ask_each(
        self, message: str, parted: Parted, history: Sequence[Turn], clock: _Clock
    ) -> tuple[Answer, Turn] | None:
        """Answer the questions of a message by themselves, each as a follow-up to what stands before it.

        None where that would change what is asked (a question that is about no code in a message that names some), or
        where a question adds nothing.
        """
        before = list(history)
        if parted.told:
            story = understand(parted.told, (), self.index.known)
            before += [Turn(story, "answered", story.codes)] if story.codes or story.modifiers else []
        named = understand(message, (), self.index.known).codes
        answers = []
        told: set[str] = set()
        for asked in parted.asked:
            answer, turn = self._ask_one(asked, before, clock, parted.told)
            if answer.status == "answered" and {s.text for s in answer.statements} <= told:
                return None
            told |= {s.text for s in answer.statements}
            if named and not (turn.question.codes or turn.question.modifiers):
                return None
            answers.append(answer)
            before.append(turn)
        if len(answers) > 1:
            answer = together(message, answers)
        answer = replace(answer, question=message, timings_ms=clock.times())
        return answer, replace(before[-1], codes=answer.codes, status=answer.status)

    def _ask_one(self, message: str, history: Sequence[Turn], clock: _Clock, story: str = "") -> tuple[Answer, Turn]:
        question = replace(understand(message, history, self.index.known), told=story)
        question = resolve(replace(question, on=question.on or self._on), history, self.index)
        clock.lap("understand")
        answer = refuse(question, self.index) or self._search(question, clock)
        return answer, Turn(question, answer.status, answer.codes)

    def _search(self, question: Question, clock: _Clock) -> Answer:
        evidence = read(question, retrieve(question, self.index), self._reader)
        clock.lap("retrieve")
        on = question.on or self._release_day()
        written = write(question, evidence, self.index, on)
        drafts = with_disagreements(question, evidence, written, self.index, on)
        clock.lap("write")
        grounded = ground(folded(without_repeats([*written.standing, *drafts])))
        answer = self._compose(
            question,
            evidence,
            written,
            grounded,
            answered=bool(drafts) and len(grounded.statements) > len(written.standing),
        )
        clock.lap("ground")
        return answer

    def _release_day(self) -> date:
        release = self.index.release()
        return release.effective if release else date.today()

    def _compose(
        self, question: Question, evidence: Evidence, written: Written, grounded: Grounded, *, answered: bool
    ) -> Answer:
        if not answered:
            declined = abstain(question, written, grounded, self.index, suggest(question, self.index))
            return replace(declined, nearest=_nearest(evidence)) if declined.status == "abstained" else declined
        codes = find_codes(" ".join(s.text for s in grounded.statements))
        return Answer(
            question=question.message,
            standalone=question.standalone,
            status="answered",
            text=text_of(grounded.statements, written.unmet, written.note),
            statements=grounded.statements,
            citations=grounded.citations,
            codes=codes,
            conflicts=grounded.conflicts,
            suggestions=suggest(question, self.index, codes),
            reason=f"looked for {written.unmet}" if written.unmet else None,
            release=self.index.release(question.on),
            unmet=written.unmet,
            note=written.note,
            chance=_chance(grounded, evidence),
        )


def _chance(grounded: Grounded, evidence: Evidence) -> float | None:
    """The chance of the likeliest sentence that is quoted; ``None`` where none of those that were read is."""
    quoted = {(c.page_id, c.start, c.end) for c in grounded.citations}
    read_ = [f for f in evidence.found if f.meaning]
    chances = (f.chance for f in read_ if (f.page.page_id, f.sentence.start, f.sentence.end) in quoted)
    return max(chances, default=None)


def _nearest(evidence: Evidence) -> tuple[Citation, ...]:
    """The likeliest sentences where none is likely enough to answer; none that is sure not to."""
    close = [f for f in best_of([f for f in evidence.found if usable(f)], MAX_NEAREST) if f.chance >= CLOSE_BY]
    return tuple(cite(number, found.quote) for number, found in enumerate(close, 1))


class _Clock:
    """Milliseconds spent in each stage."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps = dict.fromkeys(("understand", "retrieve", "write", "ground"), 0.0)

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self._laps[stage] += (now - self._last) * 1000
        self._last = now

    def times(self) -> dict[str, float]:
        total = (time.perf_counter() - self._start) * 1000
        return {stage: round(ms, 2) for stage, ms in {**self._laps, "total": total}.items()}
