"""Sentences, items and rows of pages → statements: cleaned of marks, never re-worded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from hcpcs_rag.codes import is_code
from hcpcs_rag.domain import Draft, Question, Quote, Sentence
from hcpcs_rag.language import rejoined
from hcpcs_rag.retrieval import Found
from hcpcs_rag.tables import table_cells

MAX_ITEMS = 30
MAX_BACK = 2
"""Sentences looked back for what an "it" stands for."""
REFERS_BACK = re.compile(
    r"\W*(?:it|they|this(?! (?:hcpcs )?(?:code|policy|lcd|article|determination))|these|those|such|both|either|neither"
    r"|therefore|thus|consequently|hence|however|otherwise|the (?:same|latter|former))\b",
    re.IGNORECASE,
)
_CONCLUDES = re.compile(
    r"\W*(?:therefore|thus|consequently|hence|however|otherwise|accordingly|as a result|as such|if not|in that case)\b",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"\b(?:one|any|either|both|all|each|none|two|three|following|criteri(?:a|on))\b", re.IGNORECASE)
"""A lead that says how many of its items must hold."""
_TAGS = re.compile(r"</?(?:sub|sup|b|i|em|strong|u|br|p|span)\s*/?>", re.IGNORECASE)
_LEADS_ON = re.compile(r"(?:[,;]|\b(?:and|or))\W*$", re.IGNORECASE)
_MARKS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=[\w.,;:!?)])[*_](?!\w)|^[#>\-•*–]+\s+|(?<=\s)#{1,6}\s+")


def clean(text: str) -> str:
    """Return a sentence without marks of layout, tags and hyphens at the ends of lines; no word is changed."""
    text = rejoined(_TAGS.sub("", text))
    return " ".join(_MARKS.sub("", text.strip()).split()).lstrip("–-•* ").strip()


def say(found: Found) -> Draft:
    """State a sentence, an item or a row of a page."""
    if found.sentence.kind == "row":
        return _say_row(found)
    return Draft(with_stop(without_reply(clean(found.quote.text))), (found.quote,))


def _say_row(found: Found) -> Draft:
    """A row of a table, each cell behind the name of its column where the table names them."""
    page, row = found.page, found.sentence
    cells = table_cells(page.text[row.start : row.end])
    names = table_cells(page.text[slice(*row.header)]) if row.header else []
    quotes = [found.quote]
    if len(names) == len(cells) and row.header:
        quotes.append(Quote(page, *row.header))
        cells = [f"{clean(name)}: {cell}" for name, cell in zip(names, cells, strict=True)]
    elif is_code(cells[0].strip("* ")) and len(cells) > 1:
        return Draft(
            with_stop(f"{clean(cells[0])}: {'; '.join(clean(cell) for cell in cells[1:] if cell)}"), tuple(quotes)
        )
    return Draft(with_stop("; ".join(clean(cell) for cell in cells if cell)), tuple(quotes))


def say_all(chosen: Iterable[Found]) -> list[Draft]:
    """Sentences as statements: a lead with the items of its list, an item below its lead.

    An item of a list of which its lead says that one, either or all must hold says too little by itself: the whole
    list is told.
    """
    told: dict[tuple[str, int], Found] = {}
    for found in chosen:
        lead = lead_of(found)
        opening = lead if lead and _COUNTS.search(lead.quote.text) else found
        shown = [opening, *items_of(opening)] if opening.quote.text.endswith(":") else _in_context(found)
        for one in [lead, *shown] if lead else shown:
            told.setdefault((one.page.page_id, one.sentence.start), one)
    return [say(one) for one in told.values()]


def _in_context(found: Found) -> list[Found]:
    """A sentence with the one that says what its "it" is, and the one that draws its consequence."""
    sentences = [s for s in found.page.sentences if s.section == found.sentence.section and s.kind != "row"]
    at = next((i for i, s in enumerate(sentences) if s.start == found.sentence.start), None)
    if at is None or found.sentence.kind == "row":
        return [found]
    first = at
    while first and at - first < MAX_BACK and REFERS_BACK.match(_text(found, sentences[first])):
        first -= 1
    last = at + 1 if at + 1 < len(sentences) and _CONCLUDES.match(_text(found, sentences[at + 1])) else at
    return [replace(found, sentence=s) for s in sentences[first : last + 1]]


def _text(found: Found, sentence: Sentence) -> str:
    return found.page.text[sentence.start : sentence.end]


def lead_of(found: Found) -> Found | None:
    """The sentence that introduces the list in which an item stands, if it is one."""
    span = found.sentence.lead
    if span is None or found.sentence.kind != "item":
        return None
    lead = next((s for s in found.page.sentences if (s.start, s.end) == span), None)
    return replace(found, sentence=lead) if lead else None


def items_of(found: Found) -> list[Found]:
    """The items of the list that a sentence introduces, and of the lists within it."""
    spans = {(found.sentence.start, found.sentence.end)}
    items = []
    for sentence in found.page.sentences:
        if sentence.lead in spans and sentence.kind != "row" and sentence.start > found.sentence.start:
            items.append(replace(found, sentence=sentence))
            spans.add((sentence.start, sentence.end))
    return items[:MAX_ITEMS]


def without_reply(text: str) -> str:
    """A sentence without the Yes or No with which a page answers a question of its own."""
    plain = re.sub(r"^(?:Yes|No)[.,:;] +(?=\w)", "", text)
    return plain[:1].upper() + plain[1:] if plain != text else text


def with_stop(text: str) -> str:
    """Return a sentence with a stop at its end; what leads on to the next item of a list ends as it does."""
    return (
        text if _LEADS_ON.search(text) else text if text.endswith((".", "!", "?", ":", ";", '."', ".”")) else text + "."
    )


def listed(items: Sequence[str]) -> str:
    """Join names as a list reads: "A, B and C"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def subject_of(question: Question) -> str:
    """Return what a question is about, for a message."""
    return listed(list(question.codes + question.modifiers)) if question.codes or question.modifiers else "this"
