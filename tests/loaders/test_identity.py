from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest

from hcpcs_rag.domain import Release
from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.loaders import cms
from tests.conftest import COLUMNS, ROWS

Table = list[list[str]]


def read(rows: Table, name: str = "HCPC2025_OCT.csv") -> Release:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return cms.read_csv(out.getvalue(), name)[0]


def many(count: int, letters: str = "ABCEGHJKLMPQRSTV") -> Table:
    """Codes and descriptions of as many families as there are letters."""
    return [[f"{letters[i % len(letters)]}{i // len(letters):04}", f"Thing {i}"] for i in range(count)]


def test_the_columns_of_cms_make_an_extract_of_few_codes() -> None:
    release = read([COLUMNS, *ROWS])
    assert (release.codes, release.modifiers, release.whole) == (9, 2, False)


def test_thousands_of_codes_of_many_families_are_a_whole_release() -> None:
    release = read([["HCPCS Code", "Long Description"], *many(6_000)], "hcpcs_jan2026.csv")
    assert (release.name, release.codes, release.whole) == ("CMS HCPCS January 2026", 6_000, True)


def test_a_remark_marks_an_extract() -> None:
    release = read([["# Extract of CMS HCPCS, April 2024"], ["HCPC", "LONG DESCRIPTION"], *many(40)], "mine.csv")
    assert (release.name, release.effective, release.whole) == ("CMS HCPCS April 2024", date(2024, 4, 1), False)


def test_without_a_date_of_its_own_a_list_is_no_release() -> None:
    with pytest.raises(UnreadableFileError, match="does not say which release"):
        read([["HCPCS Code", "Long Description"], *many(6_000)], "codes.csv")


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        (["HCPCS", "Mod", "Mod2", "JURIS", "CATG", "Ceiling", "Floor", "Description"], "a fee schedule"),
        (["HCPCS Code", "Description", "Payment Limit"], "a list of drug prices"),
        (["HCPCS Code", "Description", "MUE Values"], "a list of unit limits"),
        (["HCPCS", "Description", "Manufacturer"], "a product list"),
        (["Code", "Description", "Unit Price"], "a price list"),
        (["HCPCS", "Description", "Action Cd"], "a report of changes"),
    ],
)
@pytest.mark.parametrize("count", [30, 6_000])
def test_what_else_lists_codes_is_refused_and_named(columns: list[str], kind: str, count: int) -> None:
    rows = [[code, *[text] * (len(columns) - 1)] for code, text in many(count)]
    with pytest.raises(UnreadableFileError, match=f"seems to be {kind}") as refused:
        read([columns, *rows], "DMEPOS2026_JAN.csv")
    assert "\n" not in str(refused.value)
    assert "LONG DESCRIPTION" not in refused.value.next_step  # no advice that makes a release of it


def test_a_short_list_of_codes_is_no_release() -> None:
    with pytest.raises(UnreadableFileError, match="lists 30 codes and is not a whole CMS release"):
        read([["HCPCS", "Description"], *many(30)])


def test_thousands_of_codes_of_few_families_are_no_release() -> None:
    with pytest.raises(UnreadableFileError, match="not a whole CMS release"):
        read([["HCPCS", "Description"], *many(6_000, "AEKL")])


@pytest.fixture
def samples(shared: object) -> Callable[[str], list[object]]:
    from pathlib import Path

    return lambda pattern: sorted(Path(str(shared)).joinpath("sources", "samples").glob(pattern))


def test_no_schedule_of_cms_passes_for_a_release(samples: Callable[[str], list[object]]) -> None:
    from pathlib import Path

    from hcpcs_rag import loaders
    from hcpcs_rag.loaders.files import SourceFile

    found = [Path(str(p)) for folder in ("dmepos", "mue", "asp", "other") for p in samples(f"{folder}/*.csv*")]
    assert len(found) > 10
    for path in found:
        with pytest.raises(UnreadableFileError):
            loaders.read(SourceFile(path, path.parent), path.read_bytes())
