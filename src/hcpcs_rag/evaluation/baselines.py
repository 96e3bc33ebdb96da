"""What the product is compared with: plain retrieval whose answer is the passages it found.

Four of them, each as its textbooks have it: the LangChain chain of splitter, embeddings and a flat FAISS
index; full text alone; meaning alone; and both fused by rank. None has a language model here, so the
retrieved passages are the answer. That is generous to them in recall: whatever stands in 4,000
characters of passages counts as said.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from langchain_core.documents import Document
from langchain_text_splitters import RecursiveCharacterTextSplitter

from hcpcs_rag.evaluation.systems import PAGE_DEPTH, Reply, Said
from hcpcs_rag.index import vectors
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import content_words

RRF_K = 60
"""Reciprocal rank fusion's constant (Cormack, Clarke and Büttcher, SIGIR 2009)."""
DEPTH = 100
"""Passages that each ranking proposes."""

TOP = 4
"""Passages in an answer: the default of LangChain's ``similarity_search``."""
ANSWER_CHARS = 3000
"""Length of an answer made of the product's passages, which are single sentences: as long as what four of
the textbook's chunks come to here."""
CHUNK, OVERLAP = 1000, 200
"""Of the RAG tutorial of the LangChain documentation."""
EMBED_BATCH = 16
Ranking = list[tuple[int, float]]
Progress = Callable[[int, int], None]


class Textbook:
    """The RAG of the LangChain tutorial: recursive splitter, MiniLM, flat FAISS, top passages.

    It reads the pages of the index rather than the files, so that it is not charged with reading PDFs
    and releases badly, and embeds with the index's ONNX graph, whose vectors agree with
    sentence-transformers' to four decimals.
    """

    name = "langchain textbook"

    def __init__(self, index: Index, cache: Path, progress: Progress = lambda done, total: None) -> None:
        """Split and embed all pages; vectors of chunks seen before are taken from ``cache``."""
        splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True)
        pages = {page_id: index.page(page_id) for page_id in index.page_ids()}
        documents = [
            Document(page_content=page.text, metadata={"page_id": page.page_id, "codes": page.subjects})
            for page in pages.values()
        ]
        self._index = index
        self._pages = pages
        self._chunks = splitter.split_documents(documents)
        matrix = _embedded([c.page_content for c in self._chunks], index, cache, progress)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "textbook"
            vectors.build(path, matrix, 0)
            self._vectors = vectors.VectorIndex(path)

    def converse(self, turns: Sequence[str]) -> list[Reply]:
        """Answer each turn by itself: without a language model the tutorial has no means to rephrase it."""
        return [self._answer(message) for message in turns]

    def _answer(self, message: str) -> Reply:
        started = time.perf_counter()
        ranking = self._search(message, DEPTH)
        said = tuple(self._said(n) for n, _ in ranking[:TOP])
        ms = (time.perf_counter() - started) * 1000
        pages = [self._chunks[n].metadata["page_id"] for n, _ in ranking]
        return _reply(said, ranking, pages, ms)

    def _said(self, number: int) -> Said:
        chunk = self._chunks[number]
        page_id, start = chunk.metadata["page_id"], chunk.metadata["start_index"]
        text = chunk.page_content
        return Said(text, ((page_id, start, start + len(text), self._pages[page_id].text[start : start + len(text)]),))

    def _search(self, text: str, limit: int) -> Ranking:
        return self._vectors.search(self._index.embed([text])[0], limit)

    def rank(self, description: str, limit: int) -> list[str]:
        """Return the codes of the nearest chunks' pages, best first."""
        found = (code for n, _ in self._search(description, DEPTH) for code in self._chunks[n].metadata["codes"])
        return list(dict.fromkeys(found))[:limit]


class PlainSearch:
    """Search over the product's own passages, the best of them as the answer, nothing else."""

    def __init__(self, name: str, index: Index) -> None:
        """``name`` is "full text", "dense" or "hybrid"."""
        self.name = name
        self._index = index
        self._search = {"full text": self._by_words, "dense": self._by_meaning, "hybrid": self._by_both}[name]

    def converse(self, turns: Sequence[str]) -> list[Reply]:
        """Answer each turn by itself."""
        return [self._answer(message) for message in turns]

    def _answer(self, message: str) -> Reply:
        started = time.perf_counter()
        ranking = self._search(message, DEPTH)
        passages = self._index.passages([n for n, _ in ranking])
        quotes: list[tuple[str, int, int, str]] = []
        for passage in (passages[n] for n, _ in ranking):
            if sum(len(quote[3]) for quote in quotes) < ANSWER_CHARS:
                text = self._index.page(passage.page_id).text[passage.start : passage.end]
                quotes.append((passage.page_id, passage.start, passage.end, text))
        ms = (time.perf_counter() - started) * 1000
        said = tuple(Said(quote[3], (quote,)) for quote in quotes)
        return _reply(said, ranking, [passages[n].page_id for n, _ in ranking], ms)

    def rank(self, description: str, limit: int) -> list[str]:
        """Return the codes of the nearest official records that are in force, best first."""
        ranking = self._search(description, DEPTH, records=True)
        passages = self._index.passages([n for n, _ in ranking])
        release = self._index.release()
        found: dict[str, None] = {}
        for n, _ in ranking:
            record = self._index.record(passages[n].code or "")
            active = record and release and record.status(release.effective) == "active"
            if record and record.kind == "code" and active:
                found[record.code] = None
        return list(found)[:limit]

    def _by_words(self, text: str, limit: int, records: bool = False) -> Ranking:
        return self._index.search_words(content_words(text), limit, "record" if records else None)

    def _by_meaning(self, text: str, limit: int, records: bool = False) -> Ranking:
        return self._index.search_meaning(text, limit, "record" if records else None)

    def _by_both(self, text: str, limit: int, records: bool = False) -> Ranking:
        """Reciprocal rank fusion of both, constant 60 (``retrieval.RRF_K``)."""
        one = [n for n, _ in self._by_words(text, limit, records)]
        other = [n for n, _ in self._by_meaning(text, limit, records)]
        return list(fuse(one, other).items())[:limit]


def _reply(said: tuple[Said, ...], ranking: Ranking, pages: Sequence[str], ms: float) -> Reply:
    text = "\n\n".join(one.text for one in said)
    confidence = ranking[0][1] if ranking else 0.0
    top_pages = tuple(dict.fromkeys(pages))[:PAGE_DEPTH]
    return Reply("answered" if said else "abstained", text, said, confidence, ms, top_pages, {})


def _embedded(texts: list[str], index: Index, cache: Path, progress: Progress) -> vectors.Vectors:
    """Embed texts, in order; those whose hash stands in ``cache`` are not embedded again."""
    names = np.array([hashlib.sha256(text.encode()).hexdigest() for text in texts])
    known: dict[str, vectors.Vectors] = {}
    if cache.is_file():
        with np.load(cache, allow_pickle=False) as stored:
            known = dict(zip(stored["names"].tolist(), stored["vectors"], strict=True))
    fresh = [text for name, text in zip(names, texts, strict=True) if str(name) not in known]
    for begin in range(0, len(fresh), 64 * EMBED_BATCH):
        part = fresh[begin : begin + 64 * EMBED_BATCH]
        for text, vector in zip(part, index.embed(part, EMBED_BATCH), strict=True):
            known[hashlib.sha256(text.encode()).hexdigest()] = vector
        progress(min(begin + len(part), len(fresh)), len(fresh))
    if fresh:
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache, names=np.array(list(known)), vectors=np.stack(list(known.values())))
    return np.stack([known[str(name)] for name in names])


def fuse(*rankings: Sequence[int]) -> dict[int, float]:
    """Fuse rankings by reciprocal rank; return items with their score, best first."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for place, item in enumerate(ranking, 1):
            scores[item] = scores.get(item, 0.0) + 1.0 / (RRF_K + place)
    return dict(sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])))
