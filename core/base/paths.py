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


def added_font_folder() -> Path:
    """Where font files added by this user lie; not created here."""
    return user_data_dir() / "字体"


def system_font_folders() -> list[Path]:
    """Where the system keeps fonts, its own before those of the user. XCJS_SYSTEM_FONTS names other folders."""
    override = os.environ.get("XCJS_SYSTEM_FONTS")
    if override is not None:
        return [Path(part) for part in override.split(os.pathsep) if part]
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", "C:\\Windows"))
        local = Path(os.environ.get("LOCALAPPDATA", str(Path.home() / "AppData" / "Local")))
        return [windows / "Fonts", local / "Microsoft" / "Windows" / "Fonts"]
    shared = (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    own = Path(os.environ.get("XDG_DATA_HOME", str(Path.home() / ".local" / "share")))
    return [*(Path(part) / "fonts" for part in shared if part), own / "fonts", Path.home() / ".fonts"]
