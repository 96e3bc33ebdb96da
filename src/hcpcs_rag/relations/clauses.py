"""Pairs of codes that one sentence ties together: whose rule it is, and what it says of the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hcpcs_rag.domain import RelationKind
from hcpcs_rag.relations.groups import Group, groups_of, pairs_together
from hcpcs_rag.relations.rows import Pair
from hcpcs_rag.relations.wording import denies, goes_on, has_verb, opens_verb, tie, without_conjunction

_COMPARAND = re.compile(
    r",?\s*\b(?:unlike|like|in contrast (?:to|with)|as opposed to|compared (?:to|with)|as with)\s+[^,;.]{0,60}?\b[A-Z]\d{4}\b[^,;.]{0,20}?,",
    re.I,
)
"""A code that is only compared: "E0911, unlike E0910, may be billed with E0303"."""
_EXCEPTED = re.compile(
    r"(?P<main>.*\b[A-Z]\d{4}\b.*?)[,;(\s]+(?:except(?:ing| for)?|save|other than|apart from|excluding)\b(?P<codes>[^.;]{0,60}\b[A-Z]\d{4}(?:[\s,–/()-]|and|or|to|[A-Z]\d{4})*)\.?$",
    re.IGNORECASE | re.DOTALL,
)
"""A clause about codes, and at its end the codes that it excepts."""
_LINKED = re.compile(r"\b(?:with|through|on|for|by|alongside)\s+(?:\w+\s+){0,5}\w+\s*$", re.IGNORECASE)
_THIS_CODE = re.compile(
    r"^\W*(?:this|the|these)\s+(?:\w+\s+){0,2}(?:codes?|item|supply|supplies)\b|^\W*(?:it|they)\b", re.IGNORECASE
)
EITHER = re.compile(
    r"^\W*(?:either|both|each)(?: of (?:them|these|those|the two))?(?: [a-z-]+)??(?=\s+(?:may|must|should|can|are|is|will))",
    re.I,
)
IT = re.compile(r"^\W*(?:it|they)\b", re.IGNORECASE)
_WITH_ONLY = re.compile(r"[\s)]*\bwith\s+(?:an?\s+|the\s+)?[(]?$", re.IGNORECASE)


def sentence_pairs(text: str, subjects: tuple[str, ...], antecedent: tuple[tuple[str, ...], ...]) -> Iterator[Pair]:
    """Pairs of codes that a sentence ties together.

    ``subjects`` are the codes its page is about, ``antecedent`` those of the sentence before, for its "it".
    """
    text = _COMPARAND.sub(" ", text)
    groups = groups_of(text)
    if text.endswith("?") or not groups:
        return
    excepted = _EXCEPTED.match(text)
    if excepted and (
        pairs := list(_excepting(excepted.group("main"), groups_of(excepted.group("codes")), subjects, antecedent))
    ):
        yield from pairs
        return
    yield from pairs_together(text, groups)
    anaphor = _anaphor(text, subjects, antecedent)
    if anaphor and groups[0].start > 0:
        groups.insert(0, anaphor)
    if len(groups) == 2 and "respectively" in text.lower() and len(groups[0].codes) == len(groups[1].codes):
        yield from _respectively(text, *groups)
        return
    subject: Group | None = None
    parallel: RelationKind | None = None
    for left, right in zip(groups, groups[1:], strict=False):
        between, after = text[left.end : right.start], text[right.end :]
        if subject and parallel and _WITH_ONLY.fullmatch(between):
            yield from _product(left, parallel, right)
            continue
        head = subject if goes_on(between) else None
        if head is None and opens_verb(between):
            head = groups[0]  # "A is similar to B but is used with C" goes on about A
        if head:
            found = tie(text[: head.start], without_conjunction(between), after, after_pair=subject is not None)
            left = head
        elif (
            subject
            and not has_verb(between)
            and (found := tie(text[: subject.start], between, after, after_pair=True))
            and found.kind == "not_with"
        ):
            left = subject
        else:
            found = tie(text[: left.start], between, after)
        if found:
            subject, parallel = left, found.kind
            yield from _product(right, found.kind, left) if found.turned else _product(left, found.kind, right)


def _excepting(
    main: str, excepted: list[Group], subjects: tuple[str, ...], antecedent: tuple[tuple[str, ...], ...]
) -> Iterator[Pair]:
    """Pairs of "A is not payable with B or C, except with C": those of the clause, and the opposite for what it excepts."""
    out = {code for group in excepted for code in group.codes}
    pairs = list(sentence_pairs(f"{main.rstrip(' ,(')}.", subjects, antecedent))
    yield from (pair for pair in pairs if pair[2] not in out and pair[0] not in out)
    kinds = {kind for _, kind, _ in pairs}
    own = groups_of(main)
    if pairs and kinds <= {"use_with", "not_with"} and len(kinds) == 1:
        denied, codes = kinds == {"not_with"}, dict.fromkeys(code for code, _, _ in pairs)
    elif not pairs and len(own) == 1 and _LINKED.search(main[own[0].end :]) and denies(main[own[0].end :]):
        denied, codes = True, dict.fromkeys(own[0].codes)  # denied with any but these: allowed with these
    else:
        return
    for code in codes:
        for other in sorted(out):
            if code != other:
                yield code, "use_with" if denied else "not_with", other


def _respectively(text: str, left: Group, right: Group) -> Iterator[Pair]:
    found = tie(text[: left.start], text[left.end : right.start], text[right.end :])
    if found:
        for code, other in zip(left.codes, right.codes, strict=True):
            yield (other, found.kind, code) if found.turned else (code, found.kind, other)


def _product(left: Group, kind: RelationKind, right: Group) -> Iterator[Pair]:
    for code in left.codes:
        for other in right.codes:
            yield code, kind, other


def _anaphor(text: str, subjects: tuple[str, ...], antecedent: tuple[tuple[str, ...], ...]) -> Group | None:
    """The codes that "it" or "this code" at the head of a sentence stands for."""
    both = EITHER.match(text)
    named = tuple(dict.fromkeys(code for group in antecedent for code in group))
    if both and len(named) == 2:
        return Group(both.end(), both.end(), named)
    match = _THIS_CODE.match(text)
    if not match:
        return None
    own = subjects if len(subjects) == 1 and not match.group().lower().endswith("they") else ()
    codes = antecedent[0] if IT.match(text) and antecedent else own
    return Group(match.end(), match.end(), codes) if codes else None
