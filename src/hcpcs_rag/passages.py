"""Sections → passages: stretches of a size the encoder reads whole, cut between sentences."""

from __future__ import annotations

from langchain_text_splitters import RecursiveCharacterTextSplitter

from hcpcs_rag.domain import CodeRecord, Page, Passage, Sentence


def of_page(page: Page, size: int) -> list[Passage]:
    """Cut a page into passages of at most about ``size`` characters, never across sections.

    What is indexed for a passage is its own text below the page's title and the section's heading,
    because a section such as "Units" means nothing without the code the page is about.
    """
    passages: list[Passage] = []
    run: list[Sentence] = []
    for sentence in page.sentences:
        full = run and (sentence.section != run[0].section or sentence.end - run[0].start > size)
        if full:
            passages.extend(_passages(page, run, size))
            run = []
        run.append(sentence)
    return passages + (_passages(page, run, size) if run else [])


def _passages(page: Page, run: list[Sentence], size: int) -> list[Passage]:
    section = page.sections[run[0].section]
    start, end = run[0].start, run[-1].end
    context = "\n".join(dict.fromkeys(t for t in (page.title, section.heading) if t))
    return [
        Passage(page.page_id, section.ordinal, s, e, f"{context}\n{page.text[s:e]}")
        for s, e in _cut_overlong(page.text, start, end, size)
    ]


def _cut_overlong(text: str, start: int, end: int, size: int) -> list[tuple[int, int]]:
    """Cut a single sentence far beyond ``size`` (a page in one line) at the best gaps it has."""
    if end - start <= 2 * size:
        return [(start, end)]
    splitter = RecursiveCharacterTextSplitter(chunk_size=size, chunk_overlap=0, add_start_index=True)
    pieces = splitter.create_documents([text[start:end]])
    starts = [start + int(piece.metadata["start_index"]) for piece in pieces]
    return [(s, s + len(piece.page_content)) for s, piece in zip(starts, pieces, strict=True)]


def of_record(record: CodeRecord, page: Page) -> Passage:
    """Return the one passage of an official record: its descriptors."""
    start = page.text.find(record.long) if record.long else 0
    end = start + len(record.long or page.title)
    return Passage(page.page_id, 0, start, end, f"{record.long}\n{record.short}", record.code)
