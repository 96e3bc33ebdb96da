"""Pages as `hcpcs-rag page --json` prints them, one a line, and the candidates in them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hcpcs_rag import contract
from hcpcs_rag.index.opened import Index
from hcpcs_rag.settings import Settings

Span = tuple[int, int]
NO_CANDIDATE = frozenset({"heading", "question", "citation"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, item, row … of a page with its chain, all as offsets into the page's text."""

    start: int
    end: int
    kind: str
    label: str | None
    headings: tuple[Span, ...]
    under: tuple[Span, ...]
    header: Span | None
    question: Span | None
    heading: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its text and its sentences."""

    page_id: str
    document: str
    title: str
    text: str
    sentences: tuple[Sentence, ...]

    def cut(self, span: Span) -> str:
        """The text of a span."""
        return self.text[span[0] : span[1]]

    def quote(self, index: int) -> str:
        """The text of a sentence."""
        sentence = self.sentences[index]
        return self.text[sentence.start : sentence.end]

    def candidate(self, index: int) -> bool:
        """Whether a sentence may be quoted as an answer."""
        return self.sentences[index].kind not in NO_CANDIDATE


def _span(value: Any) -> Span | None:
    return (value[0], value[1]) if value else None


def _spans(values: Any) -> tuple[Span, ...]:
    return tuple((v[0], v[1]) for v in values or ())


def page(line: dict[str, Any]) -> Page:
    """Read one page. `document` is the file's stem where the page's id is not that."""
    return Page(
        page_id=line["page_id"],
        document=line.get("document") or line["page_id"],
        title=line["title"],
        text=line["text"],
        sentences=tuple(
            Sentence(
                start=s["start"],
                end=s["end"],
                kind=s["kind"],
                label=s.get("label"),
                headings=_spans(s.get("headings")),
                under=_spans(s.get("under")),
                header=_span(s.get("header")),
                question=_span(s.get("question")),
                heading=line["sections"][s["section"]]["heading"],
            )
            for s in line["sentences"]
        ),
    )


def load(paths: Iterable[Path]) -> dict[str, list[Page]]:
    """Pages by document, in the order of the files."""
    found: dict[str, list[Page]] = {}
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                read = page(json.loads(line))
                found.setdefault(read.document, []).append(read)
    return found


def dump(indexes: Iterable[Path], path: Path) -> None:
    """Write every page of some indexes but the official records, each with the stem of its file."""
    with path.open("w", encoding="utf-8") as out:
        for folder in indexes:
            index = Index(folder, Settings())
            for page_id in index.page_ids():
                line = contract.page(index.page(page_id))
                out.write(json.dumps(line | {"document": Path(line["source"]).stem}) + "\n")
