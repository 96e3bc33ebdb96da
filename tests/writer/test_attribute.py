"""Whether a coverage question is decided, and how, by the release and by a policy beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hcpcs_rag.assistant import Assistant

POLICY = """LCD L99999: Pumps and oxygen

Coverage

E0779 is covered if the need for it is shown in the record.

Claims for A4222 will be denied as not reasonable and necessary.

Claims for E1392 will be denied if the patient is not mobile.
"""


@pytest.fixture(scope="module")
def assistant(assistant_over: Callable[..., Assistant], library: Path) -> Assistant:
    return assistant_over({"L99999.txt": POLICY}, library / "HCPC2025_OCT_test.csv")


@pytest.mark.parametrize(
    ("message", "verdict", "holds"),
    [
        ("Is A0390 covered by Medicare?", "no", "not payable by Medicare"),
        ("Is E0779 covered by Medicare?", "depends", "if the need for it is shown"),
        ("Is E1392 covered by Medicare?", "depends", "if the patient is not mobile"),
        (
            "Is A4222 covered by Medicare?",
            None,
            "denied as not reasonable and necessary",
        ),  # a flat denial is no "depends"
        ("Is E0779 covered for a patient on Mars?", None, ""),
    ],
)
def test_coverage_depends_unless_the_release_or_a_page_denies_it(
    assistant: Assistant, message: str, verdict: str | None, holds: str
) -> None:
    answer, _ = assistant.ask(message)
    assert answer.verdict == verdict
    assert holds in answer.text


def test_that_coverage_is_left_open_answers_nothing_else(assistant: Assistant) -> None:
    answer, _ = assistant.ask("how long after surgery is E0784 covered?")
    assert answer.status == "abstained"
