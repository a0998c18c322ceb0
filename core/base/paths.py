"""Where files are. `asset()` is the only way to a shipped file (it knows the frozen folder)."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

_PATIENCE = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds between tries
_ROOT = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parents[2]))


def asset(*parts: str) -> Path:
    """A file under assets/, from source or from the frozen program folder."""
    return _ROOT.joinpath("assets", *parts)


def rename_over(part: Path, target: Path) -> None:
    """Put `part` in the place of `target` in one step; tried again for a while if a virus scanner holds one of the two."""
    for pause in _PATIENCE:
        try:
            part.replace(target)
            return
        except PermissionError:
            time.sleep(pause)
    part.replace(target)


def user_data_dir() -> Path:
    """Default folder of the ledger for this user; not created here."""
    if override := os.environ.get("XCJS_DATA"):
        return Path(override)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", str(Path.home() / "AppData" / "Local")))
    else:
        base = Path(os.environ.get("XDG_DATA_HOME", str(Path.home() / ".local" / "share")))
    return base / "下沉纪实"
