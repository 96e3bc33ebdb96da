"""The command line: parse, call, render."""

from __future__ import annotations

import sys

import typer

from hcpcs_rag.cli import answers, evals, library, server
from hcpcs_rag.cli.options import log
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
    library.status, server.serve,
)  # fmt: skip
for command in COMMANDS:
    app.command()(command)
app.command("eval")(evals.evaluate)
app.add_typer(server.feedback, name="feedback")
app.add_typer(server.users, name="users")


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
