"""What an answer owes to the structure of a page: no item without its lead, no row without its header."""

from __future__ import annotations

from pathlib import Path

import pytest

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.index.build import ingest
from hcpcs_rag.settings import Settings

TEXT = """LCD L99998: External infusion pumps

Coverage

An insulin pump (E0784) is covered if criterion A or B is met:

A. The fasting peptide level is low; or
B. The antibody test is positive; or

Before the pump (E0784) is ordered, the patient has kept a diary for two months. Patients must not have:

- an eating disorder that is not treated
- a tremor of both hands

INFUSION PUMPS (E0779 – E0781):

An evaluation of the patient by a nurse who works apart from the supplier is needed.

DRESSINGS (A6209 – A6214):

An evaluation of the patient by a wound specialist is needed.

These quantities are usual:

| Code | Number per month |
| --- | --- |
| A4222 | 30 |
| A4224 | 4 |
"""
HTML = """<html><body><main><h1>LCD L99998: External infusion pumps</h1><h2>Coverage</h2>
<p>An insulin pump (E0784) is covered if criterion A or B is met:</p>
<ol type="A"><li>The fasting peptide level is low; or</li><li>The antibody test is positive; or</li></ol>
<p>Before the pump (E0784) is ordered, the patient has kept a diary for two months. Patients must not have:</p>
<ul><li>an eating disorder that is not treated</li><li>a tremor of both hands</li></ul>
<h3>INFUSION PUMPS (E0779 – E0781):</h3><p>An evaluation of the patient by a nurse who works apart from the supplier is needed.</p>
<h3>DRESSINGS (A6209 – A6214):</h3><p>An evaluation of the patient by a wound specialist is needed.</p>
<p>These quantities are usual:</p><table><tr><th>Code</th><th>Number per month</th></tr>
<tr><td>A4222</td><td>30</td></tr><tr><td>A4224</td><td>4</td></tr></table></main></body></html>"""


@pytest.fixture(scope="module", params=["policy.txt", "policy.html"])
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Assistant:
    folder = tmp_path_factory.mktemp("structure")
    (folder / request.param).write_text(TEXT if request.param.endswith("txt") else HTML)
    ingest([folder / request.param], folder / "index", Settings(), cache=encoder_cache)
    return Assistant.open(folder / "index")


def answer(asked: Assistant, question: str) -> str:
    reply, _ = asked.ask(question)
    assert reply.status == "answered"
    return reply.text


def test_an_exclusion_is_told_with_the_lead_that_makes_it_one(asked: Assistant) -> None:
    told = answer(asked, "what must the patient not have for E0784")
    assert told.index("must not have:") < told.index("eating disorder") < told.index("tremor")
    assert "antibody" not in told


def test_a_criterion_is_found_by_its_label_and_told_below_its_lead(asked: Assistant) -> None:
    told = answer(asked, "what is criterion B for E0784")
    assert told.index("criterion A or B") < told.index("antibody")
    assert "peptide" not in told


def test_the_codes_of_a_heading_are_those_of_what_stands_below(asked: Assistant) -> None:
    told = answer(asked, "who has to evaluate the patient for E0780")
    assert "nurse" in told
    assert "wound specialist" not in told


def test_a_number_is_told_with_the_name_of_its_column(asked: Assistant) -> None:
    told = answer(asked, "how many A4222 a month")
    assert "Number per month: 30" in told
    assert "A4224" not in told
