"""Which documents are kept from training together: five folds by family, so that no kin of a held document is seen.

A page of the starter library on a pump restates the policy on pumps, so they share a fold. Fold 0 is the fixed split
that settings are compared on.
"""

import re
from functools import cache

FOLDS: tuple[tuple[str, ...], ...] = (
    # chest devices, antiemetics, tracheostomy, lifts, footwear, ambulance, the manual on correct coding
    ("L33785", "L33786", "L33827", "L33832", "L33799", "L33641", "000_", "001_", "002_", "ncci", "A0", "S", "T"),
    # infusion pumps, glucose
    ("L33794", "L33822", "003_", "A42", "A9", "B", "E06", "E07", "E21", "J", "K04", "K05", "K06", "A4575"),
    # wheelchairs, support surfaces, defibrillators, shoes
    ("L33789", "L33792", "L33692", "L33690", "L33369"),
    # oxygen, positive airway pressure, cold therapy, facial prostheses, and the rest of the starter library
    ("L33797", "L33718", "L33735", "L33738", "004_", "A", "C", "E", "K", "modifier-"),
    # nebulizers, the benefit manual, immune globulin, braces, heating pads, erection and bowel devices
    ("L33370", "benefit", "L33610", "L33790", "L33825", "L34824", "L36267"),
)


WRITTEN = re.compile(r"h\d_\d")
"""The names of ``training/documents``, which were written for training and are never held back."""
TRAINED_ON = -1


@cache
def fold(document: str) -> int:
    """The fold of a document: that of the longest prefix that fits; unknown ones go by their name's letters."""
    if WRITTEN.fullmatch(document):
        return TRAINED_ON
    fits = [(len(prefix), i) for i, prefixes in enumerate(FOLDS) for prefix in prefixes if document.startswith(prefix)]
    return max(fits)[1] if fits else sum(map(ord, document)) % len(FOLDS)


@cache
def kin(one: str, other: str) -> bool:
    """Whether two documents may state the same: the same fold, and not two policies."""
    return one == other or (fold(one) == fold(other) and not (policy(one) and policy(other)))


def policy(document: str) -> bool:
    """Whether a document is a local coverage determination."""
    return document[:1] == "L" and document[1:].isdigit()
