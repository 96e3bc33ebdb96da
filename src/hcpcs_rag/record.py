"""An answer as a record to attach to a claim file: plain text, Markdown, JSON or a page to print."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import jinja2

from hcpcs_rag import __version__, contract, currency
from hcpcs_rag.composition import MORE, more, paired_text, pairs, row_cells, rows, said, shown_text, tables
from hcpcs_rag.contract import Json
from hcpcs_rag.domain import AUTHORITY_WORDS, Answer
from hcpcs_rag.index.opened import Index

_MARKDOWN = re.compile(r"(\[(?!\d+\])|<|`)")
"""What Markdown may take for a picture, a link or markup; the marks of citations are not among it."""


@dataclass(frozen=True, slots=True)
class Record:
    """What was asked and answered, from which sources, and when it was saved.

    ``earlier`` are the questions of the conversation before it, told only of a follow-up, which is not understood without;
    ``sources`` the pages cited, each with the SHA-256 of its file.
    """

    answer: Answer
    earlier: tuple[str, ...]
    sources: tuple[Json, ...]
    generation: str
    built_at: str
    corpus_hash: str
    at: datetime


def make(answer: Answer, index: Index, at: datetime, earlier: Sequence[str] = ()) -> Record:
    """Make the record of an answer that an index gives, saved at a time."""
    cited = dict.fromkeys(c.page_id for c in answer.citations)
    manifest = index.manifest
    return Record(
        answer,
        tuple(earlier) if answer.standalone != " ".join(answer.question.split()) else (),
        tuple(_source(page_id, index) for page_id in cited),
        manifest.generation,
        manifest.built_at,
        manifest.corpus_hash,
        at,
    )


def _source(page_id: str, index: Index) -> Json:
    page = index.page(page_id)
    return {
        "page_id": page_id,
        "title": page.title,
        "authority": page.authority,
        "file": Path(page.source).name,
        "url": page.url,
        "rests_on": [asdict(basis) for basis in page.rests_on],
        "publisher": page.publisher,
        "read_on": page.read_on,
        "sha256": page.digest,
    }


def as_json(record: Record) -> str:
    """Write a record as JSON: the answer in the form of the contract, its sources and its circumstances."""
    data = {
        "program": f"hcpcs-rag {__version__}",
        "saved_at": record.at.isoformat(timespec="seconds"),
        "earlier_questions": list(record.earlier),
        "answer": contract.answer(record.answer),
        "sources": list(record.sources),
        "index": {
            "generation": record.generation,
            "built_at": record.built_at,
            "corpus_sha256": record.corpus_hash,
        },
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def as_text(record: Record) -> str:
    """Write a record as plain text, for a note in a claim."""
    return _template("record.txt.jinja").render(**_told(record))


def as_markdown(record: Record) -> str:
    """Write a record as Markdown."""
    return _template("record.md.jinja").render(**_told(record))


def as_html(record: Record) -> str:
    """Write a record as one HTML page that prints well and fetches nothing."""
    return _template("record.html.jinja").render(**_told(record))


def _told(record: Record) -> Json:
    parts = record.answer.parts or (record.answer,)
    return {
        "record": record,
        "release": _release(record),
        "parts": [
            {
                "answer": part,
                "said": said(part.statements),
                "pairs": pairs(part.statements),
                "tables": tables(part.statements),
                "comparison": rows(part.statements),
                "conflicts": [s for s in part.statements if s.disagrees],
                "more": more(part.statements),
            }
            for part in parts
        ],
        "authority": AUTHORITY_WORDS,
        "cell": shown_text,
        "row": row_cells,
        "paired": paired_text,
        "from": _origin,
        "more": MORE,
        "version": __version__,
    }


def _origin(source: Json) -> str:
    """Where a source comes from, to be read behind its name; empty where it does not say."""
    read_on = f"dated {source['read_on']}" if source["read_on"] else None
    rests_on = ", ".join(" ".join(filter(None, basis.values())) for basis in source["rests_on"])
    told = (source["publisher"], source["url"], read_on, f"resting on {rests_on}" if rests_on else None)
    return "".join(f", {one}" for one in told if one)


def _release(record: Record) -> str:
    """The release an answer rests on: its name, how much of it was loaded, and what must be known of its age."""
    release = record.answer.release
    if release is None:
        return "none loaded"
    told = f"{release.name}, effective {release.effective}, {currency.size(release)}"
    warning = currency.notice(release, record.at.date())
    return f"{told}. {warning}" if warning else told


@cache
def _template(name: str) -> jinja2.Template:
    """A template of this package; what goes into HTML is escaped."""
    environment = jinja2.Environment(
        autoescape=name.endswith(".html.jinja"), trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["inert"] = lambda text: _MARKDOWN.sub(r"\\\1", str(text))
    environment.filters["line"] = lambda text: " ".join(str(text).split())
    return environment.from_string(files("hcpcs_rag").joinpath("templates", name).read_text(encoding="utf-8"))


WRITERS = {"txt": as_text, "md": as_markdown, "json": as_json, "html": as_html}
"""The writer of each form, by the ending of its file."""
