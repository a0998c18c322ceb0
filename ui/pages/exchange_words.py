"""What waits for a decision, as cards say it: whose and which field, the sides with who and when, what can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.base.dates import format_stamp
from core.base.fields import Field, Kind
from core.base.masks import masked_fields
from core.exchange import model
from core.exchange.model import KIND, TAKEN
from core.exchange.review import choices_of
from core.store import Reads, Row
from core.store.history import RowChange
from core.store.tables import table
from core.words import Names, field_text, is_told, label_of, row_names, row_words
from core.words_labels import NAME_OF, REFERENCES, SPECS
from ui.kit.sides import NOTHING, Side

OFFICE, BEFORE = "办公室", "原来"
KIND_LABEL, TAKEN_LABEL = dict(KIND), dict(TAKEN)
TONES = {model.PARALLEL: "info", model.RULE: "info", model.SAME_PERSON: "warn", model.FIELD: "warn"}
FACTS = {  # what tells two people, two records apart, also where it is the same
    "cadre": ("name", "sex", "birth_on", "staff_no", "unit_uid", "branch_uid", "phone", "community", "status"),
    "visit": (
        "cadre_uid",
        "served_on",
        "start_at",
        "end_at",
        "minutes",
        "community",
        "place",
        "content",
        "track",
        "state",
    ),
}
UNLISTED = ("visit", "confirm_sheet")  # too many to choose one from a list
GONE, NEVER = "（已删除）", "（没有这条）"
SUMMARY_FIELDS = 3

QUESTIONS = {
    model.FIELD: "{peer}和办公室都改了{fields}，采用哪一个？",
    model.GONE_HERE: "办公室已经删除这条{what}，{peer}又修改了它。",
    model.CHANGED_HERE: "{peer}删除了这条{what}，办公室这边后来修改过它。",
    model.IN_USE: "{peer}删除了这条{what}，办公室这边还有内容用到它。",
    model.NO_PARENT: "{peer}新增了这条{what}，它所属的记录在办公室已经删除。",
    model.SAME_PERSON: "{peer}登记的人和名册里的这一位，是同一个人吗？",
    model.CLASH: "{peer}填的{fields}，办公室这边已经用在别处，请定用哪一个。",
    model.PARALLEL: "两边改了不同的项，已经合在一起，请看一眼。",
}
VERBS = {  # what taking a side means, where that is not plain: (ours, theirs)
    model.GONE_HERE: ("保持删除", "恢复这条"),
    model.CHANGED_HERE: ("保留这条", "同意删除"),
    model.IN_USE: ("保留这条", "同意删除"),
    model.NO_PARENT: ("不要这条", "连同所属的一起恢复"),
}
APART = {  # kinds that are asked otherwise than by sides
    model.SAME_PERSON: {"YES": "是同一人", "NO": "不是同一人"},
    model.CLASH: {"YES": "是同一条，合在一起", "NO": "不是同一条", "OURS": "不要对方的"},
    model.RULE: {"ACCEPT": "都保留", "DROP": "去掉对方的"},
    model.PARALLEL: {"ACCEPT": "看过了", "OURS": "改回合并以前"},
}
CHANGED = {"ACCEPT": "采用改动", "DROP": "改回合并以前"}
"""Of a rule that asks about some fields of one record."""
FOR_GOOD = ("YES", "NO", "DROP", "LATER")
"""Decisions that only undoing their step takes back."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its key, what `settle` is told, the words for the step."""

    key: str
    take: str
    words: str
    values: Row | None = None


@dataclass(frozen=True, slots=True)
class CardWords:
    """One thing that waits, in words."""

    row: Row
    title: str  # 服务记录 张伟 2020年8月12日：时长
    kind: str
    tone: str
    about: str  # 第12处　笔记本1
    summary: str
    question: str
    note: str  # what hangs on it; how it was settled
    keys: tuple[str, ...]
    labels: tuple[str, ...]
    sides: tuple[Side, ...]
    choices: tuple[Choice, ...]
    asked_apart: bool  # the choices are buttons of their own, not the sides
    fields: tuple[Field, ...] = field(default_factory=tuple)  # of a third value
    numbers: tuple[str, ...] = ()  # columns shown masked until somebody asks
    bare: bool = False  # they were asked for

    @property
    def taken(self) -> Choice | None:
        """The choice in force, of what is settled; of a value that was filled in, none."""
        return next((one for one in self.choices if self.row["taken"] == one.take != "VALUES"), None)

    @property
    def is_open(self) -> bool:
        """Whether anything can still be chosen."""
        return bool(self.row["state"] == "OPEN" or self.row["taken"] not in FOR_GOOD)

    @property
    def typed_take(self) -> str:
        """What a third value means to `settle`: the number of a new record makes it another one."""
        return "NO" if self.asked_apart else "VALUES"


def card_words(reads: Reads, rows: Sequence[Row], shown: Callable[[Row], bool] = lambda _row: False) -> list[CardWords]:
    """The rows of `conflict_rows` in words; names are looked up together. `shown(row)`: its numbers were asked for."""
    whole = [_with_records(reads, row) for row in rows]
    names = row_names(reads, [change for row in whole for change in _changes(row)])
    return [_card(reads, row, names, shown(row)) for row in whole]


def when_by(by: str, at: str) -> str:
    """'王丽　2020年8月3日 14:05'."""
    return "　".join(part for part in (by, format_stamp(at) if at else "") if part)


def group_of(name: str, keys: Sequence[str]) -> list[str]:
    """The keys with all that mean something together with one of them, in the table's order of groups."""
    found = list(keys)
    for group in table(name).groups:
        if set(group) & set(keys):
            found += [key for key in group if key not in found]
    return found


def _with_records(reads: Reads, row: Row) -> Row:
    """A finding names two records that are both here: the one that came, and the one beside it, or itself as it was."""
    if row["kind"] != model.RULE:
        return row
    sql = f"SELECT * FROM {table(row['tbl']).name} WHERE uid = ?"
    ours = row["ours"] if row["fields"] else reads.one(sql, (row["other_uid"],))
    return {**row, "theirs": reads.one(sql, (row["row_uid"],)), "ours": ours}


def _changes(row: Row) -> list[RowChange]:
    images = [row[side] for side in ("base", "theirs", "ours") if row[side]]
    return [RowChange(row["tbl"], str(image.get("uid") or row["row_uid"]), "insert", {}, image) for image in images]


def _keys(row: Row) -> list[str]:
    """The columns to show: those that clash with their group, else all that differ or are filled."""
    name, kind = row["tbl"], row["kind"]
    images = [row[side] for side in ("base", "ours", "theirs") if row[side]]
    order = list(dict.fromkeys(key for image in images for key in image))
    if kind == model.RULE and row["fields"]:
        keys = list(row["fields"])
    elif kind in (model.FIELD, model.CLASH) and row["fields"]:
        wanted = group_of(name, row["fields"])
        keys = [key for key in order if key in wanted]
    elif kind in (model.SAME_PERSON, model.RULE) and name in FACTS:
        keys = [key for key in FACTS[name] if key in order]
    elif len(images) > 1:
        keys = [key for key in order if len({str(image.get(key) or "") for image in images}) > 1]
    else:
        keys = order
    told = [key for key in keys if is_told(name, key) and any(image.get(key) not in (None, "") for image in images)]
    return [*(key for key in told if key in row["fields"]), *(key for key in told if key not in row["fields"])]


def _card(reads: Reads, row: Row, names: Names, bare: bool) -> CardWords:
    name, kind = row["tbl"], row["kind"]
    keys = _keys(row)
    labels = tuple(label_of(name, key) for key in keys)
    clash = "、".join(label_of(name, key) for key in row["fields"] if is_told(name, key))
    whole = row["ours"] or row["theirs"] or row["base"] or {}
    title = row_words(reads, name, None, {**whole, "uid": row["row_uid"]}, names).title
    if kind in (model.FIELD, model.CLASH) and clash:
        title += f"：{clash}"
    question = QUESTIONS.get(kind, "{text}").format(
        peer=row["peer"], fields=clash or "这条", what=table(name).label, text=row["text"]
    )
    apart = _is_apart(row)
    sides = _sides(row, keys, names, bare)
    return CardWords(
        row, title, KIND_LABEL[kind], TONES.get(kind, "bad"), f"第{row['number']}处　{row['peer']}",
        _summary(row, labels, sides), question, _note(row), tuple(keys), labels, sides, _choices(row), apart,
        tuple(_typed_fields(reads, row, keys)), tuple(_numbers(row, keys)), bare,
    )  # fmt: skip


def _sides(row: Row, keys: Sequence[str], names: Names, bare: bool) -> tuple[Side, ...]:
    kind, apart = row["kind"], _is_apart(row)
    ours_verb, theirs_verb = VERBS.get(kind, ("", ""))
    by = {
        "base": "",
        "ours": when_by(row["our_by"], row["our_at"]),
        "theirs": when_by(row["their_by"], row["their_at"]),
    }
    titles = {"base": BEFORE, "ours": OFFICE, "theirs": row["peer"]}
    if kind == model.RULE:  # both are here: the one beside it may have come from another copy
        titles |= {"ours": "合并以前" if row["fields"] else "原有的一条", "theirs": f"{row['peer']}送来的"}
        by = dict.fromkeys(by, "")
    verbs = {"base": "", "ours": ours_verb, "theirs": theirs_verb}
    numbers = {"base": "1" if _may_go_back(row) else "", "ours": "2", "theirs": "3"}
    made = []
    for side in ("base", "ours", "theirs"):
        image = row[side]
        if not image and (side == "base" or apart):
            continue  # new on both sides: nothing was before
        cells = [_text(row, key, image, names, bare) for key in keys] if image else []
        changed = frozenset(at for at, key in enumerate(keys) if _differs(row, side, key))
        whole = "" if image else GONE if row["base"] or side == "ours" else NEVER
        key = "" if apart else numbers[side]
        made.append(Side(titles[side], cells, key, verbs[side], by[side], changed, whole))
    return tuple(made)


def _text(row: Row, key: str, image: Mapping[str, Any], names: Names, bare: bool) -> str:
    return field_text(row["tbl"], key, image.get(key), names, row["row_uid"], mask=not bare)


def _differs(row: Row, side: str, key: str) -> bool:
    image, base = row[side], row["base"]
    return bool(image and base and side != "base" and (image.get(key) or "") != (base.get(key) or ""))


def _may_go_back(row: Row) -> bool:
    """原来 can be taken where both sides still have the row."""
    return row["kind"] == model.FIELD and bool(row["base"])


def _is_apart(row: Row) -> bool:
    """A number that is taken asks like two people do where the record is new, like a field where it was changed."""
    return row["kind"] in APART and (row["kind"] != model.CLASH or bool(row["other_uid"]))


def _choices(row: Row) -> tuple[Choice, ...]:
    kind = row["kind"]
    offered = [take for take in choices_of(row) if row["state"] == "OPEN" or take not in FOR_GOOD]
    if _is_apart(row):
        told = CHANGED if kind == model.RULE and row["fields"] else APART[kind]
        return tuple(Choice(str(at), take, told[take]) for at, take in enumerate(offered, 1))
    ours_verb, theirs_verb = VERBS.get(kind, ("", ""))
    made = [
        Choice("2", "OURS", ours_verb or f"采用{OFFICE}的"),
        Choice("3", "THEIRS", theirs_verb or f"采用{row['peer']}的"),
    ]
    if _may_go_back(row):
        values = {key: row["base"][key] for key in row["fields"] if key in row["base"]}
        made.insert(0, Choice("1", "VALUES", f"采用{BEFORE}的", values))
    return tuple(made)


def _summary(row: Row, labels: Sequence[str], sides: Sequence[Side]) -> str:
    """'时长：办公室 3，笔记本1 2.5' of the closed card."""
    if row["kind"] == model.RULE:
        return str(row["text"])
    told = []
    for at, label in enumerate(labels):
        cells = [side.cells[at] for side in sides if side.cells]
        if len(set(cells)) > 1 or len(cells) == 1:
            values = [f"{side.title} {side.cells[at] or NOTHING}" for side in sides if side.cells]
            told.append(f"{label}：{'，'.join(values)}")
    return "；".join(told[:SUMMARY_FIELDS])


def _note(row: Row) -> str:
    parts = []
    if row.get("waiting"):
        parts.append(f"连同 {row['waiting']} 条随它来的记录，定了以后一起处理。")
    if row["kind"] == model.CLASH and row["other_uid"] and row["state"] == "OPEN":
        parts.append("不是同一条的，按 4 另填一个不重复的；工号也可以留空（选“不是同一条”）。")
    if row["state"] == "SETTLED":
        parts.append(f"已处理：{TAKEN_LABEL.get(row['taken'], '')}　{when_by(row['settled_by'], row['settled_at'])}")
        if row["taken"] in ("YES", "NO", "DROP"):
            parts.append("要改，请在“历史”里撤销那一步。")
        elif row["taken"] != "LATER":
            parts.append("没有采用的值还在，选另一方再按 Enter 就换过来。")
    return "　".join(parts)


def _numbers(row: Row, keys: Sequence[str]) -> list[str]:
    """Those of the columns that hold a number of a person."""
    spec = SPECS.get(row["tbl"])
    known = {one.key for one in masked_fields(spec.fields)} if spec is not None else set()
    return [key for key in keys if key in known]


def _typed_fields(reads: Reads, row: Row, keys: Sequence[str]) -> list[Field]:
    """The fields of a third value: from the spec where there is one, references by name."""
    if _is_apart(row) and row["kind"] == model.CLASH and row["state"] == "OPEN":
        return [_typed(reads, row["tbl"], key) for key in keys if key in row["fields"]]
    if _is_apart(row) or "VALUES" not in choices_of(row) or not row["ours"]:
        return []
    return [_typed(reads, row["tbl"], key) for key in keys if REFERENCES.get(key) not in UNLISTED]


def _typed(reads: Reads, name: str, key: str) -> Field:
    label = label_of(name, key)
    if key in REFERENCES and REFERENCES[key] in NAME_OF:
        other = REFERENCES[key]
        found = reads.tuples(f"SELECT uid, {NAME_OF[other]} AS words FROM {other} ORDER BY words")
        return Field(key, label, Kind.CHOICE, choices=tuple((str(uid), str(words or "")) for uid, words in found))
    spec = next((one for one in SPECS[name].fields if one.key == key), None) if name in SPECS else None
    return replace(spec, editable=True) if spec is not None else Field(key, label)
