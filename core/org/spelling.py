"""When two spellings mean one unit or one branch: pure rules, no ledger."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

UNIT_ENDINGS = (
    "党的总支部委员会",
    "党总支部委员会",
    "总支部委员会",
    "直属党支部",
    "党委会",
    "委员会",
    "党总支",
    "党总支部",
    "总支",
    "党委",
    "党支部",
)
BRANCH_ENDINGS = ("党支部委员会", "支部委员会", "党支部", "支部")
_LEAD = re.compile(r"^(?:中国共产党|中共)")
_BRACKETS = str.maketrans("【】〔〕[]{}〈〉<>", "()()()()()()")
_NUMBER = re.compile("第([一二三四五六七八九十百零〇0-9]+)")
_BARE_NUMBER = re.compile(r"(?<![第\d一二三四五六七八九十百零〇])([一二三四五六七八九十百零〇0-9]+)$")
_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"〇": 0}
# What stands at the end of a unit's name; 系 and 科 are parts of a unit, not units.
_BODIES = "学院|书院|学部|研究院|研究所|图书馆|档案馆|博物馆|医院|机关|公司|集团|中心|离退休|后勤|附中|附小|附属中学|附属小学|出版社"
_PARTY = "直属党支部|党总支部?|党工委|党委"
_STRONG = re.compile(rf"[\u3400-\u9fffA-Za-z0-9()·]{{1,28}}?(?:{_PARTY})(?!书记|委员|会)")
_BARE = re.compile(rf"[\u3400-\u9fff()·]{{0,16}}?(?:{_BODIES})")
_NOT_NAMES = re.compile(
    r"^(?:附件)?\d*(?:年度?|级|届)?[\s.、:：_-]*(?:\d+月)?|^(?:关于|各|全校|全院|所在|所属|二级单位|单位)+"
)


def number_of(text: str) -> int | None:
    """A small number in digits or Chinese numerals: '12', '十二', '二十'; None if it is none."""
    if text.isascii() and text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if ten:
        if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
            return None
        return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
    if text and all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    return None


@lru_cache(maxsize=20_000)
def tidy(text: str) -> str:
    """The same words without what nobody means: blanks, full-width forms, kinds of bracket, 第一/第1."""
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).translate(_BRACKETS)

    def arabic(found: re.Match[str]) -> str:
        number = number_of(found[1])
        return found[0] if number is None else f"第{number}"

    return _NUMBER.sub(arabic, bare).casefold()


def _without(text: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if text.endswith(ending) and len(text) > len(ending):
            return text.removesuffix(ending)
    return text


@lru_cache(maxsize=20_000)
def unit_core(text: str, school: str = "") -> str:
    """What is left of a unit's name without 中共, the school's name and 党委/党总支/委员会."""
    bare = _LEAD.sub("", tidy(text))
    if school and bare.startswith(tidy(school)) and len(bare) > len(tidy(school)):
        bare = bare.removeprefix(tidy(school))
    return _without(bare, UNIT_ENDINGS)


@lru_cache(maxsize=20_000)
def branch_core(text: str, unit: str = "") -> str:
    """What is left of a branch's name without the unit in front and 党支部/支部 behind."""
    bare = _LEAD.sub("", tidy(text))
    for lead in (tidy(unit), unit_core(unit)) if unit else ():
        if bare.startswith(lead) and len(_without(bare.removeprefix(lead), BRANCH_ENDINGS)) > 1:
            bare = bare.removeprefix(lead)
            break
    core = _without(bare, BRANCH_ENDINGS).removesuffix("直属")
    return tidy(_BARE_NUMBER.sub(r"第\1", core))  # 一支部 is the 第一支部


def is_short_form(short: str, full: str) -> bool:
    """Whether `short` leaves out characters of `full` and nothing else: 经贸学院 of 经济与贸易学院."""
    if not 2 <= len(short) < len(full) or short[0] != full[0] or short[-1] != full[-1]:
        return False
    rest = iter(full)
    return all(char in rest for char in short)


def full_unit_name(text: str) -> str:
    """The name a new unit gets: what was written, and 党委 behind a bare 学院 (their party body is one by default)."""
    bare = re.sub(r"\s+", "", text).strip("_-—")
    return f"{bare}党委" if bare.endswith("学院") else bare


def better_branch_name(names: list[str]) -> str:
    """Of several spellings of one branch the one with 党支部, else the first."""
    return next((name for name in names if name.endswith("党支部")), names[0])


def units_in(text: str, school: str = "") -> list[str]:
    """Names in a title, sheet or file name that look like units (never the school itself), with 党委/党总支 first."""
    plain = unicodedata.normalize("NFKC", text).replace("中国共产党", "").replace("中共", "")
    if school:
        plain = re.sub(rf"(?<![\u3400-\u9fff]){re.escape(school)}", " ", plain)
    pieces = [piece for piece in re.split(r"[\s_,;:、/\\.—-]+", plain) if piece]
    strong = [_named(found[0]) for piece in pieces for found in _STRONG.finditer(piece)]
    bare = [_named(found[0]) for piece in pieces for found in _BARE.finditer(piece)]
    return [one for one in dict.fromkeys([*strong, *bare]) if len(one) >= 2 and one not in _BODIES.split("|")[:4]]


def _named(text: str) -> str:
    bare = text.strip("()")
    while (shorter := _NOT_NAMES.sub("", bare)) != bare:
        bare = shorter
    return bare
