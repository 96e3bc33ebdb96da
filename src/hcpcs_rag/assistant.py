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

from hcpcs_rag import conflicts, facets
from hcpcs_rag.codes import find_codes
from hcpcs_rag.composition import text_of, together
from hcpcs_rag.domain import Answer, Disagreement, Draft, Question, Turn
from hcpcs_rag.grounding import Grounded, ground
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import foreign_language, stems
from hcpcs_rag.question.parting import Parted, part
from hcpcs_rag.question.reference import resolve
from hcpcs_rag.question.understanding import MAX_CHARS, understand
from hcpcs_rag.question.wording import demanded, is_courtesy, other_system, topic
from hcpcs_rag.retrieval import CodeHit, Evidence, rank_codes, retrieve
from hcpcs_rag.settings import Settings
from hcpcs_rag.writer.described import Written
from hcpcs_rag.writer.statements import clean, listed
from hcpcs_rag.writer.writing import write

NOT_FOUND = "I don't find that in the sources."
MAX_SUGGESTIONS = 3
NEAR_COVERAGE = 0.5
"""Share of a description's concepts a code must meet to be offered as close to it."""
_ALWAYS_CONFLICTING = frozenset({"define", "status", "compare"})
_PAIRS = frozenset({"pairing", "compatibility", "compare"})
_BEARING = {
    "Medicare coverage": {"coverage", "denials"},
    "status": {"coverage", "status", "billing"},
    "descriptor": {"coverage", "modifiers", "billing"},
    "units": {"units"},
    "code system": {"coverage"},
}
"""The facets on which each kind of disagreement with the release bears; one between rules bears on any pairing."""
_SUGGESTED = {
    "documentation": "What documentation does {code} need?",
    "modifiers": "Which modifiers are used with {code}?",
    "units": "How are units of {code} counted?",
    "denials": "Why are claims for {code} denied?",
    "coverage": "Is {code} covered by Medicare?",
    "payers": "What do commercial insurers say about {code}?",
    "place_of_service": "What is the place of service for {code}?",
    "specialty": "Which specialties use {code}?",
    "risks": "What are the risks of {code}?",
}


class Assistant:
    """Answers questions from one opened index; holds no conversation of its own."""

    def __init__(self, index: Index, on: date | None = None) -> None:
        """``on`` is the day for which codes are judged; without it, the release's first day."""
        self.index = index
        self._on = on

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
            several = self._ask_each(message, parted, history, clock)
        if several and answer.status != "answered" and several[0].status == "answered":
            return several
        return replace(answer, timings_ms=clock.times()), turn

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
        answer = self._refuse(question) or self._search(question, clock)
        return answer, Turn(question, answer.status, answer.codes)

    def _search(self, question: Question, clock: _Clock) -> Answer:
        evidence = retrieve(question, self.index)
        clock.lap("retrieve")
        on = question.on or self._release_day()
        written = write(question, evidence, self.index, on)
        found = self._disagreements(question, evidence, on)
        clock.lap("write")
        told = self._conflict_drafts(question, found, written)
        answer = self._compose(question, written, ground([*_without(written.drafts, told), *told]))
        clock.lap("ground")
        return answer

    # Before the search

    def _refuse(self, question: Question) -> Answer | None:
        """Decline what no source can answer: nothing asked, another code system, an unknown code."""
        if not any(c.isalnum() for c in question.message) or is_courtesy(question.message):
            return self._decline(
                question, "clarify", "Please ask about a HCPCS code, a modifier or a supply.", "nothing was asked"
            )
        unknown = [c for c in question.codes if self._is_unknown(c)]
        if unknown:
            return self._unknown(question, unknown)
        system = other_system(question.message)
        if system:
            text = f"{NOT_FOUND} {system} codes are another code system; the loaded sources hold HCPCS Level II codes."
            return self._decline(question, "abstained", text, f"looked for {system} codes")
        subjects = question.codes + question.modifiers
        if question.look_alikes and (not subjects or question.kind in _PAIRS):
            named = ", ".join(f"{x.text} looks like a {x.system} code" for x in question.look_alikes)
            text = f"{NOT_FOUND} {named}; the loaded sources hold HCPCS Level II codes."
            return self._decline(question, "abstained", text, f"not HCPCS Level II: {named}")
        if subjects:
            return None
        if question.malformed:
            shape = "a HCPCS Level II code is a letter from A to V and four digits"
            text = f"{NOT_FOUND} {', '.join(question.malformed)} cannot be a code: {shape}."
            return self._decline(question, "abstained", text, "not a code", self._near(question.malformed[0]))
        if question.facets and not topic(_bare(question)):
            text = "Which code or modifier do you mean?"
            return self._decline(question, "clarify", text, "no code was named")
        return None

    def _is_unknown(self, code: str) -> bool:
        index = self.index
        if code in index.known:
            return False
        return not (index.pages_about(code) or index.pages_mentioning(code))

    def _unknown(self, question: Question, unknown: Sequence[str]) -> Answer:
        release = self.index.release()
        where = f"{release.name} or any loaded page" if release else "any loaded page"
        text = f"{NOT_FOUND} {', '.join(unknown)} is not in {where}."
        if all(code.startswith("D") for code in unknown):
            text += " Codes that begin with D are dental codes (CDT)."
        near = self._near(unknown[0])
        if near:
            text += f" Known codes one slip away: {', '.join(near)}."
        return self._decline(question, "abstained", text, f"looked for {', '.join(unknown)} in {where}", near)

    def _near(self, code: str) -> tuple[str, ...]:
        return self.index.nearest(code)

    def _release_day(self) -> date:
        release = self.index.release()
        return release.effective if release else date.today()

    # After the search

    def _disagreements(self, question: Question, evidence: Evidence, on: date) -> list[Disagreement]:
        """Where pages about the codes asked for disagree with their records."""
        found: list[Disagreement] = []
        for record in map(self.index.full_record, evidence.records):
            release = next((r for r in self.index.releases if r.release_id == record.release_id), None)
            if record.kind == "code" and release:
                page = self.index.record_page(record)
                pages = self.index.pages_about(record.code) + self.index.pages_mentioning(record.code)
                found += conflicts.find(record, page, release, pages, on)
        if question.kind in ("pairing", "compatibility"):
            named = set(question.codes)
            pairs = [r for r in evidence.relations if len(named & {r.code, r.other}) == min(len(named), 2)]
            found += conflicts.between_rules(pairs, self.index.page)
        return found

    def _conflict_drafts(self, question: Question, found: Sequence[Disagreement], written: Written) -> list[Draft]:
        """The disagreements that bear on this answer, as statements: what the page says, official first."""
        if not written.drafts:
            return []
        cited = {(q.page.page_id, q.start) for d in written.drafts for q in d.quotes}
        always = question.kind in _ALWAYS_CONFLICTING
        drafts = []
        for d in found:
            asked = always or not _BEARING.keys() & {d.about} or _BEARING[d.about] & set(question.facets)
            if asked or (d.other_quote.page.page_id, d.other_quote.start) in cited:
                drafts.append(Draft(_conflict_text(d), (*d.official_quotes, d.other_quote), disagreement=d))
        return drafts

    def _compose(self, question: Question, written: Written, grounded: Grounded) -> Answer:
        if not grounded.statements:
            return self._abstain(question, written)
        return Answer(
            question=question.message,
            standalone=question.standalone,
            status="answered",
            text=text_of(grounded.statements)
            + (f"\n\nI don't find {written.unmet} in the sources." if written.unmet else ""),
            statements=grounded.statements,
            citations=grounded.citations,
            codes=find_codes(" ".join(s.text for s in grounded.statements)),
            conflicts=grounded.conflicts,
            suggestions=self._suggest(question),
            reason=f"looked for {written.unmet}" if written.unmet else None,
            release=self.index.release(question.on),
        )

    def _abstain(self, question: Question, written: Written) -> Answer:
        """Say that the sources do not hold it, what was looked for, and the closest that is known."""
        language = foreign_language(question.message)
        if language:
            text = f"{NOT_FOUND} I read questions in English only; this one looks like {language}."
            return self._decline(question, "abstained", text, f"not English: {language}", self._suggest(question))
        choices = self._choices(question)
        if choices:
            text = f"Which one do you mean: {listed(choices)}?"
            asked = tuple(f"{' '.join(question.standalone.rstrip('?').split())} ({c[:5]})?" for c in choices)
            return self._decline(question, "clarify", text, "several codes fit the description", asked)
        text = f"{NOT_FOUND} I looked for {written.missing}."
        text += _closest(written.near)
        return self._decline(question, "abstained", text, f"looked for {written.missing}", self._suggest(question))

    def _choices(self, question: Question) -> list[str]:
        """The codes that a question about "the cushion" may mean, where it names none and asks for what one has."""
        if question.codes or question.modifiers or not question.facets or demanded(question):
            return []
        thing = topic(_bare(question))
        wording = " ".join(concept.wording for concept in thing)
        near = rank_codes(wording, self.index, MAX_SUGGESTIONS) if thing else []
        fitting = [h for h in near if all(c.met_by(stems(h.record.long)) for c in thing)]
        held = (retrieve(replace(question, codes=(h.record.code,)), self.index).found for h in fitting)
        if "coverage" not in question.facets and not any(f.facet for found in held for f in found):
            return []
        return [f"{h.record.code} ({h.record.short or h.record.long[:60]})" for h in fitting]

    def _decline(
        self, question: Question, status: str, text: str, reason: str, suggestions: Sequence[str] = ()
    ) -> Answer:
        return Answer(
            question=question.message,
            standalone=question.standalone,
            status="clarify" if status == "clarify" else "abstained",
            text=text,
            codes=tuple(c for c in find_codes(text) if c in self.index.known),
            suggestions=tuple(s if " " in s else f"What is {s}?" for s in suggestions)[:MAX_SUGGESTIONS],
            reason=reason,
            release=self.index.release(question.on),
        )

    def _suggest(self, question: Question) -> tuple[str, ...]:
        """Follow-up questions that the pages about the code can answer."""
        suggestions: list[str] = []
        for code in question.codes[:1]:
            held = {s.facet for page in self.index.pages_about(code) for s in page.sections}
            held |= {"coverage"} if (record := self.index.record(code)) and record.coverage else set()
            suggestions = [t.format(code=code) for f, t in _SUGGESTED.items() if f in held and f not in question.facets]
            if question.kind != "pairing" and any(
                r.kind in ("use_with", "not_with") for r in self.index.relations(code)
            ):
                suggestions.insert(0, f"Which codes go with {code}?")
        return tuple(suggestions[:MAX_SUGGESTIONS])


def _bare(question: Question) -> Question:
    """The question without the words that ask for its facets, to see whether a topic is left."""
    return replace(question, standalone=facets.without_wording(question.standalone, question.facets))


def _without(drafts: Sequence[Draft], told: Sequence[Draft]) -> list[Draft]:
    """Leave out the sentences that are told as one side of a conflict."""
    official = [d for d in told if d.disagreement and d.disagreement.official_quotes[0].page.authority == "release"]
    shown = {(q.page.page_id, q.start) for draft in official for q in draft.quotes if q.page.authority != "release"}
    return [d for d in drafts if len(d.quotes) != 1 or (d.quotes[0].page.page_id, d.quotes[0].start) not in shown]


def _conflict_text(d: Disagreement) -> str:
    return f"{d.official}; {conflicts.WHO[d.other_quote.page.authority]} says: “{clean(d.other)}”"


def _closest(near: Sequence[CodeHit]) -> str:
    near = [hit for hit in near if hit.coverage >= NEAR_COVERAGE]
    if not near:
        return ""
    listed = "; ".join(f"{h.record.code} ({h.record.short or h.record.long[:60]})" for h in near)
    return f" The closest codes in the release are: {listed}."


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
