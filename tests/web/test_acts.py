from __future__ import annotations

from pathlib import Path

from hcpcs_rag.web.acts import Acts
from hcpcs_rag.web.served import Served


def test_an_answer_comes_in_two_steps_its_first_words_with_the_question(index_folder: Path) -> None:
    acts = Acts(Served(index_folder))
    steps = list(acts.ask("which supplies go with E0779?", None))
    assert [len(messages) for _, messages, _ in steps] == [2, 2]
    first, whole = (messages[-1]["content"] for _, messages, _ in steps)
    assert [box for box, _, _ in steps] == ["", ""]
    assert len(first) < len(whole)
    held = steps[-1][2]
    *_, (_, messages, held) = acts.ask("and E0784?", held)
    assert len(messages) == 4
    assert held["questions"] == ["which supplies go with E0779?", "and E0784?"]


def test_undo_gives_the_question_back(index_folder: Path) -> None:
    acts = Acts(Served(index_folder))
    *_, (_, _, held) = acts.ask("What is E1392?", None)
    question, messages, held = acts.undo(held)
    assert (question, messages) == ("What is E1392?", [])
    assert held["questions"] == [], "told by its id, so that the history forgets it"
    assert acts.undo(None)[1:] == ([], None)
