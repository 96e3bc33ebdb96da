from __future__ import annotations

import csv
from pathlib import Path

import pytest

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.errors import QuestionSetError
from hcpcs_rag.evaluation.exact import read_rows, run


def no_report(done: int, total: int) -> None:
    pass


def test_every_code_of_the_release_is_told_exactly(assistant: Assistant, library: Path) -> None:
    found = run("exact", library / "HCPC2025_OCT_test.csv", assistant, no_report)
    assert found.failures == ()
    assert found.codes == 11
    assert found.checks > 40


def test_a_planted_difference_is_found(assistant: Assistant, library: Path, tmp_path: Path) -> None:
    """The file says of one code what the index does not: the check must see it."""
    with (library / "HCPC2025_OCT_test.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    for row in rows:
        if row[0] == "E1392":
            row[2], row[6], row[7] = "Portable oxygen concentrator, purchase", "M", "20060102"
    with (tmp_path / "r.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    failures = run("exact", tmp_path / "r.csv", assistant, no_report).failures
    assert {code for code, _, _ in failures} == {"E1392"}
    assert len(failures) == 3


def test_the_reading_agrees_with_the_products_reader_on_the_real_release(shared: Path) -> None:
    from hcpcs_rag.loaders.cms import read_xlsx

    path = shared / "cms" / "HCPC2025_OCT_ANWEB_v4.xlsx"
    read = read_xlsx(path.read_bytes(), path.name)
    assert read is not None
    ours = {r.code: (" ".join(r.long.split()), r.coverage, r.see_instead) for r in read[1]}
    assert {r.code: (r.long, r.coverage, r.see) for r in read_rows(path)} == ours


def test_a_file_without_rows(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("a,b\n1,2\n")
    with pytest.raises(QuestionSetError):
        read_rows(tmp_path / "r.csv")
