from __future__ import annotations

import html
import re
from urllib.parse import parse_qs

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.web import render


def opened(drawn: str) -> set[tuple[str, int, int]]:
    """Where the marks of an answer lead."""
    found = (parse_qs(html.unescape(query)) for query in re.findall(r"class='cite' href='\?([^']*)'", drawn))
    return {(q["source"][0], int(q["start"][0]), int(q["end"][0])) for q in found}


def test_marks_lead_to_the_words_of_their_citations(assistant: Assistant) -> None:
    answer, _ = assistant.ask("which supplies go with E0779?")
    assert opened(render.answer(answer, 0)) == {(c.page_id, c.start, c.end) for c in answer.citations}


def test_the_first_words_are_those_of_the_answer(assistant: Assistant) -> None:
    for question in ("which supplies go with E0779?", "What is E9999?", "What is E1392 and what is its warranty?"):
        answer, _ = assistant.ask(question)
        words = re.sub(r"<[^>]*>", "", render.beginning(answer))
        assert words
        if not answer.parts:
            assert words in re.sub(r"<[^>]*>", "", render.answer(answer, 0))


def test_a_verdict_stands_out(assistant: Assistant) -> None:
    answer, _ = assistant.ask("Can I bill A4222 with E0784?")
    assert "<strong class='verdict no'>No</strong>" in render.answer(answer, 0)


def test_conflicts_stand_apart(assistant: Assistant) -> None:
    answer, _ = assistant.ask("What is E1392?")
    drawn = render.answer(answer, 0)
    assert drawn.count("The sources disagree") == 1
    assert "purchase" in drawn.split("class='conflict'")[1]


def test_a_comparison_is_a_table_with_marks(assistant: Assistant) -> None:
    answer, _ = assistant.ask("Compare E1390 and E1392: which one floats on mercury?")
    drawn = render.answer(answer, 0)
    assert re.findall(r"<th scope='col'><a[^>]*>(\w+)</a></th>", drawn) == ["E1390", "E1392"]
    assert re.search(r"<td>Portable oxygen concentrator, rental <a class='cite'", drawn)
    assert "mercury in the sources" in drawn


def test_each_question_of_a_message_has_its_answer(assistant: Assistant) -> None:
    answer, _ = assistant.ask("What is E1392 and what is its warranty?")
    drawn = render.answer(answer, 0)
    assert drawn.count("<p class='asked'>") == 2
    assert drawn.count("<div class='abstained'>") == 1
    close = [c for part in answer.parts for c in part.nearest]
    assert "which do not answer it" in drawn
    assert opened(drawn) == {(c.page_id, c.start, c.end) for c in (*answer.citations, *close)}


def test_what_can_be_done_names_the_answer(assistant: Assistant) -> None:
    answer, _ = assistant.ask("What is E1392?")
    drawn = render.answer(answer, 3)
    for act in ("#record/3/html", "#record/3/md", "#record/3/json", "#rate/3/up", "#rate/3/down"):
        assert f"href='{act}'" in drawn
