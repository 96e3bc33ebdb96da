from __future__ import annotations

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.domain import Question, Turn


def talk(assistant: Assistant, *messages: str) -> Question:
    history: list[Turn] = []
    for message in messages:
        history.append(assistant.ask(message, history)[1])
    return history[-1].question


def test_the_portable_one(assistant: Assistant) -> None:
    question = talk(assistant, "what is E1390", "and the portable one?")
    assert (question.kind, question.codes) == ("define", ("E1392",))
    assert question.standalone == "What is E1392?"


def test_what_was_asked_goes_with_it(assistant: Assistant) -> None:
    question = talk(assistant, "is E1390 covered?", "same for the portable unit?")
    assert (question.codes, question.facets) == (("E1392",), ("coverage",))


def test_where_nothing_fits_the_code_stays(assistant: Assistant) -> None:
    assert talk(assistant, "what is E1390", "and the purple one?").codes == ("E1390",)


def test_a_page_may_describe_it_in_other_words_than_the_release(assistant: Assistant) -> None:
    question = talk(assistant, "is E1392 covered?", "same for the room unit?")
    assert (question.codes, question.facets) == (("E1390",), ("coverage",))
