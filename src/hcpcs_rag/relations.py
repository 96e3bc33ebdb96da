"""Rules between codes, mined from sentences, lists and tables, with their polarity.

A relation is taken only where the wording ties two groups of codes together: "A bill with B",
"A, when used with B, will be denied", "use B instead of A". Precision comes first: where the wording
between two groups holds anything that may introduce another subject, nothing is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hcpcs_rag.codes import find_codes, find_mentions
from hcpcs_rag.domain import CodeRecord, Page, Relation, RelationKind, Sentence

_LIST_GLUE = re.compile(
    r"[\s,;/&*()“”\"']*(?:\b(?:and|or|and/or|plus)\b)?[\s,/*(“\"']*(?:\b(?:hcpcs|codes?|or|and)\b\s*)*", re.IGNORECASE
)
_NAMED_LIST_GLUE = re.compile(
    r"\)\s*(?:,|,?\s+(?:and|or))\s+(?!(?:which|when|with|if|use|bill|not|supplies (?:for|used))\b)"
    r"(?:(?!(?:used|billed|with|is|are|for|which)\b)[\w-]+\s+){1,6}\(",
    re.IGNORECASE,
)
_AUX = (
    r"(?:is|are|be|being|been|was|were|must|may|can|cannot|could|should|shall|will|would|has|have|to|do|does|only|also|not|never|always"
    r"|when|if|unless|that|which|it|they|separately|considered|(?:covered|payable|allowed)(?=\s+(?:only\s+)?(?:when|if)\s+(?:it|they)\b)|reasonable(?: and|,| or) necessary|supplies|supply|codes?|hcpcs|typically|commonly|usually|generally|properly|correctly)"
)
_WITH = re.compile(
    rf"^[\s)\]*,:.\"”]*(?:{_AUX}[\s,]+)*"
    r"(?P<verb>used|use|billed|bill|reported|report|submitted|coded|covered|payable|paid|allowed|compatible|paired|pairs?|goes|go"
    r"|works?|dispensed|provided|ordered|furnished|administered|required|requires?|for use|intended|designed)?\s*"
    r"(?:(?:only|together|along|exclusively|separately|directly|in (?:conjunction|combination)|for use|solely|to be used)\s+)*"
    r"(?P<with>with|using|via|when|if|alongside)\b(?P<object>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_IMPERATIVE = re.compile(
    r"(?:\b(?P<no>do not|don't|never|must not|should not|cannot|may not)\s+)?\b(?:bill|use|report|submit|pair|code|order|combine)"
    r"\s+(?:only\s+)?(?:the\s+)?(?:[\w-]+\s+){0,4}?(?:codes?\s+)?[(\"“*]*$",
    re.IGNORECASE,
)
_WHICH_USE = re.compile(
    r"^[\s)\]]*,?\s*which\s+(?:use|uses|require|requires|take|takes)\s+(?P<object>.*)$", re.I | re.S
)
_PLUS = re.compile(
    r"^[\s)]*(?:plus|\+|in combination with|together with)\s*[(]?(?:hcpcs )?(?:codes? )?$", re.IGNORECASE
)
_NEGATOR = re.compile(
    r"\b(?:not|never|cannot|no longer|isn't|aren't|don't|mustn't|shouldn't|incompatible|prohibited|unless|except|other than)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"^[^.;]{0,120}\b(?:denied|rejected|incorrect coding|unbundling|not (?:be )?(?:covered|paid|payable|reimbursed|allowed|billable))\b",
    re.IGNORECASE,
)
_INCLUDED = re.compile(
    rf"^[\s)]*(?:{_AUX}\s+)*(?P<verb>included|bundled|packaged|part of)\s*(?:in|into|within|with)?\s+(?P<object>.*)$",
    re.I | re.S,
)
_INCLUDES = re.compile(r"^[\s)]*(?:already\s+)?includes\s+(?P<object>[\w\s,(*-]{0,60})$", re.IGNORECASE)
_INSTEAD = re.compile(
    r"^[\s)]*(?:instead of|rather than|in place of|replaces|replaced|supersedes)\s+(?P<object>.*)$", re.I | re.S
)
_REPLACED = re.compile(
    r"^[\s)]*(?:was|is|has been|were|are)\s+(?:replaced|superseded)\s+(?:by|with)\s+(?P<object>.*)$", re.I | re.S
)
_USE_FOR = re.compile(
    r"^[\s)]*[,:;]?\s*(?:please\s+)?(?:use|report|bill|see|submit)\s+(?P<object>.*)$", re.IGNORECASE | re.DOTALL
)
_INSTEAD_BEFORE = re.compile(r"\b(?:instead of|in place of|rather than)\s+(?:[\w-]+\s+){0,3}[(]?$", re.IGNORECASE)
_INSTEAD_AFTER = re.compile(r"^[\s)]*instead\b", re.IGNORECASE)
_SIMILAR = re.compile(r"\b(?:similar|closely related|related|comparable|relevant|alternative)\b", re.IGNORECASE)
_NEW_CLAUSE = re.compile(
    r";|\.\s|,\s*(?:and|but|while|whereas|or)\s|\b(?:and|or|but)\s*$|\b(?:is|are|was|were|will|must)\b", re.IGNORECASE
)
_CONTRAST = re.compile(
    r"\b(?:distinct|different|separate|apart) from\b|\b(?:unlike|versus|vs|instead of|rather than)\b", re.I
)
_THIS_CODE = re.compile(
    r"^\W*(?:this|the|these)\s+(?:\w+\s+){0,2}(?:codes?|item|supply|supplies)\b|^\W*it\b", re.IGNORECASE
)
_IT = re.compile(r"^\W*(?:it|they)\b", re.IGNORECASE)
_SAME_SUBJECT = re.compile(rf"^[\s)]*,?\s*(?:but|and|however|or)\s+(?:{_AUX}\b|used\b|billed\b)", re.IGNORECASE)

OBJECT_WORDS = 14
"""Words allowed between "with" and the codes it governs: a noun phrase, not a clause."""
MAX_QUOTE = 700


@dataclass(frozen=True, slots=True)
class _Group:
    """Codes named together, at ``[start, end)`` of the sentence; an empty span is an anaphor."""

    start: int
    end: int
    codes: tuple[str, ...]


def mine(page: Page) -> list[Relation]:
    """Return the relations a page states, each with the span of the quote that states it."""
    found: dict[tuple[str, str, str], Relation] = {}
    previous: tuple[int, tuple[str, ...]] = (-1, ())
    for sentence in page.sentences:
        text = page.text[sentence.start : sentence.end]
        antecedent = previous[1] if previous[0] == sentence.section else ()
        start, end = sentence.start, sentence.end
        if sentence.kind == "row":
            pairs = list(_row_pairs(page, sentence))
        else:
            pairs = list(_sentence_pairs(text, page.subjects, antecedent))
            if not pairs and sentence.lead and sentence.end - sentence.lead[0] <= MAX_QUOTE:
                pairs = list(_lead_pairs(page, sentence))
                if any(kind != "similar" for _, kind, _ in pairs):
                    start = sentence.lead[0]  # the rule stands in the lead, so the quote holds both
        for code, kind, other in pairs:
            if code != other:
                found.setdefault((code, kind, other), Relation(code, kind, other, page.page_id, start, end))
        named = find_codes(text)
        if named and not _IT.match(text):
            first = _groups(text)[0]
            previous = (sentence.section, first.codes)
    return list(found.values())


def of_record(record: CodeRecord, page: Page) -> list[Relation]:
    """Return the cross-references of an official record."""
    start = page.text.find("See instead:")
    end = page.text.find("\n", start)
    return [Relation(record.code, "see_instead", other, page.page_id, start, end) for other in record.see_instead]


def _groups(text: str) -> list[_Group]:
    """The codes of a sentence, those of one list together."""
    groups: list[_Group] = []
    for mention in find_mentions(text):
        between = text[groups[-1].end : mention.start] if groups else ""
        if groups and _is_list_glue(between):
            last = groups[-1]
            groups[-1] = _Group(last.start, mention.end, last.codes + mention.codes)
            continue
        groups.append(_Group(mention.start, mention.end, mention.codes))
    return groups


def _is_list_glue(between: str) -> bool:
    """Say whether two codes stand in one list: "E0779, E0780", "strips (A4253) and lancets (A4259)"."""
    if " plus " in between.lower():
        return False
    return bool(_LIST_GLUE.fullmatch(between) or _NAMED_LIST_GLUE.fullmatch(between))


def _sentence_pairs(
    text: str, subjects: tuple[str, ...], antecedent: tuple[str, ...]
) -> Iterator[tuple[str, RelationKind, str]]:
    if text.endswith("?"):
        return
    groups = _groups(text)
    if not groups:
        return
    anaphor = _anaphor(text, subjects, antecedent)
    if anaphor and groups[0].start > 0:
        groups.insert(0, anaphor)
    if len(groups) == 2 and "respectively" in text.lower() and len(groups[0].codes) == len(groups[1].codes):
        kind = _kind(text, groups[0], groups[1])
        if kind:
            for code, other in zip(groups[0].codes, groups[1].codes, strict=True):
                yield code, kind, other
        return
    subject: _Group | None = None
    for left, right in zip(groups, groups[1:], strict=False):
        between = text[left.end : right.start]
        if subject is not None and _SAME_SUBJECT.match(between):
            continued = _kind(text, _Group(subject.start, left.end, subject.codes), right, after_conjunction=True)
            if continued:
                yield from _product(subject, continued, right)
            continue
        kind = _kind(text, left, right)
        if kind is None:
            continue
        subject = left
        turned = (kind == "see_instead" and _INSTEAD.match(between)) or (
            kind == "included_in" and _INCLUDES.match(between)
        )
        yield from _product(right, kind, left) if turned else _product(left, kind, right)


def _product(left: _Group, kind: RelationKind, right: _Group) -> Iterator[tuple[str, RelationKind, str]]:
    for code in left.codes:
        for other in right.codes:
            yield code, kind, other


def _anaphor(text: str, subjects: tuple[str, ...], antecedent: tuple[str, ...]) -> _Group | None:
    """The codes that "it" or "this code" at the head of a sentence stands for."""
    match = _THIS_CODE.match(text)
    if not match:
        return None
    codes = antecedent if _IT.match(text) and antecedent else subjects if len(subjects) == 1 else ()
    return _Group(match.end(), match.end(), codes) if codes else None


def _kind(text: str, left: _Group, right: _Group, after_conjunction: bool = False) -> RelationKind | None:
    """Say how the wording ties two neighbouring groups together, if it does."""
    before, between, after = text[: left.start], text[left.end : right.start], text[right.end :]
    if after_conjunction:
        between = re.sub(r"^[\s)]*,?\s*(?:but|and|however|or)\s+", " ", between, flags=re.IGNORECASE)
    for pattern in (_REPLACED, _INSTEAD):
        match = pattern.match(between)
        if match and _is_noun_phrase(match.group("object")):
            return "see_instead"
    use = _USE_FOR.match(between)
    if use and _is_noun_phrase(use.group("object")) and (_INSTEAD_BEFORE.search(before) or _INSTEAD_AFTER.match(after)):
        return "see_instead"
    included = _INCLUDED.match(between)
    if included and _is_noun_phrase(included.group("object")):
        return None if _NEGATOR.search(between) else "included_in"
    includes = _INCLUDES.match(between)
    if includes and _is_noun_phrase(includes.group("object")):
        return "included_in"
    if _PLUS.match(between) and not _DENIED.match(after):
        return "use_with"
    which = _WHICH_USE.match(between)
    if which and _is_noun_phrase(which.group("object")):
        return "use_with"
    return _pairing(before, between, after)


def _pairing(before: str, between: str, after: str) -> RelationKind | None:
    match = _WITH.match(between)
    if not match or not _is_noun_phrase(match.group("object")):
        return None
    verb, word = match.group("verb"), match.group("with").lower()
    imperative = None if verb else _IMPERATIVE.search(before)
    if not verb and not imperative:
        return None
    if word in ("when", "if"):
        closes = re.match(
            r"^[\s)]*(?:(?:is|are)\s+)?(?:also\s+)?(?:covered|billed|used|provided|furnished|payable|required)\b", after
        )
        if not closes:
            return None
    negations = len(_NEGATOR.findall(between))
    negations += bool(_DENIED.match(after)) + bool(imperative and imperative.group("no"))
    denied_before = re.search(r"\b(?:denied|rejected|not (?:reasonable|covered|payable))\b", between, re.IGNORECASE)
    negations += bool(denied_before and not re.search(r"\bnot\b", denied_before.group(), re.IGNORECASE))
    return "not_with" if negations % 2 else "use_with"


def _is_noun_phrase(text: str) -> bool:
    """Say whether the words before a group of codes merely name them ("an insulin pump (")."""
    words = text.replace("other than", "other-than").split()
    return len(words) <= OBJECT_WORDS and not _NEW_CLAUSE.search(text) and not _CONTRAST.search(text)


def _lead_pairs(page: Page, sentence: Sentence) -> Iterator[tuple[str, RelationKind, str]]:
    """Pairs of an item with the line that introduces its list ("Bill A4222 with: - E0779")."""
    assert sentence.lead is not None
    lead = page.text[sentence.lead[0] : sentence.lead[1]]
    item = page.text[sentence.start : sentence.end]
    opening = _groups(item[:40])
    if not opening or len(item[: opening[0].start].strip(" *(")) > 5:
        return
    left = _groups(lead)
    if left and _SIMILAR.search(lead):
        for code in opening[0].codes:
            yield left[-1].codes[0], "similar", code
    elif left and not lead.rstrip().endswith("?"):
        yield from _sentence_pairs(f"{lead.rstrip(' :')} {opening[0].codes[0]}.", page.subjects, ())


def _row_pairs(page: Page, sentence: Sentence) -> Iterator[tuple[str, RelationKind, str]]:
    """Pairs of codes in different cells of a row, told by the name of the right column."""
    if sentence.lead is None:
        return
    header = _cells(page.text[sentence.lead[0] : sentence.lead[1]])
    cells = _cells(page.text[sentence.start : sentence.end])
    named = [(i, find_codes(cell)) for i, cell in enumerate(cells) if find_codes(cell)]
    if len(named) < 2 or len(header) != len(cells):
        return
    left = named[0][1]
    for column, codes in named[1:]:
        name = header[column].lower()
        if re.search(r"\bnot\b|exclud|never", name):
            kind: RelationKind = "not_with"
        elif re.search(r"\bwith\b|suppl|accessor|pump|equipment|pair|compatible", name):
            kind = "use_with"
        elif re.search(r"instead|replac|crosswalk|cross-?ref", name):
            kind = "see_instead"
        else:
            continue
        for code in left:
            for other in codes:
                yield code, kind, other


def _cells(row: str) -> list[str]:
    parts = row.strip().strip("|").split("|") if "|" in row else row.split("\t")
    return [part.strip() for part in parts]


def among(relations: Iterable[Relation], code: str) -> list[Relation]:
    """Return the relations in which ``code`` stands on either side, seen from ``code``."""
    turned = []
    for relation in relations:
        if relation.code == code:
            turned.append(relation)
        elif relation.other == code and relation.kind in ("use_with", "not_with", "similar"):
            turned.append(Relation(code, relation.kind, relation.code, relation.page_id, relation.start, relation.end))
    return turned
