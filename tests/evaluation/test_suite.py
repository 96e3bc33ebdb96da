from __future__ import annotations

from pathlib import Path

import pytest

from hcpcs_rag.errors import PathNotFoundError, QuestionSetError
from hcpcs_rag.evaluation import suite

EVALS = Path(__file__).resolve().parent.parent.parent / "evals"


def test_the_projects_own_sets_are_all_there() -> None:
    sets = {s.name: s for s in suite.load(EVALS)}
    assert not sets["corpus"].missing()
    assert not sets["corpus"].source.optional
    for name in ("foreign", "status", "exact", "drugs", "everyday-dev", "everyday-test", "descriptors"):
        assert not sets[name].missing()
        assert not sets[name].source.optional
    assert sets["seeds"].source.optional


def test_choose() -> None:
    sets = suite.load(EVALS)
    assert suite.choose(sets, []) == sets
    assert [s.name for s in suite.choose(sets, ["corpus"])] == ["corpus"]
    with pytest.raises(QuestionSetError, match="no set nowhere"):
        suite.choose(sets, ["nowhere"])


def test_a_folder_without_sets(tmp_path: Path) -> None:
    with pytest.raises(PathNotFoundError):
        suite.load(tmp_path)
    (tmp_path / "sets.toml").write_text(
        '[libraries.x]\nsources = ["a"]\n[sets.y]\nkind = "riddle"\nlibrary = "x"\nfile = "f"'
    )
    with pytest.raises(QuestionSetError, match="riddle"):
        suite.load(tmp_path)
