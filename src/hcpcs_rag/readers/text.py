"""Text and Markdown pages → ``Page``: title, sections with facets, citable sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from urllib.parse import urlparse

import yaml

from hcpcs_rag import facets
from hcpcs_rag.codes import find_codes, find_mentions
from hcpcs_rag.domain import Authority, Page, Section, Sentence
from hcpcs_rag.language import split_sentences
from hcpcs_rag.readers import boilerplate, files
from hcpcs_rag.readers.layout import HEADER, LABEL, Block, parse_blocks

_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---[ \t]*\n", re.DOTALL)
_SOURCE_LINE = re.compile(r"^\W*(?:source|url|canonical|link)\s*:\s*(https?://\S+)", re.IGNORECASE | re.MULTILINE)
_POLICY = re.compile(
    r"\b(LCD|NCD|(local|national) coverage (determination|article)|(policy|coding) article|medicare .{0,30}manual"
    r"|transmittal|[LA]\d{5})\b",  # the ids of Medicare's local determinations and articles
    re.IGNORECASE,
)
_KEY = re.compile(r"([A-Z][A-Za-z ]{2,30}):\s?\S")
_NAMES_NOTHING = re.compile(r"(?:search )?(?:all )?(?:hcpcs|cpt|medical|billing)? ?codes?", re.IGNORECASE)
MAX_FRONT_MATTER = 20_000
TITLE_CHARS = 160
_CODE_FIELD = re.compile(r"^\W*(?:hcpcs )?(?:code|hcpcs)\W{1,4}([A-Z]\d{4})\W*$", re.IGNORECASE | re.MULTILINE)
_POLICY_FIELD = re.compile(
    r"^\W*(?:article|lcd|ncd|policy|contractor) (?:id|title|number|name)\b.*$", re.IGNORECASE | re.MULTILINE
)
LEAD_WORDS = 6
"""A line before a list of at least this many words says something of its own."""
DOMINANT = 0.6
"""Share of a page's mentions of codes that makes one of them its subject."""
TITLE_BLOCKS = 12
"""A page's title stands among its first blocks, below at most a menu of this many lines."""


def read_text(text: str, name: str, digest: str, page_starts: Sequence[int] = ()) -> Page:
    """Read a page of text or Markdown.

    ``name`` is the file's path, ``digest`` the SHA-256 of its bytes. YAML front matter may set
    ``title``, ``code`` or ``codes``, ``url``, ``publisher``, ``date`` and ``authority``. ``page_starts``
    are the offsets at which the printed pages of a PDF begin; no section runs over from one to the next.
    """
    text = files.clean(text)  # once more: JSON, HTML and PDF can write what bytes did not hold
    meta, body_start = _front_matter(text)
    masked = " " * body_start + text[body_start:]  # keeps offsets those of the whole file
    blocks = parse_blocks(masked)
    title = _string(meta.get("title")) or _find_title(masked, blocks)
    url = _string(meta.get("url")) or _first_group(_SOURCE_LINE.search(text[:3000]))
    builder = _Builder(masked, title, page_starts)
    for block in _without_edges(masked, blocks):
        builder.add(block)
    return Page(
        page_id=Path(name).stem,
        title=title,
        text=text,
        source=name,
        authority=_authority(meta, title + "\n" + _head_ids(masked), url),
        digest=digest,
        subjects=_subjects(meta, title, name, masked),
        url=url,
        publisher=_string(meta.get("publisher")) or _host(url) or None,
        read_on=_string(meta.get("date")),
        sections=tuple(builder.sections),
        sentences=tuple(builder.sentences),
        dropped=len(blocks) - builder.kept,
    )


def _front_matter(text: str) -> tuple[dict[str, object], int]:
    match = _FRONT_MATTER.match(text)
    if not match:
        return {}, 0
    try:
        # An alias can stand for any number of copies, and front matter has no need of one.
        if len(match.group(1)) > MAX_FRONT_MATTER or any(
            isinstance(t, yaml.AliasToken) for t in yaml.scan(match.group(1))
        ):
            return {}, match.end()
        meta = yaml.safe_load(match.group(1))
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, match.end()
    return (meta if isinstance(meta, dict) else {}), match.end()


def _string(value: object) -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)[:TITLE_CHARS] if value and isinstance(value, str | int | float) else None


def _host(url: str | None) -> str:
    try:
        return (urlparse(url).hostname or "") if url else ""
    except ValueError:
        return ""  # no address at all


def _first_group(match: re.Match[str] | None) -> str | None:
    return match.group(1) if match else None


def _find_title(text: str, blocks: list[Block]) -> str:
    """The first short line that names a code, else the first heading, else the first line.

    Not a list item, a question or a sentence; of a breadcrumb, its last step.
    """
    head = [b for b in blocks[:TITLE_BLOCKS] if b.kind not in ("gap", "row") and b.end - b.start <= TITLE_CHARS]
    lines = [b for b in head if b.kind != "item" and text[b.end - 1] not in ".!?:"]
    lines = [b for b in lines if not _NAMES_NOTHING.fullmatch(text[b.start : b.end])] or lines
    named = [b for b in lines if find_codes(text[b.start : b.end])]
    headings = [
        b
        for b in lines
        if b.kind == "heading" and b.level < LABEL and not boilerplate.is_menu_word(text[b.start : b.end])
    ]
    opening = [b for b in lines[:1] if b.kind == "field" and b is blocks[0]]  # "LCD L33794: External Infusion Pumps"
    chosen = (named or opening or headings or lines or head or blocks)[:1]
    if not chosen:
        return "Untitled"
    title = " ".join(text[chosen[0].start : chosen[0].end].split())[:TITLE_CHARS].strip("*# ")
    return re.split(r"\s[>»›]\s", title)[-1]


def _head_ids(text: str) -> str:
    """What marks a policy in its first lines: "Article ID", "LCD Title"."""
    return "policy article" if _POLICY_FIELD.search(text[:600]) else ""


def _authority(meta: dict[str, object], title: str, url: str | None) -> Authority:
    """Who speaks: as front matter says, else a policy by its title or a government address."""
    match meta.get("authority"):
        case "policy":
            return "policy"
        case "reference":
            return "reference"
    host = _host(url)
    return "policy" if _POLICY.search(title) or host.endswith(".gov") else "reference"


def _subjects(meta: dict[str, object], title: str, name: str, text: str) -> tuple[str, ...]:
    """The codes a page is about: those its front matter, its title, a field or its file's name names.

    Failing these, the one code that most of its mentions are of.
    """
    given = meta.get("codes") or meta.get("code") or []
    listed = given if isinstance(given, list) else [given]
    stated = tuple(str(code).strip().upper() for code in listed)
    field = _CODE_FIELD.search(text[:3000])
    named = stated or find_codes(title) or (find_codes(field.group(1)) if field else ())
    if named:
        return named
    named = find_codes(re.sub(r"[_-]", " ", Path(name).stem))
    counts = Counter(code for mention in find_mentions(text) for code in mention.codes)
    if not named and counts:
        code, times = counts.most_common(1)[0]
        if times >= DOMINANT * counts.total():
            return (code,)
    return named


def _without_edges(text: str, blocks: list[Block]) -> list[Block]:
    """Leave out the menu above and the menu, advertising and small print below the page."""

    def droppable(block: Block) -> bool:
        body = text[block.start : block.end]
        return (
            block.kind == "gap"
            or (block.kind in ("paragraph", "heading", "label") and boilerplate.could_be_menu(body))
            or boilerplate.is_legal_or_advert(body)
        )

    last = len(blocks)
    while last and droppable(blocks[last - 1]):
        last -= 1
    # What stands right under a heading that announces a facet is its content, however short.
    if last < len(blocks) and last and blocks[last - 1].kind == "heading":
        last += 1
    elif 0 < last < len(blocks) and blocks[last].kind == "heading" and last + 1 < len(blocks):
        heading = text[blocks[last].start : blocks[last].end]
        if facets.of_heading(heading) != facets.GENERAL and not boilerplate.is_legal_or_advert(heading):
            last += 2
    return blocks[:last]


@dataclass(slots=True)
class _Builder:
    """Collects blocks into sections and sentences."""

    text: str
    title: str
    page_starts: Sequence[int] = ()
    sections: list[Section] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    kept: int = 0
    heading: str = ""
    facet: str = facets.GENERAL
    lead: tuple[int, int] | None = None
    header: tuple[int, int] | None = None
    named_row: tuple[int, int] | None = None
    after_heading: bool = False
    open_section: bool = False

    def add(self, block: Block) -> None:
        """Take the next block."""
        body = self.text[block.start : block.end]
        if block.kind == "gap":
            self._gap()
        elif boilerplate.is_legal_or_advert(body):
            return
        elif block.kind == "heading":
            self._heading(body)
            self.kept += 1
        elif block.kind == "label":
            if len(body.split()) >= LEAD_WORDS:
                self._content(replace(block, kind="paragraph"), body)
            self.lead = (block.start, block.end)
            self.header = None
            self.kept += 1
        elif not self._is_button(block, body):
            self._content(block, body)
            self.kept += 1
            self.after_heading = False

    def _gap(self) -> None:
        """Two blank lines after a list end it, whether or not a heading follows."""
        self.lead = None
        self.header = None
        if self.sentences and self.sentences[-1].kind == "item":
            self.heading, self.facet, self.open_section = "", facets.GENERAL, False

    def _heading(self, body: str) -> None:
        self.heading = " ".join(body.strip("*# ").split())
        is_title = self.heading == self.title or not self.sections and bool(find_codes(body))
        self.facet = facets.GENERAL if is_title and not body.endswith("?") else facets.of_heading(self.heading)
        self.lead = self.header = None
        self.open_section = False
        self.after_heading = True

    def _is_button(self, block: Block, body: str) -> bool:
        """A short label that belongs to no heading and no list is a button or a menu entry."""
        if block.kind != "paragraph" or not boilerplate.could_be_menu(body):
            return False
        if self.lead is not None:
            return False  # a line of the list that was just introduced
        under_heading = self.after_heading and self.facet != facets.GENERAL
        return not under_heading and (len(body.split()) <= 3 or boilerplate.is_menu_word(body) or not self.sections)

    def _content(self, block: Block, body: str) -> None:
        if body.strip("*# ") == self.title and body[-1] not in ".!?":
            return
        facet = self.facet if self.facet != facets.GENERAL else facets.of_content(body)
        last = self.sections[-1] if self.sections else None
        key = _KEY.match(body) if block.kind in ("item", "field") and self.facet == facets.GENERAL else None
        if key and facets.of_heading(key.group(1)) != facets.GENERAL:
            facet = facets.of_heading(key.group(1))
        elif block.kind in ("item", "row") and self.open_section and last:
            facet = last.facet  # a list or a table stays whole
        number = bisect_right(self.page_starts, block.start) or None
        if self.open_section and last and (last.facet, last.page_number) == (facet, number):
            self.sections[-1] = replace(last, end=block.end)
        else:
            self.sections.append(Section(len(self.sections), self.heading, facet, block.start, block.end, number))
            self.open_section = True
        ordinal = len(self.sections) - 1
        if block.kind == "field":
            self.sentences.append(Sentence(block.start, block.end, "field", ordinal))
            return
        if block.kind == "row":
            self._row(block, ordinal)
            return
        if block.kind == "paragraph" and self.lead and boilerplate.could_be_menu(body):
            block = replace(block, kind="item")  # a list without bullets
        if block.kind == "paragraph":
            self.lead = self.header = None
        self._prose(block, ordinal)

    def _row(self, block: Block, ordinal: int) -> None:
        """A row is led by the first row of its table, or by the row whose first cell it leaves out."""
        goes_on = block.start > 0 and self.text[block.start - 1] == "\t"
        if block.level == HEADER:
            self.header = None
        self.sentences.append(
            Sentence(block.start, block.end, "row", ordinal, self.named_row if goes_on else self.header)
        )
        names_columns = block.level == HEADER or not find_codes(self.text[block.start : block.end])
        if self.header is None and names_columns:
            self.header = (block.start, block.end)
        if not goes_on:
            self.named_row = (block.start, block.end)

    def _prose(self, block: Block, ordinal: int) -> None:
        pieces = split_sentences(self.text, block.start, block.end)
        for i, (start, end) in enumerate(pieces):
            if self.text[end - 1] == ":" and i == len(pieces) - 1:
                self.lead = (start, end)
                if len(self.text[start:end].split()) >= LEAD_WORDS:
                    self.sentences.append(Sentence(start, end, "sentence", ordinal))
            elif block.kind == "item" and i == 0:
                self.sentences.append(Sentence(start, end, "item", ordinal, self.lead))
            else:
                self.sentences.append(Sentence(start, end, "sentence", ordinal))
