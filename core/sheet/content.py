"""What a column holds, told by its cells: for sheets whose heads say nothing."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.base import clock
from core.base.dates import parse_date, parse_month
from core.base.fields import EntitySpec, Kind
from core.sheet.cells import cell_text, says_nothing, squeeze
from core.sheet.known_values import CATEGORIES, HOBBIES, NATIONS, PARTY, SKILLS, SURNAMES, WILLINGNESS
from core.sheet.vocabulary import placenames

SAMPLE = 300  # cells looked at
_NOTE_CELL = re.compile(r"(合|总|小|共)\s*计|填表.*|制表.*|审核.*|负责人.*|备注[:：].*|说明[:：].*|注[:：].*")
_MOBILE = re.compile(r"(\+?86-?|0086)?1[3-9]\d-?\d{4}-?\d{4}")
_ID_NO = re.compile(r"\d{17}[\dXx]|\d{15}|\d\.\d+E\+17")
_STAFF_NO = re.compile(r"[A-Za-z]{0,4}-?\d{3,12}|(?=[A-Za-z0-9-]{4,14}$)(?=(?:.*\d){3})[A-Za-z0-9-]+")
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:：][0-5]\d(:00)?|\d{1,2}[点时](半|\d{1,2}分?)?")
_ADDRESS = re.compile(
    r".*\d+\s*(栋|幢|座|号楼|楼|单元|室|号|＃|#).*|.*[\u4e00-\u9fff]\s*\d+-\d+(-\d+)?|.*(路|街|巷|小区|公寓|大道).*\d+.*|.*[一二三四五六七八九十]+栋.*"
)
_HAN_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]{2,4}|[\u3400-\u9fff]+([·•・‧⋅.．][\u3400-\u9fff]+)+")
_GRID = re.compile(r"第?[\d一二三四五六七八九十]+(号)?网格|网格[\d一二三四五六七八九十]+")
_EDUCATION = re.compile(r".{0,6}(研究生|本科|专科|大专|中专|高中|初中|小学|博士|硕士|学士|技校|职高|大学).{0,4}")
_DEGREE = re.compile(r".{0,4}(博士|硕士|学士)(学位)?|无|双学士")
_TITLE = re.compile(
    r".*(教授|讲师|助教|馆员|研究员|工程师|医师|药师|护师|护士|会计师|经济师|实验师|编辑|编审|翻译|科员|科长|处长|院长|主任|书记|干事|部长|校长|主席|秘书|辅导员|"
    r"职员|技师|工人?|教师|主管|经理|馆长|所长|组织员|调研员|正[处科]级|副[处科]级|[一二三四]级)(\(.*\))?"
)
_FREE_TIME = re.compile(r".*(周末|周[一二三四五六日]|工作日|晚上|上午|下午|节假日|寒暑假|双休|随时|全天|休息日).*")
_SIGNER = re.compile(r"[\u4e00-\u9fff]{1,6}(书记|主任|某某?|网格员|同志|老师|经理)|[\u4e00-\u9fff]{2,4}")
_PLACE = re.compile(r".*(网格|广场|小区|社区|中心|活动室|门口|路|街|站|点|楼|园|校|院|厅|室)")
_SEPARATED = re.compile(r"[、，,;；/\s]+")


class Profile:
    """The cells of one column that show something, and what can be said of them."""

    def __init__(self, cells: Sequence[Any]) -> None:
        kept = [
            cell
            for cell in cells
            if not (isinstance(cell, str) and (_NOTE_CELL.fullmatch(cell.strip()) or says_nothing(cell.strip())))
        ]
        self.cells = kept[:SAMPLE]

    @cached_property
    def texts(self) -> list[str]:
        return [squeeze(cell_text(cell)) for cell in self.cells]

    def rate(self, test: Callable[[str], Any]) -> float:
        """The share of cells that pass."""
        return sum(1 for text in self.texts if test(text)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def distinct(self) -> float:
        """The share of cells that occur once."""
        return len(set(self.texts)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def dates(self) -> list[str]:
        """The cells that read as dates, in ISO form."""
        return [iso for iso in map(_iso, self.cells) if iso]

    @cached_property
    def is_running_number(self) -> bool:
        """1, 2, 3 …: the 序号 of the sheet."""
        if not self.texts or not all(re.fullmatch(r"\d{1,5}", text) for text in self.texts[:3]):
            return False
        numbers = [int(text) for text in self.texts if re.fullmatch(r"\d{1,5}", text)]
        if len(numbers) < max(2, len(self.texts) * 0.8) or numbers[0] > 3:
            return len(numbers) == 1 == len(self.texts) and self.texts[0] == "1"
        steps = sum(1 for one, two in itertools.pairwise(numbers) if two == one + 1)
        return steps >= (len(numbers) - 1) * 0.8


def _iso(cell: Any) -> str:
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    text = cell_text(cell)
    if not 5 <= len(text) <= 20 or _MOBILE.fullmatch(squeeze(text)):
        return ""
    if isinstance(cell, (int, float)):
        return _iso_of_number(float(cell), text)
    day = parse_date(text) if len(text) > 5 else None
    month = day.isoformat() if day else parse_month(text)
    return month if month and "1900" < month < "2100" else ""


def _iso_of_number(number: float, text: str) -> str:
    """1986.07, 198607, 19860712; a serial only by its column's range, which is judged by the caller."""
    if 7000 < number < 80000 and number == int(number):
        return (dt.date(1899, 12, 30) + dt.timedelta(days=int(number))).isoformat()
    if 1900 < number < 2100 or number > 190000:
        month = parse_month(text)
        day = None if month else parse_date(text)
        return month or (day.isoformat() if day else "")
    return ""


def _staff_no(profile: Profile) -> float:
    lengths = Counter(map(len, profile.texts))
    even = max(lengths.values(), default=0) / max(len(profile.texts), 1)
    fitting = profile.rate(_STAFF_NO.fullmatch)
    if (
        even < 0.75
        or profile.is_running_number
        or (len(profile.dates) > 0.8 * len(profile.texts) > 0 and profile.distinct < 0.95)
    ):
        return 0.0
    if (
        profile.rate(_MOBILE.fullmatch) > 0.5
        or profile.rate(_ID_NO.fullmatch) > 0.5
        or profile.rate(_CLOCK.fullmatch) > 0.3
    ):
        return 0.0
    return fitting


def _name(profile: Profile) -> float:
    return profile.rate(
        lambda text: (
            _HAN_NAME.fullmatch(text)
            and (text[0] in SURNAMES or "·" in text or "•" in text or "." in text or "．" in text)
        )
    )


def _known(words: Collection[str]) -> Callable[[Profile], float]:
    def score(profile: Profile) -> float:
        items = [item for text in map(cell_text, profile.cells) for item in _SEPARATED.split(text) if item]
        return sum(item in words for item in items) / len(items) if items else 0.0

    return score


def _matching(pattern: str | re.Pattern[str]) -> Callable[[Profile], float]:
    test = re.compile(pattern)
    return lambda profile: profile.rate(test.fullmatch)


def _one_of(words: Collection[str]) -> Callable[[Profile], float]:
    return lambda profile: profile.rate(words.__contains__)


@dataclass(frozen=True, slots=True)
class Rule:
    """How cells tell a field: the share that must fit; `strong` is enough even under a head that says otherwise nothing known."""

    key: str
    score: Callable[[Profile], float]
    enough: float = 0.8
    strong: bool = False


# Most telling first: a column once placed is not asked again.
RULES: tuple[Rule, ...] = (
    Rule("phone", _matching(_MOBILE), 0.7, strong=True),
    Rule("id_no", _matching(_ID_NO), 0.7, strong=True),
    Rule("sex", _one_of(frozenset(("男", "女", "男性", "女性", "M", "F", "m", "f"))), 0.85),
    Rule("nation", lambda one: one.rate(lambda text: text.removesuffix("族") in NATIONS)),
    Rule("party_status", _one_of(PARTY)),
    Rule("status", _one_of(frozenset(("在职", "离退休", "退休", "离休", "返聘", "在岗", "其他")))),
    Rule(
        "degree",
        lambda one: (
            _matching(_DEGREE)(one) if one.rate(lambda text: "学位" in text or text in ("学士", "无")) > 0.2 else 0.0
        ),
    ),
    Rule("education", _matching(_EDUCATION)),
    Rule("grid", _matching(_GRID), 0.7),
    Rule("branch", _matching(r".*支部(委员会)?"), 0.7),
    Rule("unit", _matching(r".*(党委|党总支|总支|党工委|学院|学校|机关|中心|图书馆|校医院|[^系]部|处|公司)"), 0.8),
    Rule("district", _matching(r"[\u4e00-\u9fff]{1,7}(?<![社小校园])(区|县|市)"), 0.7),
    Rule("street", _matching(r"[\u4e00-\u9fff]{1,10}(街道|街道办事处|街|镇|乡|办事处)"), 0.7),
    Rule("community", _matching(r"[\u4e00-\u9fff]{1,12}(社区|村|居委会|社区居委会)"), 0.7),
    Rule("address", _matching(_ADDRESS), 0.7),
    Rule("title", _matching(_TITLE), 0.8),
    Rule("willingness", _known(WILLINGNESS), 0.6),
    Rule("skills", _known(SKILLS), 0.5),
    Rule("hobbies", _known(HOBBIES), 0.5),
    Rule("free_time", _matching(_FREE_TIME), 0.7),
    Rule("category", _known(CATEGORIES), 0.7),
    Rule(
        "confirm_method",
        _matching(r"社区党(组织|委|总支|支部)|社区(居委会)?|服务对象|网格员|居委会|.{0,4}(签字|盖章|电话|短信)"),
        0.8,
    ),
    Rule("track", _matching(r"业余(时间)?|工作(时间|日).*|组织派遣.*|个人报到|派遣"), 0.8),
    Rule("minutes", _matching(r"(\d|1\d|2[0-4])(\.\d{1,2})?(个?小时)?|\d{1,3}分钟"), 0.9),
    Rule("content", lambda one: one.rate(lambda text: len(text) >= 6 and not text.isascii()), 0.7),
)
LAST_RULES: tuple[Rule, ...] = (
    Rule("staff_no", _staff_no, 0.85),
    Rule("name", _name, 0.6),
    Rule("confirmed_by", _matching(_SIGNER), 0.7),
    Rule("place", _matching(_PLACE), 0.5),
)
_BY_KEY = {rule.key: rule for rule in RULES + LAST_RULES}


def fits(key: str, profile: Profile) -> float | None:
    """The share of cells that fit the field; None if cells cannot tell it."""
    if key in ("birth_on", "joined_on", "served_on"):
        return len(profile.dates) / len(profile.texts) if profile.texts else 0.0
    rule = _BY_KEY.get(key)
    return rule.score(profile) if rule else None


def place_by_content(
    profiles: Mapping[int, Profile], spec: EntitySpec, taken: Collection[str], lists: Mapping[str, Collection[str]]
) -> dict[int, str]:
    """Fields for the columns given, by their cells alone; a column nothing fits is left out."""
    left = {index: one for index, one in profiles.items() if one.texts}
    wanted = {key for key in spec.keys if key not in taken} - placenames(spec)
    placed: dict[int, str] = {}

    def place(index: int, key: str) -> None:
        placed[index] = key
        wanted.discard(key)
        del left[index]

    for rule in (*RULES, *_listed(spec, lists)):
        if rule.key in wanted and left:
            index = max(left, key=lambda one: rule.score(left[one]))
            if rule.score(left[index]) >= rule.enough:
                place(index, rule.key)
    for index, key in _clocks(left, spec, wanted) + _eras(left, wanted):
        place(index, key)
    for rule in LAST_RULES:
        if rule.key in wanted and left:
            # 工号 identifies: where one row is one person it does not repeat.
            unique = spec.natural_key == (rule.key,)
            scores = {index: rule.score(one) for index, one in left.items() if not unique or one.distinct >= 0.9}
            index = max(scores, key=lambda one: scores[one], default=-1)
            if index >= 0 and scores[index] >= rule.enough:
                place(index, rule.key)
    return placed


def _listed(spec: EntitySpec, lists: Mapping[str, Collection[str]]) -> list[Rule]:
    """Rules from the spec itself: fixed choices and editable lists."""
    rules = []
    for field in spec.fields:
        words = {label for _, label in field.choices} | set(lists.get(field.code_list, ()) if field.code_list else ())
        if words and field.kind in (Kind.CHOICE, Kind.MULTI):
            rules.append(Rule(field.key, _known(frozenset(words)), 0.85))
    return rules


def _clocks(left: Mapping[int, Profile], spec: EntitySpec, wanted: Collection[str]) -> list[tuple[int, str]]:
    """Columns of clock times, left to right: start, then end."""
    keys = [field.key for field in spec.fields if field.kind is Kind.TIME and field.key in wanted]
    columns = [index for index, one in left.items() if one.rate(_CLOCK.fullmatch) >= 0.8]
    return list(zip(sorted(columns), keys, strict=False))


def _eras(left: Mapping[int, Profile], wanted: Collection[str]) -> list[tuple[int, str]]:
    """Columns of dates by when they lie: birth 18 to 95 years ago, joining the party after it, service lately."""
    columns = {}
    for index, one in left.items():
        if len(one.dates) >= 0.75 * len(one.texts) and not (
            one.distinct == 1 and len(set(map(len, one.texts))) == 1 and _serial_like(one)
        ):
            columns[index] = sorted(one.dates)[len(one.dates) // 2]
    today = clock.today()
    placed = []
    by_age = sorted(columns, key=lambda index: columns[index])
    recent = [
        index
        for index in by_age
        if int(columns[index][:4]) >= today.year - 12 and max(left[index].dates)[:4] >= str(today.year - 12)
    ]
    if "served_on" in wanted and recent:
        placed.append((recent[0], "served_on"))
        by_age.remove(recent[0])
    if "birth_on" in wanted and by_age:
        years = [int(one[:4]) for one in left[by_age[0]].dates]
        grown = sum(18 <= today.year - year <= 95 for year in years) / len(years)
        if grown >= 0.8 and (len(by_age) > 1 or int(columns[by_age[0]][:4]) <= today.year - 26):
            placed.append((by_age.pop(0), "birth_on"))
    if "joined_on" in wanted and by_age and columns[by_age[0]][:4] <= str(today.year):
        placed.append((by_age.pop(0), "joined_on"))
    return placed


def _serial_like(profile: Profile) -> bool:
    """Five bare digits in every cell, all different: rather 工号 than dates."""
    return all(re.fullmatch(r"\d{5}", text) for text in profile.texts)
