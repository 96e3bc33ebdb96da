from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from hcpcs_rag.errors import IndexDamagedError, IndexFolderError, IndexMismatchError, IndexMissingError
from hcpcs_rag.index import manifest
from hcpcs_rag.index.opened import Index
from hcpcs_rag.settings import Settings


@pytest.fixture
def copy(index_folder: Path, tmp_path: Path) -> Path:
    target = tmp_path / "copy"
    shutil.copytree(index_folder, target)
    return target


def generation(folder: Path) -> Path:
    return folder / (folder / "CURRENT").read_text().strip()


def use_all(folder: Path) -> None:
    index = Index(folder, Settings())
    index.search_words(["pump"], 1)
    index.search_meaning("pump", 1)


def test_a_whole_index_opens(copy: Path) -> None:
    use_all(copy)


def test_every_file_is_listed_with_its_hash(copy: Path) -> None:
    data = json.loads((generation(copy) / "manifest.json").read_text())
    files = {p.relative_to(generation(copy)).as_posix() for p in generation(copy).rglob("*") if p.is_file()}
    assert set(data["files"]) == files - {"manifest.json"}


@pytest.mark.parametrize(
    "part",
    [
        "library.sqlite",
        "vectors/records.faiss",
        "vectors/pages.faiss",
        "encoder/encoder.onnx",
        "encoder/encoder.onnx.data",
        "encoder/tokenizer.json",
    ],
)
@pytest.mark.parametrize("damage", ["truncate", "flip", "remove"])
def test_damage_is_refused_with_the_command_that_repairs(copy: Path, part: str, damage: str) -> None:
    path = generation(copy) / part
    data = path.read_bytes()
    path.unlink()
    if damage == "truncate":
        path.write_bytes(data[:-10])
    elif damage == "flip":
        middle = len(data) // 2
        path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    with pytest.raises(IndexDamagedError, match="hcpcs-rag ingest"):
        use_all(copy)


def test_word_index_damage_is_refused(copy: Path) -> None:
    largest = max((generation(copy) / "words").iterdir(), key=lambda p: p.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:-1])
    with pytest.raises(IndexDamagedError):
        use_all(copy)


@pytest.mark.parametrize(
    ("key", "value"), [("schema", 99), ("encoder", {"name": "other"}), ("settings", {"passage_chars": 1})]
)
def test_another_schema_encoder_or_settings_is_refused(copy: Path, key: str, value: object) -> None:
    path = generation(copy) / "manifest.json"
    data = json.loads(path.read_text())
    data[key] = value
    path.write_text(json.dumps(data))
    with pytest.raises(IndexMismatchError, match="--rebuild"):
        Index(copy, Settings())


@pytest.mark.parametrize("text", ["", "nowhere\n", "../copy\n", "{"])
def test_a_bad_current_is_refused(copy: Path, text: str) -> None:
    (copy / "CURRENT").write_text(text)
    with pytest.raises(IndexFolderError):
        Index(copy, Settings())


def test_a_bad_manifest_is_refused(copy: Path) -> None:
    (generation(copy) / "manifest.json").write_text("[]")
    with pytest.raises(IndexDamagedError):
        Index(copy, Settings())


def test_no_index_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="hcpcs-rag ingest"):
        Index(tmp_path, Settings())


def test_switch_is_atomic_in_name(tmp_path: Path) -> None:
    (tmp_path / "g1").mkdir()
    manifest.switch(tmp_path, "g1")
    assert manifest.current(tmp_path) == tmp_path / "g1"
    assert {p.name for p in tmp_path.iterdir()} == {"g1", "CURRENT"}
