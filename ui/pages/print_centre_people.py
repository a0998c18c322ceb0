"""打印给谁: by unit, by grid, by community, or people chosen one by one. Only what the form can be asked for is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from core.org.queries import units
from core.place.queries import grids
from core.roster.people import find_people, resolve_people
from core.roster.queries import cadre_page
from reports.asking import home_communities
from reports.spec import ReportSpec
from ui.context import Context
from ui.kit import theme
from ui.kit.dialogs import PasteBox
from ui.kit.person_picker import DETAIL, UID, PersonPicker, TwoPartDelegate, person_detail


class PeopleList(QListWidget):
    """Those chosen, in the order they are printed; Del takes one out."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("选定的人")
        self.setItemDelegate(TwoPartDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(theme.px(96))

    def uids(self) -> tuple[str, ...]:
        """Uids in order."""
        return tuple(str(self.item(row).data(UID)) for row in range(self.count()))

    def add(self, rows: Sequence[dict[str, str]]) -> None:
        """Put people at the end; who stands there already stays where he is."""
        here = set(self.uids())
        for row in rows:
            if row["uid"] not in here:
                item = QListWidgetItem(row["name"])
                item.setData(UID, row["uid"])
                item.setData(DETAIL, person_detail(row))
                self.addItem(item)
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Del takes the current one out."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.currentRow() >= 0:
            self.takeItem(self.currentRow())
            self.changed.emit()
        else:
            super().keyPressEvent(event)


class PastePeople(QDialog):
    """Names or 工号 pasted from Excel; `chosen(uids)`."""

    chosen = Signal(object)

    def __init__(self, ctx: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("粘贴姓名或工号")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.box = PasteBox(lambda text: resolve_people(ctx.store, text))
        buttons = QDialogButtonBox()
        take = theme.role(buttons.addButton("加入名单", QDialogButtonBox.ButtonRole.AcceptRole), "primary")
        take.setToolTip("Ctrl+Enter")
        buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.take)
        buttons.rejected.connect(self.reject)
        self.box.submitted.connect(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.px(16)] * 4)
        column.addWidget(self.box, 1)
        column.addWidget(buttons)
        self.resize(theme.px(640), theme.px(380))

    def take(self) -> None:
        """Those found go into the list."""
        self.chosen.emit(self.box.uids())
        self.accept()


class WhomBox(QWidget):
    """`changed` after any choice; `chosen()` is what stands here, as `reports.asking.ask` takes it."""

    changed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self._quiet = False
        self.all, self.by_grid = QRadioButton("按单位"), QRadioButton("按网格")
        self.by_community, self.some = QRadioButton("按社区"), QRadioButton("选定的人")
        self.unit, self.grid, self.community = choice_box("单位"), choice_box("网格"), choice_box("社区")
        self.picker = PersonPicker(lambda text: find_people(self.ctx.store, text))
        self.picker.setAccessibleName("添加一个人")
        self.paste, self.clear = QPushButton("粘贴名单…"), QPushButton("清空")
        self.people = PeopleList()
        self._ways = (
            (self.all, self.unit, "unit"),
            (self.by_grid, self.grid, "grid"),
            (self.by_community, self.community, "people"),
            (self.some, self.picker, "people"),
        )
        self._group = QButtonGroup(self)
        self.all.setChecked(True)
        self._lay_out()
        self._wire()
        self._show()

    # -- what the page asks

    def chosen(self) -> dict[str, Any]:
        """The one way that is chosen; nothing of a form that cannot be asked for anybody."""
        found: dict[str, Any] = {"unit": "", "grid": "", "community": "", "uids": None}
        if self.isHidden():
            return found
        if self.some.isChecked():
            found["uids"] = self.people.uids()
        else:
            for button, box, key in ((self.all, self.unit, "unit"), (self.by_grid, self.grid, "grid"),
                                     (self.by_community, self.community, "community")):  # fmt: skip
                if button.isChecked():
                    found[key] = str(box.currentData() or "")
        return found

    def why_not(self) -> str:
        """Why nothing can be printed yet, '' if it can."""
        if self.isHidden():
            return ""
        if self.some.isChecked() and not self.people.count():
            return "还没有选人。请输入工号、姓名或拼音首字母，或改为按单位打印。"
        if self.by_grid.isChecked() and not self.grid.count():
            return "还没有网格。请先在“网格地图”里导入或画出网格，或改为按单位打印。"
        if self.by_community.isChecked() and not self.community.count():
            return "名册里还没有填写居住社区的人，请改为按单位打印。"
        return ""

    def show_form(self, spec: ReportSpec) -> None:
        """Offer what this form can be asked for."""
        self._quiet = True
        self.setVisible(bool(spec.whom))
        for button, box, way in self._ways:
            button.setVisible(way in spec.whom)
            box.setVisible(way in spec.whom)
        offered = [button for button, _, way in self._ways if way in spec.whom]
        if offered and self._group.checkedButton() not in offered:
            offered[0].setChecked(True)
        self._whole_grids = "people" not in spec.whom
        self._fill_grids()
        self._show()
        self._quiet = False

    def choose_people(self, uids: Sequence[str]) -> None:
        """These and nobody else, as another page hands them over."""
        self._quiet = True
        self.people.clear()
        self.people.add(cadre_page(self.ctx.store, list(uids)))
        self.some.setChecked(True)
        self._quiet = False
        self._tell()

    def choose(self, way: str, value: str) -> None:
        """Everybody of a unit, a grid or a community ('' = of all)."""
        button, box = {
            "unit": (self.all, self.unit),
            "grid": (self.by_grid, self.grid),
            "community": (self.by_community, self.community),
        }[way]
        self._quiet = True
        box.setCurrentIndex(max(box.findData(value), 0) if box.count() else -1)
        button.setChecked(True)
        self._quiet = False
        self._tell()

    def load(self) -> None:
        """Units, grids and communities as they are now; what was chosen stays."""
        self._quiet = True
        store = self.ctx.store
        fill(self.unit, [("全校", ""), *((row["name"], row["uid"]) for row in units(store))])
        self._fill_grids()
        fill(self.community, [(f"{name}（{count:,} 人）", name) for name, count in home_communities(store)])
        self._quiet = False

    def open_paste(self) -> PastePeople:
        """Paste a list of names."""
        dialog = PastePeople(self.ctx, self)
        dialog.chosen.connect(lambda uids: self.people.add(cadre_page(self.ctx.store, uids)))
        dialog.open()
        return dialog

    # -- inside

    _whole_grids = False  # the form is made of grids: all of them can be asked for

    def _fill_grids(self) -> None:
        whole = [("全部网格", "")] if self._whole_grids else []
        fill(self.grid, [*whole, *((row["name"], row["uid"]) for row in grids(self.ctx.store))])

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        for button, box, _ in self._ways:
            self._group.addButton(button)
            column.addWidget(button)
            column.addWidget(box)
        column.addWidget(self.people)
        self._buttons = line(self.paste, self.clear)
        column.addWidget(self._buttons)

    def _wire(self) -> None:
        self.picker.picked.connect(self._take_person)
        self.paste.clicked.connect(self.open_paste)
        self.clear.clicked.connect(lambda: (self.people.clear(), self._tell()))
        self.people.changed.connect(self._tell)
        for button, _, _ in self._ways:
            button.toggled.connect(lambda on: on and self._tell())
        for box in (self.unit, self.grid, self.community):
            box.currentIndexChanged.connect(self._tell)

    def _take_person(self, row: dict[str, str]) -> None:
        self.picker.set_row(None)
        self.some.setChecked(True)
        self.people.add([row])

    def _show(self) -> None:
        some = self.some.isChecked()
        for button, box, _ in self._ways[:3]:
            box.setEnabled(button.isChecked())
        self.people.setVisible(some)
        self._buttons.setVisible(some)

    def _tell(self) -> None:
        self._show()
        if not self._quiet:
            self.changed.emit()


def choice_box(name: str) -> QComboBox:
    """A combo box that never asks for more width than a few words."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    return box


def fill(box: QComboBox, lines: Sequence[tuple[str, object]]) -> None:
    """Put (words, data) into a box; what was chosen stays chosen."""
    kept = box.currentData()
    box.clear()
    for words, data in lines:
        box.addItem(words, data)
    box.setCurrentIndex(max(box.findData(kept), 0) if lines else -1)


def line(*widgets: QWidget) -> QWidget:
    """Widgets side by side, from the left."""
    host = QWidget()
    row = QHBoxLayout(host)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.px(8))
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return host
