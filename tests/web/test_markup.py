from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.codes import find_codes
from hcpcs_rag.web import markup

TEXT = st.text(alphabet=st.characters(blacklist_categories=["C", "Z"]), max_size=100)


@given(TEXT)
def test_plain_text_never_becomes_markup(text: str) -> None:
    drawn = markup.plain(text)
    assert html.unescape(drawn) == text
    assert not set(drawn) & set('<>[]*_`!"\\~|$@/')
    assert "www." not in drawn.lower()


def test_no_line_becomes_a_list_or_a_heading() -> None:
    assert markup.plain("- covered") == "&#45; covered"
    assert markup.plain("x\n---") == "x\n&#45;--"
    assert markup.plain("1. first") == "1&#46; first"
    assert markup.plain("non-covered 1.5") == "non-covered 1.5"


@given(TEXT)
def test_links_change_no_word_and_lead_to_each_code(text: str) -> None:
    drawn = markup.linked(f"{text} E1392 and a0390")
    assert html.unescape(re.sub(r"</?a\b[^>]*>", "", drawn)) == f"{text} E1392 and a0390"
    linked = re.findall(r"\?code=([A-Z]\d{4})'", drawn)
    assert {"E1392", "A0390"} <= set(linked) == set(find_codes(f"{text} E1392 and a0390")) | set(linked)


@given(TEXT, TEXT)
def test_addresses_hold_anything(question: str, page_id: str) -> None:
    for drawn in (
        markup.ask_link(question),
        markup.page_link(page_id, 0, 5, "x", question),
        markup.act_link("a", page_id, "x"),
    ):
        assert len(re.findall(r"<a\b", drawn)) == 1
        assert len(re.findall(r"[<>]", drawn)) == 4
