"""Parts of 外勤登记: the waiting records to tick, the last entries with 撤销."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.base.dates import format_stamp
from core.service_log.rules import visit_text
from core.store import Row, Step
from ui.kit import theme
from ui.pages.visits_typing import Span, SpanEdit

UID = Qt.ItemDataRole.UserRole
SHOWN = 8


class FieldSpan(SpanEdit):
    """Start and end, or hours, as a form sets it."""

    def set_value(self, value: object) -> None:
        """A span, or nothing."""
        self.setText(value.text if isinstance(value, Span) else "")


class WaitingList(QFrame):
    """Records of one person that wait for a signature; those signed are ticked."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.said = QLabel(wordWrap=True)
        self.all = theme.role(QPushButton("全部勾选"), "link")
        self.all.clicked.connect(self._tick_all)
        self.list = QListWidget()
        self.list.setAccessibleName("待确认的服务记录")
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._clicked)
        self.list.itemChanged.connect(lambda _item: self.changed.emit())
        head = QHBoxLayout()
        head.addWidget(self.said, 1)
        head.addWidget(self.all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        self.hide()

    def show_rows(self, name: str, rows: Sequence[Row], ticked: Collection[str] = ()) -> None:
        """The waiting records of `name`, those in `ticked` (uids) ticked; '' hides the list."""
        self.setVisible(bool(name))
        self._fill(rows, ticked)
        self.said.setText(
            f"{name}有 {len(rows)} 条待确认，签了字的请勾选：" if rows else f"{name}没有待确认的服务记录。"
        )
        self.all.setVisible(bool(rows))
        self.list.setVisible(bool(rows))

    def _fill(self, rows: Sequence[Row], ticked: Collection[str]) -> None:
        at = self.list.currentRow()
        self.list.blockSignals(True)
        self.list.clear()
        for row in rows:
            what = " ".join(row["content"].split()) or row["category"]
            when = visit_text(row["served_on"], row["start_at"], row["end_at"], row["minutes"])
            item = QListWidgetItem(f"{when} {row['community']}　{what}")
            item.setData(UID, row["uid"])
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if row["uid"] in ticked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setCurrentRow(min(max(at, 0), self.list.count() - 1))  # the keyboard stays where it was
        self.list.blockSignals(False)

    def ticked(self) -> list[str]:
        """Uids of the records ticked."""
        items = (self.list.item(at) for at in range(self.list.count()))
        return [str(one.data(UID)) for one in items if one.checkState() == Qt.CheckState.Checked]

    def _tick_all(self) -> None:
        on = len(self.ticked()) < self.list.count()
        self.list.blockSignals(True)
        for at in range(self.list.count()):
            self.list.item(at).setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.list.blockSignals(False)
        self.changed.emit()

    def _clicked(self, item: QListWidgetItem) -> None:
        """A finger hits the line, not the little box."""
        box = self.list.visualItemRect(item)
        at = self.list.viewport().mapFromGlobal(self.cursor().pos())
        if at.x() > box.left() + theme.px(28):
            on = item.checkState() == Qt.CheckState.Checked
            item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)


class LastEntries(QFrame):
    """What was done last on this machine, newest first, each with 撤销."""

    undo_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        theme.role(self, "card")
        self._lines = QGridLayout()
        self._lines.setColumnStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(14))
        column.addWidget(theme.role(QLabel("刚才登记的"), "section"))
        column.addLayout(self._lines)
        column.addStretch(1)

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Show the steps."""
        while self._lines.count():
            old = self._lines.takeAt(0).widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for at, step in enumerate(steps[:SHOWN]):
            undone = "（已撤销）" if step.undone else ""
            words = QLabel(f"{step.label}{undone}", wordWrap=True)
            when = theme.role(QLabel(format_stamp(step.at)[-5:]), "sub")
            text: QWidget = QWidget()
            box = QVBoxLayout(text)
            box.setContentsMargins(0, theme.px(4), 0, theme.px(4))
            box.setSpacing(0)
            box.addWidget(theme.role(words, "sub") if step.undone else words)
            box.addWidget(when)
            self._lines.addWidget(text, at, 0)
            if not step.undone:
                undo = QPushButton("撤销")
                undo.setAccessibleName(f"撤销：{step.label}")
                undo.clicked.connect(lambda _on=False, seq=step.seq: self.undo_wanted.emit(seq))
                self._lines.addWidget(undo, at, 1, Qt.AlignmentFlag.AlignVCenter)
        if not steps:
            self._lines.addWidget(theme.role(QLabel("还没有登记。"), "sub"), 0, 0)
