from __future__ import annotations

import re
import socket
from importlib.resources import files
from pathlib import Path

import pytest

from hcpcs_rag.errors import ServeError
from hcpcs_rag.web import serve
from hcpcs_rag.web.options import Options


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_others_are_let_in_only_with_a_log_in_or_on_purpose(index_folder: Path, host: str) -> None:
    with pytest.raises(ServeError, match="--auth"):
        serve.serve(index_folder, host, 7999, Options(), index_folder)


def test_a_port_in_use_is_told_before_anything_is_loaded(index_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ServeError, match="Choose another with --port"):
            serve.serve(index_folder, "127.0.0.1", taken.getsockname()[1], Options(), index_folder)


def test_nothing_of_the_pages_scripts_and_styles_names_another_server() -> None:
    for file in files("hcpcs_rag.web").joinpath("static").iterdir():
        assert not re.search(r"(https?:|['\"(])//|@import|url\(", file.read_text(encoding="utf-8")), file.name
