"""The command line: parse, call, render."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from hcpcs_rag.cli import answers, evals, library
from hcpcs_rag.cli.options import DEFAULT_INDEX, IndexOption, log
from hcpcs_rag.errors import HcpcsRagError

app = typer.Typer(
    help="Answers questions about HCPCS Level II codes from loaded sources, with citations.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
INTERRUPTED = 130
"""The exit code of a program ended by Ctrl-C: 128 and the number of SIGINT."""

COMMANDS = (
    library.ingest, library.update, library.diff,
    answers.ask, answers.search, answers.code, answers.related, answers.page,
    library.status,
)  # fmt: skip
for command in COMMANDS:
    app.command()(command)
app.command("eval")(evals.evaluate)


@app.command()
def serve(
    index: IndexOption = DEFAULT_INDEX,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 7860,
) -> None:
    """Start the web chat; the same as ``python app.py``."""
    from hcpcs_rag.web.serve import serve as start

    start(index, host, port)


def main() -> None:
    """Run the command line; a user's mistake ends in one clear line and exit code 2."""
    try:
        app()
    except HcpcsRagError as problem:
        log.print(f"Error: {problem}", style="red", markup=False, soft_wrap=True, highlight=False)
        sys.exit(2)
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            log.print("Interrupted. The index that was in use is untouched.", style="yellow")
        raise
