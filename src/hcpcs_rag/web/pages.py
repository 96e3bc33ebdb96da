"""A source page → HTML: where it comes from, and its text with the quote marked."""

from __future__ import annotations

import html

from hcpcs_rag.domain import AUTHORITY_WORDS, Page, Section
from hcpcs_rag.web.markup import act_link, marked

WHOLE = 40_000
"""Characters up to which a page is shown whole; of a longer one as much is shown around the quote."""


def view(page: Page, start: int, end: int) -> str:
    """Draw a page with the quote ``[start, end)`` marked; an empty quote marks nothing."""
    start, end = max(0, min(start, len(page.text))), max(0, min(end, len(page.text)))
    low, high = _window(page, start, end)
    section = section_at(page, start)
    facts = [
        ("Section", section.heading if section and section.heading != page.title else ""),
        ("Page", str(section.page_number) if section and section.page_number else ""),
        ("Publisher", page.publisher or ""),
        ("Read", page.read_on or ""),
        ("File", page.source.rsplit("/", 1)[-1]),
        ("Page id", page.page_id),
    ]
    told = "".join(f"<div><dt>{name}</dt><dd>{html.escape(value)}</dd></div>" for name, value in facts if value)
    address = _address(page.url)
    words = f"Show page {section.page_number} as printed" if section else ""
    printed = (
        f"<p class='print'>{act_link(f'print/{section.page_number}', page.page_id, words)}</p>"
        if section and section.page_number and page.source.lower().endswith(".pdf")
        else ""
    )
    return (
        f"<article class='page-view'>"
        f"<p class='badge {page.authority}'>{AUTHORITY_WORDS[page.authority]}</p>"
        f"<h3>{html.escape(page.title)}</h3><dl class='facts'>{told}{address}</dl>{printed}"
        f"<div class='page-text' tabindex='0' role='region' aria-label='Text of the page'>{'… ' if low else ''}"
        f"{marked(page.text, start, end, low, high)}{' …' if high < len(page.text) else ''}</div></article>"
    )


def section_at(page: Page, position: int) -> Section | None:
    """Return the section that holds a character."""
    return next((s for s in page.sections if s.start <= position < s.end), None)


def _window(page: Page, start: int, end: int) -> tuple[int, int]:
    if len(page.text) <= WHOLE:
        return 0, len(page.text)
    half = (WHOLE - (end - start)) // 2
    return max(0, min(start, start - half)), min(len(page.text), max(end, end + half))


def _address(url: str | None) -> str:
    """The original address as a link where it is one of the web; a page may name anything as its address."""
    if not url:
        return ""
    shown = html.escape(url, quote=True)
    if not url.lower().startswith(("https://", "http://")):
        return f"<div><dt>Address</dt><dd>{shown}</dd></div>"
    link = f"<a href='{shown}' target='_blank' rel='noopener noreferrer'>{shown}</a>"
    return f"<div><dt>Address</dt><dd>{link}</dd></div>"
