"""Faces of the printed page: which font sets which text, and what happens to rare characters.

A name with any character its face lacks is set whole in the fallback face; running text falls back per character: to the
shipped fallback, to the fonts of the system, to those added by the user. What none of them has is printed as an empty box
for the pen with a remark in the result: a rare character never stops a paper, and never prints as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache

from core.base.paths import asset
from reports.kit.spare_fonts import spare_face
from reports.kit.ttf import Face, PenBox, is_private

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

PEN_BOX = "PenBox.ttf"

# zero-width marks, directions, variation selectors: no ink of their own
_INVISIBLE = re.compile("[\t\r\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")


@lru_cache(maxsize=16)
def _face(file_name: str) -> Face | None:
    path = asset("fonts", file_name)
    if file_name == LAST_RESORT and not path.is_file():
        return None
    return Face(path)


@lru_cache(maxsize=1)
def pen_box() -> PenBox:
    """The face that prints any character as an empty box."""
    return PenBox(asset("fonts", PEN_BOX))


class _Places(dict[str, Face]):
    """character → the face that sets it: of the typeface, of the system, of the user; at last the box for the pen."""

    def __init__(self, faces: tuple[Face, ...]) -> None:
        super().__init__()
        self._faces = faces

    def __missing__(self, char: str) -> Face:
        own = next((face for face in self._faces if face.has(char)), None)
        spare = None if own or is_private(ord(char)) or not char.isprintable() else spare_face(char)
        self[char] = face = own or spare or pen_box()
        return face


class _Widths(dict[str, float]):
    """character → advance in em, in whichever face sets it."""

    def __init__(self, places: _Places) -> None:
        super().__init__()
        self._places = places

    def __missing__(self, char: str) -> float:
        width = self[char] = self._places[char].width(char) / 1000
        return width


class Typeface:
    """A face and its fallbacks, as one thing to measure and set text in."""

    def __init__(self, role: str, faces: tuple[Face, ...]) -> None:
        self.role = role
        self.ink_top = _INK_TOP[role]
        self.faces = faces
        self.places = _Places(faces)
        self.em = _Widths(self.places)

    def width(self, text: str, size: float) -> float:
        """Width of a line in points."""
        em = self.em
        return sum(map(em.__getitem__, text)) * size

    def runs(self, text: str) -> list[tuple[Face, str]]:
        """The text cut where the face changes."""
        places = self.places
        faces = [places[char] for char in text]
        if not faces:
            return []
        if faces.count(faces[0]) == len(faces):
            return [(faces[0], text)]
        found: list[tuple[Face, str]] = []
        start = 0
        for at in range(1, len(faces) + 1):
            if at == len(faces) or faces[at] is not faces[start]:
                found.append((faces[start], text[start:at]))
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


def boxed_characters(data: object) -> tuple[str, ...]:
    """The characters of a form's data that come out as a box for the pen, for the check before printing."""
    chars = set(clean("".join(texts_of(data)))) - {"\n"}
    faces, box = [typeface(role) for role in ROLES], pen_box()
    return tuple(sorted(char for char in chars if any(face.places[char] is box for face in faces)))


def boxed_words(chars: Iterable[str]) -> str:
    """“𫚉”（U+2B689）、…: characters with their code, by which a font can be looked for."""
    return "、".join(
        f"U+{ord(c):04X}" if is_private(ord(c)) or not c.isprintable() else f"“{c}”（U+{ord(c):04X}）" for c in chars
    )


def box_advice(chars: Iterable[str]) -> str:
    """What to do about boxes, as a sentence without its end."""
    if any(is_private(ord(char)) for char in chars):
        return "其中有旧系统的自造字编码，请改用该字的标准编码后重印，或手写"
    return "请手写，或在“设置”的“字体”里添加有这个字的字体后重印"


def boxed_remark(data: object) -> str:
    """What the check before printing says of such characters; '' where there are none."""
    chars = boxed_characters(data)
    return f"字体里没有{boxed_words(chars)}，将印成方框：{box_advice(chars)}。" if chars else ""


def set_in(char: str) -> str:
    """The name of the font that prints a character in running text; '' where it is a box for the pen."""
    face = typeface("body").places[char]
    return "" if face is pen_box() else face.name


def forget() -> None:
    """Fonts came or went: faces are chosen anew."""
    for kept in (typeface, _fallback):
        kept.cache_clear()
