from __future__ import annotations

import re
from xml.etree import ElementTree

from hcpcs_rag.card import Rule, gather
from hcpcs_rag.index.opened import Index
from hcpcs_rag.web import cards, graph


def test_a_card_tells_all_and_every_line_has_its_source(index: Index) -> None:
    drawn = cards.view(gather("A4222", index))
    for fact in (
        "Infusion supplies for external drug infusion pump",
        "1997-01-01",
        "C: carrier judgment",
        "34 (DME supplies)",
    ):
        assert fact in drawn
    rules = re.findall(r"<li>.*?</li>", drawn)
    assert len(rules) >= 3
    assert all("?source=" in rule for rule in rules)


def test_codes_to_use_instead_are_links(index: Index) -> None:
    assert "?code=A0425" in cards.view(gather("A0390", index)).split("See instead")[1][:80]


def test_the_drawing_is_well_formed_and_tells_denials_apart_without_colour(index: Index) -> None:
    drawn = graph.draw("A4222", gather("A4222", index).rules)
    tree = ElementTree.fromstring(re.sub(r"&(?!amp;|lt;|gt;|quot;|#)", "&amp;", drawn))
    (denied,) = (g for g in tree.iter("g") if g.get("class") == "not_with")
    assert {"do not bill with", "✕", "E0784"} <= {t.text for t in denied.iter("text")}
    (allowed,) = (g for g in tree.iter("g") if g.get("class") == "use_with")
    assert "✕" not in {t.text for t in allowed.iter("text")}


def test_no_rules_no_drawing_and_many_are_cut_with_a_word() -> None:
    assert graph.draw("E1392", ()) == ""
    many = tuple(Rule("use_with", "E0001", f"A{n:04}", "", ()) for n in range(30))
    drawn = graph.draw("E0001", many)
    assert len(re.findall(r"<a ", drawn)) == graph.MAX_DRAWN // 2
    assert "24 more in the list below" in drawn
