from __future__ import annotations

import pytest

from tests.relations.test_mining import rules


def table(*lines: str) -> set[tuple[str, str, str]]:
    return rules("\n".join(lines), head="Pairs\n\n")


def test_a_column_says_whether_the_codes_go_together() -> None:
    found = table(
        "| Base code | Add-on code | Same claim? | Remark |",
        "| --- | --- | --- | --- |",
        "| L1960 | L2820 | Allowed | soft interface |",
        "| L1960 | L2830 | Not allowed | above the knee |",
        "| L1851 | K0672 | Allowed if ordered | |",
    )
    assert found == {("L1960", "use_with", "L2820"), ("L1960", "not_with", "L2830")}


def test_the_name_of_a_column_may_hold_the_other_code() -> None:
    found = table(
        "| Code | Item | Use with E0570 |",
        "| --- | --- | --- |",
        "| A7003 | Set | Yes |",
        "| A7016 | Dome | No, ultrasonic only (E0574) |",
    )
    assert found == {("A7003", "use_with", "E0570"), ("A7016", "not_with", "E0570")}


def test_rows_without_bars_at_their_ends() -> None:
    assert table("Code | Add-on | Same claim", "L1960 | L2820 | Yes", "L1960 | L2830 | No") == {
        ("L1960", "use_with", "L2820"),
        ("L1960", "not_with", "L2830"),
    }


@pytest.mark.parametrize("name", ["Rental", "Prior authorization", "Covered"])
def test_a_yes_to_another_question_is_no_rule(name: str) -> None:
    assert table(f"| Code | Other | {name} |", "| --- | --- | --- |", "| L1960 | L2820 | Yes |") == set()


@pytest.mark.parametrize("cell", ["No limit", "Required prior authorization", "Yes, never", "Allowed if ordered"])
def test_an_answer_with_more_in_it_is_no_answer(cell: str) -> None:
    assert table("| Code | Item | Use with E0570 |", "| --- | --- | --- |", f"| A7003 | Set | {cell} |") == set()
