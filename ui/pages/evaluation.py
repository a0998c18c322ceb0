"""考核评价: a branch's forms keyed in a grid, their way, exemptions, second keying; every cell is kept until it is saved. 方案 三(七)"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSplitter, QVBoxLayout

from core.base.rights import Right
from core.evaluation.model import EVALUATION
from core.evaluation.ops import Drafted, draft_main_work, drafted_label, save_many, stale_main_work
from core.evaluation.queries import Counters, branch_counters, cap_state, evaluation_rows
from core.evaluation.rules import Options, evaluation_faults, offered, options
from core.store import Row, Store
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.labels import ElidedLabel
from ui.kit.listing import Listing, ask_export
from ui.kit.page import Page
from ui.kit.perform import perform
from ui.pages.checkin_out import print_form
from ui.pages.evaluation_dialogs import SecondKeying, ask_exempt, ask_texts, ask_way
from ui.pages.evaluation_grid import CurrentPerson, EvaluationGrid
from ui.pages.evaluation_model import GridModel, columns_of
from ui.pages.evaluation_paper import PaperPane
from ui.pages.evaluation_redraft import LABEL, ask_redraft

DRAFT = "draft.evaluation"
PAPER = "evaluation.paper"  # whether the printed form stands beside the grid
EMPTY = "这个年度还没有应考核的人。"


class EvaluationPage(Page):
    """The branch on top with its counters and the cap, the grid below."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._rows: list[Row] = []
        self._chosen = Options()
        self._held: tuple[int, list[Row], Options, frozenset[str]] | None = None  # read while a cell was open
        self._apart: frozenset[str] = frozenset()  # whose 主要服务情况 the log has left behind
        self._fresh = True
        self.branch = QComboBox()
        self.counters = theme.role(ElidedLabel(), "sub")
        self.cap = theme.role(QLabel(), "chip")
        self.unsaved = theme.role(QLabel(), "chip-warn")
        self.apart = theme.role(QLabel(), "chip-warn")
        self.apart.setToolTip(
            f"{LABEL}是按以前的服务记录生成的，打印出来会与次数、时长矛盾；可以重新生成（Ctrl+Shift+G）"
        )
        self.hint = theme.role(QLabel(wordWrap=True), "sub")
        lists = {name: offered(ctx.store, name) for name in ("grade", "rater_role")}
        self.model = GridModel(lists, lambda uid, told: evaluation_faults(ctx.store, uid, told))
        self.grid = EvaluationGrid(self.model)
        self.current = CurrentPerson(self.grid)
        self.paper = PaperPane(ctx)
        self.beside = theme.role(QPushButton("评价表预览", checkable=True), "pick")
        self._build()
        self.beside.setChecked(bool(ctx.store.local.get(PAPER)))

    # -- what the window asks

    def commands(self) -> list[Command]:
        """保存 first."""
        may = self.ctx.why_not(Right.EVALUATE)
        none = "" if self.model.rows else EMPTY
        row = "" if self._row() else "请先选中一个人。"
        apart = "" if self._apart_here() else f"这个支部的{LABEL}都与服务记录一致。"
        keyed = "" if any(one["keyed_on"] for one in self.model.rows) else "这个支部还没有录入过评价表。"
        return [
            Command("save", "保存", self.save, "Ctrl+Return", "check", primary=True, disabled=may),
            Command("draft", "生成主要服务情况", self.draft, "Ctrl+G", "log", disabled=may or none),
            Command("redraft", "重新生成…", self.redraft, "Ctrl+Shift+G", "refresh", disabled=may or apart, in_bar=False),
            Command("way", "标记…", self.mark, "Ctrl+M", "return", disabled=may or none, tip="已打印、已发出、已收回"),
            Command("second", "二次录入", self.second, "Ctrl+K", "copy", disabled=may or none or keyed),
            Command("exempt", "免考…", self.exempt, "Ctrl+L", "void", disabled=may or row),
            Command("print", "打印评价表", self.print, icon="print", disabled=none, tip="这个支部的考核评价表"),
            Command("export", "导出", self.export, icon="export", disabled=none),
            Command("import", "导入", lambda: self.ctx.go_to("import", kind="evaluations"), icon="import"),
            Command("edit", "填写文字", self.texts, icon="edit", disabled=may or row, in_bar=False),
            Command("paper", "评价表预览", self.beside.toggle, "Ctrl+D", "eye", in_bar=False, tip="当前这个人的考核评价表"),
            Command("throw", "丢弃未保存的内容", self.throw, disabled="" if self._typed() else "没有未保存的内容。", in_bar=False),
        ]  # fmt: skip

    def reload(self, tables: frozenset[str]) -> None:
        """Read the year again, on the worker."""
        year = self.ctx.year
        self.ctx.tasks.run(
            "读取考核评价",
            lambda store, _tell: _read(store, year),
            lambda found: self._take(year, *found),
            owner=self,
            quiet=True,
        )

    def footer(self) -> str:
        """The counters of the whole school."""
        parts = branch_counters(self.ctx.store, self.ctx.year, rows=self._rows) if self._rows else []
        total = Counters()
        for one in parts:
            total.add(one)
        return (
            f"应考核 {total.people:,} 人 · 已收回 {total.back:,} · 已录入 {total.keyed:,} · 已核对 {total.checked:,} · "
            f"未评全 {total.missing:,}"
        )

    # -- acts

    def save(self) -> None:
        """Everything typed in this year, as one step; a cell that cannot be saved is shown instead."""
        self.grid.commit_open()
        if not self.model.first_fault():
            self._show_fault_elsewhere()
        if fault := self.model.first_fault():
            self.grid.setCurrentIndex(fault[0])
            self.grid.setFocus()
            self.ctx.messages.say(fault[1], "warn")
            return
        there = {row["cadre_uid"] for row in self._rows}
        typed = {uid: own for uid, own in self._typed().items() if uid in there}
        if not typed:
            gone = "未保存的内容属于已不在今年名单里的人，不能保存；要去掉它，请用“丢弃未保存的内容”。"
            self.ctx.messages.say(gone if self._typed() else "没有未保存的内容。", "warn" if self._typed() else "info")
            return
        if perform(self.ctx, _keyed, save_many, self.model.year, typed, parent=self) is not None:
            for uid in typed:
                del self.model.typed[uid]
            self._keep()

    def throw(self) -> None:
        """Forget what is typed and not saved."""
        count = sum(map(len, self._typed().values()))
        self.ctx.messages.ask(
            f"丢弃 {count} 格还没有保存的内容吗？", "已保存的不受影响；丢弃后不能找回。", "丢弃", self._thrown, self
        )

    def draft(self) -> None:
        """主要服务情况 of the branch from the log; texts that stand are left."""

        def said(done: Drafted) -> str:
            return (
                f"已生成 {len(done.made)} 人，已有内容未改动 {len(done.kept)} 人，没有已确认服务 {len(done.empty)} 人。"
            )

        uids = self._uids()
        perform(self.ctx, drafted_label, draft_main_work, uids, self.ctx.year, parent=self, done=said)

    def redraft(self) -> None:
        """主要服务情况 of the branch where the log has moved on: what was drafted anew, what was typed stays."""
        ask_redraft(self.ctx, self, self._apart_here())

    def mark(self) -> None:
        """The way of this branch's forms."""
        ask_way(self.ctx, self, self._uids(), f"{self.branch.currentText()} {len(self._uids())} 人")

    def exempt(self) -> None:
        """免考 of the person in the current row."""
        if row := self._row():
            ask_exempt(self.ctx, self, row)

    def texts(self) -> None:
        """The long texts of the current row."""
        if row := self._row():
            ask_texts(self.ctx, self, row, unit_review=self._chosen.unit_review)

    def show_paper(self, on: bool) -> None:
        """The printed form of the current person beside the grid, or the whole width for the grid."""
        self.beside.setChecked(on)

    def second(self) -> None:
        """Key the branch a second time."""
        columns = columns_of(overall=self._chosen.overall, blind=True)
        SecondKeying(self.ctx, self.model.rows, columns, self.branch.currentText(), self).open()

    def print(self) -> None:
        """The forms of the branch."""
        uids = tuple(self._uids())
        if apart := self._apart_here():
            text = f"{len(apart)} 人的{LABEL}与服务记录不一致，印出来会与表中的次数、时长矛盾。"
            hint = "可以先“重新生成”（Ctrl+Shift+G），手写的部分保留。"
            self.ctx.messages.ask(text, hint, "照旧打印", lambda: self._print(uids), self)
        else:
            self._print(uids)

    def _print(self, uids: tuple[str, ...]) -> None:
        print_form(self.ctx, self, form="evaluation", uids=uids)

    def export(self) -> None:
        """The branch as a workbook that reads back."""
        year, uids = self.ctx.year, {row["cadre_uid"] for row in self.model.rows}

        def rows(store: Store) -> Sequence[Row]:
            return [row for row in evaluation_rows(store, year) if row["cadre_uid"] in uids]

        title = f"{year}年考核评价_{self.branch.currentText()}"
        scope = f"{self.branch.currentText()}{year}年度考核的党员干部，没有填写的也列出。"
        ask_export(self.ctx, Listing(title, EVALUATION.fields, rows, scope, table="evaluation"), self)

    # -- inside

    def _show_fault_elsewhere(self) -> None:
        """Turn to the branch of somebody whose cells, typed earlier, cannot be saved: the grid checks only what it shows."""
        for row in self._rows:
            own = self._typed().get(row["cadre_uid"])
            if own and evaluation_faults(self.ctx.store, row["cadre_uid"], own):
                places = [self.branch.itemData(at) for at in range(self.branch.count())]
                self.branch.setCurrentIndex(places.index((row["unit_uid"], row["branch_uid"])))
                return

    def _turn_paper(self, on: bool) -> None:
        self.ctx.store.local.put(PAPER, on)
        self.paper.setVisible(on)
        if on:
            self.split.setSizes([self.split.width() * 3 // 5, self.split.width() * 2 // 5])
            QTimer.singleShot(0, self.grid, lambda: self.grid.scrollTo(self.grid.currentIndex()))
        self._draw_paper()

    def _draw_paper(self) -> None:
        if self.beside.isChecked():
            row = self._row()
            self.paper.show_person(row, unsaved=row is not None and row["cadre_uid"] in self._typed())

    def _apart_here(self) -> list[str]:
        return [row["cadre_uid"] for row in self.model.rows if row["cadre_uid"] in self._apart]

    def _take(self, year: int, rows: list[Row], chosen: Options, apart: frozenset[str]) -> None:
        if year != self.ctx.year:
            return
        self._held = (year, rows, chosen, apart) if self.grid.writing else None
        if self._held:
            if year == self.model.year:
                self.model.refresh(rows)
                self.grid.viewport().update()
            return
        self._rows, self._chosen, self._apart = rows, chosen, apart
        kept = self.branch.currentData()
        places = dict.fromkeys((row["unit_uid"], row["branch_uid"]) for row in rows)
        names = {(row["unit_uid"], row["branch_uid"]): f"{row['unit']} {row['branch'] or '未编入支部'}" for row in rows}
        self.branch.blockSignals(True)
        self.branch.clear()
        for place in places:
            self.branch.addItem(names[place], place)
        self.branch.setCurrentIndex(max(0, list(places).index(kept) if kept in places else 0))
        self.branch.blockSignals(False)
        self._show()

    def _take_held(self) -> None:
        if self._held and not self.grid.writing:
            self._take(*self._held)

    def _show(self) -> None:
        cell, place = self.grid.place, self.branch.currentData()
        rows = [row for row in self._rows if (row["unit_uid"], row["branch_uid"]) == place]
        typed = dict(self.ctx.store.local.get(f"{DRAFT}.{self.ctx.year}") or {})
        self.model.show_rows(rows, columns_of(overall=self._chosen.overall), typed, self.ctx.year)
        self.grid.stay_at(*cell)
        if self._fresh:  # later the keyboard stays where it is: in the search box, in the choice of branch
            self.grid.start()
            self._fresh = not rows
        self._tell()
        self._draw_paper()

    def _turn_branch(self) -> None:
        self.grid.commit_open()
        self._show()

    def _turned(self) -> None:
        self.commands_changed.emit()
        self._draw_paper()

    def _keep(self) -> None:
        """What is typed outlives a crash."""
        self.ctx.store.local.put(
            f"{DRAFT}.{self.model.year}", self._typed()
        )  # the year shown: another may be on its way
        self._tell()

    def _thrown(self) -> None:
        self.model.typed.clear()
        self._keep()
        self._show()

    def _tell(self) -> None:
        """Counters, cap and what is not saved, as it stands now."""
        rows = self.model.now()
        one = next(iter(branch_counters(self.ctx.store, self.ctx.year, rows=rows)), Counters())
        self.counters.setText(
            f"应考核 {one.people} · 已打印 {one.printed} · 已发出 {one.out} · 已收回 {one.back} · 已录入 {one.keyed} · "
            f"已核对 {one.checked} · 未评全 {one.missing} · 免考 {one.exempt}"
        )
        cap = cap_state(self.ctx.store, rows, self._chosen)
        self.cap.setVisible(cap is not None)
        if cap is not None:
            self.cap.setText(cap.text)
            theme.role(self.cap, "chip-bad" if cap.over else "chip-ok")
        count = sum(map(len, self._typed().values()))
        here = len(self._apart_here())
        self.apart.setVisible(bool(here))
        self.apart.setText(f"文字与记录不符 {here} 人")
        self.unsaved.setVisible(bool(count))
        self.unsaved.setText(f"未保存 {count} 格")
        self.commands_changed.emit()
        self.footer_changed.emit()

    def _typed(self) -> dict[str, dict[str, str]]:
        return self.model.typed

    def _row(self) -> Row | None:
        at = self.grid.currentIndex().row()
        return self.model.rows[at] if 0 <= at < len(self.model.rows) else None

    def _uids(self) -> list[str]:
        return [row["cadre_uid"] for row in self.model.rows if not row["exempt"]]

    def _build(self) -> None:
        self.branch.setAccessibleName("党支部")
        self.branch.setMinimumWidth(theme.px(280))
        grades = "　".join(f"{at} {one}" for at, one in enumerate(self.model.lists["grade"], 1))
        self.hint.setText(
            f"等次按数字或首字母：{grades}，按一下就到下一人，不用再按 Enter。Enter 到下一人，Tab 到下一格，"
            "Ctrl+→ 到下一列，Ctrl+Enter 保存，F2 填写文字。没有意见请写“无”。"
        )
        top = QHBoxLayout()
        top.setSpacing(theme.px(12))
        top.addWidget(self.branch)
        top.addWidget(self.counters, 1)
        self.counters.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)  # as high as the choice
        for widget in (self.cap, self.apart, self.unsaved):
            top.addWidget(widget)
            widget.hide()
        self.beside.setToolTip("在右边显示当前这个人的考核评价表（Ctrl+D）")
        below = QHBoxLayout()
        below.setSpacing(theme.px(12))
        below.addWidget(self.hint, 1)
        below.addWidget(self.beside)
        self.split = QSplitter()
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.grid)
        self.split.addWidget(self.paper)
        self.paper.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(8))
        column.setSpacing(theme.px(8))
        column.addLayout(top)
        column.addLayout(below)
        column.addWidget(self.current)
        column.addWidget(self.split, 1)
        self.branch.currentIndexChanged.connect(lambda _at: self._turn_branch())
        self.model.changed.connect(self._keep)
        # queued: the view is still closing its cell when it says so
        self.grid.rested.connect(self._take_held, Qt.ConnectionType.QueuedConnection)
        self.grid.selectionModel().currentRowChanged.connect(lambda *_: self._turned())
        self.beside.toggled.connect(self._turn_paper)
        QShortcut(QKeySequence("Ctrl+Enter"), self, self.save, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)


def _read(store: Store, year: int) -> tuple[list[Row], Options, frozenset[str]]:
    """The year's list, what is switched on, and whose 主要服务情况 the log has left behind."""
    rows = evaluation_rows(store, year)
    drafted = [row["cadre_uid"] for row in rows if row["main_work"]]
    return rows, options(store), frozenset(stale_main_work(store, drafted, year))


def _keyed(changed: int) -> str:
    return f"录入考核评价：{changed}人"
