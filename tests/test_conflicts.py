from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hcpcs_rag.conflicts import between_rules, find
from hcpcs_rag.domain import CodeRecord, Page, Release
from hcpcs_rag.index.build import ingest
from hcpcs_rag.index.opened import Index
from hcpcs_rag.loaders.text import read_text
from hcpcs_rag.recordpage import record_page
from hcpcs_rag.relations.mining import mine
from hcpcs_rag.settings import Settings

RELEASE = Release("cms-2025-10", "CMS HCPCS October 2025", date(2025, 10, 1))


def record(**changes: object) -> CodeRecord:
    values: dict[str, object] = {
        "code": "E1392", "kind": "code", "long": "Portable oxygen concentrator, rental", "short": "Portable",
        "added": date(2006, 1, 1), "changed": None, "ended": None, "coverage": "D", "pricing": (), "see_instead": (),
        "release_id": "cms-2025-10",
    }  # fmt: skip
    return CodeRecord(**{**values, **changes})  # type: ignore[arg-type]


def page(text: str) -> Page:
    return read_text(f"E1392 notes\n\n{text}", "/x/p.txt", "0" * 64)


def kinds(text: str, **changes: object) -> list[str]:
    one = record(**changes)
    return [d.about for d in find(one, record_page(one, RELEASE, "x", "d"), RELEASE, [page(text)], date(2025, 10, 1))]


@pytest.mark.parametrize(
    ("text", "changes", "about"),
    [
        ("Medicare coverage for E1392 depends on medical necessity.", {"coverage": "I"}, "Medicare coverage"),
        ("Medicare covers E1392 when it is needed.", {"coverage": "S"}, "Medicare coverage"),
        ("Code E1392 refers to the rental or purchase of a concentrator.", {}, "descriptor"),
        ("CPT E1392 is used for concentrators.", {}, "code system"),
        ("- Payment Status: Active", {"ended": date(2020, 12, 31)}, "status"),
        ("- Payment Status: Active", {"coverage": "I"}, "status"),
        ("E1392 remains valid for this year's claims.", {"ended": date(2020, 12, 31)}, "status"),
        ("Medicare covers E1392 when it is needed.", {"ended": date(2020, 12, 31)}, "status"),
        ("E1392 is a purchase code.", {}, "descriptor"),
        ("One unit of E1392 is 30 mg.", {"long": "Injection of something, per 15 mg"}, "units"),
        ("E1392 is billed per trip.", {"long": "Mileage, per statute mile"}, "units"),
    ],
)
def test_disagreements_are_found(text: str, changes: dict[str, object], about: str) -> None:
    assert kinds(text, **changes) == [about]


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("Medicare does not pay for E1392.", {"coverage": "I"}),
        ("Medicare covers E1392 when it is needed.", {"coverage": "D"}),
        ("Code E1392 refers to the rental of a concentrator.", {}),
        ("Does Medicare cover E1392?", {"coverage": "I"}),
        ("HCPCS E1392 is used for concentrators.", {}),
    ],
)
def test_agreement_is_no_conflict(text: str, changes: dict[str, object]) -> None:
    assert kinds(text, **changes) == []


def test_a_rule_of_one_page_against_another() -> None:
    allows = read_text("Brace notes\n\nL2397 may be billed with L1832.", "/x/a.txt", "0" * 64)
    forbids = read_text("LCD L33318 braces\n\nL2397 must not be billed with L1832.", "/x/b.txt", "1" * 64)
    pages = {page.page_id: page for page in (allows, forbids)}
    (found,) = between_rules([*mine(allows), *mine(forbids)], pages.__getitem__)
    assert found.about == "L2397 with L1832"
    assert found.official.startswith("A policy says")  # the higher authority first
    assert found.other == "L2397 may be billed with L1832."
    assert not between_rules(mine(allows), pages.__getitem__)


@pytest.mark.parametrize(
    "text",
    [
        "E0425 is the purchase code for a stationary system, while E1392 is the rental.",
        "E1392 is rented, but E0425 is a purchase code.",
        "E1392 is the rental; E0425 describes the purchase of the same system.",
        "Unlike E0425, which is a purchase code, E1392 is the rental.",
    ],
)
def test_a_claim_about_another_code_is_no_conflict(text: str) -> None:
    assert kinds(text) == []


def test_what_another_payer_covers_says_nothing_against_medicare() -> None:
    assert kinds("Coverage of E1392 by commercial insurers depends on the plan.", coverage="I") == []


def test_a_clause_without_a_code_goes_on_about_the_one_before() -> None:
    assert kinds("E1392 has an end date, but it remains valid.", ended=date(2020, 12, 31)) == ["status"]


def test_no_code_of_the_starter_library_has_a_conflict(starter: Index) -> None:
    release = starter.releases[0]
    found = []
    for code in starter.known:
        record = starter.record(code)
        assert record is not None
        pages = [*starter.pages_about(code), *starter.pages_mentioning(code)] if record.kind == "code" else []
        found += find(record, starter.record_page(record), release, pages, release.effective)
        found += between_rules(starter.relations(code), starter.page)
    assert found == []


def test_the_real_pages_keep_their_known_conflicts(shared: Path, tmp_path: Path, encoder_cache: Path) -> None:
    table = Path(__file__).resolve().parent.parent / "corpus" / "release"
    ingest([shared / "seeds", table], tmp_path / "index", Settings(), cache=encoder_cache)
    index = Index(tmp_path / "index", Settings())
    release = index.releases[0]
    told = set()
    for code in ("A0390", "A0392", "E1392"):
        record = index.record(code)
        assert record is not None
        pages = [*index.pages_about(code), *index.pages_mentioning(code)]
        told |= {(code, d.about) for d in find(record, index.record_page(record), release, pages, release.effective)}
    assert told == {
        ("A0390", "Medicare coverage"), ("A0390", "code system"), ("A0392", "status"), ("E1392", "descriptor"),
    }  # fmt: skip
