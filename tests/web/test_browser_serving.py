"""Serving: many people at once, log-in, a proxy's path, conversations on the server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client

from hcpcs_rag import users
from hcpcs_rag.web.options import Options
from tests.web.conftest import Visit, serving

Enter = Callable[..., Visit]
PEOPLE = 32
ASKED = {
    "E1392": "Portable oxygen concentrator",
    "A0425": "Ground mileage",
    "E0784": "insulin",
    "A4222": "Infusion supplies",
}


def test_32_people_at_once_each_get_their_own_answers(site: str) -> None:
    """Each asks two questions, the second of which is only understood in their own conversation."""
    codes = [code for _, code in zip(range(PEOPLE), list(ASKED) * PEOPLE, strict=False)]
    people = [Client(site, verbose=False) for _ in codes]
    told: dict[int, tuple[str, str]] = {}
    waits: list[float] = []

    def converse(number: int) -> None:
        held: Any = None
        answers = []
        for question in (f"What is {codes[number]}?", "and who pays for it?"):
            start = time.perf_counter()
            _, messages, held = people[number].predict(question, held, api_name="/ask")
            waits.append(time.perf_counter() - start)
            answers.append(str(messages[-1]["content"]))
        told[number] = (answers[0], answers[1])
        assert held["questions"] == [f"What is {codes[number]}?", "and who pays for it?"]

    threads = [threading.Thread(target=converse, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(told) == PEOPLE, "nobody is left without an answer"
    for number, (first, second) in told.items():
        assert ASKED[codes[number]] in first
        for other in set(ASKED) - {codes[number]}:
            assert f"?code={other}" not in second, "nothing of another's conversation"
    assert max(waits) < 30


def test_who_waits_sees_the_place_in_line_and_who_came_first_is_served_first(
    visit: Enter, site_folder: Path, encoder_cache: Path
) -> None:
    with serving(site_folder, Options(), encoder_cache) as (address, served):
        assistant = served.memory.assistant
        ask, order = assistant.ask, []

        def slow(message: str, history: Any = ()) -> Any:
            if message[-1].isdigit():  # not one of the suggestions, which are asked to see that they are answered
                time.sleep(2.5)
                order.append(message)
            return ask(message, history)

        assistant.ask = slow  # type: ignore[method-assign]
        people = [visit(address=address).open() for _ in range(4)]
        for number, one in enumerate(people):
            one.page.fill("#question textarea", f"What is E1392? {number}")
            one.page.press("#question textarea", "Enter")
            one.page.wait_for_timeout(200)
        people[-1].page.get_by_text("queue: 2/2").wait_for()
        people[-1].picture("queue")
        for one in people:
            one.page.locator(".answer .actions").wait_for()
        assert {m[-1] for m in order[:2]} == {"0", "1"}
        assert {m[-1] for m in order[2:]} == {"2", "3"}


def test_a_question_that_finds_no_answer_stays_in_the_box(visit: Enter, site_folder: Path, encoder_cache: Path) -> None:
    with serving(site_folder, Options(), encoder_cache) as (address, served):
        ask = served.memory.assistant.ask
        served.memory.assistant.ask = None  # type: ignore[method-assign, assignment]
        one = visit(address=address).open()
        box = one.page.locator("#question textarea")
        box.fill("What is E1392?")
        box.press("Enter")
        one.page.get_by_text("Error").first.wait_for()
        assert box.input_value() == "What is E1392?"
        served.memory.assistant.ask = ask  # type: ignore[method-assign]
        box.press("Enter")
        one.page.locator(".answer .actions").wait_for()
        assert box.input_value() == ""
        one.errors.clear()  # the browser notes the failure, too


def test_only_users_of_the_file_get_in(visit: Enter, site_folder: Path, encoder_cache: Path, tmp_path: Path) -> None:
    file = tmp_path / "users"
    users.add(file, "coder", "a long password")
    with serving(site_folder, Options(users=users.read(file)), encoder_cache) as (address, _):
        assert "E1392" not in httpx.get(address).text
        body = {"session_hash": "x", "component_id": 1, "fn_name": "open_card", "data": {"code": "E1392"}}
        assert httpx.post(f"{address}/gradio_api/component_server", json=body).status_code == 401
        assert httpx.get(f"{address}/health").json()["status"] == "ok"
        one = visit(address=address)
        one.page.goto(address)
        one.page.get_by_label("username").fill("coder")
        one.page.get_by_label("password").fill("wrong")
        one.page.get_by_role("button", name="Login").click()
        one.page.get_by_text("Incorrect Credentials").wait_for()
        one.picture("login")
        one.page.get_by_label("username").fill("coder")
        one.page.get_by_label("password").fill("a long password")
        one.page.get_by_role("button", name="Login").click()
        one.page.wait_for_selector("#question textarea")
        assert "Ground mileage" in one.ask("What is A0425?")
        one.errors.clear()  # the browser logs the refused log-in


def test_conversations_on_the_server_follow_the_user(
    visit: Enter, site_folder: Path, encoder_cache: Path, tmp_path: Path
) -> None:
    file = tmp_path / "users"
    users.add(file, "ann", "one")
    users.add(file, "bob", "two")
    options = Options(users=users.read(file), share_history="server")
    with serving(site_folder, options, encoder_cache) as (address, _):

        def enter(name: str, password: str) -> Visit:
            one = visit(address=address)
            one.page.goto(address)
            one.page.get_by_label("username").fill(name)
            one.page.get_by_label("password").fill(password)
            one.page.get_by_role("button", name="Login").click()
            one.page.wait_for_selector("#question textarea")
            return one

        first = enter("ann", "one")
        assert "kept on the server" in first.page.locator("#talk").inner_text()
        first.ask("What is A0425?")
        first.page.wait_for_selector("#history li", state="attached")
        again = enter("ann", "one")
        again.page.wait_for_selector("#history li", state="attached")
        assert again.page.locator("#history li .conversation").text_content() == "What is A0425?"
        other = enter("bob", "two")
        other.page.wait_for_timeout(700)
        assert other.page.locator("#history li").count() == 0


def test_history_off_keeps_nothing(visit: Enter, site_folder: Path, encoder_cache: Path) -> None:
    with serving(site_folder, Options(share_history="off"), encoder_cache) as (address, _):
        one = visit(address=address).open()
        assert "Nothing of a conversation is written down." in one.page.locator("#talk").inner_text()
        one.ask("What is A0425?")
        assert "Ground mileage" in one.ask("and who pays for A0425?") or one.page.locator(".answer").count() == 2
        assert one.page.evaluate("localStorage.getItem('hcpcs-rag.conversations')") is None
        assert one.page.locator("#history button", has_text="New conversation").count() == 1


@contextmanager
def proxy(target: str, prefix: str) -> Iterator[str]:
    """A proxy that serves ``target`` below ``prefix``, as an operator would set one up."""

    class Handler(BaseHTTPRequestHandler):
        def forward(self) -> None:
            if not self.path.startswith(prefix):
                self.send_response(204)  # the browser looks for an icon at the root, which is not the application's
                self.end_headers()
                return
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {k: v for k, v in self.headers.items() if k.lower() not in ("connection", "accept-encoding")}
            headers["x-forwarded-host"] = self.headers["host"]
            url = target + (self.path[len(prefix) :] or "/")
            with httpx.stream(self.command, url, headers=headers, content=body, timeout=60) as answer:
                self.send_response(answer.status_code)
                for name, value in answer.headers.items():
                    if name.lower() not in ("transfer-encoding", "connection", "content-length", "content-encoding"):
                        self.send_header(name, value)
                self.end_headers()
                for chunk in answer.iter_bytes():
                    self.wfile.write(chunk)
                    self.wfile.flush()

        do_GET = do_POST = do_HEAD = forward

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{prefix}"
    server.shutdown()


def test_behind_a_proxy_under_a_path(visit: Enter, site_folder: Path, encoder_cache: Path) -> None:
    with (
        serving(site_folder, Options(root_path="/codes"), encoder_cache) as (target, _),
        proxy(target, "/codes") as address,
    ):
        one = visit(address=address).open()
        one.ask("What is E1392?")
        one.page.locator(".answer a.cite").first.click()
        one.page.locator("#quote").wait_for()
        assert one.page.locator(".answer a.hc").first.get_attribute("href") == "?code=E1392"


@pytest.mark.parametrize("header", ["content-security-policy", "referrer-policy", "x-content-type-options"])
def test_every_answer_carries_the_security_headers(site: str, header: str) -> None:
    assert httpx.get(site).headers[header]
    assert httpx.get(f"{site}/health").headers[header]


def test_no_files_are_taken_where_uploads_are_not_allowed(site: str) -> None:
    answer = httpx.post(f"{site}/gradio_api/upload", files={"files": ("x.txt", b"x")})
    assert answer.status_code == 403
