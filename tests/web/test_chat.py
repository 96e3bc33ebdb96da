from __future__ import annotations

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.web import chat


def test_examples_are_answered_by_what_is_loaded(assistant: Assistant) -> None:
    examples = chat.answerable(assistant)
    assert "What is E1392?" in examples
    assert all(assistant.ask(e)[0].status == "answered" for e in examples)
