"""Text and Markdown pages → ``Page``: title, sections with facets, citable sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlparse

import yaml

from hcpcs_rag import facets
from hcpcs_rag.codes import find_codes, find_mentions
from hcpcs_rag.domain import Authority, Basis, Facet, Page
from hcpcs_rag.loaders import boilerplate, files
from hcpcs_rag.loaders.layout import LABEL, parse_lines
from hcpcs_rag.loaders.sentences import SectionBuilder
from hcpcs_rag.loaders.texttree import TextTree
from hcpcs_rag.tree import Block

_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---[ \t]*\n", re.DOTALL)
_SOURCE_LINE = re.compile(r"^\W*(?:source|url|canonical|link)\s*:\s*(https?://\S+)", re.IGNORECASE | re.MULTILINE)
_POLICY = re.compile(
    r"\b(LCD|NCD|(local|national) coverage (determination|article)|(policy|coding) article|medicare .{0,30}manual"
    r"|transmittal|[LA]\d{5})\b",  # the ids of Medicare's local determinations and articles
    re.IGNORECASE,
)
_NAMES_NOTHING = re.compile(r"(?:search )?(?:all )?(?:hcpcs|cpt|medical|billing)? ?codes?", re.IGNORECASE)
_UNSEEN = re.compile(
    r"<!--.*?-->|<(?P<tag>[a-z]+)\b[^<>]*(?:display\s*:\s*none|visibility\s*:\s*hidden|\shidden\b)[^<>]*>.*?</(?P=tag)\s*>",
    re.DOTALL | re.IGNORECASE,
)
"""Comments and hidden elements in Markdown: no reader of the page sees them."""
MAX_FRONT_MATTER = 20_000
TITLE_CHARS = 160
MAX_BASES = 20
"""Documents that a page may name as its sources."""
_CODE_FIELD = re.compile(r"^\W*(?:hcpcs )?(?:code|hcpcs)\W{1,4}([A-Z]\d{4})\W*$", re.IGNORECASE | re.MULTILINE)
_POLICY_FIELD = re.compile(
    r"^\W*(?:article|lcd|ncd|policy|contractor) (?:id|title|number|name)\b.*$", re.IGNORECASE | re.MULTILINE
)
DOMINANT = 0.6
"""Share of a page's mentions of codes that makes one of them its subject."""
TITLE_BLOCKS = 12
"""A page's title stands among its first blocks, below at most a menu of this many lines."""


def read_text(text: str, name: str, digest: str, page_starts: Sequence[int] = ()) -> Page:
    """Read a page of plain text.

    ``name`` is the file's path, ``digest`` the SHA-256 of its bytes. YAML front matter may set
    ``title``, ``code`` or ``codes``, ``url``, ``publisher``, ``date``, ``authority`` and ``sources``. ``page_starts``
    are the offsets at which the printed pages of a PDF begin; no section runs over from one to the next.
    """
    text = files.clean(text)  # once more: JSON and PDF can write what bytes did not hold
    _, body_start = front_matter(text)
    unseen = [match.span() for match in _UNSEEN.finditer(text, body_start)]
    masked = " " * body_start + text[body_start:]  # keeps offsets those of the whole file
    masked = _UNSEEN.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), masked)
    blocks = TextTree(masked).build(parse_lines(masked))
    blocks = [*blocks, *(Block("navigation", start, end) for start, end in unseen)]
    return make_page(text, blocks, name, digest, page_starts=page_starts)


def make_page(
    text: str, blocks: Sequence[Block], name: str, digest: str, *, title: str = "", page_starts: Sequence[int] = ()
) -> Page:
    """Make a page of its canonical text and its tree; ``title`` is what the file says of itself outside its text."""
    meta, body_start = front_matter(text)
    masked = " " * body_start + text[body_start:]
    title = _string(meta.get("title")) or title[:TITLE_CHARS].strip() or _find_title(masked, blocks)
    url = _string(meta.get("url")) or _first_group(_SOURCE_LINE.search(text[:3000]))
    builder = SectionBuilder(masked, title, _without_edges(masked, blocks), page_starts)
    builder.build()
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
        dropped=builder.dropped,
        navigation=tuple(builder.navigation),
        body=body_start,
        rests_on=_rests_on(meta),
    )


def front_matter(text: str) -> tuple[dict[str, object], int]:
    """Return the YAML front matter of a text, empty where there is none or an odd one, and where the body begins."""
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


def _rests_on(meta: dict[str, object]) -> tuple[Basis, ...]:
    """The documents that front matter lists as its sources, each by its name or as name and address."""
    listed = meta.get("sources")
    found = []
    for entry in listed[:MAX_BASES] if isinstance(listed, list) else ():
        fields = entry if isinstance(entry, dict) else {"name": entry}
        if name := _string(fields.get("name")):
            found.append(Basis(name, _string(fields.get("url"))))
    return tuple(found)


def _host(url: str | None) -> str:
    try:
        return (urlparse(url).hostname or "") if url else ""
    except ValueError:
        return ""  # no address at all


def _first_group(match: re.Match[str] | None) -> str | None:
    return match.group(1) if match else None


def _find_title(text: str, blocks: Sequence[Block]) -> str:
    """The first short line that names a code, else the first heading, else the first line.

    Not a list item, a question or a sentence; of a breadcrumb, its last step.
    """
    head = [
        b for b in blocks[:TITLE_BLOCKS] if b.kind not in ("gap", "row", "header") and b.end - b.start <= TITLE_CHARS
    ]
    lines = [b for b in head if b.kind != "item" and text[b.end - 1] not in ".!?:"]
    lines = [b for b in lines if not _NAMES_NOTHING.fullmatch(text[b.start : b.end])] or lines
    named = [b for b in lines if find_codes(text[b.start : b.end])]
    headings = [
        b
        for b in lines
        if b.kind == "heading" and b.level < LABEL and not boilerplate.is_menu_word(text[b.start : b.end])
    ]
    opening = [b for b in lines[:1] if b.kind == "fact" and b is blocks[0]]  # "LCD L33794: External Infusion Pumps"
    policy = [b for b in opening if _POLICY.search(text[b.start : b.end])]
    chosen = (policy or named or opening or headings or lines or head or list(blocks))[:1]
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


def _without_edges(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Take the menu, advertising and small print below the page for navigation."""

    def droppable(block: Block) -> bool:
        body = text[block.start : block.end]
        return (
            block.kind in ("gap", "navigation")
            or (block.kind in ("paragraph", "heading") and boilerplate.could_be_menu(body))
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
        if facets.of_heading(heading) != Facet.GENERAL and not boilerplate.is_legal_or_advert(heading):
            last += 2
    if not last:
        return list(blocks)
    return [*blocks[:last], *(b if b.kind == "gap" else replace(b, kind="navigation") for b in blocks[last:])]
