from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.errors import NothingToReadError, PathNotFoundError, UnreadableFileError
from hcpcs_rag.loaders import files
from hcpcs_rag.loaders.files import SourceFile


def test_finds_files_once_and_leaves_hidden_ones(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "b.txt").write_text("x")
    found = files.find_files([tmp_path, tmp_path / "a.txt"])
    assert [f.path.name for f in found] == ["a.txt"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text("secret")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("x")
    (folder / "link.txt").symlink_to(outside)
    assert [f.path.name for f in files.find_files([folder])] == ["a.txt"]


def test_missing_and_empty_are_told(tmp_path: Path) -> None:
    with pytest.raises(PathNotFoundError):
        files.find_files([tmp_path / "nowhere"])
    with pytest.raises(NothingToReadError):
        files.find_files([tmp_path])


def test_unreadable_bytes_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"  ")
    source = SourceFile(tmp_path / "a.txt", tmp_path)
    with pytest.raises(UnreadableFileError, match="empty"):
        files.read_bytes(source, 100)
    (tmp_path / "a.txt").write_bytes(b"x" * 200)
    with pytest.raises(UnreadableFileError, match="more than the limit"):
        files.read_bytes(source, 100)
    with pytest.raises(UnreadableFileError, match="not text"):
        files.decode(bytes(range(256)) * 20, "a.bin")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_usual_encodings_give_the_same_text(encoding: str) -> None:
    assert files.decode("Patient’s “order”\r\nÉ".encode(encoding), "a") == "Patient’s “order”\nÉ"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xff\xfeplain text, eve", "plain text, eve"),
        (b"\xef\xbb\xbfcaf\xe9 in cp1252", "café in cp1252"),
        (b"nul\x00byte " + b"in ordinary text " * 20, "nul byte " + "in ordinary text " * 20),
    ],
)
def test_lying_marks_and_null_bytes(data: bytes, text: str) -> None:
    assert files.decode(data, "a") == text


def test_invisible_characters_become_spaces() -> None:
    assert files.decode("a\u202eb\u200bc".encode(), "a") == "a b c"


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc", "Cf"]), max_size=200))
def test_utf8_round_trip(text: str) -> None:
    assert files.decode(text.encode(), "a") == text
