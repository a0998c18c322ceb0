"""导入: four steps in one window: 选文件, 对列, 检查, 写入. Forward and back at any time; what was settled stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout

from core.base.errors import Problem
from core.sheet.importing import Outcome, Prepared, Written
from core.sheet.reading import ENDINGS
from core.store import UndoResult
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.labels import words
from ui.kit.page import Page
from ui.kit.perform import redo, say_done
from ui.kit.undo_question import undo_question
from ui.pages import import_out as out
from ui.pages.import_check import ALL, CheckStep
from ui.pages.import_columns import ColumnsStep
from ui.pages.import_files import FilesStep
from ui.pages.import_heads import SheetRef
from ui.pages.import_result import ResultStep
from ui.pages.import_state import ImportRun
from ui.pages.import_work import ImportWork

FILES, COLUMNS, CHECK, DONE = range(4)
TITLES = ("选文件", "对列", "检查", "写入")
PATTERN = f"表格文件 ({' '.join('*' + one for one in ENDINGS)});;所有文件 (*)"


class ImportPage(Page):
    """The four steps, the strip above them, 上一步 and 下一步 below."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        self.run = ImportRun()
        self.step = FILES
        self.work = ImportWork(ctx, self.run, self)
        self.tabs = [QPushButton(checkable=True) for _ in TITLES]
        self.stack = QStackedWidget()
        self.say = words("", "sub")
        self.stop = QPushButton("取消")
        self.back, self.next = QPushButton("上一步"), theme.role(QPushButton("下一步"), "primary")
        self._make_steps()
        self._lay_out()
        self._wire()
        self._dress = QTimer(self, singleShot=True)
        self._dress.timeout.connect(self._restyle)
        self.show_step(FILES)

    # -- what the window asks

    def commands(self) -> list[Command]:
        """Choosing, the template, the sheet of errors."""
        made = self.run.prepared
        wrong = made is not None and bool(made.errors) and self.step in (CHECK, DONE)
        wait = "正在写入，请等它做完。" if self.work.writing else ""
        no_errors = "" if wrong else "检查之后有错误时才能导出错误表。"
        return [
            Command("import", "选择文件", self.choose_files, icon="folder", disabled=wait),
            Command("template", "空白模板", self.save_template, icon="log", tip="发给各单位填写的空白表"),
            Command("export", "导出错误表", self.save_errors, icon="export", disabled=no_errors),
            Command("refresh", "重新读取文件", self.read, icon="refresh", disabled=wait, in_bar=False),
            Command("restart", "从头开始", self.restart, disabled=wait, in_bar=False),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """Somebody wrote: the plan is made anew; an import undone elsewhere is shown as undone."""
        self.check.set_units([name for (name,) in self.ctx.store.tuples("SELECT name FROM unit ORDER BY position")])
        if self.step == CHECK and self.run.prepared is not None:
            self.work.act(lambda: None)
        elif self.step == DONE and self.run.written is not None and self.run.written.step is not None:
            seq = self.run.written.step
            if any(one.seq == seq and one.undone for one in self.ctx.store.steps(50)):
                self._show_undone(self.run.written.label, ())

    def footer(self) -> str:
        """How many rows there are."""
        return f"{len(self.run.prepared.plan.rows):,} 行" if self.run.prepared and self.step >= CHECK else ""

    def apply_filter(self, **filter: Any) -> None:
        """`kind` as `import_kinds` names it; `paths` files to begin with."""
        if kind := filter.get("kind"):
            self.files.set_kind(str(kind))
        if paths := filter.get("paths"):
            self.files.add([str(one) for one in paths])
        self.show_step(FILES)

    def setFocus(self, *_: Any) -> None:
        """The page's keyboard begins in the step in view."""
        self.steps[self.step].focus()

    # -- steps

    def show_step(self, step: int) -> None:
        """Show a step that can be shown."""
        self.step = step
        self.stack.setCurrentIndex(step)
        self.steps[step].focus()
        self._tell()

    def go_next(self) -> None:
        """On: read, check or write first if it has not been done."""
        self.steps[self.step].focus()  # what is being typed in a cell counts
        if self.work.busy or not self.next.isEnabled():
            return
        if self.step == FILES:
            self.to_columns() if self.run.is_read and self.run.maps else self.read()
        elif self.step == COLUMNS:
            self.work.check()
        elif self.step == CHECK:
            self.write()
        else:
            self.restart()

    def go_back(self) -> None:
        """Back one step; nothing is undone by it."""
        if self.step > FILES:
            self.jump(self.step - 1)

    def jump(self, step: int) -> None:
        """A step by its button in the strip."""
        if step == self.step or self.work.busy:
            self._tell()
        elif step == CHECK and self.run.maps:
            self.work.check()
        elif step == COLUMNS and self.run.is_read and self.run.maps:
            self.to_columns()
        elif step == FILES or (step == DONE and self.run.written is not None):
            self.show_step(step)
        else:
            self._tell()

    def restart(self) -> None:
        """Another import."""
        if self.work.writing:
            return
        self.work.cancel()
        self.run.begin()
        self.files.refresh()
        self.show_step(FILES)

    # -- long work and what comes of it

    def read(self) -> None:
        """Read the files."""
        if self.run.files:
            self.work.read()

    def say_heads(self) -> None:
        """Ask where the head of a sheet is that was not found."""

        def take(ref: SheetRef, row: int) -> None:
            self.run.by_hand[ref] = row
            self.read()

        out.ask_head(self, self.run.unread_sheets(), take)

    def _read_done(self) -> None:
        self.files.refresh()
        if self.run.maps:
            self.to_columns()

    def to_columns(self) -> None:
        """Step 2."""
        self.columns.refresh()
        self.show_step(COLUMNS)

    def _checked(self) -> None:
        self.check.begin()
        self.show_step(CHECK)

    def _planned(self) -> None:
        if self.step == CHECK:
            self.check.refresh()

    def write(self) -> None:
        """Step 4: write what can be written, as one step."""
        if self.run.prepared is not None:
            self.work.write()

    def _written(self, written: Written) -> None:
        if self.run.prepared is not None:
            self.result.show_written(self.run.kind, self.run.prepared, written)
        self.show_step(DONE)
        if (step := written.step) is None:
            return
        self.ctx.refresher.announce(written.tables)
        if written.counts[Outcome.NEW] + written.counts[Outcome.UPDATED]:
            say_done(self.ctx, f"已{written.label}。", step, partial=True)

    # -- files in and out

    def choose_files(self) -> None:
        """Choose one or more files."""
        self.show_step(FILES)
        out.ask_files(self, f"选择要导入的{self.run.kind.label}", PATTERN, self.files.add)

    def choose_folder(self) -> None:
        """Choose a folder: all sheets in it."""
        out.ask_folder(self, "选择装着表格的文件夹", self.files.add)

    def save_template(self) -> None:
        """The empty sheet for the units."""
        kind = self.run.kind
        out.ask_save(self, "保存空白模板", f"{kind.label}模板.xlsx", lambda path: self._save_template(path))

    def _save_template(self, path: Path) -> None:
        try:
            out.write_template_file(self.ctx.store, self.run.kind, path)
        except Problem as error:
            self.ctx.messages.problem(error, self)
            return
        self.ctx.messages.say(f"空白模板已保存：{path.name}", "ok", "打开", lambda: out.open_file(path))

    def save_errors(self) -> None:
        """The sheets as they came, wrong cells red, with 错误说明."""
        made = self.run.prepared
        if made is None or not made.errors:
            return
        stem = Path(self.run.included[0][0]).stem if len(made.sheets) == 1 else f"{self.run.kind.label}"
        out.ask_save(self, "导出错误表", f"{stem}_错误说明.xlsx", lambda path: self._save_errors(made, path))

    def _save_errors(self, made: Prepared, path: Path) -> None:
        def done(number: int) -> None:
            self.ctx.messages.say(
                f"错误表已保存（{number:,} 行有说明）：{path.name}", "ok", "打开", lambda: out.open_file(path)
            )

        self.ctx.tasks.run("导出错误表", lambda _store, _progress: out.write_errors(made, path), done, owner=self)

    def undo_import(self) -> None:
        """Take the import back; what was touched since stays and is listed."""
        written = self.run.written
        if written is None or (step := written.step) is None:
            return
        if question := undo_question(self.ctx, step, named=True):
            self.ctx.messages.ask(*question, "撤销", lambda: self.work.undo(step), self)
        else:
            self.work.undo(step)

    def _undone(self, result: UndoResult) -> None:
        if self.run.written is not None:
            self._show_undone(self.run.written.label, result.kept)
        self.ctx.messages.say(f"已{result.label}。", "info", "重做", lambda: redo(self.ctx))
        self.ctx.refresher.announce(result.tables)

    def _show_undone(self, label: str, kept: Any) -> None:
        self.run.written = None
        self.result.show_undone(label, kept, self.ctx.store)
        self.result.undo.setEnabled(False)
        self._tell()

    # -- parts

    def changeEvent(self, event: QEvent) -> None:
        """Other colours or another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_dress"):
            self._dress.start(0)  # not now: Qt walks over the very widgets that are made anew

    def _restyle(self) -> None:
        for step in self.steps:
            step.restyle()

    def _tell(self) -> None:
        """Strip, buttons and the sentence beside them say where things stand."""
        busy = bool(self.work.busy)
        text, tone, verb, ready = self._state()
        reachable = (
            True,
            self.run.is_read and bool(self.run.maps),
            self.run.prepared is not None,
            self.run.written is not None,
        )
        for at, tab in enumerate(self.tabs):
            mark = "✓" if at < self.step else str(at + 1)
            tab.setText(f"{mark}　{TITLES[at]}")
            tab.setChecked(at == self.step)
            tab.setEnabled(at == self.step or (reachable[at] and not busy))
        self.say.setText(f"正在{self.work.busy}…" if self.work.busy else text)
        theme.role(self.say, "sub" if busy else tone)
        self.stop.setVisible(busy)
        self.back.setVisible(self.step > FILES)
        self.back.setEnabled(not busy)
        self.next.setText(verb)
        self.next.setEnabled(ready and not busy)
        self.commands_changed.emit()
        self.footer_changed.emit()

    def _state(self) -> tuple[str, str, str, bool]:
        run = self.run
        if self.step == FILES:
            ready = run.is_read and bool(run.maps)
            text = "" if run.files else "先放上要导入的文件。"
            return text, "sub", "下一步" if ready or not run.is_read else "重新读取", bool(run.files)
        if self.step == COLUMNS:
            waiting = self.columns.waiting()
            if waiting:
                names = "、".join(f"“{sheet}”" for _, sheet in waiting[:3])
                return (
                    f"？ {names}{'等' if len(waiting) > 3 else ''}还有列没有对好，对好后才能继续。",
                    "warn",
                    "下一步",
                    False,
                )
            if not run.included:
                return "没有要导入的表，请至少勾选一张“导入这张表”。", "warn", "下一步", False
            return "", "sub", "下一步", True
        if self.step == CHECK:
            return self._check_state()
        return "", "sub", "再导入别的文件", True

    def _check_state(self) -> tuple[str, str, str, bool]:
        run, counts = self.run, self.run.counts()
        rows = counts[Outcome.NEW] + counts[Outcome.UPDATED]
        held = [
            f"{counts[one]} 行{word}"
            for one, word in ((Outcome.WRONG, "有错误"), (Outcome.ASKED, "待回答"))
            if counts[one]
        ]
        text = f"{'、'.join(held)}，这些行不会写入；其余的可以先写入，改好后再导入一次。" if held else ""
        if not rows and counts[Outcome.UNCHANGED] and not held:
            text = "表里的内容与台账一致，没有要写入的改动。"
        ready = not self.work.planning and (rows > 0 or counts[Outcome.UNCHANGED] > 0)
        return text, "warn" if held else "sub", f"写入 {rows:,} {run.kind.noun}" if rows else "完成", ready

    def _make_steps(self) -> None:
        self.files, self.columns = FilesStep(self.run), ColumnsStep(self.run)
        self.check, self.result = CheckStep(self.run), ResultStep()
        self.steps = (self.files, self.columns, self.check, self.result)
        for step in self.steps:  # each scrolls where large letters leave it too little room
            area = theme.role(QScrollArea(widgetResizable=True), "page")
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            area.setWidget(theme.role(step, "page"))
            self.stack.addWidget(area)

    def _lay_out(self) -> None:
        strip, foot = theme.role(QFrame(), "bar"), theme.role(QFrame(), "foot")
        row = QHBoxLayout(strip)
        row.setContentsMargins(theme.px(12), theme.px(6), theme.px(12), theme.px(6))
        for at, tab in enumerate(self.tabs):
            theme.role(tab, "pick").clicked.connect(lambda _on=False, to=at: self.jump(to))
            row.addWidget(tab)
        row.addStretch(1)
        buttons = QHBoxLayout(foot)
        buttons.setContentsMargins(theme.px(20), theme.px(8), theme.px(20), theme.px(8))
        buttons.addWidget(self.say, 1)
        for button in (self.stop, self.back, self.next):
            buttons.addWidget(button)
        self.next.setToolTip("Ctrl+Enter")
        self.back.setToolTip("Alt+←")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(strip)
        column.addWidget(self.stack, 1)
        column.addWidget(foot)

    def _wire(self) -> None:
        self.files.changed.connect(self._files_changed)
        self.files.choose_wanted.connect(self.choose_files)
        self.files.folder_wanted.connect(self.choose_folder)
        self.files.heads_wanted.connect(self.say_heads)
        self.columns.heads_wanted.connect(self.say_heads)
        self.files.template_wanted.connect(self.save_template)
        self.columns.changed.connect(self._tell)
        for signal, tell in (
            (self.work.changed, self._tell),
            (self.work.read_done, self._read_done),
            (self.work.checked, self._checked),
            (self.work.planned, self._planned),
            (self.work.written, self._written),
            (self.work.undone, self._undone),
        ):
            signal.connect(tell)
        self.check.act_wanted.connect(self.work.act)
        self.result.undo_wanted.connect(self.undo_import)
        self.result.report_wanted.connect(self.save_errors)
        self.result.open_wanted.connect(lambda: self.ctx.go_to(self.run.kind.page, **self.run.kind.where))
        self.result.rows_wanted.connect(self._show_rows)
        self.stop.clicked.connect(self.work.cancel)
        self.back.clicked.connect(self.go_back)
        self.next.clicked.connect(self.go_next)
        for keys, act in (("Ctrl+Return", self.go_next), ("Ctrl+Enter", self.go_next), ("Alt+Left", self.go_back)):
            shortcut = QShortcut(QKeySequence(keys), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _files_changed(self) -> None:
        if not self.work.writing:
            self.work.cancel()
        self._tell()

    def _show_rows(self, which: str) -> None:
        self.check.shown = which or ALL
        self.jump(CHECK)
