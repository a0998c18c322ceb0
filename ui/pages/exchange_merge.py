"""合并…: choose files or folders, see in words what will come, write it, and what is open afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.exchange.merging import merge
from core.exchange_rules import RULES
from core.store import Store, UndoResult
from ui.context import Context
from ui.kit import theme
from ui.kit.labels import words
from ui.kit.operator_name import ask_once
from ui.kit.perform import say_done, undo
from ui.kit.tasks import Task
from ui.pages.exchange_parts import WorkLine, ask_folder, ask_packets, dropped, said_button
from ui.pages.exchange_preview import Preview, told_merge
from ui.pages.exchange_tree import PreviewTree

FOLDER = "exchange.merge_folder"
FIRST = "选择收到的数据包。可以一次选几个，也可以选一个文件夹，里面的数据包会按先后顺序合并。"

REFUSED = 5  # files whose reason is told
DROP = "把数据包文件或文件夹拖到这里，也可以按下面的按钮选择。\n先看会有哪些改动，再决定合不合并。"


class MergeDialog(QDialog):
    """Three pages: files, preview, result. `begin(paths)` goes straight to the preview."""

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ctx = ctx
        self.paths: list[Path] = []
        self.preview: Preview | None = None
        self.done_with: Preview | None = None
        self._task: Task | None = None
        self.setWindowTitle("合并")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.said = words(FIRST)
        self.files = said_button("选择文件…", "log", self.choose_files)
        self.folder = said_button("选择文件夹…", "folder", self.choose_folder)
        self.refused = words("", "bad")
        self.place = theme.role(QFrame(), "card")
        self.tree = PreviewTree()
        self.work = WorkLine()
        self.go = theme.role(QPushButton("合并"), "primary")
        self.undo = said_button("撤销这次合并", "undo", self._undo)
        self.review = said_button("去处理待定", "chevron-right", self._review)
        self.close_button = QPushButton("取消")
        self._lay_out()
        self._show_page("files")

    # -- acts

    def choose_files(self) -> Any:
        """选择文件…"""
        return ask_packets(self, str(self.ctx.settings.get(FOLDER, "") or ""), self.begin)

    def choose_folder(self) -> Any:
        """选择文件夹…"""
        return ask_folder(
            self,
            "选择数据包所在的文件夹",
            str(self.ctx.settings.get(FOLDER, "") or ""),
            lambda path: self.begin([path]),
        )

    def begin(self, paths: Sequence[str]) -> None:
        """Read the packets and show what would come; nothing is written."""
        if not paths or self._task is not None:
            return
        self.paths = [Path(one) for one in paths]
        first = self.paths[0]
        self.ctx.settings.put(FOLDER, str(first if first.is_dir() else first.parent))
        paths_now = list(self.paths)

        def work(store: Store, progress: Any) -> Preview:
            return told_merge(store, merge(store, paths_now, RULES, dry_run=True, progress=progress))

        self._run("读取数据包", work, self._show_preview, "正在读取数据包，台账还没有改动。")

    def write(self) -> None:
        """合并: one step (`merge` makes a backup first)."""
        paths = list(self.paths)

        def work(store: Store, progress: Any) -> Preview:
            return told_merge(store, merge(store, paths, RULES, progress=progress), done=True)

        ask_once(self.ctx, self)
        self._run("合并数据包", work, self._show_done, "正在合并。")

    def reject(self) -> None:
        """取消 stops what is under way: an unfinished merge leaves nothing behind."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._show_page("preview" if self.preview is not None else "files")
            return
        super().reject()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders."""
        event.setAccepted(bool(dropped(event.mimeData())) and self.done_with is None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Preview what was dropped."""
        event.acceptProposedAction()
        self.begin(dropped(event.mimeData()))

    # -- inside

    def _run(self, label: str, work: Any, done: Any, text: str) -> None:
        self._show_page("work")
        self._task = self.ctx.tasks.run(label, work, done, self._failed, owner=self)
        self.work.follow(self._task, text)

    def _failed(self, error: Exception) -> None:
        self._task = None
        self._show_page("preview" if self.preview is not None else "files")
        self.ctx.messages.failure(error, self)

    def _show_preview(self, found: Preview) -> None:
        self._task, self.preview = None, found
        self._show_found(found)
        self._show_page("preview")
        (self.go if self.go.isVisibleTo(self) else self.close_button).setFocus()

    def _show_done(self, found: Preview) -> None:
        self._task, self.done_with = None, found
        self._show_found(found)
        self._show_page("done")
        (self.review if self.review.isVisibleTo(self) else self.close_button).setFocus()
        self.ctx.refresher.announce(frozenset())
        step = found.report.step
        if step is not None:
            say_done(self.ctx, found.sentence, step)

    def _show_found(self, found: Preview) -> None:
        told = [f"没有合并：{why}" for _file, why in found.refused[:REFUSED]]
        if (rest := len(found.refused) - REFUSED) > 0:
            told.append(f"还有 {rest} 个文件没有合并。")
        self.said.setText(found.sentence)
        self.refused.setText("\n".join(told))
        self.tree.show_merge(found)

    def _undo(self) -> None:
        if self.done_with is not None:
            undo(self.ctx, self.done_with.report.step, parent=self, then=self._undone)

    def _undone(self, _result: UndoResult) -> None:
        self.said.setText("已撤销这次合并，台账和合并以前一样。数据包还在，可以再合并。")
        self.undo.hide()
        self.review.hide()

    def _review(self) -> None:
        self.accept()
        self.ctx.go_to("exchange", tab="review")

    def _show_page(self, page: str) -> None:
        self.work.setVisible(page == "work")
        self.tree.setVisible(page in ("preview", "done"))
        self.place.setVisible(page == "files")
        for button in (self.files, self.folder):
            button.setVisible(page in ("files", "preview"))
        found = self.preview
        self.go.setVisible(page == "preview" and found is not None and found.changes)
        step = self.done_with.report.step if self.done_with is not None else None
        self.undo.setVisible(page == "done" and step is not None)
        self.review.setVisible(page == "done" and self.done_with is not None and self.done_with.waits > 0)
        self.close_button.setText("取消" if page in ("files", "work") or self.go.isVisibleTo(self) else "关闭")
        if page == "files":
            self.said.setText(FIRST)
        self.said.setVisible(page != "work")
        self.refused.setVisible(page in ("preview", "done") and bool(self.refused.text()))

    def _lay_out(self) -> None:
        hint = theme.role(QLabel(DROP, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True), "sub")
        QVBoxLayout(self.place).addWidget(hint)
        self.go.clicked.connect(self.write)
        self.close_button.clicked.connect(self.reject)
        for button in (self.go, self.close_button):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addWidget(self.said)
        column.addWidget(self.refused)
        column.addWidget(self.place, 1)
        column.addWidget(self.tree, 1)
        column.addWidget(self.work)
        column.addStretch(0)
        foot = QHBoxLayout()
        for button in (self.files, self.folder, self.undo):
            foot.addWidget(button)
        foot.addStretch(1)
        for button in (self.review, self.go, self.close_button):
            foot.addWidget(button)
        column.addLayout(foot)
        room = self.screen().availableSize()
        self.resize(min(theme.px(820), room.width()), min(theme.px(600), round(room.height() * 0.9)))
