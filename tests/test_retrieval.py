from __future__ import annotations

from hcpcs_rag.index.opened import Index
from hcpcs_rag.question.understanding import understand
from hcpcs_rag.ranking import search_codes
from hcpcs_rag.retrieval import retrieve


def test_an_exact_code_comes_first_in_any_spelling(index: Index) -> None:
    for typed in ("e1392", "E 1392", "E-1392", "EI392"):
        assert search_codes(typed, index, 3)[0].record.code == "E1392"


def test_words_find_codes_and_the_unit_counts(index: Index) -> None:
    assert search_codes("portable oxygen concentrator", index, 3)[0].record.code == "E1392"
    assert search_codes("POC", index, 3)[0].record.code == "E1392"
    assert len(search_codes("pump", index, 2)) == 2


def test_evidence_for_a_code_holds_its_page_and_its_mentions(index: Index) -> None:
    evidence = retrieve(understand("what is E1390", (), index.known), index)
    assert evidence.records[0].code == "E1390"
    assert any("E1390" in f.quote.text and not f.subject for f in evidence.found)


def test_quotes_are_verbatim(index: Index) -> None:
    for message in ("what is E1392", "infusion plan drug dose", "documentation A4222"):
        for found in retrieve(understand(message, (), index.known), index).found:
            page = index.page(found.page.page_id)
            assert page.text[found.sentence.start : found.sentence.end] == found.quote.text
