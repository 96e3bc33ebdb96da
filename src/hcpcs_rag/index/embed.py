"""Embed the passages of a library beside the thread that still fills it.

What is held in memory is one block of texts, and a hash and a row number for each distinct one (a tenth of a kilobyte);
the vectors go to a file. Reading costs no time of its own.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import numpy as np

from hcpcs_rag.encoder import choice
from hcpcs_rag.encoder.batches import DIMENSION, TextEncoder, Vectors
from hcpcs_rag.encoder.serve import Encoder
from hcpcs_rag.index.draft import LibraryDraft, Row
from hcpcs_rag.index.vectors import VectorIndex
from hcpcs_rag.settings import Settings

BLOCK = 1_024
"""Texts sorted by length together; an interrupt waits for one block, two to six seconds, or
for the export of the encoder."""
POLL = 0.1
"""Seconds between two looks for passages that were read meanwhile."""
Progress = Callable[[int, int], None]
"""Told how many characters are embedded, and of how many; 0 while files are still being read."""


class Known:
    """The vectors of an older generation, by the digest of their text."""

    def __init__(self, digests: dict[bytes, int] | None = None, vectors: VectorIndex | None = None) -> None:
        self._digests = digests or {}
        self._vectors = vectors

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._digests

    def rows(self, digests: Sequence[bytes]) -> Vectors:
        """Return the vectors of texts that are known."""
        if self._vectors is None:
            return np.empty((0, DIMENSION), dtype=np.float32)
        return self._vectors.rows([self._digests[digest] for digest in digests])


class Embedding:
    """The vectors of a library in the making; a context, at the end of which nothing works any more.

    ``count`` is the number of texts embedded, ``described`` what the manifest says of the encoder.
    """

    def __init__(
        self, library: LibraryDraft, encoder: Callable[[], Path], scratch: Path, known: Known, settings: Settings
    ) -> None:
        """``encoder`` gives the folder of the exported model, and may make it; ``scratch`` is the file for vectors in the
        order they are made."""
        self.count = 0
        self._library = library
        self._place = encoder
        self._scratch = scratch
        self._known = known
        self._settings = settings
        self._encoder: TextEncoder | None = None
        self._tried = False
        self._trials: list[choice.Trial] = []
        self._rows: dict[bytes, int] = {}
        self._first = self._last = library.last_passage()
        self._read, self._stopped = threading.Event(), threading.Event()
        self._counting = threading.Lock()
        self._done = self._total = 0
        self._progress: Progress = lambda done, total: None
        self._pool = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Embedding:
        self._scratch.touch()
        # In this context, which tells the web application whose progress it is.
        self._worker = self._pool.submit(contextvars.copy_context().run, self._work)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._pool.shutdown()

    def finish(self, progress: Progress) -> None:
        """Wait until all that was read is embedded. Raises ``EncoderError``."""
        self._progress = progress
        self._total = self._library.characters_after(self._first)
        self._read.set()
        self._worker.result()

    @property
    def described(self) -> dict[str, object]:
        """What embedded the texts, for the manifest; nothing where no text was new."""
        return choice.described(self._encoder, self._trials) if self._encoder else {}

    def _work(self) -> None:
        while not self._stopped.is_set():
            read = self._read.is_set()  # asked before looking, so that nothing comes in between
            rows = self._library.passages_after(self._last, BLOCK)
            if len(rows) < BLOCK and not read:
                self._read.wait(POLL)
            elif rows:
                self._embed(rows)
                self._last = rows[-1].number
            else:
                return

    def _embed(self, rows: Sequence[Row]) -> None:
        fresh = {r.digest: r.text for r in rows if r.digest not in self._rows and r.digest not in self._known}
        self._tell(sum(len(r.text) for r in rows) - sum(map(len, fresh.values())))
        texts = list(fresh.values())
        if not texts:
            return
        size = self._settings.batch_size
        encoder = self._choose(texts)
        vectors = encoder.encode(texts, size, lambda chosen: self._tell(sum(len(texts[i]) for i in chosen)))
        with self._scratch.open("ab") as file:
            file.write(vectors.tobytes())
        self._rows |= {digest: self.count + i for i, digest in enumerate(fresh)}
        self.count += len(fresh)

    def _choose(self, texts: Sequence[str]) -> TextEncoder:
        """The encoder for a block: single precision, until a block is worth finding out which is faster."""
        if self._encoder is None:
            self._encoder = self._exact = Encoder(self._place(), self._settings.max_tokens)
        if not self._tried and len(texts) >= choice.WORTH:
            self._tried = True
            self._encoder, self._trials = choice.choose(
                self._exact, self._place(), self._settings.max_tokens, texts, self._settings.batch_size
            )
        return self._encoder

    def _tell(self, characters: int) -> None:
        with self._counting:  # the encoder's threads tell, too
            self._done += characters
        self._progress(min(self._done, self._total), self._total if self._read.is_set() else 0)

    def ordered(self, path: Path) -> Vectors:
        """Return the vectors in the order of the numbered passages, as an array mapped from a new file at ``path``."""
        self._catch_up()
        made = np.memmap(self._scratch, np.float32, "r", shape=(self.count, DIMENSION)) if self.count else None
        count = self._library.counts()["passages"]
        if not count:  # pages without a sentence; nothing of no length can be mapped
            return np.empty((0, DIMENSION), dtype=np.float32)
        matrix = np.memmap(path, np.float32, "w+", shape=(count, DIMENSION))
        for first, digests in self._library.digest_blocks(BLOCK):
            block = np.empty((len(digests), DIMENSION), dtype=np.float32)
            own = np.array([self._rows.get(digest, -1) for digest in digests])
            if made is not None:
                block[own >= 0] = made[own[own >= 0]]
            block[own < 0] = self._known.rows([d for d, row in zip(digests, own, strict=True) if row < 0])
            matrix[first : first + len(digests)] = block
        return matrix

    def _catch_up(self) -> None:
        """Embed what the worker never saw: SQLite gives the number of a removed passage to the next one."""
        for first, digests in self._library.digest_blocks(BLOCK):
            if any(d not in self._rows and d not in self._known for d in digests):
                self._embed(self._library.passages_after(first - 1, len(digests)))
