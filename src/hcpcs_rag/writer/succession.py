"""What to use in place of a code: as CMS says, else as pages say, else candidates by their descriptors alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import CodeRecord, Draft, Question
from hcpcs_rag.index.opened import Index
from hcpcs_rag.language import stems
from hcpcs_rag.ranking import rank_codes
from hcpcs_rag.retrieval import Evidence, Found, weighted
from hcpcs_rag.vocabulary import concepts, share_met
from hcpcs_rag.writer.described import Written
from hcpcs_rag.writer.records import descriptor, see_instead_fact, standing, status_facts
from hcpcs_rag.writer.rules import relation_quotes
from hcpcs_rag.writer.selection import best_of
from hcpcs_rag.writer.statements import clean, listed, say, with_stop

_ENDED = re.compile(r"\b(?:ended|discontinued|no longer|deleted|expired|terminated|retired|inactive)\b", re.IGNORECASE)
MAX_CANDIDATES, RANKED = 3, 10
LEAST_SHARED = 0.6
"""Share of an ended code's descriptor, by the weight of its words, that a candidate's must meet, unless it has the rarest
of them: "injection, 1 mg" is what two drugs have in common that have nothing in common."""


def write_successors(question: Question, evidence: Evidence, index: Index, on: date) -> Written:
    """Tell what replaced the codes asked for; a candidate is marked as one, and that no source states it is said."""
    drafts: list[Draft] = []
    unstated: list[str] = []
    for record in map(index.full_record, evidence.records):
        stated = see_instead_fact(record, index, on) + stated_successors((record.code,), evidence, index, on)
        status = standing(record, index, on) or status_facts(record, index, on, answer_first=False)[:1]
        drafts += [*stated, *status]
        if not stated:
            unstated.append(record.code)
            drafts += _candidates(record, index, on) if record.status(on) == "ended" else []
    missing = f"a replacement for {listed(unstated or list(question.codes))} that CMS or a page states"
    return Written(tuple(drafts), missing, unmet=missing if unstated else "")


def stated_successors(codes: Sequence[str], evidence: Evidence, index: Index, on: date) -> list[Draft]:
    """What pages other than the release say of the successor of one of ``codes``.

    Where no rule is stated, a sentence that sets the ended code against codes that are in use.
    """
    stated = [r for r in evidence.relations if r.kind == "see_instead" and r.code in codes]
    stated = [r for r in stated if index.page(r.page_id).authority != "release"]
    if stated:
        return [Draft(with_stop(clean(q[0].text)), tuple(q)) for r in stated[:1] if (q := relation_quotes([r], index))]
    setting_apart = [f for f in evidence.found if f.page.authority != "release" and _sets_apart(f, codes, index, on)]
    return [say(found) for found in best_of(setting_apart, 1)]


def _sets_apart(found: Found, codes: Sequence[str], index: Index, on: date) -> bool:
    """Say whether a sentence tells that one of ``codes`` ended, and names codes that the release has as active."""
    text = found.quote.text
    others = [index.record(code) for code in find_codes(text) if code not in codes]
    ended = bool(_ENDED.search(text)) and any(code in text for code in codes)
    return ended and bool(others) and all(one and index.full_record(one).status(on) == "active" for one in others)


def _candidates(record: CodeRecord, index: Index, on: date) -> list[Draft]:
    """Active codes whose descriptors are nearest to that of a code which ended."""
    named = weighted(concepts(record.long), index)
    rarest = min(named, key=lambda c: index.frequency(c.alternatives[0]), default=None)
    told = []
    for hit in rank_codes(record.long, index, RANKED, record.kind):
        said = stems(hit.record.long)
        alike = share_met(named, said) >= LEAST_SHARED or (rarest and rarest.met_by(said))
        active = index.full_record(hit.record).status(on) == "active"
        if alike and active and hit.record.code != record.code:
            told.append(descriptor(hit.record, index, on))
    return [Draft(f"Candidate by its descriptor alone: {d.text}", d.quotes) for d in told[:MAX_CANDIDATES]]
