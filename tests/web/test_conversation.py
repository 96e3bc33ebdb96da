from __future__ import annotations

from typing import Any

import pytest

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.web import conversation
from hcpcs_rag.web.conversation import Memory, hold, messages, questions_of


def test_a_conversation_follows_from_its_questions(assistant: Assistant) -> None:
    questions = ("which supplies go with E0779?", "and E0784?")
    first, again = Memory(assistant).exchanges(questions), Memory(assistant).exchanges(questions)
    assert [e.drawn for e in first] == [e.drawn for e in again]
    assert first[1].answer.standalone != "and E0784?"


def test_what_was_asked_lately_is_not_asked_again(assistant: Assistant) -> None:
    memory = Memory(assistant)
    memory.exchanges(("What is E1392?",))
    memory.exchanges(("What is E1392?", "and E1390?"))
    assert memory.exchanges.cache_info().misses == 3, "nothing, one question, two questions"


def test_messages_alternate(assistant: Assistant) -> None:
    told = messages(Memory(assistant).exchanges(("What is <E1392>?", "and E1390?")))
    assert [m["role"] for m in told] == ["user", "assistant"] * 2
    assert told[0]["content"] == "What is &#60;E1392&#62;?"


def test_what_the_browser_holds_keeps_its_id(assistant: Assistant) -> None:
    memory = Memory(assistant)
    held = hold(None, memory.exchanges(("What is E1392?",)), memory.generation)
    assert held is not None
    assert held["title"] == "What is E1392?"
    more = hold(held, memory.exchanges((*held["questions"], "and E1390?")), memory.generation)
    assert more is not None
    assert more["id"] == held["id"]
    assert questions_of(more) == ("What is E1392?", "and E1390?")
    assert hold(None, (), memory.generation) is None


@pytest.mark.parametrize(
    "held", [None, "", 5, [], {}, {"questions": None}, {"questions": "abc"}, {"questions": [1, None, {}]}]
)
def test_whatever_a_browser_sends_is_a_conversation(held: Any) -> None:
    assert questions_of(held) == ()


def test_a_conversation_has_an_end(assistant: Assistant) -> None:
    held = {"questions": ["x" * 10_000] * 500}
    questions = questions_of(held)
    assert len(questions) == conversation.MAX_EXCHANGES
    assert len(questions[0]) == conversation.MAX_CHARS
