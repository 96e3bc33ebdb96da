"""Pages → passages: single sentences, each in the context it is read in."""

from __future__ import annotations

from hcpcs_rag.domain import CodeRecord, Page, Passage, Sentence
from hcpcs_rag.recordpage import field_quote


def of_page(page: Page, size: int) -> list[Passage]:
    """Return a passage for each sentence of a page, cut where it is far beyond ``size`` characters.

    What is indexed is the sentence below the page's title, the section's heading and the line that
    introduces its list, because "one unit per month" means nothing without the code it is said of. A
    sentence by itself is the better unit than a stretch of 700 characters: on the dev split the answering
    sentence is the nearest one in 0.63 of the questions instead of 0.55, among the nearest three in 0.88
    instead of 0.81 (docs/decisions/0008-answerability.md).
    """
    return [passage for sentence in page.sentences for passage in _of_sentence(page, sentence, size)]


def _of_sentence(page: Page, sentence: Sentence, size: int) -> list[Passage]:
    section = page.sections[sentence.section]
    lead = page.text[slice(*sentence.lead)] if sentence.lead else ""
    context = "\n".join(dict.fromkeys(t for t in (page.title, section.heading, lead) if t))
    return [
        Passage(page.page_id, section.ordinal, start, end, f"{context}\n{page.text[start:end]}")
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
