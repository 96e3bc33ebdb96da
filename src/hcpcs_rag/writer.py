"""Evidence → draft statements, without a language model.

Facts come from official records, rules from relations, everything else is a sentence of a page as it
stands there. The writer decides whether the evidence speaks to the question; what it returns still has
to pass the grounding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hcpcs_rag.codes import find_codes
from hcpcs_rag.conflicts import line
from hcpcs_rag.domain import AUTHORITY_RANK, CodeRecord, Draft, Page, Question, Quote, Relation
from hcpcs_rag.facets import label
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import stems
from hcpcs_rag.question import asks_plainly, asks_what_not, is_polar, topic, wanted
from hcpcs_rag.readers.cms import COVERAGE_MEANING, PRICING_MEANING
from hcpcs_rag.relations.mining import table_cells
from hcpcs_rag.relations.wording import is_conditional
from hcpcs_rag.retrieval import CodeHit, Evidence, Found, context_stems
from hcpcs_rag.vocabulary import Concept, coverage

MAX_SENTENCES = 7
MAX_ITEMS = 8
MAX_QUOTES = 3
OPEN_COVERAGE = 0.6
"""Share of a question's concepts a sentence must meet when no facet was recognised. On the dev split 0.5
answers four of the questions that must be declined, 0.75 declines three that have an answer."""
MAX_CODES = 4
MAX_LISTED = 12
REVERSE_COVERAGE = 0.6
"""Share of a description's concepts a code's descriptor must meet to be named as its code."""
TOPIC_COVERAGE = 0.75
"""The same for sentences of pages no code was named for, where a chance match is likelier."""

_MONEY = re.compile(r"\$\s?\d")
_RVU = re.compile(r"\bw?rvus?\b", re.IGNORECASE)
_UNIT_IN_DESCRIPTOR = re.compile(
    r"\b(?:per|each|up to|\d+(?:\.\d+)?\s?(?:mg|ml|mcg|gm|g|units?|minutes?|hours?|cc))\b", re.IGNORECASE
)
_MARKS = re.compile(r"\*\*|__|^[#>\-•*–]+\s+|(?<=\s)#{1,6}\s+")
_ASKS_SOMETHING = re.compile(r"\b(?:what|who|where|when|why|how|does|do|is|are|can)\b", re.IGNORECASE)
_ASKS_LIMIT = re.compile(
    r"\bhow many\b(?=.{0,40}\b(?:can|may|will|are|per|a|allowed)\b)|\bmax\w*\b|\blimits?\b|\bhow often\b|\bfrequen\w+|\bper (?:day|week|month|year)\b",
    re.IGNORECASE,
)
_ASKS_ALL = re.compile(r"\b(?:all|every|list|codes)\b", re.IGNORECASE)
_DECIDES = re.compile(r"\b(?:billed?|denied|covered|payable|together|same|used with|not)\b", re.IGNORECASE)
_CONTINUES = re.compile(r"^\W*(?:these|they|this|it|those)\b", re.IGNORECASE)
_ASKS_LEAVE = re.compile(r"\b(?:can|may|could|should|allowed|ok|okay|billable|permitted)\b", re.IGNORECASE)
_FORBIDS = re.compile(
    r"\b(?:is|are) not (?:allowed|permitted|billable|separately (?:billable|payable))\b"
    r"|\b(?:must|should|may|can) ?not be (?:billed|used|reported)\b|\bdo not (?:bill|report|use)\b",
    re.IGNORECASE,
)
_OTHER_PAYER = re.compile(
    r"\b(?:medicaid|tricare|champva|aetna|cigna|humana|anthem|kaiser|centene|molina|united ?health\w*|uhc|blue ?cross"
    r"|blue ?shield|bcbs|commercial|private|advantage|workers'? comp\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Written:
    """Drafts in the order they are to be read; none means that the evidence holds no answer.

    ``missing`` says what was looked for; ``near`` are the closest known things, for an abstention.
    """

    drafts: tuple[Draft, ...]
    missing: str = ""
    near: tuple[CodeHit, ...] = ()


def write(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    """Write the answer to a question from its evidence."""
    writers: dict[str, Callable[[Question, Evidence, Index, date], Written]] = {
        "define": _define,
        "attribute": _attribute,
        "pairing": _pairing,
        "compatibility": _compatibility,
        "compare": _compare,
        "reverse": _reverse,
        "status": _status,
        "open": _open,
    }
    return writers[question.kind](question, evidence, index, on)


def clean(text: str) -> str:
    """Return a sentence without marks of layout; no word is changed."""
    return " ".join(_MARKS.sub("", text.strip()).split()).lstrip("–-•* ").strip()


def _say(found: Found) -> Draft:
    if found.sentence.kind == "row":
        return _say_row(found)
    return Draft(_stop(_alone(clean(found.quote.text))), (found.quote,))


def _say_row(found: Found) -> Draft:
    """A row of a table, each cell behind the name of its column where the table names them."""
    page, row = found.page, found.sentence
    cells = table_cells(page.text[row.start : row.end])
    names = table_cells(page.text[slice(*row.lead)]) if row.lead else []
    quotes = [found.quote]
    if len(names) == len(cells) and row.lead:
        quotes.append(Quote(page, *row.lead))
        cells = [f"{clean(name)}: {cell}" for name, cell in zip(names, cells, strict=True)]
    return Draft(_stop("; ".join(clean(cell) for cell in cells if cell)), tuple(quotes))


def _say_all(chosen: Iterable[Found]) -> list[Draft]:
    """Sentences as statements; one that introduces a list is followed by the items of the list."""
    drafts: dict[tuple[str, int], Draft] = {}
    for found in chosen:
        led = _items(found) if found.quote.text.endswith(":") else []
        for one in [found, *led]:
            drafts.setdefault((one.page.page_id, one.sentence.start), _say(one))
    return list(drafts.values())


def _items(found: Found) -> list[Found]:
    """The items of the list that a sentence introduces."""
    span = (found.sentence.start, found.sentence.end)
    return [replace(found, sentence=s) for s in found.page.sentences if s.lead == span and s.kind != "row"][:MAX_ITEMS]


def _alone(text: str) -> str:
    """A sentence without the Yes or No with which a page answers a question of its own."""
    return re.sub(r"^(?:Yes|No)\. +(?=\S)", "", text)


def _stop(text: str) -> str:
    return text if text.endswith((".", "!", "?", ":", ";", '."', ".”")) else text + "."


def _list(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _about(question: Question) -> str:
    return _list(list(question.codes + question.modifiers)) if question.codes or question.modifiers else "this"


# Official records


def _descriptor_quote(page: Page, record: CodeRecord) -> Quote:
    """The lines of a record page from the code to its descriptor."""
    start = page.text.find("\n") + 1
    end = page.text.find(record.long, start) + len(record.long)
    return Quote(page, start, end)


def descriptor(record: CodeRecord, index: Index) -> Draft:
    """State a code's official descriptor."""
    name = f"Modifier {record.code}" if record.kind == "modifier" else record.code
    return Draft(_stop(f"{name}: {record.long}"), (_descriptor_quote(index.record_page(record), record),))


def coverage_fact(record: CodeRecord, index: Index, verdict: bool = False) -> list[Draft]:
    """State a code's Medicare coverage as the release has it; ``verdict`` opens with "No" where it is one."""
    record = index.full_record(record)
    if not record.coverage:
        return []
    page = index.record_page(record)
    quotes = [line(page, "Medicare coverage")]
    text = f"{_release_name(record, index)}: {_coverage_words(record)} (coverage {record.coverage})"
    if record.see_instead:
        quotes.append(line(page, "See instead"))
        text += f"; see {_list(record.see_instead)}"
    opening = "No. " if verdict and record.coverage in ("I", "M", "S") else ""
    return [Draft(f"{opening}{text}.", tuple(quotes))]


def _coverage_words(record: CodeRecord) -> str:
    """A coverage letter in words that promise no more than it does: C and D leave the case open."""
    match record.coverage:
        case "C":
            return f"Medicare coverage of {record.code} is left to carrier judgment"
        case "D":
            return f"special coverage instructions apply to {record.code}"
        case letter:
            return f"{record.code} is {COVERAGE_MEANING.get(letter, 'of unpublished coverage')}"


def _release_name(record: CodeRecord, index: Index) -> str:
    return next((r.name for r in index.releases if r.release_id == record.release_id), "CMS")


def ended_fact(record: CodeRecord, index: Index, on: date) -> list[Draft]:
    """State that a code has ended, where it has."""
    if record.status(on) != "ended" or not record.ended:
        return []
    page = index.record_page(record)
    quotes = [line(page, "Ended")]
    text = f"{record.code} has ended: its last day of use was {record.ended.isoformat()}"
    if record.see_instead:
        quotes.append(line(page, "See instead"))
        text += f"; see {_list(record.see_instead)}"
    return [Draft(f"{text}.", tuple(quotes))]


# Kinds of question


def _define(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    drafts: list[Draft] = []
    for record in evidence.records:
        drafts.append(descriptor(record, index))
        drafts += ended_fact(record, index, on)
        if index.full_record(record).coverage in ("I", "M", "S"):
            drafts += coverage_fact(record, index)
    for code in question.codes + question.modifiers:
        drafts += [_say(f) for f in _definitions(code, evidence.found)]
    return Written(tuple(drafts), f"a definition of {_about(question)}")


def _definitions(code: str, found: Sequence[Found]) -> list[Found]:
    """Up to two sentences that say what a code is: of its own page, else those that mention it."""
    own = [f for f in found if f.subject and f.section_facet == "definition" and code in f.page.subjects]
    own = [f for f in own if f.sentence.kind == "sentence" and not f.quote.text.endswith("?")]
    named = [
        f for f in own if code in f.quote.text or re.search(r"\bthis (?:hcpcs )?code\b", f.quote.text, re.IGNORECASE)
    ]
    if own:
        return sorted(named or own, key=_page_order)[:2]
    mentions = [f for f in found if code in f.quote.text and not f.subject]
    return sorted(mentions, key=lambda f: (AUTHORITY_RANK[f.page.authority], len(f.quote.text)))[:2]


def _page_order(found: Found) -> tuple[int, str, int]:
    return (AUTHORITY_RANK[found.page.authority], found.page.page_id, found.sentence.start)


def _residual(question: Question, evidence: Evidence) -> tuple[Concept, ...]:
    """The concepts an answer must meet: those wanted that do not just describe the code asked for."""
    described = " ".join(f"{r.long} {r.short}" for r in evidence.records)
    described += " ".join({f.page.title for f in evidence.found if f.subject})
    known = stems(described)
    return tuple(c for c in wanted(question) if not c.met_by(known))


def _attribute(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    missing = f"{_list([label(f) for f in question.facets] or ['what is asked'])} for {_about(question)}"
    if not (question.codes or question.modifiers):
        return _without_code(question, evidence, index, on)
    drafts = _official_attribute(question, evidence, index)
    payer = _OTHER_PAYER.search(question.standalone)
    if payer:
        # What Medicare does says nothing of another payer: only sentences that name it may answer.
        drafts = []
        named = [f for f in evidence.found if payer.group().lower()[:6] in f.quote.text.lower()]
        evidence = replace(evidence, found=tuple(named))
        missing = f"{payer.group()} ({missing})"
    residual = _residual(question, evidence)
    candidates = [f for f in evidence.found if f.facet and _usable(f) and _is_of(f, question)]
    if "price" in question.facets:
        rvu = bool(_RVU.search(question.message))
        candidates = [f for f in candidates if _MONEY.search(f.quote.text) or (rvu and _RVU.search(f.quote.text))]
        drafts = []
    elif question.modifiers and question.codes:
        other = set(question.facets) - {"modifiers", "definition", "billing"}
        candidates = [f for f in evidence.found if _names_modifier(f, question.modifiers) and (f.facet or not other)]
        drafts = [descriptor(r, index) for r in evidence.records if r.kind == "modifier"] if candidates else []
    if residual:
        met = _meeting(residual, candidates)
        if not met and candidates and "price" not in question.facets:
            met = _meeting(residual, evidence.found, OPEN_COVERAGE)
        if not met and not _settled(question, evidence, residual, drafts):
            return Written((), f"{' '.join(c.wording for c in residual)} ({missing})")
        candidates = met
    chosen = _select(candidates)
    drafts += _prohibition(question, chosen) or _say_all(chosen)
    if "modifiers" in question.facets and not question.modifiers:
        drafts += _modifier_meanings(chosen, index)
    return Written(tuple(drafts), missing)


def _settled(question: Question, evidence: Evidence, residual: tuple[Concept, ...], drafts: Sequence[Draft]) -> bool:
    """Say whether official facts alone settle a question whose other words no page meets.

    They do where they speak of those words, and where Medicare pays in no case whatever the words add.
    """
    never_paid = "coverage" in question.facets and any(r.coverage in ("I", "M", "S") for r in evidence.records)
    said = stems(" ".join(draft.text for draft in drafts))
    return bool(drafts) and (never_paid or coverage(residual, said) >= OPEN_COVERAGE)


def _prohibition(question: Question, chosen: Sequence[Found]) -> list[Draft]:
    """Open with "No" where leave is asked and a sentence that meets all of the question forbids it."""
    if not (asks_plainly(question) and _ASKS_LEAVE.search(question.standalone)):
        return []
    forbidding = [f for f in chosen if f.coverage == 1.0 and _FORBIDS.search(f.quote.text)]
    if not forbidding:
        return []
    first = forbidding[0]
    said = Draft(f"No. {_say(first).text}", (first.quote,))
    return [said, *(_say(f) for f in chosen if f is not first)]


def _usable(found: Found) -> bool:
    text = found.quote.text
    if text.endswith("?"):
        return False
    if text.endswith(":"):
        return bool(_items(found))  # a lead answers by its list
    announced = found.facet and bool(found.page.sections[found.sentence.section].heading)
    return announced or found.sentence.kind != "sentence" or len(text.split()) > 3


def _is_of(found: Found, question: Question) -> bool:
    """Say whether a sentence about quantities speaks of a code asked for, not of another it names first."""
    named = find_codes(found.quote.text)
    return "units" not in question.facets or not named or named[0] in question.codes or not question.codes


def _names_modifier(found: Found, modifiers: Sequence[str]) -> bool:
    return any(re.search(rf"(?<![A-Za-z0-9]){m}(?![A-Za-z0-9])", found.quote.text) for m in modifiers)


def _meeting(residual: tuple[Concept, ...], candidates: Iterable[Found], least: float = 0.5) -> list[Found]:
    """Those candidates that meet the most of the residual concepts, at least the share ``least``."""
    scored = [(coverage(residual, context_stems(f.page, f.sentence)), f) for f in candidates if _usable(f)]
    best = max((score for score, _ in scored), default=0.0)
    return [f for score, f in scored if score == best] if best >= least else []


def _select(candidates: Sequence[Found]) -> list[Found]:
    """The best few sentences, sections of the facet itself first, without repeats, in page order."""
    unique = {clean(f.quote.text).lower(): f for f in reversed(candidates)}
    best = sorted(unique.values(), key=lambda f: (not f.subject, -f.coverage, *_page_order(f)))[:MAX_SENTENCES]
    return sorted(best, key=_page_order)


def _official_attribute(question: Question, evidence: Evidence, index: Index) -> list[Draft]:
    drafts: list[Draft] = []
    for record in evidence.records:
        if "coverage" in question.facets:
            drafts += coverage_fact(record, index, verdict=asks_plainly(question))
        if (
            "units" in question.facets
            and _UNIT_IN_DESCRIPTOR.search(record.long)
            and not _ASKS_LIMIT.search(question.message)
        ):
            drafts.append(descriptor(record, index))
        if "related_codes" in question.facets and record.see_instead:
            page = index.record_page(record)
            drafts.append(
                Draft(
                    f"CMS names {_list(record.see_instead)} to see instead of {record.code}.",
                    (line(page, "See instead"),),
                )
            )
    if "related_codes" in question.facets:
        drafts += _relation_drafts(question.codes[:1], evidence.relations, index, ("similar",))
    return drafts


def _modifier_meanings(chosen: Sequence[Found], index: Index) -> list[Draft]:
    """The official descriptors of the modifiers the chosen sentences name."""
    names = [
        m
        for f in chosen
        for m in re.findall(
            r"[\"“(]([A-Z][A-Z0-9])[\"”)]|\b([A-Z][A-Z0-9]) modifier|\bmodifier ([A-Z][A-Z0-9])\b", f.quote.text
        )
    ]
    flat = dict.fromkeys(name for group in names for name in group if name and index.is_modifier(name))
    records = [r for name in flat if (r := index.record(name))]
    return [descriptor(record, index) for record in records]


def _pairing(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    missing = f"codes that go with {_about(question)}"
    kinds = ("not_with", "included_in") if asks_what_not(question) else ("use_with", "not_with", "included_in")
    drafts = _relation_drafts(question.codes, evidence.relations, index, kinds)
    if not any(r.kind in kinds for r in evidence.relations):
        asked = wanted(question)
        related = [f for f in evidence.found if f.section_facet == "related_codes" and _usable(f)]
        chosen = _meeting(asked, evidence.found, OPEN_COVERAGE) if asked else related
        drafts = _say_all(_select(chosen)[:3])
    return Written(tuple(drafts), missing)


def _relation_drafts(
    subjects: Sequence[str], relations: Iterable[Relation], index: Index, kinds: Sequence[str]
) -> list[Draft]:
    """One statement for each code on the other side, grouped by what the rule says."""
    grouped: dict[tuple[int, str, str, str], list[Relation]] = {}
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
        named = f"{other} ({record.long})" if record else other
        quotes = relation_quotes(found, index)
        if record:
            quotes.append(_descriptor_quote(index.record_page(record), record))
        drafts.append(Draft(f"{opening}: {named}." if kind != "included_in" else f"{opening} {named}.", tuple(quotes)))
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
            Quote(page, *s.lead) for s in page.sentences if s.kind == "row" and s.start == relation.start and s.lead
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


def _compatibility(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    if question.modifiers and question.codes:
        return _attribute(question, evidence, index, on)
    missing = f"whether {_about(question)} go together"
    named = set(question.codes)
    between = [
        r
        for r in evidence.relations
        if {r.code, r.other} <= named and r.kind in ("use_with", "not_with", "included_in")
    ]
    # "a pump other than E0784" asks of codes left unnamed, so no rule between the two decides it.
    if between and len(named) == 2 and asks_plainly(question):
        return Written(tuple(_verdicts(between, index)), missing)
    drafts = _rule_sentences(between, index)
    if not drafts:
        both = [f for f in evidence.found if sum(code in f.quote.text for code in named) >= 2 and _usable(f)]
        ranked = sorted(both, key=lambda f: (not _DECIDES.search(f.quote.text), -f.coverage, *_page_order(f)))
        drafts = [_say(f) for f in ranked[:3]]
    return Written(tuple(drafts), missing)


def _verdicts(between: Sequence[Relation], index: Index) -> list[Draft]:
    """Yes, No or Depends for two codes, as all rules between them say together."""
    allowed = [r for r in between if r.kind == "use_with"]
    barred = [r for r in between if r.kind != "use_with"]
    if allowed and barred:
        return [_verdict("Depends", allowed, index), _verdict("But", barred, index)]
    rules = allowed or barred
    texts = [index.page(r.page_id).text[r.start : r.end] for r in rules]
    # One source that makes no condition settles it; where all make one, so does the answer.
    word = "Depends" if all(is_conditional(text) for text in texts) else "Yes" if allowed else "No"
    plain = [r for r, text in zip(rules, texts, strict=True) if not is_conditional(text)]
    return [_verdict(word, plain or rules, index)]


def _rule_sentences(between: Sequence[Relation], index: Index) -> list[Draft]:
    """The sentences that state the rules among the codes asked for, without a verdict."""
    spans: dict[tuple[str, int, int], list[Relation]] = {}
    for relation in between:
        spans.setdefault((relation.page_id, relation.start, relation.end), []).append(relation)
    return [_rule(rules, index) for rules in spans.values()][:MAX_SENTENCES]


def _rule(rules: Sequence[Relation], index: Index, opening: str = "") -> Draft:
    """A rule in the words of its source; a row, which is no sentence, in ours."""
    quotes = relation_quotes(rules, index)
    first = rules[0]
    page = index.page(first.page_id)
    if any(s.start == first.start and s.kind == "row" for s in page.sentences):
        said = {
            "use_with": f"Use {first.code} with {first.other}.",
            "not_with": f"Do not bill {first.code} with {first.other}.",
        }.get(first.kind, f"{first.code} is included in {first.other}.")
        return Draft(opening + said, tuple(quotes))
    return Draft(opening + _stop(_alone(clean(page.text[first.start : first.end]))), tuple(quotes))


def _verdict(word: str, relations: Sequence[Relation], index: Index) -> Draft:
    ranked = sorted(relations, key=lambda r: AUTHORITY_RANK[index.page(r.page_id).authority])
    return _rule(ranked, index, f"{word}. ")


def _compare(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    drafts = [descriptor(record, index) for record in evidence.records]
    drafts += [draft for record in evidence.records for draft in coverage_fact(record, index)]
    if len({r.pricing for r in evidence.records}) > 1:
        drafts += [_pricing_fact(r, index) for r in evidence.records if r.pricing]
    linking = [
        f
        for f in evidence.found
        if any(c in f.quote.text and c not in f.page.subjects for c in question.codes) and f.subject
    ]
    said: list[Found] = sorted(linking, key=_page_order)[:3]
    for found in list(said):
        following = _following(found, evidence.found)
        if following and _CONTINUES.match(following.quote.text):
            said.append(following)
    if not evidence.records:
        said += [f for code in question.codes for f in _definitions(code, evidence.found)]
    drafts += [_say(f) for f in sorted(dict.fromkeys(said), key=_page_order)]
    return Written(tuple(drafts), f"a comparison of {_about(question)}")


def _following(found: Found, others: Sequence[Found]) -> Found | None:
    """The next sentence of the same section."""
    after = [
        f for f in others
        if f.page is found.page and f.sentence.section == found.sentence.section and f.sentence.start >= found.sentence.end
    ]  # fmt: skip
    return min(after, key=lambda f: f.sentence.start, default=None)


def _pricing_fact(record: CodeRecord, index: Index) -> Draft:
    page = index.record_page(record)
    priced = "; ".join(f"{p} ({PRICING_MEANING.get(p, 'meaning not published')})" for p in record.pricing)
    return Draft(f"{record.code} pricing indicator: {priced}.", (line(page, "Pricing"),))


def _status(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    drafts: list[Draft] = []
    polar = asks_plainly(question)
    for record in map(index.full_record, evidence.records):
        page = index.record_page(record)
        day = question.on or on
        status = record.status(day)
        if status == "ended" and record.ended:
            fact = f"{record.code} ended on {record.ended.isoformat()}, its last day of use"
            drafts.append(Draft(f"{'No. ' if polar else ''}{fact}.", (line(page, "Ended"),)))
        elif status == "unknown" and record.added:
            fact = f"{record.code} was not yet in use on that day: it was added on {record.added.isoformat()}"
            drafts.append(Draft(f"{'No. ' if polar else ''}{fact}.", (line(page, "Added"),)))
        elif record.added or record.ended:
            until = f"its last day of use is {record.ended.isoformat()}" if record.ended else "no end date on record"
            opening = "Yes. " if polar and _asks_if_active(question) else ""
            drafts.append(
                Draft(
                    f"{opening}{record.code} is active in {_release_name(record, index)}: {until}.",
                    (line(page, "Ended"), line(page, "Code")),
                )
            )
        if record.added:
            drafts.append(Draft(f"{record.code} was added on {record.added.isoformat()}.", (line(page, "Added"),)))
        if record.changed and record.changed != record.added:
            drafts.append(
                Draft(f"{record.code} was last changed on {record.changed.isoformat()}.", (line(page, "Last changed"),))
            )
        if record.see_instead:
            drafts.append(
                Draft(
                    f"CMS names {_list(record.see_instead)} to see instead of {record.code}.",
                    (line(page, "See instead"),),
                )
            )
        if "coverage" in question.facets or record.coverage in ("I", "M", "S"):
            drafts += coverage_fact(record, index)
    replaced = _relation_drafts_see(question, evidence, index)
    if not evidence.records:
        drafts += [_say(f) for f in _select([f for f in evidence.found if f.section_facet == "status" and f.subject])]
    return Written(tuple(drafts + replaced), f"the status of {_about(question)}")


def _asks_if_active(question: Question) -> bool:
    return bool(
        re.search(r"\b(?:active|valid|in use|usable|still|effective|in effect)\b", question.standalone, re.IGNORECASE)
    )


def _relation_drafts_see(question: Question, evidence: Evidence, index: Index) -> list[Draft]:
    """What pages other than the release say of a code's successor."""
    stated = [r for r in evidence.relations if r.kind == "see_instead" and r.code in question.codes]
    stated = [r for r in stated if index.page(r.page_id).authority != "release"]
    return [Draft(_stop(clean(q[0].text)), tuple(q)) for r in stated[:1] if (q := relation_quotes([r], index))]


def _reverse(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    needed = topic(question)
    wording = " ".join(c.wording for c in needed)
    good = [h for h in evidence.hits if h.coverage >= REVERSE_COVERAGE]
    best = max((h.coverage for h in good), default=0.0)
    level = [h for h in good if h.coverage == best]
    chosen = level[:MAX_LISTED] if _ASKS_ALL.search(question.message) else _most_specific(level, needed)[:MAX_CODES]
    stated = _stating_codes(question, evidence, needed)
    drafts = [_say(f) for f in stated[:1]] + [descriptor(hit.record, index) for hit in chosen]
    return Written(tuple(drafts), f"a code for “{wording or question.message.strip()[:80]}”", evidence.hits[:3])


def _most_specific(hits: Sequence[CodeHit], needed: tuple[Concept, ...]) -> list[CodeHit]:
    """Drop codes whose descriptors say far more than was asked: a charger is not the machine.

    Kept are those at least half as specific as the best, by the share of their descriptor's words that
    the description has.
    """
    asked = {s for concept in needed for alternative in concept.alternatives for s in alternative}
    shares = [len(asked & (own := stems(hit.record.long))) / max(len(own), 1) for hit in hits]
    return [hit for hit, share in zip(hits, shares, strict=True) if share >= max(shares) / 2]


def _stating_codes(question: Question, evidence: Evidence, needed: tuple[Concept, ...]) -> list[Found]:
    """Sentences of pages that themselves name a code for what is described."""
    return [
        f
        for f in evidence.found
        if f.coverage >= TOPIC_COVERAGE
        and len(needed) >= 2
        and re.search(r"\bcodes? (?:for|is)\b.*\b[A-V]\d{4}\b", f.quote.text)
    ]


def _without_code(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    """A question that names no code: sentences that speak of all of it, else the code it describes."""
    needed = topic(question)
    asked = [f for f in evidence.found if f.coverage >= TOPIC_COVERAGE and len(needed) >= 2 and _usable(f)]
    if question.facets:
        asked = [f for f in asked if f.facet]
    if asked:
        best = max(f.coverage for f in asked)
        return Written(tuple(_say_all(_select([f for f in asked if f.coverage == best])[:4])))
    written = _reverse(question, evidence, index, on)
    least = 1.0 if _ASKS_SOMETHING.search(question.standalone) else TOPIC_COVERAGE
    certain = [h for h in evidence.hits[:3] if h.coverage >= least and len(needed) >= 2]
    wording = " ".join(c.wording for c in needed) or question.message.strip()[:80]
    return Written(written.drafts if certain and not is_polar(question) else (), f"“{wording}”", written.near)


def _open(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    if not (question.codes or question.modifiers):
        return _without_code(question, evidence, index, on)
    if question.codes and question.modifiers:
        return _attribute(question, evidence, index, on)
    residual = _residual(question, evidence)
    if not residual:
        return _define(question, evidence, index, on)
    chosen = _meeting(residual, evidence.found, OPEN_COVERAGE)
    drafts = _say_all(_select(chosen)[:3])
    described = [r for r in evidence.records if coverage(residual, stems(r.long)) >= OPEN_COVERAGE]
    drafts = [descriptor(r, index) for r in described] + drafts
    return Written(tuple(drafts), f"{' '.join(c.wording for c in residual)} for {_about(question)}")
