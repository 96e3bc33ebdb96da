"""The command that prints a shell's completion script."""

from __future__ import annotations

import sys

import shtab

from hcpcs_rag.cli.parser import PROGRAM, whole_parser


def completion(shell: str) -> None:
    """Print the script that completes commands and options in ``shell``."""
    sys.stdout.write(shtab.complete(whole_parser(), shell=shell, root_prefix=PROGRAM.replace("-", "_")) + "\n")
