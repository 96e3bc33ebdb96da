"""An opened index: look-ups by code, by words and by meaning, each part loaded when first needed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from hcpcs_rag import codes
from hcpcs_rag.currency import UPDATE, size
from hcpcs_rag.domain import CodeRecord, Page, Passage, Relation, Release
from hcpcs_rag.errors import UnknownPageError
from hcpcs_rag.index import manifest as manifests
from hcpcs_rag.index.library import Library, gone
from hcpcs_rag.index.manifest import ENCODER, LIBRARY, VECTORS, WORDS
from hcpcs_rag.language import stem
from hcpcs_rag.settings import ENCODER_NAME, Settings

if TYPE_CHECKING:
    from hcpcs_rag.encoder.serve import Encoder
    from hcpcs_rag.index.vectors import VectorIndex, Vectors
    from hcpcs_rag.index.words import Scope, Words

DOCUMENT_NUMBER = re.compile(r"\b[A-Z]{1,3}\d{5,8}\b")
"""The number of a document, such as L33794 or A52507; a code has four digits."""
REMEMBERED = 64
"""Texts whose vectors are kept: those of the questions being answered."""


class Index:
    """The generation in use of an index folder, for reading, from any thread.

    The encoder, the vectors and the full-text index are loaded, after their hashes are checked, when
    a question first needs them: a question about a code by its name needs none of them.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        """Open the index. Raises ``IndexFolderError`` with the command that repairs it."""
        self._folder = folder
        self._settings = settings
        self._generation, self.manifest = manifests.load(folder, settings, ENCODER_NAME)
        self._lock = Lock()
        self._library = Library.open(self._part(LIBRARY))
        self.page = lru_cache(maxsize=2048)(self._page)
        self._embedded: dict[str, Vectors] = {}
        self.catalogue = lru_cache(maxsize=2)(self._catalogue)

    def _part(self, name: str) -> Path:
        manifests.verify(self._folder, self._generation, self.manifest, name)
        return self._generation / name

    def preload(self) -> None:
        """Load every part now, for a server that outlives the generation it was started on."""
        self.search_words(["code"], 1)
        self.search_meaning("code", 1)

    def close(self) -> None:
        """Let go of the files."""
        self._library.close()

    # Codes

    @cached_property
    def known(self) -> dict[str, str]:
        """Every code and modifier of the loaded releases, with its kind."""
        return self._library.known_codes()

    @cached_property
    def releases(self) -> list[Release]:
        """The loaded releases, newest first."""
        return [release for release, _ in self._library.release_sources()]

    def release(self, on: date | None = None) -> Release | None:
        """Return the release in force on a day: the newest, or the newest not after ``on``."""
        if on:
            in_force = [r for r in self.releases if r.effective <= on] or self.releases[-1:]
            return in_force[0] if in_force else None
        return self.releases[0] if self.releases else None

    def whole_release(self) -> Release | None:
        """Return the newest release that is loaded whole: the one that can tell that a code does not exist."""
        return next((r for r in self.releases if r.whole), None)

    def record(self, code: str, on: date | None = None) -> CodeRecord | None:
        """Return a code's record in the release in force, else in the newest that has it."""
        return self.records([code], on).get(code)

    def records(self, names: Iterable[str], on: date | None = None) -> dict[str, CodeRecord]:
        """Return the records of several codes at once; those that no release has are left out."""
        release = self.release(on)
        found: dict[str, CodeRecord] = {}
        for record in self._library.records_of(names, [r.release_id for r in self.releases]):
            if record.code not in found or (release and record.release_id == release.release_id):
                found[record.code] = record
        return found

    def searched(self) -> str:
        """Say where a code was looked for that is nowhere, to be read behind "is not".

        That it does not exist is said on the word of a whole release only.
        """
        whole = self.whole_release()
        if whole:
            return f"in {whole.name} ({size(whole)}) or on any loaded page"
        release = self.release()
        if release:
            loaded = f"among the {release.codes:,} codes loaded, an extract of {release.name}"
            return f"{loaded}, or on any page; {UPDATE} fetches the whole release"
        return f"on any loaded page, and no CMS release is loaded; {UPDATE} fetches it"

    def in_release(self, code: str, release: Release) -> bool:
        """Say whether a release, or a newer one, has a code."""
        newest = self.record(code)
        return newest is not None and any(
            r.release_id == newest.release_id and r.effective >= release.effective for r in self.releases
        )

    def full_record(self, record: CodeRecord) -> CodeRecord:
        """Return the newest record of a code that tells coverage and dates.

        A list of descriptors alone may be newer than the last full release; what it does not say is
        taken from that release, under that release's name.
        """
        if record.coverage or record.added:
            return record
        older = (self._library.record(record.code, r.release_id) for r in self.releases)
        return next((r for r in older if r and (r.coverage or r.added)), record)

    def _catalogue(self, release: Release) -> tuple[CodeRecord, ...]:
        """All records of a release, with what older releases tell of their coverage and dates."""
        return tuple(map(self.full_record, self._library.records(release.release_id)))

    def record_page(self, record: CodeRecord) -> Page:
        """Return the page of a record."""
        return self.page(f"{record.release_id}/{record.code}")

    def is_modifier(self, name: str) -> bool:
        """Say whether two characters are a modifier of a loaded release."""
        return self.known.get(name) == "modifier"

    def nearest(self, code: str) -> tuple[str, ...]:
        """Return known codes one slip away."""
        return codes.nearest(code, self.known)

    # Pages

    def _page(self, page_id: str) -> Page:
        page = self._library.page(page_id)
        if page is None:
            raise UnknownPageError(f"The index holds no page {page_id}.", "List pages with: hcpcs-rag status")
        return page

    def page_ids(self) -> list[str]:
        """Return the ids of all pages, records included, sorted."""
        return sorted(self._library.page_ids())

    @cached_property
    def documents(self) -> tuple[str, ...]:
        """The ids of the loaded pages that hold the number of a document, such as L33794."""
        return tuple(page_id for page_id in self.page_ids() if DOCUMENT_NUMBER.search(page_id))

    def documents_named(self, name: str) -> list[str]:
        """Return the ids of the loaded pages whose document's number stands in a name, such as "LCD L33794 Pumps"."""
        numbers = set(DOCUMENT_NUMBER.findall(name))
        return [page_id for page_id in self.documents if numbers & set(DOCUMENT_NUMBER.findall(page_id))]

    def pages_about(self, code: str) -> list[Page]:
        """Return the pages whose subject is ``code``, records left out."""
        return [p for p in map(self.page, self._library.pages_about(code)) if p.authority != "release"]

    def pages_mentioning(self, code: str) -> list[Page]:
        """Return the pages that name ``code`` without being about it, records left out."""
        pages = map(self.page, self._library.pages_mentioning(code))
        return [p for p in pages if p.authority != "release" and code not in p.subjects]

    def relations(self, code: str) -> list[Relation]:
        """Return the relations in which ``code`` stands on either side."""
        return self._library.relations(code)

    def source_pages(self) -> list[tuple[str, str, str, str, str, tuple[str, ...], int, str | None, int]]:
        """Return what ``status`` lists of all pages but records."""
        return self._library.source_pages()

    def release_sources(self) -> list[tuple[Release, str]]:
        """Return the loaded releases, newest first, each with the file it was read from."""
        return self._library.release_sources()

    def gone(self) -> list[str]:
        """Return the sources that are no longer in their folders; what was read of them still answers."""
        return gone(sorted(self._library.sources()))

    def skipped(self) -> list[tuple[str, str]]:
        """Return the files the last ingest could not read, with the reason."""
        return self._library.skipped()

    # Passages

    @cached_property
    def _words(self) -> Words:
        from hcpcs_rag.index.words import Words

        return Words(self._part(WORDS))

    @cached_property
    def _vectors(self) -> VectorIndex:
        from hcpcs_rag.index.vectors import VectorIndex

        return VectorIndex(self._part(VECTORS))

    @cached_property
    def _encoder(self) -> Encoder:
        from concurrent.futures import ThreadPoolExecutor

        # Hashing 90 MB takes longer than loading them, and the other core is free.
        with ThreadPoolExecutor(max_workers=1) as other:
            proof = other.submit(self._part, ENCODER)
            from hcpcs_rag.encoder.serve import Encoder

            try:
                return Encoder(self._generation / ENCODER, self._settings.max_tokens)
            finally:
                proof.result()  # a damaged file is told as such, whatever the loader made of it

    def search_words(self, terms: Collection[str], limit: int, scope: Scope | None = None) -> list[tuple[int, float]]:
        """Rank passages by BM25, as ``(number, score)``."""
        with self._lock:
            engine = self._words
        return engine.search(list(terms), limit, scope)

    def frequency(self, stems: Iterable[str]) -> float:
        """Return in what share of the passages the rarest of some stems stands."""
        with self._lock:
            engine = self._words
        return engine.frequency(stems)

    def search_meaning(self, text: str, limit: int, scope: Scope | None = None) -> list[tuple[int, float]]:
        """Rank passages by cosine to the embedding of ``text``, as ``(number, score)``."""
        with self._lock:
            engine = self._vectors
        return engine.search(self._vector(text), limit, scope)

    def cosines(self, text: str, numbers: Collection[int]) -> list[float]:
        """Return the cosine of ``text`` to each passage, in the order of ``numbers``."""
        with self._lock:
            engine = self._vectors
        return [float(c) for c in engine.cosines(self._vector(text), list(numbers))] if numbers else []

    def meanings(self, text: str, page_ids: Collection[str]) -> dict[tuple[str, int], float]:
        """Return the cosine of ``text`` to every passage of pages, by page and first character."""
        passages = self._library.passage_starts(page_ids)
        cosines = self.cosines(text, [number for number, _, _ in passages])
        return {(page, start): cosine for (_, page, start), cosine in zip(passages, cosines, strict=True)}

    def _vector(self, text: str) -> Vectors:
        known = self._embedded.get(text)
        vector: Vectors = self.embed([text])[0] if known is None else known
        if known is None:
            self._remember({text: vector})
        return vector

    def embed_ahead(self, texts: Iterable[str]) -> None:
        """Embed texts that will be searched for: two together cost little more than one."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self._embedded]
        if not fresh:
            return
        self._remember(dict(zip(fresh, self.embed(fresh, len(fresh)), strict=True)))

    def _remember(self, made: dict[str, Vectors]) -> None:
        # Replaced and never changed, because other threads read it.
        self._embedded = {**dict(list(self._embedded.items())[-REMEMBERED:]), **made}

    def is_common_word(self, word: str) -> bool:
        """Say whether the encoder's vocabulary holds a word whole, as it does the common words of English."""
        with self._lock:
            encoder = self._encoder
        return encoder.is_word(word)

    @cached_property
    def descriptor_words(self) -> dict[str, int]:
        """How often each word stands in the descriptors of the loaded releases."""
        return self._library.descriptor_words()

    @cached_property
    def descriptor_stems(self) -> dict[str, int]:
        """In how many descriptors about a word of each stem stands."""
        counts: dict[str, int] = {}
        for word, count in self.descriptor_words.items():
            counts[stem(word)] = counts.get(stem(word), 0) + count
        return counts

    def embed(self, texts: list[str], batch_size: int = 1) -> Vectors:
        """Return the unit vectors of texts, shape ``(len(texts), dimension)``."""
        with self._lock:
            encoder = self._encoder
        return encoder.encode(texts, batch_size)

    def passages(self, numbers: Collection[int]) -> dict[int, Passage]:
        """Return passages by number."""
        return self._library.passages(numbers)

    def passage_count(self) -> int:
        """Return how many passages the index holds."""
        return self.manifest.counts["passages"]
