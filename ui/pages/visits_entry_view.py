"""The widgets of the entry line: two rows of labelled fields, and below them one line that says what is the matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.store import Row
from ui.kit import icons, theme
from ui.kit.editors import ChoiceEdit, Lists, TextEdit, make_editor
from ui.kit.pickers import PersonPicker
from ui.pages.visits_rows import chosen_field
from ui.pages.visits_typing import DayEdit, SpanEdit

FIRST_ROW = (("served_on", 5), ("who", 7), ("span", 6), ("community", 5), ("place", 4), ("category", 5))
SECOND_ROW = (("content", 13), ("track", 5), ("confirm_method", 4), ("confirmed_by", 3), ("confirmed_on", 5))
ORDER = tuple(key for key, _ in (*FIRST_ROW, *SECOND_ROW))
LABELS = {"who": "人员", "span": "起止或时长", "place": "网格/地点"}
HINT = "Enter 到下一格，Ctrl+Enter 登记；从 Excel 粘贴多人可一次登记。"
NARROWEST = 4  # characters a field keeps in a narrow window
NAMES_SHOWN = 3


class GroupButton(QPushButton):
    """Stands in the place of the person while one entry is for many: '8 人：张伟、李娜、王芳…'."""

    def __init__(self) -> None:
        super().__init__()
        self.people: list[Row] = []
        theme.role(self, "link")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_people(self, people: Sequence[Row]) -> None:
        """Show who is meant."""
        self.people = list(people)
        names = "、".join(str(one["name"]) for one in self.people[:NAMES_SHOWN])
        more = "…" if len(self.people) > NAMES_SHOWN else ""
        self.setText(f"{len(self.people)} 人：{names}{more}")
        self.setAccessibleName(f"班组，{self.text()}，按空格修改")
        self.setToolTip("、".join(str(one["name"]) for one in self.people))


class EntryView(QFrame):
    """The fields by key in `editors`; `strip` says what is the matter, `accept` does it all the same."""

    many_wanted = Signal()
    group_dropped = Signal()
    save_wanted = Signal()

    def __init__(self, lists: Lists, search: Callable[[str], Sequence[Row]], year: int) -> None:
        super().__init__()
        theme.role(self, "card")
        self.group = GroupButton()
        self.editors: dict[str, Any] = self._make_editors(lists, search, year)
        self.late = TextEdit()
        self.strip = theme.role(QLabel(wordWrap=True), "sub")
        self.save = theme.role(QPushButton("登记"), "primary")
        self._said, self._low = "", False
        self._build()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def who(self) -> PersonPicker:
        """The picker of the person."""
        return self.editors["who"]

    def show_group(self, people: Sequence[Row]) -> None:
        """Many people stand where the one was (none: the picker comes back)."""
        self.group.show_people(people)
        self.group.setVisible(bool(people))
        self._drop.setVisible(bool(people))
        self.who.setVisible(not people)

    def show_late(self, on: bool) -> None:
        """Ask for the reason of 补录, or do not."""
        self._late_box.setVisible(on)

    @property
    def asks_late(self) -> bool:
        """True while the reason of 补录 is asked for."""
        return not self._late_box.isHidden()

    def say(self, text: str = "", tone: str = "sub") -> None:
        """The line below the fields: what is the matter, or how to go on."""
        self._said = text
        self.strip.setText(text or HINT)
        theme.role(self.strip, tone)
        self._show_strip()

    def set_low(self, low: bool) -> None:
        """Little height: the line below shows only while there is something the matter."""
        if low != self._low:
            self._low = low
            self._show_strip()

    def _show_strip(self) -> None:
        self.strip.setVisible(bool(self._said) or not self._low)

    def set_save_text(self, text: str) -> None:
        """What the button does now: 登记, or 仍要登记."""
        self.save.setText(text)

    def _make_editors(self, lists: Lists, search: Callable[[str], Sequence[Row]], year: int) -> dict[str, Any]:
        made: dict[str, Any] = {
            "served_on": DayEdit(year),
            "who": PersonPicker(search),
            "span": SpanEdit(),
            "confirmed_on": DayEdit(year),
        }
        for key in ("community", "place", "category", "track", "confirm_method", "confirmed_by"):
            strict = key in ("category", "confirm_method")
            made[key] = make_editor(chosen_field(key, strict_list=strict), lists)
        made["content"] = TextEdit()
        for key, editor in made.items():
            editor.setObjectName(key)
            editor.setAccessibleName(label_of(key))
            editor.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            editor.setMinimumWidth(editor.fontMetrics().averageCharWidth() * NARROWEST)
            if isinstance(editor, ChoiceEdit):
                editor.setMinimumContentsLength(NARROWEST)
        made["content"].setPlaceholderText("做了什么、为谁做的")
        made["confirmed_by"].setPlaceholderText("签字的人")
        made["confirmed_on"].hint = ""
        made["confirmed_on"].setPlaceholderText("默认今天")
        made["place"].setPlaceholderText("如 第3网格")
        return made

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(14), theme.px(10), theme.px(14), theme.px(10))
        column.setSpacing(theme.px(8))
        first, second = self._row(FIRST_ROW), self._row(SECOND_ROW)
        column.addLayout(first)
        column.addLayout(second)
        self.save.setToolTip("登记并继续下一条（Ctrl+Enter）")
        self.save.setAutoDefault(False)
        self.save.clicked.connect(self.save_wanted)
        second.addWidget(self.save, 0, Qt.AlignmentFlag.AlignBottom)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(12))
        foot.addWidget(self.strip, 1)
        self._late_box = self._make_late()
        foot.addWidget(self._late_box, 1)
        column.addLayout(foot)

    def _row(self, fields: Sequence[tuple[str, int]]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(10))
        for key, stretch in fields:
            box = QWidget()
            column = QVBoxLayout(box)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(theme.px(2))
            label = theme.role(QLabel(label_of(key)), "sub")
            label.setBuddy(self.editors[key])
            column.addWidget(label)
            column.addLayout(self._who_row()) if key == "who" else column.addWidget(self.editors[key])
            column.addStretch(1)
            row.addWidget(box, stretch)
        return row

    def _who_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(2))
        self._drop = self._small("close", "不登记班组，只登记一人", self.group_dropped.emit)
        self._drop.hide()
        self.group.clicked.connect(self.many_wanted)
        row.addWidget(self.editors["who"], 1)
        row.addWidget(self.group, 1)
        row.addWidget(self._drop)
        row.addWidget(self._small("team", "多人登记：粘贴姓名或工号（Ctrl+G）", self.many_wanted.emit))
        return row

    def _small(self, icon: str, tip: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setIcon(icons.icon(icon, "sub", 16))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        button.clicked.connect(lambda: act())
        return button

    def _make_late(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        label = theme.role(QLabel("补录原因"), "warn")
        self.late.setObjectName("late_reason")
        self.late.setAccessibleName("补录原因")
        self.late.setPlaceholderText("对后面的补录继续有效")
        self.late.setMinimumWidth(theme.px(120))
        row.addWidget(label)
        row.addWidget(self.late, 1)
        box.hide()
        return box


def label_of(key: str) -> str:
    """The label of a field of the line."""
    return LABELS.get(key) or chosen_field(key).label
