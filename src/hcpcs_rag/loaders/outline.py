"""Items as they are typed, one after another → the levels of their lists.

A mark that counts tells which list it goes on with. Bullets tell nothing, and pasted text has lost its indentation; there
the words tell: a line that ends in a colon opens a list, "criteria A – C" says how many items it has, "; or" that one more
follows, and a full stop behind items that end in semicolons that none does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hcpcs_rag.numbering import BULLET, Mark, announced, label_of, owed, readings

_JOINS = re.compile(r"[;,.]?\s*\b(and/or|and|or)\b\W*$", re.IGNORECASE)
_LEADS = re.compile(
    r":\W*$|\b(?:this|these|following) (?:criteri\w+|requirements?|conditions?)\s*;\W*$"
    r"|\b(?:following|below|one of these|all of these)\b[^.;:]{0,60}[.;:]?\W*$",
    re.IGNORECASE,
)
_OPENS = re.compile(r":\W*$|\b(?:this|these|following) (?:criteri\w+|requirements?|conditions?)\s*;\W*$", re.IGNORECASE)
_NUMBER = re.compile(r"\b(?:\d+|[ivx]+|[a-z])\b(?=\W*$)")
MAX_NAME_WORDS = 6
_CONSEQUENCE = re.compile(
    r"\W*(?:if|when|unless|where|once|failure to meet|beneficiaries who)\b[^.;]{0,120}\b(?:(?:these|those|the above|above|all(?: of)?(?: the)?"
    r"|any(?: of)?(?: the)?|either|both|none of(?: the)?|the(?: following)?)\s+)?(?:\w+\s+){0,2}(?:criteri(?:a|on)|conditions?|requirements?)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _List:
    """A list that may go on: what it stands under, how its items are marked, and what says that it ends."""

    under: int | None
    style: str
    indent: int
    labels: tuple[str, ...] = ()
    last: int = 0
    count: int = 0
    item: int = -1
    joined: str = ""
    one_more: bool = False
    complete: bool = False
    parted: bool = False
    owed: tuple[str, ...] = ()
    names: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Outline:
    """The lists that are open at a place of a document, outermost first, and those that may be taken up again."""

    open: list[_List] = field(default_factory=list)
    earlier: list[_List] = field(default_factory=list)
    lead: tuple[int, str] | None = None
    apart: int = 0

    def end(self) -> None:
        """A heading or a gap ends all lists."""
        self.open.clear()
        self.earlier.clear()
        self.lead = None
        self.apart = 0

    def paragraph(self, number: int, text: str, leads: bool) -> int | None:
        """Take a paragraph that leads to a list or does not; return the lead of the list to whose criteria it goes back."""
        above = self.open[0].under if self.open and _CONSEQUENCE.match(text) and not leads else None
        self.lead = (number, text) if leads else None
        self.apart += bool(self.open)
        return above

    def item(self, number: int, mark: str, indent: int, text: str) -> tuple[int | None, str | None]:
        """Take an item; return what it stands under, and its label."""
        marks = readings(mark)
        found = self._named_alike(text) or self._list_for(marks, indent)
        reading = next((m for m in marks if m.style == found.style), None)
        label = label_of(found.style.rstrip(".()"), reading.number) if reading else None
        if label is None and found.count < len(found.labels):
            label = found.labels[found.count]
        _note(found, reading.number if reading else found.last + 1, number, text)
        found.names.add(_name(text))
        self.lead = (number, text) if _OPENS.search(text) else None
        self.apart = 0
        return found.under, label

    def _named_alike(self, text: str) -> _List | None:
        """The open list that has an item of the same wording but for its number: "Criteria set 1:", "Criteria set 2:"."""
        for place in range(len(self.open) - 1, -1, -1):
            if _name(text) and _name(text) in self.open[place].names:
                self._close(place + 1)
                return self.open[place]
        return None

    def _list_for(self, marks: tuple[Mark, ...], indent: int) -> _List:
        """The list that an item goes on with, or the one that it opens."""
        going_on = self._counted(marks) if marks else None
        if self.lead and not (going_on and going_on is self._innermost() and marks[0].number > 1):
            under, text = self.lead
            if self.apart or not self.open or self.open[-1].item != under:
                self._close(0)  # the lead is a paragraph
            return self._start(under, marks, indent, announced(text))
        if going_on:
            return going_on
        if marks:
            nested = self._innermost() if not self.apart else None
            if nested is None:
                self._close(0)
            return self._start(nested.item if nested else None, marks, indent, ())
        return self._bulleted(indent)

    def _counted(self, marks: tuple[Mark, ...]) -> _List | None:
        """The list, of those open and then of those before, whose next number an item has."""
        for place in range(len(self.open) - 1, -1, -1):
            one = self.open[place]
            if any(m.style == one.style and m.number == one.last + 1 for m in marks):
                self._close(place + 1)
                return one
        for one in reversed(self.earlier):
            if any(m.style == one.style and m.number == one.last + 1 > 1 for m in marks):
                self._close(0)
                self.open.append(one)
                return one
        return None

    def _bulleted(self, indent: int) -> _List:
        """The list of an item whose mark does not count: by indentation, else by what says that a list ends."""
        if self.apart > 1 or (self.apart and not self._goes_on()):
            self._close(0)
        if not self.open:
            return self._start(None, (), indent, ())
        innermost = self.open[-1]
        if indent > innermost.indent and innermost.style == BULLET:
            return self._start(innermost.item, (), indent, ())
        while len(self.open) > 1 and (
            self.open[-1].indent > indent or (self.open[-1].complete and not self.open[-1].owed)
        ):
            self._close(len(self.open) - 1)
        last = self.open[-1]
        if last.complete and last.owed:  # "Criteria 1 and 2 are met." closes a list whose criteria follow it
            self._close(len(self.open) - 1)
            return self._start(last.item, (), indent, last.owed)
        return last

    def _goes_on(self) -> bool:
        """Say whether, behind a paragraph, an open list still wants items."""
        return any(one.one_more or one.owed or (one.labels and one.count < len(one.labels)) for one in self.open)

    def _innermost(self) -> _List | None:
        return self.open[-1] if self.open else None

    def _start(self, under: int | None, marks: tuple[Mark, ...], indent: int, labels: tuple[str, ...]) -> _List:
        first = next((m for m in marks if m.number == 1), marks[0] if marks else None)
        opened = _List(under, first.style if first else BULLET, indent, labels)
        self.open.append(opened)
        return opened

    def _close(self, place: int) -> None:
        """Close the lists from a place on; one that closes hands on to the list around it that one more follows."""
        while len(self.open) > place:
            closed = self.open.pop()
            self.earlier.append(closed)
            if self.open and closed.parted:
                self.open[-1].one_more = True


def _note(one: _List, number: int, item: int, text: str) -> None:
    """Note in a list that it has an item more, and whether that is its last."""
    joins = _JOINS.search(text)
    was_last = one.one_more
    one.last, one.count, one.item = number, one.count + 1, item
    one.owed += tuple(label for label in owed(text) if label not in one.owed + one.labels)
    one.one_more = False
    if joins and not (one.joined and joins[1].lower() != one.joined and was_last):
        one.joined = one.joined or joins[1].lower()
        one.one_more = True
    elif was_last and not one.labels:
        one.complete = True
        one.parted = bool(joins)  # "…; and" behind items joined by "or" speaks for the list around this one
    if one.labels and one.count >= len(one.labels):
        one.complete = True
        one.parted = one.parted or bool(joins)


def _name(text: str) -> str:
    """A short line that introduces a list, without its number; empty for any other."""
    bare = _NUMBER.sub("#", text.strip().lower())
    return bare if text.rstrip().endswith(":") and "#" in bare and len(bare.split()) <= MAX_NAME_WORDS else ""


def is_lead(text: str) -> bool:
    """Say whether a line introduces what follows: it ends in a colon, or speaks of the following."""
    return bool(_LEADS.search(text))


def is_unfinished(text: str) -> bool:
    """Say whether a line has no stop of any kind, so that a list right below it finishes what it says."""
    return text.rstrip()[-1:].isalnum()
