"""A library with a PDF and a hostile page, served in this process, and a browser that looks at it."""

from __future__ import annotations

import io
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from reportlab.pdfgen.canvas import Canvas

from hcpcs_rag.index.build import ingest
from hcpcs_rag.settings import Settings
from hcpcs_rag.web import serve
from hcpcs_rag.web.options import Options
from hcpcs_rag.web.served import Served

PICTURES = Path(__file__).parent / "pictures"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
HOSTILE = """---
code: K0606
title: "K0606 <script>window.stolen = 1</script> ![x](http://evil.example/a.png)"
publisher: "<img src=http://evil.example/b.png onerror=window.stolen=2>"
url: "javascript:window.stolen=3"
---
# K0606 <script>window.stolen = 1</script>

## Definition
K0606 is a <b onmouseover="window.stolen=4">wearable</b> defibrillator. See [here](javascript:window.stolen=5) or www.evil.example.
It weighs ![picture](http://evil.example/c.png) about one kilogram, says WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW.
"""
PDF_LINES = {
    1: ["Billing guide for pumps", "This guide was written for a test."],
    2: ["Units of E0779", "E0779 is a mechanical pump.", "Bill one unit of E0779 for each month of rental."],
}


@pytest.fixture(scope="session")
def site_folder(library: Path, tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    """The index that is served: the small library, a PDF of two pages and a page full of markup."""
    pages = tmp_path_factory.mktemp("pages")
    (pages / "hostile.md").write_text(HOSTILE, encoding="utf-8")
    (pages / "pumps.pdf").write_bytes(pdf(PDF_LINES))
    folder = tmp_path_factory.mktemp("site")
    ingest([library, pages], folder, Settings(), cache=encoder_cache)
    return folder


def pdf(pages: dict[int, list[str]]) -> bytes:
    """Write a PDF with a line of text each."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for lines in pages.values():
        for number, line in enumerate(lines):
            canvas.drawString(72, 720 - 24 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@contextmanager
def serving(folder: Path, options: Options, cache: Path) -> Iterator[tuple[str, Served]]:
    """Serve an index in a thread of this process; yield its address and what answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    served = Served(folder)
    application = serve.build(served, "127.0.0.1", port, options, cache)
    server = uvicorn.Server(
        uvicorn.Config(application, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}", served
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def site(site_folder: Path, encoder_cache: Path) -> Iterator[str]:
    """The address of the served application."""
    with serving(site_folder, Options(), encoder_cache) as (address, _):
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("needs a Chromium on the PATH (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """One person's window: opens the application, asks, and notes what should not happen."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.strayed: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda r: self.strayed.append(r.url) if not _is_own(r.url, address) else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)

    def open(self, path: str = "/") -> Visit:
        self.page.goto(self.address + path)
        self.page.wait_for_selector("#question textarea")
        return self

    def ask(self, question: str) -> str:
        """Ask, wait until the answer is whole, and return its text."""
        before = self.page.locator(".answer .actions").count()
        self.page.fill("#question textarea", question)
        self.page.press("#question textarea", "Enter")
        self.page.locator(".answer .actions").nth(before).wait_for()
        return self.answer()

    def answer(self) -> str:
        return self.page.locator(".answer").last.inner_text()

    def picture(self, name: str) -> None:
        PICTURES.mkdir(exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png")

    def violations(self) -> list[str]:
        """What axe finds wrong by the rules of WCAG 2.2 A and AA, and by its best practices."""
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": tags}}).response["violations"]
        return [f"{v['id']}: {v['nodes'][0]['html'][:150]}" for v in found]


def _is_own(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:")) or bool(re.match(r"about:", url))


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Visit]]:
    """Open windows on the application; each is a person of its own. Afterwards nothing may have gone wrong in any."""
    opened: list[Visit] = []

    def enter(
        *, width: int = 1400, height: int = 900, dark: bool = False, address: str = site, scale: float = 1
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            device_scale_factor=scale,
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(15_000)
        opened.append(Visit(context.new_page(), address))
        return opened[-1]

    yield enter
    for one in opened:
        one.page.context.close()
        assert one.strayed == []
        assert one.errors == []
