from __future__ import annotations

from pathlib import Path

from hcpcs_rag import conversations


def conversation(number: int, title: str = "t") -> dict[str, object]:
    at = f"2026-01-01T00:{number // 60:02}:{number % 60:02}"
    return {"id": str(number), "title": title, "questions": [f"q{number}", "ä"], "at": at, "generation": "g"}


def test_conversations_belong_to_their_owner(tmp_path: Path) -> None:
    conversations.keep(tmp_path, "ann", conversation(1))
    conversations.keep(tmp_path, "bob", conversation(1, "b"))
    conversations.forget(tmp_path, "bob", "2")
    assert conversations.listed(tmp_path, "ann") == [conversation(1)]
    conversations.forget(tmp_path, "bob", "1")
    assert conversations.listed(tmp_path, "bob") == []
    assert conversations.listed(tmp_path, "ann") == [conversation(1)]


def test_the_same_id_is_replaced_and_the_newest_comes_first(tmp_path: Path) -> None:
    conversations.keep(tmp_path, "ann", conversation(1))
    conversations.keep(tmp_path, "ann", conversation(2))
    conversations.keep(tmp_path, "ann", {**conversation(1, "new"), "at": "2027"})
    assert [c["title"] for c in conversations.listed(tmp_path, "ann")] == ["new", "t"]


def test_the_oldest_of_very_many_go(tmp_path: Path) -> None:
    for number in range(conversations.MAX_KEPT + 3):
        conversations.keep(tmp_path, "ann", conversation(number))
    ids = [c["id"] for c in conversations.listed(tmp_path, "ann")]
    assert len(ids) == conversations.MAX_KEPT
    assert "0" not in ids
