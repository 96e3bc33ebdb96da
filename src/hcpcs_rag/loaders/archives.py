"""Open ZIP and gzip safely: in memory, within limits, never by the names inside."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator

from hcpcs_rag.errors import UnreadableFileError

MAX_BYTES = 256 * 1024 * 1024
"""Unpacked bytes read of one archive: a CMS release has about 10 million."""


def gunzip(data: bytes, name: str) -> bytes:
    """Return what a gzip file holds. Raises ``UnreadableFileError`` if broken or too large."""
    try:
        with gzip.open(io.BytesIO(data)) as file:
            unpacked = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as problem:
        raise UnreadableFileError(f"{name} is not a readable gzip file.", "Download it again.") from problem
    if len(unpacked) > MAX_BYTES:
        raise UnreadableFileError(
            f"{name} unpacks to more than {MAX_BYTES:,} bytes.", "Unpack it yourself and name the file."
        )
    return unpacked


def members(data: bytes, name: str, suffixes: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield base name and bytes of the members with these endings, largest first.

    Raises ``UnreadableFileError`` if the archive is broken, encrypted or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = [i for i in archive.infolist() if i.filename.lower().endswith(suffixes) and not i.is_dir()]
            if sum(info.file_size for info in wanted) > MAX_BYTES:
                raise UnreadableFileError(
                    f"{name} unpacks to more than {MAX_BYTES:,} bytes.", "Unpack it yourself and name the file."
                )
            for info in sorted(wanted, key=lambda i: -i.file_size):
                with archive.open(info) as file:
                    yield info.filename.rsplit("/", 1)[-1], file.read(info.file_size + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error) as problem:
        raise UnreadableFileError(f"{name} is not a readable ZIP file.", "Download it again.") from problem
