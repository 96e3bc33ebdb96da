"""Write the look-up sets of the evals: names and wordings, each with the codes that are right for it.

    python tools/make_lookup_sets.py ../shared

``drugs.jsonl``: the names of CMS's Table of Drugs with those of their codes that are in force in the starter table; names
and codes are facts. ``everyday-dev.jsonl`` and ``everyday-test.jsonl``: the everyday, brand, abbreviated and misspelt
wordings of ``reader/lay_queries.jsonl``, which were written for this project, in halves by a hash of the first code, so that
no code is in both.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

from hcpcs_rag.codes import find_codes
from hcpcs_rag.domain import Page
from hcpcs_rag.loaders.pdf import read_pdf
from hcpcs_rag.releases import read_release

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "evals" / "lookup"
NAME = re.compile(r"[A-Za-z]{4,}")
NO_NAME = frozenset("units vial subcutaneous esrd".split())
"""Words that wrapped cells leave over where a name should stand."""


def active_codes() -> set[str]:
    """The codes of the starter table that have not ended."""
    (table,) = (ROOT / "corpus" / "release").glob("*.csv.gz")
    return {record.code for record in read_release(table) if record.kind == "code" and record.ended is None}


def drugs(page: Page, active: set[str]) -> dict[str, set[str]]:
    """The names of the rows of the Table of Drugs; one on several rows has the codes of all of them."""
    found: dict[str, set[str]] = {}
    for sentence in page.sentences:
        cells = page.text[sentence.start : sentence.end].split("\t")
        name = " ".join(cells[0].split())
        codes = set(find_codes(cells[-1])) & active
        named = any(word.lower() not in NO_NAME for word in NAME.findall(name))
        if sentence.kind == "row" and len(cells) > 2 and codes and named:
            found.setdefault(name, set()).update(codes)
    return found


def half(code: str) -> str:
    """Which half a code is in: "dev" to improve on, "test" to measure."""
    return "test" if hashlib.sha256(code.encode()).digest()[0] % 2 else "dev"


def write(name: str, rows: list[tuple[str, list[str]]]) -> None:
    """Write queries and their codes, one JSON object a line."""
    lines = [
        json.dumps({"id": f"{name}-{number:04}", "query": query, "codes": codes}, ensure_ascii=False)
        for number, (query, codes) in enumerate(rows, 1)
    ]
    (TARGET / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Write all sets from the folder named on the command line."""
    shared = Path(sys.argv[1])
    table = shared / "cms" / "2019-Table-of-Drugs.pdf"
    found = drugs(read_pdf(table.read_bytes(), table.stem, ""), active_codes())
    write("drugs", [(name, sorted(codes)) for name, codes in found.items()])
    lines = (shared / "reader" / "lay_queries.jsonl").read_text(encoding="utf-8").splitlines()
    wordings = [json.loads(line) for line in lines]
    for side in ("dev", "test"):
        write(f"everyday-{side}", [(w["query"], w["codes"]) for w in wordings if half(w["codes"][0]) == side])


if __name__ == "__main__":
    main()
