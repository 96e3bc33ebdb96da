"""One reply against its gold: what is right, what is wrong, and why.

Nothing here uses the grounding it judges: codes are found by a pattern of its own, quotes are compared
with the stored pages, and the carrying of a statement by its quotes is counted in words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from hcpcs_rag.evaluation.questions import Expected
from hcpcs_rag.evaluation.systems import Reply, Said
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import content_words, stems

CARRIED = 0.7
"""Share of a statement's content words that must stand in its quotes. Not 1, because statements of fact
name what a field of the record means ("last day of use") in words the field does not have."""
_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{4}(?![A-Za-z0-9])")
_NUMBER = re.compile(r"\d+")
_OPENING = re.compile(r"\W*(yes|no|depends)\b", re.IGNORECASE)

CAUSES = (
    "answered what the sources do not hold",
    "wrong verdict",
    "states a wrong fact",
    "declined, though the page was found",
    "declined, page not found",
    "asked back needlessly",
    "should have asked back",
    "no verdict, though the source states one",
    "fact missing, though the page was found",
    "fact missing, page not found",
    "right, but cites another page",
)
"""Why a reply is not right, worst first: a false yes costs a claim, a false no costs a search."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was counted of one reply. ``cause`` is None where the reply is right in everything."""

    status_right: bool
    facts: int = 0
    facts_found: int = 0
    wrong_patterns: int = 0
    wrong_found: int = 0
    page_asked: bool = False
    page_right: bool = False
    verdict_asked: bool = False
    verdict_right: bool = False
    verdict_wrong: bool = False
    statements: int = 0
    statements_carried: int = 0
    citations: int = 0
    citations_needed: int = 0
    quotes: int = 0
    quotes_faithful: int = 0
    invented: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    cause: str | None = None

    @property
    def right(self) -> bool:
        """Say whether the reply is right in everything that was asked of it."""
        return self.cause is None


def judge(reply: Reply, expected: Expected, asked: Sequence[str], index: Index) -> Judgement:
    """Judge a reply; ``asked`` are the messages of the dialogue so far, the one answered last."""
    answered = reply.status == "answered"
    opening = _OPENING.match(reply.text) if answered else None
    opened = opening[1].lower() if opening else None
    missing = tuple(p.pattern for p in expected.all if not p.search(reply.text)) if answered else ()
    wrong = tuple(p.pattern for p in expected.none if p.search(reply.text))
    cited = {q[0] for q in reply.quotes}
    faithful = [q for q in reply.quotes if index.page(q[0]).text[q[1] : q[2]] == q[3] and q[3].strip()]
    wanted = expected.status == "answered"
    judged = Judgement(
        status_right=reply.status == expected.status,
        facts=len(expected.all),
        facts_found=len(expected.all) - len(missing) if answered else 0,
        wrong_patterns=len(expected.none),
        wrong_found=len(wrong),
        page_asked=bool(expected.pages),
        page_right=bool(cited & set(expected.pages)),
        verdict_asked=expected.verdict is not None,
        verdict_right=expected.verdict is not None and opened == expected.verdict,
        verdict_wrong=_contradicts(opened, expected, wanted),
        statements=len(reply.said),
        statements_carried=sum(is_carried(s.text, s.quotes, index) for s in reply.said),
        citations=sum(len(s.quotes) for s in reply.said),
        citations_needed=sum(_needed(s, index) for s in reply.said),
        quotes=len(reply.quotes),
        quotes_faithful=len(faithful),
        invented=invented_codes(reply, asked, index.known),
        missing=missing + tuple(f"says {p}" for p in wrong),
    )
    return replace(judged, cause=_cause(judged, reply, expected))


def _contradicts(opened: str | None, expected: Expected, wanted: bool) -> bool:
    """A verdict that is not the source's, or one where the sources hold no answer at all."""
    if opened is None:
        return False
    return (expected.verdict is not None and opened != expected.verdict) or not wanted


def _cause(judged: Judgement, reply: Reply, expected: Expected) -> str | None:
    found = not expected.pages or bool(set(expected.pages) & {*reply.pages, *(q[0] for q in reply.quotes)})
    if not judged.status_right:
        if reply.status == "answered":
            return "should have asked back" if expected.status == "clarify" else CAUSES[0]
        if reply.status == "clarify":
            return "asked back needlessly"
        if expected.status == "clarify":
            return "should have asked back"
        return "declined, though the page was found" if found else "declined, page not found"
    if judged.verdict_wrong:
        return "wrong verdict"
    if judged.wrong_found:
        return "states a wrong fact"
    if judged.facts_found < judged.facts and reply.status == "answered":
        return "fact missing, though the page was found" if found else "fact missing, page not found"
    if judged.verdict_asked and not judged.verdict_right:
        return "no verdict, though the source states one"
    if judged.page_asked and not judged.page_right:
        return "right, but cites another page"
    return None


def invented_codes(reply: Reply, asked: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    """Return the codes a reply names that stand neither in its quotes, nor in the release, nor in the question."""
    allowed = set(_CODE.findall(" ".join([*asked, *(q[3] for q in reply.quotes)]).upper())) | set(known)
    return tuple(code for code in dict.fromkeys(_CODE.findall(reply.text)) if code not in allowed)


def is_carried(text: str, quotes: Sequence[tuple[str, int, int, str]], index: Index) -> bool:
    """Say whether quotes carry a statement: all its codes and numbers, and most of its words.

    A quote is read with its page's title and the heading it stands under, as a reader sees it.
    """
    if not quotes:
        return False
    shown = " ".join(_shown(quote, index) for quote in quotes)
    if not set(_CODE.findall(text)) <= set(_CODE.findall(shown)):
        return False
    if not set(_NUMBER.findall(text)) <= set(_NUMBER.findall(shown)):
        return False
    said = stems(" ".join(content_words(text)))
    return not said or len(said & stems(shown)) >= CARRIED * len(said)


def _shown(quote: tuple[str, int, int, str], index: Index) -> str:
    page = index.page(quote[0])
    headings = [s.heading for s in page.sections if s.start <= quote[1] < max(s.end, s.start + 1)]
    return " ".join([page.title, *headings, quote[3]])


def _needed(said: Said, index: Index) -> int:
    """Count the citations of a statement that do something for it, as ALCE counts precision.

    A citation is needless if it does not carry the statement alone and the others carry it without it
    (Gao et al., "Enabling Large Language Models to Generate Text with Citations", EMNLP 2023).
    """
    needed = 0
    for quote in said.quotes:
        rest = [q for q in said.quotes if q != quote]
        needed += is_carried(said.text, [quote], index) or not is_carried(said.text, rest, index)
    return needed
