from __future__ import annotations

from hcpcs_rag.composition import rows, text_of, together
from hcpcs_rag.domain import Answer, Cell, Citation, Statement


def citation(number: int, start: int) -> Citation:
    return Citation(number, "page", "Page", "page.txt", None, "/page.txt", "reference", "", None, start, start + 1, "x")


def answered(question: str, *statements: Statement, citations: tuple[Citation, ...]) -> Answer:
    return Answer(question, question, "answered", text_of(statements), statements, citations)


def test_the_answer_first_then_a_list_then_a_table_then_conflicts() -> None:
    statements = [
        Statement("First.", (1,)),
        Statement("CMS says a; a page says b", (3,), disagrees=True),
        Statement("E1: one", (2,), cell=Cell("Name", "E1", "one")),
        Statement("Second.", (1, 2)),
    ]
    assert text_of(statements) == (
        "First. [1]\n- Second. [1][2]\n\n|  | E1 |\n| --- | --- |\n| Name | one [2] |\n\n"
        "The sources disagree:\n- CMS says a; a page says b [3]"
    )


def test_a_cell_that_no_source_fills_is_left_open() -> None:
    columns, lines = rows(
        [Statement("a", (1,), cell=Cell("Name", "E1", "a")), Statement("b", (1,), cell=Cell("Unit", "E2", "b"))]
    )
    assert columns == ["E1", "E2"]
    assert [(name, [len(cell) for cell in row]) for name, row in lines] == [("Name", [1, 0]), ("Unit", [0, 1])]


def test_several_answers_are_numbered_through() -> None:
    one = answered("What is A?", Statement("A.", (1,)), citations=(citation(1, 0),))
    two = answered("And B?", Statement("B.", (1, 2)), citations=(citation(1, 5), citation(2, 0)))
    none = Answer("And C?", "And C?", "abstained", "I don't find that.", reason="looked for C")
    whole = together("What is A? And B? And C?", [one, two, none])
    assert whole.text == "What is A?\nA. [1]\n\nAnd B?\nB. [2][1]\n\nAnd C?\nI don't find that."
    assert [(s.text, s.citations) for s in whole.statements] == [("A.", (1,)), ("B.", (2, 1))]
    assert [(c.number, c.start) for c in whole.citations] == [(1, 0), (2, 5)]
    assert (whole.status, whole.reason) == ("answered", "looked for C")
    assert [part.status for part in whole.parts] == ["answered", "answered", "abstained"]
