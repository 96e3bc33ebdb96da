"""The look-up and the library."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from hcpcs_rag.web.options import Options
from tests.web.conftest import PDF_LINES, Visit, pdf, serving

Enter = Callable[..., Visit]


@pytest.fixture
def lookup(visit: Enter) -> Visit:
    one = visit().open()
    one.page.get_by_role("tab", name="Look up").click()
    one.page.locator("#lookup").wait_for()
    return one


def found(one: Visit, typed: str) -> list[str]:
    """Type as a person does; return the codes listed."""
    one.page.locator("#lookup").get_by_role("textbox").fill("")
    one.page.locator("#lookup").get_by_role("textbox").press_sequentially(typed, delay=15)
    one.page.wait_for_timeout(600)
    return one.page.locator("#lookup-table tbody th").all_inner_texts()


def test_codes_are_found_as_they_are_typed(lookup: Visit) -> None:
    assert found(lookup, "E13") == ["E1390", "E1392"]
    assert set(found(lookup, "oxygen conc")) == {"E1390", "E1392"}
    assert found(lookup, "insulin pump")[0] == "E0784"
    lookup.picture("lookup")
    assert found(lookup, "zzzz qqqq") == []
    assert "I don't find a code for “zzzz qqqq”" in lookup.page.locator("#lookup-table").inner_text()


def test_what_is_pasted_or_taken_back_counts_too(lookup: Visit) -> None:
    box = lookup.page.locator("#lookup").get_by_role("textbox")
    lookup.page.evaluate("navigator.clipboard.writeText('E1392')")
    box.focus()
    lookup.page.keyboard.press("Control+V")
    lookup.page.locator("#lookup-table tbody th", has_text="E1392").wait_for()
    lookup.page.keyboard.press("Backspace")
    lookup.page.locator("#lookup-table tbody th", has_text="E1390").wait_for()
    lookup.page.keyboard.press("Control+A")
    lookup.page.keyboard.press("Delete")
    lookup.page.get_by_text("Everyday words do, too").wait_for()


def test_a_question_on_a_card_is_answered_in_the_conversation(lookup: Visit) -> None:
    found(lookup, "oxygen conc")
    lookup.page.locator("#lookup-table a.hc", has_text="E1392").click()
    lookup.page.locator(".card a.ask", has_text="What is E1392?").click()
    lookup.page.locator(".answer .actions").wait_for()
    assert lookup.page.locator("#conversation").is_visible()


def test_filters_by_family_status_on_a_day_and_coverage(lookup: Visit) -> None:
    page = lookup.page

    def choose(label: str, option: str) -> list[str]:
        page.get_by_label(label).click()
        page.get_by_role("option", name=option).click()
        page.wait_for_timeout(500)
        return page.locator("#lookup-table tbody th").all_inner_texts()

    assert choose("Family", "Modifiers") == ["GD", "KX"]
    assert choose("Status", "Active") == ["KX"]
    choose("Family", "A: ambulance")
    assert "A9155" not in page.locator("#lookup-table").inner_text()
    page.get_by_label("On the day").fill("2020-01-01")
    page.get_by_label("On the day").press("Enter")
    page.wait_for_timeout(500)
    assert "A9155" in page.locator("#lookup-table").inner_text()
    assert choose("Medicare coverage", "I: not payable") == ["A0390"]
    page.get_by_label("On the day").fill("yesterday")
    page.get_by_label("On the day").press("Enter")
    page.get_by_text("This is no day. Write it as YYYY-MM-DD").wait_for()
    page.get_by_role("button", name="Save as CSV").click()
    page.locator(".toast-body", has_text="This is no day").wait_for()


def test_the_list_is_saved_as_csv_and_its_codes_open_cards(lookup: Visit) -> None:
    found(lookup, "oxygen conc")
    with lookup.page.expect_download() as download:
        lookup.page.get_by_role("button", name="Save as CSV").click()
    with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["code"] for row in rows} == {"E1390", "E1392"}
    assert rows[0]["coverage_meaning"] == "special coverage instructions apply"
    lookup.page.locator("#lookup-table a.hc", has_text="E1392").click()
    lookup.page.locator(".card h3", has_text="E1392").wait_for()


def test_the_library_shows_what_is_loaded(visit: Enter) -> None:
    one = visit().open()
    one.page.get_by_role("tab", name="Library").click()
    shelf = one.page.locator("#library")
    shelf.get_by_text("in force").wait_for()
    told = shelf.inner_text()
    for fact in (
        "CMS HCPCS October 2025",
        "effective 2025-10-01",
        "Reference page",
        "PDF",
        "MD",
        "2026-01-02",
        "lines",
    ):
        assert fact in told
    assert one.page.locator("#upload").count() == 0, "nobody may add pages unless the operator allows it"
    one.picture("library")
    shelf.locator("a.source-link", has_text="A4222").first.click()
    one.page.locator(".page-view h3", has_text="A4222").wait_for()


def test_a_page_is_added_without_a_restart(visit: Enter, library: Path, tmp_path: Path, encoder_cache: Path) -> None:
    from hcpcs_rag.index.build import ingest
    from hcpcs_rag.settings import Settings

    folder = tmp_path / "index"
    ingest([library], folder, Settings(), cache=encoder_cache)
    with serving(folder, Options(upload=True), encoder_cache) as (address, _):
        one = visit(address=address).open()
        before = one.ask("units of E0779")
        assert "month of rental" not in before
        one.page.get_by_role("tab", name="Library").click()
        one.page.get_by_text("Click to Upload").wait_for()
        one.page.locator("#upload input[type=file]").set_input_files(
            {"name": "pumps.pdf", "mimeType": "application/pdf", "buffer": pdf(PDF_LINES)}
        )
        one.page.locator("#upload td[aria-label='pumps.pdf']").wait_for()  # its text is cut in two: "pumps", ".pdf"
        one.page.get_by_role("button", name="Add to the library").click()
        one.page.get_by_text("is in the library").wait_for(timeout=60_000)
        one.picture("upload")
        assert "PDF" in one.page.locator("#library").inner_text()
        one.page.get_by_role("tab", name="Ask").click()
        assert "month of rental" in one.ask("units of E0779")
        one.page.get_by_role("tab", name="Library").click()
        one.page.get_by_role("button", name="Add to the library").click()
        one.page.get_by_text("Choose a file first.").wait_for()
