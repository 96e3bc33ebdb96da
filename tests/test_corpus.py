"""The starter corpus: complete, true to the release table, and free of what it must not say."""

from __future__ import annotations

import csv
import gzip
import re
from functools import cache
from pathlib import Path

import pytest

from hcpcs_rag import loaders
from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import CodeRecord, Release
from hcpcs_rag.loaders.files import SourceFile
from hcpcs_rag.loaders.text import read_text
from hcpcs_rag.relations.mining import mine

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
TABLE = CORPUS / "release" / "HCPC2025_OCT_ANWEB_v4.csv.gz"
PAGES = sorted((CORPUS / "pages").glob("*.md"))


@cache
def release() -> dict[str, dict[str, str]]:
    with gzip.open(TABLE, "rt", encoding="utf-8", newline="") as file:
        next(file)  # where the table comes from
        return {row["HCPC"]: row for row in csv.DictReader(file)}


def test_the_table_is_the_whole_release() -> None:
    rows = release().values()
    assert TABLE.stat().st_size < 1_000_000
    assert sum(row["RECID"] == "3" for row in rows) == 8_463
    assert sum(row["RECID"] == "7" for row in rows) == 383
    assert len(next(iter(rows))) == 48
    (head, loaded) = read_release_file(TABLE)
    assert (head.name, head.codes, head.modifiers, head.whole) == ("CMS HCPCS October 2025", 8_463, 383, True)
    assert len(loaded) == len(rows)


def test_the_table_is_made_from_the_file_it_names(shared: Path, tmp_path: Path) -> None:
    import hashlib

    from tools import make_corpus_release

    source = shared / "cms" / "HCPC2025_OCT_ANWEB_v4.xlsx"
    made = make_corpus_release.write(source, tmp_path)
    assert gzip.decompress(made.read_bytes()) == gzip.decompress(TABLE.read_bytes())  # what packs may differ by machine
    with gzip.open(TABLE, "rt", encoding="utf-8") as file:
        head = file.readline()
    assert source.name in head
    assert hashlib.sha256(source.read_bytes()).hexdigest() in head


def read_release_file(path: Path) -> tuple[Release, list[CodeRecord]]:
    document = loaders.read(SourceFile(path, path.parent), path.read_bytes())
    assert document.release is not None
    return document.release, list(document.records)


def test_there_are_enough_pages() -> None:
    assert sum(1 for path in PAGES if not path.stem.startswith("modifier-")) >= 120


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_a_page_agrees_with_the_release(path: Path) -> None:
    page = read_text(path.read_text(encoding="utf-8"), str(path), "")
    table = release()
    code = path.stem.removeprefix("modifier-")
    assert page.subjects == (code,)
    assert f'"{table[code]["LONG DESCRIPTION"]}"' in page.text
    assert set(find_codes(page.text)) <= set(table)
    assert page.read_on
    assert "sources:" in page.text
    assert not re.search(r"\$\s?\d", page.text)
    for letter in re.findall(rf"pays? for {code} \(coverage indicator ([A-Z])\)", page.text):
        assert letter == table[code]["COV"]


def test_rules_of_all_pages_do_not_contradict_each_other() -> None:
    stated: dict[frozenset[str], set[str]] = {}
    for path in PAGES:
        page = read_text(path.read_text(encoding="utf-8"), str(path), "")
        for rule in mine(page):
            if rule.kind in ("use_with", "not_with"):
                stated.setdefault(frozenset((rule.code, rule.other)), set()).add(rule.kind)
    assert [sorted(pair) for pair, kinds in stated.items() if len(kinds) > 1] == []


def test_the_documents_made_by_script_are_read(tmp_path: Path) -> None:
    from hcpcs_rag.loaders import files

    found = files.find_files([CORPUS / "documents"])
    pages = {f.path.name: loaders.read(f, f.path.read_bytes()).pages[0] for f in found}
    assert len(mine(pages["infusion-pumps.pdf"])) > 30
    assert "KX" in pages["modifier-list.html"].text
