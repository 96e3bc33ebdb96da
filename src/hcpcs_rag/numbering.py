"""Numbers and letters of lists: what a browser shows for an item, what a typed mark may mean, what a lead announces."""

from __future__ import annotations

import re
from dataclasses import dataclass

BULLET = "bullet"
"""The style of marks that do not count."""
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MARK = re.compile(r"(?P<open>\(?)(?P<body>[0-9]{1,3}|[A-Za-z]{1,5})(?P<close>[.)])$")
_ONE = r"\(?(?:[A-Za-z]|[ivxIVX]{2,5}|\d{1,2})\)?(?![A-Za-z0-9])"
_SOME = rf"{_ONE}(?:\s*(?:[-–—]|to\b|through\b|,\s*(?:and\b|or\b)|,|and\b|or\b)\s*{_ONE})*"
_THINGS = r"(?:criteri(?:on|a)|conditions?|items?|indications?|requirements?|options?)"
_NAMED = re.compile(rf"(?:\b{_THINGS}\s+|#\s?(?=\d))(?P<list>{_SOME})|\((?P<bare>{_SOME})\)", re.IGNORECASE)
_OPENS = re.compile(
    rf"(?:\b{_THINGS}\s+|\()(?P<list>{_SOME})\)?(?:\s*[,(]?\s*(?:is|are|must|be|met|described|listed|below|above|as|apply|satisfied|either|all|both))*"
    r"\W*$",
    re.IGNORECASE,
)
_OWES = re.compile(
    rf"\W*(?:either |both |all of )?{_THINGS}\s+(?P<list>{_SOME})\W*(?:(?:is|are)\b|and\b|or\b|$)", re.IGNORECASE
)
_RANGE = re.compile(r"\(?([A-Za-z0-9]{1,4})\)?\s*(?:[-–—]|to|through|thru)\s*\(?([A-Za-z0-9]{1,4})\)?", re.IGNORECASE)
_LABEL = re.compile(r"(?<![A-Za-z0-9])(?!(?:and|or|to|thru|through)\b)([A-Za-z]|[ivxIVX]{2,5}|\d{1,2})(?![A-Za-z0-9])")
MAX_ANNOUNCED = 30


@dataclass(frozen=True, slots=True)
class Mark:
    """A way to read a typed mark: its style, brackets included, and its number in that style."""

    style: str
    number: int


def roman(number: int) -> str:
    """Return a number in small Roman numerals."""
    told = ""
    for value, letters in _ROMAN:
        while number >= value:
            told += letters
            number -= value
    return told


def label_of(style: str, number: int) -> str:
    """Return the label of an item in a style of CSS, such as "lower-alpha"; the plain number for an unknown one."""
    if number < 1:
        return str(number)
    if style.endswith("alpha") or style.endswith("latin"):
        told = ""
        while number:
            number, letter = divmod(number - 1, 26)
            told = chr(ord("a") + letter) + told
        return told.upper() if style.startswith("upper") else told
    if style.endswith("roman"):
        return roman(number).upper() if style.startswith("upper") else roman(number)
    return str(number)


def readings(mark: str) -> tuple[Mark, ...]:
    """Return the ways to read a typed mark ("(i)" is the first Roman number or the ninth letter); none for a bullet."""
    match = _MARK.fullmatch(mark.strip())
    if not match:
        return ()
    body, shape = match["body"], match["open"] + match["close"]
    if body.isdigit():
        return (Mark("decimal" + shape, int(body)),)
    case = "upper" if body.isupper() else "lower"
    found = []
    value = _roman_value(body.lower())
    if value:
        found.append(Mark(f"{case}-roman{shape}", value))
    if len(body) == 1:
        found.append(Mark(f"{case}-alpha{shape}", ord(body.lower()) - ord("a") + 1))
    return tuple(found)


def _roman_value(letters: str) -> int:
    """The value of small Roman numerals; 0 for other letters."""
    for number in range(1, 40):
        if roman(number) == letters:
            return number
    return 0


def announced(lead: str) -> tuple[str, ...]:
    """Return the labels that a lead says its items have: "criteria A – C are met:" → A, B, C; none if it names none.

    Only what stands right before the colon is said of them: "criteria (a)-(e) for a chair are met, and if:" is not.
    """
    if not _OPENS.search(lead):
        return ()
    found: list[str] = []
    for match in _NAMED.finditer(lead):
        told = _labels(match["list"] or match["bare"])
        if found and told and _kind(told[0]) != _kind(found[0]):
            continue  # "(1) both criteria A and B or (2) criterion C" speaks of A, B and C
        found += [label for label in told if label not in found]
    return tuple(found)


def owed(item: str) -> tuple[str, ...]:
    """Return the labels of criteria that an item only refers to: "Criteria 3 and 4 are met." → 3, 4."""
    match = _OWES.match(item)
    return _labels(match["list"]) if match else ()


def referred(text: str) -> tuple[str, ...]:
    """Return the labels of criteria and their like that a text refers to: "criteria (1) and (3) above" → 1, 3."""
    found = (label for match in _NAMED.finditer(text) if match["list"] for label in _labels(match["list"]))
    return tuple(dict.fromkeys(found))


def _labels(text: str) -> tuple[str, ...]:
    """The labels of a list or a range of them; none if they are of several kinds."""
    span = _RANGE.fullmatch(text.strip())
    found = _between(*span.groups()) if span else tuple(_LABEL.findall(text))
    return found if all(_kind(one) == _kind(found[0]) for one in found) else ()


def _between(first: str, last: str) -> tuple[str, ...]:
    for low in readings(f"{first}."):
        for high in readings(f"{last}."):
            if low.style == high.style and 0 < high.number - low.number < MAX_ANNOUNCED:
                style = low.style.rstrip(".")
                return tuple(label_of(style, number) for number in range(low.number, high.number + 1))
    return ()


def _kind(label: str) -> tuple[bool, bool]:
    return label.isdigit(), label.isupper()
