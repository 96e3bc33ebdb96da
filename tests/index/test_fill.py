from __future__ import annotations

import csv
from pathlib import Path

import pytest

from hcpcs_rag.index.build import ingest
from hcpcs_rag.index.opened import Index
from hcpcs_rag.settings import Settings
from tests.conftest import COLUMNS, ROWS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])


def run(folder: Path, cache: Path) -> Index:
    ingest([folder / "in"], folder / "index", Settings(), cache=cache)
    return Index(folder / "index", Settings())


def test_of_two_files_of_one_release_the_fuller_counts(folder: Path, encoder_cache: Path) -> None:
    write(folder / "in" / "HCPC2025_OCT_part.csv", ROWS[:4])
    assert len(run(folder, encoder_cache).known) == 4
    write(folder / "in" / "HCPC2025_OCT_whole.csv", ROWS)
    index = run(folder, encoder_cache)
    assert len(index.known) == len(ROWS)
    assert index.page("cms-2025-10/A0390").source.endswith("whole.csv")
    assert not ingest([folder / "in"], folder / "index", Settings(), cache=encoder_cache).changed


def test_the_newest_release_is_the_default_and_a_day_chooses(folder: Path, encoder_cache: Path) -> None:
    from datetime import date

    newer = [[*row[:2], row[2] + ", new wording", *row[3:]] for row in ROWS]
    write(folder / "in" / "HCPC2025_OCT.csv", ROWS)
    write(folder / "in" / "HCPC2026_JAN.csv", newer)
    index = run(folder, encoder_cache)
    now, then = index.record("E1392"), index.record("E1392", date(2025, 11, 1))
    assert now is not None
    assert then is not None
    assert (now.long, then.long) == (
        "Portable oxygen concentrator, rental, new wording",
        "Portable oxygen concentrator, rental",
    )


def test_a_bare_newer_list_is_filled_from_the_last_full_release(folder: Path, encoder_cache: Path) -> None:
    from hcpcs_rag.assistant import Assistant

    write(folder / "in" / "HCPC2025_OCT.csv", ROWS)
    (folder / "in" / "hcpcs_jan2026.csv").write_text(
        "# extract of CMS HCPCS\nHCPCS_CODE,LONG_DESCRIPTION\nA0390,Als mileage (per mile)\n"
    )
    answer, _ = Assistant(run(folder, encoder_cache)).ask("is A0390 payable by Medicare?")
    assert answer.text.startswith("No. CMS HCPCS October 2025")


def test_sources_toml_is_applied_and_its_change_is_seen(folder: Path, encoder_cache: Path) -> None:
    (folder / "in" / "a.txt").write_text("E1392 notes\n\nKeep the order in the chart.")
    assert run(folder, encoder_cache).page("a").authority == "reference"
    (folder / "in" / "sources.toml").write_text('[[source]]\nmatch = "a.*"\nauthority = "policy"\npublisher = "P"\n')
    page = run(folder, encoder_cache).page("a")
    assert (page.authority, page.publisher) == ("policy", "P")


def test_a_line_without_end_is_refused_by_size(folder: Path, encoder_cache: Path) -> None:
    (folder / "in" / "a.txt").write_text("E1392 notes\n\nKeep the order in the chart.")
    (folder / "in" / "huge.txt").write_bytes(b"x" * 3_000)
    summary = ingest([folder / "in"], folder / "index", Settings(max_file_bytes=2_000), cache=encoder_cache)
    assert [Path(path).name for path, _ in summary.skipped] == ["huge.txt"]


def test_the_lesser_file_comes_back_when_the_fuller_is_gone(folder: Path, encoder_cache: Path) -> None:
    write(folder / "in" / "HCPC2025_OCT_v4.csv", ROWS[:4])
    write(folder / "in" / "HCPC2025_OCT_v6.csv", ROWS)
    assert len(run(folder, encoder_cache).known) == len(ROWS)
    (folder / "in" / "HCPC2025_OCT_v6.csv").unlink()
    ingest([folder / "in"], folder / "index", Settings(), cache=encoder_cache, prune=True)
    assert len(Index(folder / "index", Settings()).known) == 4


def test_a_correction_of_the_same_length_replaces(folder: Path, encoder_cache: Path) -> None:
    write(folder / "in" / "HCPC2025_OCT_v4.csv", ROWS)
    run(folder, encoder_cache)
    write(folder / "in" / "HCPC2025_OCT_v5.csv", [[*row[:2], row[2] + " (corrected)", *row[3:]] for row in ROWS])
    record = run(folder, encoder_cache).record("E1392")
    assert record is not None
    assert record.long.endswith("(corrected)")


def test_a_file_that_becomes_unreadable_takes_its_page_along(folder: Path, encoder_cache: Path) -> None:
    for name in ("a", "b"):
        (folder / "in" / f"{name}.txt").write_text("E1392 notes\n\nKeep the order in the chart.")
    assert len(run(folder, encoder_cache).source_pages()) == 2
    (folder / "in" / "a.txt").write_bytes(bytes(range(256)) * 20)
    index = run(folder, encoder_cache)
    assert [row[0] for row in index.source_pages()] == ["b"]
    assert [Path(path).name for path, _ in index.skipped()] == ["a.txt"]


def test_one_bad_file_costs_no_other(folder: Path, encoder_cache: Path) -> None:
    (folder / "in" / "good.txt").write_text("E1392 notes\n\nKeep the order in the chart.")
    (folder / "in" / "surrogate.json").write_text('{"text": "E1390 \\ud800 notes"}')
    (folder / "in" / "number.json").write_text('{"text": ' + "9" * 5000 + "}")
    (folder / "in" / "short.csv").write_text("HCPC,RECID,LONG DESCRIPTION\nE1392,3,Thing\nE1392,4\n")
    index = run(folder, encoder_cache)
    assert "good" in [row[0] for row in index.source_pages()]
    assert "number.json" in [Path(path).name for path, _ in index.skipped()]
