"""The full-text index of passages: tantivy, stemmed English, BM25."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import tantivy

Scope = Literal["record", "page"]
"""Official records, or everything else."""

WRITER_HEAP = 64_000_000
BODY_FIELDS = ["body"]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    builder.add_text_field("scope", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("body", tokenizer_name="en_stem")
    return builder.build()


def build(folder: Path, passages: Iterable[tuple[int, str, Scope]]) -> None:
    """Write the index of ``(number, text, scope)`` into ``folder``."""
    folder.mkdir(parents=True)
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(heap_size=WRITER_HEAP, num_threads=1)
    for number, text, scope in passages:
        document = tantivy.Document(scope=scope, body=text)
        document.add_unsigned("number", number)  # by keyword it would be taken for a signed one
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


class Words:
    """An opened full-text index."""

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def frequency(self, stems: Iterable[str]) -> float:
        """Return in what share of the passages the rarest of some stems stands."""
        found = min((self._searcher.doc_freq("body", stem) for stem in stems), default=0)
        return float(found / max(self._searcher.num_docs, 1))

    def search(self, terms: Sequence[str], limit: int, scope: Scope | None = None) -> list[tuple[int, float]]:
        """Rank passages that hold any of ``terms``, best first, as ``(number, BM25 score)``."""
        text = " ".join("".join(c if c.isalnum() else " " for c in term) for term in terms).strip()
        if not text:
            return []
        query, _ = self._index.parse_query_lenient(text, default_field_names=BODY_FIELDS)
        if scope:
            only = tantivy.Query.boost_query(
                tantivy.Query.term_query(self._index.schema, "scope", scope, index_option="basic"), 0.0
            )
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, only)])
        hits = self._searcher.search(query, limit).hits
        return [(int(self._searcher.doc(address)["number"][0]), float(score)) for score, address in hits]
