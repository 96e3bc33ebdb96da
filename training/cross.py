"""A small cross-encoder over the best dozen of the reader: question and passage read together."""

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, softmax

from training.material import Asked, Material
from training.model import backbone
from training.passages import Pieces
from training.train import autocast

LONGEST = 224
Best = dict[str, list[tuple[int, float]]]


@dataclass(frozen=True, slots=True)
class CrossSettings:
    """One way to train the cross-encoder; `start` is "base" or "reader" (the fine-tuned encoder's layers)."""

    passes: int = 3
    size: int = 8
    rate: float = 1e-4
    start: str = "base"
    frozen: bool = True
    answers: int = 3
    tempting: int = 3
    near: int = 5
    softmax: float = 0.5
    stance: float = 0.3
    seed: int = 0


class Cross(nn.Module):  # type: ignore[misc,unused-ignore]  # torch is untyped here
    """Mean of the states, one tanh layer; one logit whether the passage answers, three for its stance."""

    def __init__(self, folder: Path, frozen: bool = True) -> None:
        super().__init__()
        self.encoder = backbone(folder)
        hidden = int(self.encoder.config.hidden_size)
        self.layer = nn.Sequential(nn.Linear(hidden, hidden), nn.Tanh(), nn.Dropout(0.1))
        self.answer = nn.Linear(hidden, 1)
        self.stance = nn.Linear(hidden, 3)
        if frozen:
            for parameter in self.encoder.embeddings.word_embeddings.parameters():
                parameter.requires_grad_(False)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.answer.weight.device

    def forward(self, pairs: list[tuple[Pieces, Pieces]], chunk: int = 4096) -> tuple[Tensor, Tensor]:
        """Answer logits and stance logits of pairs."""
        order = sorted(range(len(pairs)), key=lambda i: len(pairs[i][0].ids) + len(pairs[i][1].ids))
        found = [self._chunk([pairs[i] for i in order[k : k + chunk]]) for k in range(0, len(order), chunk)]
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        back = back.to(self.device)
        return torch.cat([a for a, _ in found])[back], torch.cat([s for _, s in found])[back]

    def _chunk(self, pairs: list[tuple[Pieces, Pieces]]) -> tuple[Tensor, Tensor]:
        rows = [([*q.ids, *p.ids[1:]][:LONGEST], len(q.ids)) for q, p in pairs]
        longest = max(len(ids) for ids, _ in rows)
        ids = torch.tensor([i + [0] * (longest - len(i)) for i, _ in rows])
        mask = torch.tensor([[1] * len(i) + [0] * (longest - len(i)) for i, _ in rows])
        kinds = torch.tensor([[0] * q + [1] * (longest - q) for _, q in rows]) * mask
        ids, mask, kinds = ids.to(self.device), mask.to(self.device), kinds.to(self.device)
        states = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=kinds).last_hidden_state
        pooled = (states * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
        hidden = self.layer(pooled)
        return self.answer(hidden).squeeze(-1).float(), self.stance(hidden).float()


def train_cross(
    cross: Cross,
    material: Material,
    questions: list[Asked],
    best: Best,
    settings: CrossSettings,
    tell: Callable[[str], None] = print,
) -> Cross:
    """Train in place; negatives are the tempting ones and those of the reader's best dozen."""
    dice = random.Random(settings.seed)
    torch.manual_seed(settings.seed)
    parameters = [p for p in cross.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=settings.rate, weight_decay=0.01)
    steps = settings.passes * math.ceil(len(questions) / settings.size)
    warm = max(1, steps // 16)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / warm, max(0.05, (steps - s) / max(1, steps - warm)))
    )
    chunk = 24 if cross.device.type == "cpu" else 4096
    began = time.monotonic()
    for turn in range(settings.passes):
        order = questions[:]
        dice.shuffle(order)
        cross.train()
        seen, count = torch.zeros((), device=cross.device), 0
        for k in range(0, len(order), settings.size):
            pairs, labels, groups, stances = [], [], [], []
            for group, asked in enumerate(order[k : k + settings.size]):
                drawn = _draw(asked, best, settings, dice)
                pairs += [(asked.pieces, material.candidates[c].pieces) for c in drawn]
                labels += [float(c in asked.answers) for c in drawn]
                groups += [group] * len(drawn)
                stances += [asked.stance if asked.stance is not None and c in asked.answers else -100 for c in drawn]
            with autocast(cross.device):
                logits, said = cross(pairs, chunk)
            right = torch.tensor(labels, device=cross.device)
            value = 2 * binary_cross_entropy_with_logits(logits, right)
            group_of = torch.tensor(groups, device=cross.device)
            inside = torch.where(group_of == torch.arange(max(groups) + 1, device=cross.device)[:, None], logits, -1e4)
            answering = torch.where(right > 0, inside, -1e4)
            has = answering.amax(1) > -1e3
            if has.any():
                value = value + settings.softmax * (inside.logsumexp(1) - answering.logsumexp(1))[has].mean()
            wanted = torch.tensor(stances, device=cross.device)
            if settings.stance and (wanted >= 0).any():
                value = value + settings.stance * cross_entropy(said, wanted)
            optimizer.zero_grad(set_to_none=True)
            value.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            schedule.step()
            seen += value.detach()
            count += 1
        tell(f"cross pass {turn + 1}: loss {float(seen) / count:.3f}, {time.monotonic() - began:.0f} s")
    cross.eval()
    return cross


def _draw(asked: Asked, best: Best, settings: CrossSettings, dice: random.Random) -> list[int]:
    known = asked.answers | asked.helps
    taken = dice.sample(sorted(asked.answers), min(settings.answers, len(asked.answers)))
    taken += dice.sample(asked.tempting, min(settings.tempting, len(asked.tempting)))
    near = [c for c, _ in best[asked.id] if c not in known and c not in taken]
    return taken + dice.sample(near, min(settings.near, len(near)))


@torch.no_grad()  # type: ignore[untyped-decorator,unused-ignore]
def cross_scores(
    cross: Cross, material: Material, questions: list[Asked], best: Best
) -> tuple[dict[str, list[float]], list[tuple[str, int, list[float]]]]:
    """Logits of each question's best dozen, and stances of the best answering sentence of polar questions."""
    cross.eval()
    logits: dict[str, list[float]] = {}
    stances: list[tuple[str, int, list[float]]] = []
    chunk = 48 if cross.device.type == "cpu" else 4096
    for k in range(0, len(questions), 32):
        part = questions[k : k + 32]
        pairs = [(q.pieces, material.candidates[c].pieces) for q in part for c, _ in best[q.id]]
        polar = [q for q in part if q.stance is not None]
        for q in polar:
            found = next((c for c, _ in best[q.id] if c in q.answers), min(q.answers))
            pairs.append((q.pieces, material.candidates[found].pieces))
        with autocast(cross.device):
            scores, said = cross(pairs, chunk)
        values = scores.tolist()
        at = 0
        for q in part:
            logits[q.id] = values[at : at + len(best[q.id])]
            at += len(best[q.id])
        for q, chances in zip(polar, softmax(said[at:], -1).tolist(), strict=True):
            stances.append((q.id, q.stance or 0, chances))
    return logits, stances
