"""Commands of who runs the web application: serve, users, feedback."""

from __future__ import annotations

import json
from pathlib import Path

from hcpcs_rag.cli.options import cache_folder, log, out, print_json
from hcpcs_rag.errors import InputError
from hcpcs_rag.web.options import Options, Share


def serve(
    index: Path,
    host: str,
    port: int,
    root_path: str,
    auth: Path | None,
    share_history: Share,
    allow_upload: bool,
    insecure: bool,
) -> None:
    """Start the web application; the same as ``python app.py``."""
    from hcpcs_rag.users import read
    from hcpcs_rag.web.serve import serve as start

    if root_path and not root_path.startswith("/"):
        raise InputError(f"{root_path} is no path of an address.", "Write it with a slash first, such as /codes.")
    options = Options(
        share_history=share_history,
        upload=allow_upload,
        users=read(auth) if auth else {},
        root_path=root_path.rstrip("/"),
    )
    start(index, host, port, options, cache_folder(), insecure=insecure)


def add_user(name: str, file: Path, password: str | None) -> None:
    """Add a user, or change a password; the file holds scrypt hashes."""
    from hcpcs_rag.users import add

    add(file, name, password or _new_password())
    log.print(f"{name} may log in where {file} is served with --auth.", style="green", markup=False)


def export_feedback(index: Path, file: Path | None, traces: bool) -> None:
    """Turn ratings into eval questions, one JSON object a line; gold of disliked answers is for a person to complete."""
    from dataclasses import asdict

    from hcpcs_rag.feedback import questions, ratings

    rated = ratings(index)
    lines = [asdict(r) for r in rated] if traces else questions(rated)
    if file is None:
        for line in lines:
            print_json(line, indent=None)
        return
    try:
        file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    except OSError as problem:
        raise InputError(f"{file} cannot be written: {problem.strerror}.", "Choose another with --out.") from problem
    out.print(f"{len(lines)} questions in {file}", markup=False)


def _new_password() -> str:
    """Ask for a password, twice. Raises ``InputError`` where the two differ."""
    from getpass import getpass

    try:
        first = getpass("Password: ")
        again = getpass("Again: ") if first else ""
    except EOFError as ended:
        raise InputError("No password was typed.", "Type one, or give it with --password.") from ended
    if not first or first != again:
        raise InputError("No password, or two that differ.", "Type the same one twice.")
    return first
