from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hcpcs_rag.loaders.layout import parse_lines


def kinds(text: str) -> list[tuple[str, str]]:
    return [(b.kind, text[b.start : b.end]) for b in parse_lines(text)]


def test_marked_headings_at_line_start_and_in_mid_line() -> None:
    text = "# Title\nbody text here. ## **Units** One unit each. - first thing. - Second thing."
    assert ("heading", "Title") in kinds(text)
    assert ("heading", "Units") in kinds(text)


def test_run_on_heading_with_question_mark() -> None:
    text = "## What is the code for? " + "It is a long sentence that goes on and on. " * 5
    assert kinds(text)[0] == ("heading", "What is the code for?")


def test_inline_bullets_after_a_colon_become_items() -> None:
    text = "Providers must: - Have an order. - Keep records."
    assert kinds(text) == [("paragraph", "Providers must:"), ("item", "Have an order."), ("item", "Keep records.")]


def test_bullets_of_any_kind() -> None:
    text = "• one\n- two\n* three\n1. four\n2) five\n– six\n(a) seven"
    assert [k for k, _ in kinds(text)] == ["item"] * 7
    assert [t for _, t in kinds(text)] == ["one", "two", "three", "four", "five", "six", "seven"]


def test_short_line_over_prose_is_a_heading_and_a_row_of_menu_labels_is_none() -> None:
    text = "Home\n\nProducts\n\nDocumentation\n\nKeep the signed order in the chart of the patient.\n"
    found = kinds(text)
    assert ("heading", "Documentation") in found
    assert ("heading", "Home") not in found


def test_labels_fields_rows_and_rules() -> None:
    text = (
        "Common Risks:\n- burns\n\nStatus: Active since 2006\n\n| Code | Use |\n|---|---|\n| E0779 | pump |\n\n=====\n"
    )
    found = kinds(text)
    assert ("label", "Common Risks:") in found
    assert ("field", "Status: Active since 2006") in found
    assert [k for k, _ in found].count("row") == 2


def test_hard_wrapped_lines_are_joined() -> None:
    text = "The supplier must keep the signed order of the treating practitioner\nand the delivery slip in the file."
    assert len(kinds(text)) == 1


@given(st.text(max_size=400))
def test_blocks_are_ordered_and_inside(text: str) -> None:
    blocks = [b for b in parse_lines(text) if b.kind != "gap"]
    assert all(0 <= b.start < b.end <= len(text) for b in blocks)
    assert all(a.end <= b.start for a, b in zip(blocks, blocks[1:], strict=False))
