from __future__ import annotations

import json
from pathlib import Path

import pytest

from hcpcs_rag.errors import PathNotFoundError, QuestionSetError
from hcpcs_rag.evaluation.questions import digest, load

GOOD = {
    "id": "a",
    "kind": "define",
    "split": "dev",
    "turns": ["what is E1392"],
    "expect": [{"status": "answered", "all": ["rental"], "pages": ["E1392"]}],
}


def written(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(json.dumps(r) if not isinstance(r, str) else r for r in rows), encoding="utf-8")
    return path


def test_a_line_is_an_item(tmp_path: Path) -> None:
    dialogue = {**GOOD, "id": "b", "turns": ["one", "two"], "expect": [None, {"status": "abstained"}]}
    first, second = load(written(tmp_path / "s.jsonl", GOOD, "", dialogue))
    gold = first.expected[0]
    assert gold is not None
    assert gold.all[0].search("RENTAL only")
    assert second.expected[0] is None
    assert second.turns == ("one", "two")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 2"),
        ({**GOOD, "id": "b", "split": "train"}, "not dev or test"),
        ({**GOOD, "id": "b", "turns": []}, "length"),
        ({**GOOD, "id": "b", "expect": [{"status": "maybe"}]}, "maybe"),
        ({**GOOD, "id": "b", "expect": [{"status": "answered", "all": ["("]}]}, "line 2"),
        ({**GOOD, "id": "b", "expect": [{"status": "answered", "must": ["x"]}]}, "must"),
        (GOOD, "taken"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: object, says: str) -> None:
    with pytest.raises(QuestionSetError, match=says):
        load(written(tmp_path / "s.jsonl", GOOD, line))


def test_a_set_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PathNotFoundError):
        load(tmp_path / "none.jsonl")


def test_digest_follows_contents_and_names_not_places(tmp_path: Path) -> None:
    for place in ("one", "two"):
        (tmp_path / place / "pages").mkdir(parents=True)
        (tmp_path / place / "pages" / "a.md").write_text("A")
    one, two = (digest([tmp_path / place / "pages"]) for place in ("one", "two"))
    assert one == two
    (tmp_path / "two" / "pages" / "a.md").write_text("B")
    assert digest([tmp_path / "two" / "pages"]) != one
    (tmp_path / "one" / "pages" / "a.md").rename(tmp_path / "one" / "pages" / "b.md")
    assert digest([tmp_path / "one" / "pages"]) != one
