"""报到情况: each unit or branch against the date, the people behind a number beside it, 催报. 方案 五(一)2"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSplitter, QTabBar, QVBoxLayout, QWidget

from core.base.clock import today
from core.base.dates import format_date
from core.base.fields import Field, Kind
from core.checkin.model import CHECKIN
from core.checkin.status import (
    Count,
    Status,
    absent_rows,
    checkin_status,
    day_in_year,
    people_on,
    reminder_text,
    reminders,
)
from core.roster.model import CADRE
from core.store import Reads, Row, Store
from ui.context import Context
from ui.kit import theme
from ui.kit.columns import Column
from ui.kit.command import Command
from ui.kit.date_edit import DateEdit
from ui.kit.listing import Listing, ask_export, fields_of, print_listing
from ui.kit.page import Page
from ui.kit.reminders import RemindersDialog, Told
from ui.kit.rows import ListSource, Order, RowsModel, Where
from ui.kit.table import TableView
from ui.pages.checkin_out import print_form
from ui.pages.checkin_rows import shown_column

TOTAL = "total"
BY = (("unit", "按单位"), ("branch", "按党支部"))
# the groups of people behind a line; each is a number of the table
GROUPS = (("absent", "未报到"), ("on_time", "按期"), ("late", "逾期"), ("exempt", "不纳入"))
GROUP_OF = {"due": "absent", "rate": "absent", "checked": "on_time", "exempt_checked": "exempt"}
COUNTS = ("due", "checked", "on_time", "late", "absent", "rate", "assigned", "exempt", "exempt_checked")
LABELS = {
    "due": "应报到", "checked": "已报到", "on_time": "按期", "late": "逾期", "absent": "未报到", "rate": "报到率",
    "assigned": "另有派遣", "exempt": "不纳入", "exempt_checked": "其中已报到",
}  # fmt: skip
PEOPLE = ("name", "staff_no", "unit", "branch", "phone", "community")


def status_fields(by: str) -> list[Field]:
    """Columns of the table in order."""
    heads = [CADRE.field("unit"), *([CADRE.field("branch")] if by == "branch" else [])]
    numbers = [Field(key, LABELS[key], Kind.TEXT if key == "rate" else Kind.INT) for key in COUNTS]
    return [*heads, *numbers]


def status_rows(status: Status, by: str) -> list[Row]:
    """The whole school first, then the units or branches."""
    lines = status.branches if by == "branch" else status.units
    whole = replace(status.total, unit="全校")
    found = [_line(f"{one.unit_uid} {one.branch_uid}", one) for one in lines]
    for row in found if by == "branch" else ():
        row["branch"] = row["branch"] or "（未编入支部）"
    return [_line(TOTAL, whole), *found]


def _line(uid: str, one: Count) -> Row:
    rate = "—" if one.rate is None else f"{100 * one.rate:.1f}%"
    return {**asdict(one), "uid": uid, "checked": one.checked, "rate": rate, "count": one}


def people_fields() -> list[Field]:
    """Columns of the people behind a number."""
    return [*(CADRE.field(key) for key in PEOPLE), CHECKIN.field("checked_on")]


def group_of(person: Row, due_on: str) -> str:
    """Which number of the table counts a person."""
    if person["status"] != "ACTIVE":
        return "exempt"
    if not person["checked_on"]:
        return "absent"
    return "on_time" if person["checked_on"] <= due_on else "late"


def people_behind(reads: Reads, status: Status, line: Row, group: str, by: str) -> list[Row]:
    """The people whom a group of a line counts."""
    found = people_on(reads, status.as_of, status.track, "" if line["uid"] == TOTAL else line["unit_uid"])
    return [
        row
        for row in found
        if group_of(row, status.due_on) == group
        and (by != "branch" or line["uid"] == TOTAL or (row["branch_uid"] or "") == line["branch_uid"])
    ]


class _TotalFirst(ListSource):
    """The whole school stays on top, however the units are sorted."""

    def uids(self, where: Where, order: Order) -> Sequence[str]:
        """All ids, that of the school first."""
        found = super().uids(where, order)
        return [TOTAL, *(uid for uid in found if uid != TOTAL)] if TOTAL in found else found


class StatusTab(Page):
    """Left the table, right the people behind the current line."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.status: Status | None = None
        self.day, self.by, self.basis = DateEdit(), QComboBox(), theme.role(QLabel(wordWrap=True), "sub")
        self.figure, self.words = theme.role(QLabel(), "figure"), QLabel(wordWrap=True)
        self.model = RowsModel(ListSource([]), _columns("branch"))
        self.table = TableView(self.model, frozen=1)
        self.model.set_columns(_columns("unit"))
        self.groups = QTabBar()
        self.whose = theme.role(QLabel(), "section")
        self.people = RowsModel(ListSource([]), [shown_column(one, shown=True) for one in people_fields()])
        self.list = TableView(self.people, frozen=1)
        self._build()
        self._wire()

    # -- what the window asks

    def commands(self) -> list[Command]:
        """催报 first."""
        return [
            Command(
                "remind",
                "复制催报文字",
                self.remind,
                "Ctrl+Shift+C",
                "copy",
                primary=True,
                tip="当前这一行，可以直接发消息",
            ),
            Command(
                "remind_all",
                "催报…",
                self.remind_all,
                "Ctrl+K",
                "meeting",
                tip="每个单位一段，带联系人，可以逐段或全部复制",
            ),
            Command("print", "打印情况表", self.print_status, icon="print"),
            Command("missing", "打印催报名单", self.print_missing, "Ctrl+Shift+P", "print"),
            Command("export", "导出情况表", self.export, icon="export"),
            Command("names", "导出名单", self.export_people, "Ctrl+Shift+E", "export", tip="右边列出的人"),
            Command("list", "打印名单", self.print_people, icon="print", tip="右边列出的人", in_bar=False),
            Command("roster", "在干部报到中打开", self.open_people, icon="people", in_bar=False),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """Count again, on the worker."""
        day, year = self.as_of(), self.ctx.year
        self.ctx.tasks.run(
            "统计报到情况",
            lambda store, _tell: checkin_status(store, day, year=year),
            self._take,
            owner=self,
            quiet=True,
        )

    def footer(self) -> str:
        """应报到 = 已报到 + 未报到."""
        if self.status is None:
            return ""
        one = self.status.total
        return f"应报到 {one.due:,} = 已报到 {one.checked:,} + 未报到 {one.absent:,} · 不纳入 {one.exempt:,}"

    def open_record(self, uid: str) -> None:
        """A unit."""
        self.table.select(f"{uid} ")

    def apply_filter(self, **filter: Any) -> None:
        """Who is absent, of `unit_uid` or of all, as of the day the page begins with."""
        self.day.set_value("")
        self.show_group("absent")
        self.table.select(f"{filter['unit_uid']} " if filter.get("unit_uid") else TOTAL)
        self.reload(frozenset())

    # -- what is shown

    def as_of(self) -> str:
        """截至, ISO; today unless another day is set, never past the year in force."""
        return day_in_year(str(self.day.value()), self.ctx.year)

    @property
    def grouping(self) -> str:
        """unit or branch."""
        return str(self.by.currentData())

    @property
    def group(self) -> str:
        """Which people are shown."""
        return str(self.groups.tabData(max(self.groups.currentIndex(), 0)))

    def line(self) -> Row | None:
        """The current line (the whole school where none is)."""
        uid = self.table.current_uid() or TOTAL
        return next(iter(self.model.source.page([uid])), None)

    def show_group(self, group: str) -> None:
        """Show the people of a number."""
        self.groups.setCurrentIndex([code for code, _ in GROUPS].index(group))

    # -- acts

    def remind(self) -> str:
        """催报文字 of the current line, on the clipboard."""
        line = self.line()
        if line is None or self.status is None:
            return ""
        absent = people_behind(self.ctx.store, self.status, line, "absent", self.grouping)
        text = reminder_text(self.ctx.store, line["count"], absent, self.status)
        QGuiApplication.clipboard().setText(text)
        self.ctx.messages.say(f"已复制：{text}", "info")
        return text

    def remind_all(self) -> RemindersDialog:
        """A paragraph for each unit or branch with its contact."""
        day, year = self.as_of(), self.ctx.year

        def read(store: Store, by: str) -> Told:
            found = checkin_status(store, day, year=year)
            one = found.total
            head = f"截至{format_date(found.as_of)}，应报到{one.due}人，已报到{one.checked}人，未报到{one.absent}人。"
            return Told(
                head, found.scope, reminders(store, found, by_branch=by == "branch"), "应报到的都已报到，不用催报。"
            )

        dialog = RemindersDialog(self.ctx, f"{year}年报到催报", read, BY, "人", self.window())
        dialog.open()
        return dialog

    def print_status(self) -> None:
        """报到情况一览表."""
        print_form(self.ctx, self.window(), form="checkin_status", as_of=self.as_of(), by=self.grouping)

    def print_missing(self) -> None:
        """催报名单, of the current unit or of all."""
        line = self.line()
        unit = "" if line is None or line["uid"] == TOTAL else line["unit_uid"]
        if not absent_rows(self.ctx.store, unit_uid=unit, as_of=self.as_of()):
            self.ctx.messages.say("都已经报到，没有要催报的人。", "info")
            return
        print_form(self.ctx, self.window(), form="checkin_missing", as_of=self.as_of(), unit=unit)

    def listing(self) -> Listing:
        """The table as a workbook."""
        day, by, year = self.as_of(), self.grouping, self.ctx.year

        def rows(store: Store) -> list[Row]:
            found = status_rows(checkin_status(store, day, year=year), by)
            return [*found[1:], found[0]]  # the sum stands at the end, as on paper

        scope = self.status.scope if self.status is not None else ""
        return Listing(f"{year}年党员干部下沉社区报到情况一览表", status_fields(by), rows, scope, "行", day)

    def people_listing(self) -> Listing:
        """The people at the right, for workbook and paper."""
        line, status, by = self.line(), self.status, self.grouping
        assert line is not None and status is not None  # asked for with a table in view
        group, label = self.group, dict(GROUPS)[self.group]
        whose = f"{line['unit']}{line['branch']}"
        return Listing(
            f"{self.ctx.year}年{whose}{label}名单",
            fields_of(self.people.columns, people_fields()),
            lambda store: people_behind(store, status, line, group, by),
            f"{status.scope}本表为{whose}的{label}人员，",
            as_of=status.as_of,
        )

    def export(self) -> Any:
        """Ctrl+E."""
        return ask_export(self.ctx, self.listing(), self.window())

    def export_people(self) -> Any:
        """The names at the right."""
        return ask_export(self.ctx, self.people_listing(), self.window()) if self.status is not None else None

    def print_people(self) -> None:
        """The names at the right, as shown."""
        if self.status is not None:
            print_listing(self.ctx, self.people_listing(), self.window())

    def open_people(self) -> None:
        """The names at the right in 干部报到."""
        self.ctx.go_to("checkin", uids=tuple(self.people.uids))

    # -- inside

    def _take(self, status: Status) -> None:
        self.status = status
        # what stands in the empty box is the day of the figures: of a past year its last day
        self.day.setPlaceholderText("今天" if self.as_of() == today().isoformat() else format_date(self.as_of()))
        rows = status_rows(status, self.grouping) if status.units else []
        self.model.set_source(_TotalFirst(rows))
        share = "—" if status.total.rate is None else f"{100 * status.total.rate:.1f}%"
        self.figure.setText(share)
        one = status.total
        self.words.setText(
            f"应报到 {one.due:,} 人：已报到 {one.checked:,} 人（按期 {one.on_time:,}，逾期 {one.late:,}），"
            f"未报到 {one.absent:,} 人。另有不纳入 {one.exempt:,} 人，其中已报到 {one.exempt_checked:,} 人。"
        )
        self.basis.setText(f"统计口径：{status.scope}截至{format_date(status.as_of)}。")
        if rows and not self.table.current_uid():
            self.table.select(TOTAL)
        self._show_people()
        self.footer_changed.emit()

    def _show_people(self) -> None:
        line = self.line()
        if line is None or self.status is None:
            self.people.set_source(ListSource([]))
            return
        self.whose.setText(f"{line['unit']}　{line['branch']}".strip())
        for at, (code, label) in enumerate(GROUPS):
            self.groups.setTabText(at, f"{label} {line[code]:,}")
        self.list.set_empty(f"没有{dict(GROUPS)[self.group]}的人。")
        found = people_behind(self.ctx.store, self.status, line, self.group, self.grouping)
        known = {"unit"} if line["uid"] != TOTAL else set()
        known |= {"branch"} if known and self.grouping == "branch" else set()
        known |= {"checked_on"} if self.group == "absent" else set()
        self.people.set_columns([shown_column(one, shown=True) for one in people_fields() if one.key not in known])
        self.people.set_source(ListSource(found))

    def _take_by(self) -> None:
        self.model.set_columns(_columns(self.grouping))
        if self.status is not None:
            self._take(self.status)

    def _cell(self) -> None:
        """The number under the keyboard says which people are meant."""
        at = self.table.right.currentIndex().column()
        key = self.model.columns[at].key if 0 <= at < len(self.model.columns) else ""
        group = GROUP_OF.get(key, key)
        if group in dict(GROUPS):
            self.show_group(group)

    def _wire(self) -> None:
        self.day.edited.connect(lambda: self.reload(frozenset()))
        self.by.currentIndexChanged.connect(self._take_by)
        self.table.current_changed.connect(lambda _uid: self._show_people())
        self.table.right.selectionModel().currentColumnChanged.connect(lambda *_: self._cell())
        self.table.right.clicked.connect(lambda _index: self._cell())
        self.table.opened.connect(lambda _uid: self.list.focus())
        self.groups.currentChanged.connect(lambda _at: self._show_people())
        self.list.opened.connect(lambda uid: self.ctx.go_to("checkin", uid))
        for view in (self.table, self.list):
            view.said.connect(lambda text: self.ctx.messages.say(text, "info"))

    def _build(self) -> None:
        self.day.setAccessibleName("截至")
        self.day.setFixedWidth(theme.px(150))
        self.by.setAccessibleName("怎样分")
        for code, label in BY:
            self.by.addItem(label, code)
        self.groups.setAccessibleName("哪些人")
        self.groups.setDrawBase(False)
        self.groups.setExpanding(False)
        self.groups.setUsesScrollButtons(False)
        for at, (code, label) in enumerate(GROUPS):
            self.groups.addTab(label)
            self.groups.setTabData(at, code)
        self.table.set_empty(
            "名册还是空的，没有人要报到。", "导入名册", lambda: self.ctx.go_to("import", kind="roster")
        )
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        for widget in (self.figure, self.words):
            head.addWidget(widget, int(widget is self.words))
        until = QLabel("截至")
        until.setBuddy(self.day)
        for widget in (until, self.day, self.by):
            head.addWidget(widget)
        right = QWidget()
        inner = QVBoxLayout(right)
        inner.setContentsMargins(theme.px(12), 0, 0, 0)
        inner.setSpacing(theme.px(6))
        for widget in (self.whose, self.groups, self.list):
            inner.addWidget(widget, int(widget is self.list))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(right)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([theme.px(690), theme.px(370)])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addWidget(split, 1)
        column.addWidget(self.basis)
        self.setFocusProxy(self.table)


def _columns(by: str) -> list[Column]:
    widths = {"unit": 18, "branch": 16, "rate": 6, "assigned": 8, "exempt_checked": 10}
    tones = {"absent": "bad", "late": "warn"}
    return [
        replace(
            shown_column(one),
            width=widths.get(one.key, 5),
            right=one.key in COUNTS,
            tone=(lambda row, key=one.key: tones[key] if row[key] else "sub") if one.key in tones else None,
            shown=True,
        )
        for one in status_fields(by)
    ]
