"""The grammar of the command line: each command with its arguments.

Plain argparse, and only the parser of the command that was typed is made: a question about one code is answered in a
quarter of a second, and libraries that draw command lines take a tenth of one to load.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from hcpcs_rag import __version__
from hcpcs_rag.errors import InputError
from hcpcs_rag.web.options import SHARES

PROGRAM = "hcpcs-rag"
ABOUT = "Answers questions about HCPCS Level II codes from loaded sources, with citations."
INDEX_VARIABLE = "HCPCS_RAG_INDEX"


class Parser(argparse.ArgumentParser):
    """A parser whose errors are those of the program: one line, exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Raise ``InputError``."""
        raise InputError(f"{message[:1].upper()}{message[1:]}.", f"See {self.prog} --help.")

    def flag(self, name: str, told: str, **more: Any) -> None:
        """Add an option that is given or not."""
        self.add_argument(name, action="store_true", help=told, **more)

    def index(self) -> None:
        """Add ``--index``."""
        default = Path(os.environ.get(INDEX_VARIABLE) or "index")
        self.add_argument(
            "--index", type=Path, default=default, metavar="DIR",
            help=f"the index folder; {INDEX_VARIABLE} or ./index by default",
        )  # fmt: skip

    def json(self) -> None:
        """Add ``--json``."""
        self.flag("--json", "print JSON on standard output", dest="as_json")

    def day(self) -> None:
        """Add ``--on``."""
        self.add_argument("--on", metavar="DAY", help="judge codes as of this day, YYYY-MM-DD")

    def batch(self) -> None:
        """Add ``--batch``."""
        self.add_argument("--batch", type=Path, metavar="FILE", help="a JSONL file, one object a line")


def number(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``low`` to ``high``."""

    def read(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{value} is not between {low} and {high}")
        return value

    read.__name__ = "number"  # as argparse tells what was not one
    return read


def _ingest(p: Parser) -> None:
    p.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files and folders to add or update")
    p.index()
    p.flag("--prune", "drop sources that are gone from disk")
    p.flag("--rebuild", "start anew instead of adding")
    p.flag("--ocr", "read scanned PDFs with tesseract")
    p.json()


def _update(p: Parser) -> None:
    p.add_argument("--url", help="where the release is; by default CMS's file of this quarter")
    p.add_argument("--sha256", metavar="HASH", help="the hash the file must have")
    p.index()
    p.json()


def _diff(p: Parser) -> None:
    p.add_argument("old", type=Path, help="the older release: XLSX, ZIP, TXT or CSV")
    p.add_argument("new", type=Path, help="the newer release")
    p.flag("--csv", "print CSV on standard output", dest="as_csv")
    p.json()


def _ask(p: Parser) -> None:
    p.add_argument("questions", nargs="*", metavar="QUESTION", help="a question, or the turns of a conversation")
    p.index()
    p.batch()
    p.day()
    form = p.add_mutually_exclusive_group()
    told = {
        "short": "print the answer with its marks and nothing else",
        "sources": "print the quotes of all sources too",
        "json": "print one JSON document: an answer, or a list of them for several questions",
        "jsonl": "print JSON, one answer a line",
    }
    for name, about in told.items():
        form.add_argument(f"--{name}", action="store_const", const=name, dest="form", help=about)
    p.flag(
        "--exit-status", "exit with 0 if answered, 3 if asked which is meant, 4 if declined; of several, the highest"
    )


def _search(p: Parser) -> None:
    p.add_argument("words", nargs="*", metavar="WORD", help="what the code is for, in any words")
    p.add_argument("-k", type=number(1, 1000), default=10, dest="limit", metavar="N", help="how many codes")
    p.index()
    p.batch()
    p.json()


def _code(p: Parser) -> None:
    p.add_argument("names", nargs="+", metavar="CODE", help="codes or modifiers")
    p.index()
    p.day()
    p.json()


def _related(p: Parser) -> None:
    p.add_argument("names", nargs="+", metavar="CODE", help="codes")
    p.index()
    p.json()


def _page(p: Parser) -> None:
    p.add_argument("page_id", metavar="PAGE_ID", help="a page id, as citations show it")
    p.index()
    p.json()


def _status(p: Parser) -> None:
    p.index()
    p.flag("--all", "list every page", dest="every")
    p.json()


def _completion(p: Parser) -> None:
    p.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell to complete commands in")


def _serve(p: Parser) -> None:
    p.index()
    p.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    p.add_argument("--port", type=number(1, 65535), default=7860, metavar="N", help="the port to listen on")
    p.add_argument("--root-path", default="", metavar="PATH", help="where a proxy serves it, such as /codes")
    p.add_argument("--auth", type=Path, metavar="FILE", help="users who may log in; see hcpcs-rag users add")
    p.add_argument("--share-history", choices=SHARES, default="browser", help="where conversations are kept and listed")
    p.flag("--allow-upload", "visitors may add pages and PDFs")
    p.flag("--insecure", "listen beyond this machine although nobody has to log in")


def _evaluate(p: Parser) -> None:
    p.add_argument(
        "--set",
        action="append",
        dest="names",
        metavar="NAME",
        help="a set of sets.toml; again for more; all by default",
    )
    p.add_argument("--evals", type=Path, default=Path("evals"), metavar="DIR", help="the folder of sets.toml")
    p.add_argument("--out", type=Path, dest="out_folder", metavar="DIR", help="where results and report go")
    p.add_argument("--work", type=Path, metavar="DIR", help="where the indexes of the sets are kept")
    p.flag("--alone", "without the four baseline systems")
    p.add_argument("--baseline", type=Path, metavar="FILE", help="results of an earlier run to set this one against")
    p.add_argument("--gate", type=Path, metavar="FILE", help="pinned floors to hold; runs the pinned sets, alone")
    p.add_argument("--pin", type=Path, metavar="FILE", help="write this run's figures as pinned floors")
    p.flag("--lower-floors", "let --pin lower a floor")
    p.add_argument("--compare", type=Path, nargs=2, metavar="FILE", help="two results to compare; nothing is run")


def _add_user(p: Parser) -> None:
    p.add_argument("name", help="the name to log in with")
    p.add_argument("--file", type=Path, required=True, help="the file of users")
    p.add_argument("--password", help="asked for if not given")


def _export_feedback(p: Parser) -> None:
    p.index()
    p.add_argument("--out", type=Path, dest="file", metavar="FILE", help="write here instead of standard output")
    p.flag("--traces", "print the ratings with their whole answers")


COMMANDS: dict[str, tuple[str, Callable[[Parser], None]]] = {
    "ingest": ("read files and folders into the index", _ingest),
    "update": ("fetch a CMS release over HTTPS, check it, and add it to the index", _update),
    "diff": ("list the codes added, ended, reworded or re-priced between two releases", _diff),
    "ask": ("answer a question with citations; several questions are one conversation", _ask),
    "search": ("rank the codes of the release for a description", _search),
    "code": ("show what the CMS release says of codes and modifiers", _code),
    "related": ("show the rules between codes that the sources state, with quote and source", _related),
    "page": ("show the canonical text of a page, its sections and its source", _page),
    "status": ("sum up what is loaded: releases, pages, files that were skipped", _status),
    "serve": ("start the web application; the same as python app.py", _serve),
    "eval": ("measure the answers against question sets, beside four baselines", _evaluate),
    "feedback export": ("turn what people said of answers into eval questions", _export_feedback),
    "completion": ("print a script that completes commands and options in a shell", _completion),
    "users add": ("add a user who may log in, or change a password", _add_user),
}


def parse(words: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Read a command line: the command, and its arguments by the names its function has for them.

    Raises ``InputError`` for one that cannot be understood, ``SystemExit`` after ``--help`` and ``--version``.
    """
    for length in (1, 2):
        command = " ".join(words[:length])
        if command in COMMANDS:
            told, add = COMMANDS[command]
            parser = Parser(f"{PROGRAM} {command}", description=f"{told[:1].upper()}{told[1:]}.", allow_abbrev=False)
            add(parser)
            return command, vars(parser.parse_intermixed_args(words[length:]))
    parser = Parser(
        PROGRAM, usage=f"{PROGRAM} COMMAND …", description=ABOUT, allow_abbrev=False,
        epilog="commands:\n" + "\n".join(f"  {name:<18}{told}" for name, (told, _) in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    parser.parse_known_args(words[:1] if words else ["--help"])
    whole = [name for name in COMMANDS if name.startswith(f"{words[0]} ")]
    if whole and set(words[1:]) <= {"-h", "--help"}:
        return parse([*whole[0].split(), "--help"])
    meant = whole or get_close_matches(words[0], COMMANDS, n=1)
    hint = f"Did you mean {PROGRAM} {' or '.join(meant)}?" if meant else f"See {PROGRAM} --help."
    raise InputError(f"No such command: {words[0]}.", hint)


def whole_parser() -> Parser:
    """Return one parser of all commands, for what has to know them all."""
    parser = Parser(PROGRAM, description=ABOUT)
    verbs = parser.add_subparsers(dest="command")
    groups: dict[str, Any] = {}
    for name, (told, add) in COMMANDS.items():
        first, _, second = name.partition(" ")
        if second and first not in groups:
            groups[first] = verbs.add_parser(first, help=told).add_subparsers()
        add((groups[first] if second else verbs).add_parser(second or first, help=told))
    return parser
