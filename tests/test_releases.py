from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.loaders import cms
from hcpcs_rag.releases import differences, read_release
from tests.conftest import COLUMNS, ROWS

NEWER = [
    ["A9155", "3", "Artificial saliva, 30 ml", "Artificial saliva", "57", "", "C", "20080101", "20250331", "20250331"],
    ["E1392", "3", "Portable oxygen concentrator, rental or purchase", "Poc", "33", "", "D", "20060101", "20260101", ""],
    ["E1390", "3", ROWS[9][2], "Oxygen concentrator", "32", "", "D", "20000101", "20000101", ""],
    ["E0784", "3", "External ambulatory infusion pump, insulin", "Pump", "36", "", "D", "19960101", "20000701", "20251231"],
    ["E9998", "3", "A new thing, each", "New thing", "32", "", "D", "20260101", "20260101", ""],
]  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "HCPC2025_OCT.csv", tmp_path / "HCPC2026_JAN.csv"
    for path, rows in ((old, ROWS), (new, NEWER)):
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *rows])
    return old, new


def test_every_kind_of_change(files: tuple[Path, Path]) -> None:
    changes = {(c.change, c.code) for c in differences(*map(read_release, files))}
    assert changes == {
        ("added", "E9998"), ("ended", "E0784"), ("reworded", "E1392"), ("repriced", "E1390"),
        *(("removed", c) for c in ("A0390", "A0425", "A4222", "A4224", "E0779", "GD", "KX")),
    }  # fmt: skip


def test_equal_releases_differ_in_nothing(files: tuple[Path, Path]) -> None:
    assert differences(read_release(files[0]), read_release(files[0])) == []


def test_a_page_is_no_release(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A page on E1392.")
    with pytest.raises(UnreadableFileError):
        read_release(tmp_path / "a.txt")


def test_table_csv_and_json(run_cli: Callable[..., subprocess.CompletedProcess[str]], files: tuple[Path, Path]) -> None:
    names = [str(path) for path in files]
    assert "E9998" in run_cli("diff", *names).stdout
    rows = list(csv.DictReader(io.StringIO(run_cli("diff", *names, "--csv").stdout)))
    assert rows == json.loads(run_cli("diff", *names, "--json").stdout)
    assert rows[0] == {"change": "added", "code": "E9998", "before": "", "after": "A new thing, each"}


def test_real_releases(shared: Path) -> None:
    old = cms.read_zip((shared / "cms" / "2019-Alpha-Numeric-HCPCS-File.zip").read_bytes(), "2019.zip")[1]
    new = read_release(shared / "cms" / "HCPC2025_OCT_ANWEB_v4.xlsx")
    changes = differences(old, new)
    added = {c.code for c in changes if c.change == "added"}
    assert "A4224" not in added
    assert len(added) == len({r.code for r in new} - {r.code for r in old})
