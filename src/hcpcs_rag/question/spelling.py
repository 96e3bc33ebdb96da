"""Slips of the keyboard in the words by which a question asks: "documantation", "modifer", "covrage".

Only the trade's own words are mended. A word that names a thing is left as typed: mended to a word that
happens to be near, it could make a question answerable that is not.
"""

from __future__ import annotations

import re
from functools import lru_cache

from hcpcs_rag.slips import nearest_word

ASKING_WORDS = frozenset(
    """accessories allowed authorization billable billed billing bundled claim claims commercial compatible
    coverage covered denial denials denied descriptor diagnosis difference discontinued documentation documents
    effective frequency insurance maximum medicare modifier modifiers necessity paperwork payable physician
    prescription provider purchase quantity related rental replaced replacement requirements similar specialty
    status supplier suppliers supplies supply often every quantity symptoms terminated together units valid""".split()
)
_WORD = re.compile(r"(?<![A-Za-z0-9-])[A-Za-z]{5,}(?![A-Za-z0-9-])")


def mend(text: str) -> str:
    """Return ``text`` with the asking words it misspells put right."""
    return _WORD.sub(lambda match: _mended(match.group()), text)


@lru_cache(maxsize=10_000)
def _mended(word: str) -> str:
    lower = word.lower()
    if lower in ASKING_WORDS:
        return word
    return nearest_word(lower, ASKING_WORDS) or word
