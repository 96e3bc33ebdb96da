from __future__ import annotations

from datetime import date

from hcpcs_rag.card import gather
from hcpcs_rag.index.opened import Index


def test_a_card_gathers_record_rules_and_pages(index: Index) -> None:
    card = gather("A4222", index)
    assert card.record["status"] == "active"
    assert card.pricing == ("34 (DME supplies)",)
    assert card.official is not None
    assert card.record["long"] in card.official.text
    assert {(r.kind, r.other) for r in card.rules} == {("use_with", "E0779"), ("not_with", "E0784")}
    assert all(r.other in q.text for r in card.rules for q in r.quotes)
    assert [p.page_id for p in card.pages] == ["a4222_guide"]


def test_a_rule_is_on_the_cards_of_both_codes(index: Index) -> None:
    assert ("not_with", "E0784", "A4222") in {(r.kind, r.code, r.other) for r in gather("E0784", index).rules}


def test_modifiers_are_those_that_pages_name(index: Index) -> None:
    (modifier,) = gather("E1392", index).modifiers
    assert modifier.code == "KX"
    assert "KX" in modifier.quote.text
    assert modifier.descriptor == "Requirements specified in the medical policy have been met"


def test_status_is_that_of_the_day(index: Index) -> None:
    assert gather("A9155", index).record["status"] == "ended"
    assert gather("A9155", index, date(2020, 1, 1)).record["status"] == "active"


def test_a_code_the_release_lacks_has_a_card_without_a_record(index: Index) -> None:
    card = gather("E1393", index)
    assert card.official is None
    assert card.rules == card.modifiers == card.pages == ()
    assert "E1392" in card.record["nearest"]
