"""Bring the index of ``corpus/`` up to date, then serve the web chat on http://127.0.0.1:7860."""

import sys
from pathlib import Path

from hcpcs_rag.cli import main

HERE = Path(__file__).resolve().parent


def run() -> None:
    """Ingest the corpus (a second's work when nothing changed), then serve."""
    index = str(HERE / "index")
    for command in (["ingest", str(HERE / "corpus"), "--index", index], ["serve", "--index", index, *sys.argv[1:]]):
        sys.argv = [sys.argv[0], *command]
        try:
            main()
        except SystemExit as stop:
            if stop.code:
                raise


if __name__ == "__main__":
    run()
