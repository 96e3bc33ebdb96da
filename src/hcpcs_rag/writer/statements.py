"""Sentences, items and rows of pages → statements: cleaned of marks, never re-worded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from hcpcs_rag.codes import is_code
from hcpcs_rag.domain import OPENINGS, Draft, Question, Quote, Row, Sentence, Verdict
from hcpcs_rag.language import rejoined
from hcpcs_rag.numbering import referred
from hcpcs_rag.retrieval import Found
from hcpcs_rag.tables import table_cells

MAX_ITEMS = 30
MAX_BACK = 2
"""Sentences looked back for what an "it" stands for."""
REFERS_BACK = re.compile(
    r"\W*(?:it|they|this(?! (?:hcpcs )?(?:code|policy|lcd|article|determination))|these|those|such|both|either|neither"
    r"|therefore|thus|consequently|hence|however|otherwise|the (?:same|latter|former)|(?:\w+ ){1,3}also)\b",
    re.IGNORECASE,
)
"""How a sentence begins that goes back to the one before it, or goes on with it ("The supplier also keeps …")."""
_CONCLUDES = re.compile(
    r"\W*(?:therefore|thus|consequently|hence|however|otherwise|accordingly|as a result|as such|if not|in that case)\b",
    re.IGNORECASE,
)
MAX_REFERRED, MARK_CHARS = 4, 8
_MARK_BEFORE = re.compile(r"\(?[A-Za-z0-9]{1,5}[.)] $")
_COUNTS = re.compile(r"\b(?:both|all|each|two|three)\b", re.IGNORECASE)
"""A lead of which several items must hold, so that one of them alone says too little."""
_TAGS = re.compile(r"</?(?:sub|sup|b|i|em|strong|u|br|p|span)\s*/?>", re.IGNORECASE)
_LEADS_ON = re.compile(r"(?:[,;]|\b(?:and|or))\W*$", re.IGNORECASE)
_MARKS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=[\w.,;:!?)])[*_](?!\w)|^[#>\-•*–]+\s+|(?<=\s)#{1,6}\s+")


def clean(text: str) -> str:
    """Return a sentence without marks of layout, tags and hyphens at the ends of lines; no word is changed."""
    text = rejoined(_TAGS.sub("", text))
    return " ".join(_MARKS.sub("", text.strip()).split()).lstrip("–-•* ").strip()


def decided(verdict: Verdict, draft: Draft) -> Draft:
    """Return a statement that opens with a verdict."""
    return replace(draft, text=OPENINGS[verdict] + draft.text, verdict=verdict)


def undecided(draft: Draft) -> Draft:
    """Return a statement without the verdict that it opens with."""
    return (
        replace(draft, text=draft.text.removeprefix(OPENINGS[draft.verdict]), verdict=None) if draft.verdict else draft
    )


def say(found: Found) -> Draft:
    """State a sentence, an item or a row of a page."""
    if found.sentence.kind == "row":
        return _say_row(found)
    mark = _mark(found)
    start = found.sentence.start - len(mark)
    told = mark + without_reply(clean(found.quote.text))
    return Draft(with_stop(told), (Quote(found.page, start, found.sentence.end),))


def _mark(found: Found) -> str:
    """The number or letter of an item as it stands right before it in the text; empty where the text has lost it."""
    label, start = found.sentence.label, found.sentence.start
    match = _MARK_BEFORE.search(found.page.text, max(start - MARK_CHARS, 0), start) if label else None
    return match.group() if match and label and label in match.group() else ""


def _say_row(found: Found) -> Draft:
    """A row of a table, each cell behind the name of its column where the table names them."""
    page, row = found.page, found.sentence
    cells = table_cells(page.text[row.start : row.end])
    names = table_cells(page.text[slice(*row.header)]) if row.header else []
    quotes = [found.quote]
    if len(names) == len(cells) and row.header:
        quotes.append(Quote(page, *row.header))
        drawn = Row((page.page_id, row.header[0]), tuple(map(clean, names)), tuple(map(clean, cells)))
        told = [f"{name}: {cell}" for name, cell in zip(drawn.columns, drawn.cells, strict=True) if cell]
        return Draft(with_stop("; ".join(told)), tuple(quotes), row=drawn)
    if is_code(cells[0].strip("* ")) and len(cells) > 1:
        return Draft(
            with_stop(f"{clean(cells[0])}: {'; '.join(clean(cell) for cell in cells[1:] if cell)}"), tuple(quotes)
        )
    return Draft(with_stop("; ".join(clean(cell) for cell in cells if cell)), tuple(quotes))


def say_all(chosen: Iterable[Found]) -> list[Draft]:
    """Sentences as statements, each with what its sense needs, told in the order of ``chosen``.

    An item is told behind its leads and the items around its list, a sentence that goes back to another behind that one, as
    one statement whose first quote is the sentence itself. A lead is told with its list; so is an item of a list of which
    several must hold. A sentence that refers to a criterion by its label has that criterion.
    """
    told: dict[tuple[str, int], Found] = {}
    drafts: list[Draft] = []

    def tell(found: Found, before: Sequence[Found] = (), item: bool = False) -> None:
        fresh = [one for one in before if _place(one) not in told]
        if _place(found) not in told:
            told.update({_place(one): one for one in [*fresh, found]})
            drafts.append(replace(_behind(found, fresh), item=item))

    asked = list(chosen)
    asked_of = Counter(_place(lead) for f in asked if f.sentence.kind == "item" for lead in leads_of(f)[-1:])
    for found in asked:
        above = leads_of(found)
        if found.quote.text.endswith(":"):
            tell(found, [*above, *_same_item(found)])
            for item in items_of(found):
                tell(item, item=True)
        elif above and asked_of[_place(above[-1])] > 1 and _COUNTS.search(above[-1].quote.text):
            tell(above[-1], above[:-1])
            for item in items_of(above[-1]):
                tell(item, item=True)
        else:
            before, after = _around(found)
            tell(found, [*above, *before])
            for one in after:
                tell(one)
    for found in asked:
        for one in _referred(found):
            tell(one)
    return drafts


def _place(found: Found) -> tuple[str, int]:
    return (found.page.page_id, found.sentence.start)


def _behind(found: Found, before: Sequence[Found]) -> Draft:
    """A sentence behind others, as one statement; its own quote comes first."""
    own, others = say(found), [say(one) for one in before]
    text = " ".join(draft.text for draft in [*others, own])
    return Draft(text, (*own.quotes, *(quote for draft in others for quote in draft.quotes)))


def say_with_leads(chosen: Iterable[Found]) -> list[Draft]:
    """Sentences, each below its leads and with the list that it opens, and no other item of its own list."""
    told: dict[tuple[str, int], tuple[Found, bool]] = {}
    for found in chosen:
        listed_ = items_of(found)
        for one in [*leads_of(found), found, *listed_]:
            told.setdefault(_place(one), (one, one in listed_))
    return [replace(say(one), item=item) for one, item in told.values()]


def _same_item(found: Found) -> list[Found]:
    """The sentences of an item that stand before one of its own, which may be what that speaks of."""
    low = found.page.text.rfind("\n", 0, found.sentence.start) + 1
    before = (s for s in found.page.evidence() if low <= s.start < found.sentence.start)
    return [replace(found, sentence=s) for s in before if s.kind == found.sentence.kind == "item"]


def _referred(found: Found) -> list[Found]:
    """The items that a sentence refers to by their labels: the nearest of each above it on its page, else below it."""
    items = []
    for label in referred(found.quote.text)[:MAX_REFERRED]:
        named = [s for s in found.page.evidence() if s.label == label and s.kind == "item"]
        before = [s for s in named if s.start < found.sentence.start]
        nearest = before[-1:] or named[:1]
        items += [replace(found, sentence=s) for s in nearest if s.headings == found.sentence.headings]
    return items if len(items) == len(referred(found.quote.text)) else []


def _around(found: Found) -> tuple[list[Found], list[Found]]:
    """The sentences before one that say what its "it" is, and the one after it that draws its consequence."""
    sentences = [s for s in found.page.evidence() if s.section == found.sentence.section and s.kind != "row"]
    at = next((i for i, s in enumerate(sentences) if s.start == found.sentence.start), None)
    if at is None or found.sentence.kind == "row":
        return [], []
    first = at
    while first and at - first < MAX_BACK and REFERS_BACK.match(_text(found, sentences[first])):
        first -= 1
    after = [s for s in sentences[at + 1 : at + 2] if _CONCLUDES.match(_text(found, s))]
    return [replace(found, sentence=s) for s in sentences[first:at]], [replace(found, sentence=s) for s in after]


def _text(found: Found, sentence: Sentence) -> str:
    return found.page.text[sentence.start : sentence.end]


def leads_of(found: Found) -> list[Found]:
    """The sentences that a sentence stands under, outermost first: leads of lists, and items around inner lists."""
    spans = found.sentence.under if found.sentence.kind != "row" else ()
    above = (s for low, high in spans for s in found.page.evidence() if low <= s.start and s.end <= high)
    return [replace(found, sentence=lead) for lead in above]


def items_of(found: Found) -> list[Found]:
    """The items of the list that a sentence introduces, and of the lists within it."""
    items = []
    for sentence in found.page.evidence():
        inside = any(low <= found.sentence.start and found.sentence.end <= high for low, high in sentence.under)
        if inside and sentence.kind != "row" and sentence.start > found.sentence.start:
            items.append(replace(found, sentence=sentence))
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


def listed(items: Sequence[str], last: str = "and") -> str:
    """Join names as a list reads: "A, B and C"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"


def subject_of(question: Question) -> str:
    """Return what a question is about, for a message."""
    return listed(list(question.codes + question.modifiers)) if question.codes or question.modifiers else "this"
