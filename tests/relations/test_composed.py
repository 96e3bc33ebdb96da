from __future__ import annotations

import pytest

from hcpcs_rag.relations.composed import row_sentences
from tests.relations.test_mining import rules


def test_a_row_fills_the_names_of_columns_in_what_introduces_the_table() -> None:
    filled = row_sentences(
        "A Column II code is included in the allowance for the Column I code.",
        ["Column I", "Column II"],
        ["A4224", "A4230, A4231"],
    )
    assert list(filled) == ["A A4230 or A4231 code is included in the allowance for the A4224 code."]


def test_a_statement_that_names_one_column_says_nothing_of_the_pair() -> None:
    assert list(row_sentences("The pump is rented.", ["Pump", "Supply"], ["E0781", "A4222"])) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Supplies that are not payable with the pump shown:\n\n| Supply | Pump |\n| --- | --- |\n| A4223 | E0779 |",
            {("A4223", "not_with", "E0779")},
        ),
        (
            "A component (Column II) is included in the allowance for the main code (Column I):\n\n"
            "| Column I | Column II |\n| --- | --- |\n| A4224 | A4230 |\n|  | A4231 |",
            {("A4230", "included_in", "A4224"), ("A4231", "included_in", "A4224")},
        ),
        (
            "May the item be billed with the monitor?\n\n| Item | E0607 | E2101 |\n| --- | --- | --- |\n| A4255 | Yes | No |",
            {("A4255", "use_with", "E0607"), ("A4255", "not_with", "E2101")},
        ),
        (
            "## E0784: supplies that may be billed\n\n- A4224\n- A4225",
            {("A4224", "use_with", "E0784"), ("A4225", "use_with", "E0784")},
        ),
        ("## E0784: nothing more is paid for\n\n- A4224", {("A4224", "not_with", "E0784")}),
        ("## Pumps (E0784)\n\n- A4224", set()),
        (
            "The following devices:\n\n- A4305\n- A4306\n\nmust not be billed on the same claim as one of these:\n\n- E0780",
            {("A4305", "not_with", "E0780"), ("A4306", "not_with", "E0780")},
        ),
        (
            "A4253 is not payable with a receiver (E2102, E2103), except with E2102.",
            {("A4253", "not_with", "E2103"), ("A4253", "use_with", "E2102")},
        ),
        (
            "Insulin (J1811) will be denied when given through a pump other than E0784.",
            {("J1811", "use_with", "E0784")},
        ),
    ],
)
def test_rules_of_structure(text: str, expected: set[tuple[str, str, str]]) -> None:
    assert rules(text) == expected


def test_neither_above_a_list_turns_what_goes_on_below_it() -> None:
    text = (
        "Neither of these systems:\n\n- E0431\n- K0738\n\ncan be billed in the same month as one of these:\n\n- E0442"
    )
    assert rules(text) == {("E0431", "not_with", "E0442"), ("K0738", "not_with", "E0442")}
