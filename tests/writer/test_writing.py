"""Each kind of question is written right from a page made for it; the whole path is in test_assistant."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hcpcs_rag.assistant import Assistant

POLICY = """LCD L99999: Walkers
Article ID: A1

Coverage

A folding walker (E0143) is covered for beneficiaries who meet all of these:
- The beneficiary has a mobility limitation.
- The beneficiary can use the walker safely.

The following table lists the usual maximum quantities.

| Code | Usual maximum |
|---|---|
| A4636 | 2 per year |
| E0154 | 1 per 3 years |

E0154 is billed with E0143. Do not bill E0155 with E0143.
E0156 may be billed with E0143 unless E0155 was billed in the same month.

Prior authorization

K0005 requires prior authorization.
"""


@pytest.fixture(scope="module")
def assistant(assistant_over: Callable[..., Assistant]) -> Assistant:
    return assistant_over({"L99999.txt": POLICY})


@pytest.mark.parametrize(
    ("message", "opens", "holds"),
    [
        ("can I bill E0154 with E0143?", "Yes.", "E0154 is billed with E0143"),
        ("can E0155 be billed with E0143?", "No.", "Do not bill E0155"),
        ("can E0156 be billed with E0143?", "Depends.", "unless E0155"),
        ("will E0155 be denied with E0143?", "Do not", "Do not bill E0155 with E0143"),
        ("what can't be billed with E0143", "Do not bill with E0143: E0155", "E0155"),
        ("how many A4636 per year", "Code: A4636", "Usual maximum: 2 per year"),
        ("criteria for E0143", "A folding walker", "mobility limitation"),
        ("does K0005 need prior auth", "K0005 requires prior authorization", "K0005"),
    ],
)
def test_answers(assistant: Assistant, message: str, opens: str, holds: str) -> None:
    answer, _ = assistant.ask(message)
    assert answer.status == "answered", answer.text
    assert answer.text.startswith(opens), answer.text
    assert holds in answer.text


@pytest.mark.parametrize(
    "message", ["how many E0143 per year", "does Aetna cover E0143", "does E0143 need prior auth", "fee for E0154"]
)
def test_related_is_not_an_answer(assistant: Assistant, message: str) -> None:
    answer, _ = assistant.ask(message)
    assert answer.status == "abstained", answer.text
