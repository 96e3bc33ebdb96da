from __future__ import annotations

from pathlib import Path

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.index.build import ingest
from hcpcs_rag.index.opened import Index
from hcpcs_rag.settings import Settings

PAGE = """---
code: E0779
sources:
  - LCD L99999 Pumps
---
# E0779: a pump

## Coverage
E0779 is covered where the need is shown.
"""


def open_with(folder: Path, cache: Path, **pages: str) -> Assistant:
    (folder / "in").mkdir(exist_ok=True)
    for name, text in pages.items():
        (folder / "in" / f"{name}.md").write_text(text)
    ingest([folder / "in"], folder / "index", Settings(), cache=cache)
    return Assistant(Index(folder / "index", Settings()))


def test_a_decline_names_a_document_that_the_sources_rest_on_until_it_is_loaded(
    tmp_path: Path, encoder_cache: Path
) -> None:
    asked = "who may repair E0779 in Alaska?"
    told, _ = open_with(tmp_path, encoder_cache, pump=PAGE).ask(asked)
    assert told.status == "abstained"
    assert "LCD L99999 Pumps is named by the sources and not loaded" in told.text
    told, _ = open_with(tmp_path, encoder_cache, L99999="# LCD L99999: Pumps\n\nPumps are durable.\n").ask(asked)
    assert "not loaded" not in told.text


def test_a_question_about_a_thing_is_asked_for_its_code(assistant: Assistant) -> None:
    told, _ = assistant.ask("documentation for the unicorn saddle")
    assert told.status == "abstained"
    assert told.text.endswith("It helps to name the code.")
