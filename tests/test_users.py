from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest

from hcpcs_rag import users
from hcpcs_rag.errors import UsersFileError


def test_passwords_are_checked_against_hashes(tmp_path: Path) -> None:
    file = tmp_path / "users"
    users.add(file, "ann", "correct horse")
    users.add(file, "bob", "battery staple")
    known = users.read(file)
    assert users.check(known, "ann", "correct horse")
    assert not users.check(known, "ann", "battery staple")
    assert not users.check(known, "carl", "")
    assert "horse" not in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_password_is_changed_in_place(tmp_path: Path) -> None:
    file = tmp_path / "users"
    users.add(file, "ann", "old")
    users.add(file, "ann", "new")
    assert list(users.read(file)) == ["ann"]
    assert users.check(users.read(file), "ann", "new")


def test_the_hash_is_scrypt_of_rfc_7914() -> None:
    """The RFC's own vector (section 12) fixes the function; ours differs in cost alone."""
    vector = hashlib.scrypt(b"password", salt=b"NaCl", n=1024, r=8, p=16, maxmem=2**26, dklen=64).hex()
    assert vector.startswith("fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162")
    assert users.hashed("a", b"b" * 16) == hashlib.scrypt(b"a", salt=b"b" * 16, n=16384, r=8, p=1, dklen=32).hex()


@pytest.mark.parametrize("text", ["", "# nobody\n", "ann:plain text password\n", "ann:scrypt:00:11\n"])
def test_a_file_that_cannot_be_used_says_what_to_do(tmp_path: Path, text: str) -> None:
    file = tmp_path / "users"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsersFileError, match="hcpcs-rag users add"):
        users.read(file)


def test_a_file_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsersFileError, match="hcpcs-rag users add"):
        users.read(tmp_path / "none")


@pytest.mark.parametrize(("name", "password"), [("", "x"), ("a:b", "x"), ("a b", "x"), ("ann", "")])
def test_unusable_names_and_passwords_are_refused(tmp_path: Path, name: str, password: str) -> None:
    with pytest.raises(UsersFileError):
        users.add(tmp_path / "users", name, password)
    assert not (tmp_path / "users").exists()
