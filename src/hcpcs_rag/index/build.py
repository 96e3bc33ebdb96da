"""Ingest: read files, embed what is new, write a generation, and put it in use as the last step."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hcpcs_rag.encoder import export
from hcpcs_rag.encoder.batches import DIMENSION, FILES, WEIGHTS
from hcpcs_rag.errors import IndexFolderError, IndexLockedError, NothingToReadError
from hcpcs_rag.index import manifest as manifests
from hcpcs_rag.index import vectors, words
from hcpcs_rag.index.draft import LibraryDraft
from hcpcs_rag.index.embed import Embedding, Known
from hcpcs_rag.index.fill import Skipped, fill, find_fresh
from hcpcs_rag.index.library import Library, gone
from hcpcs_rag.index.manifest import ENCODER, LIBRARY, VECTORS, WORDS, Json, Manifest
from hcpcs_rag.index.vectors import VectorIndex
from hcpcs_rag.loaders import files
from hcpcs_rag.settings import ENCODER_NAME, SCHEMA, Settings

_GENERATION = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}x*")
Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is; 0 where that is not known yet."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What an ingest did, as ``ingest --json`` prints it; ``gone`` are sources that still answer and are no longer on disk."""

    files: int
    pages: int
    passages: int
    codes: int
    modifiers: int
    relations: int
    seconds: float
    skipped: tuple[tuple[str, str], ...]
    generation: str
    changed: bool
    embedded: int
    gone: tuple[str, ...] = ()


def ingest(
    paths: Sequence[Path],
    folder: Path,
    settings: Settings,
    *,
    prune: bool = False,
    rebuild: bool = False,
    cache: Path | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> Summary:
    """Add or update files and folders in the index of ``folder``.

    ``prune`` drops sources that are gone from disk; a file that was moved or renamed replaces its older self without it.
    ``rebuild`` ignores what was there. ``cache``
    is a folder in which the exported encoder is kept for other indexes. Files that cannot be read
    are skipped and reported. Raises ``InputError``, ``IndexFolderError`` or ``EncoderError``; the
    index that was there stays in use whenever an error or an interrupt ends the ingest.
    """
    started = time.perf_counter()
    found = files.find_files(paths)
    with _locked(folder):
        _clean_leftovers(folder)
        old = None if rebuild else _old_generation(folder, settings)
        known = _sources_of(old)
        fresh, skipped = find_fresh(found, known, settings)
        present = {file.name for file in found}
        absent = [s for s in sorted(known) if s not in present and not Path(s).exists()]
        moved = {one.digest for one in fresh}
        dropped = [s for s in absent if prune or known[s] in moved]
        left = tuple(gone(s for s in absent if s not in dropped))
        if old and not fresh and not dropped:
            return _summary(old[1], started, skipped, changed=False, embedded=0, gone=left)
        work = folder / f".building-{os.getpid()}"
        work.mkdir()
        try:
            library = _start_library(work, old, dropped)
            scratch = work / ".made"

            def encoder() -> Path:
                return _place_encoder(work, old, cache, progress)

            with Embedding(library, encoder, scratch, _known(old), settings) as embedding:
                changes = fill(library, fresh, settings, skipped, lambda done: progress("Reading", done, len(fresh)))
                if not changes and not dropped:
                    return _nothing_read(old, started, found, skipped)
                library.set_skipped(skipped, present)
                embedding.finish(lambda done, total: progress("Embedding", done, total))
            _index_passages(work, library, embedding, progress)
            scratch.unlink()
            encoder()  # where no text was new, too
            manifest = _finish(folder, work, library, settings, embedding.described)
        finally:
            shutil.rmtree(work, ignore_errors=True)  # gone already where the generation was finished
        manifests.switch(folder, manifest.generation)
        _remove_older(folder, keep={manifest.generation, old[0].name if old else ""})
        return _summary(manifest, started, skipped, changed=True, embedded=embedding.count, gone=left)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; a second ingest is told at once instead of waiting unseen."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / ".lock").open("w")
    except OSError as problem:
        raise IndexFolderError(
            f"The index folder {folder} cannot be written: {problem.strerror}.", "Name another with --index."
        ) from problem
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise IndexLockedError(f"Another ingest is writing {folder}.", "Wait until it is done.") from busy
        yield


def _clean_leftovers(folder: Path) -> None:
    for path in folder.glob(".building-*"):
        shutil.rmtree(path, ignore_errors=True)


def _remove_older(folder: Path, keep: set[str]) -> None:
    """Remove generations but the newest and the one before it, which may still be read from."""
    for path in folder.iterdir():
        if path.is_dir() and path.name not in keep and _GENERATION.fullmatch(path.name):
            shutil.rmtree(path, ignore_errors=True)


def _old_generation(folder: Path, settings: Settings) -> tuple[Path, Manifest] | None:
    """The generation to build upon: whole, and of the same schema, encoder and settings."""
    if manifests.current(folder) is None:
        return None
    generation, manifest = manifests.load(folder, settings, ENCODER_NAME)
    for part in (LIBRARY, VECTORS):
        manifests.verify(folder, generation, manifest, part)
    return generation, manifest


def _sources_of(old: tuple[Path, Manifest] | None) -> dict[str, str]:
    if old is None:
        return {}
    library = Library.open(old[0] / LIBRARY)
    try:
        return library.sources()
    finally:
        library.close()


def _start_library(work: Path, old: tuple[Path, Manifest] | None, dropped: Sequence[str]) -> LibraryDraft:
    """A library to fill: a copy of the last one without the sources that are gone, or an empty one."""
    path = work / LIBRARY
    if old is None:
        return LibraryDraft.create(path)
    shutil.copyfile(old[0] / LIBRARY, path)
    library = LibraryDraft.reopen(path)
    for source in dropped:
        library.remove_source(source)
    return library


def _nothing_read(
    old: tuple[Path, Manifest] | None, started: float, found: Sequence[files.SourceFile], skipped: Skipped
) -> Summary:
    """The outcome where no file could be read: what was there stays; with nothing there, an error."""
    if old:
        return _summary(old[1], started, skipped, changed=False, embedded=0)
    reasons = "; ".join(reason for _, reason in skipped[:3])
    raise NothingToReadError(f"None of {len(found)} files could be read: {reasons}", "See the reasons above.")


def _place_encoder(work: Path, old: tuple[Path, Manifest] | None, cache: Path | None, progress: Progress) -> Path:
    """Put the encoder into a generation, once: from the last one, from the cache, else exported anew."""
    target = work / ENCODER
    if target.exists():
        return target
    stored = cache / f"{ENCODER_NAME}-{export.model_hash()[:16]}" if cache else None
    for donor in (old[0] / ENCODER if old else None, stored):
        if donor and all((donor / name).is_file() for name in FILES):
            target.mkdir()
            for name in FILES:
                _link(donor / name, target / name)
            return target
    progress("Exporting the encoder", 0, 1)
    export.export(target)
    if stored:
        stored.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            _link(target / name, stored / f".{name}.{os.getpid()}")
            (stored / f".{name}.{os.getpid()}").replace(stored / name)
    progress("Exporting the encoder", 1, 1)
    return target


def _link(source: Path, target: Path) -> None:
    """Link a file, which costs no space, or copy it where the disk does not link."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _known(old: tuple[Path, Manifest] | None) -> Known:
    """The vectors that need not be made again."""
    if old is None:
        return Known()
    library = Library.open(old[0] / LIBRARY)
    digests = library.passage_digests()
    library.close()
    return Known(digests, VectorIndex(old[0] / VECTORS))


def _index_passages(work: Path, library: LibraryDraft, embedding: Embedding, progress: Progress) -> None:
    """Number the passages, and write the dense and the full-text index of them."""
    library.number_passages()
    library.count_words()
    ordered = work / ".ordered"
    vectors.build(work / VECTORS, embedding.ordered(ordered), library.counts()["records"])
    ordered.unlink(missing_ok=True)
    progress("Indexing words", 0, 1)
    texts = library.passage_texts()
    words.build(work / WORDS, ((n, text, "record" if code else "page") for n, text, _, code in texts))
    progress("Indexing words", 1, 1)


def _finish(folder: Path, work: Path, library: LibraryDraft, settings: Settings, embedded: Json) -> Manifest:
    """Write the manifest and give the generation its name."""
    counts = library.counts()
    corpus = hashlib.sha256("\n".join(f"{s} {d}" for s, d in sorted(library.sources().items())).encode()).hexdigest()
    library.close()
    now = datetime.now(UTC)
    name = f"{now:%Y%m%dT%H%M%S}-{corpus[:8]}"
    while (folder / name).exists():
        name += "x"
    manifest = Manifest(
        schema=SCHEMA,
        generation=name,
        encoder={
            "name": ENCODER_NAME,
            "sha256": manifests.hash_file(work / ENCODER / WEIGHTS),
            "dimension": DIMENSION,
            **embedded,
        },
        settings=manifests.fingerprint(settings),
        corpus_hash=corpus,
        counts=counts,
        built_at=now.isoformat(timespec="seconds"),
        files=manifests.describe_files(work),
    )
    manifests.write(work, manifest)
    work.rename(folder / name)
    return manifest


def _summary(
    manifest: Manifest,
    started: float,
    skipped: list[tuple[str, str]],
    *,
    changed: bool,
    embedded: int,
    gone: tuple[str, ...] = (),
) -> Summary:
    counts = manifest.counts
    return Summary(
        files=counts["files"],
        pages=counts["pages"],
        passages=counts["passages"],
        codes=counts["codes"],
        modifiers=counts["modifiers"],
        relations=counts["relations"],
        seconds=round(time.perf_counter() - started, 2),
        skipped=tuple(skipped),
        generation=manifest.generation,
        changed=changed,
        embedded=embedded,
        gone=gone,
    )
