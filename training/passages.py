"""What the encoder reads: a question, and a sentence with its chain before it, as word pieces.

A passage is ``[CLS] title | headings | under | header [SEP] sentence [SEP]`` of at most 160 word pieces. The sentence
comes first when room is short (120 pieces at most); of the chain what stands nearest to the sentence stays. Long runs
of codes in the chain are cut to their first and last. A question is ``[CLS] question [SEP]`` of at most 96 pieces.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from training.pages import Page

LONGEST = 160
SENTENCE = 120
QUESTION = 96
PART = {"title": 28, "headings": 24, "under": 40, "header": 24}
CLS, SEP = 101, 102
CODES = re.compile(r"\b([A-Z]\d{4})(?:(?:,|;|,? and|,? or)? [A-Z]\d{4}){2,}(?:,|;|,? and|,? or)? ([A-Z]\d{4})\b")


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
        vocabulary = self.tokenizer.get_vocab()
        self.punctuation = frozenset(i for piece, i in vocabulary.items() if not re.search(r"\w", piece))
        self.bar = vocabulary["|"]

    def spell(self, text: str) -> list[int]:
        """The pieces of a text, without special ones."""
        ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def question(self, text: str) -> Pieces:
        """A question; a long one keeps its end, where the question itself usually stands."""
        ids = self.spell(text)[-QUESTION + 2 :]
        return Pieces((CLS, *ids, SEP), 1, len(ids) + 1)

    def passage(self, page: Page, index: int, context: bool = True) -> Pieces:
        """A sentence below its chain."""
        sentence = self.spell(page.quote(index))[:SENTENCE]
        room = LONGEST - 3 - len(sentence)
        kept: list[int] = []
        if context:
            for part in reversed(self._chain(page, index)):
                if len(part) + 1 > room - len(kept):
                    continue
                kept = [*part, self.bar, *kept] if kept else list(part)
        head = (CLS, *kept, SEP) if kept else (CLS,)
        return Pieces((*head, *sentence, SEP), len(head), len(head) + len(sentence))

    def _chain(self, page: Page, index: int) -> list[list[int]]:
        """The parts of the chain, outermost first."""
        sentence = page.sentences[index]
        title = page.title.strip()
        parts = [self.spell(title)[: PART["title"]]]
        headings = [h for s in sentence.headings if (h := page.cut(s).strip()) and h not in title and title not in h]
        if headings:
            parts.append(self.spell(" > ".join(headings))[-PART["headings"] :])
        if sentence.question:
            parts.append(self.spell(page.cut(sentence.question))[: PART["header"]])
        for span in sentence.under[-3:]:
            pieces = self.spell(CODES.sub(r"\1 … \2", page.cut(span)))
            half = PART["under"] // 2
            parts.append(pieces if len(pieces) <= 2 * half else [*pieces[:half], *pieces[-half:]])
        if sentence.header:
            parts.append(self.spell(page.cut(sentence.header))[: PART["header"]])
        return [p for p in parts if p]
