from __future__ import annotations

import csv
from pathlib import Path

import pytest

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.index.build import ingest
from hcpcs_rag.settings import Settings
from tests.conftest import COLUMNS, ROWS

ENDED = [
    ["C9000", "3", "Injection, wonderdrug, 5 mg", "Wonderdrug", "51", "Q9000", "D", "20100101", "20120101", "20111231"],
    ["Q9000", "3", "Injection, wonderdrug, 1 mg", "Wonderdrug", "51", "J9000", "D", "20120101", "20130101", "20121231"],
    ["J9000", "3", "Injection, wonderdrug, 1 mg", "Wonderdrug", "51", "", "D", "20130101", "20130101", ""],
    ["J9001", "3", "Injection, otherdrug, up to 20 mg", "Otherdrug", "51", "", "D", "20100101", "20200101", "20191231"],
    ["J9002", "3", "Injection, otherdrug, 1 mg", "Otherdrug", "51", "", "D", "20200101", "20200101", ""],
    ["J9003", "3", "Injection, nothing alike, 1 mg", "Nothing alike", "51", "", "D", "20200101", "20200101", ""],
    ["S9000", "3", "Thing that Medicare never pays", "Thing", "00", "", "I", "20100101", "20100101", ""],
]  # fmt: skip


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Assistant:
    folder = tmp_path_factory.mktemp("ended")
    with (folder / "HCPC2025_OCT.csv").open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *ROWS, *ENDED])
    ingest([folder / "HCPC2025_OCT.csv"], folder / "index", Settings(), cache=encoder_cache)
    return Assistant.open(folder / "index")


def test_a_successor_that_ended_is_followed_to_the_one_in_use(assistant: Assistant) -> None:
    answer, _ = assistant.ask("Which code replaced C9000?")
    assert answer.text.startswith("CMS names Q9000 (ended 2012-12-31, see J9000) to see instead of C9000.")


def test_where_nobody_names_a_successor_candidates_are_marked_as_such(assistant: Assistant) -> None:
    answer, _ = assistant.ask("what replaced J9001?")
    assert "Candidate by its descriptor alone: J9002" in answer.text
    assert "J9003" not in answer.text
    assert "I don't find a replacement for J9001 that CMS or a page states" in answer.text


def test_that_a_code_ended_is_said_first_whatever_is_asked(assistant: Assistant) -> None:
    declined, _ = assistant.ask("what documentation does J9001 need?")
    assert declined.status == "abstained"
    assert declined.text.startswith("J9001 has ended: its last day of use was 2019-12-31.")
    assert "I don't find that in the sources." in declined.text
    assert declined.citations[0].quote == "Ended: 2019-12-31 (last day of use)"
    rejected, _ = assistant.ask("We billed J9001, why did it reject?")
    assert rejected.status == "answered"
    assert rejected.text.startswith("J9001 has ended")


def test_that_medicare_never_pays_is_said_first(assistant: Assistant) -> None:
    declined, _ = assistant.ask("what documentation does S9000 need?")
    assert declined.text.startswith("CMS HCPCS October 2025: S9000 is not payable by Medicare")


def test_an_ended_code_is_marked_in_a_list(assistant: Assistant) -> None:
    answer, _ = assistant.ask("list the codes for wonderdrug injection")
    assert "J9000: Injection" in answer.text
    assert "Q9000 (ended 2012-12-31): Injection" in answer.text


def test_two_codes_and_a_still_ask_for_their_status(assistant: Assistant) -> None:
    answer, _ = assistant.ask("Are J9001 and J9002 still active?")
    assert "No. J9001 ended on 2019-12-31" in answer.text
    assert "Yes. J9002 is active" in answer.text


def test_an_unknown_code_is_not_called_missing_from_a_release_of_which_an_extract_is_loaded(
    assistant: Assistant,
) -> None:
    answer, _ = assistant.ask("What is K0001?")
    assert "is not in CMS" not in answer.text
    assert "among the 16 codes loaded, an extract of CMS HCPCS October 2025" in answer.text
    assert "hcpcs-rag update" in answer.text


def test_a_page_that_sets_the_ended_code_against_the_one_in_use_is_told(tmp_path: Path, encoder_cache: Path) -> None:
    with (tmp_path / "HCPC2025_OCT.csv").open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *ROWS, *ENDED])
    page = "J9001 notes\n\nJ9001 is for otherdrug.\n\nJ9002 is the code in use for otherdrug, while J9001 has ended.\n"
    (tmp_path / "j9001.txt").write_text(page)
    paths = [tmp_path / "HCPC2025_OCT.csv", tmp_path / "j9001.txt"]
    ingest(paths, tmp_path / "index", Settings(), cache=encoder_cache)
    answer, _ = Assistant.open(tmp_path / "index").ask("what replaced J9001?")
    assert "J9002 is the code in use for otherdrug, while J9001 has ended." in answer.text
    assert "Candidate" not in answer.text
