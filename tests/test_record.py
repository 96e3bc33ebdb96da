from __future__ import annotations

import html
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from hcpcs_rag import record
from hcpcs_rag.assistant import Assistant
from hcpcs_rag.recordpdf import as_pdf

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "question", ["What is E1392?", "Compare E1390 and E1392", "What is E1392 and what is its warranty?"]
)
@pytest.mark.parametrize("form", record.WRITERS)
def test_every_form_holds_question_answer_quotes_hashes_and_circumstances(
    assistant: Assistant, question: str, form: str
) -> None:
    answer, _ = assistant.ask(question)
    made = record.make(answer, assistant.index, AT, ["asked before"])
    text = record.WRITERS[form](made)
    shown = html.unescape(text) if form == "html" else text
    for wanted in (question, "2026-01-02", "CMS HCPCS October 2025", made.generation, made.corpus_hash):
        assert wanted in shown
    for source in made.sources:
        assert source["sha256"] in shown
        assert len(source["sha256"]) == 64
    for citation in answer.citations:
        quote = citation.quote if form not in ("md", "txt") else " ".join(citation.quote.split())
        assert (json.dumps(quote, ensure_ascii=False)[1:-1] if form == "json" else quote) in shown
    for statement in answer.statements:
        if statement.cell is None and form != "json":
            assert statement.text in shown


def test_a_record_is_set_as_pdf(assistant: Assistant) -> None:
    answer, _ = assistant.ask("Compare E1390 and E1392")
    made = record.make(answer, assistant.index, AT)
    pages = PdfReader(io.BytesIO(as_pdf(made))).pages
    told = "".join("".join(page.extract_text() for page in pages).split())
    for line in record.as_text(made).split("\n"):
        assert "".join(line.split()) in told


def test_only_a_follow_up_tells_what_was_asked_before(assistant: Assistant) -> None:
    answer, turn = assistant.ask("which supplies go with E0779?")
    follow_up, _ = assistant.ask("and E0784?", [turn])
    assert record.make(follow_up, assistant.index, AT, [answer.question]).earlier == (answer.question,)
    assert record.make(answer, assistant.index, AT, ["of another claim"]).earlier == ()


def test_an_answer_without_sources_is_recorded_too(assistant: Assistant) -> None:
    answer, _ = assistant.ask("What is E9999?")
    made = record.make(answer, assistant.index, AT)
    assert "No source was cited" in record.as_markdown(made)
    assert answer.text.split("\n")[0] in html.unescape(record.as_html(made))


def test_markup_in_a_question_stays_text_and_nothing_is_fetched(assistant: Assistant) -> None:
    answer, _ = assistant.ask("What is E1392? <script src='http://evil.example/x.js'></script>")
    text = record.as_html(record.make(answer, assistant.index, AT))
    assert "<script" not in text
    assert not re.search(r"(src|href)=['\"](?!#)", text)


def test_pictures_and_links_of_a_page_do_nothing_in_markdown(assistant: Assistant) -> None:
    answer, _ = assistant.ask("What is E1392?")
    hostile = replace(
        answer.citations[0], quote="see ![x](http://evil.example/a.png) and [y](http://evil.example) <img src=z>"
    )
    text = record.as_markdown(record.make(replace(answer, citations=(hostile,)), assistant.index, AT))
    assert "![x]" not in text
    assert "[y]" not in text.replace("\\[y]", "")
    assert "<img" not in text.replace("\\<img", "")
    assert re.search(r"\[\d+\]", text), "the marks stay"


def test_the_same_question_makes_the_same_record(assistant: Assistant) -> None:
    def text() -> str:
        made = record.make(assistant.ask("What is E1392?")[0], assistant.index, AT)
        return re.sub(r'"timings_ms": \{[^}]*\}', "", record.as_json(made))

    assert text() == text()
