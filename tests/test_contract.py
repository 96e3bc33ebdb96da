from __future__ import annotations

import json
from pathlib import Path

import pytest

from hcpcs_rag import contract
from hcpcs_rag.assistant import Assistant
from hcpcs_rag.errors import BatchLineError, PathNotFoundError
from hcpcs_rag.index.opened import Index
from hcpcs_rag.ranking import search_codes

ANSWER = (
    "question standalone status text statements citations codes conflicts suggestions reason release timings_ms nearest"
    " verdict confidence".split()
)
CITATION = "number page_id title source url path authority section page_number start end quote".split()
CODE = (
    "code kind short long status added changed ended coverage coverage_meaning pricing see_instead further release searched nearest"
).split()
RELATION = "code relation other quote page_id start end authority".split()


def test_answer_has_the_names_of_the_contract(assistant: Assistant) -> None:
    answer = json.loads(json.dumps(contract.answer(assistant.ask("What is E1392?")[0])))
    assert list(answer) == ANSWER
    assert list(answer["citations"][0]) == CITATION
    assert list(answer["statements"][0]) == ["text", "citations"]
    assert list(answer["conflicts"][0]) == ["about", "official", "other", "citations"]
    release = answer["release"]
    assert list(release) == ["name", "effective", "codes", "modifiers", "whole", "notice"]
    assert (release["name"], release["effective"]) == ("CMS HCPCS October 2025", "2025-10-01")
    assert (release["codes"], release["modifiers"], release["whole"]) == (9, 2, False)
    assert list(answer["timings_ms"]) == ["understand", "retrieve", "write", "ground", "total"]


def test_code_known_ended_and_unknown(index: Index) -> None:
    known, ended, unknown = (contract.code(c, index, None) for c in ("E1392", "A9155", "E1393"))
    assert list(known) == list(ended) == CODE
    assert sorted(unknown) == sorted(CODE)
    assert (known["status"], ended["status"], unknown["status"]) == ("active", "ended", "unknown")
    assert unknown["nearest"] == ["E1392", "E1390"]


def test_relations_are_quoted(index: Index) -> None:
    rows = contract.related("E0784", index)
    assert {(r["relation"], r["other"]) for r in rows} == {("use_with", "A4224"), ("not_with", "A4222")}
    for row in rows:
        assert list(row) == RELATION
        assert index.page(row["page_id"]).text[row["start"] : row["end"]] == row["quote"]


def test_search_and_page(index: Index) -> None:
    found = contract.search("pump", search_codes("pump", index, 2), index)
    assert list(found) == ["query", "results"]
    assert list(found["results"][0]) == ["code", "score", "title", "page_id", "quote", "status", "ended"]
    page = contract.page(index.page("a4222_guide"))
    assert page["text"].count("A4222") > 3
    assert page["sections"][0]["facet"] == "definition"


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '{"turns": []}', '{"turns": [1]}', '{"turns": "x"}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "b.jsonl"
    path.write_text('{"id": 1, "turns": ["x"]}\n\n' + line + "\n")
    with pytest.raises(BatchLineError, match="line 3"):
        contract.read_batch(path, "turns")


def test_batches_are_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "b.jsonl"
    path.write_text('\ufeff{"id": "a", "query": "pump"}\n', encoding="utf-8")
    assert contract.read_batch(path, "query") == [{"id": "a", "query": "pump"}]
    with pytest.raises(PathNotFoundError):
        contract.read_batch(tmp_path / "none", "query")
