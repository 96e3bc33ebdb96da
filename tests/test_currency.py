from __future__ import annotations

from datetime import date

import pytest

from hcpcs_rag.currency import notice, quarters_behind, size
from hcpcs_rag.domain import Release

WHOLE = Release("cms-2025-10", "CMS HCPCS October 2025", date(2025, 10, 1), 8_463, 383, True)
EXTRACT = Release("cms-2025-10", "CMS HCPCS October 2025", date(2025, 10, 1), 198, 42, False)


@pytest.mark.parametrize(
    ("today", "behind"),
    [
        (date(2025, 10, 1), 0),
        (date(2025, 12, 31), 0),
        (date(2026, 1, 1), 1),
        (date(2026, 9, 30), 3),
        (date(2026, 10, 1), 4),
    ],
)
def test_quarters_are_counted_by_their_first_days(today: date, behind: int) -> None:
    assert quarters_behind(WHOLE, today) == behind


def test_a_whole_release_of_this_year_needs_no_notice_and_one_of_last_year_does() -> None:
    assert notice(WHOLE, date(2026, 9, 30)) == ""
    told = notice(WHOLE, date(2026, 10, 1))
    assert "4 quarters old" in told
    assert "hcpcs-rag update" in told


def test_an_extract_is_always_called_one() -> None:
    assert "extract of 198 codes and 42 modifiers" in notice(EXTRACT, date(2025, 10, 1))
    assert size(EXTRACT) == "an extract of 198 codes and 42 modifiers"
    assert size(WHOLE) == "8,463 codes and 383 modifiers"
