from __future__ import annotations

import re
from typing import Any

import pytest

from hcpcs_rag.evaluation.judging import invented_codes, is_carried, judge
from hcpcs_rag.evaluation.questions import Expected
from hcpcs_rag.evaluation.systems import Reply, Said
from hcpcs_rag.index.opened import Index

PAGE = "a4222_guide"


@pytest.fixture(scope="module")
def quote(index: Index) -> tuple[str, int, int, str]:
    text = "Bill A4222 with the pump E0779."
    start = index.page(PAGE).text.index(text)
    return (PAGE, start, start + len(text), text)


def reply(
    text: str, *quotes: tuple[str, int, int, str], status: Any = "answered", pages: tuple[str, ...] = ()
) -> Reply:
    return Reply(status, text, (Said(text, quotes),) if quotes else (), 1.0, 1.0, pages, {})


def gold(*, wanted: tuple[str, ...] = (), none: tuple[str, ...] = (), **fields: Any) -> Expected:
    compiled = {name: tuple(re.compile(p, re.IGNORECASE) for p in ps) for name, ps in (("all", wanted), ("none", none))}
    return Expected(**{"status": "answered", **compiled, **fields})


def test_a_right_answer(index: Index, quote: tuple[str, int, int, str]) -> None:
    found = judge(
        reply("Yes. Bill A4222 with the pump E0779.", quote),
        gold(wanted=("E0779",), pages=(PAGE,), verdict="yes"),
        ["q"],
        index,
    )
    assert found.right
    assert (found.facts, found.facts_found, found.quotes, found.quotes_faithful) == (1, 1, 1, 1)
    assert (found.statements, found.statements_carried, found.citations_needed) == (1, 1, 1)


@pytest.mark.parametrize(
    ("text", "expected", "cause"),
    [
        ("No. Bill A4222 with the pump E0779.", gold(verdict="yes"), "wrong verdict"),
        ("Yes. It is.", gold(status="abstained"), "answered what the sources do not hold"),
        ("Bill A4222 with the pump E0779.", gold(verdict="yes"), "no verdict, though the source states one"),
        ("Bill A4222 with E0784.", gold(none=("E0784",)), "states a wrong fact"),
        ("Bill A4222.", gold(wanted=("E0779",), pages=(PAGE,)), "fact missing, though the page was found"),
        ("Bill A4222.", gold(wanted=("E0779",), pages=("elsewhere",)), "fact missing, page not found"),
        ("Bill A4222 with the pump E0779.", gold(wanted=("E0779",), pages=("elsewhere",)), "right, but cites another page"),
        ("It.", gold(status="clarify"), "should have asked back"),
    ],
)  # fmt: skip
def test_causes(index: Index, quote: tuple[str, int, int, str], text: str, expected: Expected, cause: str) -> None:
    assert judge(reply(text, quote), expected, ["q"], index).cause == cause


def test_a_declined_answer_tells_whether_the_page_was_found(index: Index) -> None:
    declined = reply("I don't find that.", status="abstained", pages=(PAGE,))
    assert judge(declined, gold(pages=(PAGE,)), ["q"], index).cause == "declined, though the page was found"
    assert judge(declined, gold(pages=("elsewhere",)), ["q"], index).cause == "declined, page not found"
    assert judge(declined, gold(status="abstained"), ["q"], index).right


def test_a_verdict_where_the_sources_have_no_answer_is_a_wrong_one(
    index: Index, quote: tuple[str, int, int, str]
) -> None:
    assert judge(reply("Yes. It may be.", quote), gold(status="abstained"), ["q"], index).verdict_wrong


def test_a_quote_that_is_not_on_its_page_is_unfaithful(index: Index, quote: tuple[str, int, int, str]) -> None:
    page, start, end, text = quote
    altered = (page, start, end, text.replace("A4222", "A4223"))
    assert judge(reply("Bill.", altered), gold(), ["q"], index).quotes_faithful == 0
    assert judge(reply("Bill.", (page, start + 1, end, text)), gold(), ["q"], index).quotes_faithful == 0


def test_invented_codes(index: Index, quote: tuple[str, int, int, str]) -> None:
    assert invented_codes(reply("Use Z9999 and A4222.", quote), ["q"], index.known) == ("Z9999",)
    assert (
        invented_codes(reply("E0999 is not in the release.", status="abstained"), ["what is e0999"], index.known) == ()
    )


def test_carried(index: Index, quote: tuple[str, int, int, str]) -> None:
    assert is_carried("Bill A4222 with the pump E0779.", [quote], index)
    assert not is_carried("Bill A4222 with the pump E0784.", [quote], index)
    assert not is_carried("Bill 3 A4222 with the pump E0779.", [quote], index)
    assert not is_carried("Keep a signed order in the chart for seven years.", [quote], index)
    assert not is_carried("Bill A4222.", [], index)


def test_a_needless_citation_lowers_precision(index: Index, quote: tuple[str, int, int, str]) -> None:
    text = "The plan must name the drug, its dose and its duration."
    start = index.page(PAGE).text.index(text)
    other = (PAGE, start, start + len(text), text)
    found = judge(reply("Bill A4222 with the pump E0779.", quote, other), gold(), ["q"], index)
    assert (found.citations, found.citations_needed) == (2, 1)
