"""Fonts for characters that none of the shipped ones has: those of the system, then those added by the user.

Looked at only when such a character is to be printed. A font is taken if its outlines are TrueType and its licence bits
(OS/2 fsType) let it be embedded cut to the used glyphs; one that is damaged is passed over.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path

from core.base.disk import fault, make_folder, write_whole
from core.base.errors import MachineFault, Refused
from core.base.paths import added_font_folder, system_font_folders
from reports.kit.ttf import Face, embedding_refused, fonts_in, mapped, maps, unicode_map

SUFFIXES = (".ttf", ".ttc", ".otf")
# Fonts known to hold rare Chinese characters, the nearest to 宋体 first; after them whatever else there is.
_KNOWN = (
    "simsunb", "simsunextg", "simsun", "mingliub", "mingliu", "hanamin", "jigmo", "plangothic", "babelstonehan", "sun-ext",
    "notoserifcjk", "notosanscjk", "uming", "ukai", "wqy", "deng", "msyh", "droidsansfallback",
)  # fmt: skip
_BROKEN = (OSError, ValueError, KeyError, IndexError, struct.error, MachineFault)


@lru_cache(maxsize=4096)
def spare_face(char: str) -> Face | None:
    """A face outside the program that can print the character, and may; None if there is none."""
    for path, hold in (*((path, True) for path in _system()), *((path, False) for path in added_fonts())):
        for number in _numbers(path, char):
            face = _face(path, number, hold)
            if face is not None and face.has_ink(char):
                return face
    return None


def added_fonts() -> list[Path]:
    """The font files added on this computer, by name."""
    folder = added_font_folder()
    try:
        return sorted(one for one in folder.iterdir() if one.suffix.lower() in SUFFIXES)
    except OSError:
        return []


def add_font(path: Path) -> Path:
    """Keep a copy of a font file for printing; Refused with the reason if it cannot or may not be embedded."""
    name = f"“{path.name}”"
    try:
        data = path.read_bytes()
        reasons = [embedding_refused(data, tables) for tables in fonts_in(data)]
        usable = [number for number, reason in enumerate(reasons) if not reason]
        if usable:
            Face(path, usable[0], hold=False)
    except OSError as error:
        raise fault(error, path, f"字体{name}没有读出来：") from error
    except _BROKEN as error:
        raise Refused(f"{name}不是可用的字体文件，或已损坏。", "请另选一个.ttf或.ttc文件。") from error
    if not usable:
        raise Refused(f"{name}不能用于打印：{reasons[0]}", "请另选一个字体。")
    kept = added_font_folder() / path.name
    make_folder(kept.parent)
    write_whole(kept, data)
    forget()
    return kept


def remove_font(name: str) -> Path:
    """Delete an added font by its file name; Refused names those there are."""
    path = next((one for one in added_fonts() if one.name == name), None)
    if path is None:
        known = "、".join(one.name for one in added_fonts()) or "还没有添加过字体"
        raise Refused(f"没有添加过名为“{name}”的字体。", f"已添加的有：{known}。")
    try:
        path.unlink()
    except OSError as error:
        raise fault(error, path, f"字体“{name}”没有删掉：") from error
    forget()
    return path


def forget() -> None:
    """After a font came or went: what was found before no longer holds."""
    from reports.kit import fonts

    for kept in (spare_face, _system, _face):
        kept.cache_clear()
    fonts.forget()


@lru_cache(maxsize=1)
def _system() -> tuple[Path, ...]:
    found = []
    for folder in system_font_folders():
        try:
            found += sorted(one for one in folder.rglob("*") if one.suffix.lower() in SUFFIXES)
        except OSError:
            continue
    return tuple(sorted(found, key=lambda one: _rank(one.name.lower())))


def _rank(name: str) -> int:
    return next((at for at, known in enumerate(_KNOWN) if name.startswith(known)), len(_KNOWN))


def _numbers(path: Path, char: str) -> list[int]:
    """Which fonts of a file may hold the character and may be embedded."""
    found = []
    try:
        with mapped(path) as data:
            for number, tables in enumerate(fonts_in(data)):
                if not embedding_refused(data, tables) and maps(data, unicode_map(data, tables), ord(char)):
                    found.append(number)
    except _BROKEN:
        return []
    return found


@lru_cache(maxsize=64)
def _face(path: Path, number: int, hold: bool) -> Face | None:
    try:
        return Face(path, number, hold=hold)
    except _BROKEN:
        return None
