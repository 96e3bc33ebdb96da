"""Find the rules a page states: in its sentences, under the leads of its lists, in its fields and rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from hcpcs_rag.codes import Mention, find_codes, find_mentions
from hcpcs_rag.domain import CodeRecord, Page, Relation, RelationKind, Sentence
from hcpcs_rag.relations.rows import Pair, row_pairs
from hcpcs_rag.relations.wording import denies, goes_on, has_verb, of_name, opens_verb, tie, without_conjunction

MAX_GLUE = 120
"""Characters between two codes of one list, the names of things in brackets included."""
MAX_QUOTE = 700
"""Characters of the longest quote a rule may need: a lead, and its item somewhere below."""

_LIST_GLUE = re.compile(
    r"[\s,/&*()“”\"']*(?:\b(?:and|or|and/or|plus)\b)?[\s,/*(“\"']*(?:\b(?:hcpcs|codes?|or|and)\b\s*)*", re.IGNORECASE
)
_NAMED_LIST_GLUE = re.compile(
    r"\)\s*(?:,|,?\s+(?:and|or))\s+(?!(?:which|when|with|if|use|bill|not|supplies (?:for|used))\b)"
    r"(?:(?!(?:used|billed|with|is|are|for|which)\b)[\w-]+\s+){1,6}\(",
    re.IGNORECASE,
)
_PURPOSE_LIST_GLUE = re.compile(r"\s+for(?:\s+(?!use\b)[a-z-]+){1,5}?,?\s+(?:and|or)\s+")
"""Between codes of one list, each with what it is for: "A4222 for cassettes and A4221 for catheter supplies"."""
_COMPARAND = re.compile(
    r",?\s*\b(?:unlike|like|in contrast (?:to|with)|as opposed to|compared (?:to|with)|as with)\s+[^,;.]{0,60}?\b[A-Z]\d{4}\b[^,;.]{0,20}?,",
    re.I,
)
"""A code that is only compared: "E0911, unlike E0910, may be billed with E0303"."""
_SIMILAR = re.compile(r"\b(?:similar|closely related|related|comparable|relevant|alternative)\b", re.IGNORECASE)
_THIS_CODE = re.compile(
    r"^\W*(?:this|the|these)\s+(?:\w+\s+){0,2}(?:codes?|item|supply|supplies)\b|^\W*(?:it|they)\b", re.IGNORECASE
)
_EITHER = re.compile(
    r"^\W*(?:either|both|each)(?: of (?:them|these|those|the two))?(?: [a-z-]+)??(?=\s+(?:may|must|should|can|are|is|will))",
    re.I,
)
_IT = re.compile(r"^\W*(?:it|they)\b", re.IGNORECASE)
_SAME = (
    r"(?:together|at the same time|(?:on|in|for|within|during) the same (?:service )?(?:day|date|claim|line|month|week|quarter|year|visit|session"
    r"|period|encounter|patient|beneficiary|member|wheelchair|chair|bed))\b(?!\s+(?:as|with)\b)"
)
_TOGETHER = re.compile(
    r"^[\s)]*(?:must|should|may|can(?P<cannot>not)?|are|will)?\s*(?P<no>not|never)?\s*(?:both\s+)?(?:be\s+)?(?:separately\s+)?"
    rf"(?:billed|used|reported|covered|paid|payable|combined|dispensed)\s+{_SAME}"
    r"(?P<denied>\s+(?:will be|are|is) (?:denied|rejected))?|^[^.;]{0,60}[.;:,]\s*(?P<never>do not|never|don't) (?:bill|report|use|combine|submit)"
    rf" (?:them|both|the two)\s+(?:both )?{_SAME}|^\s*are mutually exclusive(?P<exclusive>)",
    re.IGNORECASE,
)
_PUT_TOGETHER = re.compile(
    r"\b(?P<no>never|do not|don't|must not|cannot|may not|should not|shall not)?\s*\b(?:put|bill|report|combine|use|submit)\s+(?:both\s+)?(?:codes?\s+)?$",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(r"\b(?:if|when|unless|who|which|that|claims? in)\b", re.IGNORECASE)
_AFTER_BOTH = re.compile(rf"^[\s)]*{_SAME}", re.IGNORECASE)
_PAIRS_ON = re.compile(r"[\s)]*(?:\bwith|\bplus|\+)\s+(?:an?\s+|the\s+)?[(]?$", re.IGNORECASE)
_NEXT_CLAUSE = re.compile(
    r",\s+(?:and|but|while|whereas)\s+[(]?\|[\s)]*(?:is|are|must|may|can|cannot|should)\b", re.IGNORECASE
)
"""Between two codes a comma and "and", and behind the second a verb: "used with B, and C is not payable with D"."""
_WITH_ONLY = re.compile(r"[\s)]*\bwith\s+(?:an?\s+|the\s+)?[(]?$", re.IGNORECASE)
MAX_CODES = 500
"""Codes of one sentence beyond which it is a dump and no rule."""
_FOLLOWING = re.compile(
    r"\b(?:the |these )?following(?: [a-z-]+){0,3}?(?= (?:is|are|may|must|can|cannot|will|should|shall)\b)",
    re.IGNORECASE,
)
_FIELD = re.compile(r"(?P<key>[A-Z][\w /-]{2,40}?)\s*:\s*(?P<value>.+)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Group:
    """Codes named together, at ``[start, end)`` of the sentence; an empty span is an anaphor."""

    start: int
    end: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Antecedent:
    """The groups of codes of the last sentence that named some: what an "it" of the next one stands for."""

    section: int
    start: int
    groups: tuple[tuple[str, ...], ...]


_NOTHING = _Antecedent(-1, 0, ())


def mine(page: Page) -> list[Relation]:
    """Return the relations a page states, each with the span of the quote that states it."""
    found: dict[Pair, Relation] = {}
    before = _NOTHING
    for sentence in page.sentences:
        text = _unwrapped(page.text[sentence.start : sentence.end])
        known = before if before.section == sentence.section else _NOTHING
        for (code, kind, other), start in _pairs(page, sentence, text, known):
            if code != other:
                rule = Relation(code, kind, other, page.page_id, start, sentence.end)
                found.setdefault((code, kind, other), rule)
        if not _IT.match(text):
            groups = _groups(text)
            before = (
                _Antecedent(sentence.section, sentence.start, tuple(group.codes for group in groups))
                if groups
                else _NOTHING
            )
    return list(found.values())


def _unwrapped(text: str) -> str:
    """A sentence without the ends of its lines, words cut there whole again, and without marks of emphasis."""
    return " ".join(re.sub(r"(?<=[a-z])-\s*\n\s*(?=[a-z])", "", text).split()).replace("**", "")


def of_record(record: CodeRecord, page: Page) -> list[Relation]:
    """Return the cross-references of an official record."""
    start = page.text.find("See instead:")
    end = page.text.find("\n", start)
    return [Relation(record.code, "see_instead", other, page.page_id, start, end) for other in record.see_instead]


def _pairs(page: Page, sentence: Sentence, text: str, before: _Antecedent) -> Iterator[tuple[Pair, int]]:
    """Pairs a sentence states, each with the start of its quote."""
    if sentence.kind == "row":
        yield from ((pair, sentence.start) for pair in row_pairs(page, sentence))
        return
    found = list(_sentence_pairs(text, page.subjects, before.groups)) or list(_field_pairs(text, page.subjects))
    # Where the subject is an "it", the quote begins with the sentence that names it.
    opens = before.start if before.groups and (_IT.match(text) or _EITHER.match(text)) else sentence.start
    start = opens if sentence.end - opens <= MAX_QUOTE else sentence.start
    yield from ((pair, start) for pair in found)
    if not found and sentence.lead and sentence.end - sentence.lead[0] <= MAX_QUOTE:
        for pair in _lead_pairs(page, sentence):
            # The rule stands in the lead, so its quote begins there; likeness is stated by the item.
            yield pair, sentence.start if pair[1] == "similar" else sentence.lead[0]


def _groups(text: str) -> list[_Group]:
    """The codes of a sentence, those of one list together."""
    groups: list[_Group] = []
    mentions = find_mentions(text)
    if sum(len(mention.codes) for mention in mentions) > MAX_CODES:
        return []
    for mention in mentions:
        between = text[groups[-1].end : mention.start] if groups else ""
        if groups and _is_list_glue(between):
            last = groups[-1]
            groups[-1] = _Group(last.start, mention.end, last.codes + mention.codes)
        else:
            groups.append(_Group(mention.start, mention.end, mention.codes))
    return list(_parallel(text, groups, mentions))


def _parallel(text: str, groups: list[_Group], mentions: list[Mention]) -> Iterator[_Group]:
    """Part a list whose last code opens a second pair: "A with B or C with D" is no list of B and C."""
    for number, group in enumerate(groups):
        inside = [m for m in mentions if group.start <= m.start < group.end]
        is_object = number > 0 and _PAIRS_ON.search(text[groups[number - 1].end : group.start])
        following = text[group.end : groups[number + 1].start] if number + 1 < len(groups) else ""
        opens_clause = len(inside) == 2 and _NEXT_CLAUSE.search(text[inside[0].end : inside[1].start] + "|" + following)
        if is_object and len(inside) > 1 and (_PAIRS_ON.fullmatch(following) or opens_clause):
            kept = inside[:-1]
            yield _Group(group.start, kept[-1].end, tuple(c for m in kept for c in m.codes))
            group = _Group(inside[-1].start, inside[-1].end, inside[-1].codes)
        yield group


def _is_list_glue(between: str) -> bool:
    """Say whether two codes stand in one list: "E0779, E0780", "strips (A4253) and lancets (A4259)"."""
    if len(between) > MAX_GLUE or " plus " in between.lower():
        return False
    return any(glue.fullmatch(between) for glue in (_LIST_GLUE, _NAMED_LIST_GLUE, _PURPOSE_LIST_GLUE))


def _sentence_pairs(text: str, subjects: tuple[str, ...], antecedent: tuple[tuple[str, ...], ...]) -> Iterator[Pair]:
    text = _COMPARAND.sub(" ", text)
    groups = _groups(text)
    if text.endswith("?") or not groups:
        return
    yield from _together(text, groups)
    anaphor = _anaphor(text, subjects, antecedent)
    if anaphor and groups[0].start > 0:
        groups.insert(0, anaphor)
    if len(groups) == 2 and "respectively" in text.lower() and len(groups[0].codes) == len(groups[1].codes):
        yield from _respectively(text, *groups)
        return
    subject: _Group | None = None
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


def _together(text: str, groups: list[_Group]) -> Iterator[Pair]:
    """Codes of one list of which a sentence says that they go, or must not go, together."""
    first = groups[0]
    if len(first.codes) < 2:
        return
    before, after = text[: first.start], text[first.end : first.end + MAX_GLUE]
    match, put = _TOGETHER.match(after), _PUT_TOGETHER.search(before)
    outside = before[: put.start()] if put else before
    if denies(outside) or _SUBORDINATE.search(outside):
        return  # "it is incorrect to bill A and B together", "if A and B are billed together"
    if match:
        barred = any(match.group(name) is not None for name in ("no", "cannot", "denied", "never", "exclusive"))
    elif put and _AFTER_BOTH.match(after):
        barred = put.group("no") is not None
    else:
        return
    if not barred and (denies(text[first.end :]) or text[first.end :].lstrip().startswith("billed")):
        return
    for code, other in combinations(first.codes, 2):
        yield code, "not_with" if barred else "use_with", other


def _respectively(text: str, left: _Group, right: _Group) -> Iterator[Pair]:
    found = tie(text[: left.start], text[left.end : right.start], text[right.end :])
    if found:
        for code, other in zip(left.codes, right.codes, strict=True):
            yield (other, found.kind, code) if found.turned else (code, found.kind, other)


def _product(left: _Group, kind: RelationKind, right: _Group) -> Iterator[Pair]:
    for code in left.codes:
        for other in right.codes:
            yield code, kind, other


def _anaphor(text: str, subjects: tuple[str, ...], antecedent: tuple[tuple[str, ...], ...]) -> _Group | None:
    """The codes that "it" or "this code" at the head of a sentence stands for."""
    both = _EITHER.match(text)
    named = tuple(dict.fromkeys(code for group in antecedent for code in group))
    if both and len(named) == 2:
        return _Group(both.end(), both.end(), named)
    match = _THIS_CODE.match(text)
    if not match:
        return None
    own = subjects if len(subjects) == 1 and not match.group().lower().endswith("they") else ()
    codes = antecedent[0] if _IT.match(text) and antecedent else own
    return _Group(match.end(), match.end(), codes) if codes else None


def _field_pairs(text: str, subjects: tuple[str, ...]) -> Iterator[Pair]:
    """Pairs of a field ("Do not bill with: A4556") on a page about one code."""
    match = _FIELD.match(text)
    kind = of_name(match.group("key")) if match else None
    if match is None or kind is None or len(subjects) != 1 or find_codes(match.group("key")):
        return
    value = match.group("value")
    groups = _groups(value)
    if len(groups) == 1 and len(value[: groups[0].start].split()) <= 4:
        for other in groups[0].codes:
            yield (other, kind, subjects[0]) if kind == "included_in" else (subjects[0], kind, other)


def _lead_pairs(page: Page, sentence: Sentence) -> Iterator[Pair]:
    """Pairs of an item with the line that introduces its list ("Bill A4222 with: - E0779")."""
    assert sentence.lead is not None
    lead = page.text[sentence.lead[0] : sentence.lead[1]].strip(" :*")
    item = page.text[sentence.start : sentence.end]
    opening = _groups(item[:40])
    if not opening or len(item[: opening[0].start].strip(" *(")) > 5 or lead.endswith("?"):
        return
    named, code = _groups(lead), opening[0].codes[0]
    if not named:
        return
    if _FOLLOWING.search(lead):
        # "The following items are denied when billed with E0467: - E0482": the items stand for "the following".
        for each in opening[0].codes:
            yield from _sentence_pairs(f"{_FOLLOWING.sub(each, lead, count=1)}.", page.subjects, ())
    elif _SIMILAR.search(lead):
        yield named[-1].codes[0], "similar", code
    elif named[-1].end >= len(lead) - 2 and re.search(r"\bwith\b", lead[: named[-1].start], re.IGNORECASE):
        # "Not payable with K0005: - E0967": the item is what the lead speaks of.
        about = re.sub(
            r"^(?:the following|supplies|items|codes|accessories)\b(?: \w+)?? ", "", lead, flags=re.IGNORECASE
        )
        yield from _sentence_pairs(f"{code} {about[0].lower()}{about[1:]}.", page.subjects, ())
    else:
        yield from _sentence_pairs(f"{lead} {code}.", page.subjects, ())


def among(relations: Iterable[Relation], code: str) -> list[Relation]:
    """Return relations of ``code``, those that read both ways seen from ``code``."""
    turned = []
    for relation in relations:
        if relation.code == code:
            turned.append(relation)
        elif relation.kind in ("use_with", "not_with", "similar"):
            turned.append(Relation(code, relation.kind, relation.code, relation.page_id, relation.start, relation.end))
        else:
            turned.append(relation)  # "A0390, see A0425" reads only one way
    return turned
