"""The reading of real policies, judged by their own markup: an oracle that shares no code with the loaders."""

from __future__ import annotations

import pytest
from tools import reading_oracle as oracle

from hcpcs_rag import contract, loaders
from hcpcs_rag.loaders import files
from tests.conftest import SHARED

WANTED = {"items_found": 1.0, "items_with_lead": 0.995, "inner_items_with_parent": 0.98, "whole_chain": 0.98, "labels": 1.0,
          "rows_whole": 0.995, "words_kept": 0.998, "headings_path": 0.95, "no_wrong_parent": 0.99}  # fmt: skip
WANTED_FLAT = WANTED | {
    "items_with_lead": 0.99,
    "inner_items_with_parent": 0.945,
    "no_wrong_parent": 0.989,
    "rows_whole": 0.97,
}
SMALL = """<html><body><main><h1>Pumps</h1><p>All must be met:</p><ol type="A"><li>The need is shown.</li>
<li>One of:<ul><li>pain</li><li>fever</li></ul></li></ol><table><tr><th>Code</th><th>Number</th></tr>
<tr><td>A4364</td><td>4</td></tr></table></main></body></html>"""


def as_read(markup: str) -> dict[str, object]:
    from hcpcs_rag.loaders.html import read_html

    return contract.page(read_html(markup, "/x/small.html", "0" * 64))


def test_a_small_page_is_read_whole() -> None:
    figures = oracle.judge(oracle.expect(SMALL), as_read(SMALL))
    assert {name: one.share() for name, one in figures.items()} == dict.fromkeys(figures, 1.0)


def test_the_oracle_sees_a_lost_lead_and_a_lost_number() -> None:
    page = as_read(SMALL)
    for sentence in page["sentences"]:  # type: ignore[attr-defined]
        sentence["under"] = []
        sentence["header"] = None
    figures = oracle.judge(oracle.expect(SMALL), page)
    assert figures["items_with_lead"].share() == 0.0
    assert figures["rows_whole"].share() == 0.0


@pytest.mark.parametrize(("folder", "wanted"), [("policies_html", WANTED), ("policies_text", WANTED_FLAT)])
def test_real_policies_meet_the_floors(folder: str, wanted: dict[str, float]) -> None:
    if not (SHARED / folder).is_dir():
        pytest.skip(f"../shared/{folder} is not there")
    pages = {}
    for file in files.find_files([SHARED / folder]):
        for page in loaders.read(file, file.path.read_bytes()).pages:
            pages[page.page_id] = contract.page(page)
    each = {
        file.stem: oracle.judge(
            oracle.expect(file.read_text("utf-8")), pages[file.stem], labels=folder.endswith("html")
        )
        for file in sorted((SHARED / "policies_html").glob("*.html"))
        if file.stem in pages
    }
    assert len(each) > 20
    shares = {name: one.share() for name, one in oracle.merged(each).items()}
    low = {name: (shares[name], floor) for name, floor in wanted.items() if name in shares and shares[name] < floor}
    assert not low
