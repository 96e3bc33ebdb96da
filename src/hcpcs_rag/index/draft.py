"""The SQLite store in the making: what an ingest writes."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import CodeRecord, Page, Passage, Relation, Release
from hcpcs_rag.index.library import Library
from hcpcs_rag.language import words

_SCHEMA = """
CREATE TABLE sources (source TEXT PRIMARY KEY, digest TEXT NOT NULL);
CREATE TABLE releases (
    release_id TEXT PRIMARY KEY, name TEXT NOT NULL, effective TEXT NOT NULL, source TEXT NOT NULL,
    codes INTEGER NOT NULL, modifiers INTEGER NOT NULL, whole INTEGER NOT NULL);
CREATE TABLE codes (
    code TEXT NOT NULL, release_id TEXT NOT NULL, kind TEXT NOT NULL, long TEXT NOT NULL, short TEXT NOT NULL,
    added TEXT, changed TEXT, ended TEXT, coverage TEXT NOT NULL, pricing TEXT NOT NULL, see_instead TEXT NOT NULL,
    further TEXT NOT NULL, PRIMARY KEY (code, release_id)) WITHOUT ROWID;
CREATE TABLE pages (
    page_id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, source TEXT NOT NULL, authority TEXT NOT NULL,
    digest TEXT NOT NULL, subjects TEXT NOT NULL, url TEXT, publisher TEXT, read_on TEXT, dropped INTEGER NOT NULL,
    sections TEXT NOT NULL, sentences TEXT NOT NULL, navigation TEXT NOT NULL, body INTEGER NOT NULL,
    rests_on TEXT NOT NULL);
CREATE INDEX pages_by_source ON pages (source);
CREATE TABLE subjects (code TEXT NOT NULL, page_id TEXT NOT NULL, PRIMARY KEY (code, page_id)) WITHOUT ROWID;
CREATE TABLE mentions (code TEXT NOT NULL, page_id TEXT NOT NULL, PRIMARY KEY (code, page_id)) WITHOUT ROWID;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, page_id TEXT NOT NULL, section INTEGER NOT NULL, start INTEGER NOT NULL,
    end INTEGER NOT NULL, text TEXT NOT NULL, code TEXT, digest BLOB NOT NULL);
CREATE INDEX passages_by_page ON passages (page_id);
CREATE TABLE relations (
    code TEXT NOT NULL, kind TEXT NOT NULL, other TEXT NOT NULL, page_id TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, PRIMARY KEY (code, kind, other, page_id)) WITHOUT ROWID;
CREATE INDEX relations_by_other ON relations (other);
CREATE TABLE descriptor_words (word TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE skipped (path TEXT PRIMARY KEY, reason TEXT NOT NULL);
"""
# Sections and sentences are read only together with their page, so each page carries its own as JSON.


@dataclass(frozen=True, slots=True)
class Row:
    """A passage as it is embedded: its number, its text, and a short hash of the text."""

    number: int
    text: str
    digest: bytes


class LibraryDraft(Library):
    """A library being filled, by one thread; another may read its passages meanwhile."""

    @classmethod
    def create(cls, path: Path) -> LibraryDraft:
        """Create an empty library, to be filled."""
        connection = sqlite3.connect(path, check_same_thread=False)
        connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")
        return cls(connection)

    @classmethod
    def reopen(cls, path: Path) -> LibraryDraft:
        """Open a copy of an older library, to be changed."""
        connection = sqlite3.connect(path, check_same_thread=False)
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        return cls(connection)

    def add_source(self, source: str, digest: str) -> None:
        """Note a file as read."""
        self._db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?)", (source, digest))

    def remove_source(self, source: str) -> set[str]:
        """Remove a file and all that came from it; return the ids of its pages."""
        ids = [row[0] for row in self._db.execute("SELECT page_id FROM pages WHERE source = ?", (source,))]
        marks = [(page_id,) for page_id in ids]
        for table in ("subjects", "mentions", "passages", "relations", "pages"):
            self._db.executemany(f"DELETE FROM {table} WHERE page_id = ?", marks)
        self._db.execute(
            "DELETE FROM codes WHERE release_id IN (SELECT release_id FROM releases WHERE source = ?)", (source,)
        )
        self._db.execute("DELETE FROM releases WHERE source = ?", (source,))
        self._db.execute("DELETE FROM sources WHERE source = ?", (source,))
        return set(ids)

    def add_release(self, release: Release, source: str, records: Iterable[CodeRecord]) -> None:
        """Add a release and its records."""
        self._db.execute(
            "INSERT OR REPLACE INTO releases VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                release.release_id,
                release.name,
                release.effective.isoformat(),
                source,
                release.codes,
                release.modifiers,
                release.whole,
            ),
        )
        self._db.executemany(
            "INSERT OR REPLACE INTO codes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    r.code, r.release_id, r.kind, r.long, r.short, _iso(r.added), _iso(r.changed), _iso(r.ended),
                    r.coverage, json.dumps(r.pricing), json.dumps(r.see_instead), json.dumps(r.further),
                )
                for r in records
            ),
        )  # fmt: skip

    def add_pages(self, pages: Iterable[Page]) -> None:
        """Add pages with their sections and sentences."""
        for p in pages:
            sections = [(s.heading, s.facet, s.start, s.end, s.page_number) for s in p.sections]
            sentences = [
                (s.start, s.end, s.kind, s.section, s.label, s.headings, s.under, s.header, s.question)
                for s in p.sentences
            ]
            self._db.execute(
                "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    p.page_id, p.title, p.text, p.source, p.authority, p.digest, json.dumps(p.subjects), p.url,
                    p.publisher, p.read_on, p.dropped, json.dumps(sections), json.dumps(sentences),
                    json.dumps(p.navigation), p.body, json.dumps([(b.name, b.url) for b in p.rests_on]),
                ),
            )  # fmt: skip
            self._db.executemany("INSERT OR IGNORE INTO subjects VALUES (?, ?)", ((c, p.page_id) for c in p.subjects))
            self._db.executemany(
                "INSERT OR IGNORE INTO mentions VALUES (?, ?)", ((c, p.page_id) for c in find_codes(p.text))
            )

    def add_passages(self, passages: Iterable[Passage]) -> None:
        """Add passages; they are numbered by ``number_passages``."""
        self._db.executemany(
            "INSERT INTO passages (page_id, section, start, end, text, code, digest) VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((p.page_id, p.section, p.start, p.end, p.text, p.code, text_digest(p.text)) for p in passages),
        )

    def add_relations(self, relations: Iterable[Relation]) -> None:
        """Add relations; the first quote of a page for a rule is the one kept."""
        self._db.executemany(
            "INSERT OR IGNORE INTO relations VALUES (?, ?, ?, ?, ?, ?)",
            ((r.code, r.kind, r.other, r.page_id, r.start, r.end) for r in relations),
        )

    def set_skipped(self, skipped: Iterable[tuple[str, str]], looked_at: Iterable[str]) -> None:
        """Note which of the files ``looked_at`` could not be read; what is noted of others stays."""
        self._db.executemany("DELETE FROM skipped WHERE path = ?", ((path,) for path in looked_at))
        self._db.executemany("INSERT OR REPLACE INTO skipped VALUES (?, ?)", skipped)

    def number_passages(self) -> None:
        """Number passages from 0, official records first.

        The number of a passage is its row in the vector index.
        """
        self._db.execute("CREATE TABLE numbered AS SELECT * FROM passages ORDER BY code IS NULL, page_id, start")
        self._db.execute("DELETE FROM passages")
        self._db.execute(
            "INSERT INTO passages SELECT rowid - 1, page_id, section, start, end, text, code, digest FROM numbered"
        )
        self._db.execute("DROP TABLE numbered")

    def count_words(self) -> None:
        """Count the words of the descriptors, those in hyphenated ones by themselves too."""
        counts: Counter[str] = Counter()
        for long, short in self._db.execute("SELECT long, short FROM codes"):
            for word in words(f"{long} {short}"):
                counts.update({word, *re.split(r"[-.']", word)} - {""})
        self._db.execute("DELETE FROM descriptor_words")
        self._db.executemany("INSERT INTO descriptor_words VALUES (?, ?)", counts.items())

    def release_source(self, release_id: str) -> tuple[str, int] | None:
        """Return the file a release was loaded from and how many codes it holds."""
        row = self._db.execute("SELECT source FROM releases WHERE release_id = ?", (release_id,)).fetchone()
        if row is None:
            return None
        held = self._db.execute("SELECT count(*) FROM codes WHERE release_id = ?", (release_id,)).fetchone()
        return str(row[0]), int(held[0])

    # Passages, as they are embedded and indexed

    def last_passage(self) -> int:
        """Return the number of the last passage, -1 where there is none."""
        return int(self._db.execute("SELECT coalesce(max(id), -1) FROM passages").fetchone()[0])

    def passages_after(self, number: int, limit: int) -> list[Row]:
        """Return the first passages beyond one, in their order."""
        rows = self._db.execute(
            "SELECT id, text, digest FROM passages WHERE id > ? ORDER BY id LIMIT ?", (number, limit)
        )
        return [Row(*row) for row in rows.fetchall()]

    def characters_after(self, number: int) -> int:
        """Return how many characters the passages beyond one have."""
        counted = self._db.execute("SELECT coalesce(sum(length(text)), 0) FROM passages WHERE id > ?", (number,))
        return int(counted.fetchone()[0])

    def digest_blocks(self, size: int) -> Iterator[tuple[int, list[bytes]]]:
        """Yield the digests of numbered passages, ``size`` at once, with the number of the first."""
        found = self._db.execute("SELECT digest FROM passages ORDER BY id")
        first = 0
        while rows := found.fetchmany(size):
            yield first, [row[0] for row in rows]
            first += len(rows)


def text_digest(text: str) -> bytes:
    """Return a short hash of a passage's text, under which its vector can be reused."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
