"""The DOM of a page → canonical text and tree: every list, label, heading and table as the markup has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from hcpcs_rag.codes import find_codes
from hcpcs_rag.loaders.layout import BULLET_MARK
from hcpcs_rag.loaders.outline import Outline, is_lead, is_unfinished
from hcpcs_rag.loaders.texttree import LITERATURE
from hcpcs_rag.numbering import label_of, referred
from hcpcs_rag.tables import names_columns
from hcpcs_rag.tree import Block, BlockKind, Tree

Element = Any  # lxml carries no types
LISTS = frozenset({"ul", "ol", "menu", "dir"})
HEADINGS = {f"h{n}": n for n in range(1, 7)}
UNREAD = frozenset("script style template noscript nav header footer form button svg head iframe select".split())
BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure hr html li main p pre section summary"
    " table tbody td tfoot th thead tr".split()
)
EMPHASIS = frozenset("b strong u em i h1 h2 h3 h4 h5 h6".split())
PSEUDO = 7
"""The level of a line that is a heading by its look alone: bold or in capitals."""
MAX_TITLE_WORDS = 14
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)", re.IGNORECASE)
_TYPES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_BRACKETS = re.compile(r"\([^()]*\)")
_ENDS = re.compile(r"[.:;?!)]\W*$")


@dataclass(slots=True)
class _Level:
    """A list being read: what its items stand under, their style, the last number and the last item."""

    under: int | None
    style: str
    number: int = 0
    item: int | None = None


@dataclass(slots=True)
class _Run:
    """Inline text between two blocks; whether all of it is emphasised."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)

    def lines(self) -> Iterator[tuple[str, bool]]:
        """The lines of the run as ``(text, emphasised)``, broken where the page breaks them and a sentence or a title ends."""
        pending: list[tuple[str, bool]] = []
        for text, strong in self.pieces:
            for number, part in enumerate(text.split("\n")):
                if number and pending:
                    yield from _joined(pending)
                    pending = []
                pending.append((part, strong))
        yield from _joined(pending)


def _joined(pieces: list[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    text = " ".join("".join(part for part, _ in pieces).split())
    if text:
        yield text, all(strong for part, strong in pieces if part.strip())


@dataclass(slots=True)
class TreeWriter:
    """Writes the canonical text of a page while it walks the DOM, and the blocks of it."""

    tree: Tree = field(default_factory=lambda: Tree([]))
    outline: Outline = field(default_factory=Outline)
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _lists: list[_Level] = field(default_factory=list)
    _earlier: list[_Level] = field(default_factory=list)
    _item: int | None = None
    _label: str | None = None
    _opens: bool = False
    _literature: bool = False
    _answers: int | None = None

    @property
    def text(self) -> str:
        """The canonical text as far as it is written."""
        return "".join(self._parts)

    def walk(self, node: Element) -> None:
        """Read all that is in an element."""
        run = _Run()
        self._inline(node, run, node.tag in EMPHASIS)
        self._flush(run)

    def _inline(self, node: Element, run: _Run, strong: bool) -> None:
        """Collect inline text into a run; what is a block ends the run and is read by itself."""
        run.pieces.append((_plain(node.text), strong))
        for child in node:
            tag = child.tag.lower() if isinstance(child.tag, str) else ""
            if not tag or tag in UNREAD or _is_hidden(child):
                pass
            elif tag == "br":
                run.pieces.append(("\n", strong))
            elif tag in BLOCKS or tag in LISTS or tag in HEADINGS:
                self._flush(run)
                self._block(child, tag)
            else:
                self._inline(child, run, strong or tag in EMPHASIS)
            run.pieces.append((_plain(child.tail), strong))

    def _block(self, node: Element, tag: str) -> None:
        if tag in HEADINGS:
            self._heading(" ".join(node.text_content().split()), HEADINGS[tag])
        elif tag in LISTS:
            self._list(node)
        elif tag == "table":
            self._table(node)
        elif tag == "summary":
            self._heading(" ".join(node.text_content().split()), PSEUDO + 1)
        elif tag == "dt":
            self._write("paragraph", " ".join(node.text_content().split()))
        elif tag == "li":
            self._list_item(node, _Level(None, "disc"))  # an item outside any list
        else:
            self.walk(node)

    # Headings and prose

    def _heading(self, text: str, level: int) -> None:
        if not text:
            return
        self.outline.end()
        self._earlier.clear()
        self._literature = bool(LITERATURE.search(text))
        self._write("question" if text.endswith("?") else "heading", text, level=level, space=True)

    def _flush(self, run: _Run) -> None:
        """Write the paragraphs of a run."""
        for text, strong in run.lines():
            if self._item is not None or self._opens:
                self._item_text(text)
            elif _is_title(text, strong):
                self._heading(text, PSEUDO)
            else:
                self._paragraph(text)
        run.pieces.clear()

    def _paragraph(self, text: str) -> None:
        number = len(self.tree.blocks)
        mark = BULLET_MARK.match(text)
        if mark and not self._literature:
            under, label = self.outline.item(number, mark.group().strip(), 0, text[mark.end() :])
            self._write("item", text, label=label, under=under, skip=mark.end())
            return
        above = self.outline.paragraph(number, text, is_lead(text))
        self._write("citation" if self._literature else "paragraph", text, under=above, space=True)

    # Lists

    def _list(self, node: Element) -> None:
        style = _style(node)
        start = _number(node.get("start"), 1)
        beside = self._is_referred_to(node, style, start)
        level = _Level(self._lists[-1].under if beside else self._above(style, start), style, start - 1)
        self._lists.append(level)
        outer = self._item, self._label, self._opens
        for child in node:
            tag = child.tag.lower() if isinstance(child.tag, str) else ""
            if tag == "li":
                self._list_item(child, level)
            elif tag in LISTS:
                self._item, self._opens = level.item, False
                self._list(child)
            elif tag and tag not in UNREAD:
                self._item, self._label, self._opens = level.item, None, level.item is None
                self.walk(child)
        self._lists.pop()
        self._item, self._label, self._opens = outer
        if level.item is not None:
            self._earlier.append(level)

    def _is_referred_to(self, node: Element, style: str, start: int) -> bool:
        """Say whether a list right inside another holds what the item before it refers to: "B. Criterion 4", then 1 to 4."""
        parent = node.getparent()
        item = self._lists[-1].item if self._lists and parent is not None and parent.tag in LISTS else None
        if item is None:
            return False
        text = self._text_of(item)
        if text.endswith(":"):
            return False  # what it refers to follows below it
        labels = {label_of(style, start + number) for number in range(len(node.findall("li")))}
        return not labels.isdisjoint(referred(text))

    def _text_of(self, number: int) -> str:
        block = self.tree.blocks[number]
        return self.text[block.start : block.end]

    def _above(self, style: str, start: int) -> int | None:
        """What the items of a list that opens here stand under."""
        if self._item is not None:
            return self._item
        lead = self._lead()
        if lead is not None:
            return lead
        behind_item = bool(self.tree.blocks) and self.tree.blocks[-1].kind == "item"
        alike = [one for one in reversed(self._earlier) if one.style == style]
        going_on = next((one for one in alike if one.number == start - 1), None)
        if going_on and start > 1:
            return going_on.under
        if self._lists:  # a list right inside another that has no item yet goes on under the last item of that one
            own = self._lists[-1].item
            return own if own is not None else self._resumed(self._lists[-1])
        return alike[0].under if alike and (start > 1 or behind_item) else None

    def _lead(self) -> int | None:
        """The line right above, if it introduces a list."""
        last = len(self.tree.blocks) - 1
        block = self.tree.blocks[last] if last >= 0 else None
        if block is None or self._lists and self._lists[-1].item is not None:
            return None
        text = self.text[block.start : block.end]
        if block.kind == "heading" and block.level >= PSEUDO and text.endswith(":") and not _in_capitals(text):
            self.tree.change(last, kind="paragraph", level=0)  # a bold line that introduces a list is no heading
            return last
        introduces = (
            is_lead(text) or is_unfinished(text) if block.kind in ("paragraph", "citation") else text.endswith(":")
        )
        return last if block.kind in ("paragraph", "citation", "item") and introduces else None

    def _resumed(self, outer: _Level) -> int | None:
        """The last item of the list that an empty outer list takes up again."""
        earlier = [one for one in self._earlier if one.style == outer.style and one.item is not None]
        exact = next((one for one in reversed(earlier) if one.number == outer.number + 1), None)
        found = exact or (earlier[-1] if earlier else None)
        return found.item if found else outer.under

    def _list_item(self, node: Element, level: _Level) -> None:
        level.number = _number(node.get("value"), level.number + 1)
        counts = level.style not in ("disc", "circle", "square", "none", "bullet")
        before = self._item, self._label, self._opens
        self._item, self._label, self._opens = None, label_of(level.style, level.number) if counts else None, True
        self._lists.append(level)  # the list that the item's text belongs to
        self.walk(node)
        self._lists.pop()
        if self._opens:
            level.number -= 1  # an item without text of its own carries a list and no number
        self._item, self._label, self._opens = before

    def _item_text(self, text: str) -> None:
        """Write a paragraph of an item: the first one, or one that goes on."""
        level = self._lists[-1] if self._lists else _Level(None, "disc")
        depth = sum(1 for one in self._lists if one.item is not None or one is level)
        if self._opens:
            mark = BULLET_MARK.match(text) if self._label is None else None
            label = self._label or (
                mark.group().strip(" .()") if mark and mark.group().strip(" .()").isalnum() else None
            )
            shown = f"{label}. " if label and not mark else "" if mark else "- "
            self._item = level.item = self._write(
                "item", text, label=label, under=level.under, indent=depth, prefix=shown, skip=mark.end() if mark else 0
            )
            self._opens = False
            return
        inner = any(block.under == self._item for block in self.tree.blocks[(self._item or 0) + 1 :])
        leads = self._item is not None and self._text_of(self._item).endswith(":")  # its lines are a list without marks
        under = self._item if inner or leads else level.under
        self._write("item", text, label=self._label, under=under, indent=depth)

    # Tables

    def _table(self, node: Element) -> None:
        rows = [row for row in node.iter("tr") if next(row.iterancestors("table")) is node]
        cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
        if not rows or max(map(len, cells), default=0) < 2 or any(True for _ in node.iter(*LISTS)):
            for row in cells:
                for cell in row:
                    self.walk(cell)  # a frame around prose
            return
        last = len(self.tree.blocks) - 1
        block = self.tree.blocks[last] if last >= 0 else None
        intro = (
            last
            if block and block.kind in ("paragraph", "item") and is_lead(self.text[block.start : block.end])
            else None
        )
        for caption in node.iter("caption"):
            intro = self._write("caption", " ".join(caption.text_content().split()), under=intro, space=True)
        header: int | None = None
        told = [[" ".join(cell.text_content().split()) for cell in row] for row in cells]
        for number, (row, texts) in enumerate(zip(cells, told, strict=True)):
            if not any(texts):
                continue
            names = all(cell.tag == "th" for cell in row) or (number == 0 and len(told) > 1 and names_columns(texts))
            if names and header is None:
                header = self._write("header", " | ".join(texts), under=intro, space=True)
            elif (
                sum(map(bool, texts)) == 1
                and len(texts) > 1
                and all(c.get("colspan") for c, t in zip(row, texts, strict=True) if t)
            ):
                intro = self._write("caption", " ".join(filter(None, texts)), under=intro)
            else:
                self._write("row", " | ".join(texts), under=intro, header=header)

    def _write(
        self, kind: BlockKind, text: str, *, level: int = 0, label: str | None = None, under: int | None = None,
        header: int | None = None, indent: int = 0, prefix: str = "", skip: int = 0, space: bool = False,
    ) -> int:  # fmt: skip
        """Write a line of its own; return the number of its block."""
        blank = "\n" if space and self._length else ""
        lead = blank + "  " * max(indent - 1, 0) + prefix
        self._parts.append(f"{lead}{text}\n")
        start = self._length + len(lead) + skip
        self._length += len(lead) + len(text) + 1
        return self.tree.add(Block(kind, start, start + len(text) - skip, level, label, under, header))


def _plain(text: str | None) -> str:
    """Inline text; its line ends are those of the markup and not of the page."""
    return re.sub(r"\s+", " ", text) if text else ""


def _is_hidden(node: Element) -> bool:
    return (
        node.get("hidden") is not None
        or node.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(node.get("style") or ""))
    )


def _style(node: Element) -> str:
    declared = _STYLE.search(node.get("style") or "")
    if declared:
        return declared[1].lower()
    if node.tag != "ol":
        return "disc"
    return _TYPES.get(node.get("type") or "1", "decimal")


def _number(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,4}", text.strip()) else default


def _in_capitals(text: str) -> bool:
    bare = _BRACKETS.sub(" ", text)
    return bare.isupper()


def _is_title(text: str, strong: bool) -> bool:
    """Say whether a line is a heading by its look: emphasised or in capitals, short, and no sentence."""
    bare = _BRACKETS.sub(" ", text).strip()
    words = len(bare.split())
    if not 0 < words <= MAX_TITLE_WORDS or bare[-1] in ".;,!":
        return False
    return (strong and not find_codes(bare)) or (bare.isupper() and any(len(w) > 3 for w in bare.split()))


def strip_comments(root: Element) -> None:
    """Take comments and processing instructions out of a tree, their tails kept."""
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
