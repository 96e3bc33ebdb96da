"""A source page → HTML: where it comes from, and its text with the quote marked."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from hcpcs_rag.domain import AUTHORITY_WORDS, Page, Section
from hcpcs_rag.web.excerpt import draw
from hcpcs_rag.web.markup import act_link, page_link

Loaded = Callable[[str], Sequence[str]]
WHOLE = 40_000
"""Characters up to which a page is shown whole; of a longer one as much is shown around the quote."""


def view(page: Page, start: int, end: int, loaded: Loaded = lambda name: ()) -> str:
    """Draw a page with the quote ``[start, end)`` marked; an empty quote marks nothing.

    ``loaded`` returns the ids of the pages that can be opened for a document that this page rests on.
    """
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
        f"<p class='print'>{act_link(f'print/{section.page_number}/{start}/{end}', page.page_id, words)}</p>"
        if section and section.page_number and page.source.lower().endswith(".pdf")
        else ""
    )
    return (
        f"<article class='page-view'>"
        f"<p class='badge {page.authority}'>{AUTHORITY_WORDS[page.authority]}</p>"
        f"<h3>{html.escape(page.title)}</h3><dl class='facts'>{told}{address}{_rests_on(page, loaded)}</dl>{printed}"
        f"<div class='page-text' tabindex='0' role='region' aria-label='Text of the page'>{'… ' if low > page.body else ''}"
        f"{draw(page, start, end, low, high)}{' …' if high < len(page.text) else ''}</div></article>"
    )


def section_at(page: Page, position: int) -> Section | None:
    """Return the section that holds a character."""
    return next((s for s in page.sections if s.start <= position < s.end), None)


def _window(page: Page, start: int, end: int) -> tuple[int, int]:
    if len(page.text) <= WHOLE:
        return min(page.body, start), len(page.text)
    half = (WHOLE - (end - start)) // 2
    return max(0, min(start, start - half)), min(len(page.text), max(end, end + half))


def _address(url: str | None) -> str:
    """The original address as a link where it is one of the web; a page may name anything as its address."""
    if not url:
        return ""
    shown = html.escape(url, quote=True)
    if not _is_of_web(url):
        return f"<div><dt>Address</dt><dd>{shown}</dd></div>"
    return f"<div><dt>Address</dt><dd>{_outside(url, url)}</dd></div>"


def _rests_on(page: Page, loaded: Loaded) -> str:
    """The documents that a page rests on, each with its address, and with its page where that is loaded."""
    told = []
    for basis in page.rests_on:
        name = html.escape(basis.name)
        shown = _outside(basis.url, basis.name) if basis.url and _is_of_web(basis.url) else name
        own = loaded(basis.name)
        opens = page_link(own[0], 0, 0, "open here", f"Open {basis.name}", "source-link") if own else ""
        told.append(f"{shown} {opens}".rstrip())
    return f"<div><dt>Rests on</dt><dd>{'<br>'.join(told)}</dd></div>" if told else ""


def _is_of_web(url: str) -> bool:
    return url.lower().startswith(("https://", "http://"))


def _outside(url: str, shown: str) -> str:
    target = html.escape(url, quote=True)
    return f"<a href='{target}' target='_blank' rel='noopener noreferrer'>{html.escape(shown)}</a>"
