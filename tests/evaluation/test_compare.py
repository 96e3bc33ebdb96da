from __future__ import annotations

from collections.abc import Callable

from hcpcs_rag.evaluation.compare import compare
from hcpcs_rag.evaluation.results import Results
from tests.evaluation.conftest import judged, query, turn

WRONG = judged(cause="states a wrong fact")


def test_what_moved(make_results: Callable[..., Results]) -> None:
    before = make_results(
        *(turn(str(i), judgement=WRONG if i < 12 else None) for i in range(20)), queries=(query(1, ("E0002", "E0001")),)
    )
    after = make_results(
        *(turn(str(i), judgement=WRONG if i == 19 else None) for i in range(20)), queries=(query(1, ("E0001",)),)
    )
    found = compare(before, after)
    right = found.changes[0]
    assert (right.before, right.after, right.items) == (0.4, 0.95, 20)
    assert right.p_value < 0.01
    assert [t.item for t in found.broken] == ["19"]
    assert len(found.mended) == 12
    assert [(c.measure, c.before, c.after) for c in found.changes[1:]] == [
        ("hit@1", 0.0, 1.0),
        ("hit@10", 1.0, 1.0),
        ("MRR@10", 0.5, 1.0),
    ]
    assert found.warnings == ()


def test_only_what_both_runs_hold_is_compared_and_changed_questions_are_told(
    make_results: Callable[..., Results],
) -> None:
    before = make_results(turn("a"), hashes={"corpus": {"questions": "old", "sources": "s"}})
    after = make_results(turn("a"), turn("b"), hashes={"corpus": {"questions": "q", "sources": "s"}, "new": {}})
    found = compare(before, after)
    assert found.changes[0].items == 1
    assert found.warnings == (
        "The questions of corpus are not those of the earlier run.",
        "new was not in the earlier run.",
    )
