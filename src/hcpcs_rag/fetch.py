"""Fetch a CMS release over HTTPS, and check it before anything is built from it."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path
from urllib.parse import urlparse

import httpx

from hcpcs_rag import loaders
from hcpcs_rag.errors import FetchError, UnreadableFileError
from hcpcs_rag.loaders.files import SourceFile

CMS_URL = "https://www.cms.gov/files/zip/{month}-{year}-alpha-numeric-hcpcs-file.zip"
"""CMS names each quarter's file by its first month; ``--url`` serves where it does not."""
QUARTERS = ("january", "april", "july", "october")
MAX_BYTES = 64 * 1024 * 1024
TIMEOUT_SECONDS = 60.0


def release_url(today: date) -> str:
    """Return the address of the release of the quarter that ``today`` is in."""
    return CMS_URL.format(month=QUARTERS[(today.month - 1) // 3], year=today.year)


def fetch_release(url: str, folder: Path, sha256: str | None = None) -> Path:
    """Download a release into ``folder`` and return its path.

    It is checked to be whole, to have the hash ``sha256`` if given, and to be readable as a release,
    before it takes its name; a failure leaves nothing behind. Raises ``FetchError``.
    """
    if not _is_safe(url):
        raise FetchError(f"{url} is not an HTTPS address.", "Give one that begins with https://.")
    data = _download(url)
    if sha256 and hashlib.sha256(data).hexdigest() != sha256.lower():
        raise FetchError(f"{url} has another SHA-256 than {sha256}.", "Check the hash, or the address.")
    name = re.sub(r"[^\w.-]", "_", Path(urlparse(url).path).name) or "release.zip"
    path = folder / name
    try:
        document = loaders.read(SourceFile(path, folder), data)
    except UnreadableFileError as problem:
        raise FetchError(
            f"What {url} sent is no release: {problem.what}", "Check the address in a browser."
        ) from problem
    if document.release is None:
        raise FetchError(f"What {url} sent is no release.", "Check the address in a browser.")
    folder.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{name}.part")
    temporary.write_bytes(data)
    temporary.replace(path)
    return path.resolve()


def _is_safe(url: str) -> bool:
    """Say whether an address is HTTPS, or HTTP on this machine."""
    try:
        parts = urlparse(url)
        local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and local)


def _download(url: str) -> bytes:
    """Return the body of an address, whole. Raises ``FetchError``."""
    data = bytearray()
    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=TIMEOUT_SECONDS) as response:
            if response.status_code != httpx.codes.OK:
                raise FetchError(
                    f"{url} answered {response.status_code}.", "Check the address, or give one with --url."
                )
            if not _is_safe(str(response.url)):
                raise FetchError(
                    f"{url} leads to {response.url}, which is not HTTPS.", "Give the final address with --url."
                )
            if "html" in response.headers.get("content-type", ""):
                raise FetchError(f"{url} sent a web page, not a file.", "Check the address, or give one with --url.")
            for block in response.iter_bytes():
                data += block
                if len(data) > MAX_BYTES:
                    raise FetchError(
                        f"{url} sent more than {MAX_BYTES:,} bytes.", "That is no HCPCS release; check the address."
                    )
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise FetchError(f"{url} cannot be fetched: {problem}.", "Check the network and try again.") from problem
    return bytes(data)
