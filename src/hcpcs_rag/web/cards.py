"""A code's card → HTML: the official record first, then what pages say, every line with its source."""

from __future__ import annotations

import html
from itertools import groupby

from hcpcs_rag.card import Card, Rule
from hcpcs_rag.domain import AUTHORITY_WORDS, Quote
from hcpcs_rag.web.graph import WORDS, draw
from hcpcs_rag.web.markup import ask_link, code_link, linked, page_link

_STATUS = {"active": "Active", "ended": "Ended", "unknown": "Not in the loaded release"}


def view(card: Card) -> str:
    """Draw the card of a code or modifier."""
    record = card.record
    code = record["code"]
    return (
        f"<article class='card'>"
        f"<h3>{html.escape(code)} <span class='badge {record['status']}'>{_STATUS[record['status']]}</span></h3>"
        f"{_descriptor(card)}{_facts(card)}{_relations(code, card.rules)}{_modifiers(card)}{_pages(card)}{_asks(card)}"
        "</article>"
    )


def _descriptor(card: Card) -> str:
    record = card.record
    if not record["long"] or card.official is None:
        near = ", ".join(code_link(code) for code in record["nearest"])
        nearest = f" Nearest: {near}." if near else ""
        return f"<p>I don't find {html.escape(record['code'])} in the sources: it is not {html.escape(record['searched'])}.{nearest}</p>"
    start = card.official.text.find(record["long"])
    quote = Quote(card.official, start, start + len(record["long"]))
    return f"<p class='descriptor'>{linked(record['long'])} {_source(quote)}</p>"


def _facts(card: Card) -> str:
    record = card.record
    if not record["release"]:
        return ""
    kind = "Modifier" if record["kind"] == "modifier" else "Code"
    coverage = f"{record['coverage']}: {record['coverage_meaning']}" if record["coverage"] else ""
    facts = [
        (f"{kind} added", record["added"]),
        ("Last changed", record["changed"]),
        ("Last day of use", record["ended"]),
        ("Medicare coverage", coverage),
        ("Pricing", "; ".join(card.pricing)),
        ("Short descriptor", record["short"]),
        *record["further"].items(),
        ("Release", record["release"]),
    ]
    drawn = "".join(f"<div><dt>{name}</dt><dd>{html.escape(value)}</dd></div>" for name, value in facts if value)
    if record["see_instead"]:
        drawn += f"<div><dt>See instead</dt><dd>{', '.join(map(code_link, record['see_instead']))}</dd></div>"
    return f"<dl class='facts'>{drawn}</dl>"


def _relations(code: str, rules: tuple[Rule, ...]) -> str:
    if not rules:
        return "<h4>Rules with other codes</h4><p class='empty'>The sources state none.</p>"
    groups = "".join(
        f"<h5>{WORDS[kind].capitalize()}</h5><ul>{''.join(_rule(code, rule) for rule in group)}</ul>"
        for kind, group in groupby(sorted(rules, key=lambda r: (r.kind != "use_with", r.kind)), key=lambda r: r.kind)
    )
    return f"<h4>Rules with other codes</h4>{draw(code, rules)}{groups}"


def _rule(code: str, rule: Rule) -> str:
    other = rule.other if rule.code == code else rule.code
    turned = "" if rule.code == code else f" ({html.escape(rule.code)} {WORDS[rule.kind]} {html.escape(code)})"
    named = f": {linked(rule.descriptor)}" if rule.descriptor else ""
    return f"<li>{code_link(other)}{named}{turned} {' '.join(map(_source, rule.quotes))}</li>"


def _modifiers(card: Card) -> str:
    if not card.modifiers:
        return ""
    drawn = "".join(f"<li>{code_link(m.code)}: {linked(m.descriptor)} {_source(m.quote)}</li>" for m in card.modifiers)
    return f"<h4>Modifiers named for it</h4><ul>{drawn}</ul>"


def _pages(card: Card) -> str:
    if not card.pages:
        return ""
    drawn = "".join(
        f"<li>{page_link(p.page_id, 0, 0, html.escape(p.title), f'Open {p.title}', 'source-link')}"
        f" <span class='badge {p.authority}'>{AUTHORITY_WORDS[p.authority]}</span></li>"
        for p in card.pages
    )
    return f"<h4>Pages about it</h4><ul>{drawn}</ul>"


def _asks(card: Card) -> str:
    code, kind = card.record["code"], card.record["kind"]
    if not card.record["long"]:
        return ""
    if kind == "modifier":
        return f"<p class='asks'>{ask_link(f'What is modifier {code}?')}</p>"
    asks = [f"What is {code}?", f"Is {code} covered by Medicare?", f"Which codes go with {code}?"]
    return f"<p class='asks'>{''.join(map(ask_link, asks))}</p>"


def _source(quote: Quote) -> str:
    """A mark that opens the words behind a line."""
    words = AUTHORITY_WORDS[quote.page.authority]
    return page_link(
        quote.page.page_id, quote.start, quote.end, "source", f"{words}: {quote.page.title}", "source-mark"
    )
