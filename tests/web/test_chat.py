from __future__ import annotations

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.web import chat


def test_examples_are_answered_by_what_is_loaded(assistant: Assistant) -> None:
    examples = chat.answerable(assistant)
    assert "What is E1392?" in examples
    assert all(assistant.ask(e)[0].status == "answered" for e in examples)


def test_the_chat_answers_through_its_own_handler(assistant: Assistant) -> None:
    blocks = chat.build(assistant)
    (handler,) = [f.fn for f in blocks.fns.values() if f.api_name == "ask"]
    cleared, messages, history, panel, _ = handler("which supplies go with E0779?", [], [], chat.EMPTY)
    assert cleared == ""
    assert "A4222" in messages[1]["content"]
    _, messages, history, panel, _ = handler("and E0784?", messages, history, panel)
    assert len(messages) == 4
    assert "cite-1-1" in panel
    assert "cite-2-1" in panel


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert "http" not in chat.CSS + chat.JS
