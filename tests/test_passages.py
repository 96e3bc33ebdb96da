from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hcpcs_rag.loaders.text import read_text
from hcpcs_rag.passages import LEAD_CHARS, chain, of_page
from tests.conftest import PUMP_PAGE


def test_a_passage_carries_title_and_heading_and_stays_in_its_section() -> None:
    page = read_text(PUMP_PAGE, "/x/p.md", "0" * 64)
    passages = of_page(page, 700)
    assert {p.section for p in passages} == {s.section for s in page.evidence()}
    for passage in passages:
        assert passage.text.startswith(page.title)
        assert passage.text.endswith(page.text[passage.start : passage.end])


@given(st.integers(50, 400), st.integers(1, 60))
@settings(max_examples=30)
def test_passages_keep_to_their_size_and_lose_no_sentence(size: int, count: int) -> None:
    text = "E1392 notes\n\n" + " ".join(f"Sentence number {i} speaks of oxygen." for i in range(count))
    page = read_text(text, "/x/p.txt", "0" * 64)
    passages = of_page(page, size)
    assert all(p.end - p.start <= 2 * size for p in passages)
    covered = {i for p in passages for i in range(p.start, p.end)}
    assert all(s.start in covered and s.end - 1 in covered for s in page.evidence())


def test_a_page_in_one_line_is_cut_at_gaps() -> None:
    page = read_text("E1392 notes\n\nIt is " + "very " * 600 + "long.", "/x/p.txt", "0" * 64)
    passages = of_page(page, 300)
    assert len(passages) > 5
    assert all(page.text[p.start : p.end] in p.text for p in passages)


def test_a_chain_is_read_with_its_nearest_leads_and_their_ends() -> None:
    parts = chain("Title", "Heading", "Is it?", ["far", "a" * 200 + "end:", "near:", "item"], "Code | Number")
    assert parts == ["Title", "Heading", "Is it?", ("a" * 200 + "end:")[-LEAD_CHARS:], "near:", "item", "Code | Number"]
    assert chain("Same", "Same", "", [], "") == ["Same"]
