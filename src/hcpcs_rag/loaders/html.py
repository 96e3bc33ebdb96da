"""HTML pages → ``Page``: main text by trafilatura, as Markdown, then read like any text page.

trafilatura was chosen by measurement (docs/decisions/0005): with ``favor_recall`` it keeps all words of the
saved policies and all rows of tables, and drops menus, footers, scripts and hidden elements.
"""

from __future__ import annotations

import re
from dataclasses import replace

import trafilatura

from hcpcs_rag.domain import Page
from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.loaders.text import read_text

_ESCAPED = re.compile(r"\\([<>*_#\[\]|`~])")


def read_html(markup: str, name: str, digest: str) -> Page:
    """Read a saved page or a fragment. Raises ``UnreadableFileError`` where it holds no text."""
    body = trafilatura.extract(
        markup,
        output_format="markdown",
        favor_recall=True,
        include_tables=True,
        include_comments=False,
        include_links=False,
        deduplicate=False,
    )
    text = _ESCAPED.sub(r"\1", body) if body else trafilatura.html2txt(markup)
    if not text or not text.strip():
        raise UnreadableFileError(f"{name} holds no text.", "Save the page again, complete.")
    meta = trafilatura.extract_metadata(markup)
    title = (meta.title if meta else None) or ""
    page = read_text(f"# {title}\n\n{text.strip()}\n" if title else text, name, digest)
    url = meta.url if meta else None
    publisher = (meta.sitename or meta.hostname) if meta else None
    return replace(page, url=page.url or url, publisher=page.publisher or publisher)
