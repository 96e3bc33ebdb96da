from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.domain import Question, Turn
from hcpcs_rag.question.understanding import understand
from hcpcs_rag.question.wording import is_polar, wanted

KNOWN = dict.fromkeys(["E1392", "E1390", "A4222", "E0779", "E0784", "A0390", "A0392"], "code") | {
    "KX": "modifier", "GZ": "modifier", "RR": "modifier", "AT": "modifier",
}  # fmt: skip


def ask(message: str, history: tuple[Turn, ...] = ()) -> Question:
    return understand(message, history, KNOWN)


def after(*messages: str, codes: tuple[str, ...] = (), status: str = "answered") -> tuple[Turn, ...]:
    turns: tuple[Turn, ...] = ()
    for message in messages:
        turns = (*turns, Turn(ask(message, turns), status, codes))  # type: ignore[arg-type]
    return turns


@pytest.mark.parametrize(
    ("message", "kind", "codes"),
    [
        ("What is E1392?", "define", ("E1392",)),
        ("e1392", "define", ("E1392",)),
        ("modifier GZ means what", "define", ()),
        ("which supplies go with E0779?", "pairing", ("E0779",)),
        ("can A4222 be billed with E0784?", "compatibility", ("A4222", "E0784")),
        ("difference between E1390 and E1392", "compare", ("E1390", "E1392")),
        ("E1390 vs E1392", "compare", ("E1390", "E1392")),
        ("the code for a portable oxygen concentrator", "reverse", ()),
        ("hydraulic patient lift", "reverse", ()),
        ("documentation for E1392", "attribute", ("E1392",)),
        ("was A4222 valid in March 2024?", "status", ("A4222",)),
        ("what's the MUE for E1392?", "open", ("E1392",)),
        ("can we put KX on E1392", "attribute", ("E1392",)),
    ],
)
def test_kinds(message: str, kind: str, codes: tuple[str, ...]) -> None:
    question = ask(message)
    assert (question.kind, question.codes) == (kind, codes)


@pytest.mark.parametrize(
    ("message", "day"),
    [
        ("was A4222 valid in March 2024?", date(2024, 3, 1)),
        ("A4222 on 2024-03-15", date(2024, 3, 15)),
        ("A4222 dos 3/15/2024", date(2024, 3, 15)),
        ("A4222 in 2023", date(2023, 1, 1)),
        ("A4222 2 units", None),
    ],
)
def test_days(message: str, day: date | None) -> None:
    assert ask(message).on == day


def test_what_an_answer_must_hold() -> None:
    assert [c.wording for c in wanted(ask("what's the MUE for E1392?"))] == ["mue"]
    assert wanted(ask("documentation requirements for E1392")) == ()


def test_polar_questions() -> None:
    assert is_polar(ask("is A0392 payable by Medicare?"))
    assert not is_polar(ask("what is A0392"))


@given(st.text(max_size=300))
def test_no_message_breaks_it(message: str) -> None:
    question = ask(message, after("What is E1392?"))
    assert question.message == message
