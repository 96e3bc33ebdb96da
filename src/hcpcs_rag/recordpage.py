"""A CMS record → a page, so that the official word can be cited like any other: one line a field, each with its span."""

from __future__ import annotations

from typing import Literal

from hcpcs_rag.domain import CodeRecord, Facet, Page, Quote, Release, Section, Sentence
from hcpcs_rag.indicators import COVERAGE_MEANING, pricing_text

Field = Literal["code", "long", "short", "coverage", "added", "changed", "ended", "see_instead", "pricing"]
"""The fields that answers rest on; ``Sentence.label`` names the line that holds each."""


def coverage_text(record: CodeRecord) -> str:
    """Say a record's Medicare coverage in words, empty if the release does not say."""
    if not record.coverage:
        return ""
    return f"{record.coverage} ({COVERAGE_MEANING.get(record.coverage, 'meaning not published')})"


def _lines(record: CodeRecord) -> list[tuple[Field | None, str, str]]:
    """The fields of a record as its page shows them: label, name and value, in order; those that are empty left out."""
    ended = f"{record.ended.isoformat()} (last day of use)" if record.ended else "no end date on record"
    dated = record.added is not None or record.ended is not None  # a list without dates says nothing of ends
    lines: list[tuple[Field | None, str, str]] = [
        ("code", "Modifier" if record.kind == "modifier" else "Code", record.code),
        ("long", "Official descriptor", record.long),
        ("short", "Short descriptor", record.short),
        ("coverage", "Medicare coverage", coverage_text(record)),
        ("added", "Added", record.added.isoformat() if record.added else ""),
        ("changed", "Last changed", record.changed.isoformat() if record.changed else ""),
        ("ended", "Ended", ended if dated else ""),
        ("see_instead", "See instead", ", ".join(record.see_instead)),
        ("pricing", "Pricing", "; ".join(map(pricing_text, record.pricing))),
        *((None, name, value) for name, value in record.further),
    ]
    return [line for line in lines if line[2]]


def record_page(record: CodeRecord, release: Release, source: str, digest: str) -> Page:
    """Render a record as a page."""
    title = f"{record.code} in {release.name}"
    text = title + "\n"
    sentences = []
    for label, name, value in _lines(record):
        start = len(text)
        text += f"{name}: {value}\n"
        sentences.append(Sentence(start, len(text) - 1, "fact", 0, label))
    section = Section(0, "Official record", Facet.DEFINITION, sentences[0].start, len(text) - 1)
    return Page(
        page_id=f"{release.release_id}/{record.code}",
        title=title,
        text=text,
        source=source,
        authority="release",
        digest=digest,
        subjects=(record.code,),
        publisher="CMS",
        read_on=release.effective.isoformat(),
        sections=(section,),
        sentences=tuple(sentences),
    )


def field_quote(page: Page, label: Field) -> Quote:
    """Return the line of a record's page that holds a field.

    Raises ``LookupError`` where the record has none: a fact must never be cited to another line.
    """
    for sentence in page.sentences:
        if sentence.label == label:
            return Quote(page, sentence.start, sentence.end)
    raise LookupError(f"{page.page_id} has no line for {label!r}")
