from __future__ import annotations

from pathlib import Path

import pytest

from hcpcs_rag.errors import IndexMissingError
from hcpcs_rag.index.build import ingest
from hcpcs_rag.settings import Settings
from hcpcs_rag.web.served import Served


def test_a_new_generation_is_used_from_the_next_question_on(library: Path, tmp_path: Path, encoder_cache: Path) -> None:
    folder = tmp_path / "index"
    ingest([library], folder, Settings(), cache=encoder_cache)
    served = Served(folder)
    before = served.memory
    assert served.memory is before
    (tmp_path / "new.md").write_text("# E0779\n\nThe E0779 pump is blue on Fridays.\n", encoding="utf-8")
    ingest([tmp_path / "new.md"], folder, Settings(), cache=encoder_cache)
    assert served.memory.generation != before.generation
    assert before.exchanges(("What is E1392?",))[0].answer.status == "answered", "who still reads the old one may"


def test_a_damaged_new_generation_leaves_the_last_good_one_in_use(
    library: Path, tmp_path: Path, encoder_cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "index"
    ingest([library], folder, Settings(), cache=encoder_cache)
    served = Served(folder)
    good = served.memory
    (folder / "broken").mkdir()
    (folder / "CURRENT").write_text("broken\n", encoding="utf-8")
    assert served.memory is good
    assert served.memory is good
    assert caplog.text.count("The last good index stays in use.") == 1
    (folder / "CURRENT").unlink()
    assert served.memory is good


def test_nothing_to_serve_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError):
        Served(tmp_path)
