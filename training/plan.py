"""The settings that are compared, and in which order they are run."""

from dataclasses import replace

from training.cross import CrossSettings
from training.sampling import Mix
from training.train import Settings

BASE = Settings(passes=4, late=True)  # what RESULTS.md calls base
READERS: dict[str, Settings] = {
    "base": BASE,
    "passes 8": replace(BASE, passes=8),
    "seed 1": replace(BASE, seed=1),
    "seed 2": replace(BASE, seed=2),
    "rate 1.6e-4": replace(BASE, rate=1.6e-4),
    "rounds 1 and 2": replace(BASE, rounds=(1, 2)),
    "pool sentence": replace(BASE, pool="sentence"),
    "share 50": replace(BASE, share=0.5),
    "share 25": replace(BASE, share=0.25),
    "passes 2": replace(BASE, passes=2),
    "embeddings trained": replace(BASE, frozen=False),
    "cosine only": replace(BASE, late=False),
    "late only": replace(BASE, cosine=False),
    "rate 4e-5": replace(BASE, rate=4e-5),
    "more near": replace(BASE, mix=Mix(tempting=4, near=7, siblings=2)),
    "no stance": replace(BASE, stance=0.0),
    "no siblings": replace(BASE, mix=Mix(siblings=0)),
    "no tempting": replace(BASE, mix=Mix(tempting=0)),
    "no softmax": replace(BASE, softmax=0.0),
    "no chain": replace(BASE, context=False),
    "width 64": replace(BASE, width=64),
    "size 4": replace(BASE, size=4, rate=6e-5),
    "passes 8, rate 1.6e-4": replace(BASE, passes=8, rate=1.6e-4),
}
CROSSES: dict[str, CrossSettings] = {
    "cross": CrossSettings(),
    "cross from reader": CrossSettings(start="reader"),
    "cross, passes 6": CrossSettings(passes=6),
}
SOUP = ("base", "seed 1", "seed 2")
FIRST = list(READERS)
ORDER = [
    "untrained", *FIRST[:8], "cross", *FIRST[8:13], "cross from reader", *FIRST[13:18], "soup", "cross, passes 6",
    *FIRST[18:],
]  # fmt: skip
PASS_SECONDS = 30.0
