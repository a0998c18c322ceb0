"""From a cell to a stored value, kind by kind: put right what is plain, say what cannot be read."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from core.base.errors import InvalidInput
from core.base.fields import Field, Kind
from core.base.names import normalise_name
from core.sheet.address import building_name
from core.sheet.cells import (
    ERROR_WORDS,
    LONGEST_EXACT,
    cell_text,
    clean,
    clean_memo,
    expand_scientific,
    number_text,
    says_nothing,
    squeeze,
)
from core.sheet.known_values import NATIONS
from core.sheet.value_dates import DateFacts, Read, date_facts, read_date, read_minutes, read_time

Reader = Callable[[Any], Read]
EMPTY = Read("")

_PLAIN_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"\(?(0\d{2,3})\)?-?(\d{7,8})(?:(?:-|转|分机)(\d{1,6}))?")
_PHONE_MARKS = re.compile(r"[\s\-—–－_.·()（）]+")
_PHONE_LEAD = re.compile(
    r"^(手机|电话|tel|手机号)?[:：]?(\+|00)?86(?=1[3-9]\d{9}$)|^(手机|电话|tel|手机号)[:：]?", re.I
)
_SEVERAL = re.compile(r"[/、，,;；]|或|\s{1,}(?=1[3-9]\d)")
_PLAIN_ID = re.compile(r"[1-9]\d{16}[\dX]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ITEMS = re.compile(r"[、，,;；/|\s]+|(?<=\S)[+＋](?=\S)")
_STAFF_NO = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,31}")
_CODE_LIKE = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_WHOLE = re.compile(r"(-?\d{1,12})(\.0+)?\s*[\u4e00-\u9fff]{0,2}")
_YES = frozenset(
    ("是", "有", "√", "✓", "✔", "☑", "y", "yes", "true", "1", "t", "愿意", "愿", "同意", "对", "可以", "能")
)
_NO = frozenset(
    (
        "否",
        "没有",
        "×",
        "x",
        "✗",
        "✘",
        "□",
        "n",
        "no",
        "false",
        "0",
        "f",
        "不愿意",
        "不愿",
        "不同意",
        "不",
        "非",
        "不是",
        "不能",
    )
)
# Other ways to write a value of a list; used where the value itself is not in the list.
_ALIASES: dict[str, dict[str, str]] = {
    "sex": {
        "男性": "男", "女性": "女", "m": "男", "f": "女", "male": "男", "female": "女", "1": "男", "2": "女",
        "男士": "男", "女士": "女", "男。": "男", "女。": "女", "man": "男", "woman": "女",
    },
    "party_status": {
        "党员": "中共党员", "正式党员": "中共党员", "中共正式党员": "中共党员", "中国共产党党员": "中共党员", "共产党员": "中共党员",
        "中国共产党": "中共党员", "中共": "中共党员",
        "预备党员": "中共预备党员", "中国共产党预备党员": "中共预备党员", "预备": "中共预备党员",
        "团员": "共青团员", "共产主义青年团员": "共青团员",
    },
    "education": {
        "本科": "大学本科", "大学": "大学本科", "专科": "大学专科", "大专": "大学专科", "硕士": "硕士研究生", "博士": "博士研究生",
        "研究生": "硕士研究生", "本科生": "大学本科", "博士生": "博士研究生", "硕士生": "硕士研究生", "全日制本科": "大学本科",
    },
    "degree": {"博士学位": "博士", "硕士学位": "硕士", "学士学位": "学士", "博士": "博士学位", "硕士": "硕士学位", "学士": "学士学位"},
    "track": {
        "业余": "OWN", "个人报到": "OWN", "个人": "OWN", "居住地报到": "OWN", "双休日": "OWN", "周末": "OWN",
        "节假日": "OWN", "休息日": "OWN", "休息时间": "OWN", "下班后": "OWN", "非工作时间": "OWN", "非工作日": "OWN",
        "工作日": "DISPATCHED", "值守": "DISPATCHED", "脱产": "DISPATCHED", "工作日派遣": "DISPATCHED",
        "派遣": "DISPATCHED", "组织派遣报到": "DISPATCHED",
        "值班": "DISPATCHED", "上班时间": "DISPATCHED", "工作": "DISPATCHED",
    },
    "role": {"党员干部": "下沉党员干部", "下沉干部": "下沉党员干部", "党员": "下沉党员干部", "干部": "下沉党员干部"},
    "level": {
        "二级单位": "UNIT", "二级党组织": "UNIT", "二级单位党委": "UNIT", "单位": "UNIT", "党委": "UNIT", "党总支": "UNIT",
        "支部": "BRANCH", "基层党支部": "BRANCH", "各党支部": "BRANCH", "各支部": "BRANCH", "各二级单位": "UNIT",
    },
    "status": {"在岗": "在职", "退休": "离退休", "离休": "离退休", "已退休": "离退休", "在编": "在职"},
}  # fmt: skip
# Lists the house knows without being told; the words of other lists come from the ledger.
_ALWAYS = frozenset(("party_status",))


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What the whole column says that one cell cannot."""

    head: str = ""
    dates: DateFacts = dataclass_field(default_factory=DateFacts)
    code_length: int = 0  # 工号: the length nearly all have, leading zeros among them


def column_facts(field: Field, head: str, cells: Sequence[Any], *, exact_text: bool) -> ColumnFacts:
    """Facts of a column for the kinds that need them."""
    if field.kind in (Kind.DATE, Kind.MONTH):
        return ColumnFacts(head, dates=date_facts(cells, exact_text=exact_text))
    if field.kind is Kind.STAFF_NO:
        return ColumnFacts(head, code_length=_code_length(cells))
    return ColumnFacts(head)


def _code_length(cells: Sequence[Any]) -> int:
    """The usual length of 工号 if some are written with a leading zero; 0 if none are or lengths vary."""
    texts = [squeeze(cell) for cell in cells if isinstance(cell, str) and cell]
    if not any(text.startswith("0") for text in texts):
        return 0
    length, count = Counter(map(len, texts)).most_common(1)[0]
    return length if count >= 0.6 * len(texts) else 0


# Texts that are stored exactly as they stand: most cells, settled without a reader.
_PLAIN: dict[Kind, re.Pattern[str]] = {
    Kind.NAME: _PLAIN_NAME,
    Kind.PHONE: _MOBILE,
    Kind.STAFF_NO: re.compile(r"\d{4,20}", re.ASCII),
    Kind.MONTH: re.compile(r"(?:19\d\d|20[01]\d)-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|1\d|2[0-8]))?", re.ASCII),
    Kind.DATE: re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])", re.ASCII),
    Kind.TIME: re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII),
}


def plain_test(field: Field) -> Callable[[str], Any] | None:
    """A quick test for cells that are already what is stored; None if every cell must be read."""
    pattern = _PLAIN.get(field.kind)
    return pattern.fullmatch if pattern and field.check is None else None


def reader_for(field: Field, facts: ColumnFacts, words: Collection[str] = ()) -> Reader:
    """The function that reads one non-empty cell of the field; `words`: the values of its editable list."""
    kind = field.kind
    by_kind: dict[Kind, Reader] = {
        Kind.NAME: _read_name,
        Kind.STAFF_NO: lambda cell: _read_staff_no(cell, field, facts),
        Kind.PHONE: lambda cell: _read_phone(cell, field),
        Kind.ID_NO: lambda cell: _read_id_no(cell, field),
        Kind.DATE: lambda cell: read_date(cell, field, facts.dates),
        Kind.MONTH: lambda cell: read_date(cell, field, facts.dates),
        Kind.TIME: lambda cell: read_time(cell, field),
        Kind.MINUTES: lambda cell: read_minutes(cell, field, in_minutes="分" in facts.head),
        Kind.INT: lambda cell: _read_int(cell, field),
        Kind.BOOL: lambda cell: _read_bool(cell, field),
        Kind.CHOICE: _choice_reader(field, words),
        Kind.MULTI: _multi_reader(field, words),
        Kind.MEMO: lambda cell: Read(clean_memo(cell_text(cell))),
    }
    inner = by_kind.get(kind, _read_building if field.key == "building" else _read_text)
    # A placeholder says nothing in any field but a name and free text of several words.
    return _checked(inner, field)


def _checked(inner: Reader, field: Field) -> Reader:
    check = field.check

    def read(cell: Any) -> Read:
        if isinstance(cell, str):
            text = squeeze(cell)
            kept = field.kind is Kind.NAME or (field.says_none and text == "无")
            if not text or (says_nothing(text) and not kept):
                return _spelled_no(text, field)
            if text in ERROR_WORDS:
                return Read("", f"{field.label}是公式错误“{text}”，请改成文字或数字。")
        found = inner(cell)
        if check is not None and not found.fault and found.value != "":
            wrong = check(str(found.value))
            if wrong:
                return Read("", wrong)
        return found

    return read


def _spelled_no(text: str, field: Field) -> Read:
    """无 under a yes-or-no head means no; elsewhere it means nothing."""
    return Read(0) if field.kind is Kind.BOOL and text in ("无", "-", "/") and text == "无" else EMPTY


def _read_text(cell: Any) -> Read:
    return Read(clean(cell_text(cell)))


def _read_building(cell: Any) -> Read:
    return Read(building_name(clean(cell_text(cell))))


def _read_name(cell: Any) -> Read:
    if isinstance(cell, str) and _PLAIN_NAME.fullmatch(cell):
        return Read(cell)
    text = cell_text(cell)
    if not isinstance(cell, str):
        return Read("", f"姓名读不出：“{text}”是数字或日期，请核对这一列是不是姓名。")
    try:
        name, remarks = normalise_name(text)
    except InvalidInput as wrong:
        return Read("", str(wrong))
    return Read(name, remark="".join(remarks))


def _read_staff_no(cell: Any, field: Field, facts: ColumnFacts) -> Read:
    label = field.label
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        text = number_text(cell)
        if cell != int(cell) or cell < 0 or abs(cell) >= 10**LONGEST_EXACT:
            return Read("", f"{label}已被Excel损坏：这一格是数字“{text}”，请把单元格设为文本后重新填写。")
    else:
        text = squeeze(cell_text(cell)).lstrip("'’`")
        expanded = expand_scientific(text)
        if expanded is None:
            return Read("", f"{label}已被Excel损坏：“{text}”丢了后面的数字，请把单元格设为文本后重新填写。")
        text = expanded.removesuffix(".0") if re.fullmatch(r"\d+\.0", expanded) else expanded
    if text.isdigit() and 0 < len(text) < facts.code_length and not isinstance(cell, str):
        full = text.zfill(facts.code_length)
        return Read(
            "", f"{label}可能丢了前面的0：这一格是数字“{text}”，同列都是{facts.code_length}位，请改成文本“{full}”。"
        )
    if not _STAFF_NO.fullmatch(text):
        return Read("", f"{label}读不出：“{cell_text(cell)}”，{label}只能是数字、字母和短横线。")
    return Read(text)


def _read_phone(cell: Any, field: Field) -> Read:
    if isinstance(cell, str) and _MOBILE.fullmatch(cell):
        return Read(cell)
    shown = cell_text(cell)
    if isinstance(cell, (dt.date, dt.time)):
        return Read("", f"手机号读不出：“{shown}”是日期，请核对这一列。")
    text = clean(shown)
    expanded = expand_scientific(text)
    if expanded is None:
        return Read("", f"手机号已被Excel损坏：“{shown}”丢了后面的数字，请把单元格设为文本后重新填写。")
    bare = _bare_phone(expanded)
    if _MOBILE.fullmatch(bare):
        return Read(bare)
    several = [_bare_phone(part) for part in _SEVERAL.split(expanded) if part.strip()]
    mobiles = [part for part in several if _MOBILE.fullmatch(part)]
    if len(several) > 1 and mobiles:
        others = "、".join(part for part in several if part != mobiles[0])
        return Read(mobiles[0], remark=f"电话一格里有几个号码，取了{mobiles[0]}，没有取{others}。")
    landline = _LANDLINE.fullmatch(squeeze(expanded).replace("（", "(").replace("）", ")").replace("－", "-"))
    if landline:
        number = f"{landline[1]}-{landline[2]}" + (f"-{landline[3]}" if landline[3] else "")
        return Read(number, remark=f"“{number}”是座机，不是手机号。")
    if not re.fullmatch(r"\d+", bare):
        return Read("", f"手机号读不出：“{shown}”，请只写11位数字。")
    if len(bare) != 11:
        return Read("", f"手机号不是11位：“{shown}”有{len(bare)}位数字，请核对。")
    return Read("", f"手机号不对：“{shown}”不是以13到19开头，请核对。")


def _bare_phone(text: str) -> str:
    return _PHONE_LEAD.sub("", _PHONE_MARKS.sub("", squeeze(text).replace("＋", "+")))


def _read_id_no(cell: Any, field: Field) -> Read:
    label = field.label
    if isinstance(cell, str):
        text = squeeze(cell).upper().replace("Ｘ", "X").replace("×", "X").strip("'’`").replace("-", "")
        damaged = bool(_CODE_LIKE.fullmatch(text))
    else:
        text = cell_text(cell)
        damaged = isinstance(cell, (int, float)) and abs(cell) >= 10**LONGEST_EXACT
    if damaged:
        why = "这一格是数字，Excel 只保留前15位，后面的变成了0"
        return Read("", f"{label}已被Excel损坏：{why}。请把单元格设为文本后重新填写。")
    if _PLAIN_ID.fullmatch(text):
        if id_check(text) != text[17]:
            lost = (
                "，看来是被Excel当成数字存过，请把单元格设为文本后重填" if text.endswith("000") else "，请对照证件核对"
            )
            return Read("", f"{label}校验码错：“{text}”最后一位应为{id_check(text)}{lost}。")
        try:
            born = dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
        except ValueError:
            return Read("", f"{label}不对：“{text}”里的出生日期{text[6:14]}不存在，请对照证件核对。")
        if not dt.date(1900, 1, 1) <= born:
            return Read("", f"{label}不对：“{text}”里的出生日期{text[6:14]}太早，请对照证件核对。")
        return Read(text)
    if re.fullmatch(r"\d{15}", text):
        return Read("", f"{label}是15位的旧号码：“{text}”，请改成18位。")
    return Read("", f"{label}不是18位：“{text}”有{len(text)}位，请对照证件核对。")


def id_check(id_no: str) -> str:
    """The check character of an 18-character 身份证号 (ISO 7064 mod 11-2)."""
    return _ID_CHECKS[sum(int(char) * weight for char, weight in zip(id_no, _ID_WEIGHTS, strict=False)) % 11]


def _read_int(cell: Any, field: Field) -> Read:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and cell == int(cell):
        return Read(int(cell))
    text = squeeze(cell_text(cell)).replace(",", "")
    found = _WHOLE.fullmatch(text)
    return Read(int(found[1])) if found else Read("", f"{field.label}读不出：“{cell_text(cell)}”，请写整数。")


def _read_bool(cell: Any, field: Field) -> Read:
    text = squeeze(cell_text(cell)).lower()
    if text in _YES:
        return Read(1)
    if text in _NO:
        return Read(0)
    return Read("", f"{field.label}读不出：“{cell_text(cell)}”，请填 是 或 否。")


def _choice_reader(field: Field, words: Collection[str]) -> Reader:
    codes = {code: code for code, _ in field.choices} | {label: code for code, label in field.choices}
    for code, label in field.choices:  # 工作时间（组织派遣) is also written as either of its parts
        for part in re.split(r"[（()）/]", label):
            codes.setdefault(part, code)
    folded = {code.lower(): stored for code, stored in codes.items()}
    known = set(words)
    aliases = _ALIASES.get(field.key, {})

    def read(cell: Any) -> Read:
        shown = cell_text(cell)
        text = squeeze(shown).strip("。.")
        if field.choices:
            hit = codes.get(aliases.get(text.lower(), text), codes.get(text, folded.get(text.lower())))
            if hit is not None:
                return Read(hit)
            labels = "、".join(label for _, label in field.choices)
            return Read("", f"{field.label}读不出：“{shown}”，请改成{labels}中的一个。")
        value = clean(shown)
        return Read(value) if value in known else _listed(value, field, known, aliases)

    return read


def _listed(value: str, field: Field, known: Collection[str], aliases: dict[str, str]) -> Read:
    """A value of an editable list that is not in it as written."""
    tight = squeeze(value)
    tries = [tight, aliases.get(tight, "")]
    if field.key == "nation" and tight.removesuffix("族") in NATIONS:
        tries.append(f"{tight.removesuffix('族')}族")
        if not known:
            return Read(tries[-1])
    for one in tries:
        if one and (one in known or (one != tight and not known and field.key in _ALWAYS)):
            return Read(one)
    if field.strict_list and known:
        offered = "、".join(list(known)[:12]) + ("等" if len(known) > 12 else "")
        return Read("", f"{field.label}“{value}”不在清单里，请改成清单中的一个（{offered}），或先在设置里加上它。")
    return Read(value)


def _multi_reader(field: Field, words: Collection[str]) -> Reader:
    known = set(words)

    def read(cell: Any) -> Read:
        text = clean(clean_memo(cell_text(cell)).replace("\n", "、")).strip("。.;；、，, ")
        items = list(dict.fromkeys(item for item in _ITEMS.split(text) if item and not says_nothing(item)))
        strange = [item for item in items if item not in known] if field.strict_list and known else []
        if strange:
            return Read("", f"{field.label}中的“{'、'.join(strange)}”不在清单里，请改掉，或先在设置里加上它。")
        return Read("、".join(items))

    return read
