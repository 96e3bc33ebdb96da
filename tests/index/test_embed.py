from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from hcpcs_rag.domain import Passage
from hcpcs_rag.encoder.serve import Encoder
from hcpcs_rag.index import embed
from hcpcs_rag.index.draft import LibraryDraft
from hcpcs_rag.index.embed import Embedding, Known
from hcpcs_rag.settings import Settings


@pytest.fixture
def encoder(index_folder: Path) -> Path:
    return index_folder / (index_folder / "CURRENT").read_text().strip() / "encoder"


def some(page: str, count: int) -> Iterator[Passage]:
    for i in range(count):
        yield Passage(page, 0, i, i + 1, f"Passage {i % 70} of page {page} is about pumps.")


def test_passages_are_embedded_while_more_are_read(
    tmp_path: Path, encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embed, "BLOCK", 32)
    library = LibraryDraft.create(tmp_path / "l")
    told: list[tuple[int, int]] = []
    with Embedding(library, lambda: encoder, tmp_path / "made", Known(), Settings()) as embedding:
        library.add_passages(some("b", 100))
        until = time.monotonic() + 30
        while not embedding.count:
            assert time.monotonic() < until, "nothing was embedded while files were read"
            time.sleep(0.02)
        library.add_passages(some("a", 90))
        embedding.finish(lambda done, total: told.append((done, total)))
    library.number_passages()
    matrix = embedding.ordered(tmp_path / "ordered")
    texts = [row.text for row in library.passages_after(-1, 1_000)]
    assert texts[0].endswith("page a is about pumps.")
    assert np.allclose(matrix, Encoder(encoder, 256).encode(texts), atol=1e-5)
    assert embedding.count == 140, "each text once"
    done, total = told[-1]
    assert done == total == sum(map(len, texts))


def test_a_number_that_is_used_again_is_embedded_too(tmp_path: Path, encoder: Path) -> None:
    """A release read first makes room for a fuller one: its passages are gone, their numbers are given anew."""
    library = LibraryDraft.create(tmp_path / "l")
    with Embedding(library, lambda: encoder, tmp_path / "made", Known(), Settings()) as embedding:
        library.add_passages(some("old", 5))
        embedding.finish(lambda done, total: None)
    library._db.execute("DELETE FROM passages")
    library.add_passages(some("new", 5))
    library.number_passages()
    matrix = embedding.ordered(tmp_path / "ordered")
    texts = [row.text for row in library.passages_after(-1, 10)]
    assert np.allclose(matrix, Encoder(encoder, 256).encode(texts), atol=1e-5)


def test_a_failure_of_the_other_thread_is_raised(tmp_path: Path) -> None:
    from hcpcs_rag.errors import EncoderError

    library = LibraryDraft.create(tmp_path / "l")
    with Embedding(library, lambda: tmp_path / "nowhere", tmp_path / "made", Known(), Settings()) as embedding:
        library.add_passages(some("a", 3))
        with pytest.raises(EncoderError, match="cannot be loaded"):
            embedding.finish(lambda done, total: None)


def test_an_encoder_is_chosen_by_the_first_block_that_is_worth_it(
    tmp_path: Path, encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first block of texts that are mostly known does not decide for a whole release."""
    monkeypatch.setattr(embed, "BLOCK", 64)
    monkeypatch.setattr("hcpcs_rag.encoder.choice.WORTH", 40)
    library = LibraryDraft.create(tmp_path / "l")
    with Embedding(library, lambda: encoder, tmp_path / "made", Known(), Settings()) as embedding:
        library.add_passages(Passage("a", 0, i, i + 1, f"Text {i % 3}") for i in range(64))
        library.add_passages(some("b", 60))
        embedding.finish(lambda done, total: None)
    assert len(embedding.described["trials"]) == 2  # type: ignore[arg-type]
