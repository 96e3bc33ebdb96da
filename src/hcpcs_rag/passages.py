"""Pages → passages: single sentences, each in the context it is read in."""

from __future__ import annotations

from collections.abc import Sequence

from hcpcs_rag.domain import CodeRecord, Page, Passage, Sentence
from hcpcs_rag.recordpage import field_quote

LEAD_CHARS, LEADS = 160, 3
"""Of the leads and parent items of a sentence the nearest ``LEADS`` are read with it, and of each its last characters: its
end says what holds of what stands under it."""


def of_page(page: Page, size: int) -> list[Passage]:
    """Return a passage for each sentence of a page, cut where it is far beyond ``size`` characters.

    What is indexed is the sentence below its chain, because "one unit per month" means nothing without the code it is
    said of. A sentence by itself is the better unit than a stretch of 700 characters: on the dev split the answering
    sentence is the nearest one in 0.63 of the questions instead of 0.55, among the nearest three in 0.88
    instead of 0.81 (docs/decisions/0008-answerability.md).
    """
    return [passage for sentence in page.evidence() for passage in _of_sentence(page, sentence, size)]


def context_of(page: Page, sentence: Sentence) -> list[str]:
    """Return what a sentence is read in, outermost first, without repeats: see ``chain``."""
    return chain(
        page.title,
        page.sections[sentence.section].heading,
        page.text[slice(*sentence.question)] if sentence.question else "",
        [page.text[start:end] for start, end in sentence.under],
        page.text[slice(*sentence.header)] if sentence.header else "",
    )


def chain(title: str, heading: str, question: str, under: Sequence[str], header: str) -> list[str]:
    """Return the parts of a chain, outermost first: title, nearest heading, question, ends of leads, names of columns."""
    leads = [lead[-LEAD_CHARS:] for lead in under[-LEADS:]]
    return list(dict.fromkeys(part for part in (title, heading, question, *leads, header) if part))


def _of_sentence(page: Page, sentence: Sentence, size: int) -> list[Passage]:
    context = "\n".join(context_of(page, sentence))
    return [
        Passage(page.page_id, sentence.section, start, end, f"{context}\n{page.text[start:end]}")
        for start, end in _cut_overlong(page.text, sentence.start, sentence.end, size)
    ]


def _cut_overlong(text: str, start: int, end: int, size: int) -> list[tuple[int, int]]:
    """Cut a single sentence far beyond ``size`` (a page in one line) at the best gaps it has."""
    if end - start <= 2 * size:
        return [(start, end)]
    from langchain_text_splitters import RecursiveCharacterTextSplitter  # loads for 0.2 s; few pages need it

    splitter = RecursiveCharacterTextSplitter(chunk_size=size, chunk_overlap=0, add_start_index=True)
    pieces = splitter.create_documents([text[start:end]])
    starts = [start + int(piece.metadata["start_index"]) for piece in pieces]
    return [(s, s + len(piece.page_content)) for s, piece in zip(starts, pieces, strict=True)]


def of_record(record: CodeRecord, page: Page) -> Passage:
    """Return the one passage of an official record: its descriptors."""
    line = field_quote(page, "long" if record.long else "code")
    return Passage(page.page_id, 0, line.start, line.end, f"{record.long}\n{record.short}", record.code)
