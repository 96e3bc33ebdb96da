from __future__ import annotations

from dataclasses import replace

import pytest

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.domain import Question
from hcpcs_rag.index.opened import Index
from hcpcs_rag.question.understanding import understand
from hcpcs_rag.reader import TrainedReader, read
from hcpcs_rag.retrieval import Evidence, retrieve
from hcpcs_rag.writer.selection import ANSWERS, BESIDE, answering, best_of, names, speaks_of


def asked(message: str, index: Index) -> tuple[Question, Evidence]:
    question = understand(message, (), index.known)
    return question, read(question, retrieve(question, index), TrainedReader.shipped())


def chosen(message: str, index: Index) -> list[str]:
    question, evidence = asked(message, index)
    return [f.quote.text for f in answering(question, evidence.found)]


def test_the_sentence_that_means_it_answers_without_sharing_its_words(index: Index) -> None:
    found = chosen("does E1392 need a power outlet or is it battery run", index)
    assert any("battery" in text for text in found)


@pytest.mark.parametrize(
    "message",
    [
        "what is the warranty on E1392?",
        "who manufactures E1392?",
        "how heavy is E1392?",
        "does Aetna cover the E1392 battery?",
        "is the E1392 battery covered in Texas?",
        "what does LCD L33797 say of the E1392 battery?",
        "MUE for E1392",
    ],
)
def test_what_must_be_named_is_not_answered_by_likeness(index: Index, assistant: Assistant, message: str) -> None:
    assert chosen(message, index) == []
    assert assistant.ask(message)[0].status == "abstained"


def test_what_is_shown_beside_the_best_is_nearly_as_likely(index: Index) -> None:
    question, evidence = asked("A4222: what does the infusion plan have to list?", index)
    found = answering(question, evidence.found)
    best = max(f.chance for f in found)
    assert best >= ANSWERS
    assert all(f.chance >= max(ANSWERS, BESIDE * best) for f in found)


def test_one_that_meets_all_of_several_things_answers(index: Index) -> None:
    texts = chosen("A4222: the plan must name drug, dose and what else", index)
    assert any("its dose and its duration" in text for text in texts)


def test_best_of_drops_repeats_and_puts_the_likeliest_first(index: Index) -> None:
    _, evidence = asked("A4222 signed order infusion plan", index)
    best = best_of([*evidence.found, *evidence.found], 2)
    assert len({f.quote.text for f in best}) == len(best) == 2
    assert best[0].chance == max(f.chance for f in evidence.found)


def test_speaks_of_and_names(index: Index) -> None:
    _, evidence = asked("A4222 with E0779", index)
    found = next(f for f in evidence.found if "E0779" in f.quote.text)
    assert speaks_of(found, ("E0779",))
    assert not speaks_of(found, ("E1390",))
    assert names(found, ())


def test_of_a_sentence_that_pages_share_the_one_of_the_family_asked_about_is_told(index: Index) -> None:
    question, evidence = asked("A4222: what does the infusion plan have to list?", index)
    (best,) = answering(question, evidence.found)
    copy = replace(best, page=replace(best.page, page_id="other", title="Lifts"), chance=best.chance + 0.01)
    assert answering(question, [copy, best])[0].page.page_id == best.page.page_id
    elsewhere = replace(question, standalone="what does the plan for lifts have to list?")
    assert answering(elsewhere, [copy, best])[0].page.page_id == "other"
