"""What each part of the answers is worth: the dev halves without it, one part at a time.

    python tools/ablate.py ~/.cache/hcpcs-rag/evals

Needs the indexes that ``hcpcs-rag eval`` leaves in its work folder. Prints, for the product and for each part taken
out, how many dev turns of each set are right, how many are answered that the sources do not answer, and how many open
with a wrong Yes or No. ``docs/decisions/0009-verdicts-and-parts.md`` has the table of one run.
"""

import sys
from pathlib import Path
from unittest import mock

from hcpcs_rag import assistant, grounding, retrieval, vocabulary
from hcpcs_rag.domain import Draft, Question
from hcpcs_rag.evaluation import suite
from hcpcs_rag.evaluation.judging import judge
from hcpcs_rag.evaluation.questions import load
from hcpcs_rag.evaluation.systems import Product
from hcpcs_rag.index.opened import Index
from hcpcs_rag.question.parting import Parted
from hcpcs_rag.retrieval import Found
from hcpcs_rag.settings import Settings
from hcpcs_rag.vocabulary import Concept
from hcpcs_rag.writer import disagreements, selection, statements, writing

EVALS = Path(__file__).resolve().parent.parent / "evals"


def alone(message: str) -> Parted:
    """A message read as one question."""
    return Parted((message,), "")


def bare(found: Found) -> list[Found]:
    """A sentence without the ones around it."""
    return [found]


def anything(question: Question, described: set[str]) -> bool:
    """Every question about two codes is taken for one about the pair alone."""
    return True


def trusting(draft: Draft) -> bool:
    """Every draft with a quote is let through."""
    return any(quote.start < quote.end for quote in draft.quotes)


def unweighed(concept: Concept, index: Index) -> float:
    """All concepts count the same."""
    return 1.0


def empty() -> dict[tuple[str, ...], tuple[frozenset[str], ...]]:
    """A vocabulary that knows no phrase."""
    return {("",): ()}


def nothing(*_: object) -> tuple[()]:
    """Nothing."""
    return ()


PARTS: dict[str, tuple[object, str, object]] = {
    "the product": (selection, "NEARLY", selection.NEARLY),
    "without weights by rarity": (retrieval, "_weight", unweighed),
    "without the share of what is asked": (selection, "SHARE_WEIGHT", 0.0),
    "without the vocabulary": (vocabulary, "_phrases", empty),
    "without what must be named": (selection, "demanded", nothing),
    "without what must be named, whole answer": (writing, "demanded", nothing),
    "without parting of messages": (assistant, "part", alone),
    "without sentences in their context": (statements, "_in_context", bare),
    "without 'the pair and nothing else'": (writing, "asks_of_pair_alone", anything),
    "without the gate": (grounding, "is_grounded", trusting),
    "without disagreements": (disagreements, "_found", nothing),
}


def measure(sets: list[tuple[str, Index, Path]]) -> list[str]:
    """Return right turns, false answers and wrong verdicts of each set's dev half."""
    cells = []
    for _, index, file in sets:
        product = Product(index)
        right = turns = false = verdicts = 0
        for item in (item for item in load(file) if item.split == "dev"):
            for at, (reply, gold) in enumerate(zip(product.converse(item.turns), item.expected, strict=True)):
                if gold is None:
                    continue
                judged = judge(reply, gold, item.turns[: at + 1], index)
                turns += 1
                right += judged.right
                false += judged.cause == "answered what the sources do not hold"
                verdicts += judged.cause == "wrong verdict"
        cells.append(f"{right} of {turns}, {false} false, {verdicts} wrong")
    return cells


def main() -> None:
    """Print the table."""
    work = Path(sys.argv[1]).expanduser()
    sets = [
        (one.name, Index(work / one.source.name, Settings()), one.file)
        for one in suite.load(EVALS)
        if one.kind == "questions" and not one.missing() and one.name != "seeds-beside-policies"
    ]
    print(f"| | {' | '.join(name for name, _, _ in sets)} |\n|{'---|' * (len(sets) + 1)}")
    for name, (module, attribute, stand_in) in PARTS.items():
        with mock.patch.object(module, attribute, stand_in):
            print(f"| {name} | {' | '.join(measure(sets))} |", flush=True)


if __name__ == "__main__":
    main()
