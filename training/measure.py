"""Measures a reader on documents it has not seen, all sentences of a question's document as candidates."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from torch.nn.functional import softmax

from training.material import Asked, Material
from training.metrics import Scored, table
from training.model import Encoded, Reader, cosine, late
from training.passages import Speller
from training.train import autocast, encode_all

KEPT = 12


@dataclass
class Measured:
    """A reader's scores: by question its candidates and their scores, best first, and stances of answers."""

    scores: dict[str, np.ndarray] = field(default_factory=dict)
    best: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    stances: list[tuple[str, int, list[float]]] = field(default_factory=list)


Score = Callable[[Encoded, Encoded], torch.Tensor]


def both(reader: Reader) -> Score:
    """The reader's own score."""
    return reader.score


def cosine_only(_: Reader) -> Score:
    """The cosine of pooled vectors."""
    return lambda q, p: cosine(q.pooled, p.pooled)


def late_only(_: Reader) -> Score:
    """Late interaction alone."""
    return late


def by_document(questions: list[Asked]) -> dict[str, list[Asked]]:
    """Questions by document."""
    found: dict[str, list[Asked]] = defaultdict(list)
    for asked in questions:
        found[asked.document].append(asked)
    return dict(found)


@torch.no_grad()  # type: ignore[untyped-decorator,unused-ignore]
def measure(
    reader: Reader, material: Material, questions: list[Asked], speller: Speller, score: Score | None = None
) -> Measured:
    """Score every question with all candidates of its document."""
    reader.eval()
    score = score or reader.score
    out = Measured()
    for document, asked in by_document(questions).items():
        numbers = material.documents[document]
        with autocast(reader.device):
            chunk = 64 if reader.device.type == "cpu" else 4096
            encoded = reader.encode([q.pieces for q in asked], speller.punctuation, chunk)
        parts = []
        passages = [material.candidates[c].pieces for c in numbers]
        pooled = []
        for part in encode_all(reader, passages):
            parts.append(score(encoded, part).float())
            pooled.append(part.pooled)
        scores = torch.cat(parts, 1)
        vectors = torch.cat(pooled)
        values = scores.cpu().numpy()
        place = {c: k for k, c in enumerate(numbers)}
        for row, q in enumerate(asked):
            out.scores[q.id] = values[row]
            order = np.argsort(-values[row], kind="stable")[:KEPT]
            out.best[q.id] = [(numbers[k], float(values[row][k])) for k in order]
            if q.stance is not None:
                columns = [place[a] for a in sorted(q.answers) if a in place]
                best = max(columns, key=lambda k: values[row][k])
                logits = reader.judge(encoded.pooled[row : row + 1], vectors[best : best + 1]).float()
                out.stances.append((q.id, q.stance, softmax(logits, -1)[0].tolist()))
    return out


def roles(asked: Asked, numbers: list[int]) -> list[int]:
    """What each candidate is: 1 answers, −1 helps, 0 neither."""
    return [1 if c in asked.answers else -1 if c in asked.helps else 0 for c in numbers]


def scored(material: Material, questions: list[Asked], measured: Measured) -> list[Scored]:
    """The measured scores with the roles of the candidates."""
    return [
        Scored.of(measured.scores[q.id], roles(q, material.documents[q.document]), bool(q.answers)) for q in questions
    ]


def stance_figures(stances: list[tuple[str, int, list[float]]]) -> dict[str, float]:
    """Accuracy, and the share decided at certainties, with how much of that is right."""
    if not stances:
        return {}
    chances = np.asarray([p for _, _, p in stances])
    wanted = np.asarray([s for _, s, _ in stances])
    said = chances.argmax(1)
    found = {
        "polar": float(len(wanted)),
        "accuracy": float((said == wanted).mean()),
        "always_no": float((wanted == 1).mean()),
    }
    for name, k in (("yes", 0), ("no", 1), ("depends", 2)):
        found[f"recall_{name}"] = float((said[wanted == k] == k).mean()) if (wanted == k).any() else float("nan")
    for sure in (0.7, 0.8, 0.9, 0.95):
        kept = chances.max(1) >= sure
        found[f"decided_{sure}"] = float(kept.mean())
        found[f"right_{sure}"] = float((said == wanted)[kept].mean()) if kept.any() else float("nan")
    return found


def figures(material: Material, questions: list[Asked], measured: Measured) -> dict[str, object]:
    """All figures, over all questions and by sort of document and round."""
    everything = scored(material, questions, measured)
    groups = [q.document for q in questions]
    found: dict[str, object] = {
        "all": table(everything, groups),
        "stance": stance_figures(measured.stances),
    }
    for name, keep in (
        ("policies", lambda q: q.document[0] == "L" and q.document[1:].isdigit()),
        ("manuals", lambda q: "manual" in q.document),
        (
            "pages and seeds",
            lambda q: not (q.document[0] == "L" and q.document[1:].isdigit()) and "manual" not in q.document,
        ),
        ("rounds 1 and 2", lambda q: q.round < 3),
        ("round 3", lambda q: q.round == 3),
    ):
        part = [(s, g) for s, g, q in zip(everything, groups, questions, strict=True) if keep(q)]
        if len({g for _, g in part}) > 1 and len({s.answerable for s, _ in part}) > 1:
            found[name] = table([s for s, _ in part], [g for _, g in part])
    return found
