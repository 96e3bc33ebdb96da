from __future__ import annotations

from pathlib import Path

import pytest

from hcpcs_rag.domain import Page
from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.loaders.files import SourceFile
from hcpcs_rag.loaders.provenance import apply, of_file
from hcpcs_rag.loaders.text import read_text

TOML = """
[[source]]
match = "L*.txt"
authority = "policy"
publisher = "A contractor"
url = "https://example.com/l"
read_on = "2026-01-31"
"""


def page(text: str = "A page on E1392\n\nIt says so.") -> Page:
    return read_text(text, "/x/L1.txt", "0" * 64)


def test_the_nearest_file_counts_and_fills_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sources.toml").write_text(TOML)
    said = of_file(SourceFile(tmp_path / "sub" / "L1.txt", tmp_path))
    assert said is not None
    filled = apply(page(), said)
    assert (filled.authority, filled.publisher, filled.url, filled.read_on) == (
        "policy", "A contractor", "https://example.com/l", "2026-01-31",
    )  # fmt: skip
    assert of_file(SourceFile(tmp_path / "other.txt", tmp_path)) is None
    assert of_file(SourceFile(tmp_path / "sub" / "L1.txt", tmp_path / "sub")) is None


def test_front_matter_comes_first(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(TOML)
    said = of_file(SourceFile(tmp_path / "L1.txt", tmp_path))
    stated = page("---\nauthority: reference\n---\nA page on E1392\n\nIt says so.")
    assert apply(stated, said).authority == "reference"


def test_a_page_names_what_it_rests_on_and_the_folder_says_where_that_is(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(
        TOML + '[[document]]\nname = "LCD L00001"\nurl = "https://example.com/lcd"\n'
    )
    said = of_file(SourceFile(tmp_path / "other.md", tmp_path))
    front = "---\nsources:\n  - LCD L00001 Pumps\n  - {name: A letter, url: 'https://example.com/letter'}\n  - 2026-01-01\n---\n"
    named = page(front + "A page on E1392\n\nIt says so.")
    assert named.text[named.body :].startswith("A page")
    assert [(b.name, b.url) for b in apply(named, said).rests_on] == [
        ("LCD L00001 Pumps", "https://example.com/lcd"),
        ("A letter", "https://example.com/letter"),
        ("2026-01-01", None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[[",
        '[[source]]\nauthority = "policy"',
        '[[source]]\nmatch = "*"\nauthority = "king"',
        '[[source]]\nmatch = "*"\nx = 1',
        '[[document]]\nname = "LCD L00001"',
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "sources.toml").write_text(text)
    with pytest.raises(UnreadableFileError, match="sources.toml"):
        of_file(SourceFile(tmp_path / "L1.txt", tmp_path))
