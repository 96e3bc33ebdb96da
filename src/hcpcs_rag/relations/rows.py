"""The rules a table states: by the names of its columns, or by a Yes or No in its cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import RelationKind

Pair = tuple[str, RelationKind, str]

_ANSWER = re.compile(
    r"\W*(?:(?P<no>no(?=\W*$|\s*[,.;(–-])|not (?:allowed|payable|covered|permitted|billable)|never\b|denied\b|bundled\b|excluded\b|prohibited\b)"
    r"|(?:yes|allowed|permitted|ok|covered|payable|billable)\b(?!\W+never\b)(?!\s+(?:if|when|only|unless)))(?!\s*\S+\s+(?:if|when|unless))",
    re.IGNORECASE,
)
_ASKS_TOGETHER = re.compile(
    r"\b(?:together|same (?:claim|day|line)|both|combin\w+|bill(?:ed)? with|pair(?:ing|ed)?|compatible)\b",
    re.IGNORECASE,
)
_COLUMN_ONE, _COLUMN_TWO = (re.compile(rf"\W*column (?:{names})\b", re.IGNORECASE) for names in ("i|1|one", "ii|2|two"))
"""The columns of bundling tables: one code of a pair is paid, "column two" is part of it (NCCI Policy Manual, chapter I)."""
_PAIRS = re.compile(r"\b(?:with|alongside|beside|paired?|together|left|right)\b", re.IGNORECASE)
"""Words by which a table says that the codes of its columns belong together, or must not."""
_OTHER_WORDS = re.compile(r"\b(?!(?:and|or|to|thru|through)\b)[A-Za-z]{2,}")
_CODES = re.compile(r"\b[A-Z]\d{4}\b")


def row_pairs(header: Sequence[str], cells: Sequence[str], statement: str = "") -> Iterator[Pair]:
    """Pairs of codes of a row: told by the name of a column, or by a Yes or No in it.

    ``statement`` is what introduces the table. Where it denies, a column that merely names things pairs nothing.
    """
    named = [(i, find_codes(cell)) for i, cell in enumerate(cells) if find_codes(cell)]
    if not named:
        return
    yield from _answered_pairs(header, cells, named, statement)
    if len(named) > 1 and _COLUMN_ONE.match(header[named[0][0]]) and _COLUMN_TWO.match(header[named[1][0]]):
        yield from ((part, "included_in", whole) for part in named[1][1] for whole in named[0][1])
        return
    for column, codes in named[1:]:
        kind = of_name(header[column]) or (of_name(statement) if _PAIRS.search(statement) else None)
        if kind == "use_with" and of_name(statement) not in (None, "use_with"):
            continue  # "supplies not payable with the pump shown", and a column of pumps
        if kind is None or _OTHER_WORDS.search(_CODES.sub(" ", cells[column])):
            continue  # a cell that says more than codes says something else of them
        for code in named[0][1]:
            for other in codes:
                yield (other, kind, code) if kind == "included_in" else (code, kind, other)


def _answered_pairs(
    header: Sequence[str], cells: Sequence[str], named: list[tuple[int, tuple[str, ...]]], statement: str
) -> Iterator[Pair]:
    """Pairs of a row with a column that answers Yes or No to whether codes go together.

    These are the codes of the row's first two columns of codes, or the row's code and the one in the column's name.
    """
    for column, name in enumerate(header):
        answer = _ANSWER.match(cells[column])
        if answer is None or find_codes(cells[column][: answer.end()]):
            continue
        kind: RelationKind = "not_with" if answer.group("no") else "use_with"
        others = find_codes(name)
        asked = f"{statement} {name}" if "?" in statement else name
        if others and of_name(asked) == "use_with":
            yield from ((code, kind, other) for code in named[0][1] for other in others)
        elif not others and _ASKS_TOGETHER.search(name) and len(named) >= 2 and _only_codes(cells, named[:2]):
            yield from ((code, kind, other) for code in named[0][1] for other in named[1][1])


def _only_codes(cells: Sequence[str], named: list[tuple[int, tuple[str, ...]]]) -> bool:
    """Say whether cells name codes and no more than a few words besides."""
    return all(len(_OTHER_WORDS.findall(_CODES.sub(" ", cells[column]))) <= 6 for column, _ in named)


def of_name(name: str) -> RelationKind | None:
    """Return the rule that the name of a column or of a field states, such as "Do not bill with"."""
    if re.search(r"\bnot\b|\bnever\b|exclud|incompatible|\bdenied\b", name, re.IGNORECASE):
        return "not_with"
    if re.search(r"includ|bundl", name, re.IGNORECASE):
        return "included_in"
    if re.search(r"\binstead\b|\breplace[sd](?: by)?\b|replacement codes?|crosswalk|cross-?ref", name, re.IGNORECASE):
        return "see_instead"
    if re.search(
        r"\bwith\b|suppl|accessor|pump|equipment|pair|compatible|allowed|billable|payable|reimburs|\bpaid\b|alongside",
        name,
        re.IGNORECASE,
    ):
        return "use_with"
    return None
