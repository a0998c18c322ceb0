"""Where files are. `asset()` is the only way to a shipped file (it knows the frozen folder)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_ROOT = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parents[2]))


def asset(*parts: str) -> Path:
    """A file under assets/, from source or from the frozen program folder."""
    return _ROOT.joinpath("assets", *parts)


def user_data_dir() -> Path:
    """Default folder of the ledger for this user; not created here."""
    if override := os.environ.get("XCJS_DATA"):
        return Path(override)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", str(Path.home() / "AppData" / "Local")))
    else:
        base = Path(os.environ.get("XDG_DATA_HOME", str(Path.home() / ".local" / "share")))
    return base / "下沉纪实"
