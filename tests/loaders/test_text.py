from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.domain import Page
from hcpcs_rag.loaders.text import read_text
from tests.conftest import OXYGEN_PAGE, PUMP_PAGE


def read(text: str, name: str = "/x/page.txt") -> Page:
    return read_text(text, name, "0" * 64)


def said(page: Page, facet: str) -> list[str]:
    return [page.text[s.start : s.end] for s in page.evidence() if page.sections[s.section].facet == facet]


def test_front_matter_and_sections() -> None:
    page = read(PUMP_PAGE)
    assert page.title == "A4222: cassettes and bags for an external pump"
    assert (page.subjects, page.publisher, page.read_on) == (("A4222",), "Test Press", "2026-01-02")
    assert said(page, "billing")[0] == "Bill A4222 with the pump E0779."
    assert said(page, "documentation")[1] == "The plan must name the drug, its dose and its duration."


def test_advertising_is_kept_out_but_stays_in_the_text() -> None:
    page = read(PUMP_PAGE)
    assert "unlimited storage" in page.text
    assert not any("unlimited" in page.text[s.start : s.end] for s in page.sentences)


def test_page_without_marks() -> None:
    page = read(OXYGEN_PAGE)
    assert page.title == "E1392 portable concentrators explained"
    assert page.subjects == ("E1392",)
    assert any("KX" in t for t in said(page, "modifiers"))
    assert any("E1390" in t for t in said(page, "related_codes"))
    everything = " ".join(page.text[s.start : s.end] for s in page.sentences)
    assert "Products" not in everything
    assert "rights reserved" not in everything


def test_content_gives_a_facet_where_there_is_no_heading() -> None:
    page = read("Code A0392 notes\n\nClaims without the slip will be denied by the carrier.\n")
    assert said(page, "denials")


@pytest.mark.parametrize(
    ("text", "authority"),
    [
        ("LCD L33794: External Infusion Pumps\nSource: https://www.cms.gov/x\n\nText stands here.", "policy"),
        ("A page on E1392\n\nText stands here and says so.", "reference"),
        ("---\nauthority: policy\n---\nA page on E1392\n\nText.", "policy"),
    ],
)
def test_authority(text: str, authority: str) -> None:
    assert read(text).authority == authority


def test_subject_from_the_file_name() -> None:
    assert read("Some words about a thing that is used.", "/x/E1392_notes.txt").subjects == ("E1392",)


@given(st.text(max_size=500))
def test_offsets_hold_for_any_text(text: str) -> None:
    page = read(text)
    for sentence in page.sentences:
        assert 0 <= sentence.start < sentence.end <= len(page.text)
        assert page.text[sentence.start : sentence.end].strip() == page.text[sentence.start : sentence.end]
        section = page.sections[sentence.section]
        assert section.start <= sentence.start
        assert sentence.end <= section.end


@pytest.mark.parametrize(
    "head",
    [
        "date: 2025-13-01",
        "x: " + "[" * 5000,
        "a: &a [1]\nb: *a",
        "title: [1, 2]",
        "title: {a: 1}",
        "- only\n- a list",
        "date: 2026-01-02\n" + "x" * 30_000,
    ],
)
def test_odd_front_matter_costs_nothing_but_itself(head: str) -> None:
    page = read(f"---\n{head}\n---\nE1392 notes\n\nKeep the order in the chart.")
    assert page.subjects == ("E1392",)
    assert page.title == "E1392 notes"


def test_an_address_that_is_none() -> None:
    assert read("E1392 notes\nSource: http://[abc\n\nKeep the order in the chart.").title == "E1392 notes"


def led(text: str) -> list[tuple[str, str | None]]:
    page = read("A notes page\n\n" + text)
    return [
        (page.text[s.start : s.end], page.text[slice(*s.lead)] if s.lead else None)
        for s in page.sentences
        if s.kind == "item"
    ]


def test_a_list_within_a_list() -> None:
    text = "The vest is covered if all are met:\n\n- It is ordered.\n- The cough is characterized by one of these:\n  - Six months.\n  - Two attacks.\n- Standard care failed."
    assert led(text) == [
        ("It is ordered.", "The vest is covered if all are met:"),
        ("The cough is characterized by one of these:", "The vest is covered if all are met:"),
        ("Six months.", "The cough is characterized by one of these:"),
        ("Two attacks.", "The cough is characterized by one of these:"),
        ("Standard care failed.", "The vest is covered if all are met:"),
    ]


def test_bullets_and_letters_as_pages_paste_them() -> None:
    assert [item for item, _ in led("It is covered when one is met:\n\n- \nThe first one holds.\n\n- \nThe second one holds.")] == [
        "The first one holds.", "The second one holds."
    ]  # fmt: skip
    assert [item for item, _ in led("It is covered when one is met:\na. The first one.\nb. The second one.")] == [
        "The first one.", "The second one."
    ]  # fmt: skip
