from __future__ import annotations

import csv
import hashlib
import io
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from hcpcs_rag.errors import FetchError
from hcpcs_rag.fetch import fetch_release, release_url
from hcpcs_rag.index.build import ingest
from hcpcs_rag.index.opened import Index
from hcpcs_rag.settings import Settings
from tests.conftest import COLUMNS, ROWS


def body() -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, *ROWS])
    return out.getvalue().encode()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        data = b"nothing of use\n" * 50 if self.path == "/junk.csv" else body()
        if self.path == "/missing.csv":
            self.send_error(404)
            return
        self.send_response(200)
        html = self.path == "/page.csv"
        self.send_header("Content-Type", "text/html" if html else "text/csv")
        self.send_header("Content-Length", str(len(data) + (100 if self.path == "/cut.csv" else 0)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    http = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{http.server_port}"
    http.shutdown()


def test_a_release_is_fetched_checked_and_ingested(server: str, tmp_path: Path, encoder_cache: Path) -> None:
    url = f"{server}/HCPC2025_OCT.csv"
    path = fetch_release(url, tmp_path / "downloads", hashlib.sha256(body()).hexdigest())
    assert path.read_bytes() == body()
    ingest([path], tmp_path / "index", Settings(), cache=encoder_cache)
    assert Index(tmp_path / "index", Settings()).releases[0].name == "CMS HCPCS October 2025"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing.csv", "404"),
        ("page.csv", "web page"),
        ("cut.csv", "cannot be fetched"),
        ("junk.csv", "no release"),
    ],
)
def test_whatever_goes_wrong_leaves_nothing(server: str, tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(FetchError, match=says):
        fetch_release(f"{server}/{name}", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_hash_is_refused(server: str, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="another SHA-256"):
        fetch_release(f"{server}/HCPC2025_OCT.csv", tmp_path, "0" * 64)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["http://example.com/x.zip", "file:///etc/passwd", "x.zip"])
def test_only_https(url: str, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="not an HTTPS address"):
        fetch_release(url, tmp_path)


def test_the_address_of_a_quarter() -> None:
    assert release_url(date(2026, 11, 21)).endswith("/october-2026-alpha-numeric-hcpcs-file.zip")
    assert release_url(date(2027, 1, 1)).endswith("/january-2027-alpha-numeric-hcpcs-file.zip")
