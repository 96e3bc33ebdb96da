"""Everything that can go wrong, as one small tree.

    HcpcsRagError                 exit code 2; str(error) is one line for a person
    ├── InputError                what the user handed in cannot be used
    │   ├── PathNotFoundError     a path that does not exist
    │   ├── NothingToReadError    a folder without a single readable document
    │   ├── UnreadableFileError   a file no reader can make sense of
    │   ├── BatchLineError        a line of a JSONL batch that is not what it should be
    │   ├── QuestionSetError      an eval set, its gold, its results or its baseline that cannot be used
    │   └── UsersFileError        a file of users that cannot be used
    ├── IndexFolderError          the index folder cannot be used
    │   ├── IndexMissingError     nothing was built there yet
    │   ├── IndexDamagedError     a file is missing, truncated or altered
    │   ├── IndexMismatchError    built with another schema, encoder or settings
    │   └── IndexLockedError      another ingest is writing it
    ├── UnknownPageError          a page id the index does not hold
    ├── EncoderError              the embedding model cannot be loaded
    ├── FetchError                a release cannot be fetched, or is not what it should be
    ├── StoreError                feedback or conversations cannot be kept or read
    └── ServeError                the web chat cannot start

Every error says what was wrong, with what, and the next step.
"""

from __future__ import annotations


class HcpcsRagError(Exception):
    """Base of all errors a user may see.

    ``what`` says what was wrong and with what, ``next_step`` what to do about it; both are
    complete sentences.
    """

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(f"{what} {next_step}")
        self.what = what
        self.next_step = next_step


class InputError(HcpcsRagError):
    """What the user handed in cannot be used."""


class PathNotFoundError(InputError):
    """A path that does not exist."""


class NothingToReadError(InputError):
    """No readable document was found in what was named."""


class UnreadableFileError(InputError):
    """A file no reader can make sense of."""


class BatchLineError(InputError):
    """A line of a JSONL batch that is not what it should be."""


class QuestionSetError(InputError):
    """An eval set, its gold, its results or its baseline that cannot be used."""


class UsersFileError(InputError):
    """A file of users that cannot be used."""


class IndexFolderError(HcpcsRagError):
    """The index folder cannot be used."""


class IndexMissingError(IndexFolderError):
    """Nothing was built in the index folder yet."""


class IndexDamagedError(IndexFolderError):
    """A file of the index is missing, truncated or altered."""


class IndexMismatchError(IndexFolderError):
    """The index was built with another schema, encoder or settings."""


class IndexLockedError(IndexFolderError):
    """Another ingest is writing the index folder."""


class UnknownPageError(HcpcsRagError):
    """A page id the index does not hold."""


class EncoderError(HcpcsRagError):
    """The embedding model cannot be loaded."""


class FetchError(HcpcsRagError):
    """A release cannot be fetched, or is not what it should be."""


class StoreError(HcpcsRagError):
    """Feedback or conversations cannot be kept or read."""


class ServeError(HcpcsRagError):
    """The web chat cannot start."""
