from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hcpcs_rag.errors import IndexLockedError, NothingToReadError
from hcpcs_rag.index.build import Summary, ingest
from hcpcs_rag.index.opened import Index
from hcpcs_rag.settings import Settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.txt").write_text("E1392 notes\n\nBill E1392 with E0431. Keep the order in the chart.")
    (tmp_path / "pages" / "b.txt").write_text("A4222 notes\n\nCount one unit of A4222 for each bag.")
    return tmp_path


def run(folder: Path, cache: Path, **options: bool) -> Summary:
    return ingest([folder / "pages"], folder / "index", Settings(), cache=cache, **options)


def test_a_second_run_changes_nothing(folder: Path, encoder_cache: Path) -> None:
    first, second = run(folder, encoder_cache), run(folder, encoder_cache)
    assert first.changed
    assert not second.changed
    assert second.generation == first.generation
    assert (second.pages, second.passages) == (first.pages, first.passages)


def test_only_new_text_is_embedded_and_vectors_are_kept(folder: Path, encoder_cache: Path) -> None:
    run(folder, encoder_cache)
    before = Index(folder / "index", Settings()).search_meaning("oxygen", 9)
    (folder / "pages" / "c.txt").write_text("E0784 notes\n\nThe pump E0784 is for insulin.")
    summary = run(folder, encoder_cache)
    assert summary.embedded == 1
    after = dict(Index(folder / "index", Settings()).search_meaning("oxygen", 9))
    assert len(after) == len(before) + 1
    assert all(any(abs(score - s) < 1e-5 for s in after.values()) for _, score in before)


def test_a_changed_page_replaces_its_old_passages(folder: Path, encoder_cache: Path) -> None:
    run(folder, encoder_cache)
    (folder / "pages" / "a.txt").write_text("E1392 notes\n\nNothing of the old text is left here.")
    run(folder, encoder_cache)
    index = Index(folder / "index", Settings())
    assert "old text" in index.page("a").text
    assert index.relations("E1392") == []
    assert index.search_words(["chart"], 5) == []


def test_gone_files_stay_until_pruned(folder: Path, encoder_cache: Path) -> None:
    run(folder, encoder_cache)
    (folder / "pages" / "b.txt").unlink()
    assert run(folder, encoder_cache).pages == 2
    assert run(folder, encoder_cache, prune=True).pages == 1


def test_gone_files_are_told_until_pruned(folder: Path, encoder_cache: Path) -> None:
    run(folder, encoder_cache)
    (folder / "pages" / "b.txt").unlink()
    assert [Path(name).name for name in run(folder, encoder_cache).gone] == ["b.txt"]
    assert [Path(name).name for name in Index(folder / "index", Settings()).gone()] == ["b.txt"]
    assert run(folder, encoder_cache, prune=True).gone == ()


def test_an_index_copied_from_elsewhere_is_not_accused(folder: Path, encoder_cache: Path) -> None:
    run(folder, encoder_cache)
    (folder / "pages").rename(folder / "other")
    assert Index(folder / "index", Settings()).gone() == []


def test_a_renamed_file_replaces_its_older_self(folder: Path, encoder_cache: Path) -> None:
    before = run(folder, encoder_cache)
    (folder / "pages" / "b.txt").rename(folder / "pages" / "renamed.txt")
    after = run(folder, encoder_cache)
    assert (after.changed, after.files, after.pages, after.gone) == (True, before.files, before.pages, ())


def test_same_stem_gets_an_id_of_its_own(folder: Path, encoder_cache: Path) -> None:
    (folder / "pages" / "sub").mkdir()
    (folder / "pages" / "sub" / "a.txt").write_text("E0784 notes\n\nThe pump is for insulin and nothing else.")
    run(folder, encoder_cache)
    ids = [row[0] for row in Index(folder / "index", Settings()).source_pages()]
    assert "a" in ids
    assert "a.txt" in ids


def test_unreadable_files_are_skipped_with_a_reason(folder: Path, encoder_cache: Path) -> None:
    (folder / "pages" / "x.bin").write_bytes(bytes(range(256)))
    (folder / "pages" / "y.txt").write_bytes(b"\x00\x01" * 500)
    (folder / "pages" / "z.xlsx").write_bytes(b"PK broken")
    assert {Path(path).name for path, _ in run(folder, encoder_cache).skipped} == {"x.bin", "y.txt", "z.xlsx"}


def test_pages_without_a_sentence_make_an_index_that_finds_nothing(tmp_path: Path, encoder_cache: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.txt").write_text("E1392 notes\n\nBill E1392 with E0431.")
    run(tmp_path, encoder_cache)
    (tmp_path / "pages" / "a.txt").unlink()
    (tmp_path / "pages" / "b.txt").write_text("-----\n")
    summary = run(tmp_path, encoder_cache, prune=True)
    assert summary.passages == 0
    assert Index(tmp_path / "index", Settings()).search_meaning("oxygen", 3) == []


def test_nothing_readable_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"\x00")
    with pytest.raises(NothingToReadError):
        ingest([tmp_path / "x.bin"], tmp_path / "index", Settings())


def test_a_second_ingest_at_once_is_told(folder: Path, encoder_cache: Path) -> None:
    import fcntl

    run(folder, encoder_cache)
    with (folder / "index" / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(IndexLockedError):
            run(folder, encoder_cache)


@pytest.mark.parametrize("delay", [0.3, 0.8, 1.2, 1.6, 2.0, 2.6])
def test_killed_at_any_moment_the_old_index_answers(folder: Path, encoder_cache: Path, delay: float) -> None:
    first = run(folder, encoder_cache)
    for i in range(40):
        (folder / "pages" / f"more{i}.txt").write_text(
            f"E1392 notes {i}\n\n" + f"Oxygen note {i} speaks of flow. " * 40
        )
    command = [sys.executable, "-m", "hcpcs_rag", "ingest", str(folder / "pages"), "--index", str(folder / "index")]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "XDG_CACHE_HOME": str(encoder_cache)},
    )
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    index = Index(folder / "index", Settings())
    assert index.search_meaning("oxygen", 1)
    assert index.manifest.counts["pages"] in (first.pages, first.pages + 40)
    summary = run(folder, encoder_cache)
    assert summary.pages == first.pages + 40
    assert not list((folder / "index").glob(".building-*"))
