from __future__ import annotations

from hcpcs_rag.tree import Block, chain, heading_paths, spans_of

BLOCKS = [
    Block("heading", 0, 5, level=1),
    Block("heading", 6, 9, level=2),
    Block("paragraph", 10, 20),
    Block("item", 21, 30, label="A", under=2),
    Block("item", 31, 40, label="1", under=3),
    Block("heading", 41, 45, level=2),
    Block("row", 46, 50),
]


def test_a_heading_stands_over_all_until_one_of_its_level() -> None:
    assert heading_paths(BLOCKS) == [(), (0,), (0, 1), (0, 1), (0, 1), (0,), (0, 5)]


def test_a_chain_runs_from_the_outermost_lead_to_the_item_around() -> None:
    assert chain(BLOCKS, 4) == [2, 3]
    assert chain(BLOCKS, 2) == []
    assert spans_of(BLOCKS, chain(BLOCKS, 4)) == ((10, 20), (21, 30))
