from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hcpcs_rag.domain import CodeRecord, Release
from hcpcs_rag.recordpage import field_quote, record_page

RELEASE = Release("cms-2025-10", "CMS HCPCS October 2025", date(2025, 10, 1))
RECORD = CodeRecord(
    "KX", "modifier", "Requirements specified in the medical policy have been met", "Documentation on file",
    date(2002, 7, 1), None, None, "C", (), (), "cms-2025-10", (("BETOS category", "Z2"),),
)  # fmt: skip


def test_every_field_has_its_own_line() -> None:
    page = record_page(RECORD, RELEASE, "x", "d")
    assert field_quote(page, "code").text == "Modifier: KX"
    assert field_quote(page, "ended").text == "Ended: no end date on record"
    assert field_quote(page, "coverage").text == "Medicare coverage: C (carrier judgment)"
    assert "BETOS category: Z2" in page.text


def test_a_field_that_is_missing_is_never_cited_to_another_line() -> None:
    page = record_page(replace(RECORD, added=None), RELEASE, "x", "d")
    with pytest.raises(LookupError, match="ended"):
        field_quote(page, "ended")
