"""Which passages a question is trained with."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from training.material import Asked, Material
from training.split import kin, policy

NEAR = 12
ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Mix:
    """How many passages of each sort a question brings."""

    answers: int = 3
    tempting: int = 3
    near: int = 3
    siblings: int = 1
    random: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """A step's questions and passages, with the label and the weight of every pair."""

    questions: list[Asked]
    passages: list[int]
    labels: Tensor
    weights: Tensor
    own: Tensor


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    a, b = set(one), set(other)
    return len(a & b) >= ALIKE * min(len(a), len(b))


class Sampler:
    """Draws steps; its nearest passages are those of the encoder as it was when `look` was called."""

    def __init__(self, material: Material, questions: list[Asked], mix: Mix, seed: int) -> None:
        self.material, self.questions, self.mix = material, questions, mix
        self.random = random.Random(seed)
        self.near: dict[str, list[int]] = {}
        self.siblings: dict[str, list[int]] = {}

    def look(self, questions: Tensor, candidates: Tensor, numbers: list[int]) -> None:
        """Find each question's nearest passages in its document and in other policies, by cosine."""
        place = {c: k for k, c in enumerate(numbers)}
        home = {d: [c for c in cs if c in place] for d, cs in self.material.documents.items()}
        others = [c for c in numbers if policy(self.material.candidates[c].document)]
        rows = {d: torch.tensor([place[c] for c in cs], device=candidates.device) for d, cs in home.items() if cs}
        other_rows = torch.tensor([place[c] for c in others], device=candidates.device, dtype=torch.long)
        for asked, vector in zip(self.questions, questions, strict=True):
            own = home[asked.document]
            known = asked.answers | asked.helps
            best = (candidates[rows[asked.document]] @ vector).topk(min(NEAR + len(known), len(own))).indices.tolist()
            self.near[asked.id] = [own[k] for k in best if own[k] not in known][:NEAR]
            self.siblings[asked.id] = []
            if self.mix.siblings and policy(asked.document) and asked.answers and others:
                best = (candidates[other_rows] @ vector).topk(min(30, len(others))).indices.tolist()
                self.siblings[asked.id] = [c for k in best if self._sibling(asked, c := others[k])][:6]

    def _sibling(self, asked: Asked, candidate: int) -> bool:
        other = self.material.candidates[candidate]
        return not kin(asked.document, other.document) and not any(
            _alike(other.words, self.material.candidates[a].words) for a in asked.answers | asked.helps
        )

    def _some(self, of: Iterable[int], number: int, taken: list[int]) -> list[int]:
        pool = [c for c in of if c not in taken]
        return self.random.sample(pool, min(number, len(pool)))

    def draw(self, asked: Asked) -> list[int]:
        """A question's passages: answers first."""
        mix = self.mix
        taken = self._some(sorted(asked.answers), mix.answers, [])
        taken += self._some(asked.tempting, mix.tempting, taken)
        near = mix.near + (0 if asked.answers else 2) + mix.tempting - min(mix.tempting, len(asked.tempting))
        taken += self._some(self.near.get(asked.id, ()), near, taken)
        taken += self._some(self.siblings.get(asked.id, ()), mix.siblings, taken)
        rest = [c for c in self.material.documents[asked.document] if c not in asked.answers and c not in asked.helps]
        return taken + self._some(rest, mix.random, taken)

    def steps(self, size: int) -> Iterable[Step]:
        """One pass over the questions."""
        order = self.questions[:]
        self.random.shuffle(order)
        for k in range(0, len(order), size):
            yield self.step(order[k : k + size])

    def step(self, questions: list[Asked]) -> Step:
        """The pairs of some questions: own ones count 1, those of other questions' passages a quarter together."""
        drawn = [self.draw(q) for q in questions]
        passages = list(dict.fromkeys(c for own in drawn for c in own))
        labels = torch.zeros(len(questions), len(passages))
        weights = torch.zeros_like(labels)
        own = torch.zeros_like(labels, dtype=torch.bool)
        for row, (asked, mine) in enumerate(zip(questions, drawn, strict=True)):
            for column, passage in enumerate(passages):
                document = self.material.candidates[passage].document
                own[row, column] = passage in mine
                labels[row, column] = float(passage in asked.answers)
                unsure = document != asked.document and kin(asked.document, document)
                if passage in asked.helps or (unsure and passage not in asked.tempting):
                    continue
                weights[row, column] = 1.0
        return Step(questions, passages, labels, weights, own)
