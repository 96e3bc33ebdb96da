"""Check the gold of the question sets against their sources, without asking the assistant anything.

    python tools/check_gold.py            # all sets of evals/sets.toml whose sources are there

Every pattern of ``all`` must be found on one of the pages the line names, those pages must exist, and a question to
be declined names neither.
"""

import sys
from pathlib import Path

from hcpcs_rag import loaders
from hcpcs_rag.evaluation import suite
from hcpcs_rag.evaluation.questions import Expected, load
from hcpcs_rag.loaders import files
from hcpcs_rag.settings import Settings


def texts(paths: tuple[Path, ...]) -> dict[str, str]:
    """Read sources; return the text of each page by its id."""
    found = {}
    for file in files.find_files(paths):
        for page in loaders.read(file, files.read_bytes(file, Settings().max_file_bytes)).pages:
            found[page.page_id] = f"{page.title}\n{page.text}\n{' '.join(page.text.split())}"
    return found


def faults(gold: Expected, pages: dict[str, str]) -> list[str]:
    """Return what of one turn's gold does not stand in the sources."""
    if gold.status != "answered":
        return [f"is {gold.status} and yet names facts or pages"] if gold.all or gold.pages else []
    told = [f"the page {page} does not exist" for page in gold.pages if page not in pages]
    named = [pages[page] for page in gold.pages if page in pages]
    told += [f"no page matches /{p.pattern}/" for p in gold.all if not any(p.search(text) for text in named)]
    if not gold.all and not gold.verdict:
        told.append("asks for no fact")
    return told


def main() -> int:
    """Check every set; return 1 if any gold is not in its sources."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "evals"
    read: dict[str, dict[str, str]] = {}
    wrong = 0
    for one in suite.load(folder):
        if one.kind != "questions":
            continue
        if one.missing():
            print(f"{one.name}: skipped, {one.missing()[0]} is not on this machine")
            continue
        pages = read.setdefault(one.source.name, texts(one.source.paths))
        items = load(one.file)
        for item in items:
            for number, gold in enumerate(item.expected, 1):
                for fault in faults(gold, pages) if gold else []:
                    wrong += 1
                    print(f"{one.name} {item.id}, turn {number}: {fault}")
        print(f"{one.name}: {len(items)} items checked")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
