"""The panel: sources with the quote in view, code cards, and the way between them."""

from __future__ import annotations

from collections.abc import Callable

from tests.web.conftest import Visit

Enter = Callable[..., Visit]
IN_VIEW = """() => {
  const mark = document.querySelector('#quote').getBoundingClientRect();
  const frame = document.querySelector('.reader').getBoundingClientRect();
  return mark.top >= frame.top && mark.bottom <= frame.bottom;
}"""


def test_a_mark_opens_its_source_with_the_exact_quote_in_view(visit: Enter, index) -> None:  # type: ignore[no-untyped-def]
    one = visit(height=600).open()
    one.ask("which supplies go with E0779?")
    one.page.locator(".answer a.cite").first.click()
    one.page.locator("#quote").wait_for()
    one.page.wait_for_timeout(100)
    quote = one.page.locator("#quote").inner_text()
    page = index.page("a4222_guide")
    assert quote in page.text
    assert "A4222" in quote
    assert "E0779" in quote
    assert one.page.evaluate(IN_VIEW)
    told = one.page.locator(".reader").inner_text()
    for fact in (
        "Reference page",
        "A4222: cassettes and bags for an external pump",
        "Billing",
        "Test Press",
        "2026-01-02",
    ):
        assert fact in told
    assert one.page.locator("a.cite.current").count() >= 1
    one.picture("source")


def test_next_and_previous_go_through_the_sources_of_the_answer(visit: Enter) -> None:
    one = visit().open()
    one.ask("What is E1392?")
    marks = one.page.locator(".answer a.cite")
    marks.first.click()
    one.page.locator("#quote").wait_for()
    assert one.page.locator(".reader h2").inner_text() == "Source [1]"
    assert one.page.get_by_role("button", name="Previous source").is_disabled()
    one.page.get_by_role("button", name="Next source").click()
    one.page.locator(".reader h2", has_text="Source [2]").wait_for()
    one.page.get_by_role("button", name="Previous source").click()
    one.page.locator(".reader h2", has_text="Source [1]").wait_for()


def test_a_pdf_is_cited_by_its_page_and_shown_as_printed(visit: Enter) -> None:
    one = visit().open()
    one.ask("How are units of E0779 counted?")
    one.page.locator(".answer a.cite[href*='pumps']").first.click()
    one.page.locator("#quote").wait_for()
    assert "PAGE" in one.page.locator(".reader dl").inner_text().upper()
    one.page.get_by_role("button", name="Show page 2 as printed").click()
    picture = one.page.locator("img.printed")
    picture.wait_for()
    assert one.page.evaluate("document.querySelector('img.printed').naturalWidth") > 600
    one.picture("pdf")


def test_any_code_opens_its_card_with_record_rules_and_a_drawing(visit: Enter) -> None:
    one = visit().open()
    one.ask("which supplies go with E0779?")
    one.page.locator(".answer a.hc", has_text="A4222").first.click()
    card = one.page.locator(".card")
    card.wait_for()
    told = card.inner_text()
    for fact in ("Infusion supplies for external drug infusion pump", "Active", "C: carrier judgment", "34 (DME supplies)",
                 "2005-01-01", "CMS HCPCS October 2025"):  # fmt: skip
        assert fact in told
    assert card.locator(".graph .use_with .name").all_text_contents() == ["E0779"]
    assert card.locator(".graph .not_with .name").all_text_contents() == ["E0784"]
    assert card.locator(".graph .not_with .cross").count() == 1, "not told by colour alone"
    assert card.locator(".graph .not_with .words").text_content() == "do not bill with"
    one.picture("card")
    card.locator(".graph .not_with a").click()
    one.page.locator(".card h3", has_text="E0784").wait_for()
    one.page.locator(".card a.source-mark").last.click()
    one.page.locator("#quote").wait_for()
    assert "E0784" in one.page.locator("#quote").inner_text() or "insulin" in one.page.locator("#quote").inner_text()


def test_a_link_opens_a_card_of_an_ended_code_with_its_successor(visit: Enter) -> None:
    one = visit().open("/?code=a0390")
    one.page.locator(".card").wait_for()
    assert "not payable by Medicare" in one.page.locator(".card").inner_text()
    one.page.locator(".card dl a.hc", has_text="A0425").click()
    one.page.locator(".card h3", has_text="A0425").wait_for()


def test_a_card_of_no_code_says_so(visit: Enter) -> None:
    one = visit().open("/?code=E1393")
    one.page.locator(".card").wait_for()
    assert "I don't find E1393 in the sources" in one.page.locator(".card").inner_text()
    assert one.page.locator(".card a.hc", has_text="E1392").count() == 1
    other = visit().open("/?code=%3Cscript%3E")
    other.page.get_by_text("This is no HCPCS code").wait_for()


def test_escape_closes_the_panel_and_gives_the_focus_back(visit: Enter) -> None:
    one = visit().open()
    one.ask("What is A0425?")
    mark = one.page.locator(".answer a.cite").first
    mark.focus()
    one.page.keyboard.press("Enter")
    one.page.locator("#quote").wait_for()
    assert one.page.evaluate("document.activeElement.tagName") == "H2"
    one.page.keyboard.press("Escape")
    assert one.page.locator("#quote").count() == 0
    assert one.page.evaluate("document.activeElement.classList.contains('cite')")


def test_a_source_has_an_address_of_its_own(visit: Enter) -> None:
    one = visit().open()
    one.ask("which supplies go with E0779?")
    address = one.page.locator(".answer a.cite").first.get_attribute("href")
    other = visit().open(f"/{address}")
    other.page.locator("#quote").wait_for()
    assert "E0779" in other.page.locator("#quote").inner_text()
    lost = visit().open("/?source=nowhere&start=0&end=5")
    lost.page.get_by_text("holds no page nowhere").wait_for()
