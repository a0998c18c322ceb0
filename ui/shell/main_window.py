"""The frame: sidebar, top bar, the page in view, long work, status bar. It knows no page by name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QEvent, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ui.context import Context
from ui.kit import text_keys, theme
from ui.kit.page import Page, PageSpec
from ui.kit.search import Provider
from ui.shell.backup_button import BackupState
from ui.shell.copy_note import copy_words
from ui.shell.lock import Lock
from ui.shell.menus import Menus
from ui.shell.outside_clock import OutsideClock
from ui.shell.search_box import SearchBox
from ui.shell.sidebar import Sidebar
from ui.shell.statusbar import StatusBar
from ui.shell.swap_clock import SwapClock
from ui.shell.topbar import TopBar
from ui.shell.work_strip import WorkStrip

LOOK = ("dark", "points")  # settings that change the look at once


class MainWindow(QMainWindow):
    """One ledger in one window. Pages are built when they are first shown."""

    def __init__(self, ctx: Context, pages: Sequence[PageSpec], providers: Sequence[Provider] = ()) -> None:
        super().__init__()
        self.ctx = ctx
        self.copy = copy_words(ctx.store)
        pages = [spec for spec in pages if (spec.in_copy if self.copy else spec.in_office)]
        self.specs = {spec.id: spec for spec in pages}
        self.pages: dict[str, Page] = {}
        self.page_id = ""
        self.sidebar = Sidebar(pages)
        self.search = SearchBox(ctx, providers)
        self.top = TopBar(self.search, self.copy)
        self.stack = QStackedWidget()
        self.strip = WorkStrip(ctx.tasks)
        self.status = StatusBar(ctx)
        self.front = QStackedWidget()  # the work, or in its place the lock
        self.menus = Menus(self)
        self.backup = BackupState(ctx, self.status)
        self.swaps = SwapClock(ctx)
        self.outside = OutsideClock(ctx, self)
        self.lock = Lock(self, self._lay_out())
        self._connect()
        self.status.show_operator()
        self._restore()

    @property
    def page(self) -> Page | None:
        """The page in view."""
        return self.pages.get(self.page_id)

    def go_to(self, page_id: str, uid: str | None = None, filter: dict[str, object] | None = None) -> None:
        """Show a page; then the record or the rows that were asked for."""
        if not self._show_page(page_id):
            return
        page = self.pages[page_id]
        if filter:
            page.apply_filter(**filter)
        if uid:
            page.open_record(uid)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the state; ask first if long work would be lost."""
        if self.lock.screen is not None:
            event.ignore()
            self.lock.screen.sign_in.say("请先输入口令打开，再退出；或按“退出程序”。")
            return
        if self.page is not None and not self.page.may_leave():
            event.ignore()
            return
        running = [task for task in self.ctx.tasks.running if not task.quiet]
        if running:
            event.ignore()
            self.ctx.messages.ask(
                f"“{running[0].label}”还没有做完，现在退出会取消它。",
                "没有做完的部分不会保存，已经保存的内容不受影响。",
                "取消它并退出",
                self.leave,
                self,
            )
            return
        self._keep()
        super().closeEvent(event)

    def event(self, event: QEvent) -> bool:
        """In a text, undo and redo are the text's, also where it has nothing to take back and lets the keys go by."""
        if event.type() == QEvent.Type.ShortcutOverride and text_keys.is_undo(event) and text_keys.text_with_keys():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The text had no use for the key: Ctrl+Y of a system that says Ctrl+Shift+Z."""
        if not text_keys.take(event):
            super().keyPressEvent(event)

    def restyle(self) -> None:
        """Dress everything again after a change of colours or font size."""
        settings = self.ctx.settings
        theme.apply(QApplication.instance(), bool(settings.get("dark", False)), int(settings.get("points", 10)))
        for part in (self.sidebar, self.top, self.search, self.status, self.menus):
            part.restyle()

    def leave(self) -> None:
        """Cancel what runs, keep the state, and end the program."""
        for task in self.ctx.tasks.running:
            task.cancel()
        self._keep()
        self.hide()
        QApplication.quit()

    def _show_page(self, page_id: str) -> bool:
        if page_id == self.page_id:
            return True
        if self.page is not None and not self.page.may_leave():
            self.sidebar.show_page(self.page_id)
            return False
        if page_id not in self.pages:
            self._build(self.specs[page_id])
        self.page_id = page_id
        self.stack.setCurrentWidget(self.pages[page_id])
        self.sidebar.show_page(page_id)
        self._show_commands()
        self._show_footer()
        if not self.search.hasFocus():
            self.pages[page_id].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _build(self, spec: PageSpec) -> None:
        page = self._built_to_read(spec) if self.ctx.store.read_only else spec.build(self.ctx)
        self.pages[spec.id] = page
        self.stack.addWidget(page)
        page.commands_changed.connect(lambda: self._show_commands() if self.page is page else None)
        page.footer_changed.connect(lambda: self._show_footer() if self.page is page else None)
        page.reload(frozenset())
        self.ctx.refresher.watch(page, spec.tables, page.reload)

    def _built_to_read(self, spec: PageSpec) -> Page:
        from ui.shell.read_only import built  # seldom wanted, and loads much

        return built(self.ctx, spec)

    def _show_commands(self) -> None:
        page = self.page
        commands = page.commands() if page else []
        title = self.ctx.page_title = self.specs[self.page_id].title if page else ""
        self.top.show_page(title, commands)
        self.menus.show_page(title, commands)
        name = "下沉纪实（只读）" if self.ctx.store.read_only else "下沉纪实"
        self.setWindowTitle(f"{title} - {name}" if title else name)

    def _show_footer(self) -> None:
        self.status.footer.setText(self.page.footer() if self.page else "")

    def _escape(self) -> None:
        if self.page is not None:
            self.page.escape()

    def _lay_out(self) -> QWidget:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.menus.bar, self.top):
            column.addWidget(part)
        column.addWidget(self.stack, 1)
        for part in (self.strip, self.status):
            column.addWidget(part)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addWidget(right, 1)
        self.front.addWidget(whole)
        self.setCentralWidget(self.front)
        return whole

    def _connect(self) -> None:
        ctx = self.ctx
        self.sidebar.picked.connect(self.go_to)
        self.sidebar.folded.connect(lambda narrow: ctx.settings.put("sidebar_folded", narrow))
        ctx.wanted.connect(self.go_to)
        ctx.year_changed.connect(lambda: ctx.refresher.announce(frozenset()))
        ctx.refresher.changed.connect(self._after_change)
        ctx.settings.changed.connect(self._setting_changed)
        ctx.operator_changed.connect(self._operator_changed)
        QShortcut(QKeySequence("Ctrl+F"), self, self.search.start)
        QShortcut(QKeySequence("Esc"), self, self._escape)

    def _after_change(self, tables: frozenset[str]) -> None:
        if "operator" in tables:
            self._follow_list()
        self.menus.show_steps()
        self._show_footer()

    def _setting_changed(self, key: str) -> None:
        if key in LOOK:
            self.restyle()
        elif key == "operator" and not self.ctx.store.login:
            self.ctx.store.operator = str(self.ctx.settings.get("operator", ""))
            self.status.show_operator()

    def _follow_list(self) -> None:
        """The list of operators was changed, or a change taken back: who is signed in may have another role, or none."""
        from core.operators import still_signed_in

        if still_signed_in(self.ctx.store):
            self.ctx.operator_changed.emit()
        else:
            self.lock.lock(switch=True)

    def _operator_changed(self) -> None:
        """Somebody else is at work: his name, and what he may do."""
        self.status.show_operator()
        self.menus.show_operators()
        self.menus.show_steps()
        self._show_commands()

    def _restore(self) -> None:
        settings = self.ctx.settings
        self.setWindowTitle("下沉纪实")
        self.resize(theme.px(1180), theme.px(760))
        if kept := settings.get("geometry", ""):
            self.restoreGeometry(QByteArray.fromBase64(kept.encode("ascii")))
        if settings.get("sidebar_folded", False):
            self.sidebar.fold(True)
        if self.specs:
            self._show_page(next(iter(self.specs)))

    def _keep(self) -> None:
        self.ctx.settings.put("geometry", self.saveGeometry().toBase64().data().decode("ascii"))
