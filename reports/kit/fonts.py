"""Faces of the printed page: which font sets which text, and what happens to rare characters.

A name with any character its face lacks is set whole in the fallback face; running text falls back per character;
a character no face has stops that person with `MissingGlyph`, never the batch, and never prints as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache

from core.base.errors import Refused
from core.base.paths import asset
from reports.kit.ttf import Face, is_private

ROLES = {
    "title": "FandolSong-Bold.ttf",  # 小标宋
    "body": "FandolFang-Regular.ttf",  # 仿宋
    "label": "NotoSansSC-Regular.ttf",  # 黑体
    "kai": "JishiKai-Regular.ttf",  # 楷体
}
RARE = "NotoSerifSC-Light.ttf"  # every character of 通用规范汉字表, weight next to 仿宋
LAST_RESORT = "HanaMinB.ttf"  # Ext-B; only where the file was added

# Where the ink of a Chinese glyph reaches up to, in em above the baseline; it is one em high. Measured over the 450
# commonest characters: the two Fandol faces sit lower than their metrics say, and would touch the rule below.
_INK_TOP = {"title": 0.80, "body": 0.81, "label": 0.88, "kai": 0.86, "rare": 0.88}

_INVISIBLE = re.compile("[\t\r\u00ad\u200b-\u200f\u2060\ufeff]")


class MissingGlyph(Refused):
    """No font can print some characters of somebody's form."""

    def __init__(self, chars: Iterable[str], whose: str = "") -> None:
        self.chars = tuple(sorted(set(chars)))
        self.whose = whose
        listed = "、".join(
            f"U+{ord(c):04X}" if is_private(ord(c)) or not c.isprintable() else f"“{c}”（U+{ord(c):04X}）"
            for c in self.chars
        )
        private = any(is_private(ord(c)) for c in self.chars)
        hint = (
            "其中有旧系统的自造字编码，请在名册或记录中改用该字的标准编码后重新打印。"
            if private
            else "请核对是否录错；确为该字的，请联系管理员补装字库后重新打印。"
        )
        super().__init__(f"{whose + '的表中' if whose else ''}有字库打不出的字符：{listed}。", hint)


@lru_cache(maxsize=16)
def _face(file_name: str) -> Face | None:
    path = asset("fonts", file_name)
    if file_name == LAST_RESORT and not path.is_file():
        return None
    return Face(path)


class _Places(dict[str, int]):
    """character → index of the first face of a typeface that has it."""

    def __init__(self, faces: tuple[Face, ...]) -> None:
        super().__init__()
        self._faces = faces

    def __missing__(self, char: str) -> int:
        for index, face in enumerate(self._faces):
            if face.has(char):
                self[char] = index
                return index
        raise MissingGlyph([char])


class _Widths(dict[str, float]):
    """character → advance in em, in whichever face sets it."""

    def __init__(self, faces: tuple[Face, ...], places: _Places) -> None:
        super().__init__()
        self._faces = faces
        self._places = places

    def __missing__(self, char: str) -> float:
        width = self[char] = self._faces[self._places[char]].width(char) / 1000
        return width


class Typeface:
    """A face and its fallbacks, as one thing to measure and set text in."""

    def __init__(self, role: str, faces: tuple[Face, ...]) -> None:
        self.role = role
        self.ink_top = _INK_TOP[role]
        self.faces = faces
        self.places = _Places(faces)
        self.em = _Widths(faces, self.places)

    def width(self, text: str, size: float) -> float:
        """Width of a line in points."""
        em = self.em
        return sum(map(em.__getitem__, text)) * size

    def runs(self, text: str) -> list[tuple[Face, str]]:
        """The text cut where the face changes."""
        places = self.places
        indexes = [places[char] for char in text]
        if not indexes:
            return []
        if indexes.count(indexes[0]) == len(indexes):
            return [(self.faces[indexes[0]], text)]
        found: list[tuple[Face, str]] = []
        start = 0
        for at in range(1, len(indexes) + 1):
            if at == len(indexes) or indexes[at] != indexes[start]:
                found.append((self.faces[indexes[start]], text[start:at]))
                start = at
        return found

    def for_name(self, name: str) -> Typeface:
        """This typeface if its own face has the whole name, else the fallback: a name is never set in two faces."""
        for index, face in enumerate(self.faces):
            if all(map(face.has, name)):
                return self if not index else _fallback(index)
        return self


def _fallback_faces() -> tuple[Face, ...]:
    return tuple(face for face in (_face(RARE), _face(LAST_RESORT)) if face)


@lru_cache(maxsize=4)
def _fallback(index: int) -> Typeface:
    rare = _fallback_faces()
    chosen = rare[index - 1]
    return Typeface("rare", (chosen, *(face for face in rare if face is not chosen)))


@lru_cache(maxsize=8)
def typeface(role: str) -> Typeface:
    """The typeface of a role: title, body, label, kai."""
    face = _face(ROLES[role])
    assert face is not None
    return Typeface(role, (face, *_fallback_faces()))


def clean(text: str) -> str:
    """Tabs as spaces, carriage returns and zero-width marks out: they have no ink and no font has them."""
    if _INVISIBLE.search(text):
        return _INVISIBLE.sub(lambda found: " " if found[0] == "\t" else "", text)
    return text


def texts_of(data: object) -> Iterator[str]:
    """Every text inside a dataclass, tuple or mapping, however deep."""
    if isinstance(data, str):
        yield data
    elif is_dataclass(data):
        for one in fields(data):
            yield from texts_of(getattr(data, one.name))
    elif isinstance(data, dict):
        for value in data.values():
            yield from texts_of(value)
    elif isinstance(data, tuple | list | frozenset):
        for value in data:
            yield from texts_of(value)


@lru_cache(maxsize=65536)
def printable(char: str) -> bool:
    """Whether every typeface can set this character (its own face or a fallback)."""
    return char == "\n" or all(any(face.has(char) for face in typeface(role).faces) for role in ROLES)


def missing_characters(data: object) -> tuple[str, ...]:
    """The characters of a form's data that cannot be printed, for the check before printing."""
    chars = set(clean("".join(texts_of(data))))
    return tuple(sorted(char for char in chars if not printable(char)))


def require_glyphs(data: object, whose: str) -> None:
    """Refuse a form before its first line is drawn: MissingGlyph names every character and whose form it is."""
    missing = missing_characters(data)
    if missing:
        raise MissingGlyph(missing, whose)
