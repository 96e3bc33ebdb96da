from __future__ import annotations

import html
import re
from dataclasses import replace

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.index.opened import Index
from hcpcs_rag.web import pages


def marked(drawn: str) -> str:
    bare = re.sub(r"</?a\b[^>]*>", "", drawn)
    return letters(html.unescape("".join(re.findall(r"<mark[^>]*>(.*?)</mark>", bare, re.DOTALL))))


def letters(text: str) -> str:
    """A text without what parts and lays out its words."""
    return "".join(re.sub(r"\*\*|[|#]|(?m:^\s*[-*•]\s)", "", text).split())


def test_every_citation_is_marked_in_its_page(assistant: Assistant) -> None:
    for question in ("which supplies go with E0779?", "What is E1392?", "Compare E1390 and E1392"):
        for citation in assistant.ask(question)[0].citations:
            page = assistant.index.page(citation.page_id)
            assert marked(pages.view(page, citation.start, citation.end)) == letters(citation.quote)


def test_a_page_tells_where_it_comes_from(index: Index) -> None:
    page = index.page("a4222_guide")
    start = page.text.index("Keep a signed order")
    drawn = pages.view(page, start, start + 10)
    for fact in ("Reference page", "Test Press", "2026-01-02", "Documentation", "a4222_guide.md"):
        assert fact in drawn


def test_only_addresses_of_the_web_become_links(index: Index) -> None:
    page = index.page("a4222_guide")
    assert "href='https://a.example/x'" in pages.view(replace(page, url="https://a.example/x"), 0, 0)
    for address in ("javascript:alert(1)", "data:text/html,x", "/local", "' onclick='x"):
        assert "target='_blank'" not in pages.view(replace(page, url=address), 0, 0)


def test_of_a_very_long_page_the_part_around_the_quote_is_shown(index: Index) -> None:
    page = replace(index.page("a4222_guide"), text="x" * 100_000 + "THE QUOTE" + "y" * 100_000, sections=())
    drawn = pages.view(page, 100_000, 100_009)
    assert marked(drawn) == "THEQUOTE"
    assert len(drawn) < pages.WHOLE + 2_000


def test_offsets_beyond_the_page_mark_nothing(index: Index) -> None:
    page = index.page("a4222_guide")
    assert marked(pages.view(page, -5, -1)) == ""
    assert marked(pages.view(page, 10**9, 10**9 + 5)) == ""
