"""Find the rules a page states: in its sentences, under the leads of its lists, in its fields and rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import CodeRecord, Page, Relation, RelationKind, Sentence
from hcpcs_rag.language import rejoined, split_sentences
from hcpcs_rag.relations.groups import Group, groups_of, pairs_together
from hcpcs_rag.relations.rows import Pair, of_name, row_pairs
from hcpcs_rag.relations.wording import goes_on, has_verb, opens_verb, tie, without_conjunction

MAX_QUOTE = 700
"""Characters of the longest quote a rule may need: a lead, and its item somewhere below."""

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
_WITH_ONLY = re.compile(r"[\s)]*\bwith\s+(?:an?\s+|the\s+)?[(]?$", re.IGNORECASE)
_FOLLOWING = re.compile(
    r"\b(?:the |these )?following(?: [a-z-]+){0,3}?(?= (?:is|are|may|must|can|cannot|will|should|shall)\b)",
    re.IGNORECASE,
)
_FIELD = re.compile(r"(?P<key>[A-Z][\w /-]{2,40}?)\s*:\s*(?P<value>.+)$", re.DOTALL)


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
    for sentence in page.evidence():
        text = _unwrapped(page.text[sentence.start : sentence.end])
        known = before if before.section == sentence.section else _NOTHING
        for (code, kind, other), start in _pairs(page, sentence, text, known):
            if code != other:
                rule = Relation(code, kind, other, page.page_id, start, sentence.end)
                found.setdefault((code, kind, other), rule)
        if not _IT.match(text):
            groups = groups_of(text)
            before = (
                _Antecedent(sentence.section, sentence.start, tuple(group.codes for group in groups))
                if groups
                else _NOTHING
            )
    return list(found.values())


def _unwrapped(text: str) -> str:
    """A sentence without the ends of its lines, words cut there whole again, and without marks of emphasis."""
    return " ".join(rejoined(text).split()).replace("**", "")


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


def _sentence_pairs(text: str, subjects: tuple[str, ...], antecedent: tuple[tuple[str, ...], ...]) -> Iterator[Pair]:
    text = _COMPARAND.sub(" ", text)
    groups = groups_of(text)
    if text.endswith("?") or not groups:
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
    both = _EITHER.match(text)
    named = tuple(dict.fromkeys(code for group in antecedent for code in group))
    if both and len(named) == 2:
        return Group(both.end(), both.end(), named)
    match = _THIS_CODE.match(text)
    if not match:
        return None
    own = subjects if len(subjects) == 1 and not match.group().lower().endswith("they") else ()
    codes = antecedent[0] if _IT.match(text) and antecedent else own
    return Group(match.end(), match.end(), codes) if codes else None


def _field_pairs(text: str, subjects: tuple[str, ...]) -> Iterator[Pair]:
    """Pairs of a field ("Do not bill with: A4556") on a page about one code."""
    match = _FIELD.match(text)
    kind = of_name(match.group("key")) if match else None
    if match is None or kind is None or len(subjects) != 1 or find_codes(match.group("key")):
        return
    value = match.group("value")
    groups = groups_of(value)
    if len(groups) == 1 and len(value[: groups[0].start].split()) <= 4:
        for other in groups[0].codes:
            yield (other, kind, subjects[0]) if kind == "included_in" else (subjects[0], kind, other)


def _lead_pairs(page: Page, sentence: Sentence) -> Iterator[Pair]:
    """Pairs of an item with the line that introduces its list ("Bill A4222 with: - E0779")."""
    assert sentence.lead is not None
    lead = page.text[slice(*split_sentences(page.text, *sentence.lead)[-1])].strip(" :*")
    item = page.text[sentence.start : sentence.end]
    opening = groups_of(item[:40])
    if not opening or len(item[: opening[0].start].strip(" *(")) > 5 or lead.endswith("?"):
        return
    named, code = groups_of(lead), opening[0].codes[0]
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
