"""Shared fixtures: a small library of pages written here, and a release table made by the test."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.index.build import ingest
from hcpcs_rag.index.opened import Index
from hcpcs_rag.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

COLUMNS = "HCPC,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,PRICE1,XREF1,COV,ADD DT,ACT EFF DT,TERM DT".split(",")
ROWS = [
    ["   KX", "7", "Requirements specified in the medical policy have been met", "Documentation on file", "", "", "C", "20020701", "20020701", ""],
    ["   GD", "7", "Units of service exceeds medically unlikely edit value", "Unit of service > mue value", "", "", "C", "20080101", "20080101", "20191231"],
    ["A0390", "3", "Als mileage (per mile)", "Advanced life support mileag", "00", "A0425", "I", "19950101", "20030101", ""],
    ["A0425", "3", "Ground mileage, per statute mile", "Ground mileage", "52", "", "D", "20010101", "20010101", ""],
    ["A4222", "3", "Infusion supplies for external drug infusion pump, per cassette or bag (list drugs separately)", "Infusion supplies with pump", "34", "", "C", "19970101", "20050101", ""],
    ["A4224", "3", "Supplies for maintenance of insulin infusion catheter, per week", "Supply insulin inf cath/wk", "34", "", "C", "20170101", "20170101", ""],
    ["A9155", "3", "Artificial saliva, 30 ml", "Artificial saliva", "57", "", "C", "20080101", "20250331", "20250331"],
    ["E0779", "3", "Ambulatory infusion pump, mechanical, reusable, for infusion 8 hours or greater", "Amb infusion pump mechanical", "36", "", "D", "20000101", "20000101", ""],
    ["E0784", "3", "External ambulatory infusion pump, insulin", "Ext amb infusn pump insulin", "36", "", "D", "19960101", "20000701", ""],
    ["E1390", "3", "Oxygen concentrator, single delivery port, capable of delivering 85 percent or greater oxygen concentration at the prescribed flow rate", "Oxygen concentrator", "33", "", "D", "20000101", "20000101", ""],
    ["E1392", "3", "Portable oxygen concentrator, rental", "Portable oxygen concentrator", "33", "", "D", "20060101", "20060101", ""],
]  # fmt: skip

PUMP_PAGE = """---
code: A4222
title: "A4222: cassettes and bags for an external pump"
publisher: Test Press
date: 2026-01-02
---
# A4222: cassettes and bags for an external pump

## Definition
Code A4222 is for the supplies that an external drug pump uses up.

## Billing
- Bill A4222 with the pump E0779.
- A4222 must not be billed with the insulin pump E0784, which uses A4224.
- Count one unit of A4222 for each cassette or bag.

## Documentation
Keep a signed order and the infusion plan in the chart.
The plan must name the drug, its dose and its duration.

## Subscribe to our newsletter
Sign up for free and get unlimited storage.
"""

OXYGEN_PAGE = """Home
Products
Contact us

E1392 portable concentrators explained

What is it

Code E1392 refers to the rental or purchase of a portable oxygen concentrator. It runs on a battery.

Modifiers

The “KX” modifier shows that the coverage criteria were met.

Similar codes

Another related code is E1390, a concentrator that stays in one room.

Does Medicare cover A0390?

Medicare coverage for A0390 depends on medical necessity.

Copyright 2026. All rights reserved.
"""


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real material beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared, the real material beside the checkout")
    return SHARED


@pytest.fixture(scope="session")
def encoder_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One export of the encoder for all indexes that tests build."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def assistant_over(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Callable[..., Assistant]:
    """Build an assistant over pages, by the names of their files, and files that are there."""

    def build(pages: dict[str, str], *also: Path) -> Assistant:
        folder = tmp_path_factory.mktemp("pages")
        (folder / "in").mkdir()
        for name, text in pages.items():
            (folder / "in" / name).write_text(text, encoding="utf-8")
        ingest([folder / "in", *also], folder / "index", Settings(), cache=encoder_cache)
        return Assistant(Index(folder / "index", Settings()))

    return build


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two pages and a release of eleven rows."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "a4222_guide.md").write_text(PUMP_PAGE, encoding="utf-8")
    (folder / "e1392_page.txt").write_text(OXYGEN_PAGE, encoding="utf-8")
    with (folder / "HCPC2025_OCT_test.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *ROWS])
    return folder


@pytest.fixture(scope="session")
def index_folder(library: Path, tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    """The index of ``library``."""
    folder = tmp_path_factory.mktemp("index")
    ingest([library], folder, Settings(), cache=encoder_cache)
    return folder


@pytest.fixture(scope="session")
def index(index_folder: Path) -> Index:
    return Index(index_folder, Settings())


@pytest.fixture(scope="session")
def assistant(index: Index) -> Assistant:
    return Assistant(index)


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Index:
    """The index of the starter library, as ``make run`` builds it."""
    folder = tmp_path_factory.mktemp("starter")
    ingest([ROOT / "corpus"], folder, Settings(), cache=encoder_cache)
    return Index(folder, Settings())


@pytest.fixture
def run_cli(encoder_cache: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line in a process of its own."""

    def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "hcpcs_rag", *arguments],
            capture_output=True,
            text=True,
            cwd=cwd,
            timeout=300,
            check=False,
            env={"PATH": "/usr/bin:/bin", "XDG_CACHE_HOME": str(encoder_cache), "COLUMNS": "200"},
        )

    return run
