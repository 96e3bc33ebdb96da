from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hcpcs_rag import feedback, users
from hcpcs_rag.assistant import Assistant
from hcpcs_rag.evaluation.questions import load

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_ask_json_is_clean_and_conversations_go_on(run_cli: Run, index_folder: Path) -> None:
    done = run_cli("ask", "what is E1392", "--json", "--index", str(index_folder))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "answered"
    done = run_cli("ask", "which supplies go with E0779?", "and E0784?", "--index", str(index_folder))
    assert "A4224" in done.stdout


def test_several_questions_make_one_document_or_one_line_each(run_cli: Run, index_folder: Path) -> None:
    where = ("--index", str(index_folder))
    done = run_cli("ask", "what is E1392", "and E1390?", "--json", *where)
    assert [answer["status"] for answer in json.loads(done.stdout)] == ["answered"] * 2
    done = run_cli("ask", "what is E1392", "and E1390?", "--jsonl", *where)
    assert [json.loads(line)["status"] for line in done.stdout.splitlines()] == ["answered"] * 2


@pytest.mark.parametrize(
    ("questions", "code"),
    [(["what is E1392"], 0), (["coverage?"], 3), (["weather?"], 4), (["what is E1392", "weather?"], 4)],
)
def test_the_exit_status_tells_how_a_question_ended(
    run_cli: Run, index_folder: Path, questions: list[str], code: int
) -> None:
    assert run_cli("ask", *questions, "--exit-status", "--index", str(index_folder)).returncode == code
    assert run_cli("ask", *questions, "--index", str(index_folder)).returncode == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_and_options_are_completed(run_cli: Run, shell: str) -> None:
    script = run_cli("completion", shell).stdout
    for word in ("hcpcs-rag", "ask", "exit-status", "feedback"):
        assert word in script


def test_batches(run_cli: Run, index_folder: Path, tmp_path: Path) -> None:
    batch = tmp_path / "b.jsonl"
    batch.write_text(
        '{"id": "x", "turns": ["which supplies go with E0779?", "and E0784?"]}\n{"id": "y", "turns": ["weather?"]}\n'
    )
    done = run_cli("ask", "--batch", str(batch), "--json", "--index", str(index_folder))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(r["id"], [a["status"] for a in r["answers"]]) for r in rows] == [
        ("x", ["answered"] * 2),
        ("y", ["abstained"]),
    ]
    batch.write_text('{"id": "q", "query": "portable oxygen"}\n')
    done = run_cli("search", "--batch", str(batch), "--json", "--index", str(index_folder), "-k", "1")
    assert json.loads(done.stdout)["results"][0]["code"] == "E1392"


@pytest.mark.parametrize(
    ("arguments", "holds"),
    [
        (["code", "e1392", "ZZ", "--json"], '"status": "unknown"'),
        (["code", "E1392"], "Portable oxygen concentrator"),
        (["related", "E0784", "--json"], '"not_with"'),
        (["related", "E0784"], "do not bill with"),
        (["page", "a4222_guide"], "cassettes and bags"),
        (["page", "cms-2025-10/E1392", "--json"], '"authority": "release"'),
        (["search", "insulin", "pump"], "E0784"),
        (["status"], "Every page: hcpcs-rag status --all"),
        (["status", "--all"], "a4222_guide"),
        (["ask", "is A0390 covered?", "--short"], "No. CMS HCPCS October 2025"),
        (["ask", "is A0390 covered?", "--sources"], "“Medicare coverage: I (not payable by Medicare)”"),
        (["ask", "what is E1392", "--jsonl"], '"verdict": null'),
        (["ask", "is A0390 covered?"], "not payable by Medicare"),
    ],
)
def test_commands(run_cli: Run, index_folder: Path, arguments: list[str], holds: str) -> None:
    done = run_cli(*arguments, "--index", str(index_folder))
    assert done.returncode == 0, done.stderr
    assert holds in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ingest", "nowhere", "--index", "INDEX"], "no file or folder nowhere"),
        (["ingest", "EMPTY", "--index", "EMPTY/i"], "No file to read"),
        (["ask", "x", "--index", "EMPTY"], "There is no index"),
        (["ask", "--index", "INDEX"], "Nothing to answer"),
        (["ask", "--batch", "nowhere", "--index", "INDEX"], "no file nowhere"),
        (["search", "--index", "INDEX"], "Nothing to search"),
        (["page", "none", "--index", "INDEX"], "holds no page none"),
        (["code", "E1392", "--on", "May", "--index", "INDEX"], "May is not a day"),
        (["nonsense"], "No such command"),
        (["serch"], "Did you mean hcpcs-rag search?"),
        (["ask", "x", "--json", "--short"], "not allowed with argument"),
        (["ask", "--batch", "x", "--exit-status"], "Both --batch and --exit-status"),
    ],
)
def test_mistakes_end_in_one_line_and_exit_code_two(
    run_cli: Run, index_folder: Path, tmp_path: Path, arguments: list[str], says: str
) -> None:
    (tmp_path / "empty").mkdir()
    filled = [a.replace("EMPTY", str(tmp_path / "empty")).replace("INDEX", str(index_folder)) for a in arguments]
    done = run_cli(*filled)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_port_in_use_is_told(run_cli: Run, index_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run_cli("serve", "--port", str(taken.getsockname()[1]), "--index", str(index_folder))
    assert done.returncode == 2
    assert "Choose another with --port" in done.stderr


def test_ingest_reports_in_json(run_cli: Run, library: Path, index_folder: Path) -> None:
    done = run_cli("ingest", str(library), "--index", str(index_folder), "--json")
    summary = json.loads(done.stdout)
    assert (summary["codes"], summary["modifiers"], summary["changed"]) == (9, 2, False)


LIGHT = {"rich", "Stemmer"}
SEARCHING = LIGHT | {"numpy", "faiss", "tantivy", "onnxruntime", "tokenizers"}
HARMLESS = {"packaging", "cython_runtime", "swig_runtime_data5", "pygments", "markdown_it", "mdurl"}
"""What the libraries above bring along."""


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [
        (["--help"], set()),
        (["code", "E1392"], LIGHT),
        (["related", "E0779"], LIGHT),
        (["page", "a4222_guide"], LIGHT),
        (["status"], LIGHT),
        (["ask", "What is E1392?"], LIGHT),
        (["ask", "which supplies go with E0779?"], SEARCHING | {"rapidfuzz"}),
        (["search", "pump"], SEARCHING),
        (["ingest", "LIBRARY"], SEARCHING | {"python_calamine", "yaml"}),
        (
            ["diff", "LIBRARY/HCPC2025_OCT_test.csv", "LIBRARY/HCPC2025_OCT_test.csv"],
            LIGHT | {"python_calamine", "yaml"},
        ),
    ],
)
def test_a_command_loads_what_it_uses_and_no_other_library(
    index_folder: Path, library: Path, arguments: list[str], loaded: set[str]
) -> None:
    import sys

    program = (
        "import sys; from hcpcs_rag.cli import main\ntry:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code\n"
        "print(); print(*sys.modules)"
    )
    where = ["--index", str(index_folder)] if arguments[0] not in ("--help", "diff") else []
    filled = [a.replace("LIBRARY", str(library)) for a in arguments]
    done = subprocess.run([sys.executable, "-c", program, *filled, *where], capture_output=True, text=True, check=True)
    names = {name.split(".")[0] for name in done.stdout.splitlines()[-1].split()}
    found = {n for n in names if n not in sys.stdlib_module_names and not n.startswith("_")} - {"hcpcs_rag"}
    assert found - HARMLESS <= loaded, "a cold start pays for every one of them"


def test_serving_others_without_a_log_in_is_refused(run_cli: Run, index_folder: Path) -> None:
    done = run_cli("serve", "--index", str(index_folder), "--host", "0.0.0.0", "--port", "7998")
    assert done.returncode == 2
    assert "--auth" in done.stderr
    assert "--insecure" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--auth", "no-such-file"], "hcpcs-rag users add"),
        (["--root-path", "codes"], "with a slash first"),
        (["--share-history", "everywhere"], "share-history"),
    ],
)
def test_wrong_options_of_serve_are_told(run_cli: Run, index_folder: Path, arguments: list[str], told: str) -> None:
    done = run_cli("serve", "--index", str(index_folder), *arguments)
    assert done.returncode == 2
    assert told in done.stderr


def test_a_reader_that_stops_early_is_no_error(index_folder: Path) -> None:
    import sys

    command = f"{sys.executable} -m hcpcs_rag ask {'what-is-E1392 ' * 60} --jsonl --index {index_folder} | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith('{"question": ')
    assert done.stderr == ""


def test_a_password_that_nobody_can_type_is_told(run_cli: Run, tmp_path: Path) -> None:
    import sys

    command = [sys.executable, "-m", "hcpcs_rag", "users", "add", "ann", "--file", str(tmp_path / "users")]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, start_new_session=True)
    assert done.returncode == 2
    assert "--password" in done.stderr
    assert "Traceback" not in done.stderr


def test_users_are_added_by_command(run_cli: Run, tmp_path: Path) -> None:
    done = run_cli("users", "add", "ann", "--file", str(tmp_path / "users"), "--password", "secret")
    assert done.returncode == 0
    assert users.check(users.read(tmp_path / "users"), "ann", "secret")


def test_feedback_is_exported_as_a_question_set(run_cli: Run, tmp_path: Path, assistant: Assistant) -> None:
    answer, _ = assistant.ask("What is E1392?")
    feedback.rate(tmp_path, "up", ["What is E1392?"], answer, "g")
    done = run_cli("feedback", "export", "--index", str(tmp_path))
    assert json.loads(done.stdout)["turns"] == ["What is E1392?"]
    assert run_cli("feedback", "export", "--index", str(tmp_path), "--out", str(tmp_path / "s.jsonl")).returncode == 0
    assert len(load(tmp_path / "s.jsonl")) == 1
    traces = json.loads(run_cli("feedback", "export", "--index", str(tmp_path), "--traces").stdout)
    assert traces["answer"]["timings_ms"]["total"] > 0
