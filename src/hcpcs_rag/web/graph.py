"""The rules of a code as a small drawing: the code in the middle, its partners left and right."""

from __future__ import annotations

import html
from dataclasses import dataclass
from urllib.parse import quote as percent

from hcpcs_rag.card import Rule
from hcpcs_rag.domain import RelationKind

MAX_DRAWN = 12
"""Partners drawn; all are in the list below the drawing."""
WIDTH, BOX_WIDTH, BOX_HEIGHT = 360, 84, 28
WORDS: dict[RelationKind, str] = {
    "use_with": "use with",
    "not_with": "do not bill with",
    "included_in": "included in",
    "see_instead": "see instead",
    "similar": "similar to",
}


@dataclass(frozen=True, slots=True)
class _Edge:
    """One line of the drawing: ``kind`` decides how it looks, ``partner`` what stands at its end."""

    kind: RelationKind
    partner: str


def draw(code: str, rules: tuple[Rule, ...]) -> str:
    """Draw the rules of a code as SVG; "do not bill" is told by a dashed line, a cross and words, not by colour alone.

    Nothing is drawn where there are no rules. What goes with the code stands on the left, all else on the right.
    """
    edges = list(dict.fromkeys(_Edge(r.kind, r.other if r.code == code else r.code) for r in rules))
    if not edges:
        return ""
    with_it = [e for e in edges if e.kind == "use_with"][: MAX_DRAWN // 2]
    others = sorted((e for e in edges if e.kind != "use_with"), key=lambda e: e.kind)[: MAX_DRAWN - len(with_it)]
    height = max(len(with_it), len(others)) * (BOX_HEIGHT + 24)
    middle = WIDTH / 2, height / 2
    drawn = "".join(
        _edge(edge, middle, x, height * (number + 0.5) / len(side))
        for side, x in ((with_it, BOX_WIDTH / 2 + 4), (others, WIDTH - BOX_WIDTH / 2 - 4))
        for number, edge in enumerate(side)
    )
    told = "; ".join(f"{WORDS[e.kind]} {e.partner}" for e in with_it + others)
    left_out = len(edges) - len(with_it) - len(others)
    note = f"<figcaption>{left_out} more in the list below.</figcaption>" if left_out else ""
    return (
        f"<figure class='graph'><svg viewBox='0 0 {WIDTH} {height}' role='group'"
        f" aria-label='{html.escape(f'{code}: {told}', quote=True)}'>{drawn}{_box(code, *middle, 'self')}</svg>{note}</figure>"
    )


def _edge(edge: _Edge, middle: tuple[float, float], x: float, y: float) -> str:
    """A line from the code to a partner, with its words at the middle."""
    side = -1 if x < middle[0] else 1
    x1, x2 = middle[0] + side * BOX_WIDTH / 2, x - side * BOX_WIDTH / 2
    at_x, at_y = (x1 + x2) / 2, (middle[1] + y) / 2
    cross = f"<text class='cross' x='{at_x:.0f}' y='{at_y + 5:.0f}'>✕</text>" if edge.kind == "not_with" else ""
    return (
        f"<g class='{edge.kind}'><line x1='{x1:.0f}' y1='{middle[1]:.0f}' x2='{x2:.0f}' y2='{y:.0f}'/>{cross}"
        f"{_box(edge.partner, x, y, edge.kind)}"
        f"<text class='words' x='{x:.0f}' y='{y + BOX_HEIGHT / 2 + 9:.0f}'>{WORDS[edge.kind]}</text></g>"
    )


def _box(code: str, x: float, y: float, css: str) -> str:
    name = html.escape(code, quote=True)
    box = (
        f"<rect x='{x - BOX_WIDTH / 2:.0f}' y='{y - BOX_HEIGHT / 2:.0f}' width='{BOX_WIDTH}' height='{BOX_HEIGHT}' rx='6'/>"
        f"<text class='name' x='{x:.0f}' y='{y + 5:.0f}'>{name}</text>"
    )
    if css == "self":
        return f"<g class='self'>{box}</g>"
    return f"<a href='?code={percent(code)}' aria-label='{name}, {WORDS[css]}'>{box}</a>"  # type: ignore[index]
