"""What changed from one CMS release to another: codes added, ended, reworded, re-priced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hcpcs_rag import loaders
from hcpcs_rag.domain import CodeRecord
from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.loaders import files
from hcpcs_rag.settings import Settings

ChangeKind = Literal["added", "ended", "removed", "reworded", "repriced"]
_ORDER: tuple[ChangeKind, ...] = ("added", "ended", "removed", "reworded", "repriced")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a code; ``before`` and ``after`` are the descriptors, days or pricing it touched."""

    change: ChangeKind
    code: str
    before: str
    after: str


def read_release(path: Path) -> list[CodeRecord]:
    """Read the records of a release file. Raises ``InputError``."""
    (file,) = files.find_files([path])[:1]
    document = loaders.read(file, files.read_bytes(file, Settings().max_file_bytes))
    if document.release is None:
        raise UnreadableFileError(f"{path} is no CMS release.", "Name an XLSX, ZIP, TXT or CSV as released.")
    return list(document.records)


def differences(old: Iterable[CodeRecord], new: Iterable[CodeRecord]) -> list[Change]:
    """Compare two releases. A code that ended between them is "ended"; one that is just gone, "removed".

    Fields that either release does not tell (a bare list of descriptors) are not compared.
    """
    before, after = {r.code: r for r in old}, {r.code: r for r in new}
    changes = [Change("added", c, "", after[c].long) for c in after.keys() - before.keys()]
    changes += [Change("removed", c, before[c].long, "") for c in before.keys() - after.keys()]
    for code in before.keys() & after.keys():
        was, now = before[code], after[code]
        if now.ended and now.ended != was.ended:
            changes.append(Change("ended", code, was.ended.isoformat() if was.ended else "", now.ended.isoformat()))
        if " ".join(was.long.lower().split()) != " ".join(now.long.lower().split()):
            changes.append(Change("reworded", code, was.long, now.long))
        if was.pricing and now.pricing and was.pricing != now.pricing:
            changes.append(Change("repriced", code, ", ".join(was.pricing), ", ".join(now.pricing)))
    return sorted(changes, key=lambda c: (_ORDER.index(c.change), c.code))
