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
    assert "every two weeks" in text_of(folder)
    (kept,) = (folder / uploads.FOLDER).glob("*.md")
    assert kept.name.startswith("my_page_1-")


def text_of(folder: Path) -> str:
    index = Index(folder, Settings())
    return "".join(index.page(row[0]).text for row in index.source_pages())


def test_a_page_of_the_same_name_stands_beside_the_first(folder: Path, tmp_path: Path, encoder_cache: Path) -> None:
    for weeks in ("two", "three"):
        (tmp_path / "page.md").write_text(PAGE.format(weeks), encoding="utf-8")
        add(tmp_path / "page.md", folder, encoder_cache)
    assert not add(tmp_path / "page.md", folder, encoder_cache).changed
    assert "every three weeks" in text_of(folder)
    assert "every two weeks" in text_of(folder)


def test_a_visitor_is_no_authority(folder: Path, tmp_path: Path, encoder_cache: Path) -> None:
    head = "---\nauthority: policy\npublisher: CMS\nurl: https://www.cms.gov/x\n---\n# LCD L12345: pumps\n\n"
    (tmp_path / "policy.md").write_text(head + PAGE.format("ten"), encoding="utf-8")
    add(tmp_path / "policy.md", folder, encoder_cache)
    index = Index(folder, Settings())
    (page,) = (index.page(row[0]) for row in index.source_pages() if row[0].startswith("policy"))
    assert (page.authority, page.publisher, page.url) == ("reference", None, None)


def test_a_release_is_refused(folder: Path, tmp_path: Path, encoder_cache: Path) -> None:
    line = "E1390" + "00100" + "3" + "False descriptor".ljust(80) + "False".ljust(28)
    (tmp_path / "HCPC2099_JAN_ANWEB.txt").write_text("\n".join([line.ljust(320)] * 30), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="is a CMS release"):
        add(tmp_path / "HCPC2099_JAN_ANWEB.txt", folder, encoder_cache)


@pytest.mark.parametrize("name", ["release.csv", "archive.zip", "program.exe", "noending"])
def test_other_kinds_are_refused(folder: Path, tmp_path: Path, encoder_cache: Path, name: str) -> None:
    (tmp_path / name).write_text("x", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="Choose one of"):
        add(tmp_path / name, folder, encoder_cache)
    assert not (folder / uploads.FOLDER).exists()


def test_what_cannot_be_read_leaves_nothing(folder: Path, tmp_path: Path, encoder_cache: Path) -> None:
    (tmp_path / "guide.pdf").write_bytes(b"%PDF-1.4 broken")
    before = (folder / "CURRENT").read_text(encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="was not added"):
        add(tmp_path / "guide.pdf", folder, encoder_cache)
    assert not (folder / uploads.FOLDER).exists()
    assert (folder / "CURRENT").read_text(encoding="utf-8") == before
