from __future__ import annotations

from collections.abc import Callable

from hcpcs_rag.assistant import Assistant

PAGE = """---
code: E0779
sources:
  - LCD L99999 Pumps
---
# E0779: a pump

## Coverage
E0779 is covered where the need is shown.
"""


def test_a_decline_names_a_document_that_the_sources_rest_on_until_it_is_loaded(
    assistant_over: Callable[..., Assistant],
) -> None:
    asked = "who may repair E0779 in Alaska?"
    told, _ = assistant_over({"pump.md": PAGE}).ask(asked)
    assert told.status == "abstained"
    assert "LCD L99999 Pumps is named by the sources and not loaded" in told.text
    told, _ = assistant_over({"pump.md": PAGE, "L99999.md": "# LCD L99999: Pumps\n\nPumps are durable.\n"}).ask(asked)
    assert "not loaded" not in told.text


def test_a_question_about_a_thing_is_asked_for_its_code(assistant: Assistant) -> None:
    told, _ = assistant.ask("documentation for the unicorn saddle")
    assert told.status == "abstained"
    assert told.text.endswith("It helps to name the code.")
