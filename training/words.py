"""A document as a row of words: the measure in which questions name their stretches.

The questions of this folder hold no sentence of a document. They name a stretch by the numbers of its first and last
word, counted from 0 over the file, so that they stay true however the product cuts sentences. A word is a run of
letters and digits in the file's visible text, in lower case and Unicode's NFKC form:

* HTML: no tags, comments, scripts, styles and nothing of the head; character references are decoded. A tag ends a
  word, unless it is one of the tags within a line (INLINE), as in ``H<sub>2</sub>O``.
* Markdown: no YAML front matter, no comments, of a link only what is shown. Marks are no words, as they are neither
  letters nor digits.
* Text: all of it.
"""

import re
import unicodedata
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

INLINE = frozenset("a abbr b bdi big cite code em font i ins kbd mark q s small span strong sub sup tt u var".split())
UNSEEN = frozenset("head script style noscript template".split())
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
WORD = re.compile(r"[^\W_]+")
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
LINK = re.compile(r"\[([^\]\n]*)\]\([^)\s]*\)")


@dataclass(frozen=True, slots=True)
class Word:
    """One word and where it stands in the text it was cut from."""

    text: str
    start: int
    end: int


class _Visible(HTMLParser):
    """Gathers what a browser would show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Hide what is not shown, and let a tag that is not within a line end the word."""
        if tag in UNSEEN:
            self.hidden += 1
        if tag not in INLINE:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Undo handle_starttag."""
        if tag in UNSEEN and self.hidden:
            self.hidden -= 1
        if tag not in INLINE and tag not in VOID:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep the text, unless it is hidden."""
        if not self.hidden:
            self.parts.append(data)


def html_text(source: str) -> str:
    """The visible text of an HTML source."""
    parser = _Visible()
    parser.feed(source)
    parser.close()
    return "".join(parser.parts)


def markdown_text(source: str) -> str:
    """A Markdown source without front matter, comments and the addresses of links."""
    return LINK.sub(r"\1", COMMENT.sub(" ", FRONT_MATTER.sub("", source)))


def visible_text(path: Path) -> str:
    """The visible text of a file, read by its suffix."""
    source = path.read_text(encoding="utf-8")
    match path.suffix.lower():
        case ".html" | ".htm":
            return html_text(source)
        case ".md" | ".markdown":
            return markdown_text(source)
        case _:
            return source


def words(text: str) -> list[Word]:
    """The words of a text with their offsets."""
    return [
        Word(unicodedata.normalize("NFKC", found.group()).lower(), found.start(), found.end())
        for found in WORD.finditer(text)
    ]


def plain_words(text: str) -> list[str]:
    """The words of a text without their offsets."""
    return [word.text for word in words(text)]
