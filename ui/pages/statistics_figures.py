"""统计表: the year by unit, branch, grid, category, month or track; a bar beside each line; down to the records. 三(三) 三(六)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QSplitter, QVBoxLayout, QWidget

from core.org.queries import units
from core.overview.answers import line_answer
from core.overview.figures import FigureTable, behind, foot
from core.overview.model import MEASURES, Measure
from core.store import Store
from ui.context import Context
from ui.kit import theme
from ui.kit.bars import FigureBars
from ui.kit.command import Command
from ui.kit.dialogs import FormDialog
from ui.kit.page import Page
from ui.kit.rows import RowsModel
from ui.kit.table_parts import EmptyState
from ui.pages import statistics_out as out
from ui.pages import statistics_rows as rows
from ui.pages.visits_out import action_of

PICK_FIRST = "请先在统计表里选中一行。"
NOT_YET = "正在统计，请稍候。"
NOTHING = "这一年还没有服务记录可以统计。"
WHOLE = "全校"
MOST = 20_000  # records opened at once: the list of records sorts them while the window waits, a tenth of a second
FIRST_MEASURE = "minutes"


class FiguresTab(Page):
    """Filter keys: by, then, unit_uid."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.read: out.ReadTable | None = None
        self._asked = 0  # an answer to an earlier question is dropped
        self._able: tuple[bool, str] = (False, "")
        self.by, self.then, self.unit, self.measure = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        self.model = RowsModel(rows.FigureSource([]), rows.figure_columns([WHOLE]))
        self.table = rows.FigureView(self.model, frozen=1)
        self.bars = FigureBars("统计图")
        self.scope, self.state = theme.role(QLabel(wordWrap=True), "sub"), theme.role(QLabel(), "sub")
        self.drawn = theme.role(QLabel(), "section")
        self.empty = EmptyState()
        self._build()
        self._wire()

    # -- what the window asks

    def commands(self) -> list[Command]:
        """报出 first; what needs a line says so."""
        none = self._why_not()
        one = none or ("" if self.line_uid else PICK_FIRST)
        return [
            Command("new", "报出…", self.issue, icon="post", primary=True, disabled=none, tip="记入报出台账"),
            Command("open", "查看记录", self.open_line, icon="log", disabled=one, tip="这一行数字背后的服务记录"),
            Command(
                "sentence",
                "复制为一句话",
                self.copy_sentence,
                "Ctrl+Shift+C",
                "copy",
                disabled=none,
                tip="选中的一行，没有选中就是合计；带统计口径和截至",
            ),
            Command("print", "打印", self.print_shown, icon="print", disabled=none),
            Command("export", "导出", lambda: self.save("xlsx"), icon="export", disabled=none, tip="存为Excel"),
            Command("pdf", "存为PDF", lambda: self.save("pdf"), "Ctrl+Shift+E", "export", disabled=none, in_bar=False),
            *(
                Command(
                    f"open-{one_of.key}",
                    f"查看“{one_of.label}”的记录",
                    lambda key=one_of.key: self.open_line(key),
                    disabled=one,
                    in_bar=False,
                )
                for one_of in MEASURES
            ),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """Units may be others; the figures are counted on the worker."""
        kept = self.unit_uid
        self.unit.blockSignals(True)
        self.unit.clear()
        self.unit.addItem(WHOLE, "")
        for row in units(self.ctx.store):
            self.unit.addItem(row["name"], row["uid"])
        self.unit.setCurrentIndex(max(self.unit.findData(kept), 0))
        self.unit.blockSignals(False)
        self.ask()

    def footer(self) -> str:
        """People, 次 and hours of the whole table."""
        return rows.total_words(self.read.table) if self.read is not None else ""

    def apply_filter(self, **filter: Any) -> None:
        """Another way of counting, another unit."""
        for box, key in ((self.by, "by"), (self.then, "then"), (self.unit, "unit_uid")):
            if key in filter:
                box.setCurrentIndex(max(box.findData(filter[key]), 0))

    # -- what is shown

    @property
    def unit_uid(self) -> str:
        """The unit asked for, '' for the school."""
        return str(self.unit.currentData() or "")

    @property
    def line_uid(self) -> str:
        """The line in hand."""
        return self.table.current_uid()

    @property
    def figure(self) -> Measure:
        """What the bars show."""
        return next(one for one in MEASURES if one.key == self.measure.currentData())

    def ask(self) -> None:
        """Count on the worker."""
        self._asked += 1
        asked, year, unit_uid = self._asked, self.ctx.year, self.unit_uid
        by, then = str(self.by.currentData()), str(self.then.currentData() or "")
        self.state.setText("正在统计……")

        def work(store: Store, _tell: object) -> out.ReadTable:
            return out.read_table(store, year, by, then, unit_uid)

        self.ctx.tasks.run("统计", work, lambda found: self._take(asked, found), self._fail, owner=self, quiet=True)

    # -- acts

    def open_line(self, measure: str = "") -> None:
        """The records behind the line in hand, or behind one figure of it."""
        read, uid = self.read, self.line_uid
        line = rows.line_of(read.table, uid) if read is not None else None
        if read is None or line is None:
            return
        table = read.table

        def take(uids: tuple[str, ...]) -> None:
            if not uids:
                self.ctx.messages.say(f"“{line.name}”的这个数字是 0，没有记录可看。", "info")
            elif len(uids) > MOST:
                told = f"这个数字背后有 {len(uids):,} 条记录，一次最多看 {MOST:,} 条。请再细分，或只看一个单位。"
                self.ctx.messages.say(told, "warn")
            else:
                self.ctx.go_to("visits", uids=uids)

        self.ctx.tasks.run(
            "查找记录", lambda store, _tell: behind(store, table, line, measure).uids, take, owner=self, quiet=True
        )

    def sentence(self) -> str:
        """The line in hand (the sum if none is) in one sentence."""
        if self.read is None:
            return ""
        line = rows.line_of(self.read.table, self.line_uid) or self.read.table.total
        return line_answer(self.read.table, line).sentence

    def copy_sentence(self) -> None:
        """To the clipboard."""
        QGuiApplication.clipboard().setText(self.sentence())
        self.ctx.messages.say(f"已复制：{self.sentence()}", "info")

    def issue(self) -> FormDialog | None:
        """报出…"""
        return out.ask_issue(self.ctx, self.read, self.window()) if self.read is not None else None

    def save(self, kind: str) -> Any:
        """导出, 存为PDF: a file for oneself; the ledger is offered when it is there."""
        if (read := self.read) is None:
            return None
        # the very table of the file, whatever is in view by then
        return out.ask_file(self.ctx, read, kind, self, lambda: out.ask_issue(self.ctx, read, self.window(), ""))

    def print_shown(self) -> None:
        """Ctrl+P."""
        if self.read is not None:
            out.print_table(self.ctx, self.read.table, self)

    # -- inside

    def _why_not(self) -> str:
        if self.read is None:
            return NOT_YET
        return "" if self.read.table.total.records else NOTHING

    def _take(self, asked: int, found: out.ReadTable) -> None:
        if asked != self._asked:
            return
        table = found.table
        self.read = found
        self.state.setText("")
        self.table.set_heads(rows.figure_columns([one.label for one in table.aspects]))
        self.model.set_source(rows.FigureSource(rows.figure_lines(table)))
        self.scope.setText(foot(table))
        self._say_empty(table)
        self._selection(always=True)
        self.footer_changed.emit()

    def _fail(self, error: Exception) -> None:
        self.state.setText("没有统计出来，请按 F5 再试。")
        self.ctx.messages.failure(error)

    def _draw(self) -> None:
        if self.read is not None:
            table, figure = self.read.table, self.figure
            self.drawn.setText(f"{figure.label}（按{'、'.join(one.way for one in table.aspects)}）")
            self.bars.set_bars(rows.figure_bars(table, figure, list(self.model.uids)))
            self.bars.set_current(self.line_uid)

    def _say_empty(self, table: FigureTable) -> None:
        there = bool(table.total.records)
        self.nothing.setVisible(not there)
        self.pair.setVisible(there)
        self.scope.setVisible(there)
        if not there:
            whose = f"{table.year}年{'' if not table.unit_uid else table.whose}"
            words = f"{whose}还没有已确认或待确认的服务记录。请在窗口下方换一个年度，或先登记服务记录。"
            self.empty.say(words, "登记服务记录", lambda: self.ctx.go_to("visits", new=True))

    def _pick(self, uid: str) -> None:
        self.bars.set_current(uid)
        self._selection()

    def _selection(self, *, always: bool = False) -> None:
        state = (bool(self.line_uid), self._why_not())
        if always or state != self._able:
            self._able = state
            self.commands_changed.emit()

    def _actions(self, uids: Sequence[str]) -> list[QAction]:
        wanted = [one for one in self.commands() if one.id.startswith("open")] if uids else []
        return [action_of(one, self) for one in wanted]

    def _follow(self, middle: float) -> None:
        self.scroll.ensureVisible(0, round(middle), 0, theme.px(26))

    def _wire(self) -> None:
        for box in (self.by, self.then, self.unit):
            box.currentIndexChanged.connect(lambda _at: self.ask())
        self.measure.currentIndexChanged.connect(lambda _at: self._draw())
        self.table.loaded.connect(lambda _count, _complete: self._draw())  # in the order of the list
        self.table.actions_for = self._actions
        self.table.sentence_for = lambda _uids: self.sentence()
        self.table.opened.connect(lambda _uid: self.open_line())
        self.table.current_changed.connect(self._pick)
        self.table.said.connect(lambda text: self.ctx.messages.say(text, "info"))
        self.bars.chosen.connect(self.table.select)
        self.bars.opened.connect(lambda _uid: self.open_line(self.figure.key))
        self.bars.in_view.connect(self._follow)

    def _build(self) -> None:
        self.then.addItem("（不再细分）", "")
        for code, label in rows.WAYS:
            self.by.addItem(label, code)
            self.then.addItem(f"再{label}", code)
        for one in MEASURES:
            self.measure.addItem(one.label, one.key)
        self.measure.setCurrentIndex([one.key for one in MEASURES].index(FIRST_MEASURE))
        self.unit.addItem(WHOLE, "")
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        for box, name in ((self.by, "按什么统计"), (self.then, "再按什么细分"), (self.unit, "哪个单位")):
            box.setAccessibleName(name)
            head.addWidget(box)
        self.unit.setMinimumContentsLength(12)
        self.unit.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        head.addWidget(self.state)
        head.addStretch(1)
        self.pair = QSplitter(Qt.Orientation.Horizontal)
        self.pair.setChildrenCollapsible(False)
        self.pair.addWidget(self.table)
        self.pair.addWidget(self._chart())
        self.pair.setStretchFactor(0, 3)
        self.pair.setStretchFactor(1, 2)
        self.table.set_empty(NOT_YET)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addWidget(self.pair, 1)
        self.nothing = theme.role(QFrame(), "card")
        QVBoxLayout(self.nothing).addWidget(self.empty)
        column.addWidget(self.nothing, 1)
        column.addWidget(self.scope)
        self.nothing.hide()
        self.setFocusProxy(self.table)

    def _chart(self) -> QWidget:
        self.measure.setAccessibleName("图中的数字")
        self.scroll = QScrollArea(widgetResizable=True)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.bars)
        column.addStretch(1)
        self.scroll.setWidget(inner)
        for one in (inner, self.scroll.viewport()):
            one.setAutoFillBackground(False)  # the card shows through
        card = theme.role(QFrame(), "card")
        head = QHBoxLayout()
        head.addWidget(self.drawn, 1)
        head.addWidget(self.measure)
        column = QVBoxLayout(card)
        column.setContentsMargins(theme.px(12), theme.px(8), theme.px(8), theme.px(8))
        column.addLayout(head)
        column.addWidget(self.scroll, 1)
        return card
