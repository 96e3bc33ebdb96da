"""Which of the sentences found answer: by the concepts left over, the facet, the code they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import AUTHORITY_RANK, Facet, Question
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import stem, stems, words
from hcpcs_rag.numbering import referred
from hcpcs_rag.question.wording import demanded, thing_meant
from hcpcs_rag.retrieval import Evidence, Found, context_stems
from hcpcs_rag.vocabulary import Concept, Stems, concepts, share_met, weight_of
from hcpcs_rag.writer.statements import REFERS_BACK, clean, items_of

MAX_SENTENCES, MAX_OF_SECTION = 3, 6
ENOUGH_CONCEPTS = 0.6
"""Share of a question's other concepts that an official fact must speak of to settle it."""
ANSWERS = 0.4
"""Chance from which a sentence answers."""
LEAST_ABOUT = 0.5
"""Share of a thing's concepts that the page of a code must name, in its title or around a sentence."""
BESIDE = 0.8
"""Sentences with at least this share of the best one's chance are shown with it."""
TELLS = 0.15
"""Where only a facet of a code is asked for: share of the best sentence's chance that its others have at least. At 0.5 one turn
of 131 of the corpus's dev split is lost: the second sentence of a section on documentation."""
CARRIERS = frozenset({Facet.DEFINITION, Facet.BILLING})
"""Facets whose wording carries many a question that asks for something else."""
MONEY = re.compile(r"\$\s?\d")
RVU = re.compile(r"\bw?rvus?\b", re.IGNORECASE)
MAX_MIRRORED, LEAST_MIRRORED = 8, 3
_POINTING = frozenset({"the", "a", "an", "following", "all", "any", "of", "these", "be"})
_TURNS = re.compile(r"\b(?:not|must|may|cannot|never|should|required?)\b", re.IGNORECASE)
CONTINUES = re.compile(r"^\W*(?:these|they|this|it|those)\b", re.IGNORECASE)


def definitions(code: str, found: Sequence[Found]) -> list[Found]:
    """Up to two sentences that say what a code is: of its own page, else those that mention it.

    A sentence that goes on about something else ("It is denied if billed with …") is none.
    """
    own = [f for f in found if f.subject and f.section_facet == Facet.DEFINITION and code in f.page.subjects]
    own = [f for f in own if f.sentence.kind == "sentence" and not f.quote.text.endswith("?")]
    named = [
        f for f in own if code in f.quote.text or re.search(r"\bthis (?:hcpcs )?code\b", f.quote.text, re.IGNORECASE)
    ]
    if own:
        return sorted(named or own, key=page_order)[:2]
    mentions = [
        f
        for f in found
        if code in f.quote.text and not f.subject and f.sentence.kind != "row" and not REFERS_BACK.match(f.quote.text)
    ]
    return sorted(mentions, key=lambda f: (AUTHORITY_RANK[f.page.authority], len(f.quote.text)))[:2]


def page_order(found: Found) -> tuple[int, str, int]:
    """Sort by authority, then as the pages stand and read."""
    return (AUTHORITY_RANK[found.page.authority], found.page.page_id, found.sentence.start)


def residual_of(evidence: Evidence) -> tuple[Concept, ...]:
    """The concepts an answer must meet: those wanted that do not just describe the code asked for."""
    known = described_by(evidence)
    return tuple(c for c in evidence.asked if not c.met_by(known))


def described_by(evidence: Evidence) -> set[str]:
    """The stems of what the codes asked for are called: by the release, and by the pages about them."""
    described = " ".join(f"{r.long} {r.short}" for r in evidence.records)
    described += " " + " ".join({f.page.title for f in evidence.found if f.subject})
    return stems(described)


def usable(found: Found) -> bool:
    """Say whether a sentence can stand as a statement: no question, no bare label, no lead without its list."""
    text = found.quote.text
    if text.endswith("?"):
        return False
    if text.endswith(":"):
        return bool(items_of(found))  # a lead answers by its list
    announced = found.facet and bool(found.page.sections[found.sentence.section].heading)
    return announced or found.sentence.kind != "sentence" or len(text.split()) > 3


def speaks_of(found: Found, codes: Sequence[str]) -> bool:
    """Say whether a sentence stands on a page about one of the codes, or names one, itself or in a line that leads it."""
    return any(code in found.page.subjects for code in codes) or speaks_by_name(found, codes)


def speaks_by_name(found: Found, codes: Sequence[str]) -> bool:
    """Say whether a sentence names one of the codes, itself or in a heading, lead or item that it stands under."""
    wanted = set(codes)
    above = (found.page.text[slice(*span)] for span in (*found.sentence.under, *found.sentence.headings))
    return any(wanted & set(find_codes(text)) for text in (found.quote.text, *above))


def names_modifier(found: Found, modifiers: Sequence[str]) -> bool:
    """Say whether a sentence names one of the modifiers."""
    return any(re.search(rf"(?<![A-Za-z0-9]){m}(?![A-Za-z0-9])", found.quote.text) for m in modifiers)


def answering(question: Question, candidates: Iterable[Found]) -> list[Found]:
    """Those candidates that answer: likely enough, nearly as likely as the best, and naming whatever must be named.

    How much is paid is answered by an amount only.
    """
    required = demanded(question)
    thing = () if question.codes or question.modifiers else thing_meant(question)
    asks_of_it = question.kind == "attribute" or Facet.MODIFIERS in question.facets
    fitting = [f for f in candidates if usable(f) and names(f, required) and _is_about(f, thing, asks_of_it)]
    if Facet.PRICE in question.facets:
        units = RVU if RVU.search(question.message) else MONEY
        fitting = [f for f in fitting if units.search(f.quote.text)]
    mirrored = [f for f in fitting if mirrors(f, question)]
    if mirrored:
        return mirrored
    fitting = _of_family(question, fitting)
    least = max(ANSWERS, BESIDE * max((f.chance for f in fitting), default=0.0))
    return [f for f in fitting if f.chance >= least]


def _is_about(found: Found, thing: tuple[Concept, ...], asks_of_it: bool) -> bool:
    """Say whether a sentence of a reference page is about the thing that a question means without naming a code.

    The pages of two codes may say the same in the same words, and where something is asked of the thing only their titles
    tell which is meant. A page about many codes must name something of the thing, be it beside or above the sentence. A
    policy is about its family throughout.
    """
    if not thing or found.page.authority == "policy":
        return True
    shown = _shown(found)
    if len(found.page.subjects) == 1:
        return not asks_of_it or share_met(thing, shown) >= LEAST_ABOUT
    return any(concept.met_by(shown) for concept in thing if not concept.wording.isdigit())


def _of_family(question: Question, candidates: Sequence[Found]) -> list[Found]:
    """Of sentences that several pages share word for word, as policies do, the one whose page's title is asked about.

    It has the best chance of them all: what differs between them is the page, not what is said.
    """
    asked = stems(question.standalone)
    copies: dict[str, list[Found]] = {}
    for found in candidates:
        copies.setdefault(clean(found.quote.text).lower(), []).append(found)
    return [
        replace(
            max(same, key=lambda f: (len(asked & stems(f.page.title)), f.chance)), chance=max(f.chance for f in same)
        )
        for same in copies.values()
    ]


def mirrors(found: Found, question: Question) -> bool:
    """Say whether a sentence is a lead that the question repeats: "must not have:" to "what must the patient not have".

    Every word of it stands in the question, small words included, and they turn or bind what the list says.
    """
    text = found.quote.text
    if not text.endswith(":") or len(text.split()) > MAX_MIRRORED:
        return False
    asked = {stem(word) for word in words(question.standalone)}
    said = [word for word in words(text) if word not in _POINTING]
    alike = (stem(one) in asked or any(a & asked for a in _alternatives(one)) for one in said)
    return len(said) >= LEAST_MIRRORED and bool(_TURNS.search(text)) and all(alike)


def _alternatives(word: str) -> list[Stems]:
    return [a for concept in concepts(word) for a in concept.alternatives if len(a) == 1]


def by_label(question: Question, index: Index) -> list[Found]:
    """The items that a question names by their labels ("criterion B for E0784").

    Of several lists with such labels, the one is meant whose leads name the code; else the one nearest to where its page
    names it.
    """
    labels = referred(question.standalone)
    ranked: list[tuple[bool, int, int, Found]] = []
    for code in question.codes if labels else ():
        for page in [*index.pages_about(code), *index.pages_mentioning(code)]:
            naming = [s for s in page.evidence() if code in find_codes(page.text[s.start : s.end])]
            named, around = [s.start for s in naming], {span for s in naming for span in s.under[:1]}
            for sentence in (s for s in page.evidence() if s.kind == "item" and s.label in labels):
                led = any(code in find_codes(page.text[slice(*span)]) for span in sentence.under)
                led = led or bool(set(sentence.under[:1]) & around)
                distance = min((abs(at - sentence.start) for at in named), default=len(page.text))
                found = Found(page, sentence, facet=True, subject=code in page.subjects)
                ranked.append((not led, len(sentence.under) if led else distance, sentence.start, found))
    chosen: dict[str | None, Found] = {}
    for *_, found in sorted(ranked, key=lambda entry: entry[:3]):
        chosen.setdefault(found.sentence.label, found)
    return list(chosen.values()) if len(chosen) == len(labels) else []


def share(found: Found, residual: tuple[Concept, ...], faceted: bool) -> float:
    """Return the share of what is asked that a sentence meets; a facet asked for counts as one concept."""
    if not residual:
        return float(found.facet or not faceted)
    whole = weight_of(residual)
    met = share_met(residual, context_stems(found.page, found.sentence)) * whole
    return (met + (faceted and found.facet)) / (whole + faceted)


def names(found: Found, required: tuple[Concept, ...]) -> bool:
    """Say whether a sentence, with its heading and its page's title, names all that must be named."""
    if not required:
        return True
    shown = _shown(found) | stems(found.page.page_id)
    return all(concept.met_by(shown) for concept in required)


def _shown(found: Found) -> set[str]:
    """The stems of a sentence, of what it is read in, and of its page's title."""
    return context_stems(found.page, found.sentence) | stems(found.page.title)


def best_of(candidates: Sequence[Found], limit: int) -> list[Found]:
    """The most likely sentences, without repeats, best first."""
    unique = {clean(f.quote.text).lower(): f for f in sorted(candidates, key=lambda f: f.chance)}
    return sorted(unique.values(), key=lambda f: (-f.chance, *page_order(f)))[:limit]


def telling(candidates: Sequence[Found]) -> list[Found]:
    """Of sentences on the very facet and code asked for, the most likely few, best first."""
    best = best_of(candidates, MAX_OF_SECTION)
    return [f for f in best if f.chance >= TELLS * best[0].chance]


def choose(candidates: Sequence[Found]) -> list[Found]:
    """The best few sentences, without repeats, in page order: first those of pages about a code asked for."""
    unique = {clean(f.quote.text).lower(): f for f in reversed(candidates)}

    def rank(f: Found) -> tuple[bool, float, int, str, int]:
        return (not f.subject, -f.meaning, *page_order(f))

    return sorted(sorted(unique.values(), key=rank)[:MAX_OF_SECTION], key=page_order)


def next_sentence(found: Found, others: Sequence[Found]) -> Found | None:
    """The next sentence of the same section."""
    after = [
        f for f in others
        if f.page is found.page and f.sentence.section == found.sentence.section and f.sentence.start >= found.sentence.end
    ]  # fmt: skip
    return min(after, key=lambda f: f.sentence.start, default=None)
