from __future__ import annotations

import pytest

from hcpcs_rag.loaders.text import read_text
from hcpcs_rag.relations.mining import mine
from hcpcs_rag.relations.reading import among

FIXED = "A4222 notes\n\n"


def rules(text: str, head: str = FIXED) -> set[tuple[str, str, str]]:
    page = read_text(head + text, "/x/page.txt", "0" * 64)
    return {(r.code, r.kind, r.other) for r in mine(page)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bill A4222 with E0779.", {("A4222", "use_with", "E0779")}),
        ("Do not bill A4222 with E0784.", {("A4222", "not_with", "E0784")}),
        (
            "Bill A4222 for bags and A4221 for weekly supplies with E0779.",
            {("A4222", "use_with", "E0779"), ("A4221", "use_with", "E0779")},
        ),
        (
            "Claims for A4221, when used with a pump E0784 will be denied as incorrect coding.",
            {("A4221", "not_with", "E0784")},
        ),
        (
            "A4222 must be billed only with a pump such as E0779 or E0780.",
            {("A4222", "use_with", "E0779"), ("A4222", "use_with", "E0780")},
        ),
        ("The supply code should not be billed with insulin pumps (E0784).", {("A4222", "not_with", "E0784")}),
        ("Claims for A4221, when used with pump E0784 will be denied.", {("A4221", "not_with", "E0784")}),
        ("A4224 used with a pump other than E0784 will be denied.", {("A4224", "use_with", "E0784")}),
        (
            "An IV pole (E0776) is covered only when a stationary pump (E0791) is covered.",
            {("E0776", "use_with", "E0791")},
        ),
        ("A4223 is included in E0424.", {("A4223", "included_in", "E0424")}),
        ("Use A0425 instead of A0390.", {("A0390", "see_instead", "A0425")}),
        ("A0390 was replaced by A0425.", {("A0390", "see_instead", "A0425")}),
        ("A4224 is not only used with E0784 but also with E0787.", {("A4224", "use_with", "E0784")}),
        ("The combination of E0784 plus E2103 is used.", {("E0784", "use_with", "E2103")}),
        (
            "Codes A4224 and A4253 are used with E0784 and E0607, respectively.",
            {("A4224", "use_with", "E0784"), ("A4253", "use_with", "E0607")},
        ),
        (
            "A4222 must not be billed with E0784 but may be billed with E0779.",
            {("A4222", "not_with", "E0784"), ("A4222", "use_with", "E0779")},
        ),
        (
            "Do not bill A4238 with E2103 or A4239 with E2102.",
            {("A4238", "not_with", "E2103"), ("A4239", "not_with", "E2102")},
        ),
        ("Never put E0561 and E0562 on the same claim.", {("E0561", "not_with", "E0562")}),
        ("A7003 and A7005 cannot be billed for the same month.", {("A7003", "not_with", "A7005")}),
        ("B4087 and B4088 are alternatives; do not bill them together.", {("B4087", "not_with", "B4088")}),
        ("E0561 and E0562 may be billed together.", {("E0561", "use_with", "E0562")}),
        (
            "A4253 and A4259 are not paid in the same month as A4239.",
            {("A4253", "not_with", "A4239"), ("A4259", "not_with", "A4239")},
        ),
        ("Do not report Q0514 in the same quarter as Q0513.", {("Q0514", "not_with", "Q0513")}),
        ("A0422 is part of the base rate and is not paid with A0427.", {("A0422", "not_with", "A0427")}),
        ("E0562 is billed on its own line in addition to E0601.", {("E0562", "use_with", "E0601")}),
        ("A7031 is only for the full face mask A7030.", {("A7031", "use_with", "A7030")}),
        ("B4035 requires a pump: bill it with B9002.", {("B4035", "use_with", "B9002")}),
        ("Do not use K0739 for oxygen equipment such as E1390.", {("K0739", "not_with", "E1390")}),
        (
            "Arm pads (K0019) are included in E0973 at initial issue and not separately payable.",
            {("K0019", "included_in", "E0973")},
        ),
        (
            "The trapeze (E0940) does not fit every bed; E0940 must not be billed with E0250.",
            {("E0940", "not_with", "E0250")},
        ),
        (
            "Either a plain (E0561) or heated (E0562) humidifier is covered when ordered for use with a covered E0601 device.",
            {("E0561", "use_with", "E0601"), ("E0562", "use_with", "E0601")},
        ),
        (
            "A4604 may be billed with E0562. It may not be billed with E0561.",
            {("A4604", "use_with", "E0562"), ("A4604", "not_with", "E0561")},
        ),
        (
            "E0465 is invasive and E0466 is not. Either ventilator may not be billed with E0601.",
            {("E0465", "not_with", "E0601"), ("E0466", "not_with", "E0601")},
        ),
        (
            "Do not report L5857 or L5858 together with L5856.",
            {("L5857", "not_with", "L5856"), ("L5858", "not_with", "L5856")},
        ),
        ("You should not bill A4222 and E0784 together.", {("A4222", "not_with", "E0784")}),
        ("A4224 is designed for use with pumps other than E0787.", {("A4224", "not_with", "E0787")}),
        (
            "A4224 is used with E0784, and A4230 is not payable with E0784.",
            {("A4224", "use_with", "E0784"), ("A4230", "not_with", "E0784")},
        ),
        (
            "L5856 must be billed with L5321 and is not for use with L5301.",
            {("L5856", "use_with", "L5321"), ("L5856", "not_with", "L5301")},
        ),
        ("E0911, unlike E0910, may be billed with E0303.", {("E0911", "use_with", "E0303")}),
        ("A4222 is similar to A4224 but is used with E0784.", {("A4222", "use_with", "E0784")}),
        (
            "E0784 plus E2102 and E0784 plus E2103 are used.",
            {("E0784", "use_with", "E2102"), ("E0784", "use_with", "E2103")},
        ),
        ("K0672, when it is damaged, will be denied if billed with L1851.", {("K0672", "not_with", "L1851")}),
        (
            "The following items will be denied as unbundling when billed with E0467:\n\n- E0482\n- E0570",
            {("E0482", "not_with", "E0467"), ("E0570", "not_with", "E0467")},
        ),
        ("A4615 is not separate-\nly payable with E1390.", {("A4615", "not_with", "E1390")}),
    ],
)
def test_wording_and_polarity(text: str, expected: set[tuple[str, str, str]]) -> None:
    assert rules(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "A4221 or supplies used with an insulin pump (A4225) are covered.",
        "Codes A4224 and A4225: used with insulin pumps (distinct from A4222 supplies).",
        "Is A4222 billed with E0784?",
        "Neither A4221 nor A4222 may be billed with E0784.",
        "It is incorrect to bill A4223 with E0779.",
        "No supplies such as A4222 may be billed with E0784.",
        "Use of A4222 with E0784 is prohibited.",
        "Under no circumstances is A4222 billed with E0784.",
        "It is not true that A4222 is billed with E0784.",
        "Suppliers who bill A4222 with E0779 will receive a denial.",
        "Claims that report A4222 with E0779 are returned as unprocessable.",
        "A4222 billed with E0784 in error is a common mistake and the claim is denied.",
        "Ask whether A4222 is billed with E0784.",
        "A4222 is included in E0784 only for Medicaid.",
        "A4222 and E0784 are different things.",
        "A4253 and A4259 are sold in the same month as A4239.",
        "It is incorrect to bill A4222 and E0784 together.",
        "Suppliers who bill A4222 and E0784 on the same claim will be denied.",
        "If A4222 and E0784 are billed together, the claim will be denied.",
        "A4222 and E0784 billed together are not payable.",
        "E0784 and E0787 are used for the same purpose.",
        "A4224 is only for pumps other than E0787.",
        "Use it with pumps other than E0784.",
        "A4239 includes all supplies for E2103.",
        "Before January 1, 2019, E0600 could be billed separately with E0465.",
        "A4222 covers cassettes. The pump needs batteries. They are billed with E0784.",
        "Use K0739 for the repair of E1390.",
        "Each of A4221 and A4222 has a limit, which is not met with E0784.",
        "The system E0424 already includes contents in its descriptor, while E0441 is contents alone.",
    ],
)
def test_no_rule_beats_a_wrong_one(text: str) -> None:
    assert rules(text) == set()


def test_it_stands_for_the_sentence_before() -> None:
    text = "The pole (E0776) needs a pump. It is not covered when it is billed with the pump E0779."
    assert rules(text, head="A policy on poles\n\n") == {("E0776", "not_with", "E0779")}


def test_table_rows_take_their_rule_from_the_column() -> None:
    text = "| Pump | Supplies | Do not bill with |\n|---|---|---|\n| E0784 | A4224, A4225 | A4222 |\n"
    assert rules(text, "Pump table\n\n") == {
        ("E0784", "use_with", "A4224"),
        ("E0784", "use_with", "A4225"),
        ("E0784", "not_with", "A4222"),
    }


def test_quotes_hold_the_codes_and_are_verbatim() -> None:
    page = read_text("Bill A4222 with:\n- E0779\n- E0780\n", "/x/p.txt", "0" * 64)
    for relation in mine(page):
        quote = page.text[relation.start : relation.end]
        assert relation.code in quote
        assert relation.other in quote


def test_relations_are_seen_from_both_sides() -> None:
    page = read_text("A4222 notes\n\nBill A4222 with E0779.", "/x/p.txt", "0" * 64)
    (turned,) = among(mine(page), "E0779")
    assert (turned.code, turned.kind, turned.other) == ("E0779", "use_with", "A4222")


def test_a_cell_that_says_more_than_codes_states_no_rule() -> None:
    text = "| Accessory | Use with |\n|---|---|\n| A7004 | two a month (in addition to A7003) |\n"
    assert rules(text, "Accessories\n\n") == set()


def test_hostile_text_takes_no_time() -> None:
    import time

    started = time.perf_counter()
    for text in (
        "A0001-A0400 " * 1600,
        "A4222" + " " * 15_000 + "x",
        "A4222 with " * 1800,
        "x" * 80_000,
        "a." * 50_000,
        "==" + " " * 3000 + "a",
        "**" + " " * 3000 + "a",
    ):
        rules(text)
    assert time.perf_counter() - started < 20
