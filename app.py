"""Bring the index of ``corpus/`` up to date, then serve the web chat on http://127.0.0.1:7860."""

import sys
from pathlib import Path

from hcpcs_rag.cli import main
from hcpcs_rag.errors import IndexFolderError, IndexMismatchError
from hcpcs_rag.index import manifest
from hcpcs_rag.index.library import Library
from hcpcs_rag.settings import ENCODER_NAME, Settings

HERE = Path(__file__).resolve().parent


def is_ours_of_another_version(index: Path) -> bool:
    """Say whether an index is there that this version cannot use, and that holds nothing but ``corpus/``."""
    try:
        manifest.load(index, Settings(), ENCODER_NAME)
    except IndexMismatchError:
        generation = manifest.current(index)
        library = Library.open(generation / manifest.LIBRARY) if generation else None
        return library is not None and all(Path(s).is_relative_to(HERE / "corpus") for s in library.sources())
    except IndexFolderError:
        return False  # the ingest tells what is wrong with it
    return False


def run() -> None:
    """Ingest the corpus (a second's work when nothing changed), then serve."""
    if {"-h", "--help"} & set(sys.argv[1:]):
        sys.argv = [sys.argv[0], "serve", "--help"]
        main()
    index = str(HERE / "index")
    anew = ["--rebuild"] if is_ours_of_another_version(HERE / "index") else []
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
