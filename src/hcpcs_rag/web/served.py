"""The assistant of a running server, which follows its index folder: a new generation is used from the next question on."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.errors import HcpcsRagError, IndexFolderError
from hcpcs_rag.index import manifest as manifests
from hcpcs_rag.index.opened import Index
from hcpcs_rag.web.conversation import Memory

log = logging.getLogger(__name__)


class Served:
    """Opens an index folder, and opens it again when an ingest has put another generation in use."""

    def __init__(self, folder: Path) -> None:
        """Raises ``IndexFolderError`` where there is nothing to serve."""
        self.folder = folder
        self._lock = Lock()
        self._refused = ""
        self._memory = self._open()

    def _open(self) -> Memory:
        assistant = Assistant.open(self.folder)
        # Whole, now: an ingest removes the generation before the last one.
        assistant.index.preload()
        return Memory(assistant)

    @property
    def memory(self) -> Memory:
        """What answers from the generation in use; from the last good one where the new one cannot be opened."""
        if self._is_new() and self._lock.acquire(blocking=False):  # one opens, meanwhile the others answer from the old
            try:
                if self._is_new():
                    self._follow()
            finally:
                self._lock.release()
        return self._memory

    @property
    def index(self) -> Index:
        """The index in use."""
        return self.memory.assistant.index

    def _is_new(self) -> bool:
        return self._in_use() not in ("", self._refused, self._memory.generation)

    def _in_use(self) -> str:
        try:
            generation = manifests.current(self.folder)
        except IndexFolderError:
            return ""
        return generation.name if generation else ""

    def _follow(self) -> None:
        new = self._in_use()
        try:
            self._memory = self._open()
        except (HcpcsRagError, OSError) as problem:
            self._refused = new
            log.warning("The last good index stays in use. %s", problem)
