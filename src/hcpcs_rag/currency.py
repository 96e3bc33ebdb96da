"""How a loaded release is told: how much of it there is, and how old it is."""

from __future__ import annotations

from datetime import date

from hcpcs_rag.domain import Release

STALE_QUARTERS = 4
"""CMS publishes a release each quarter; one this many quarters behind has missed a year of codes that ended."""
UPDATE = "hcpcs-rag update"


def size(release: Release) -> str:
    """Say how much of a release is loaded: "8,463 codes and 383 modifiers"."""
    told = f"{release.codes:,} codes and {release.modifiers:,} modifiers"
    return told if release.whole else f"an extract of {told}"


def quarters_behind(release: Release, today: date) -> int:
    """Return how many quarters have begun since the one a release is for."""
    return 4 * (today.year - release.effective.year) + (today.month - 1) // 3 - (release.effective.month - 1) // 3


def notice(release: Release, today: date) -> str:
    """Say what a reader must know before relying on a release; empty if it is whole and current."""
    behind = quarters_behind(release, today)
    told = []
    if not release.whole:
        told.append(f"Only {size(release)} of {release.name} is loaded.")
    if behind >= STALE_QUARTERS:
        told.append(f"{release.name} is {behind} quarters old; codes have been added and ended since.")
    return f"{' '.join(told)} To load the current release: {UPDATE}" if told else ""
