from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

import hcpcs_rag
from hcpcs_rag.errors import IndexMismatchError
from hcpcs_rag.index import manifest as manifests
from hcpcs_rag.index.build import ingest
from hcpcs_rag.index.opened import Index
from hcpcs_rag.index.shaping import SHAPING, shaping_hash
from hcpcs_rag.settings import Settings

PACKAGE = Path(hcpcs_rag.__file__).parent
HARMLESS = {"errors", "settings", "index", "index.library"}
"""Modules that the others import and that shape no row: messages, values in the fingerprint, reading of the store."""


def file_of(module: str) -> Path:
    path = PACKAGE / module.replace(".", "/")
    return path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"


def imported(module: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file_of(module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("hcpcs_rag"):
            base = node.module.removeprefix("hcpcs_rag").removeprefix(".")
            names = {base} | {f"{base}.{name.name}".lstrip(".") for name in node.names}
            found |= {name for name in names if name and file_of(name).is_file()}
    return found


def test_the_list_holds_every_module_that_a_stored_row_passes_through() -> None:
    todo, seen = ["index.fill", "index.draft", "index.words"], set[str]()
    while todo:
        module = todo.pop()
        if module not in seen:
            seen.add(module)
            todo += imported(module)
    listed = {name.removesuffix(".py").replace("/", ".") for name in SHAPING}
    missing = {m for m in seen - HARMLESS if m not in listed and m.split(".")[0] not in listed}
    assert missing == set()
    assert all((PACKAGE / name).exists() for name in SHAPING)


def test_an_index_that_other_code_shaped_is_refused_with_the_repair(tmp_path: Path, encoder_cache: Path) -> None:
    (tmp_path / "a.txt").write_text("E1392 notes\n\nBill E1392 with E0431.")
    ingest([tmp_path / "a.txt"], tmp_path / "index", Settings(), cache=encoder_cache)
    generation = manifests.current(tmp_path / "index")
    assert generation is not None
    file = generation / manifests.MANIFEST
    data = json.loads(file.read_text())
    assert data["settings"]["shaped_by"] == shaping_hash()
    data["settings"]["shaped_by"] = "0" * 16
    file.write_text(json.dumps(data))
    with pytest.raises(IndexMismatchError, match=r"another version of this program.*--rebuild"):
        Index(tmp_path / "index", Settings())
