"""The SQLite store of a finished index: sources, pages, passages, codes, relations, for reading."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from hcpcs_rag.domain import Basis, CodeRecord, Page, Passage, Relation, Release, Section, Sentence, Span


def gone(names: Iterable[str]) -> list[str]:
    """Return the files that are no longer in their folders.

    Where the folder is not there either, nothing is said: the index may have been copied from another machine.
    """
    return [name for name in names if not Path(name).exists() and Path(name).parent.is_dir()]


class Library:
    """A connection to one ``library.sqlite``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    def open(cls, path: Path) -> Library:
        """Open a finished library for reading, from any thread."""
        uri = f"file:{path.resolve().as_posix()}?mode=ro&immutable=1"
        return cls(sqlite3.connect(uri, uri=True, check_same_thread=False))

    def close(self) -> None:
        """Close the connection, committing what was written."""
        self._db.commit()
        self._db.close()

    def sources(self) -> dict[str, str]:
        """Map each file read to the digest it had."""
        return dict(self._db.execute("SELECT source, digest FROM sources").fetchall())

    def release_sources(self) -> list[tuple[Release, str]]:
        """Return the loaded releases, newest first, each with the file it was read from."""
        rows = self._db.execute(
            "SELECT release_id, name, effective, codes, modifiers, whole, source FROM releases ORDER BY effective DESC"
        )
        return [(Release(r[0], r[1], date.fromisoformat(r[2]), r[3], r[4], bool(r[5])), r[6]) for r in rows]

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

    def descriptor_words(self) -> dict[str, int]:
        """Map each word of the descriptors to how often it stands there."""
        return dict(self._db.execute("SELECT word, count FROM descriptor_words").fetchall())

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

    def known_codes(self) -> dict[str, str]:
        """Map every code and modifier of the loaded releases to its kind."""
        return dict(self._db.execute("SELECT code, kind FROM codes").fetchall())

    def record(self, code: str, release_id: str) -> CodeRecord | None:
        """Return the record of a code in a release."""
        row = self._db.execute("SELECT * FROM codes WHERE code = ? AND release_id = ?", (code, release_id)).fetchone()
        return _record(row) if row else None

    def records_of(self, names: Iterable[str], releases: list[str]) -> list[CodeRecord]:
        """Return the records of codes in all releases, those of the first of ``releases`` first."""
        rows = self._db.execute(
            "SELECT * FROM codes WHERE code IN (SELECT value FROM json_each(?))", (json.dumps(list(names)),)
        )
        return sorted(map(_record, rows), key=lambda record: releases.index(record.release_id))

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
            navigation,
            body,
            rests_on,
        ) = row
        return Page(
            page_id, title, text, source, authority, digest, tuple(json.loads(subjects)), url, publisher, read_on,
            tuple(Section(i, *fields) for i, fields in enumerate(json.loads(sections))),
            tuple(_sentence(fields) for fields in json.loads(sentences)),
            dropped, _spans(json.loads(navigation)), body, tuple(Basis(*fields) for fields in json.loads(rests_on)),
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


def _sentence(fields: list[Any]) -> Sentence:
    start, end, kind, section, label, headings, under, header, question = fields
    return Sentence(
        start, end, kind, section, label, _spans(headings), _spans(under),
        tuple(header) if header else None, tuple(question) if question else None,
    )  # fmt: skip


def _spans(raw: list[list[int]]) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in raw)


def _record(row: tuple[str, ...]) -> CodeRecord:
    code, release_id, kind, long, short, added, changed, ended, coverage, pricing, see, further = row
    return CodeRecord(
        code, "modifier" if kind == "modifier" else "code", long, short, _day(added), _day(changed), _day(ended), coverage,
        _listed(pricing), _listed(see), release_id, tuple((name, value) for name, value in json.loads(further)),
    )  # fmt: skip


def _listed(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text != "[]" else ()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
