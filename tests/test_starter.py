"""The starter library as a newcomer meets it: every code, in code and in everyday words."""

from __future__ import annotations

import pytest

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.index.opened import Index

EVERYDAY = {
    "A0130": "wheelchair van ride", "A4253": "test strips for a home glucose meter", "A5051": "one piece pouch with barrier attached",
    "A6457": "tubular dressing", "A7030": "cpap full face mask", "A9276": "sensor for a cgm that is not dme",
    "B4034": "feeding supply kit for a syringe, per day", "C1772": "programmable implantable infusion pump", "E0143": "folding walker with wheels",
    "E1390": "oxygen concentrator with a single port", "E2402": "wound vac", "E0163": "potty chair with fixed arms",
    "G0108": "diabetes self management training, individual", "H0004": "behavioral health counseling per 15 minutes",
    "J0129": "abatacept", "J1100": "dexamethasone sodium phosphate shot", "J3301": "kenalog", "J7613": "albuterol unit dose, not compounded",
    "J9271": "keytruda", "K0001": "standard manual wheelchair", "K0823": "group 2 standard power wheelchair with captains chair",
    "L0120": "soft foam neck collar", "L1820": "elastic knee orthosis with condylar pads and joints", "L3000": "foot insert ucb type",
    "L5000": "partial foot shoe insert with longitudinal arch and toe filler", "M0075": "cellular therapy", "P9016": "leukocyte reduced red blood cells",
    "Q0144": "azithromycin oral capsules", "Q4101": "apligraf", "S8999": "resuscitation bag for a patient with artificial respiration",
    "T2003": "non emergency transportation trip", "V2020": "frames, purchases", "V5010": "assessment for hearing aid",
}  # fmt: skip


def test_the_trial_is_over_thirty_families() -> None:
    assert len({code[:2] for code in EVERYDAY}) >= 25


@pytest.mark.parametrize(("code", "wording"), EVERYDAY.items())
def test_a_code_is_told_by_its_name_and_found_by_everyday_words(starter: Index, code: str, wording: str) -> None:
    assistant = Assistant(starter)
    record = starter.record(code)
    assert record is not None
    told, _ = assistant.ask(f"What is {code}?")
    assert record.long.split(",")[0] in told.text
    found, _ = assistant.ask(f"code for {wording}")
    assert code in found.codes, found.text


def test_every_suggestion_is_answered(starter: Index) -> None:
    assistant = Assistant(starter)
    codes = sorted({code for row in starter.source_pages() for code in row[5]})[::4]
    asked = {}
    for code in codes:
        answer, turn = assistant.ask(f"What is {code}?")
        asked |= dict.fromkeys(answer.suggestions, turn)
    assert len(asked) > 80
    assert [s for s, turn in asked.items() if assistant.ask(s, [turn])[0].status != "answered"] == []


def test_what_asks_back_names_what_tells_the_codes_apart(starter: Index) -> None:
    answer, _ = Assistant(starter).ask("what is the coverage of the concentrator?")
    assert answer.status == "clarify"
    assert "E1390 “Oxygen concentrator, single delivery port”" in answer.text
    assert " or E1392 “Portable oxygen concentrator, rental”?" in answer.text


def test_a_comparison_shows_what_differs(starter: Index) -> None:
    answer, _ = Assistant(starter).ask("E0143 vs E0149")
    rows = {s.cell.row for s in answer.statements if s.cell}
    assert rows == {"Official descriptor", "Medicare coverage", "Pricing"}
    answer, _ = Assistant(starter).ask("E0424 vs E1390")
    assert {s.cell.row for s in answer.statements if s.cell} == {"Official descriptor"}


def test_coverage_that_the_release_leaves_open_depends(starter: Index) -> None:
    assistant = Assistant(starter)
    assert [assistant.ask(f"Is {c} covered by Medicare?")[0].verdict for c in ("A0390", "E0784")] == ["no", "depends"]
    assert assistant.ask("Is E0784 covered for a patient who cannot read?")[0].verdict is None


def test_no_code_of_the_release_is_called_missing(starter: Index) -> None:
    answer, _ = Assistant(starter).ask("What is E9999?")
    assert "E9999 is not in CMS HCPCS October 2025 (8,463 codes and 383 modifiers)" in answer.text
