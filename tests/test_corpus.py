"""The starter corpus: complete, true to the release table, and free of what it must not say."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from hcpcs_rag.codes import find_codes
from hcpcs_rag.readers.text import read_text
from hcpcs_rag.relations.mining import mine

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
PAGES = sorted((CORPUS / "pages").glob("*.md"))


def release() -> dict[str, dict[str, str]]:
    with (CORPUS / "release" / "HCPC2025_OCT_starter.csv").open(encoding="utf-8", newline="") as file:
        return {row["HCPC"]: row for row in csv.DictReader(file)}


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
    from hcpcs_rag import readers
    from hcpcs_rag.readers import files

    found = files.find_files([CORPUS / "documents"])
    pages = {f.path.name: readers.read(f, f.path.read_bytes()).pages[0] for f in found}
    assert len(mine(pages["infusion-pumps.pdf"])) > 30
    assert "KX" in pages["modifier-list.html"].text
