"""Facts of official records → statements, each with the line of the record that holds it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from hcpcs_rag.domain import CodeRecord, Draft, Quote
from hcpcs_rag.index.opened import Index
from hcpcs_rag.indicators import COVERAGE_MEANING, NEVER_PAID, pricing_text
from hcpcs_rag.recordpage import field_quote
from hcpcs_rag.retrieval import Found
from hcpcs_rag.writer.statements import decided, listed, with_stop

LEFT_OPEN = {"C": "left to carrier judgment", "D": "special coverage instructions apply"}
"""Coverage letters that leave the case open, in words."""
MAX_CHAIN = 3
"""Successors followed of a successor that ended itself."""


def ended_mark(record: CodeRecord, index: Index, on: date) -> str:
    """Say that a code has ended, as a mark beside its name; empty while it may be used."""
    full = index.full_record(record)
    return f"ended {full.ended.isoformat()}" if full.ended and full.status(on) == "ended" else ""


def naming_quotes(record: CodeRecord, index: Index, on: date) -> tuple[Quote, ...]:
    """The lines of a record page from the code to its descriptor, and that of its end where the code has ended."""
    page = index.record_page(record)
    last = field_quote(page, "long" if record.long else "code")
    quotes = (Quote(page, field_quote(page, "code").start, last.end),)
    if not ended_mark(record, index, on):
        return quotes
    return (*quotes, field_quote(index.record_page(index.full_record(record)), "ended"))


def descriptor(record: CodeRecord, index: Index, on: date) -> Draft:
    """State a code's official descriptor, beside a mark where the code has ended."""
    name = f"Modifier {record.code}" if record.kind == "modifier" else record.code
    mark = ended_mark(record, index, on)
    named = f"{name} ({mark})" if mark else name
    return Draft(with_stop(f"{named}: {record.long}"), naming_quotes(record, index, on))


def coverage_fact(
    record: CodeRecord, index: Index, on: date, *, verdict: bool = False, alone: bool = False
) -> list[Draft]:
    """State a code's Medicare coverage as the release has it.

    ``verdict`` opens with "No" where Medicare never pays, and, where nothing else is asked (``alone``), with "Depends"
    where the release leaves the case open.
    """
    record = index.full_record(record)
    if not record.coverage:
        return []
    page = index.record_page(record)
    text = f"{release_name(record, index)}: {_coverage_words(record)} (coverage {record.coverage})"
    fact = _with_successor(text, field_quote(page, "coverage"), record, index, on)
    if verdict and record.coverage in NEVER_PAID:
        return [decided("no", fact)]
    return [decided("depends", fact) if verdict and alone and record.coverage in LEFT_OPEN else fact]


def tells_coverage(draft: Draft) -> bool:
    """Say whether a statement is a fact on Medicare coverage."""
    first = draft.quotes[0]
    return any(s.label == "coverage" and s.start == first.start for s in first.page.sentences)


def _with_successor(text: str, quote: Quote, record: CodeRecord, index: Index, on: date) -> Draft:
    """A fact, and the codes that the release names to use instead, if any."""
    if not record.see_instead:
        return Draft(f"{text}.", (quote,))
    named, quotes = _successors(record, index, on)
    return Draft(f"{text}; see {named}.", (quote, *quotes))


def _successors(record: CodeRecord, index: Index, on: date, depth: int = MAX_CHAIN) -> tuple[str, tuple[Quote, ...]]:
    """The codes that the release names to use instead, as a list reads; those that ended in turn, with their own."""
    quotes = [field_quote(index.record_page(record), "see_instead")]
    names = []
    for code in record.see_instead:
        found = index.record(code)
        following = index.full_record(found) if found else None
        if not following or following.status(on) != "ended":
            names.append(code)
            continue
        told = ended_mark(following, index, on)
        quotes.append(field_quote(index.record_page(following), "ended"))
        if following.see_instead and depth:
            further, more = _successors(following, index, on, depth - 1)
            told, quotes = f"{told}, see {further}", [*quotes, *more]
        names.append(f"{code} ({told})")
    return listed(names), tuple(quotes)


def coverage_cell(record: CodeRecord) -> str:
    """Return what a table shows of a coverage fact: its words without the code."""
    letter = record.coverage
    return LEFT_OPEN.get(letter) or COVERAGE_MEANING.get(letter, "of unpublished coverage")


def _coverage_words(record: CodeRecord) -> str:
    """A coverage letter in words that promise no more than it does: C and D leave the case open."""
    words = coverage_cell(record)
    match record.coverage:
        case "C":
            return f"Medicare coverage of {record.code} is {words}"
        case "D":
            return f"{words} to {record.code}"
        case _:
            return f"{record.code} is {words}"


def release_name(record: CodeRecord, index: Index) -> str:
    """Return the name of the release a record is of."""
    return next((r.name for r in index.releases if r.release_id == record.release_id), "CMS")


def ended_fact(record: CodeRecord, index: Index, on: date) -> list[Draft]:
    """State that a code has ended, where it has."""
    if record.status(on) != "ended" or not record.ended:
        return []
    page = index.record_page(record)
    text = f"{record.code} has ended: its last day of use was {record.ended.isoformat()}"
    return [_with_successor(text, field_quote(page, "ended"), record, index, on)]


def standing(record: CodeRecord, index: Index, on: date) -> list[Draft]:
    """State what comes before anything else that is said of a code: that it has ended, or that Medicare never pays."""
    full = index.full_record(record)
    if ended := ended_fact(full, index, on):
        return ended
    return coverage_fact(full, index, on) if full.coverage in NEVER_PAID else []


def modifier_meanings(chosen: Sequence[Found], index: Index, on: date) -> list[Draft]:
    """The official descriptors of the modifiers the chosen sentences name."""
    names = [
        m
        for f in chosen
        for m in re.findall(
            r"[\"“(]([A-Z][A-Z0-9])[\"”)]|\b([A-Z][A-Z0-9]) modifier|\bmodifier ([A-Z][A-Z0-9])\b", f.quote.text
        )
    ]
    flat = dict.fromkeys(name for group in names for name in group if name and index.is_modifier(name))
    records = [r for name in flat if (r := index.record(name))]
    return [descriptor(record, index, on) for record in records]


def see_instead_fact(record: CodeRecord, index: Index, on: date) -> list[Draft]:
    """State the codes that the release names to use instead, if any."""
    if not record.see_instead:
        return []
    named, quotes = _successors(record, index, on)
    return [Draft(f"CMS names {named} to see instead of {record.code}.", quotes)]


def status_facts(record: CodeRecord, index: Index, day: date, *, answer_first: bool) -> list[Draft]:
    """State whether a code can be used on a day, and its dates.

    ``answer_first`` opens with Yes or No, as an answer to "is it still valid".
    """
    page, code = index.record_page(record), record.code
    status = record.status(day)
    # A code that the newest whole release no longer lists is not called valid on the word of an older one.
    whole = index.whole_release()
    listed_now = whole is None or index.in_release(code, whole)
    drafts: list[Draft] = []
    if status == "ended" and record.ended:
        text = f"{code} ended on {record.ended.isoformat()}, its last day of use."
        drafts.append(Draft(text, (field_quote(page, "ended"),)))
    elif status == "unknown" and record.added:
        text = f"{code} came later: it was added on {record.added.isoformat()}."
        drafts.append(Draft(text, (field_quote(page, "added"),)))
    elif record.added or record.ended:
        until = f"its last day of use is {record.ended.isoformat()}" if record.ended else "no end date on record"
        release = index.release()
        past = release is not None and record.status(release.effective) == "ended"
        active = "was active on that day" if past else f"is active in {release_name(record, index)}"
        text = f"{code} {active}: {until}."
        drafts.append(Draft(text, (field_quote(page, "ended"), field_quote(page, "code"))))
    if answer_first and drafts and (listed_now or status != "active"):
        drafts = [decided("yes" if status == "active" else "no", drafts[0])]
    if record.added:
        text = f"{code} was added on {record.added.isoformat()}."
        drafts.append(Draft(text, (field_quote(page, "added"),), more=bool(drafts)))
    if record.changed and record.changed != record.added:
        text = f"{code} was last changed on {record.changed.isoformat()}."
        drafts.append(Draft(text, (field_quote(page, "changed"),), more=bool(drafts)))
    return drafts + see_instead_fact(record, index, day)


def pricing_words(record: CodeRecord) -> str:
    """Return a code's pricing indicators with their meaning."""
    return "; ".join(map(pricing_text, record.pricing))


def pricing_fact(record: CodeRecord, index: Index) -> Draft:
    """State a code's pricing indicators."""
    quote = field_quote(index.record_page(record), "pricing")
    return Draft(f"{record.code} pricing indicator: {pricing_words(record)}.", (quote,))
