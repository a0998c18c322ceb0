"""工作台: what waits today, how far each unit is, what was done last. Every number opens the rows behind it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.base.clock import today
from core.base.dates import format_date, format_hours
from core.service_log.quota import ASSESSED, UnitProgress, YearProgress, not_asked, steps_of, unit_progress
from core.service_log.waiting import what_waits
from ui.context import Context
from ui.kit import theme
from ui.kit.charts import Bar, StackedBars
from ui.kit.command import Command
from ui.kit.labels import rule
from ui.kit.page import Page
from ui.kit.perform import undo
from ui.pages.overview_parts import MatterLine, StepLine, clear
from ui.pages.overview_waits import Matter, matters

STEPS = 8
PARTS = ("MET", "GOING", "BEHIND")
TONES = {"MET": "ok", "GOING": "warn", "BEHIND": "bad"}
THREE_COLUMNS_FROM = 860  # logical pixels at 10 pt


class OverviewPage(Page):
    """Three columns: 今天, 进度, 最近; one below the other where the window is narrow."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._shown = False
        self.report: YearProgress | None = None
        theme.role(self, "page")
        self.lines: list[MatterLine] = []
        self.today_title, self.today = _title("今天"), _column()
        self.progress_title = _title("进度")
        self.school, self.minimum = theme.role(QLabel(), "figure"), theme.role(QLabel(wordWrap=True), "sub")
        self.school_words, self.words = theme.role(QLabel("的人已达标"), "sub"), QLabel(wordWrap=True)
        self.bars = StackedBars(name="各单位进度")
        self.bars.opened.connect(self.open_progress)
        self.steps_title, self.steps = _title("最近"), _column()
        self._lay_out()

    # -- what the window asks

    def commands(self) -> list[Command]:
        """The two things a day begins with."""
        return [
            Command("new", "登记服务", lambda: self.ctx.go_to("visits", new=True), icon="add", primary=True),
            Command("import", "导入", lambda: self.ctx.go_to("import"), icon="import"),
            Command("refresh", "刷新", lambda: self.reload(frozenset()), icon="refresh", in_bar=False),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """All figures again: some twenty milliseconds for 3,000 people and 20,000 records."""
        year = self.ctx.year
        waits = what_waits(self.ctx.store, year)
        self.report = unit_progress(self.ctx.store, year)
        self._show_today(matters(self.ctx, waits, self))
        self._show_progress(self.report, waits.people)
        self._show_steps()
        self._shown = True
        self.footer_changed.emit()

    def footer(self) -> str:
        """People, and the year's confirmed own-time service."""
        if self.report is None:
            return ""
        total = self.report.total
        return f"{total.people + total.exempt:,} 人 · 已确认 {total.times:,} 次 {format_hours(total.minutes)} 小时"

    def open_progress(self, unit_uid: str, part: int) -> None:
        """The people behind a line or a part of it."""
        progress = self._parts()[part] if part >= 0 else ""
        self.ctx.go_to("roster", unit_uid=unit_uid, progress=progress)

    def _parts(self) -> tuple[str, ...]:
        """The parts of a bar: after the year's end nobody is still under way."""
        return tuple(code for code in PARTS if code in dict(steps_of(self.ctx.year)))

    # -- the three columns

    def _show_today(self, found: Sequence[Matter]) -> None:
        clear(self.today)
        self.lines = []
        for one in found:
            line = MatterLine(one.count, one.words, one.tone, one.hint)
            line.clicked.connect(lambda _on=False, act=one.act: act())
            self.today.addWidget(line)
            self.lines.append(line)
        if not found:
            self.today.addWidget(_sentence("没有等着处理的事。"))

    def _show_progress(self, report: YearProgress, people: int) -> None:
        total = report.total
        empty = not people and not report.by_unit
        self.bars.setVisible(not empty)
        for widget in (self.minimum, self.school, self.school_words, self.line):
            widget.setVisible(not empty)
        if empty:
            self.words.setText("名册还是空的。先导入各单位的名册，这里就会显示每个单位的进度。")
            return
        share = f"{round(100 * total.met / total.people)}%" if total.people else "—"
        parts, steps = self._parts(), dict(steps_of(report.year))
        words = [(TONES[code], steps[code].removeprefix("已")) for code in parts]
        self.school.setText(share)
        standing = "，".join(f"{label} {people:,} 人" for label, people in report.standing(total))
        self.words.setText(f"全校应考核 {total.people:,} 人：{standing}。")
        self.bars.set_parts(words)
        self.bars.set_bars([_bar(total, parts, strong=True), *(_bar(one, parts) for one in report.by_unit)])
        left = f"，{total.left_people:,} 人年内离开（另有达标 {total.left_met:,} 人）" if total.left_people else ""
        asked = not_asked(report.year) or f"{report.year}年最低要求：{report.minimum.text}"
        self.minimum.setText(
            f"{asked}。只计已确认的业余时间服务，另有 {total.exempt:,} 人不纳入考核"
            f"{left}。{ASSESSED}截至{format_date(min(today().isoformat(), report.as_of))}。"
        )

    def _show_steps(self) -> None:
        clear(self.steps)
        found = self.ctx.store.steps(STEPS)
        for step in found:
            line = StepLine(step)
            line.undo_wanted.connect(lambda seq: undo(self.ctx, seq, parent=self))
            self.steps.addWidget(line)
        if not found:
            self.steps.addWidget(_sentence("还没有做过任何改动。"))

    # -- layout

    def _lay_out(self) -> None:
        more = theme.role(QPushButton("全部历史"), "link")
        more.clicked.connect(lambda: self.ctx.go_to("history"))
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(theme.px(16))
        self._columns.addWidget(_card(self.today_title, self.today), 10)
        middle = _column()
        figure = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        figure.addWidget(self.school)
        figure.addWidget(self.school_words, 1, Qt.AlignmentFlag.AlignBottom)
        middle.addLayout(figure)
        self.line = rule()
        for widget in (self.words, self.line, self.bars, self.minimum):
            middle.addWidget(widget)
        middle.addStretch(1)
        middle.setSpacing(theme.px(8))
        self._columns.addWidget(_card(self.progress_title, middle), 17)
        self._columns.addWidget(_card(self.steps_title, self.steps, more), 10)
        host = theme.role(QWidget(), "page")
        outer = QVBoxLayout(host)
        outer.setContentsMargins(theme.px(20), theme.px(16), theme.px(20), theme.px(16))
        outer.addLayout(self._columns)
        area = theme.role(QScrollArea(widgetResizable=True), "page")
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(host)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)

    def changeEvent(self, event: QEvent) -> None:
        """Other colours or another size: the lines are drawn anew."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._shown:
            self.reload(frozenset())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Three columns, or one."""
        super().resizeEvent(event)
        wide = self.width() >= theme.px(THREE_COLUMNS_FROM)
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._columns.direction() != way:
            self._columns.setDirection(way)


def _bar(one: UnitProgress, parts: Sequence[str], *, strong: bool = False) -> Bar:
    return Bar(one.unit_uid, one.unit, _counts(one, parts), strong)


def _counts(one: UnitProgress, parts: Sequence[str]) -> tuple[int, ...]:
    return tuple({"MET": one.met, "GOING": one.going, "BEHIND": one.behind}[code] for code in parts)


def _title(text: str) -> QLabel:
    return theme.role(QLabel(text), "section")


def _column() -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.px(2))
    return column


def _sentence(text: str) -> QLabel:
    return theme.role(QLabel(text, wordWrap=True), "sub")


def _card(title: QLabel, inner: QVBoxLayout, button: QPushButton | None = None) -> QWidget:
    card = theme.role(QFrame(), "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(14))
    column.setSpacing(theme.px(10))
    head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
    title.setMinimumHeight(theme.px(28))
    head.addWidget(title, 1)
    if button is not None:
        head.addWidget(button)
    column.addLayout(head)
    column.addLayout(inner)
    column.addStretch(1)
    return card
