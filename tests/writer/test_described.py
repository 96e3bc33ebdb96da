from __future__ import annotations

from pathlib import Path

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.index.build import ingest
from hcpcs_rag.settings import Settings


def test_a_quoted_sentence_that_names_no_code_stands_below_its_code(
    tmp_path: Path, library: Path, encoder_cache: Path
) -> None:
    page = "---\ncode: E0779\n---\n# E0779: mechanical pump\n\n## Care\nThe spring of the device is wound by hand each morning.\n"
    (tmp_path / "e0779.md").write_text(page)
    paths = [tmp_path / "e0779.md", library / "HCPC2025_OCT_test.csv"]
    ingest(paths, tmp_path / "index", Settings(), cache=encoder_cache)
    answer, _ = Assistant.open(tmp_path / "index").ask("is the spring of the device wound by hand each morning?")
    lines = answer.text.splitlines()
    assert lines[0].startswith("E0779: Ambulatory infusion pump")
    assert "wound by hand each morning" in lines[1]
