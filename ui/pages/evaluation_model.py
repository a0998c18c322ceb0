"""The cells of the evaluation grid: what stands in the ledger, and over it what is typed and not saved yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont

from core.base.dates import format_date, format_hours
from core.base.fields import Kind
from core.evaluation.model import EVALUATION, KEYED
from core.evaluation.rules import told_grade
from core.roster.names import pinyin_of
from core.store import Row
from ui.kit import theme
from ui.pages.visits_typing import parse_day

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
Typed = dict[str, dict[str, str]]
"""What is typed and not saved: by person, by field."""
Faults = Callable[[str, Mapping[str, str]], dict[str, str]]


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One column; facts are shown and never typed into."""

    key: str
    head: str
    width: int  # characters
    fact: bool = False


_FACTS = (
    GridColumn("name", "姓名", 8, fact=True),
    GridColumn("staff_no", "工号", 9, fact=True),
    GridColumn("times", "业余\n次数", 5, fact=True),
    GridColumn("minutes", "业余\n小时", 5, fact=True),
    GridColumn("duty_minutes", "派遣\n小时", 5, fact=True),
    GridColumn("verdict", "是否达标", 20, fact=True),
)
_TYPED = (
    GridColumn("community_rating", "社区\n等次", 8),
    GridColumn("branch_rating", "党支部\n等次", 8),
    GridColumn("overall_rating", "综合\n等次", 8),
    GridColumn("community_remark", "社区意见", 18),
    GridColumn("community_rater", "社区\n评价人", 8),
    GridColumn("community_rater_role", "评价人身份", 14),
    GridColumn("community_rated_on", "社区\n评价日期", 11),
    GridColumn("branch_remark", "党支部意见", 18),
    GridColumn("branch_rater", "支部\n评价人", 8),
    GridColumn("branch_rated_on", "支部\n评价日期", 11),
)


def columns_of(*, overall: bool, blind: bool = False) -> list[GridColumn]:
    """The columns in their fixed order; a second keying sees no figures."""
    facts = _FACTS[:2] if blind else _FACTS
    return [*facts, *(one for one in _TYPED if overall or one.key != "overall_rating")]


class GridModel(QAbstractTableModel):
    """A row per person. `typed` is kept over the stored values; `changed` after each cell.

    `blind`: stored values are not shown (second keying).
    """

    changed = Signal()

    def __init__(self, lists: Mapping[str, Sequence[str]], faults: Faults, *, blind: bool = False) -> None:
        super().__init__()
        self.lists, self._faults_of, self.blind = lists, faults, blind
        self.columns: list[GridColumn] = []
        self.rows: list[Row] = []
        self.typed: Typed = {}
        self.faults: dict[tuple[str, str], str] = {}
        self.year = 2020
        self._before: list[tuple[str, str, str | None]] = []  # person, field, what was typed there before

    def show_rows(self, rows: Sequence[Row], columns: Sequence[GridColumn], typed: Typed, year: int) -> None:
        """Other people, or the same read again; what is typed stays over them."""
        self.beginResetModel()
        self.rows, self.columns, self.typed, self.year = list(rows), list(columns), typed, year
        self.faults, self._before = {}, []
        for row in self.rows:
            self._check(row["cadre_uid"])
        self.endResetModel()

    def refresh(self, rows: Sequence[Row]) -> None:
        """What stands of the same people now, while a cell is open: the reset that would close it comes later."""
        found = {row["cadre_uid"]: row for row in rows}
        self.rows = [found.get(row["cadre_uid"], row) for row in self.rows]

    def value(self, row: Row, key: str) -> str:
        """What the cell says now, as stored."""
        typed = self.typed.get(row["cadre_uid"], {})
        return typed[key] if key in typed else "" if self.blind else str(row[key])

    def now(self) -> list[Row]:
        """The rows with what is typed, for counters and the cap."""
        return [{**row, **self.typed.get(row["cadre_uid"], {})} for row in self.rows]

    def put(self, index: Index, text: str) -> bool:
        """Type into a cell; a grade or role also by its number or first letter, a day as 1203."""
        if not index.isValid() or not self.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return False
        row, key = self.rows[index.row()], self.columns[index.column()].key
        text = self.read(key, text)
        own = self.typed.setdefault(row["cadre_uid"], {})
        self._before.append((row["cadre_uid"], key, own.get(key)))
        if self.blind or text != str(row[key]):
            own[key] = text
        else:
            own.pop(key, None)
        self._was_typed(index.row())
        return True

    def undo(self) -> Index | None:
        """Take the cell typed last back to what stood there; its place, None if there is none since the rows were read."""
        if not self._before:
            return None
        uid, key, text = self._before.pop()
        row = next(at for at, one in enumerate(self.rows) if one["cadre_uid"] == uid)
        own = self.typed.setdefault(uid, {})
        own.pop(key, None)
        if text is not None:
            own[key] = text
        self._was_typed(row)
        return self.index(row, next(at for at, one in enumerate(self.columns) if one.key == key))

    def _was_typed(self, row: int) -> None:
        uid = self.rows[row]["cadre_uid"]
        own = self.typed.get(uid, {})
        if not own or (self.blind and not any(own.values())):
            self.typed.pop(uid, None)
        self._check(uid)
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(self.columns) - 1))
        self.changed.emit()

    def read(self, key: str, text: str) -> str:
        """What was typed, as it is stored; what cannot be read stays as typed and is marked."""
        text = text.strip()
        field = EVALUATION.field(key)
        if field.kind is Kind.DATE:
            return parse_day(text, self.year) or text
        grades = self.lists.get(field.code_list, ())
        return self.by_key(key, text) or told_grade(grades, text)

    def by_key(self, key: str, text: str) -> str:
        """The value of a list meant by its number or first letter; '' if none is."""
        offered = self.lists.get(EVALUATION.field(key).code_list, ())
        if text.isdecimal() and 1 <= int(text) <= len(offered):
            return offered[int(text) - 1]
        return next((one for one in offered if len(text) == 1 and pinyin_of(one)[1][:1] == text.lower()), "")

    def first_fault(self) -> tuple[Index, str] | None:
        """The first cell that cannot be saved, and why."""
        for at, row in enumerate(self.rows):
            for column, one in enumerate(self.columns):
                if text := self.faults.get((row["cadre_uid"], one.key)):
                    return self.index(at, column), text
        return None

    # -- what the view asks

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        exempt = bool(self.rows[index.row()]["exempt"])
        return usual if self.columns[index.column()].fact or exempt else usual | Qt.ItemFlag.ItemIsEditable

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].head
        if orientation is Qt.Orientation.Vertical and role == Qt.ItemDataRole.DisplayRole:
            return self.rows[section]["name"]  # seen while the column of names is scrolled away
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        return role == Qt.ItemDataRole.EditRole and self.put(index, str(value))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], self.columns[index.column()]
        uid, key = row["cadre_uid"], column.key
        fault = self.faults.get((uid, key), "")
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return fault or (self._text(row, column) if not column.fact or key in ("name", "verdict") else None)
        if role == Qt.ItemDataRole.ForegroundRole:
            tone = "bad" if fault else "sub" if column.fact or row["exempt"] else "text"
            return theme.color("accent_text" if not fault and key in self.typed.get(uid, {}) else tone)
        if role == Qt.ItemDataRole.FontRole and key in self.typed.get(uid, {}):
            font = QFont()
            font.setBold(True)  # not by colour alone
            font.setUnderline(bool(fault))
            return font
        if role == Qt.ItemDataRole.TextAlignmentRole and key in ("times", "minutes", "duty_minutes"):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _text(self, row: Row, column: GridColumn) -> str:
        if column.fact:
            return format_hours(row[column.key]) if column.key.endswith("minutes") else str(row[column.key])
        text = self.value(row, column.key)
        if column.key.endswith("_on") and (row["cadre_uid"], column.key) not in self.faults:
            return format_date(text).removeprefix(f"{self.year}年")
        return text

    def _check(self, uid: str) -> None:
        self.faults = {key: text for key, text in self.faults.items() if key[0] != uid}
        own = {key: text for key, text in self.typed.get(uid, {}).items() if key in KEYED}
        if own:
            self.faults |= {(uid, key): text for key, text in self._faults_of(uid, own).items()}
