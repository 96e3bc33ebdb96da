"""The layers that training changed (``training/``), as the package ships them, and the calibration that fits them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

TRAINED = Path(__file__).parent / "trained"
CALIBRATION = "calibration.json"


def layers() -> list[Path]:
    """Return the safetensors files of the changed layers, in half precision."""
    return sorted(TRAINED.glob("*.safetensors"))


@cache
def calibration() -> dict[str, Any]:
    """Return what turns a cosine into a chance (see ``reader``), and ``layers``, the SHA-256 of the files it fits.

    The hash stands here so that an index can be checked against it without reading 20 MB; a test proves it true.
    """
    raw: dict[str, Any] = json.loads((TRAINED / CALIBRATION).read_text(encoding="utf-8"))
    return raw
