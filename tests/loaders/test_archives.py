from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.loaders import archives


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_members_by_ending_largest_first_and_names_are_only_names() -> None:
    data = zipped({"../../a.txt": b"x", "deep/b.txt": b"xxx", "c.exe": b"x"})
    assert list(archives.members(data, "z", (".txt",))) == [("b.txt", b"xxx"), ("a.txt", b"x")]


def test_bombs_and_broken_archives_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 1000)
    with pytest.raises(UnreadableFileError, match="unpacks to more"):
        list(archives.members(zipped({"a.txt": b"0" * 2000}), "z", (".txt",)))
    with pytest.raises(UnreadableFileError, match="unpacks to more"):
        archives.gunzip(gzip.compress(b"0" * 2000), "z")
    with pytest.raises(UnreadableFileError, match="not a readable"):
        list(archives.members(b"PK\x03\x04 broken", "z", (".txt",)))
    with pytest.raises(UnreadableFileError, match="not a readable"):
        archives.gunzip(b"\x1f\x8b broken", "z")


def test_gzip_round_trip() -> None:
    assert archives.gunzip(gzip.compress(b"text"), "a.txt.gz") == b"text"
