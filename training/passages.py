"""What the encoder reads: a question, and a sentence with its chain before it, as word pieces.

A passage is the text that the product embeds (`hcpcs_rag.passages`), its lines parted by [SEP] and cut to LONGEST pieces.
A question is ``[CLS] question [SEP]`` of at most QUESTION pieces.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from hcpcs_rag.encoder.batches import SEPARATOR
from hcpcs_rag.passages import chain
from training.pages import Page

LONGEST = 192
QUESTION = 96
CLS, SEP = 101, 102


@dataclass(frozen=True, slots=True)
class Pieces:
    """Word pieces, and from which to which the sentence itself goes."""

    ids: tuple[int, ...]
    start: int
    end: int


class Speller:
    """Turns text into word pieces."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.punctuation = frozenset(
            i for piece, i in self.tokenizer.get_vocab().items() if not re.search(r"\w", piece)
        )

    def spell(self, text: str) -> list[int]:
        """The pieces of a text, a separator for each line break, without those at the ends."""
        ids: list[int] = self.tokenizer.encode(text.replace("\n", SEPARATOR), add_special_tokens=False).ids
        return ids

    def question(self, text: str) -> Pieces:
        """A question; a long one keeps its end, where the question itself usually stands."""
        ids = self.spell(text)[-QUESTION + 2 :]
        return Pieces((CLS, *ids, SEP), 1, len(ids) + 1)

    def text(self, text: str) -> Pieces:
        """Any other text."""
        ids = self.spell(text)[: LONGEST - 2]
        return Pieces((CLS, *ids, SEP), 1, len(ids) + 1)

    def passage(self, page: Page, index: int, context: bool = True) -> Pieces:
        """A sentence below its chain."""
        sentence = page.sentences[index]
        above = chain(
            page.title,
            sentence.heading,
            page.cut(sentence.question) if sentence.question else "",
            [page.cut(span) for span in sentence.under],
            page.cut(sentence.header) if sentence.header else "",
        )
        whole = self.text("\n".join([*(above if context else []), page.quote(index)]))
        own = len(self.spell(page.quote(index)))
        return Pieces(whole.ids, max(whole.end - own, 1), whole.end)
