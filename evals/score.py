"""Score the assistant on question sets, by kind.

    python evals/score.py INDEX evals/questions/shared_seeds.jsonl --split dev --failures

A turn is right if its status is the expected one and, where it is answered, every pattern of ``all`` and none
of ``none`` is found in the text, a page of ``pages`` is cited, and the text opens with the expected verdict.
Every quote is compared with its page; one that is not verbatim ends the run.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

from hcpcs_rag.assistant import Assistant
from hcpcs_rag.domain import Answer, Turn


def faults(answer: Answer, expected: dict[str, Any]) -> list[str]:
    """Say what is wrong with an answer; nothing if it is right."""
    found = []
    if answer.status != expected["status"]:
        return [f"status {answer.status}, not {expected['status']}"]
    if answer.status != "answered":
        return []
    found += [f"lacks {p}" for p in expected.get("all", []) if not re.search(p, answer.text, re.IGNORECASE)]
    found += [f"has {p}" for p in expected.get("none", []) if re.search(p, answer.text, re.IGNORECASE)]
    if expected.get("pages") and not set(expected["pages"]) & {c.page_id for c in answer.citations}:
        found.append("cites none of the pages that hold it")
    if expected.get("verdict") and not answer.text.lower().startswith(expected["verdict"]):
        found.append(f"does not open with {expected['verdict']}")
    return found


def require_verbatim(assistant: Assistant, answer: Answer) -> None:
    """Stop the run at a quote that is not the text of its page."""
    for citation in answer.citations:
        page = assistant.index.page(citation.page_id)
        if page.text[citation.start : citation.end] != citation.quote:
            raise SystemExit(f"Not verbatim: {citation.page_id} [{citation.start}, {citation.end})")


def main() -> None:
    """Score the sets named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--split", choices=["dev", "test"], help="only this half")
    parser.add_argument("--failures", action="store_true", help="show what is wrong")
    options = parser.parse_args()
    assistant = Assistant.open(options.index)
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    spent: list[float] = []
    for line in (text for path in options.sets for text in path.read_text(encoding="utf-8").splitlines()):
        item = json.loads(line)
        if options.split and item["split"] != options.split:
            continue
        history: list[Turn] = []
        for message, expected in zip(item["turns"], item["expect"], strict=True):
            started = time.perf_counter()
            answer, turn = assistant.ask(message, history)
            spent.append((time.perf_counter() - started) * 1000)
            history.append(turn)
            require_verbatim(assistant, answer)
            if expected is None:
                continue
            wrong = faults(answer, expected)
            asked[item["kind"]] += 1
            right[item["kind"]] += not wrong
            if wrong and options.failures:
                print(f"{item['id']}: {message}\n  {'; '.join(wrong)}\n  {answer.text[:400]}\n")
    for kind in asked:
        print(f"{kind:16} {right[kind]:3} of {asked[kind]}")
    middle = sorted(spent)[len(spent) // 2]
    print(f"{'all':16} {right.total():3} of {asked.total()}   median {middle:.1f} ms")


if __name__ == "__main__":
    main()
