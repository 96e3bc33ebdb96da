from __future__ import annotations

import csv
import gzip
from functools import cache
from pathlib import Path

import pytest

from hcpcs_rag import lexicon
from hcpcs_rag.language import stems

ROOT = Path(__file__).resolve().parent.parent
TABLES = {"abbreviations.csv": "long", "everyday.csv": "technical", "brands.csv": "names"}


def test_short_forms_are_spelled_out_as_their_neighbours_say() -> None:
    assert lexicon.spell_out("HD manual w/c") == "heavy duty manual wheelchair"
    assert lexicon.spell_out("HD catheter for dialysis") == "hemodialysis catheter for dialysis"
    assert lexicon.spell_out("an HD film") == "an HD film"


def test_everyday_words_and_brands_are_told_in_the_words_of_descriptors() -> None:
    assert lexicon.translate("potty chair") == "commode chair"
    assert "pembrolizumab" in lexicon.translate("Keytruda infusion")
    assert lexicon.translate("oxygen tent") == "oxygen tent"


@cache
def descriptor_stems() -> frozenset[str]:
    (table,) = (ROOT / "corpus" / "release").glob("*.csv.gz")
    with gzip.open(table, "rt", encoding="utf-8", newline="") as file:
        next(file)
        return frozenset().union(*(stems(row["LONG DESCRIPTION"]) for row in csv.DictReader(file)))


@pytest.mark.parametrize("name", TABLES)
def test_every_target_is_made_of_words_of_the_release(name: str) -> None:
    text = (ROOT / "src" / "hcpcs_rag" / "lexicon" / name).read_text(encoding="utf-8")
    assert text.startswith("# ")  # where it comes from
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    assert len(rows) > 300
    known = descriptor_stems()
    foreign = [row for row in rows if not stems(row[TABLES[name]]) <= known]
    assert len(foreign) <= len(rows) / 50, foreign[:20]
