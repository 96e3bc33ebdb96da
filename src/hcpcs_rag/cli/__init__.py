"""The command line: parse, call, render."""

from __future__ import annotations

import os
import sys
from typing import Any

from hcpcs_rag.cli.parser import parse
from hcpcs_rag.errors import HcpcsRagError

INTERRUPTED = 130
"""The exit code of a program ended by Ctrl-C: 128 and the number of SIGINT."""


def main() -> None:
    """Run the command line; a user's mistake ends in one clear line and exit code 2."""
    try:
        command, arguments = parse(sys.argv[1:])
        sys.exit(run(command, arguments))
    except HcpcsRagError as problem:
        from hcpcs_rag.cli.options import log

        log.print(f"Error: {problem}", style="red", markup=False, soft_wrap=True, highlight=False)
        sys.exit(2)
    except BrokenPipeError:  # whoever read this has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        from hcpcs_rag.cli.options import log

        log.print("Interrupted. The index that was in use is untouched.", style="yellow")
        sys.exit(INTERRUPTED)


def run(command: str, arguments: dict[str, Any]) -> int:
    """Call a command, loading only what it needs; return the exit code."""
    match command:
        case "ask":
            from hcpcs_rag.cli.answers import ask

            return ask(**arguments)
        case "search" | "code" | "related" | "page":
            from hcpcs_rag.cli import answers

            getattr(answers, command)(**arguments)
        case "ingest" | "update" | "diff" | "status":
            from hcpcs_rag.cli import library

            getattr(library, command)(**arguments)
        case "eval":
            from hcpcs_rag.cli.evals import evaluate

            evaluate(**arguments)
        case "serve":
            from hcpcs_rag.cli.server import serve

            serve(**arguments)
        case "users add":
            from hcpcs_rag.cli.server import add_user

            add_user(**arguments)
        case "feedback export":
            from hcpcs_rag.cli.server import export_feedback

            export_feedback(**arguments)
        case "completion":
            from hcpcs_rag.cli.completion import completion

            completion(**arguments)
    return 0
