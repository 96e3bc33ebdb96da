"""Rules between codes → statements and verdicts, with every quote that states them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from hcpcs_rag.domain import AUTHORITY_RANK, Draft, Page, Pair, Quote, Relation, RelationKind, Verdict
from hcpcs_rag.index.opened import Index
from hcpcs_rag.relations.reading import is_conditional
from hcpcs_rag.writer.records import ended_mark, naming_quotes
from hcpcs_rag.writer.selection import MAX_SENTENCES
from hcpcs_rag.writer.statements import REFERS_BACK, clean, decided, with_stop, without_reply

MAX_QUOTES = 3


def rule_drafts(
    subjects: Sequence[str], relations: Iterable[Relation], index: Index, kinds: Sequence[str], on: date
) -> list[Draft]:
    """One statement for each code on the other side, grouped by what the rule says."""
    grouped: dict[tuple[int, str, str, RelationKind], list[Relation]] = {}
    for relation in relations:
        for code, other in ((relation.code, relation.other), (relation.other, relation.code)):
            if (
                code in subjects
                and relation.kind in kinds
                and (relation.kind != "included_in" or code == relation.code)
            ):
                grouped.setdefault((kinds.index(relation.kind), code, other, relation.kind), []).append(relation)
    drafts = []
    for (_, code, other, kind), found in sorted(grouped.items(), key=lambda pair: pair[0]):
        opening = {
            "use_with": f"Use with {code}",
            "not_with": f"Do not bill with {code}",
            "included_in": f"{code} is included in",
            "similar": f"Related to {code}",
        }[kind]
        record = index.record(other)
        named, pair = other, None
        quotes = relation_quotes(found, index)
        if record:
            mark = ended_mark(record, index, on)
            name = f"{record.long}{f'; {mark}' if mark else ''}"
            named, pair = f"{other} ({name})", Pair(kind, code, other, name)
            quotes += naming_quotes(record, index, on)
        told = f"{opening}: {named}." if kind != "included_in" else f"{opening} {named}."
        drafts.append(Draft(told, tuple(quotes), pair=pair))
    return drafts


def relation_quotes(relations: Iterable[Relation], index: Index) -> list[Quote]:
    """The quotes that state a rule, the highest authority first, one a source.

    Where a sentence leaves out the code its page is about ("The supply code should not …"), the line
    that names the code is quoted too.
    """
    quotes: dict[tuple[str, str], list[Quote]] = {}
    ranked = sorted(relations, key=lambda r: (AUTHORITY_RANK[index.page(r.page_id).authority], r.page_id, r.start))
    for relation in ranked:
        page = index.page(relation.page_id)
        quote = Quote(page, relation.start, relation.end)
        needed = [c for c in (relation.code, relation.other) if c not in quote.text]
        column_names = [
            Quote(page, *s.header) for s in page.sentences if s.kind == "row" and s.start == relation.start and s.header
        ]
        group = [quote, *column_names, *(_naming(page, code) for code in needed)]
        quotes.setdefault((page.source, quote.text), group)
    return [quote for group in list(quotes.values())[:MAX_QUOTES] for quote in group]


def _naming(page: Page, code: str) -> Quote:
    """The first line of a page that names a code, as far as the code."""
    at = page.text.find(code)
    if at < 0:
        return Quote(page, 0, 0)
    start = page.text.rfind("\n", 0, at) + 1
    end = page.text.find("\n", at)
    return Quote(page, max(start, at - 60), min(end if end >= 0 else len(page.text), at + 60))


def verdicts(between: Sequence[Relation], index: Index) -> list[Draft]:
    """Yes, No or Depends for two codes, as all rules between them say together."""
    allowed = [r for r in between if r.kind == "use_with"]
    barred = [r for r in between if r.kind != "use_with"]
    if allowed and barred:
        return [decided("depends", _ranked(allowed, index, opens=True)), _ranked(barred, index)]
    rules = allowed or barred
    texts = [index.page(r.page_id).text[own_start(r, index.page(r.page_id)) : r.end] for r in rules]
    # One source that makes no condition settles it; where all make one, so does the answer.
    word: Verdict = "depends" if all(is_conditional(text) for text in texts) else "yes" if allowed else "no"
    plain = [r for r, text in zip(rules, texts, strict=True) if not is_conditional(text)]
    return [decided(word, _ranked(plain or rules, index, opens=True))]


def rule_sentences(between: Sequence[Relation], index: Index) -> list[Draft]:
    """The sentences that state the rules among the codes asked for, without a verdict."""
    spans: dict[tuple[str, int, int], list[Relation]] = {}
    for relation in between:
        spans.setdefault((relation.page_id, relation.start, relation.end), []).append(relation)
    return [_rule(rules, index) for rules in spans.values()][:MAX_SENTENCES]


def _rule(rules: Sequence[Relation], index: Index, opens: bool = False) -> Draft:
    """A rule in the words of its source; a row, which is no sentence, in ours. One that ``opens`` stands by itself."""
    quotes = relation_quotes(rules, index)
    first = rules[0]
    page = index.page(first.page_id)
    if any(s.start == first.start and s.kind == "row" for s in page.sentences):
        said = {
            "use_with": f"Use {first.code} with {first.other}.",
            "not_with": f"Do not bill {first.code} with {first.other}.",
        }.get(first.kind, f"{first.code} is included in {first.other}.")
        return Draft(said, tuple(quotes))
    start = own_start(first, page) if opens else first.start
    return Draft(with_stop(without_reply(clean(page.text[start : first.end]))), tuple(quotes))


def own_start(rule: Relation, page: Page) -> int:
    """Where the sentence of a rule begins, which may go back by an "it" to the one before it in the quote.

    A verdict stands before that sentence, and only a condition in it is one on the rule.
    """
    own = [s for s in page.sentences if rule.start < s.start < rule.end == s.end]
    return own[0].start if own and REFERS_BACK.match(page.text, own[0].start) else rule.start


def _ranked(relations: Sequence[Relation], index: Index, opens: bool = False) -> Draft:
    return _rule(sorted(relations, key=lambda r: AUTHORITY_RANK[index.page(r.page_id).authority]), index, opens)
