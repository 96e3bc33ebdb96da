"""``sources.toml`` beside files: who published them, and with what authority.

    [[source]]
    match = "L3*"            # the file's name, with * and ?
    authority = "policy"     # policy or reference; a release is told by its contents
    publisher = "CMS"
    url = "https://…"
    read_on = "2026-01-31"
    trusted = false          # what the page says of its own authority does not count

    [[document]]             # where a document is that pages name as their source
    name = "LCD L00001"      # how its name begins
    url = "https://…"

The first entry that matches counts; what a page says of itself in front matter comes before it. The file
is looked for in the folder of the page and in those above it, up to the folder that is ingested.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path

from hcpcs_rag.domain import Authority, Basis, Page
from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.loaders.files import SOURCES, SourceFile

_KEYS = {"match", "authority", "publisher", "url", "read_on", "trusted"}
_AUTHORITIES: dict[str, Authority] = {"policy": "policy", "reference": "reference"}


@dataclass(frozen=True, slots=True)
class Provenance:
    """What ``sources.toml`` says of the files that match."""

    match: str
    authority: Authority | None = None
    publisher: str | None = None
    url: str | None = None
    read_on: str | None = None
    trusted: bool = True
    documents: tuple[Basis, ...] = ()


def of_file(file: SourceFile) -> Provenance | None:
    """Return what is said of a file. Raises ``UnreadableFileError`` for a ``sources.toml`` that is wrong."""
    said: Provenance | None = None
    documents: list[Basis] = []
    folder = file.path.parent
    while folder.is_relative_to(file.root):
        entries, named = _entries(folder / SOURCES)
        said = said or next((entry for entry in entries if fnmatch(file.path.name, entry.match)), None)
        documents += named
        if folder == file.root:
            break
        folder = folder.parent
    return replace(said or Provenance("*"), documents=tuple(documents)) if said or documents else None


@lru_cache(maxsize=256)
def _read(path: Path, stamp: int) -> tuple[tuple[Provenance, ...], tuple[Basis, ...]]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise UnreadableFileError(f"{path} is not TOML: {problem}.", "See docs/reading.md for its form.") from problem
    entries = []
    for row in raw.get("source", []):
        unknown = set(row) - _KEYS
        authority = row.get("authority")
        if unknown or "match" not in row or (authority and authority not in _AUTHORITIES):
            wrong = ", ".join(sorted(unknown)) or f"authority {authority!r}" if "match" in row else "no match"
            raise UnreadableFileError(f"{path} has an entry with {wrong}.", "See docs/reading.md for its form.")
        publisher, url, read_on = (str(row[key]) if key in row else None for key in ("publisher", "url", "read_on"))
        trusted = row.get("trusted") is not False
        entries.append(
            Provenance(str(row["match"]), _AUTHORITIES.get(authority or ""), publisher, url, read_on, trusted)
        )
    documents = []
    for row in raw.get("document", []):
        if set(row) != {"name", "url"}:
            raise UnreadableFileError(f"{path} has a document without a name and a url.", "See docs/reading.md.")
        documents.append(Basis(str(row["name"]), str(row["url"])))
    return tuple(entries), tuple(documents)


def _entries(path: Path) -> tuple[tuple[Provenance, ...], tuple[Basis, ...]]:
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else ((), ())


def apply(page: Page, said: Provenance | None) -> Page:
    """Fill in what a page does not say of itself; its authority is set unless it is a release."""
    if said is None or page.authority == "release":
        return page
    page = replace(page, rests_on=tuple(_addressed(basis, said.documents) for basis in page.rests_on))
    if not said.trusted:
        read_on = page.read_on or said.read_on
        authority = said.authority or "reference"
        return replace(page, authority=authority, publisher=said.publisher, url=said.url, read_on=read_on)
    head = page.text[:2000].split("\n---")[0] if page.text.startswith("---") else ""
    return replace(
        page,
        authority=page.authority if "\nauthority:" in head or said.authority is None else said.authority,
        publisher=page.publisher if "\npublisher:" in head else said.publisher or page.publisher,
        url=page.url or said.url,
        read_on=page.read_on or said.read_on,
    )


def _addressed(basis: Basis, known: tuple[Basis, ...]) -> Basis:
    """A document with its address, if it brings none and one is known."""
    url = next((one.url for one in known if basis.name.startswith(one.name)), None)
    return basis if basis.url or url is None else replace(basis, url=url)
