"""What is known of one code, gathered for its card: the record, its rules with other codes, its modifiers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hcpcs_rag import contract
from hcpcs_rag.codes import find_bare_modifiers, find_modifiers
from hcpcs_rag.contract import Json
from hcpcs_rag.domain import AUTHORITY_RANK, Facet, Page, Quote, RelationKind
from hcpcs_rag.index.opened import Index
from hcpcs_rag.indicators import pricing_text
from hcpcs_rag.relations.reading import among

MAX_MODIFIERS = 12


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule between the card's code and another, with the best quote of each page that states it."""

    kind: RelationKind
    code: str
    other: str
    descriptor: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Modifier:
    """A modifier that a page names for the card's code, its descriptor and the page's words."""

    code: str
    descriptor: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Card:
    """All of one code: ``record`` as ``hcpcs-rag code --json`` prints it, pricing in words, and what pages say.

    ``official`` is the page of its record, None where no loaded release has the code.
    """

    record: Json
    pricing: tuple[str, ...]
    official: Page | None
    rules: tuple[Rule, ...]
    modifiers: tuple[Modifier, ...]
    pages: tuple[Page, ...]


def gather(code: str, index: Index, on: date | None = None) -> Card:
    """Gather the card of a code or modifier as of a day."""
    record = index.record(code, on)
    told = contract.code(code, index, on)
    pages = sorted(index.pages_about(code), key=lambda p: (AUTHORITY_RANK[p.authority], p.page_id))
    return Card(
        told,
        tuple(map(pricing_text, told["pricing"])),
        index.record_page(record) if record else None,
        _rules(code, index, on),
        _modifiers(pages, index),
        tuple(pages),
    )


def _rules(code: str, index: Index, on: date | None) -> tuple[Rule, ...]:
    """The rules of a code, one for each kind and partner, of higher authority first."""
    quotes: dict[tuple[RelationKind, str, str], dict[str, Quote]] = {}
    for relation in among(index.relations(code), code):
        page = index.page(relation.page_id)
        of_page = quotes.setdefault((relation.kind, relation.code, relation.other), {})
        of_page.setdefault(page.page_id, Quote(page, relation.start, relation.end))
    rules = []
    for (kind, first, other), found in sorted(quotes.items()):
        partner = index.record(other if first == code else first, on)
        ranked = sorted(found.values(), key=lambda q: (AUTHORITY_RANK[q.page.authority], q.page.page_id))
        rules.append(Rule(kind, first, other, partner.long if partner else "", tuple(ranked)))
    return tuple(rules)


def _modifiers(pages: list[Page], index: Index) -> tuple[Modifier, ...]:
    """The modifiers that the sentences on modifiers of a code's own pages name, in their order."""
    found: dict[str, Modifier] = {}
    for page in pages:
        for sentence in page.evidence():
            text = page.text[sentence.start : sentence.end]
            named = find_modifiers(text, index.is_modifier)
            if page.sections[sentence.section].facet == Facet.MODIFIERS:
                named += find_bare_modifiers(text, index.is_modifier)
            for name in named:
                if name not in found and (record := index.record(name)):
                    found[name] = Modifier(name, record.long, Quote(page, sentence.start, sentence.end))
    return tuple(found.values())[:MAX_MODIFIERS]
