from __future__ import annotations

from pathlib import Path

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.web import chat
from hcpcs_rag.web.served import Served


def test_examples_are_answered_by_what_is_loaded(assistant: Assistant) -> None:
    examples = chat.answerable(assistant)
    assert "What is E1392?" in examples
    assert all(assistant.ask(e)[0].status == "answered" for e in examples)


def test_an_answer_comes_in_three_steps_the_question_first(index_folder: Path) -> None:
    handlers = chat.handlers(Served(index_folder))
    steps = list(handlers["ask"]("which supplies go with E0779?", None))
    assert [len(messages) for _, messages, _ in steps] == [1, 2, 2]
    first, whole = (messages[-1]["content"] for _, messages, _ in steps[1:])
    assert [box for box, _, _ in steps][0] == ""
    assert len(first) < len(whole)
    held = steps[-1][2]
    *_, (_, messages, held) = handlers["ask"]("and E0784?", held)
    assert len(messages) == 4
    assert held["questions"] == ["which supplies go with E0779?", "and E0784?"]


def test_undo_gives_the_question_back(index_folder: Path) -> None:
    handlers = chat.handlers(Served(index_folder))
    *_, (_, _, held) = handlers["ask"]("What is E1392?", None)
    question, messages, held = handlers["undo"](held)
    assert (question, messages) == ("What is E1392?", [])
    assert held["questions"] == [], "told by its id, so that the history forgets it"
    assert handlers["undo"](None)[1:] == ([], None)
