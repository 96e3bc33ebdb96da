"""The conversation, as a person sees it: answers, edit, retry, undo, history, links, records, feedback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from hcpcs_rag.feedback import questions, ratings
from tests.web.conftest import Visit

Enter = Callable[..., Visit]


def test_an_empty_conversation_says_what_it_is_and_offers_questions(visit: Enter) -> None:
    one = visit().open()
    talk = one.page.locator("#talk")
    assert "Every statement is cited" in talk.inner_text()
    assert "Do not type patient data" in talk.inner_text()
    assert "the server stores none of them" in talk.inner_text()
    one.picture("empty")
    one.page.get_by_role("link", name="What is E1392?").click()
    one.page.locator(".answer .actions").wait_for()
    assert "Portable oxygen concentrator" in one.answer()


def test_an_answer_shows_marks_verdict_conflicts_and_what_to_ask_next(visit: Enter) -> None:
    one = visit().open()
    told = one.ask("Can I bill A4222 with E0784?")
    assert one.page.locator(".verdict").inner_text() == "No"
    assert "[1]" in told
    one.ask("What is E1392?")
    conflict = one.page.locator(".answer").last.locator(".conflict")
    assert "The sources disagree" in conflict.inner_text()
    assert one.page.locator(".answer").last.locator("a.ask").count() >= 1
    one.picture("answer")
    one.page.locator(".answer").last.locator("a.ask").first.click()
    one.page.locator(".answer .actions").nth(2).wait_for()


def test_a_follow_up_shows_how_it_was_understood(visit: Enter) -> None:
    one = visit().open()
    one.ask("which supplies go with E0779?")
    assert "Understood as:" in one.ask("and E0784?")


def test_a_comparison_is_a_table_and_two_questions_have_two_answers(visit: Enter) -> None:
    one = visit().open()
    one.ask("Compare E1390 and E1392")
    assert one.page.locator(".answer table.compare th[scope=col]").all_inner_texts() == ["E1390", "E1392"]
    one.ask("What is E1392 and what is its warranty?")
    last = one.page.locator(".answer").last
    assert last.locator(".part").count() == 2
    assert last.locator(".abstained").count() == 1
    one.picture("comparison")


def test_what_is_not_in_the_sources_is_said_calmly_with_the_nearest_codes(visit: Enter) -> None:
    one = visit().open()
    told = one.ask("What is E1393?")
    assert "find" in told
    assert "in the sources" in told or "release" in told
    assert one.page.locator(".answer .abstained a.hc", has_text="E1392").count() == 1
    one.picture("not-found")


def test_the_question_is_in_view_when_a_long_answer_comes(visit: Enter) -> None:
    one = visit(height=700).open()
    one.ask("What is E1392?")
    one.ask("tell me about A4222")
    one.page.wait_for_timeout(500)
    box = one.page.locator("#conversation .message-row.user-row").last.bounding_box()
    frame = one.page.locator("#conversation").bounding_box()
    assert box
    assert frame
    assert frame["y"] - 1 <= box["y"] < frame["y"] + frame["height"] / 2


def test_edit_retry_and_undo(visit: Enter) -> None:
    one = visit().open()
    one.ask("What is A0425?")
    one.ask('What is E1392 & "the device/unit"?')
    page = one.page
    page.get_by_role("button", name="Retry").click()
    page.wait_for_timeout(500)
    assert page.locator(".answer").count() == 2
    page.get_by_role("button", name="Edit").last.click()
    box = page.locator("#conversation textarea")
    one.page.wait_for_function("document.querySelector('#conversation textarea').dataset.decoded === ''")
    assert box.input_value() == 'What is E1392 & "the device/unit"?'
    box.fill("What is E0784?")
    page.get_by_role("button", name="Submit").click()
    page.get_by_text("External ambulatory infusion pump, insulin").first.wait_for()
    assert page.locator(".answer").count() == 2
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("document.querySelectorAll('.answer').length === 1")
    assert page.input_value("#question textarea") == "What is E0784?"


def test_editing_the_first_question_begins_the_conversation_anew(visit: Enter) -> None:
    one = visit().open()
    one.ask("What is A0425?")
    one.page.get_by_role("button", name="Edit").click()
    one.page.locator("#conversation textarea").fill("What is E0784?")
    one.page.get_by_role("button", name="Submit").click()
    one.page.get_by_text("External ambulatory infusion pump, insulin").first.wait_for()
    assert one.page.locator(".answer").count() == 1
    assert "A0425" not in one.page.locator("#conversation").inner_text()


def test_copy_and_copy_link(visit: Enter) -> None:
    one = visit().open()
    one.ask("What is A0425?")
    one.page.get_by_role("button", name="Copy", exact=True).click()
    one.page.wait_for_function("document.getElementById('said').textContent === 'Answer copied.'")
    copied = one.page.evaluate("navigator.clipboard.readText()")
    assert "Ground mileage, per statute mile" in copied
    assert "Save as record" not in copied
    assert '[1] "Code: A0425' in copied, "a number means nothing without its quote"
    assert "SHA-256" in copied
    assert "Release: CMS HCPCS" in copied
    one.page.get_by_role("button", name="Copy link").click()
    one.page.wait_for_function("document.getElementById('said').textContent === 'Link copied.'")
    assert one.page.evaluate("navigator.clipboard.readText()") == f"{one.address}/?q=What%20is%20A0425%3F"


def test_conversations_are_listed_reopened_renamed_and_deleted_in_this_browser(visit: Enter) -> None:
    one = visit().open()
    page = one.page
    one.ask("What is A0425?")
    one.ask("and E1392?")
    page.get_by_role("button", name="Open sidebar").or_(page.locator("#sidebar .toggle-button")).first.click()
    history = page.locator("#history")
    history.get_by_role("button", name="Open conversation: What is A0425?").wait_for()
    one.picture("history")
    history.get_by_role("button", name="New conversation").click()
    page.wait_for_function("document.querySelectorAll('.answer').length === 0")
    one.ask("What is E0784?")
    page.wait_for_function("document.querySelectorAll('#history li').length === 2")
    history.get_by_role("button", name="Rename conversation: What is A0425?").click()
    page.keyboard.type("Mileage")
    page.keyboard.press("Enter")
    history.get_by_role("button", name="Open conversation: Mileage").click()
    page.get_by_text("Ground mileage, per statute mile").first.wait_for()
    assert page.locator(".answer").count() == 2
    one.ask("What is A4222?")
    page.reload()
    page.wait_for_selector("#history li", state="attached")
    assert page.locator("#history li .conversation").first.text_content() == "Mileage"
    delete = page.locator("#history li").first.locator("button", has_text="Delete")
    delete.dispatch_event("click")
    assert page.locator("#history li").count() == 2, "one click only asks"
    page.locator("#history button", has_text="Really delete").dispatch_event("click")
    page.wait_for_function("document.querySelectorAll('#history li').length === 1")
    other = visit().open()
    assert other.page.locator("#history li").count() == 0, "another browser sees nothing of it"


def test_a_link_asks_and_asking_again_gives_the_same(visit: Enter) -> None:
    question = "which supplies go with E0779?"
    one = visit().open(f"/?q={quote(question)}")
    one.page.locator(".answer .actions").wait_for()
    first = one.answer()
    assert "A4222" in first
    assert visit().open().ask(question) == first
    one.page.reload()
    one.page.wait_for_timeout(1500)
    assert one.page.locator(".answer").count() == 0, "a reload does not ask again"


def test_a_record_holds_question_answer_quotes_sources_and_circumstances(visit: Enter, site_folder: Path) -> None:
    one = visit().open()
    one.ask("What is E1392?")
    saved = {}
    with one.page.expect_popup() as opened:
        one.page.get_by_role("button", name="to print").click()
    opened.value.locator("h1", has_text="Record of an answer").wait_for()
    saved["html"] = opened.value.content()
    with one.page.expect_download() as download:
        one.page.get_by_role("button", name="PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    for name, form in (("Markdown", "md"), ("JSON", "json")):
        with one.page.expect_download() as download:
            one.page.get_by_role("button", name=name).click()
        assert download.value.suggested_filename.endswith(f".{form}")
        saved[form] = Path(download.value.path()).read_text(encoding="utf-8")
    data = json.loads(saved["json"])
    assert data["answer"]["question"] == "What is E1392?"
    assert data["index"]["generation"] == (site_folder / "CURRENT").read_text().strip()
    hashes = {source["sha256"] for source in data["sources"]}
    for citation in data["answer"]["citations"]:
        assert " ".join(citation["quote"].split()) in saved["md"]
    for text in (saved["md"], saved["html"]):
        assert data["index"]["generation"] in text
        assert "CMS HCPCS October 2025" in text
        assert all(digest in text for digest in hashes)


def test_a_rating_with_its_reason_becomes_an_eval_question(visit: Enter, site_folder: Path) -> None:
    one = visit().open()
    one.ask("What is A0425?")
    one.ask("and E1392?")
    one.page.get_by_role("button", name="Not helpful").last.click()
    one.page.get_by_label("Out of date").check()
    one.page.get_by_label("In your words").fill("The descriptor changed.")
    one.picture("feedback")
    assert one.violations() == []
    one.page.get_by_role("button", name="Send").click()
    one.page.locator(".toast-body", has_text="Thank you").wait_for()
    one.page.wait_for_function("[...document.querySelectorAll('#reason')].every(e => !e.checkVisibility())")
    (rated,) = [r for r in ratings(site_folder) if r.rating == "down"]
    assert rated.reason == "Out of date: The descriptor changed."
    assert rated.turns == ("What is A0425?", "and E1392?")
    assert rated.answer["timings_ms"]["total"] > 0
    (line,) = [q for q in questions(ratings(site_folder)) if q["rating"] == "down"]
    assert line["turns"] == ["What is A0425?", "and E1392?"]


def test_a_rating_can_be_sent_on_a_phone(visit: Enter) -> None:
    one = visit(width=360, height=740).open()
    one.ask("What is A4222?")
    one.page.get_by_role("button", name="Not helpful").click()
    send = one.page.get_by_role("button", name="Send")
    send.scroll_into_view_if_needed()
    box = send.bounding_box()
    assert box
    assert box["y"] + box["height"] <= 740
    send.click()
    one.page.wait_for_function("[...document.querySelectorAll('#reason')].every(e => !e.checkVisibility())")
    assert one.page.locator("#question").is_visible()


def test_a_closed_list_of_conversations_takes_no_focus(visit: Enter) -> None:
    one = visit().open()
    one.ask("What is A0425?")
    one.page.wait_for_selector("#history li", state="attached")
    hidden = "getComputedStyle(document.querySelector('#history li button')).visibility"
    assert one.page.evaluate(hidden) == "hidden"
