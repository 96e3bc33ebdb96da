"""Which word of one reading of a text is which word of another."""

from bisect import bisect_left
from collections.abc import Sequence
from difflib import SequenceMatcher

RUN = 5
LARGEST_GAP = 4_000_000


def _unique(words: Sequence[str], begin: int, end: int, size: int) -> dict[tuple[str, ...], int]:
    """Where each run of words that stands there once begins."""
    places: dict[tuple[str, ...], int] = {}
    for i in range(begin, end - size + 1):
        run = tuple(words[i : i + size])
        places[run] = -1 if run in places else i
    return {run: place for run, place in places.items() if place >= 0}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of pairs (sorted by the first) that also rises in the second."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for i, (_, b) in enumerate(pairs):
        k = bisect_left(tails, b)
        before.append(ends[k - 1] if k else -1)
        if k == len(tails):
            tails.append(b)
            ends.append(i)
        else:
            tails[k], ends[k] = b, i
    chosen: list[tuple[int, int]] = []
    i = ends[-1] if ends else -1
    while i >= 0:
        chosen.append(pairs[i])
        i = before[i]
    return chosen[::-1]


def align(ours: Sequence[str], theirs: Sequence[str]) -> list[int | None]:
    """For each of our words the number of the same word of theirs, or None.

    Runs of five words that both have once are the anchors; between them the usual comparison of sequences.
    """
    found: list[int | None] = [None] * len(ours)
    a, b = _unique(ours, 0, len(ours), RUN), _unique(theirs, 0, len(theirs), RUN)
    anchors = _rising(sorted((place, b[run]) for run, place in a.items() if run in b))
    for i, j in anchors:
        for k in range(RUN):
            found[i + k] = j + k
    edges = [(-RUN, -RUN), *anchors, (len(ours), len(theirs))]
    for (i, j), (x, y) in zip(edges, edges[1:], strict=False):
        i, j = i + RUN, j + RUN
        if i >= x or j >= y or (x - i) * (y - j) > LARGEST_GAP:
            continue
        for block in SequenceMatcher(None, ours[i:x], theirs[j:y], autojunk=False).get_matching_blocks():
            for k in range(block.size):
                found[i + block.a + k] = j + block.b + k
    return found
