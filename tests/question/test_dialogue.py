from __future__ import annotations

from tests.question.test_understanding import after, ask


def test_a_new_code_inherits_the_question() -> None:
    question = ask("and E0784?", after("which supplies go with E0779?"))
    assert (question.kind, question.codes) == ("pairing", ("E0784",))
    assert question.standalone == "Which codes go with E0784?"


def test_a_facet_inherits_the_code() -> None:
    question = ask("and its modifiers?", after("What is E1392?"))
    assert (question.kind, question.codes, question.facets) == ("attribute", ("E1392",), ("modifiers",))
    assert "E1392" in question.standalone


def test_a_code_answers_a_clarifying_question() -> None:
    question = ask("E1392", after("is it covered?", status="clarify"))
    assert (question.codes, question.facets) == (("E1392",), ("coverage",))


def test_a_new_topic_drops_the_old_one() -> None:
    question = ask("what is the code for a hydraulic patient lift", after("What is E1392?"))
    assert (question.kind, question.codes) == ("reverse", ())


def test_the_second_one() -> None:
    history = after("difference between E1390 and E1392", codes=("E1390", "E1392"))
    assert ask("is the second one covered?", history).codes == ("E1392",)


def test_an_own_question_stays_as_it_is() -> None:
    assert ask("What is A0392?", after("which supplies go with E0779?")).kind == "define"


def test_the_other_code_of_a_pair_is_exchanged() -> None:
    question = ask("and with A4222?", after("can E0779 be billed with E0784?"))
    assert (question.kind, set(question.codes)) == ("compatibility", {"E0779", "A4222"})


def test_together_is_about_the_last_two_codes() -> None:
    question = ask("can they be billed together?", after("what is E0779", "and E0784?"))
    assert (question.kind, question.codes) == ("compatibility", ("E0779", "E0784"))


def test_it_stands_for_the_last_code() -> None:
    question = ask("can I bill A4222 with it", after("what is E0779"))
    assert (question.kind, question.codes) == ("compatibility", ("E0779", "A4222"))


def test_a_pair_asked_of_itself_does_not_break() -> None:
    assert ask("and E1392?", after("can E1392 be used with KX?")).codes == ("E1392",)


def test_the_second_one_beside_a_code() -> None:
    history = after("What are E0779 and E0784?", codes=("E0779", "E0784"))
    question = ask("can the second one be billed with A4222?", history)
    assert (question.kind, question.codes) == ("compatibility", ("E0784", "A4222"))


def test_of_a_pair_the_code_of_the_same_family_is_exchanged() -> None:
    question = ask("how about A4224?", after("is A4222 compatible with E0784?"))
    assert (question.kind, set(question.codes)) == ("compatibility", {"A4224", "E0784"})
