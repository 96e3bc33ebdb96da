"""The SQLite store: sources, pages, sections, sentences, passages, codes, relations."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import CodeRecord, Page, Passage, Relation, Release, Section, Sentence

_SCHEMA = """
CREATE TABLE sources (source TEXT PRIMARY KEY, digest TEXT NOT NULL);
CREATE TABLE releases (release_id TEXT PRIMARY KEY, name TEXT NOT NULL, effective TEXT NOT NULL, source TEXT NOT NULL);
CREATE TABLE codes (
    code TEXT NOT NULL, release_id TEXT NOT NULL, kind TEXT NOT NULL, long TEXT NOT NULL, short TEXT NOT NULL,
    added TEXT, changed TEXT, ended TEXT, coverage TEXT NOT NULL, pricing TEXT NOT NULL, see_instead TEXT NOT NULL,
    PRIMARY KEY (code, release_id)) WITHOUT ROWID;
CREATE TABLE pages (
    page_id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, source TEXT NOT NULL, authority TEXT NOT NULL,
    digest TEXT NOT NULL, subjects TEXT NOT NULL, url TEXT, publisher TEXT, read_on TEXT, dropped INTEGER NOT NULL,
    sections TEXT NOT NULL, sentences TEXT NOT NULL);
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
CREATE TABLE skipped (path TEXT PRIMARY KEY, reason TEXT NOT NULL);
"""
# Sections and sentences are read only together with their page, so each page carries its own as JSON.


class Library:
    """A connection to one ``library.sqlite``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    def create(cls, path: Path) -> Library:
        """Create an empty library, to be filled."""
        connection = sqlite3.connect(path)
        connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")
        return cls(connection)

    @classmethod
    def reopen(cls, path: Path) -> Library:
        """Open a copy of an older library, to be changed."""
        connection = sqlite3.connect(path)
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        return cls(connection)

    @classmethod
    def open(cls, path: Path) -> Library:
        """Open a finished library for reading, from any thread."""
        uri = f"file:{path.resolve().as_posix()}?mode=ro&immutable=1"
        return cls(sqlite3.connect(uri, uri=True, check_same_thread=False))

    def close(self) -> None:
        """Close the connection, committing what was written."""
        self._db.commit()
        self._db.close()

    # Writing

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
            "INSERT OR REPLACE INTO releases VALUES (?, ?, ?, ?)",
            (release.release_id, release.name, release.effective.isoformat(), source),
        )
        self._db.executemany(
            "INSERT OR REPLACE INTO codes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    r.code, r.release_id, r.kind, r.long, r.short, _iso(r.added), _iso(r.changed), _iso(r.ended),
                    r.coverage, json.dumps(r.pricing), json.dumps(r.see_instead),
                )
                for r in records
            ),
        )  # fmt: skip

    def add_pages(self, pages: Iterable[Page]) -> None:
        """Add pages with their sections and sentences."""
        for p in pages:
            sections = [(s.heading, s.facet, s.start, s.end, s.page_number) for s in p.sections]
            sentences = [(s.start, s.end, s.kind, s.section, *(s.lead or ())) for s in p.sentences]
            self._db.execute(
                "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    p.page_id, p.title, p.text, p.source, p.authority, p.digest, json.dumps(p.subjects), p.url,
                    p.publisher, p.read_on, p.dropped, json.dumps(sections), json.dumps(sentences),
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

    # Reading

    def sources(self) -> dict[str, str]:
        """Map each file read to the digest it had."""
        return dict(self._db.execute("SELECT source, digest FROM sources").fetchall())

    def release_source(self, release_id: str) -> tuple[str, int] | None:
        """Return the file a release was loaded from and how many codes it holds."""
        row = self._db.execute("SELECT source FROM releases WHERE release_id = ?", (release_id,)).fetchone()
        if row is None:
            return None
        held = self._db.execute("SELECT count(*) FROM codes WHERE release_id = ?", (release_id,)).fetchone()
        return str(row[0]), int(held[0])

    def release_files(self) -> list[tuple[str, str, str, int]]:
        """Return name, first day, file and number of codes of each release, newest first."""
        return self._db.execute(
            "SELECT name, effective, source, (SELECT count(*) FROM codes WHERE codes.release_id = releases.release_id)"
            " FROM releases ORDER BY effective DESC"
        ).fetchall()

    def page_ids(self) -> set[str]:
        """Return all page ids."""
        return {row[0] for row in self._db.execute("SELECT page_id FROM pages")}

    def counts(self) -> dict[str, int]:
        """Count what is in the library."""
        queries = {
            "files": "SELECT count(*) FROM sources",
            "pages": "SELECT count(*) FROM pages",
            "passages": "SELECT count(*) FROM passages",
            "records": "SELECT count(*) FROM passages WHERE code IS NOT NULL",
            "codes": "SELECT count(DISTINCT code) FROM codes WHERE kind = 'code'",
            "modifiers": "SELECT count(DISTINCT code) FROM codes WHERE kind = 'modifier'",
            "relations": "SELECT count(*) FROM relations",
        }
        return {name: int(self._db.execute(sql).fetchone()[0]) for name, sql in queries.items()}

    def passage_texts(self) -> Iterator[tuple[int, str, bytes, str | None]]:
        """Yield number, text, digest and code of every passage, in order."""
        yield from self._db.execute("SELECT id, text, digest, code FROM passages ORDER BY id")

    def passage_digests(self) -> dict[bytes, int]:
        """Map the digest of each passage's text to its number."""
        return {digest: number for number, digest in self._db.execute("SELECT id, digest FROM passages")}

    def passages(self, numbers: Iterable[int]) -> dict[int, Passage]:
        """Return passages by number."""
        wanted = json.dumps(list(numbers))
        rows = self._db.execute(
            "SELECT id, page_id, section, start, end, text, code FROM passages"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (wanted,),
        )
        return {row[0]: Passage(*row[1:]) for row in rows}

    def passage_starts(self, page_ids: Iterable[str]) -> list[tuple[int, str, int]]:
        """Return number, page and first character of every passage of pages, in order."""
        return self._db.execute(
            "SELECT id, page_id, start FROM passages WHERE page_id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(list(page_ids)),),
        ).fetchall()

    def releases(self) -> list[Release]:
        """Return the loaded releases, newest first."""
        rows = self._db.execute("SELECT release_id, name, effective FROM releases ORDER BY effective DESC")
        return [Release(row[0], row[1], date.fromisoformat(row[2])) for row in rows]

    def known_codes(self) -> dict[str, str]:
        """Map every code and modifier of the loaded releases to its kind."""
        return dict(self._db.execute("SELECT code, kind FROM codes").fetchall())

    def record(self, code: str, release_id: str) -> CodeRecord | None:
        """Return the record of a code in a release."""
        row = self._db.execute("SELECT * FROM codes WHERE code = ? AND release_id = ?", (code, release_id)).fetchone()
        return _record(row) if row else None

    def records(self, release_id: str) -> list[CodeRecord]:
        """Return the records of a release, by code."""
        rows = self._db.execute("SELECT * FROM codes WHERE release_id = ? ORDER BY kind, code", (release_id,))
        return [_record(row) for row in rows]

    def page(self, page_id: str) -> Page | None:
        """Return a page with its sections and sentences."""
        row = self._db.execute("SELECT * FROM pages WHERE page_id = ?", (page_id,)).fetchone()
        if row is None:
            return None
        (
            page_id,
            title,
            text,
            source,
            authority,
            digest,
            subjects,
            url,
            publisher,
            read_on,
            dropped,
            sections,
            sentences,
        ) = row
        return Page(
            page_id, title, text, source, authority, digest, tuple(json.loads(subjects)), url, publisher, read_on,
            tuple(Section(i, *fields) for i, fields in enumerate(json.loads(sections))),
            tuple(Sentence(s[0], s[1], s[2], s[3], (s[4], s[5]) if len(s) > 4 else None) for s in json.loads(sentences)),
            dropped,
        )  # fmt: skip

    def pages_about(self, code: str) -> list[str]:
        """Return the ids of pages whose subject is ``code``."""
        return [
            row[0] for row in self._db.execute("SELECT page_id FROM subjects WHERE code = ? ORDER BY page_id", (code,))
        ]

    def pages_mentioning(self, code: str) -> list[str]:
        """Return the ids of pages that name ``code`` anywhere."""
        return [
            row[0] for row in self._db.execute("SELECT page_id FROM mentions WHERE code = ? ORDER BY page_id", (code,))
        ]

    def relations(self, code: str) -> list[Relation]:
        """Return the relations in which ``code`` stands on either side."""
        rows = self._db.execute(
            "SELECT code, kind, other, page_id, start, end FROM relations WHERE code = ? OR other = ?"
            " ORDER BY page_id, start, code, other",
            (code, code),
        )
        return [Relation(*row) for row in rows]

    def source_pages(self) -> list[tuple[str, str, str, str, str, tuple[str, ...], int, str | None, int]]:
        """Return what ``status`` lists of all pages but records: page id, title, authority, source,
        publisher, subjects, passages, day read and dropped lines."""
        rows = self._db.execute(
            "SELECT page_id, title, authority, source, coalesce(publisher, ''), subjects,"
            " (SELECT count(*) FROM passages WHERE passages.page_id = pages.page_id), read_on, dropped"
            " FROM pages WHERE authority != 'release' ORDER BY page_id"
        )
        return [(*row[:5], tuple(json.loads(row[5])), *row[6:]) for row in rows]

    def skipped(self) -> list[tuple[str, str]]:
        """Return the files that could not be read, with the reason."""
        return self._db.execute("SELECT path, reason FROM skipped ORDER BY path").fetchall()


def text_digest(text: str) -> bytes:
    """Return a short hash of a passage's text, under which its vector can be reused."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _record(row: tuple[str, ...]) -> CodeRecord:
    code, release_id, kind, long, short, added, changed, ended, coverage, pricing, see = row
    return CodeRecord(
        code, "modifier" if kind == "modifier" else "code", long, short, _day(added), _day(changed), _day(ended), coverage,
        tuple(json.loads(pricing)), tuple(json.loads(see)), release_id,
    )  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
