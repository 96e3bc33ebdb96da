from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from hcpcs_rag.index.draft import LibraryDraft
from hcpcs_rag.loaders import cms
from hcpcs_rag.loaders.text import read_text
from tests.conftest import OXYGEN_PAGE, PUMP_PAGE
from tests.loaders.test_cms import COLUMNS, ROWS, as_csv


def test_pages_and_records_come_back_as_they_went_in(tmp_path: Path) -> None:
    library = LibraryDraft.create(tmp_path / "l")
    page = read_text(PUMP_PAGE, "/x/p.md", "0" * 64)
    release, records = cms.read_csv(as_csv([COLUMNS, *ROWS]), "HCPC2025_OCT.csv")
    library.add_source("/x/p.md", "0" * 64)
    library.add_pages([page])
    library.add_release(release, "/x/r.csv", records)
    assert library.page(page.page_id) == page
    assert library.release_sources() == [(release, "/x/r.csv")]
    assert [library.record(r.code, release.release_id) for r in records] == records
    assert library.pages_about("A4222") == ["p"]
    assert library.pages_mentioning("E0784") == ["p"]


def test_removing_a_source_leaves_nothing_of_it(tmp_path: Path) -> None:
    library = LibraryDraft.create(tmp_path / "l")
    page = read_text(OXYGEN_PAGE, "/x/p.txt", "0" * 64)
    library.add_source("/x/p.txt", "d")
    library.add_pages([page])
    library.remove_source("/x/p.txt")
    assert set(library.counts().values()) == {0}
    assert library.pages_mentioning("E1390") == []


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=200))
@settings(max_examples=25)
def test_any_text_survives_the_store(text: str) -> None:
    import sqlite3

    connection = sqlite3.connect(":memory:")
    connection.executescript(_schema())
    library = LibraryDraft(connection)
    page = replace(read_text(text, "/x/p.txt", "0" * 64), page_id="p")
    library.add_pages([page])
    assert library.page("p") == page


def _schema() -> str:
    from hcpcs_rag.index import draft

    return draft._SCHEMA
