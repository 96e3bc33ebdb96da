"""The second task of the encoder: from what people type of a thing to what the release says of its code.

Queries are everyday wordings (`evals/lookup/everyday-dev.jsonl`; the test half is never read here) and the short
descriptors of codes. The passage of a code is its descriptors as the product embeds them; to a short descriptor it is
the long one alone.
"""

import gzip
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from hcpcs_rag.loaders.cms import read_csv
from training.model import Reader
from training.passages import Pieces, Speller

TYPED, SHORT = 6, 8
"""Everyday wordings and short descriptors of a step."""
NEIGHBOUR = 5
"""A harder wrong answer is a code at most this far away in the order of the release."""
SCALE = 20.0


@dataclass(frozen=True, slots=True)
class Pair:
    """A query, the number of the code it means, and whether it is a short descriptor."""

    query: Pieces
    code: int
    short: bool


@dataclass(frozen=True, slots=True)
class LookUp:
    """Pairs, and of every code its passage and its long descriptor."""

    pairs: tuple[Pair, ...]
    passages: tuple[Pieces, ...]
    longs: tuple[Pieces, ...]
    same: tuple[str, ...]


def dump(release: Path, wordings: Iterable[Path], folder: Path) -> None:
    """Write records.jsonl and wordings.jsonl into the folder of a run."""
    _, records = read_csv(gzip.decompress(release.read_bytes()).decode("utf-8"), release.name)
    with (folder / "records.jsonl").open("w", encoding="utf-8") as out:
        for record in records:
            if record.kind == "code" and record.long:
                line = {"code": record.code, "long": record.long, "short": record.short}
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
    with (folder / "wordings.jsonl").open("w", encoding="utf-8") as out:
        for path in wordings:
            out.write(path.read_text(encoding="utf-8").rstrip("\n") + "\n")


def read(folder: Path, speller: Speller) -> LookUp:
    """Read what `dump` wrote."""
    rows = [json.loads(line) for line in (folder / "records.jsonl").read_text(encoding="utf-8").splitlines()]
    number = {row["code"]: k for k, row in enumerate(rows)}
    pairs = [Pair(speller.question(row["short"].lower()), k, True) for k, row in enumerate(rows) if row["short"]]
    for line in (folder / "wordings.jsonl").read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        pairs += [Pair(speller.question(asked["query"]), number[c], False) for c in asked["codes"] if c in number]
    return LookUp(
        tuple(pairs),
        tuple(speller.text(f"{row['long']}\n{row['short']}") for row in rows),
        tuple(speller.text(row["long"]) for row in rows),
        tuple(row["long"] for row in rows),
    )


class Drawer:
    """Draws the pairs of a step."""

    def __init__(self, known: LookUp, seed: int) -> None:
        self.known = known
        self.random = random.Random(seed)
        self.typed = [p for p in known.pairs if not p.short]
        self.short = [p for p in known.pairs if p.short]

    def loss(self, reader: Reader, chunk: int) -> Tensor:
        """Softmax over the codes of the step and a neighbour of each, those with the same descriptor left out."""
        pairs = self.random.sample(self.typed, TYPED) + self.random.sample(self.short, SHORT)
        last = len(self.known.passages) - 1
        far = [
            min(max(p.code + self.random.choice((-1, 1)) * self.random.randint(1, NEIGHBOUR), 0), last) for p in pairs
        ]
        own = [self.known.longs[p.code] if p.short else self.known.passages[p.code] for p in pairs]
        texts = own + [self.known.passages[k] for k in far]
        said = [self.known.same[k] for k in [*(p.code for p in pairs), *far]]
        queries = normalize(reader.encode([p.query for p in pairs], chunk=chunk).pooled, dim=-1)
        passages = normalize(reader.encode(texts, chunk=chunk).pooled, dim=-1)
        scores = SCALE * queries @ passages.T
        same = [[j != i and said[j] == said[i] for j in range(len(texts))] for i in range(len(pairs))]
        scores = scores.masked_fill(torch.tensor(same, device=scores.device), -1e4)
        return cross_entropy(scores, torch.arange(len(pairs), device=scores.device))
