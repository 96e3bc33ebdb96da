"""The retrieval as a LangChain retriever, for programs built from LangChain's parts."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from hcpcs_rag.index.opened import Index
from hcpcs_rag.question.understanding import understand
from hcpcs_rag.ranking import descriptor_quote
from hcpcs_rag.retrieval import retrieve


class HcpcsRetriever(BaseRetriever):
    """Returns the official descriptors of the codes asked after, the best sentences, and the descriptors of
    the best codes, as documents.

    Each document's ``metadata`` holds ``page_id``, ``start`` and ``end`` (its text is that page's text
    between them), ``title``, ``source`` and ``authority``.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    k: int = 8

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        question = understand(query, (), self.index.known)
        evidence = retrieve(question, self.index)
        records = [descriptor_quote(record, self.index.record_page(record)) for record in evidence.records]
        sentences, codes = [found.quote for found in evidence.found], [hit.quote for hit in evidence.hits]
        quotes = codes + sentences if question.kind == "reverse" else records + sentences + codes
        return [
            Document(
                page_content=quote.text,
                metadata={
                    "page_id": quote.page.page_id,
                    "start": quote.start,
                    "end": quote.end,
                    "title": quote.page.title,
                    "source": quote.page.url or quote.page.source,
                    "authority": quote.page.authority,
                },
            )
            for quote in quotes[: self.k]
        ]
