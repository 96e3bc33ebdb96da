from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.web import render


@given(st.text(alphabet=st.characters(blacklist_categories=["C", "Z"]), max_size=100))
def test_plain_text_never_becomes_markup(text: str) -> None:
    drawn = render.plain(text)
    assert html.unescape(drawn) == text
    assert not set(drawn) & set('<>[]()*_`!"')


def test_marks_lead_to_sources_with_the_quote_highlighted(assistant: Assistant) -> None:
    answer, _ = assistant.ask("which supplies go with E0779?")
    pages = {c.page_id: assistant.index.page(c.page_id) for c in answer.citations}
    drawn, panel = render.answer(answer, 1), render.sources(answer, pages, 1)
    targets = set(re.findall(r"href='#(cite-1-\d+)'", drawn))
    assert targets == set(re.findall(r"id='(cite-1-\d+)'", panel))
    marked = [html.unescape(m) for m in re.findall(r"<mark>(.*?)</mark>", panel, re.DOTALL)]
    assert marked == [c.quote for c in answer.citations]


def test_conflicts_stand_apart(assistant: Assistant) -> None:
    answer, _ = assistant.ask("What is E1392?")
    drawn = render.answer(answer, 1)
    assert drawn.count("The sources disagree") == 1
    assert "purchase" in drawn.split("class='conflict'")[1]


def test_a_comparison_is_a_table_with_marks(assistant: Assistant) -> None:
    answer, _ = assistant.ask("Compare E1390 and E1392: which one floats on mercury?")
    drawn = render.answer(answer, 1)
    assert "<th scope='col'>E1390</th><th scope='col'>E1392</th>" in drawn
    assert re.search(r"<td>Portable oxygen concentrator, rental <a class='cite'", drawn)
    assert "mercury in the sources" in drawn


def test_each_question_of_a_message_has_its_answer(assistant: Assistant) -> None:
    answer, _ = assistant.ask("What is E1392 and what is its warranty?")
    drawn = render.answer(answer, 1)
    assert drawn.count("<p class='asked'>") == 2
    assert drawn.count("<p class='abstained'>") == 1
