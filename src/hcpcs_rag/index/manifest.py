"""What a generation of the index holds, and the proof that it is whole.

``index/CURRENT`` names the generation in use and is replaced as the very last step of a build, so a
build that dies at any point leaves the old one serving.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hcpcs_rag.encoder.weights import calibration
from hcpcs_rag.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from hcpcs_rag.index.shaping import shaping_hash
from hcpcs_rag.settings import SCHEMA, Settings

Json = dict[str, Any]

MANIFEST = "manifest.json"
CURRENT = "CURRENT"
LIBRARY = "library.sqlite"
VECTORS = "vectors"
WORDS = "words"
ENCODER = "encoder"

REPAIR = "Build it again with: hcpcs-rag ingest PATH… --index {folder} --rebuild"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of ``manifest.json``: ``files`` maps a relative path to size and SHA-256; ``encoder`` says which model the
    vectors are of, and what computed those made last."""

    schema: int
    generation: str
    encoder: Json
    settings: dict[str, int | str]
    corpus_hash: str
    counts: dict[str, int]
    built_at: str
    files: dict[str, dict[str, str | int]] = field(default_factory=dict)


def repair(folder: Path) -> str:
    """Return the sentence that says how to repair the index in ``folder``."""
    return REPAIR.format(folder=folder)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe_files(generation: Path) -> dict[str, dict[str, str | int]]:
    """List every file of a generation but the manifest, with size and SHA-256."""
    return {
        path.relative_to(generation).as_posix(): {"bytes": path.stat().st_size, "sha256": hash_file(path)}
        for path in sorted(generation.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def write(generation: Path, manifest: Manifest) -> None:
    """Write ``manifest.json`` into a generation."""
    (generation / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")


def current(folder: Path) -> Path | None:
    """Return the generation in use, ``None`` where nothing was built yet.

    Raises ``IndexDamagedError`` where ``CURRENT`` names a generation that is not there.
    """
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as problem:
        raise IndexDamagedError(f"{folder / CURRENT} cannot be read.", repair(folder)) from problem
    generation = folder / name
    if not name or generation.parent != folder or not generation.is_dir():
        raise IndexDamagedError(f"{folder / CURRENT} names a generation that is not there.", repair(folder))
    return generation


def switch(folder: Path, generation: str) -> None:
    """Make ``generation`` the one in use, atomically."""
    temporary = folder / f".{CURRENT}.{os.getpid()}"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(generation + "\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / CURRENT)


def fingerprint(settings: Settings) -> dict[str, int | str]:
    """Return all that an index depends on besides the files: the settings, the code that shapes it, the trained layers."""
    return {**settings.index_fingerprint(), "shaped_by": shaping_hash(), "trained": calibration()["layers"][:16]}


def load(folder: Path, settings: Settings, encoder: str) -> tuple[Path, Manifest]:
    """Return the generation in use and its manifest, checked against what this program expects.

    Raises ``IndexMissingError``, ``IndexDamagedError`` or ``IndexMismatchError``.
    """
    generation = current(folder)
    if generation is None:
        raise IndexMissingError(
            f"There is no index in {folder}.", f"Build one with: hcpcs-rag ingest PATH… --index {folder}"
        )
    try:
        raw = json.loads((generation / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**raw)
        built_with = (manifest.schema, manifest.encoder["name"], manifest.settings)
    except (OSError, ValueError, TypeError, KeyError) as problem:
        raise IndexDamagedError(f"The manifest of {generation} cannot be read.", repair(folder)) from problem
    wanted = (SCHEMA, encoder, fingerprint(settings))
    if built_with[:2] == wanted[:2] and built_with[2].get("shaped_by") != wanted[2]["shaped_by"]:
        raise IndexMismatchError(
            f"The index in {folder} was built by another version of this program, which reads pages differently.",
            repair(folder),
        )
    if built_with[:2] == wanted[:2] and built_with[2].get("trained") != wanted[2]["trained"]:
        raise IndexMismatchError(
            f"The index in {folder} was made with other weights of the encoder than this program has.", repair(folder)
        )
    if built_with != wanted:
        raise IndexMismatchError(f"The index in {folder} was built with {built_with}, not {wanted}.", repair(folder))
    return generation, manifest


def verify(folder: Path, generation: Path, manifest: Manifest, part: str) -> None:
    """Prove that a part (a file, or all files of a folder) is as it was built.

    Raises ``IndexDamagedError`` naming the file that is missing, truncated or altered.
    """
    expected = {name: entry for name, entry in manifest.files.items() if name == part or name.startswith(f"{part}/")}
    if not expected:
        raise IndexDamagedError(f"The manifest of {generation} does not list {part}.", repair(folder))
    for name, entry in expected.items():
        path = generation / name
        if not path.is_file():
            raise IndexDamagedError(f"{path} is missing.", repair(folder))
        if path.stat().st_size != entry["bytes"]:
            raise IndexDamagedError(
                f"{path} has {path.stat().st_size:,} bytes, not {entry['bytes']:,}.", repair(folder)
            )
        if hash_file(path) != entry["sha256"]:
            raise IndexDamagedError(f"{path} was altered after it was built.", repair(folder))
