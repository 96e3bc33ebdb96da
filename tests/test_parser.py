from __future__ import annotations

from pathlib import Path

import pytest

from hcpcs_rag.cli.parser import COMMANDS, parse
from hcpcs_rag.errors import InputError


def test_options_may_stand_anywhere() -> None:
    command, arguments = parse(["ask", "first", "--json", "second", "--index", "there"])
    assert command == "ask"
    assert arguments == {
        "questions": ["first", "second"], "index": Path("there"), "batch": None, "on": None, "form": "json",
        "exit_status": False,
    }  # fmt: skip


def test_the_index_may_be_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HCPCS_RAG_INDEX", "/somewhere")
    assert parse(["status"])[1]["index"] == Path("/somewhere")
    assert parse(["status", "--index", "here"])[1]["index"] == Path("here")
    monkeypatch.setenv("HCPCS_RAG_INDEX", "")
    assert parse(["status"])[1]["index"] == Path("index"), "set to nothing is not set"


def test_commands_of_two_words() -> None:
    command, arguments = parse(["users", "add", "ann", "--file", "f"])
    assert command == "users add"
    assert arguments == {"name": "ann", "file": Path("f"), "password": None}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nonsense"], "No such command: nonsense. See hcpcs-rag --help."),
        (["users", "ad"], "Did you mean hcpcs-rag users add?"),
        (["serch", "x"], "Did you mean hcpcs-rag search?"),
        (["code"], "CODE. See hcpcs-rag code --help."),
        (["search", "x", "-k", "0"], "0 is not between 1 and 1000"),
        (["search", "x", "-k", "many"], "invalid number value"),
        (["serve", "--share-history", "all"], "invalid choice"),
        (["status", "--ind", "x"], "Unrecognized arguments"),
    ],
)
def test_mistakes_are_told_with_the_next_step(words: list[str], told: str) -> None:
    with pytest.raises(InputError, match=told):
        parse(words)


@pytest.mark.parametrize("command", [*sorted(COMMANDS), "users", "feedback"])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        parse([*command.split(), "--help"])
    assert stop.value.code == 0
    assert f"hcpcs-rag {command}" in " ".join(capsys.readouterr().out.split())
