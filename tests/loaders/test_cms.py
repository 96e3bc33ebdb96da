from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from hcpcs_rag.errors import UnreadableFileError
from hcpcs_rag.loaders import cms
from hcpcs_rag.recordpage import record_page
from tests.conftest import COLUMNS, ROWS


def as_csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def as_xlsx(rows: list[list[object]]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def test_csv_and_xlsx_give_the_same_records() -> None:
    table = [COLUMNS, *ROWS]
    assert cms.read_csv(as_csv(table), "HCPC2025_OCT.csv") == cms.read_xlsx(as_xlsx(table), "HCPC2025_OCT.xlsx")


def test_release_name_and_fields() -> None:
    release, records = cms.read_csv(as_csv([COLUMNS, *ROWS]), "/a/HCPC2025_OCT_ANWEB_v4.csv")
    assert (release.release_id, release.name, release.effective) == (
        "cms-2025-10",
        "CMS HCPCS October 2025",
        date(2025, 10, 1),
    )
    by_code = {r.code: r for r in records}
    assert by_code["KX"].kind == "modifier"
    assert by_code["A0390"].see_instead == ("A0425",)
    assert by_code["A9155"].status(date(2025, 3, 31)) == "active"
    assert by_code["A9155"].status(date(2025, 4, 1)) == "ended"
    assert by_code["A9155"].status(date(2007, 1, 1)) == "unknown"


def test_disclaimer_rows_mixed_dates_and_continuations() -> None:
    rows: list[list[object]] = [
        ["***Disclaimers"],
        [],
        ["HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION", "ADD DT", "TERM DT"],
        ["G0503", "0010", "3", "Long text that", "Short", 20250401, None],
        ["G0503", "0020", "4", "goes on", None, None, None],
        ["   A1", "0010", "7", "Dressing", "Dress", "20020701", ""],
    ]
    release, records = cms.read_xlsx(as_xlsx(rows), "HCPC2019_CONTR.xlsx")
    assert release.name == "CMS HCPCS January 2019"
    assert [(r.code, r.long, r.added) for r in records] == [
        ("G0503", "Long text that goes on", date(2025, 4, 1)),
        ("A1", "Dressing", date(2002, 7, 1)),
    ]


def test_a_bare_list_says_nothing_of_dates() -> None:
    release, records = cms.read_csv(
        "# extract of CMS HCPCS\nHCPCS_CODE,SHORT_DESCRIPTION,LONG_DESCRIPTION\nA0021,Short,Long one\n",
        "hcpcs_jan2026.csv",
    )
    assert release.name == "CMS HCPCS January 2026"
    page = record_page(records[0], release, "x", "d")
    assert "Ended" not in page.text


@pytest.mark.parametrize("data", [b"PK\x03\x04broken", b"no workbook"])
def test_broken_workbooks_are_told(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        cms.read_xlsx(data, "a.xlsx")


def test_a_table_without_codes_is_told() -> None:
    with pytest.raises(UnreadableFileError):
        cms.read_csv("a,b\n1,2\n", "a.csv")


def test_record_pages_quote_every_field() -> None:
    release, records = cms.read_csv(as_csv([COLUMNS, *ROWS]), "HCPC2025_OCT.csv")
    for record in records:
        page = record_page(record, release, "x", "d")
        lines = {page.text[s.start : s.end] for s in page.sentences}
        assert f"Official descriptor: {record.long}" in lines
        assert page.page_id == f"cms-2025-10/{record.code}"


def test_the_real_release_equals_an_independent_reading(shared: Path) -> None:
    path = shared / "cms" / "HCPC2025_OCT_ANWEB_v4.xlsx"
    release, records = cms.read_xlsx(path.read_bytes(), path.name)
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)
    names = [str(n) for n in next(sheet)]
    oracle = [dict(zip(names, row, strict=True)) for row in sheet]
    assert sum(r.kind == "code" for r in records) == 8463
    assert sum(r.kind == "modifier" for r in records) == 383
    for record, row in zip(records, oracle, strict=True):
        ended = str(row["TERM DT"] or "").strip()
        assert record.code == row["HCPC"].strip()
        assert record.long == row["LONG DESCRIPTION"].strip()
        assert record.coverage == row["COV"].strip()
        assert (record.ended.strftime("%Y%m%d") if record.ended else "") == ended


def test_the_2019_zip_txt_and_xlsx_give_the_same_records(shared: Path) -> None:
    path = shared / "cms" / "2019-Alpha-Numeric-HCPCS-File.zip"
    release, from_zip = cms.read_zip(path.read_bytes(), path.name)
    with zipfile.ZipFile(path) as archive:
        xlsx = cms.read_xlsx(archive.read("HCPC2019_CONTR_ANWEB.xlsx"), "HCPC2019_CONTR_ANWEB.xlsx")
        text = archive.read("HCPC2019_CONTR_ANWEB.txt").decode("cp1252")
    _, from_txt = cms.read_txt(text, "HCPC2019_CONTR_ANWEB.txt")
    assert release.name == "CMS HCPCS January 2019"
    assert (release, from_zip) == xlsx
    assert len(from_txt) == 6800
    for ours, theirs in zip(from_txt, from_zip, strict=True):
        # A line of the TXT ends in padding, so of two spaces in a descriptor one may be lost there.
        same = [replace(r, long=" ".join(r.long.split()), further=()) for r in (ours, theirs)]
        assert same[0] == same[1]
    differing = [a.code for a, b in zip(from_txt, from_zip, strict=True) if a.further != b.further]
    assert differing == ["E0210", "E0776"]  # of which the TXT has one type of service more or less than the XLSX


def test_a_transaction_report_is_no_release(shared: Path) -> None:
    path = shared / "cms" / "HCPC2025_OCT_ANWEB_Transaction Report_v4.xlsx"
    with pytest.raises(UnreadableFileError):
        cms.read_xlsx(path.read_bytes(), path.name)


def test_fixed_width_lines_by_their_layout() -> None:
    head = "E1392001003" + "Portable oxygen".ljust(80) + "Portable".ljust(28) + "33".ljust(8)
    line = head.ljust(204) + "A0425".ljust(25) + "D".ljust(39) + "2006010120060101"
    more = "E1392001004" + "concentrator, rental".ljust(80)
    text = "\r\n".join(
        ["***Disclaimers", line.ljust(320), more.ljust(320), *([line.replace("E1392", "E1390").ljust(320)] * 3)]
    )
    assert cms.is_fixed_width(text)
    _, records = cms.read_txt(text, "HCPC2019.txt")
    assert records[0].long == "Portable oxygen concentrator, rental"
    assert (records[0].coverage, records[0].see_instead, records[0].pricing) == ("D", ("A0425",), ("33",))
    assert not cms.is_fixed_width("E1392 is a concentrator.\n" * 20)


def test_a_cell_far_out_is_refused_before_it_fills_the_memory() -> None:
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "HCPC"
    workbook.active["XFD20000"] = "far"
    out = io.BytesIO()
    workbook.save(out)
    with pytest.raises(UnreadableFileError, match="far larger"):
        cms.read_xlsx(out.getvalue(), "a.xlsx")
