"""Find the files to read, and turn their bytes into text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hcpcs_rag.errors import NothingToReadError, PathNotFoundError, UnreadableFileError

SOURCES = "sources.toml"
"""The file that says who published the files beside it; see ``loaders.provenance``."""

# Control characters and bidirectional overrides: invisible, and able to make a quote look other
# than it is. Each becomes a space, so a page never hides text from its reader.
_INVISIBLE = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read; ``root`` is the folder it was found under, up to which ``sources.toml`` counts."""

    path: Path
    root: Path

    @property
    def name(self) -> str:
        """The path as shown to people: absolute and resolved, the same on every run."""
        return str(self.path)


def find_files(paths: Iterable[Path]) -> list[SourceFile]:
    """List the files below ``paths``, sorted; hidden ones and links out of a folder are left out.

    Raises ``PathNotFoundError`` for a path that is not there, ``NothingToReadError`` where nothing
    is left to read.
    """
    found: dict[Path, SourceFile] = {}
    named = list(paths)
    for path in named:
        if not path.exists():
            raise PathNotFoundError(f"There is no file or folder {path}.", "Check the spelling of the path.")
        root = path.resolve()
        for file in [root] if root.is_file() else _walk(root):
            found.setdefault(file, SourceFile(file, root if root.is_dir() else root.parent))
    if not found:
        listed = ", ".join(str(p) for p in named)
        raise NothingToReadError(
            f"No file to read in {listed}.",
            "Name a folder that holds code pages (.md, .txt) or a CMS release (.xlsx, .csv).",
        )
    return [found[path] for path in sorted(found)]


def _walk(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        hidden = any(part.startswith(".") for part in relative.parts)
        if hidden or path.name == SOURCES or not path.is_file():
            continue
        if path.resolve().is_relative_to(root):
            yield path.resolve()


def read_bytes(file: SourceFile, limit: int) -> bytes:
    """Return a file's bytes. Raises ``UnreadableFileError`` if it is empty, too large or locked."""
    try:
        size = file.path.stat().st_size
        if size > limit:
            raise UnreadableFileError(f"{file.name} has {size:,} bytes, more than the limit of {limit:,}.", "Split it.")
        data = file.path.read_bytes()
    except OSError as problem:
        raise UnreadableFileError(
            f"{file.name} cannot be opened: {problem.strerror}.", "Check its permissions."
        ) from problem
    if not data.strip():
        raise UnreadableFileError(f"{file.name} is empty.", "Save the page again.")
    return data


def digest(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes, name: str) -> str:
    """Turn bytes into canonical text: UTF-8, UTF-16 by its mark, else cp1252; line ends as ``\\n``.

    Raises ``UnreadableFileError`` for binary data.
    """
    text = _decode(data, name)
    return clean(text.replace("\r\n", "\n").replace("\r", "\n"))


def clean(text: str) -> str:
    """Return text of the same length, with a space for each character that cannot be seen."""
    return _INVISIBLE.sub(" ", text)


def _decode(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        if b"\x00" in data[:4000]:  # without one, the mark lies: English in UTF-16 is half zeros
            return data.decode("utf-16", errors="replace")
        data = data[2:]
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    head = text[:100_000]
    strange = sum(1 for c in head if c == "\ufffd" or (ord(c) < 32 and c not in "\n\r\t\f"))
    if strange > len(head) / 100:
        raise UnreadableFileError(f"{name} is not text.", "Convert it to .txt, .md or .html first.")
    return text
