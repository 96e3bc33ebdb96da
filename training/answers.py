"""The product's whole answers against the marked sentences: is the right one quoted, first, and little besides?

The measures of the issue that asked for a trained reader, over the questions of a fold whose document is in the index.
"""

from collections import Counter

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.domain import Answer, Citation
from training.marked import Marked, Place, is_at, says


def quoted(answer: Answer) -> list[Citation]:
    """What an answer quotes of pages, in the order in which it is read, without repeats."""
    by_number = {citation.number: citation for citation in answer.citations}
    order = dict.fromkeys(number for statement in answer.statements for number in statement.citations)
    return [by_number[n] for n in order if by_number[n].authority != "release"]


def measure_answers(assistant: Assistant, asked: list[Marked]) -> dict[str, float]:
    """The shares of the answerable questions of which an answering sentence is quoted, and is quoted first; of the quotes
    that answer; of the others that are met with silence."""
    counts: Counter[str] = Counter()
    for one in asked:
        answer, _ = assistant.ask(one.question)
        quotes = quoted(answer) if answer.status == "answered" else []
        right = [_is_one(quote, one.answers, one.said) for quote in quotes]
        helping = [_is_one(quote, one.helps, one.helping) for quote in quotes]
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


def _is_one(quote: Citation, places: list[Place], said: list[frozenset[str]]) -> bool:
    return is_at((quote.page_id, quote.start, quote.end), places) or says(quote.quote, said)
