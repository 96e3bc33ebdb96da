from __future__ import annotations

from pathlib import Path

import pytest

from hcpcs_rag import uploads
from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.index.build import Summary, ingest
from hcpcs_rag.index.opened import Index
from hcpcs_rag.settings import Settings

PAGE = "# E0779 pumps\n\nThe E0779 pump needs a battery every {} weeks.\n"


@pytest.fixture
def folder(library: Path, tmp_path: Path, encoder_cache: Path) -> Path:
    ingest([library], tmp_path / "index", Settings(), cache=encoder_cache)
    return tmp_path / "index"


def add(file: Path, folder: Path, cache: Path) -> Summary:
    return uploads.add(file, folder, Settings(), cache, lambda stage, done, total: None)


def test_a_page_is_added_and_kept_beside_the_index(folder: Path, tmp_path: Path, encoder_cache: Path) -> None:
    file = tmp_path / "my page (1).md"
    file.write_text(PAGE.format("two"), encoding="utf-8")
    assert add(file, folder, encoder_cache).changed
    file.unlink()
    index = Index(folder, Settings())
    assert any("every two weeks" in index.page(row[0]).text for row in index.source_pages())
    assert [p.name for p in (folder / uploads.FOLDER).iterdir()] == ["my_page_1_.md"]


def test_a_page_of_the_same_name_replaces_the_first(folder: Path, tmp_path: Path, encoder_cache: Path) -> None:
    for weeks in ("two", "three"):
        (tmp_path / "page.md").write_text(PAGE.format(weeks), encoding="utf-8")
        add(tmp_path / "page.md", folder, encoder_cache)
    index = Index(folder, Settings())
    texts = "".join(index.page(row[0]).text for row in index.source_pages())
    assert "every three weeks" in texts
    assert "every two weeks" not in texts


@pytest.mark.parametrize("name", ["release.csv", "archive.zip", "program.exe", "noending"])
def test_other_kinds_are_refused(folder: Path, tmp_path: Path, encoder_cache: Path, name: str) -> None:
    (tmp_path / name).write_text("x", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="Choose one of"):
        add(tmp_path / name, folder, encoder_cache)
    assert not (folder / uploads.FOLDER).exists()


def test_what_cannot_be_read_leaves_nothing_and_keeps_what_was_there(
    folder: Path, tmp_path: Path, encoder_cache: Path
) -> None:
    (tmp_path / "guide.pdf").write_bytes(b"%PDF-1.4 broken")
    before = (folder / "CURRENT").read_text(encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="was not added"):
        add(tmp_path / "guide.pdf", folder, encoder_cache)
    assert list((folder / uploads.FOLDER).iterdir()) == []
    assert (folder / "CURRENT").read_text(encoding="utf-8") == before
