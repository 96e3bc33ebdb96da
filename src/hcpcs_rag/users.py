"""The file of users who may log in to the web chat: a name and a hashed password a line."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from pathlib import Path

from hcpcs_rag.errors import UsersFileError

N, R, P = 2**14, 8, 1
"""scrypt's cost for interactive logins (RFC 7914, section 2; OWASP's password storage cheat sheet lists it with p=5,
which is kept lower here for a two-core server): 16 MB and about 50 ms a try."""
_LINE = re.compile(r"(?P<name>[^\s:#][^:]*):scrypt:(?P<salt>[0-9a-f]{32}):(?P<hash>[0-9a-f]{64})")
_NAME = re.compile(r"[\w.@-]{1,64}")


def hashed(password: str, salt: bytes) -> str:
    """Return the scrypt hash of a password in hexadecimal digits."""
    return hashlib.scrypt(password.encode(), salt=salt, n=N, r=R, p=P, dklen=32).hex()


def read(path: Path) -> dict[str, tuple[str, str]]:
    """Read a file of users; return the salt and hash of each. Raises ``UsersFileError``."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise UsersFileError(
            f"The users file {path} cannot be read: {problem}.", f"Make it with: hcpcs-rag users add NAME --file {path}"
        ) from problem
    users = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise UsersFileError(
                f"{path}, line {number} is not name:scrypt:salt:hash.",
                f"Write lines with: hcpcs-rag users add NAME --file {path}",
            )
        users[match["name"]] = (match["salt"], match["hash"])
    if not users:
        raise UsersFileError(f"{path} names no user.", f"Add one with: hcpcs-rag users add NAME --file {path}")
    return users


def check(users: dict[str, tuple[str, str]], name: str, password: str) -> bool:
    """Say whether a password is a user's; as slow for a name that is not known."""
    salt, wanted = users.get(name, ("00" * 16, ""))
    return hmac.compare_digest(hashed(password, bytes.fromhex(salt)), wanted)


def add(path: Path, name: str, password: str) -> None:
    """Add a user to a file, or change the password of one; only its owner may read it. Raises ``UsersFileError``."""
    if not _NAME.fullmatch(name):
        raise UsersFileError(f"{name!r} is no usable name.", "Use letters, digits, dots, dashes and @, up to 64.")
    if not password:
        raise UsersFileError("The password is empty.", "Type at least one character.")
    users = read(path) if path.exists() and path.read_bytes().strip() else {}
    salt = os.urandom(16)
    users[name] = (salt.hex(), hashed(password, salt))
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        new.touch(mode=0o600, exist_ok=False)
        new.write_text("".join(f"{user}:scrypt:{s}:{h}\n" for user, (s, h) in users.items()), encoding="utf-8")
        new.replace(path)
    except OSError as problem:
        raise UsersFileError(
            f"{path} cannot be written: {problem.strerror}.", "Choose another with --file."
        ) from problem
