from __future__ import annotations

import inspect

from hcpcs_rag import errors


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    drawn = {
        line.split("─ ")[-1].split()[0]
        for line in (errors.__doc__ or "").splitlines()
        if "Error" in line and "  " in line
    }
    classes = {name for name, value in inspect.getmembers(errors, inspect.isclass)}
    assert drawn == classes


def test_every_error_says_what_and_the_next_step() -> None:
    error = errors.IndexMissingError("There is no index in x.", "Build one.")
    assert str(error) == "There is no index in x. Build one."
    assert isinstance(error, errors.HcpcsRagError)
