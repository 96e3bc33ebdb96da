from __future__ import annotations

import pytest

from hcpcs_rag import facets
from hcpcs_rag.domain import Facet


@pytest.mark.parametrize(
    ("heading", "facet"),
    [
        ("Documentation Requirements", "documentation"),
        ("Common Denial Reasons", "denials"),
        ("Common Modifiers", "modifiers"),
        ("Similar Codes", "related_codes"),
        ("What is HCPCS Code A4222?", "definition"),
        ("Does Medicare cover A0390?", "coverage"),
        ("Risks and Complications", "risks"),
        ("Special Considerations for Commercial Insurers", "payers"),
        ("RVU Information", "price"),
        ("Rainfall", Facet.GENERAL),
    ],
)
def test_headings_announce_facets(heading: str, facet: str) -> None:
    assert facets.of_heading(heading) == facet


@pytest.mark.parametrize(
    ("message", "facet"),
    [
        ("what paperwork do I need", "documentation"),
        ("why did they bounce it", "denials"),
        ("how many can I bill", "units"),
        ("does it qualify", "coverage"),
        ("how much does it pay", "price"),
        ("where is it used", "place_of_service"),
        ("who performs it", "specialty"),
        ("is it still valid", "status"),
    ],
)
def test_everyday_wording_asks_for_facets(message: str, facet: str) -> None:
    assert facet in facets.asked_for(message)


def test_content_gives_a_facet_away() -> None:
    assert facets.of_content("Claims without it will be denied.") == "denials"
    assert facets.of_content("Documentation must include the order.") == "documentation"
    assert facets.of_content("The sky is blue.") == Facet.GENERAL


def test_wording_is_blanked_and_the_rest_kept() -> None:
    rest = facets.without_wording("what documentation for oxygen tests", ("documentation",))
    assert "documentation" not in rest
    assert "oxygen tests" in rest


def test_every_facet_has_a_label() -> None:
    assert all(facets.label(f.name) for f in facets.FACETS)
    assert facets.label("made_up") == "made up"
