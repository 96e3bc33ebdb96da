from __future__ import annotations

from pathlib import Path

import pytest

from hcpcs_rag.errors import StoreError
from hcpcs_rag.store import opened

SCHEMA = "CREATE TABLE IF NOT EXISTS t (x)"


def test_what_is_written_is_there_again(tmp_path: Path) -> None:
    with opened(tmp_path / "s.sqlite", SCHEMA) as db:
        db.execute("INSERT INTO t VALUES (1)")
    with opened(tmp_path / "s.sqlite", SCHEMA) as db:
        assert db.execute("SELECT x FROM t").fetchall() == [(1,)]


def test_an_error_undoes_the_change(tmp_path: Path) -> None:
    def fail() -> None:
        with opened(tmp_path / "s.sqlite", SCHEMA) as db:
            db.execute("INSERT INTO t VALUES (1)")
            db.execute("no SQL")

    with pytest.raises(StoreError):
        fail()
    with opened(tmp_path / "s.sqlite", SCHEMA) as db:
        assert db.execute("SELECT x FROM t").fetchall() == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be used"), opened(tmp_path / "none" / "s.sqlite", SCHEMA):
        pass
