"""The tree of a page → its sections with facets, its citable sentences with what they stand under, and its navigation."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hcpcs_rag import facets
from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import Facet, Section, Sentence, SentenceKind, Span
from hcpcs_rag.language import split_sentences
from hcpcs_rag.loaders import boilerplate
from hcpcs_rag.tree import Block, chain, heading_paths, is_title

NAME_WORDS = 6
LEAD_CHARS = 400
"""Characters of an item that stand over the list within it; of a longer one only the last sentence does."""
_KEY = re.compile(r"([A-Z][A-Za-z ]{2,30}):\s?\S")


@dataclass(slots=True)
class SectionBuilder:
    """Turns the blocks of a page into sections and sentences, in order."""

    text: str
    title: str
    blocks: Sequence[Block]
    page_starts: Sequence[int] = ()
    sections: list[Section] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    navigation: list[Span] = field(default_factory=list)
    dropped: int = 0
    _paths: list[tuple[int, ...]] = field(default_factory=list)
    _heading: str = ""
    _facet: str = Facet.GENERAL
    _open: bool = False
    _fresh: bool = False
    _waiting: list[tuple[int, SentenceKind]] = field(default_factory=list)

    def build(self) -> None:
        """Read all blocks."""
        self._paths = heading_paths(self.blocks)
        for number, block in enumerate(self.blocks):
            body = self.text[block.start : block.end]
            if block.kind == "gap":
                self._gap()
            elif block.kind == "navigation" or boilerplate.is_legal_or_advert(body) or self._is_button(block, body):
                self._drop(block)
            elif is_title(block):
                self._name(number, block, body)
            elif body.strip("*# ") == self.title and body[-1] not in ".!?":
                self._waiting.append((number, "heading"))
            else:
                self._take_name(block, body)
                self._content(number, block, body)
        if self._waiting:
            self._flush(self.sections[-1].ordinal if self.sections else self._section(self.blocks[self._waiting[0][0]]))

    def _drop(self, block: Block) -> None:
        self.navigation.append((block.start, block.end))
        self.dropped += 1

    def _gap(self) -> None:
        """Two blank lines behind a list end what stands above it, whether or not a heading follows."""
        if self.sentences and self.sentences[-1].kind == "item":
            self._heading, self._facet, self._open = "", Facet.GENERAL, False

    def _name(self, number: int, block: Block, body: str) -> None:
        """A heading: it names the section that begins below it."""
        self._heading = " ".join(body.strip("*# ").split())
        is_own = self._heading == self.title or (not self.sections and bool(find_codes(body)))
        self._facet = Facet.GENERAL if is_own and not body.endswith("?") else facets.of_heading(self._heading)
        self._open, self._fresh = False, True
        self._waiting.append((number, "question" if block.kind == "question" else "heading"))

    def _take_name(self, block: Block, body: str) -> None:
        """A short lead that announces a facet ("Common risks:") names the section of its list, too."""
        announced = facets.of_heading(body) if block.kind == "paragraph" and body.endswith(":") else Facet.GENERAL
        if announced != Facet.GENERAL and len(body.split()) <= NAME_WORDS and self._facet == Facet.GENERAL:
            self._heading, self._facet, self._open = body.strip("*#: "), announced, False

    def _is_button(self, block: Block, body: str) -> bool:
        """A short label that belongs to no heading and no list is a button or an entry of a menu."""
        if block.kind != "paragraph" or block.under is not None or not boilerplate.could_be_menu(body):
            return False
        below_heading = self._fresh and self._facet != Facet.GENERAL
        return not below_heading and (len(body.split()) <= 3 or boilerplate.is_menu_word(body) or not self.sections)

    def _content(self, number: int, block: Block, body: str) -> None:
        facet = self._facet if self._facet != Facet.GENERAL else facets.of_content(body)
        last = self.sections[-1] if self.sections else None
        key = _KEY.match(body) if block.kind in ("item", "fact") and self._facet == Facet.GENERAL else None
        if key and facets.of_heading(key.group(1)) != Facet.GENERAL:
            facet = facets.of_heading(key.group(1))
        elif block.kind in ("item", "row", "header", "caption") and self._open and last:
            facet = last.facet  # a list or a table stays whole
        printed = bisect_right(self.page_starts, block.start) or None
        if self._open and last and (last.facet, last.page_number) == (facet, printed):
            self.sections[-1] = replace(last, end=max(last.end, block.end))
            ordinal = last.ordinal
        else:
            ordinal = self._section(block, facet, printed)
        self._flush(ordinal)
        self._fresh = False
        self._say(number, block, ordinal)

    def _section(self, block: Block, facet: str = Facet.GENERAL, printed: int | None = None) -> int:
        """Open a section, from its headings on; return its number."""
        start = self.blocks[self._waiting[0][0]].start if self._waiting else block.start
        self.sections.append(Section(len(self.sections), self._heading, facet, start, block.end, printed))
        self._open = True
        return len(self.sections) - 1

    def _flush(self, ordinal: int) -> None:
        """Add the headings that waited for their section."""
        for number, kind in self._waiting:
            block = self.blocks[number]
            self.sentences.append(Sentence(block.start, block.end, kind, ordinal, headings=self._headings(number)))
            self.sections[ordinal] = replace(
                self.sections[ordinal],
                start=min(self.sections[ordinal].start, block.start),
                end=max(self.sections[ordinal].end, block.end),
            )
        self._waiting.clear()

    def _say(self, number: int, block: Block, ordinal: int) -> None:
        """Add the sentences of a block, each with what it stands under."""
        question = next((self.blocks[n] for n in reversed(self._paths[number][-1:]) if self._asks(n)), None)
        under = tuple(self._lead(n) for n in chain(self.blocks, number))
        header = self.blocks[block.header] if block.header is not None else None
        model = Sentence(
            block.start, block.end, "sentence", ordinal, block.label or None, self._headings(number), under,
            (header.start, header.end) if header else None, (question.start, question.end) if question else None,
        )  # fmt: skip
        match block.kind:
            case "row" | "fact" | "citation" | "caption":
                self.sentences.append(replace(model, kind=block.kind))
            case "header":
                self.sentences.append(replace(model, kind="caption"))
            case _:
                kind: SentenceKind = "item" if block.kind == "item" else "answer" if question else "sentence"
                told = False
                for start, end in split_sentences(self.text, block.start, block.end):
                    text = self.text[start:end]
                    if boilerplate.is_instruction(text) or (told and boilerplate.is_order_to_speak(text)):
                        told = True
                        self.navigation.append((start, end))  # what a page tells a machine to do is no fact
                    else:
                        self.sentences.append(replace(model, start=start, end=end, kind=kind))

    def _asks(self, number: int) -> bool:
        return self.blocks[number].kind == "question"

    def _headings(self, number: int) -> tuple[Span, ...]:
        return tuple((self.blocks[n].start, self.blocks[n].end) for n in self._paths[number])

    def _lead(self, number: int) -> Span:
        """The part of a block that introduces what stands under it: all of a short one, else its last sentence."""
        block = self.blocks[number]
        if block.kind != "paragraph" and (block.kind != "item" or block.end - block.start <= LEAD_CHARS):
            return block.start, block.end
        return (split_sentences(self.text, block.start, block.end) or [(block.start, block.end)])[-1]
