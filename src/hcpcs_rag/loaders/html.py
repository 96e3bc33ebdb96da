"""HTML pages → ``Page``: structure from the DOM; what of it is navigation, by trafilatura.

The DOM says what a list, the number of an item, the level of a heading and a table are. trafilatura, which finds the main
part of a page best (docs/decisions/0005), only says which short lines do not belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import trafilatura
from lxml import html

from hcpcs_rag.domain import Page
from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.loaders import boilerplate, files
from hcpcs_rag.loaders.htmltree import TreeWriter, strip_comments
from hcpcs_rag.loaders.text import make_page
from hcpcs_rag.tree import Block, is_title

_MARKS = re.compile(r"[\W_]+")
MAIN_WORDS = 20
"""A line of more words is never taken for navigation, whatever trafilatura leaves out."""


def read_html(markup: str, name: str, digest: str) -> Page:
    """Read a saved page or a fragment. Raises ``UnreadableFileError`` where it holds no text."""
    markup = files.clean(markup)
    root = html.document_fromstring(markup) if markup.strip() else None
    if root is None:
        raise UnreadableFileError(f"{name} holds no text.", "Save the page again, complete.")
    strip_comments(root)
    writer = TreeWriter()
    body = root.find("body")
    writer.walk(root if body is None else body)
    if not writer.text.strip():
        raise UnreadableFileError(f"{name} holds no text.", "Save the page again, complete.")
    meta = trafilatura.extract_metadata(markup)
    main = _MARKS.sub("", trafilatura.extract(markup, favor_recall=True, include_tables=True) or "")
    blocks = list(_without_navigation(writer.text, writer.tree.blocks, main)) if main else writer.tree.blocks
    title = (meta.title if meta else None) or ""
    page = make_page(writer.text, blocks, name, digest, title=title)
    publisher = (meta.sitename or meta.hostname) if meta else None
    return replace(page, url=page.url or (meta.url if meta else None), publisher=page.publisher or publisher)


def _without_navigation(text: str, blocks: Sequence[Block], main: str) -> Iterator[Block]:
    """The blocks of a page, those that are navigation marked as such, and the headings over nothing else with them."""
    marked = [_is_navigation(text[block.start : block.end], main) for block in blocks]
    for number, block in enumerate(blocks):
        if is_title(block):
            end = next((n for n in range(number + 1, len(blocks)) if is_title(blocks[n])), len(blocks))
            marked[number] = marked[number] and end > number + 1 and all(marked[number + 1 : end])
        yield replace(block, kind="navigation") if marked[number] else block


def _is_navigation(line: str, main: str) -> bool:
    """Say whether a line is no part of the main text: short, shaped like a menu entry, and left out by trafilatura."""
    if len(line.split()) > MAIN_WORDS or not boilerplate.could_be_menu(line):
        return False
    return _MARKS.sub("", line) not in main
