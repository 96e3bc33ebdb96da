"""Bring the index of ``corpus/`` up to date, then serve the web chat on http://127.0.0.1:7860."""

import sys
from pathlib import Path

from hcpcs_rag.cli import main
from hcpcs_rag.errors import IndexFolderError, IndexMissingError
from hcpcs_rag.index import manifest
from hcpcs_rag.settings import ENCODER_NAME, Settings

HERE = Path(__file__).resolve().parent


def of_another_version(index: Path) -> bool:
    """Say whether an index is there that this version cannot use; that of ``corpus/`` is made anew then."""
    try:
        manifest.load(index, Settings(), ENCODER_NAME)
    except IndexMissingError:
        return False
    except IndexFolderError:
        return True
    return False


def run() -> None:
    """Ingest the corpus (a second's work when nothing changed), then serve."""
    index = str(HERE / "index")
    anew = ["--rebuild"] if of_another_version(HERE / "index") else []
    ingest = ["ingest", str(HERE / "corpus"), "--index", index, *anew]
    for command in (ingest, ["serve", "--index", index, *sys.argv[1:]]):
        sys.argv = [sys.argv[0], *command]
        try:
            main()
        except SystemExit as stop:
            if stop.code:
                raise


if __name__ == "__main__":
    run()
