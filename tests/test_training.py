"""The questions the reader is to be trained on: whole, of our own words, and split by document."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from training import lookup, pages
from training.align import align
from training.answers import quoted
from training.calibrate import Case, figures
from training.passages import Speller
from training.questions import Question, load
from training.split import FOLDS, TRAINED_ON, fold, kin
from training.words import html_text, plain_words

from hcpcs_rag import contract
from hcpcs_rag.domain import Answer, Authority, Citation, Statement
from hcpcs_rag.encoder import export
from hcpcs_rag.encoder.batches import TOKENIZER, Batcher
from hcpcs_rag.loaders.text import read_text
from hcpcs_rag.passages import of_page
from tests.conftest import PUMP_PAGE, ROOT

QUESTIONS = ROOT / "training" / "questions"


def test_every_line_is_read_and_written_alike() -> None:
    questions = list(load(QUESTIONS))
    assert len(questions) > 4_000
    assert len({one.id for one in questions}) == len(questions)
    assert all(Question.from_json(one.as_json()) == one for one in questions)


def test_stretches_are_places_and_not_words_of_a_document() -> None:
    for one in load(QUESTIONS):
        assert all(0 <= s.first <= s.last for s in (*one.answers, *one.helps, *one.tempting))
        assert len(one.question) < 1_000


def test_about_a_fifth_or_more_of_the_questions_have_no_answer() -> None:
    questions = list(load(QUESTIONS))
    assert 0.2 <= sum(not one.answers for one in questions) / len(questions) <= 0.35


def test_every_document_is_in_one_fold_and_kin_share_it() -> None:
    documents = {one.document for one in load(QUESTIONS)}
    assert {fold(name) for name in documents} == {TRAINED_ON, *range(len(FOLDS))}
    assert kin("E0784", "L33794")
    assert not kin("L33794", "L33822")


def test_a_tag_ends_a_word_unless_it_stands_within_a_line() -> None:
    assert plain_words(html_text("<p>H<sub>2</sub>O</p><p>and</p>air<br>now<script>no</script>")) == [
        "h2o",
        "and",
        "air",
        "now",
    ]


@given(st.lists(st.sampled_from("abcdefgh"), max_size=30), st.integers(0, 30))
def test_words_align_with_themselves_and_with_a_part(ours: list[str], cut: int) -> None:
    assert [i for i in align(ours, ours) if i is not None] == list(range(len(ours)))
    part = align(ours, ours[cut:])
    known = [i for i in part if i is not None]
    assert known == sorted(known)


def test_a_passage_is_read_in_training_as_the_product_embeds_it(tmp_path: Path) -> None:
    page = read_text(PUMP_PAGE, "/x/p.md", "0" * 64)
    shutil.copy(export.model_folder() / TOKENIZER, tmp_path / TOKENIZER)
    speller = Speller(tmp_path)
    ours = pages.page(json.loads(json.dumps(contract.page(page))))
    batcher = Batcher(tmp_path, 256)
    for passage in of_page(page, 700):
        place = next(k for k, s in enumerate(ours.sentences) if s.start == passage.start)
        (batch,) = batcher.batches([passage.text], 1)
        assert speller.passage(ours, place).ids == tuple(int(i) for i in batch.ids[0])


def test_looking_up_is_trained_on_other_wordings_than_it_is_tested_on(tmp_path: Path) -> None:
    release = next((ROOT / "corpus" / "release").glob("*.csv.gz"))
    lookup.dump(release, [ROOT / "evals" / "lookup" / "everyday-dev.jsonl"], tmp_path)
    typed = {json.loads(line)["query"] for line in (tmp_path / "wordings.jsonl").read_text().splitlines()}
    tested = (ROOT / "evals" / "lookup" / "everyday-test.jsonl").read_text().splitlines()
    assert len(typed) > 1_000
    assert not typed & {json.loads(line)["query"] for line in tested}
    assert len((tmp_path / "records.jsonl").read_text().splitlines()) == 8_463


def test_figures_tell_a_reader_that_knows_from_one_that_does_not() -> None:
    made = [
        Case("one", np.zeros((2, 4)), [1, 0], answerable=True, reached=True),
        Case("two", np.zeros((1, 4)), [0], answerable=False, reached=False),
    ]
    knows = figures(made, [np.array([0.9, 0.1]), np.array([0.2])])
    assert (knows["hit1"], knows["auc"], knows["reached"]) == (1.0, 1.0, 1.0)
    guesses = figures(made, [np.array([0.1, 0.3]), np.array([0.9])])
    assert (guesses["hit1"], guesses["auc"]) == (0.0, 0.0)
    assert [row["silent"] for row in knows["table"] if row["least"] in (0.1, 0.4)] == [0.0, 1.0]


def test_quotes_are_those_of_pages_in_the_order_in_which_they_are_read() -> None:
    def cite(number: int, authority: Authority) -> Citation:
        return Citation(number, f"p{number}", "", "", None, "", authority, "", None, 0, 1, "x")

    said = (Statement("b", (2,)), Statement("a", (1, 3)), Statement("b again", (2,)))
    cited = tuple(cite(n, "release" if n == 3 else "policy") for n in (1, 2, 3))
    assert [c.number for c in quoted(Answer("", "", "answered", "", said, cited))] == [2, 1]
