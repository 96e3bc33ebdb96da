"""What the operator of a server may choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SHARES = ("off", "browser", "server")
Share = Literal["off", "browser", "server"]


@dataclass(frozen=True, slots=True)
class Options:
    """``share_history``: where conversations are listed from; ``upload``: visitors may add pages; ``users``: who may
    log in, with salt and hash of the password, nobody named for everyone; ``root_path``: the path a proxy serves under."""

    share_history: Share = "browser"
    upload: bool = False
    users: dict[str, tuple[str, str]] = field(default_factory=dict)
    root_path: str = ""
