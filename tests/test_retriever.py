from __future__ import annotations

from hcpcs_rag.index.opened import Index
from hcpcs_rag.retriever import HcpcsRetriever


def test_documents_are_quotes_at_their_offsets(index: Index) -> None:
    documents = HcpcsRetriever(index=index, k=3).invoke("documentation for A4222")
    assert 1 <= len(documents) <= 3
    for document in documents:
        meta = document.metadata
        assert index.page(meta["page_id"]).text[meta["start"] : meta["end"]] == document.page_content


def test_words_find_a_record(index: Index) -> None:
    documents = HcpcsRetriever(index=index).invoke("code for a portable oxygen concentrator")
    assert "cms-2025-10/E1392" in [d.metadata["page_id"] for d in documents]
