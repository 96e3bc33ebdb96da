"""The reader: a small encoder whose sentence vectors and token vectors both score a passage for a question."""

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from training.passages import Pieces

LARGEST_FILE = 15 * 2**20
LARGEST_PRODUCT = 2**27
FROZEN = "encoder.embeddings."


@dataclass(frozen=True, slots=True)
class Encoded:
    """Texts as vectors: pooled (n × h), tokens (n × l × w, of length 1) and which tokens count (n × l)."""

    pooled: Tensor
    tokens: Tensor
    counts: Tensor


def backbone(folder: Path) -> BertModel:
    """The encoder of a folder, in full precision."""
    config = BertConfig.from_pretrained(folder)
    model = BertModel(config, add_pooling_layer=False)
    missing, _ = model.load_state_dict(
        {k: v.float() for k, v in load_file(folder / "model.safetensors").items()}, False
    )
    if [name for name in missing if "position_ids" not in name and "token_type_ids" not in name]:
        raise ValueError(f"{folder} lacks {missing}")
    return model


class Reader(nn.Module):  # type: ignore[misc,unused-ignore]  # torch is untyped here
    """score = a · cosine of pooled vectors + b · mean over the question's pieces of the best cosine + c."""

    def __init__(
        self,
        folder: Path,
        width: int = 96,
        cosine: bool = True,
        late: bool = True,
        pool: str = "all",
        frozen: bool = True,
    ) -> None:
        super().__init__()
        self.encoder = backbone(folder)
        hidden = int(self.encoder.config.hidden_size)
        self.project = nn.Linear(hidden, width, bias=False)
        nn.init.normal_(self.project.weight, std=width**-0.5)
        self.scales = nn.Parameter(
            torch.tensor([8.0 if cosine else 0.0, 8.0 if late else 0.0, -9.0 if cosine and late else -4.5])
        )
        self.stance = nn.Sequential(nn.Linear(4 * hidden, 128), nn.Tanh(), nn.Dropout(0.1), nn.Linear(128, 3))
        self.cosine, self.late, self.pool = cosine, late, pool
        if frozen:
            for parameter in self.encoder.embeddings.parameters():
                parameter.requires_grad_(False)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.scales.device

    def encode(self, texts: list[Pieces], unseen: frozenset[int] = frozenset(), chunk: int = 4096) -> Encoded:
        """Encode texts, alike lengths together, in chunks; pieces in `unseen` take no part in late interaction."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i].ids))
        longest = len(texts[order[-1]].ids)
        parts = [self._chunk([texts[i] for i in order[k : k + chunk]], unseen) for k in range(0, len(order), chunk)]
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        back = back.to(self.device)

        def join(tensors: list[Tensor]) -> Tensor:
            wide = [nn.functional.pad(t, (0,) * (2 * t.dim() - 3) + (longest - t.shape[1],)) for t in tensors]
            return torch.cat(wide)[back]

        return Encoded(
            torch.cat([p.pooled for p in parts])[back],
            join([p.tokens for p in parts]),
            join([p.counts for p in parts]),
        )

    def _chunk(self, texts: list[Pieces], unseen: frozenset[int]) -> Encoded:
        longest = max(len(t.ids) for t in texts)
        ids = torch.tensor([[*t.ids, *([0] * (longest - len(t.ids)))] for t in texts])
        mask = torch.tensor([[1] * len(t.ids) + [0] * (longest - len(t.ids)) for t in texts])
        if self.pool == "sentence":
            own = torch.tensor([[int(t.start <= k < t.end) for k in range(longest)] for t in texts])
        else:
            own = mask
        counts = mask.bool()
        if unseen:
            counts = counts & ~torch.isin(ids, torch.tensor(sorted(unseen)))
        ids, mask, own, counts = (t.to(self.device, non_blocking=True) for t in (ids, mask, own, counts))
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = own.unsqueeze(-1).to(states.dtype)
        pooled = (states * weights).sum(1).float() / weights.sum(1).float()
        tokens = nn.functional.normalize(self.project(states).float(), dim=-1) * mask.unsqueeze(-1)
        return Encoded(pooled, tokens, counts)

    def score(self, questions: Encoded, passages: Encoded) -> Tensor:
        """The scores of all questions with all passages."""
        a, b, c = self.scales
        total = c.expand(len(questions.pooled), len(passages.pooled))
        with torch.autocast(self.device.type, enabled=False):
            if self.cosine:
                total = total + a * cosine(questions.pooled, passages.pooled)
            if self.late:
                total = total + b * late(questions, passages)
        return total

    def judge(self, questions: Tensor, passages: Tensor) -> Tensor:
        """Stance logits (yes, no, depends) of pairs of pooled vectors."""
        logits: Tensor = self.stance(
            torch.cat([questions, passages, questions * passages, (questions - passages).abs()], -1)
        )
        return logits


def cosine(questions: Tensor, passages: Tensor) -> Tensor:
    """Cosines of all pairs."""
    return nn.functional.normalize(questions, dim=-1) @ nn.functional.normalize(passages, dim=-1).T


def late(questions: Encoded, passages: Encoded) -> Tensor:
    """For each pair the mean over the question's pieces of the best cosine to a piece of the passage."""
    n, length, width = passages.tokens.shape
    columns = passages.tokens.reshape(n * length, width).T
    hidden = torch.where(passages.counts, 0.0, -1e4)
    rows = []
    step = max(1, LARGEST_PRODUCT // max(1, n * length * questions.tokens.shape[1]))
    for k in range(0, len(questions.tokens), step):
        tokens, counts = questions.tokens[k : k + step], questions.counts[k : k + step].float()
        best = ((tokens @ columns).view(*tokens.shape[:2], n, length) + hidden).amax(-1).float()
        rows.append((best * counts[:, :, None]).sum(1) / counts.sum(1).clamp(min=1)[:, None])
    return torch.cat(rows)


def changed(model: nn.Module, base: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights that are not those of the base encoder, in half precision."""
    out = {}
    for name, value in model.state_dict().items():
        plain = name.removeprefix("encoder.")
        if name.startswith("encoder.") and plain in base and torch.equal(value.cpu(), base[plain].float()):
            continue
        if "position_ids" not in name and "token_type_ids" not in name:
            out[name] = value.detach().cpu().half().contiguous()
    return out


def save(weights: dict[str, Tensor], path: Path, about: dict[str, str]) -> list[Path]:
    """Write weights as safetensors files of at most 15 MiB each: NAME-1.safetensors, NAME-2.safetensors …"""
    parts: list[dict[str, Tensor]] = [{}]
    size = 0
    for name, value in weights.items():
        if parts[-1] and size + value.nbytes > LARGEST_FILE:
            parts.append({})
            size = 0
        parts[-1][name] = value
        size += value.nbytes
    written = []
    for number, part in enumerate(parts, 1):
        target = path.with_name(f"{path.name}-{number}.safetensors")
        save_file(part, target, metadata=about)
        written.append(target)
    return written


def load(model: nn.Module, paths: list[Path]) -> None:
    """Put saved weights into a model."""
    weights: dict[str, Tensor] = {}
    for path in paths:
        weights |= {name: value.float() for name, value in load_file(path).items()}
    _, unexpected = model.load_state_dict(weights, strict=False)
    if unexpected:
        raise ValueError(f"weights of another model: {unexpected}")
