"""English as these documents use it: sentences with offsets, content words, stems."""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

_ABBREVIATIONS = frozenset(
    """e.g i.e etc vs dr mr mrs ms st no inc corp co fig sec approx dept u.s u.s.c cf al incl max min pt vol pp p
    ch para hr hrs wk mo yr pub ed eds vs""".split()
)
_CLOSING = frozenset({"etc", "al"})
"""Abbreviations that often close a sentence: it ends there if what follows opens one."""
_NEW_SENTENCE = re.compile(r"\s+(?:[A-Z][a-z]+|A|I)\s")
_END = re.compile(r"[.!?]+[\"”’')\]]*")
_OPENS_SENTENCE = re.compile(r"\s*[,;]?\s*[*_\"“'(\[•]*\s*[A-Z0-9§]")
_GLUED = re.compile(r"[A-Z](?:[a-z]+\b|\d{4}\b|\s[a-z])")
MAX_BRACKET = 300
"""Characters of a remark in brackets, within which no sentence ends: "(Johns MW. A new method. Sleep. 1991)"."""
LOOK_BACK = 40
"""Characters before a stop in which an abbreviation or a list number is looked for."""
_WORD = re.compile(r"[a-z0-9]+(?:[.'’-][a-z0-9]+)*")

STOPWORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both
    but by can cannot could did do does doing down during each else ever few for from further get gets give
    given go goes going got had has have having he her here hers hi hello hey him his how i if in into is it
    its itself just know let like may me might more most must my need needed needs no nor not of off on once
    one only or other our out over own per please s same say says see shall she should show so some such t
    tell than thank thanks that the their them then there these they thing things this those through to too
    under until up us use used using very want wants was we were what whats what's when where which while
    who whom whose why will with would yes yet you your okay ok really exactly actually quick question
    wondering help im i'm id ive dont don't doesn't didn't isn't cant can't lets let's pls plz anyone
    someone something patient's pt pts giving every vs versus much many also via per w wat wats u r n plz""".split()
)

_FOREIGN = {
    "Spanish": "qué cómo cuál cuáles puede para con código el los las una es está se por del son cubre facturar",
    "French": "quel quelle est-ce que le les des pour avec une est sont code peut facturer dans quels quelles comment",
    "German": "was ist der die das und ein eine für mit kann wie welche bedeutet wird werden nicht ist",
    "Portuguese": "qual como pode para com código uma são está não quais cobre faturar os as do da",
    "Italian": "cosa come qual può per con codice una è sono il gli della che quali",
}
"""Function words of languages a coder in the United States may type in."""
_FOREIGN_WORDS = {language: frozenset(listed.split()) for language, listed in _FOREIGN.items()}
_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def foreign_language(text: str) -> str | None:
    """Return the language ``text`` seems to be in if it is not English, as far as its function words or its script tell."""
    found = [w.lower() for w in _LETTERS.findall(text)]
    if sum(c.isalpha() and ord(c) > 0x24F for c in text) > len(text) / 3:
        return "another script"
    counts = {language: sum(w in listed for w in found) for language, listed in _FOREIGN_WORDS.items()}
    best = max(counts, key=lambda language: counts[language])
    english = sum(w in STOPWORDS for w in found)
    return best if counts[best] >= 2 and counts[best] > english else None


_WRAPPED = re.compile(r"(?<=[a-z])-\s*\n\s*(?=[a-z])")
_stemmer = Stemmer.Stemmer("english")


def rejoined(text: str) -> str:
    """Return ``text`` with the words whole again that a hyphen cuts at the end of a line."""
    return _WRAPPED.sub("", text)


def split_sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut ``text[start:end]`` into sentences and return their spans, white space trimmed.

    Also cuts where two sentences are glued ("transport.This code"); does not cut after
    abbreviations, initials, list numbers or decimals.
    """
    spans: list[tuple[int, int]] = []
    begin = start
    for match in _END.finditer(text, start, end):
        if _ends_sentence(text, begin, match, end):
            spans.append((begin, match.end()))
            begin = match.end()
    spans.append((begin, end))
    trimmed = [_trim(text, *span) for span in spans]
    return [(s, e) for s, e in trimmed if any(c.isalnum() for c in text[s:e])]


def _ends_sentence(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    if match.end() >= end:
        return True
    if _in_bracket(text, begin, match.start(), end):
        return False
    before = text[max(begin, match.start() - LOOK_BACK) : match.start()]
    token = before.rsplit(None, 1)[-1].lstrip("([\"“'").lower() if before.strip() else ""
    numbers_a_list = match.start() - begin < LOOK_BACK and bool(re.fullmatch(r"\W*([A-Za-z]|\d{1,2})", before))
    if match.group()[0] == "." and (token in _ABBREVIATIONS or numbers_a_list):
        return token in _CLOSING and bool(_NEW_SENTENCE.match(text, match.end(), end))
    if text.startswith(", ", match.end()):
        return bool(_OPENS_SENTENCE.match(text, match.end() + 1, end))
    if text[match.end()].isspace():
        return bool(_OPENS_SENTENCE.match(text, match.end(), end))
    previous = text[match.start() - 1] if match.start() else " "
    return (previous.islower() or previous in ")%" or previous.isdigit()) and bool(_GLUED.match(text, match.end(), end))


def _in_bracket(text: str, begin: int, at: int, end: int) -> bool:
    """Say whether a place stands within a remark in brackets that is closed further on."""
    opened = text.rfind("(", max(begin, at - MAX_BRACKET), at)
    if opened < 0 or text.find(")", opened, at) >= 0:
        return False
    return text.find(")", at, min(end, opened + MAX_BRACKET)) >= 0


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in ",;•"):
        start += 1
    if text.startswith("** ", start, end):  # a mark of emphasis that opens nothing
        return _trim(text, start + 3, end)
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def words(text: str) -> list[str]:
    """Return the words of ``text`` in lower case, hyphens and inner points kept."""
    return _WORD.findall(text.lower().replace("’", "'"))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the Snowball (Porter 2) stem of a lower-case word, possessive ``'s`` removed."""
    bare = word[:-2] if word.endswith("'s") else word
    return bare if len(bare) <= 3 else str(_stemmer.stemWord(bare))  # "aed" is no form of "a"


def stems(text: str) -> set[str]:
    """Return the stems of all words of ``text``, and of the parts of hyphenated ones."""
    found: set[str] = set()
    for word in words(text):
        found.add(stem(word))
        if "-" in word or "." in word:
            found.update(stem(part) for part in re.split(r"[-.]", word) if part)
    return found


def content_words(text: str) -> list[str]:
    """Return the words of ``text`` that carry meaning, in order, without repeats."""
    return list(dict.fromkeys(w for w in words(text) if w not in STOPWORDS))
