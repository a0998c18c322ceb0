"""What must be known before a ledger is unlocked: which was open last, and the look. Nothing personal."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from core.base.paths import user_data_dir

_FILE = "上次打开.json"


@dataclass(frozen=True, slots=True)
class Recent:
    """The last window."""

    folder: str = ""
    dark: bool = False
    points: int = 10

    @property
    def place(self) -> Path:
        """The folder of the last ledger, or the default one."""
        return Path(self.folder) if self.folder else user_data_dir()


def recall() -> Recent:
    """What the last window wrote down."""
    try:
        kept = json.loads((user_data_dir() / _FILE).read_text(encoding="utf-8"))
        return Recent(str(kept["folder"]), bool(kept["dark"]), min(max(int(kept["points"]), 9), 16))
    except (OSError, ValueError, KeyError, TypeError):
        return Recent()


def remember(what: Recent) -> None:
    """Write it down for the next start (no harm if it cannot be written)."""
    with contextlib.suppress(OSError):
        user_data_dir().mkdir(parents=True, exist_ok=True)
        (user_data_dir() / _FILE).write_text(json.dumps(asdict(what), ensure_ascii=False), encoding="utf-8")
