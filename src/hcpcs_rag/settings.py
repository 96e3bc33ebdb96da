"""Plain values a user may set; nothing here builds objects or reads the environment."""

from __future__ import annotations

from dataclasses import dataclass

ENCODER_NAME = "all-MiniLM-L6-v2"
SCHEMA = 6
"""Version of the index folder's layout; a folder of another version is rebuilt, not guessed at."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Values that shape an index, recorded in its manifest, and those that shape a search.

    ``passage_chars``: a sentence beyond twice this many characters is cut into several passages.
    all-MiniLM-L6-v2 reads 256 word pieces, about 1,000 characters of English; 700 leaves room for title
    and heading.
    ``batch_size``: texts embedded at once. ``max_tokens``: word pieces the encoder reads of one text (its own limit, see the model card).
    ``ocr``: read scanned PDFs with tesseract. ``max_file_bytes``: larger files are reported and left out, so that one dump cannot fill memory.
    """

    passage_chars: int = 700
    max_tokens: int = 256
    batch_size: int = 16
    max_file_bytes: int = 64 * 1024 * 1024
    ocr: bool = False

    def index_fingerprint(self) -> dict[str, int]:
        """Return the values a stored index depends on."""
        return {"passage_chars": self.passage_chars, "max_tokens": self.max_tokens}
