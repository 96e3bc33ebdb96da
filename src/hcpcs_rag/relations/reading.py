"""Rules as they are read: from either of their codes, and with or without a condition."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hcpcs_rag.domain import Relation

_CONDITION = re.compile(
    r"\bif\b(?!\s+(?:it is|they are)\s+(?:used|billed|reported|submitted) with)|\b(?:unless|until|during|as long as|provided (?:that|the)|except|while|only when|without|once|before|within"
    r"|(?<!on or )after|at (?:initial|the time|delivery|discharge)|(?:in|for) the (?:first|last))\b"
    # An order is asked of every item; it is no condition on the pair.
    r"|\bwhen\b(?!\s+(?:it is |they are )?(?:(?:used|billed|reported|submitted) with|ordered|prescribed)\b"
    r"|\s+(?:the |a )?(?:treating )?(?:practitioner|physician|doctor|provider) (?:orders|prescribes)\b)",
    re.IGNORECASE | re.DOTALL,
)


def among(relations: Iterable[Relation], code: str) -> list[Relation]:
    """Return relations of ``code``, those that read both ways seen from ``code``."""
    turned = []
    for relation in relations:
        if relation.code == code:
            turned.append(relation)
        elif relation.kind in ("use_with", "not_with", "similar"):
            turned.append(Relation(code, relation.kind, relation.code, relation.page_id, relation.start, relation.end))
        else:
            turned.append(relation)  # "A0390, see A0425" reads only one way
    return turned


def is_conditional(sentence: str) -> bool:
    """Say whether a sentence ties its rule to a condition or a time, so that a bare Yes or No would say too much."""
    return bool(_CONDITION.search(sentence))
