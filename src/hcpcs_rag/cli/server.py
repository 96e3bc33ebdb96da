"""Commands of who runs the web application: serve, users, feedback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from hcpcs_rag.cli.options import DEFAULT_INDEX, IndexOption, cache_folder, log, out, print_json
from hcpcs_rag.errors import InputError
from hcpcs_rag.web.options import Options, Share

feedback = typer.Typer(help="What people said of answers.", no_args_is_help=True)
users = typer.Typer(help="Who may log in to the web application.", no_args_is_help=True)


def serve(
    index: IndexOption = DEFAULT_INDEX,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 7860,
    root_path: Annotated[str, typer.Option(help="The path under which a proxy serves it, such as /codes.")] = "",
    auth: Annotated[Path | None, typer.Option(help="A file of users who may log in; see hcpcs-rag users add.")] = None,
    share_history: Annotated[Share, typer.Option(help="Where conversations are kept and listed.")] = "browser",
    allow_upload: Annotated[bool, typer.Option("--allow-upload", help="Visitors may add pages and PDFs.")] = False,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Listen beyond this machine although nobody has to log in.")
    ] = False,
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


@users.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="The name to log in with.")],
    file: Annotated[Path, typer.Option(help="The file of users.")],
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for if not given.")
    ],
) -> None:
    """Add a user, or change a password; the file holds scrypt hashes."""
    from hcpcs_rag.users import add

    add(file, name, password)
    log.print(f"{name} may log in where {file} is served with --auth.", style="green", markup=False)


@feedback.command("export")
def export_feedback(
    index: IndexOption = DEFAULT_INDEX,
    file: Annotated[Path | None, typer.Option("--out", help="Write here instead of standard output.")] = None,
    traces: Annotated[bool, typer.Option("--traces", help="Print the ratings with their whole answers.")] = False,
) -> None:
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
