from __future__ import annotations

import pytest

from hcpcs_rag.relations.reading import is_conditional
from hcpcs_rag.relations.rows import of_name
from hcpcs_rag.relations.wording import Ties, tie


@pytest.mark.parametrize(
    ("before", "between", "after", "expected"),
    [
        ("", " is billed with the pump ", ".", Ties("use_with")),
        ("", " must not be billed with ", ".", Ties("not_with")),
        ("Bill ", " with ", ".", Ties("use_with")),
        ("Do not bill ", " with ", ".", Ties("not_with")),
        ("", " used with a pump other than ", " will be denied.", Ties("use_with")),
        ("", " when used with ", " will be denied.", Ties("not_with")),
        ("", " is used with ", ", but more than one will be denied.", Ties("use_with")),
        ("", " may be billed with ", " if the first claim was not denied.", None),
        ("", " (tray) may be billed with ", ".", Ties("use_with")),
        ("Use ", " instead of ", ".", Ties("see_instead", turned=True)),
        ("", " includes ", ".", Ties("included_in", turned=True)),
        ("", " is bundled into ", ".", Ties("included_in")),
        ("Some wrongly believe that ", " cannot be billed with ", ".", None),
        ("Before 2020 ", " could not be billed with ", ".", None),
        ("", " used with ", " is not covered by Medicaid.", None),
        ("", " or supplies used with an insulin pump (", ") are covered.", None),
        ("", " and ", " are pumps.", None),
    ],
)
def test_ties(before: str, between: str, after: str, expected: Ties | None) -> None:
    assert tie(before, between, after) == expected


@pytest.mark.parametrize(
    ("sentence", "conditional"),
    [
        ("A is billed with B.", False),
        ("A, when used with B, will be denied.", False),
        ("A is billed with B unless C was billed.", True),
        ("A is not payable with B during the first month.", True),
        ("If the patient owns it, A is used with B.", True),
    ],
)
def test_conditions(sentence: str, conditional: bool) -> None:
    assert is_conditional(sentence) is conditional


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Use with", "use_with"),
        ("Do not bill with", "not_with"),
        ("Not allowed", "not_with"),
        ("Included accessories", "included_in"),
        ("Replaced by", "see_instead"),
        ("Most per month", None),
    ],
)
def test_names_of_columns(name: str, kind: str | None) -> None:
    assert of_name(name) == kind


def test_hostile_text_takes_no_time() -> None:
    import time

    started = time.perf_counter()
    for text in (" is" * 5000, " must be only also" * 2000, "(" * 5000, " with " * 4000):
        tie(text, text, text)
    assert time.perf_counter() - started < 5
