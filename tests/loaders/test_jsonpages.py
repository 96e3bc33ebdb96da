from __future__ import annotations

import json

import pytest

from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.loaders.jsonpages import read_json

ROWS = [
    {"title": "HCPCS E1392", "url": "https://example.com/e1392", "text": "Bill E1392 by the month.\r\nKeep the order."},
    {"text": "A note on A4222.\n\nCount one unit of A4222 for each bag."},
]


def test_a_list_and_lines_give_the_same_pages() -> None:
    listed = read_json(json.dumps(ROWS), "/x/export.json", "0")
    lines = read_json("\n".join(map(json.dumps, ROWS)), "/x/export.jsonl", "0")
    assert [p.page_id for p in listed] == ["export-0001", "export-0002"]
    assert [p.text for p in listed] == [p.text for p in lines]
    assert (listed[0].url, listed[0].subjects) == ("https://example.com/e1392", ("E1392",))


def test_one_object_keeps_the_stem() -> None:
    assert read_json(json.dumps(ROWS[0]), "/x/export.json", "0")[0].page_id == "export"


@pytest.mark.parametrize("text", ["{", "[]", "[1]", '{"text": 3}', "[" * 100_000])
def test_anything_else_is_told(text: str) -> None:
    with pytest.raises(UnreadableFileError):
        read_json(text, "/x/export.json", "0")
