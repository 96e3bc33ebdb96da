from __future__ import annotations

import pytest

from hcpcs_rag.loaders import boilerplate


@pytest.mark.parametrize(
    "line",
    [
        "Copyright 2026. All rights reserved.",
        "CPT® is a registered trademark of somebody.",
        "Sign up for a free trial today",
        "We use cookies to improve your visit",
        "You cannot copy content of this page",
        "No credit card required",
    ],
)
def test_small_print_and_selling_are_dropped(line: str) -> None:
    assert boilerplate.is_legal_or_advert(line)


@pytest.mark.parametrize(
    "line",
    [
        "A4222 is billed per cassette; learn more in the policy.",
        "Claims must carry a signed order.",
        "Oxygen is rented monthly.",
    ],
)
def test_facts_stay(line: str) -> None:
    assert not boilerplate.is_legal_or_advert(line)


def test_menu_shapes() -> None:
    assert boilerplate.could_be_menu("Medical Students Residents Blog")
    assert not boilerplate.could_be_menu("E1392 portable concentrator")
    assert not boilerplate.could_be_menu("Keep the order in the chart.")
    assert boilerplate.is_menu_word("Home")
