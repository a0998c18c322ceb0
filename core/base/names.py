"""People's names as people type them: what is put right on the way in, and what is refused."""

from __future__ import annotations

import re
import unicodedata

from core.base.errors import InvalidInput

DOT = "\u00b7"  # 间隔号, the only separator a stored name may hold
MAX_LENGTH = 50

# Everything that looks like the dot of 买买提江·吐尔逊 on some keyboard or in some export.
_DOTS = ".\u00b7\u0387\u2022\u2024\u2027\u2219\u22c5\u2e31\u2e33\u30fb\u318d\ufe52\uff0e\uff65"
_HAN = (
    "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0002a6df\U0002a700-\U0002ee5d\U0002f800-\U0002fa1f\U00030000-\U000323af"
)
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}])[ ]*[{re.escape(_DOTS)}](?:[ ]*[{re.escape(_DOTS)}])*[ ]*(?=[{_HAN}])")
_SPACE_AT_HAN = re.compile(rf"(?<=[{_HAN}{DOT}])[ ]+|[ ]+(?=[{_HAN}{DOT}])")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF21, 0xFF5B) if chr(code).isalpha()}
_LATIN_MARKS = " .-'\u2019"  # Jean-Luc O'Neill Jr.


def is_han(char: str) -> bool:
    """Whether `char` is one 汉字, inside or beyond the BMP."""
    return re.fullmatch(f"[{_HAN}]", char) is not None


def normalise_name(text: str) -> tuple[str, tuple[str, ...]]:
    """The name as it is stored, and remarks on what was changed; InvalidInput says what cannot be a name.

    Characters are never folded (no NFKC): a rare or compatible form in a name is how the person writes it.
    """
    name = "".join(" " if unicodedata.category(one) == "Zs" or one == "\t" else one for one in text.strip())
    if "\n" in name or "\r" in name:
        raise _refused(text, "里有换行，一格只能写一个人，请分成两行后再试。")
    name = "".join(one for one in name if unicodedata.category(one) not in ("Cf", "Cc"))
    remarks: list[str] = []
    bare = _SELECTORS.sub("", name)
    if bare != name:
        remarks.append("姓名中看不见的字形选择符已去掉。")
    dotted = _BETWEEN_HAN.sub(DOT, bare)
    changed = sorted({one for found in _BETWEEN_HAN.findall(bare) for one in found if one not in (" ", DOT)})
    if changed:
        remarks.append(f"姓名中的“{''.join(changed)}”已改为间隔号“{DOT}”。")
    name = _SPACE_AT_HAN.sub("", dotted)
    name = re.sub(" {2,}", " ", name).strip().translate(_FULL_WIDTH)
    _check(name, text)
    return name, tuple(remarks)


def _check(name: str, text: str) -> None:
    """Refuse what no person is called; the sentence names the character and the way out."""
    if len(name) > MAX_LENGTH:
        raise _refused(text, f"超过{MAX_LENGTH}个字，请核对这一格是否只有姓名。")
    for place, char in enumerate(name):
        if is_han(char):  # asked first: Python's own tables do not know the newest 汉字
            continue
        kind = unicodedata.category(char)
        if kind in ("Co", "Cn", "Cs"):
            # Old GBK systems keep 䶮 and others in the private area: it prints as another character elsewhere.
            raise _refused(text, f"第{place + 1}个字是旧系统的自造字（U+{ord(char):04X}），请改成正式编码的字。")
        if kind in ("Nd", "No"):
            raise _refused(text, f"里有数字“{char}”，请改成只有姓名，工号、序号写到自己的列。")
        if kind[0] not in "LM" and not _inner_mark(name, place):
            raise _refused(text, f"里有不能用于姓名的“{char}”，请改成只有姓名（少数民族姓名的间隔号用“{DOT}”）。")


def _inner_mark(name: str, place: int) -> bool:
    """Whether the mark at `place` is the dot inside a name, or one that may follow a Latin letter."""
    before, after = name[:place][-1:], name[place + 1 : place + 2]
    if name[place] == DOT:
        return before.isalpha() and after.isalpha()
    return name[place] in _LATIN_MARKS and (before == "." or (before.isalpha() and not is_han(before)))


def _refused(text: str, why: str) -> InvalidInput:
    shown = " ".join(text.split())[:MAX_LENGTH]
    return InvalidInput({"name": f"姓名“{shown}”{why}"})
