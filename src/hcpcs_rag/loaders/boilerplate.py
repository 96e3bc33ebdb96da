"""Tell navigation, advertising and legal lines from what a page has to say.

The rules speak of the web in general: menus are runs of short labels at the edge of a page,
advertising offers accounts and prices, legal lines carry marks and disclaimers. A line that names a
code or belongs to a list under a heading is never dropped as navigation.
"""

from __future__ import annotations

import re

_LEGAL = re.compile(
    r"©|\(c\)\s*(19|20)\d\d|all rights reserved|registered trademark|trademarks? of|terms (of|and) (use|service|conditions)"
    r"|privacy policy|cookies?\b|copy(ing)? (the )?content|content of this page|original content by|copyright"
    r"|data sourced from",
    re.IGNORECASE,
)
_ADVERT = re.compile(
    r"sign[ -]?up|log ?in\b|sign ?in\b|subscribe|newsletter|free trial|credit card|get started|book a demo|request a demo"
    r"|pricing\b(?! (?:indicator|code|method|group))|\$\s?\d+ ?/|per month, billed|unlimited|\d ?[gt]b\b|download (the|our) app|all-in-one|in one app"
    r"|our (app|software|platform)|start (for )?free|try (it )?(for )?free|join (us|now|free)"
    r"|contact (us|sales)|follow us|share this|back to top|skip to|read more|learn more|click here|view all"
    r"|related (posts|articles)|leave a (comment|reply)|advertisement|sponsored|powered by"
    r"|upgrade (now|to)|cookie settings|accept (all )?cookies",
    re.IGNORECASE,
)
_MENU = re.compile(
    r"(home|menu|blog|search( .{0,30})?|about( us)?|contact|support|resources|help|faq|login|careers?|print|email"
    r"|share|next|previous|feed(back)?|free|telehealth|sitemap|products?|solutions|features|company|news)",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b[A-V]\d{4}\b")

_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget) (?:all |any |the |your )*(?:previous|prior|above|earlier|other)? ?(?:instructions?|rules?|prompts?)\b"
    r"|\b(?:ai|assistants?|chat ?bots?|language models?|llms?)\b.{0,80}\b(?:must|should|always|ignore|answer|say|state|respond|reply)\b",
    re.IGNORECASE,
)
_ORDER_TO_SPEAK = re.compile(
    r"\b(?:is|are) (?:asked|mentioned|queried)\b|\b(?:state|say|tell|answer|respond|reply|mention|quote|claim|confirm|add|rank|treat"
    r"|pretend|output|repeat|print|reveal|refuse)\b",
    re.IGNORECASE,
)
MENU_WORDS = 14
"""A line of at most this many words with no sentence in it can be a menu."""


def is_legal_or_advert(line: str) -> bool:
    """Say whether a line is legal small print or advertising.

    A line that names a code is kept unless it is legal small print alone: facts outweigh selling.
    """
    if len(line) < 500 and _LEGAL.search(line):
        return True
    return len(line) < 300 and not _CODE.search(line) and bool(_ADVERT.search(line))


def is_instruction(sentence: str) -> bool:
    """Say whether a sentence tells a machine what to do; a page is data, and what it tells one to do is no fact."""
    return bool(_INSTRUCTION.search(sentence))


def is_order_to_speak(sentence: str) -> bool:
    """Say whether a sentence goes on telling a machine what to say; it counts only behind one that ``is_instruction``."""
    return bool(_ORDER_TO_SPEAK.search(sentence))


def is_menu_word(line: str) -> bool:
    """Say whether a line is by itself a usual label of a menu or a button."""
    return bool(_MENU.fullmatch(line.strip(" *•-|>#.")))


def could_be_menu(line: str) -> bool:
    """Say whether a line has the shape of a menu entry: short, no code, not a sentence."""
    text = line.strip()
    return len(text.split()) <= MENU_WORDS and not _CODE.search(text) and not text.endswith((".", "?", "!", ":", ";"))
