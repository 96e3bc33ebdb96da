"""The questions the reader is to be trained on: whole, of our own words, and split by document."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from training.align import align
from training.questions import Question, load
from training.split import FOLDS, fold, kin
from training.words import html_text, plain_words

QUESTIONS = Path(__file__).resolve().parent.parent / "training" / "questions"


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
    assert {fold(name) for name in documents} == set(range(len(FOLDS)))
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
