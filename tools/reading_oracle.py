"""Judge a reading of HTML pages by the pages' own markup, without the product's code.

``expect`` says what the markup holds: list items with their labels, leads and parents, table rows and words.
``judge`` compares that with a page as the product read it: the JSON that ``hcpcs-rag page PAGE_ID --json`` writes,
one page a line, with the stem of the HTML file as its page_id. A plain-text copy of a page is judged by the same
markup, with ``--flat``, which leaves the labels out.

python tools/reading_oracle.py ../shared/policies_html pages.jsonl --misses 5
"""

import argparse
import json
import re
import sys
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lxml import etree, html  # type: ignore[import-untyped]

Node = Any  # an lxml element: lxml carries no types
Sentence = dict[str, Any]
LISTS = {"ul", "ol"}
CELLS = {"td", "th", "caption"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
UNREAD = ("script", "style", "template", "noscript", "nav", "header", "footer")
BLOCKS = LISTS | CELLS | HEADINGS | set(
    "address article aside blockquote body br center dd details div dl dt fieldset figcaption figure form hr li main p "
    "pre section summary table tbody tfoot thead tr".split()
)  # fmt: skip
STYLES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
TYPED_MARKER = re.compile(r"\(?(?:\d{1,3}|[a-z]|[ivxlc]+)[.)]\s", re.IGNORECASE)
SENTENCE_GAP = re.compile(r"(?<=[.;!?])\s+(?=[A-Z(\"“])")
NO_COLUMN_NAME = re.compile(r".*\b[A-Z]\d{4}\b.*|\d+|.*[.?!]", re.DOTALL)
MEASURES = (
    "items_found", "items_apart", "items_with_lead", "inner_items_with_parent", "whole_chain", "no_wrong_parent",
    "labels", "rows_whole", "words_kept", "headings_path",
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """A list item; a label or lead that is absent or unsure is None, and is then not judged."""

    parts: tuple[str, ...]  # its own text, cut where nested lists and tables stand
    label: str | None  # as a browser numbers it
    lead: str | None  # the block that ends in a colon directly before its list
    parents: tuple[str, ...]  # the texts of the items around it, outermost first, each up to its nested list
    outer_lead: str | None  # the lead of its outermost list
    settled: bool  # whether no other item can be meant as its parent
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A body row of a table, by its cells that hold words, under the names of the columns."""

    cells: tuple[str, ...]
    header: tuple[str, ...] | None
    caption: str
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Expected:
    """What a page's markup holds; a sole h1 is the page's title, and no section's heading."""

    items: tuple[Item, ...]
    rows: tuple[Row, ...]
    headings: tuple[str, ...]
    words: tuple[str, ...]


def words(text: str) -> list[str]:
    """The words of a text without case; letters and digits part, so that "PO2" is what "PO 2" is."""
    return re.findall(r"[^\W\d_]+|\d+", unicodedata.normalize("NFKC", text).casefold().replace("\u00ad", ""))


def run(text: str) -> str:
    """The words of a text with a space on each side, so that one run can be looked for in another."""
    return f" {' '.join(words(text))} "


def tail(text: str) -> str:
    """The last six words of a text's last sentence, as a run."""
    return run(" ".join(words(SENTENCE_GAP.split(text)[-1])[-6:]))


def blocks(root: Node) -> Iterator[tuple[str, Node]]:
    """The blocks of text in a node, each with the element that it starts in."""
    pieces: list[tuple[str, Node]] = []
    for event, node in etree.iterwalk(root, events=("start", "end")):
        if node.tag in BLOCKS or (node is root and event == "end"):
            text = " ".join("".join(piece for piece, _ in pieces).split())
            if text:
                yield text, next(at for piece, at in pieces if piece.strip())
            pieces.clear()
        pieces.append((node.text or "", node) if event == "start" else (node.tail or "", node.getparent()))


def plain(root: Node) -> str:
    """All text in a node."""
    return " ".join(text for text, _ in blocks(root))


def around(node: Node, tags: set[str]) -> list[Node]:
    """The node and its ancestors that have one of some tags, innermost first."""
    return [up for up in (node, *node.iterancestors()) if up.tag in tags]


def headings_over(node: Node) -> tuple[str, ...]:
    """The path of headings that a node stands under, without a sole h1."""
    path: list[Node] = []
    for heading in node.xpath("preceding::*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6]"):
        path = [*(above for above in path if above.tag < heading.tag), heading]
    return tuple(plain(heading) for heading in path if not is_title(heading))


def is_title(heading: Node) -> bool:
    """Whether a heading is the only h1 of its page."""
    return bool(heading.tag == "h1" and heading.xpath("count(//h1)") == 1)


def style(item: Node) -> str:
    """The style of an item's marker, which CSS may set over the type attribute."""
    for node in (item, item.getparent()):
        css = re.search(r"list-style(?:-type)?\s*:\s*([a-z-]+)", node.get("style") or "")
        if css or node.get("type") in STYLES:
            return css[1].replace("latin", "alpha") if css else STYLES[node.get("type")]
    return "decimal" if item.getparent().tag == "ol" else "disc"


def number(item: Node) -> int:
    """The number of an item, as a browser counts: by start, reversed and value."""
    siblings = item.getparent().findall("li")
    step = -1 if "reversed" in item.getparent().attrib else 1
    count = (len(siblings) if step < 0 else 1) - step
    given = item.getparent().get("start")
    for sibling in siblings[: siblings.index(item) + 1]:
        given = sibling.get("value", given)
        count = int(given) if re.fullmatch(r"-?\d+", given or "") else count + step
        given = None
    return count


def label(item: Node, text: str) -> str | None:
    """The label of an item in lower case, if it has one and its text does not bring another."""
    count, shape, letters = number(item), style(item), ""
    if item.getparent().tag == "ul" or TYPED_MARKER.match(text):
        return None
    if shape == "decimal" or (count < 1 and shape in STYLES.values()):
        return str(count)
    while count and shape.endswith("alpha"):
        count, letter = divmod(count - 1, 26)
        letters = chr(ord("a") + letter) + letters
    for value, sign in ROMAN if shape.endswith("roman") else ():
        letters += sign * (count // value)
        count %= value
    return letters or None


def continues(item: Node, peer: Node) -> bool:
    """Whether an item goes on with the list of the one before it, though the markup may begin a list anew."""
    home, before = item.getparent(), peer.getparent()
    alike = (home.tag, style(item)) == (before.tag, style(peer))
    return home is before or (alike and (home.tag == "ul" or number(item) == number(peer) + 1))


def list_items(body: Node) -> Iterator[Item]:
    """The list items of a page.

    ``stack`` holds the latest item of each depth. Text outside lists empties it, so lists that follow one another
    without text between them are read as one list, indented as the markup nests them.
    """
    items: dict[Node, Item] = {}
    stack: list[Node] = []
    last, owner = "", None  # the block before, and its item
    for text, at in blocks(body):
        if not words(text):
            continue
        inmost = next(iter(around(at, LISTS | CELLS | {"li"})), None)
        item = inmost if inmost is not None and inmost.tag == "li" and around(at, LISTS) else None
        while stack and len(around(stack[-1], LISTS)) > len(around(at, LISTS)):
            stack.pop()
        if item is not None and item not in items:
            peer = stack.pop() if stack and len(around(stack[-1], LISTS)) == len(around(item, LISTS)) else None
            parent = stack[-1] if stack else None
            leads = owner is parent and last.rstrip(' *_"”').endswith(":") and not last.isupper()
            items[item] = placed(item, text, items.get(parent), last if leads else None)
            if parent is not None and not leads and item.getparent().getparent().tag in LISTS:
                # A list right inside another is in no item, and an item that does not lead need not be its parent.
                items[item] = replace(items[item], parents=(), outer_lead=None, settled=False)
            if peer is not None:
                items[item] = follow(items[item], items[peer], continues(item, peer), inner=parent is not None)
            stack.append(item)
        elif item is not None:
            parts = items[item].parts
            parts = (*parts[:-1], f"{parts[-1]} {text}") if owner is item else (*parts, text)
            items[item] = replace(items[item], parts=parts)
        last, owner = "" if around(at, HEADINGS) else text, item
    yield from items.values()


def placed(item: Node, text: str, parent: Item | None, lead: str | None) -> Item:
    """An item by its first block, below its parent or, on the outermost level, below its lead."""
    name, over = label(item, text), headings_over(item)
    if parent is None:
        return Item((text,), name, lead, (), lead, len(around(item, LISTS)) == 1, over)
    return Item((text,), name, lead, (*parent.parents, parent.parts[0]), parent.outer_lead, parent.settled, over)


def follow(item: Item, peer: Item, same_list: bool, inner: bool) -> Item:
    """An item with the lead of the one before it, where both are of one list."""
    lead = peer.lead if same_list else None
    return replace(item, lead=lead, outer_lead=item.outer_lead if inner else lead, settled=peer.settled and same_list)


def table_rows(table: Node) -> Iterator[Row]:
    """The body rows of a table, but for those with one cell only and those that hold a table themselves."""
    rows = table.xpath("./tr|./thead/tr|./tbody/tr|./tfoot/tr")
    cells = [tuple(plain(cell) for cell in row if cell.tag in CELLS) for row in rows]
    named = [row.getparent().tag == "thead" or {cell.tag for cell in row} == {"th"} for row in rows]
    first = [*named, False].index(False) or int(reads_as_names(cells))
    header = tuple(filter(words, cells[first - 1])) if first else None
    caption = " ".join(plain(node) for node in table.findall("caption"))
    for row, texts in list(zip(rows, cells, strict=True))[first:]:
        if sum(map(bool, texts)) > 1 and any(map(words, texts)) and not row.xpath(".//table"):
            yield Row(tuple(filter(words, texts)), header, caption, headings_over(table))


def reads_as_names(rows: Sequence[tuple[str, ...]]) -> bool:
    """Whether the first of some rows without th names columns: no code, number, sentence or value used again."""
    first = [(column, text) for column, text in enumerate(rows[0] if rows else ()) if words(text)]
    again = any(text == row[column] for column, text in first for row in rows[1:] if column < len(row))
    return min(len(first), len(rows)) > 1 and not again and not any(NO_COLUMN_NAME.fullmatch(text) for _, text in first)


def expect(markup: str) -> Expected:
    """What the markup of a page says that a reader must find."""
    body = html.document_fromstring(markup).find("body")
    etree.strip_tags(body, etree.Comment, etree.ProcessingInstruction)
    etree.strip_elements(body, *UNREAD, with_tail=False)
    rows = tuple(row for table in body.iter("table") for row in table_rows(table))
    sections = tuple(run(plain(node)) for node in body.iter(*HEADINGS) if not is_title(node))
    return Expected(tuple(list_items(body)), rows, sections, tuple(words(plain(body))))


@dataclass
class Measure:
    """How often a page was read as expected, and what was not."""

    hits: int = 0
    total: int = 0
    misses: list[str] = field(default_factory=list)

    def count(self, hit: object, name: str) -> None:
        """Count one case, by a name for it to be found by."""
        self.total += 1
        self.hits += bool(hit)
        if not hit:
            self.misses.append(name if len(name) < 100 else f"{name[:60]} … {name[-36:]}")

    def share(self) -> float:
        """The share of hits, 1 where there was nothing to judge."""
        return self.hits / self.total if self.total else 1.0


Figures = dict[str, Measure]


class Reading:
    """A page as the product read it."""

    def __init__(self, page: dict[str, Any]) -> None:
        self.text: str = page["text"]
        self.sentences: list[Sentence] = sorted(page["sentences"], key=lambda each: (each["start"], each["end"]))
        self.spans = [(each["start"], each["end"]) for each in self.sentences] + [
            (start, end) for start, end in page.get("navigation") or ()
        ]
        self.runs = [run(self.text[each["start"] : each["end"]]) for each in self.sentences]
        self.whole, self.starts = " ", []
        for text in self.runs:
            self.starts.append(len(self.whole) - 1)
            self.whole += text[1:] if text.strip() else ""
        self.ends = {*self.starts, len(self.whole) - 1}

    def places(self, text: str) -> tuple[list[Sentence], bool]:
        """The sentences in which a text starts; those only that it fills (but for a label) if any, and whether so."""
        found: list[tuple[Sentence, bool]] = []
        at = self.whole.find(run(text))
        while at >= 0:
            index = bisect_right(self.starts, at) - 1
            whole = self.whole[self.starts[index] : at].count(" ") <= 2 and at + len(run(text)) - 1 in self.ends
            found.append((self.sentences[index], whole))
            at = self.whole.find(run(text), at + 1)
        filled = [sentence for sentence, whole in found if whole]
        return filled or [sentence for sentence, _ in found], bool(filled)

    def named(self, sentence: Sentence, key: str) -> list[str]:
        """The texts of a chain of spans of a sentence, as runs."""
        return [run(self.text[start:end]) for start, end in sentence.get(key) or ()]

    def words(self) -> Counter[str]:
        """The words of all sentences and navigation, each place once."""
        counted, done = Counter[str](), 0
        for start, end in sorted(self.spans):
            counted.update(words(self.text[max(start, done) : end]))
            done = max(done, end)
        return counted


def is_item(span: str, text: str) -> bool:
    """Whether a span stands for an item: it holds the end of its text, or is the start or end of it."""
    whole = run(text)
    part = len(span.split()) > 3 and (whole.startswith(span) or whole.endswith(span))
    return tail(text) in span or part or span == whole


def in_order(tests: Sequence[Callable[[str], bool]], spans: Sequence[str]) -> bool:
    """Whether spans pass some tests in their order; other spans may stand between."""
    rest = iter(spans)
    return all(any(test(span) for span in rest) for test in tests)


def chain_tests(item: Item) -> list[Callable[[str], bool]]:
    """What the spans over an item must be, outermost first."""
    lead = [lambda span: tail(item.outer_lead or "") in span] if item.outer_lead else []
    return [*lead, *((lambda span, text=text: is_item(span, text)) for text in item.parents)]


def judge_item(
    item: Item, peers: set[str], page: Reading, found: list[Sentence], expected: Expected, figures: Figures
) -> None:
    """Count what an item's sentence says of the item; of several sentences that may be its own, the best."""
    chain = chain_tests(item)
    tests: dict[str, Callable[[Sentence], bool]] = {
        "headings_path": lambda each: has_path(each, item.headings, expected.headings, page),
        "no_wrong_parent": lambda each: not any(span in peers for span in page.named(each, "under")),
        "whole_chain": lambda each: in_order(chain, page.named(each, "under")),
        "items_with_lead": lambda each: any(tail(item.lead or "") in span for span in page.named(each, "under")),
        "inner_items_with_parent": lambda each: in_order(chain[-1:], page.named(each, "under")),
        "labels": lambda each: "".join(words(each.get("label") or "")) == item.label,
    }
    judged: dict[str, object] = {
        "whole_chain": chain,
        "items_with_lead": item.lead,
        "no_wrong_parent": found and item.settled,
    }
    judged |= {"inner_items_with_parent": item.parents, "labels": item.label}
    for name, test in tests.items():
        if name in figures and judged.get(name, found):
            figures[name].count(any(map(test, found)), item.parts[0])


def has_path(sentence: Sentence, path: tuple[str, ...], sections: tuple[str, ...], page: Reading) -> bool:
    """Whether a sentence stands under a path of headings; names that are no heading in the markup are left out."""
    read = [span for span in page.named(sentence, "headings") if span in sections]
    return [span for at, span in enumerate(read) if read[at - 1 : at] != [span]] == [run(name) for name in path]


def judge_row(row: Row, sections: tuple[str, ...], page: Reading, figures: Figures) -> None:
    """Count whether one sentence holds a row's cells, with little else, under its header."""
    room = len(words(" ".join((*row.cells, *(row.header or ()), row.caption)))) + 2 * len(row.cells)
    found = [
        sentence
        for sentence, text in zip(page.sentences, page.runs, strict=True)
        if len(text.split()) <= room and holds(text, row.cells)
    ]

    def under_header(sentence: Sentence) -> bool:
        span = sentence.get("header")
        if not span or not row.header:
            return not span and not row.header
        return holds(run(page.text[span[0] : span[1]]), row.header)

    name = " | ".join(row.cells)
    figures["rows_whole"].count(any(map(under_header, found)), name)
    if found:
        figures["headings_path"].count(any(has_path(each, row.headings, sections, page) for each in found), name)


def holds(text: str, cells: Sequence[str]) -> bool:
    """Whether a run holds the words of some cells in their order."""
    at = 0
    for cell in map(run, cells):
        found = text.find(cell, at)
        if found < 0:
            return False
        at = found + len(cell) - 1
    return True


def judge(expected: Expected, page: dict[str, Any], labels: bool = True) -> Figures:
    """How well a page was read, by the name of each measure."""
    figures = {name: Measure() for name in MEASURES if labels or name != "labels"}
    reading = Reading(page)
    total, seen = Counter(run(item.parts[0]) for item in expected.items), Counter[str]()
    for item in expected.items:
        own = run(item.parts[0])
        found, apart = reading.places(item.parts[0])
        if len(found) == total[own]:  # items alike, each read once: take them in their order
            found = [found[seen[own]]]
        seen[own] += 1
        figures["items_found"].count(found and all(reading.places(part)[0] for part in item.parts), item.parts[0])
        figures["items_apart"].count(apart, item.parts[0])
        peers = set(total) - {run(text) for text in (*item.parents, item.lead or "")}
        judge_item(item, peers, reading, found, expected, figures)
    for row in expected.rows:
        judge_row(row, expected.headings, reading, figures)
    needed = Counter(expected.words)
    lost = needed - reading.words()
    figures["words_kept"] = Measure(
        needed.total() - lost.total(), needed.total(), [f"{word} ({times})" for word, times in lost.most_common()]
    )
    return figures


def merged(each: dict[str, Figures]) -> Figures:
    """The figures of several documents together, their misses with the document's name."""
    together: Figures = {}
    for document, figures in each.items():
        for name, one in figures.items():
            whole = together.setdefault(name, Measure())
            whole.hits, whole.total = whole.hits + one.hits, whole.total + one.total
            whole.misses += [f"{document}: {miss}" for miss in one.misses]
    return together


def main() -> None:
    """Print the figures of all pages that have an HTML file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("html", type=Path, help="folder of the HTML files")
    parser.add_argument("pages", type=Path, help="the pages as JSON, one a line")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="print the first misses of each measure")
    parser.add_argument("--json", action="store_true", help="print JSON in place of a table")
    parser.add_argument("--flat", action="store_true", help="the pages are plain-text copies: do not judge labels")
    options = parser.parse_args()
    pages = {page["page_id"]: page for page in map(json.loads, options.pages.read_text("utf-8").splitlines())}
    files = {file.stem: file for file in sorted(options.html.glob("*.html"))}
    for name in sorted(files.keys() ^ pages.keys()):
        print(f"{name}: {'no page' if name in files else 'no HTML file'}, not judged", file=sys.stderr)
    each = {
        name: judge(expect(file.read_text("utf-8")), pages[name], labels=not options.flat)
        for name, file in files.items()
        if name in pages
    }
    figures = merged(each)
    if options.json:
        print(json.dumps({
            name: {"share": one.share(), "hits": one.hits, "total": one.total, "misses": one.misses[: options.misses]}
            for name, one in figures.items()
        }, indent=1))  # fmt: skip
        return
    print(f"| measure ({len(each)} documents) | share | hits/total |\n|---|---:|---:|")
    for name, one in figures.items():
        print(f"| {name} | {one.share():.4f} | {one.hits:,}/{one.total:,} |")
    for name, one in figures.items() if options.misses else ():
        print(f"\n{name}: {len(one.misses)} missed", *one.misses[: options.misses], sep="\n- ")


if __name__ == "__main__":
    main()
