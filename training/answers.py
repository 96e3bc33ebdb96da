"""The product's whole answers against the marked sentences: is the right one quoted, first, and little besides?

The measures of the issue that asked for a trained reader, over the questions of a fold whose document is in the index.
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.domain import Answer, Citation
from training import pages as pages_
from training.calibrate import HALF, SAME, SHORT, Place, places
from training.split import fold
from training.words import plain_words


@dataclass(frozen=True, slots=True)
class Marked:
    """A question with the places of the sentences that answer it and of those that help."""

    question: str
    answers: list[Place]
    helps: list[Place]


def marked(data: Path, known: set[str], number: int) -> list[Marked]:
    """The questions of a fold whose document is among the pages `known`."""
    read = pages_.load([data / "pages.jsonl"])
    where = places(read)
    found = []
    for line in (data / "bound.jsonl").read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        if fold(asked["document"]) == number and known.issuperset(p.page_id for p in read[asked["document"]]):
            answers, helps = ([where[d, s] for d, s in asked[role]] for role in ("answers", "helps"))
            found.append(Marked(asked["question"], answers, helps))
    return found


def quoted(answer: Answer) -> list[Citation]:
    """What an answer quotes of pages, in the order in which it is read, without repeats."""
    by_number = {citation.number: citation for citation in answer.citations}
    order = dict.fromkeys(number for statement in answer.statements for number in statement.citations)
    return [by_number[n] for n in order if by_number[n].authority != "release"]


def measure_answers(assistant: Assistant, asked: list[Marked]) -> dict[str, float]:
    """The shares of the answerable questions of which an answering sentence is quoted, and is quoted first; of the quotes
    that answer; of the others that are met with silence."""
    counts: Counter[str] = Counter()
    texts = {page_id: assistant.index.page(page_id).text for page_id in assistant.index.page_ids()}
    for one in asked:
        answer, _ = assistant.ask(one.question)
        quotes = quoted(answer) if answer.status == "answered" else []
        right = [_at(quote, one.answers, texts) for quote in quotes]
        helping = [_at(quote, one.helps, texts) for quote in quotes]
        counts["quotes"] += len(quotes)
        counts["to the point"] += sum(right)
        counts["to the point or helping"] += sum(a or b for a, b in zip(right, helping, strict=True))
        if one.answers:
            counts["answerable"] += 1
            counts["answered"] += answer.status == "answered"
            counts["right quoted"] += any(right)
            counts["right first"] += right[:1] == [True]
        else:
            counts["unanswerable"] += 1
            counts["silent"] += answer.status != "answered"
    return {
        "answerable": counts["answerable"],
        **{k: round(counts[k] / max(counts["answerable"], 1), 3) for k in ("answered", "right quoted", "right first")},
        "unanswerable": counts["unanswerable"],
        "silent": round(counts["silent"] / max(counts["unanswerable"], 1), 3),
        "quotes": counts["quotes"],
        **{k: round(counts[k] / max(counts["quotes"], 1), 3) for k in ("to the point", "to the point or helping")},
    }


def _at(quote: Citation, marked_: list[Place], texts: dict[str, str]) -> bool:
    """Whether a quote is at a marked place, or says in another document what a marked sentence says."""
    own = set(plain_words(quote.quote))
    for page, start, end in marked_:
        shared = min(end, quote.end) - max(start, quote.start)
        if quote.page_id == page and shared >= HALF * min(end - start, quote.end - quote.start):
            return True
        words = set(plain_words(texts[page][start:end]))
        if len(words) > SHORT and len(own & words) >= SAME * max(len(own), len(words)):
            return True
    return False
