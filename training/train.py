"""Fine-tunes the reader."""

import math
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, normalize

from training.lookup import Drawer, LookUp
from training.material import Asked, Material
from training.model import Encoded, Reader
from training.passages import Pieces, Speller
from training.sampling import Mix, Sampler, Step


@dataclass(frozen=True, slots=True)
class Settings:
    """One way to train. `share` and `rounds` choose among the questions; `look` passes lie between two minings."""

    passes: int = 2
    size: int = 8
    rate: float = 8e-5
    head_rate: float = 4e-4
    frozen: bool = True
    cosine: bool = True
    late: bool = False
    width: int = 96
    pool: str = "all"
    context: bool = True
    rounds: tuple[int, ...] = (1, 2, 3)
    share: float = 1.0
    mix: Mix = Mix()
    look: int = 2
    stance: float = 0.2
    lookup: float = 0.5
    softmax: float = 0.5
    warm: float = 0.06
    seed: int = 0


def autocast(device: torch.device) -> AbstractContextManager[object]:
    """bf16 on a GPU, and on a processor that multiplies it; full precision elsewhere."""
    halved = device.type == "cuda" or bool(torch.cpu.get_capabilities().get("avx512_bf16"))
    context: AbstractContextManager[object] = torch.autocast(device.type, torch.bfloat16, enabled=halved)
    return context


def chunk_of(device: torch.device) -> int:
    """How many texts are encoded at once."""
    return 16 if device.type == "cpu" else 4096


def chosen(questions: list[Asked], settings: Settings) -> list[Asked]:
    """The questions that a run is trained on."""
    found = [q for q in questions if q.round in settings.rounds]
    random.Random(7).shuffle(found)
    return found[: round(len(found) * settings.share)]


def build(folder: Path, settings: Settings, device: torch.device) -> Reader:
    """An untrained reader; its random parts are always the same, so that weights of several seeds can be averaged."""
    torch.manual_seed(0)
    reader = Reader(folder, settings.width, settings.cosine, settings.late, settings.pool, settings.frozen)
    reader.to(device)
    return reader


@torch.no_grad()  # type: ignore[untyped-decorator,unused-ignore]
def encode_all(reader: Reader, texts: list[Pieces], chunk: int = 512) -> Iterator[Encoded]:
    """Encode many texts without training, in chunks of the given order."""
    was = reader.training
    reader.eval()
    for k in range(0, len(texts), chunk):
        with autocast(reader.device):
            yield reader.encode(texts[k : k + chunk], chunk=128 if reader.device.type == "cpu" else 4096)
    reader.train(was)


def vectors(reader: Reader, texts: list[Pieces]) -> Tensor:
    """Pooled vectors of length 1, alike lengths together."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i].ids))
    found = torch.cat([e.pooled for e in encode_all(reader, [texts[i] for i in order])])
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return normalize(found, dim=-1)[back.to(found.device)]


def loss(reader: Reader, step: Step, material: Material, speller: Speller, settings: Settings) -> Tensor:
    """2 × binary cross-entropy over own pairs, a quarter of that over others', softmax within a question, stance."""
    chunk = chunk_of(reader.device)
    questions = reader.encode([q.pieces for q in step.questions], speller.punctuation, chunk)
    passages = reader.encode([material.candidates[c].pieces for c in step.passages], chunk=chunk)
    scores = reader.score(questions, passages).float()
    labels, weights, own = (t.to(scores.device) for t in (step.labels, step.weights, step.own))
    pairs = binary_cross_entropy_with_logits(scores, labels, reduction="none") * weights
    mine, other = pairs[own & (weights > 0)], pairs[~own & (weights > 0)]
    total = 2 * mine.mean()
    if other.numel():
        total = total + 0.5 * other.mean()
    inside = scores.masked_fill(~(own & (weights > 0)), -1e4)
    right = scores.masked_fill(~(own & (labels > 0)), -1e4)
    has = (own & (labels > 0)).any(1)
    if has.any():
        total = total + settings.softmax * (inside.logsumexp(1) - right.logsumexp(1))[has].mean()
    if settings.stance:
        place = {c: k for k, c in enumerate(step.passages)}
        polar = [
            (row, place[c], q.stance)
            for row, q in enumerate(step.questions)
            if q.stance is not None
            for c in q.answers
            if c in place
        ]
        if polar:
            rows, columns, stances = (torch.tensor(x, device=scores.device) for x in zip(*polar, strict=True))
            said = reader.judge(questions.pooled[rows], passages.pooled[columns])
            total = total + settings.stance * cross_entropy(said, stances)
    return total


def train(
    reader: Reader,
    material: Material,
    questions: list[Asked],
    speller: Speller,
    settings: Settings,
    lookup: LookUp | None = None,
    tell: Callable[[str], None] = print,
    keep: Callable[[Reader], None] = lambda _: None,
) -> Reader:
    """Train in place on these questions, whose negatives come from their documents only, and on looking codes up."""
    # `keep` is handed the reader after every pass, for a run that may be cut short.
    drawer = Drawer(lookup, settings.seed) if lookup and settings.lookup else None
    sampler = Sampler(material, questions, settings.mix, settings.seed)
    numbers = material.related({q.document for q in questions})
    torch.manual_seed(settings.seed)
    slow = [p for n, p in reader.named_parameters() if n.startswith("encoder.") and p.requires_grad]
    fast = [p for n, p in reader.named_parameters() if not n.startswith("encoder.") and n != "scales"]
    optimizer = torch.optim.AdamW(
        [
            {"params": slow, "lr": settings.rate, "weight_decay": 0.01},
            {"params": fast, "lr": settings.head_rate, "weight_decay": 0.0},
            {"params": [reader.scales], "lr": 20 * settings.head_rate, "weight_decay": 0.0},
        ]
    )
    steps = settings.passes * math.ceil(len(questions) / settings.size)
    warm = max(1, round(settings.warm * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / warm, max(0.02, (steps - s) / max(1, steps - warm)))
    )
    began = time.monotonic()
    for turn in range(settings.passes):
        if turn % settings.look == 0:
            sampler.look(
                vectors(reader, [q.pieces for q in questions]),
                vectors(reader, [material.candidates[c].pieces for c in numbers]),
                numbers,
            )
        reader.train()
        seen = torch.zeros((), device=reader.device)
        count = 0
        for step in sampler.steps(settings.size):
            with autocast(reader.device):
                value = loss(reader, step, material, speller, settings)
                if drawer:
                    value = value + settings.lookup * drawer.loss(reader, chunk_of(reader.device))
            optimizer.zero_grad(set_to_none=True)
            value.backward()
            torch.nn.utils.clip_grad_norm_(slow + fast, 1.0)
            optimizer.step()
            schedule.step()
            with torch.no_grad():
                if not settings.cosine:
                    reader.scales[0] = 0
                if not settings.late:
                    reader.scales[1] = 0
            seen += value.detach()
            count += 1
            if count % 100 == 0:
                tell(f"step {count}: loss {float(seen) / count:.3f}, {time.monotonic() - began:.0f} s")
        tell(
            f"pass {turn + 1}: loss {float(seen) / count:.3f}, scales {reader.scales.detach().tolist()}, "
            f"{time.monotonic() - began:.0f} s"
        )
        keep(reader)
    reader.eval()
    return reader
