from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.index.words import Words, build


def test_ranks_by_stem_and_keeps_to_its_scope(tmp_path: Path) -> None:
    build(
        tmp_path / "w",
        [(0, "oxygen concentrator", "record"), (1, "infusion pumps", "record"), (2, "a pump page", "page")],
    )
    words = Words(tmp_path / "w")
    assert [n for n, _ in words.search(["concentrators"], 5)] == [0]
    assert {n for n, _ in words.search(["pump"], 5)} == {1, 2}
    assert [n for n, _ in words.search(["pump"], 5, "page")] == [2]
    assert words.search(["unicorn"], 5) == []
    assert words.search([], 5) == []


@given(st.text(max_size=60))
def test_no_text_is_query_syntax(text: str) -> None:
    assert isinstance(WORDS.search([text], 3), list)


def _words() -> Words:
    import tempfile

    folder = Path(tempfile.mkdtemp()) / "w"
    build(folder, [(0, "pump", "record")])
    return Words(folder)


WORDS = _words()
