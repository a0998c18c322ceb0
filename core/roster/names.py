"""Two ways to find and order a name: pinyin with the readings surnames really have, and 姓氏笔画."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from core.base.names import DOT
from core.base.paths import asset


def _readings(text: str) -> dict[str, str]:
    return {key: value for key, _, value in (pair.partition(":") for pair in text.split())}


# Surnames that a dictionary of common readings gets wrong, and some where a phrase could mislead it.
_SURNAMES = _readings(
    "单:shan 仇:qiu 曾:zeng 解:xie 查:zha 区:ou 盖:ge 翟:zhai 朴:piao 覃:qin 任:ren 华:hua 冼:xian 缪:miao 逄:pang "
    "员:yun 贠:yun 郇:xun 郗:xi 隗:wei 宓:mi 种:chong 召:shao 折:she 祭:zhai 晁:chao 洗:xian 繁:po 於:yu 那:na 乜:nie "
    "哈:ha 过:guo 相:xiang 撒:sa 燕:yan 应:ying 宁:ning 甯:ning 褚:chu 臧:zang 昝:zan 訾:zi 句:gou 阚:kan 佴:nai "
    "谌:chen 柏:bai 秘:bi 占:zhan 车:che 車:che 么:yao 幺:yao 呙:guo 冒:mao 粘:nian 莘:shen 藏:zang 都:du 会:gui "
    "尉:wei 厍:she 纪:ji 令:ling 蔚:yu 盛:sheng 乐:yue 眭:sui 郄:qie 卜:bu 重:chong 长:chang 强:qiang 角:jue 还:huan "
    "行:xing 薄:bo 校:xiao 炅:gui 朝:chao 晟:cheng 石:shi 干:gan 万:wan 尹:yin 肖:xiao 卞:bian 曲:qu 瞿:qu 牟:mu"
)
# Surnames of two characters, syllables parted by a comma.
_COMPOUND_SURNAMES = _readings(
    "万俟:mo,qi 尉迟:yu,chi 长孙:zhang,sun 澹台:tan,tai 令狐:ling,hu 单于:chan,yu 乐正:yue,zheng 宰父:zai,fu 鲜于:xian,yu "
    "亓官:qi,guan 夹谷:jia,gu 厍狄:she,di 拓跋:tuo,ba 拓拔:tuo,ba 呼延:hu,yan 赫连:he,lian 相里:xiang,li 颛孙:zhuan,sun "
    "段干:duan,gan 谷梁:gu,liang 穀梁:gu,liang 濮阳:pu,yang 淳于:chun,yu 公冶:gong,ye 欧阳:ou,yang 司马:si,ma "
    "上官:shang,guan 夏侯:xia,hou 诸葛:zhu,ge 东方:dong,fang 皇甫:huang,fu 公羊:gong,yang 公孙:gong,sun 公西:gong,xi "
    "公良:gong,liang 仲孙:zhong,sun 宗政:zong,zheng 太叔:tai,shu 太史:tai,shi 申屠:shen,tu 轩辕:xuan,yuan 钟离:zhong,li "
    "宇文:yu,wen 慕容:mu,rong 司徒:si,tu 司空:si,kong 司寇:si,kou 闻人:wen,ren 端木:duan,mu 巫马:wu,ma 漆雕:qi,diao "
    "壤驷:rang,si 东郭:dong,guo 南门:nan,men 南宫:nan,gong 羊舌:yang,she 微生:wei,sheng 左丘:zuo,qiu 东门:dong,men "
    "西门:xi,men 第五:di,wu 梁丘:liang,qiu 百里:bai,li 独孤:du,gu 贺兰:he,lan 完颜:wan,yan 纳兰:na,lan 叶赫:ye,he"
)
# Readings that given names take where running text takes another.
_GIVEN = _readings(
    "长:chang 晟:sheng 曾:zeng 焘:tao 琢:zhuo 干:gan 泊:bo 薄:bo 芎:xiong 似:si 都:du 还:huan 了:liao 柏:bai 单:shan 行:xing"
)
_WORDS = re.compile(r"[A-Za-z\u00c0-\u024f'’.-]+")
_RUNS = re.compile(rf"{_WORDS.pattern}|(?:(?!{_WORDS.pattern}).)+")
_GAPS = re.compile(rf"[\s{DOT}]+")
_PLAIN = re.compile("[\u3400-\u9fff]+")
_NOT_IN_PINYIN = re.compile(rf"[\s'’.{DOT}-]")
_LAST = "g"  # above every hexadecimal digit: what has no rank comes after all that has one, by code point


def split_surname(name: str) -> tuple[str, str]:
    """Surname and given name; only a name of three or more characters without the dot can have a surname of two."""
    if len(name) > 2 and name[:2] in _COMPOUND_SURNAMES and DOT not in name:
        return name[:2], name[2:]
    return name[:1], name[1:]


def fold_pinyin(text: str) -> str:
    """Pinyin as it is stored and must be searched: small letters, no spaces; lv, lü and lyu (吕) all become lu."""
    if text.isascii() and text.isalpha() and text.islower() and "v" not in text and "lyu" not in text:
        return text
    bare = _NOT_IN_PINYIN.sub("", text.lower())
    return bare.replace("lyu", "lu").replace("ü", "u").replace("v", "u")


def pinyin_of(name: str) -> tuple[str, str]:
    """Full pinyin and initials, folded: 曾国藩 -> ('zengguofan', 'zgf').

    The dot is skipped, a Latin word counts as one syllable, a 汉字 no dictionary knows stands for itself.
    """
    surname, given = ("", name) if _WORDS.match(name) else split_surname(name)
    first, first_initials = _surname_pinyin(surname)
    rest, initials = _given_pinyin(given)
    return first + rest, first_initials + initials


def stroke_key(name: str) -> str:
    """Text that sorts names by 姓氏笔画 in plain byte order; '' for no name.

    The surname by number and order of strokes, then given names of one character, then the longer ones, each
    character by its strokes: the way formal lists of names are printed.
    """
    if not name:
        return ""
    surname, given = split_surname(name)
    rest = given if given.isalpha() else [one for one in given if one != DOT and not one.isspace()]
    length = "1" if len(rest) < 2 else "2"
    return f"{_rank(surname)} {length}{_rank(''.join(rest))}"


@lru_cache(maxsize=4096)
def _surname_pinyin(surname: str) -> tuple[str, str]:
    if surname in _COMPOUND_SURNAMES:
        return _folded(_COMPOUND_SURNAMES[surname].split(","))
    return _folded([_SURNAMES.get(surname) or _common_readings(surname)[0]] if surname else [])


@lru_cache(maxsize=16_384)
def _given_pinyin(given: str) -> tuple[str, str]:
    if _PLAIN.fullmatch(given):
        return _folded(_given_readings(given))
    syllables: list[str] = []
    for part in _GAPS.split(given):
        for run in _RUNS.findall(part):
            syllables += [run] if _WORDS.match(run) else _given_readings(run)
    return _folded(syllables)


def _folded(syllables: list[str]) -> tuple[str, str]:
    """Full pinyin and initials."""
    folded = [fold_pinyin(one) for one in syllables]
    return "".join(folded), "".join(one[:1] for one in folded)


@cache
def _phrases() -> frozenset[str]:
    """Words of two characters that a dictionary reads as one."""
    from pypinyin.constants import PHRASES_DICT

    return frozenset(one for one in PHRASES_DICT if len(one) == 2)


def _common_readings(text: str) -> list[str]:
    """One reading for each character of `text`, phrases first."""
    if len(text) == 1 or (len(text) == 2 and text not in _phrases()):
        return [_common_reading(one) for one in text]  # no phrase to heed: thousands of names share few characters
    from pypinyin import lazy_pinyin

    found = lazy_pinyin(text)  # unknown characters that touch come back as one piece
    return found if len(found) == len(text) else [_common_reading(one) for one in text]


@cache
def _common_reading(char: str) -> str:
    from pypinyin import lazy_pinyin

    return lazy_pinyin(char)[0]


def _given_readings(text: str) -> list[str]:
    return [_GIVEN.get(char, reading) for char, reading in zip(text, _common_readings(text), strict=True)]


@lru_cache(maxsize=16_384)
def _rank(text: str) -> str:
    """Places of characters in the order of strokes, always four digits; others after all, by code point."""
    ranks = _ranks()
    return "".join([ranks.get(char) or f"{_LAST}{ord(char):06x}" for char in text])


@cache
def _ranks() -> dict[str, str]:
    lines = asset("templates", "strokes.txt").read_text(encoding="utf-8").splitlines()
    order = "".join(line.partition("\t")[2] for line in lines if not line.startswith("#"))
    return {char: f"{place:04x}" for place, char in enumerate(order)}
