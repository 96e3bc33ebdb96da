"""What the commands share: consoles, and how JSON and days are written."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path

from rich.console import Console

from hcpcs_rag.errors import InputError

out = Console()
log = Console(stderr=True)


def print_json(value: object, indent: int | None = 2) -> None:
    """Print a value as JSON on standard output, for programs."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent) + "\n")
    sys.stdout.flush()


def parse_day(text: str | None) -> date | None:
    """Return the day of ``--on``. Raises ``InputError``."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as problem:
        raise InputError(f"{text} is not a day.", "Write it as YYYY-MM-DD, such as 2025-10-01.") from problem


def cache_folder() -> Path:
    """Return the folder in which the exported encoder is kept for other indexes of this user."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "hcpcs-rag"
