from __future__ import annotations

import pytest

from hcpcs_rag.question.wording import (
    asks_of_pair_alone,
    asks_plainly,
    asks_separately,
    asks_what_not,
    demanded,
    is_courtesy,
    is_polar,
    other_system,
    topic,
)
from tests.question.test_understanding import ask


@pytest.mark.parametrize(
    "message", ["can I bill A4222 with E0784?", "is A4222 ok with E0784?", "are A4222 and E0784 compatible?"]
)
def test_leave_asked_in_plain_words(message: str) -> None:
    assert asks_plainly(ask(message))


@pytest.mark.parametrize(
    "message",
    [
        "will A4222 be denied with E0784?",
        "is A4222 included in E0784?",
        "is A4222 required with E0784?",
        "is A4222 only for E0784?",
        "is A4222 ok with a pump other than E0784?",
        "isn't A4222 billed with E0784?",
        "what is A4222",
    ],
)
def test_what_turns_a_rule_is_not_plain(message: str) -> None:
    assert not asks_plainly(ask(message))


def test_what_not_to_bill() -> None:
    assert asks_what_not(ask("what can't be billed with E0784"))
    assert not asks_what_not(ask("what can be billed with E0784"))


@pytest.mark.parametrize(
    ("message", "system"),
    [
        ("CPT code for knee replacement", "CPT"),
        ("icd-10 codes for E1392", "ICD-10"),
        ("which NDC goes with J1885", "NDC"),
        ("what is CPT code A0390", None),
        ("what is E1392", None),
    ],
)
def test_other_code_systems(message: str, system: str | None) -> None:
    assert other_system(message) == system


def test_the_topic_is_what_is_described() -> None:
    assert [c.wording for c in topic(ask("what is the code for a hydraulic patient lift"))] == [
        "hydraulic",
        "patient lift",
    ]


def test_what_an_answer_must_name_itself() -> None:
    def required(message: str) -> set[str]:
        return {c.wording for c in demanded(ask(message))}

    assert required("criteria in LCD L33830 for E1392") == {"l33830"}
    assert required("does Aetna cover E1392") == {"aetna"}
    assert required("is E1392 covered in Texas") == set()  # the reader finds no sentence that says so
    assert required("Was A9155 valid in March 2024?") == set()  # a date is read as one
    assert required("EO784 supplies") == set()  # a code, misspelled


@pytest.mark.parametrize(
    ("message", "polar"),
    [
        ("pt has E2103 can i bill A4253 with it", True),
        ("E2103: how many units can i bill", False),
        ("what can we bill with E2103", False),
        ("is A4222 ok with E0784", True),
    ],
)
def test_yes_no_questions(message: str, polar: bool) -> None:
    assert is_polar(ask(message)) is polar


def test_asks_separately() -> None:
    assert asks_separately(ask("can A4615 be billed separately with E1390?"))
    assert not asks_separately(ask("can A4615 be billed with E1390?"))
    assert not asks_separately(ask("is A4615 not billed separately with E1390?"))


@pytest.mark.parametrize(
    ("message", "alone"),
    [
        ("can I bill A4222 with E0784?", True),
        ("is it ok to use the infusion supplies A4222 together with E0784", True),
        ("Is A4222 limited to two a month with E0784?", False),
        ("Is it incorrect to bill A4222 with E0784?", False),
        ("Can A4222 be billed with E0784 for asthma?", False),
        ("Can A4222 be billed with E0784 for a date of service in 2015?", False),
        ("Can A4222 be billed with E0784 in Texas?", False),
        ("Can A4222 be billed every day with E0784?", False),
        ("Can I bill 3 A4222 with E0784?", False),
        ("Can I bill A4222 before E0784?", False),
        ("Can A4222 and E0784 go on the same claim?", True),
    ],
)
def test_a_pair_and_nothing_else(message: str, alone: bool) -> None:
    assert asks_of_pair_alone(ask(message), {"infus", "suppli"}) is alone


@pytest.mark.parametrize(
    ("message", "courtesy"), [("Thanks!", True), ("ok great, thank you", True), ("thanks, and E1392?", False)]
)
def test_thanks_ask_nothing(message: str, courtesy: bool) -> None:
    assert is_courtesy(message) is courtesy
