"""A window on a ledger in memory, with a demo page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLineEdit, QTableWidget, QTableWidgetItem, QVBoxLayout

from core.store import Store, Tx, Wiring
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.messages import Messages
from ui.kit.page import Page, PageSpec
from ui.kit.refresher import Refresher
from ui.kit.search import Hit
from ui.kit.settings import Settings
from ui.kit.tasks import Tasks
from ui.shell.main_window import MainWindow


def context_of(store: Store) -> Context:
    """A context as ui.app makes it."""
    messages = Messages()
    tasks = Tasks(store, messages.failure)
    return Context(store, tasks, Refresher(), messages, Settings(store))


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    """Context on a new ledger in memory."""
    store = Store.in_memory(wiring=Wiring())
    made = context_of(store)
    yield made
    made.tasks.close()
    store.close()


def add_unit(tx: Tx, name: str) -> str:
    """The op of the demo page."""
    return tx.insert("unit", {"name": name})


class UnitPage(Page):
    """A small list page, as a feature would make it."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        self.reloads: list[frozenset[str]] = []
        self.opened: list[str] = []
        self.filters: list[dict[str, Any]] = []
        self.ran: list[str] = []
        self.escapes = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(16), theme.px(20), theme.px(16))
        column.setSpacing(theme.px(12))
        self.box = QLineEdit(placeholderText="筛选单位")
        self.box.setAccessibleName("筛选单位")
        column.addWidget(self.box)
        card = theme.role(QFrame(), "card")
        inner = QVBoxLayout(card)
        inner.addWidget(theme.role(QLabel("达标"), "chip-ok"))
        column.addWidget(card)
        self.table = QTableWidget(0, 2)
        self.table.setHorizontalHeaderLabels(["单位", "人数"])
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.setAccessibleName("单位")
        column.addWidget(self.table, 1)

    def commands(self) -> list[Command]:
        def run(name: str) -> Callable[[], None]:
            return lambda: self.ran.append(name)

        return [
            Command("new", "新增单位", run("new"), icon="add", primary=True),
            Command("import", "导入", run("import"), icon="import"),
            Command("export", "导出", run("export"), icon="export"),
            Command("print", "打印", run("print"), icon="print", disabled="先选中要打印的单位。"),
            Command("archive", "归档", run("archive"), icon="void", in_bar=False),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        self.reloads.append(tables)
        names = self.ctx.store.tuples("SELECT name FROM unit ORDER BY position, name")
        self.table.setRowCount(len(names))
        for row, (name,) in enumerate(names):
            self.table.setItem(row, 0, QTableWidgetItem(name))
        self.footer_changed.emit()

    def footer(self) -> str:
        return f"{self.table.rowCount()} 个单位"

    def open_record(self, uid: str) -> None:
        self.opened.append(uid)

    def apply_filter(self, **filter: Any) -> None:
        self.filters.append(filter)

    def escape(self) -> bool:
        self.escapes += 1
        return True


PAGES = (
    PageSpec("home", "工作台", "home", "日常", UnitPage, frozenset({"unit"})),
    PageSpec("units", "单位与支部", "building", "日常", UnitPage, frozenset({"unit", "branch"})),
    PageSpec("log", "服务纪实", "log", "纪实", UnitPage, frozenset({"visit"})),
    PageSpec("settings", "设置", "settings", "系统", UnitPage, frozenset({"setting"})),
)


def find_unit(store: Store, text: str, limit: int) -> list[Hit]:
    """The provider of the demo page."""
    rows = store.rows("SELECT uid, name FROM unit WHERE name LIKE ? ORDER BY name LIMIT ?", (f"%{text}%", limit))
    return [Hit("units", row["uid"], row["name"], "二级单位党组织", "building") for row in rows]


@pytest.fixture
def window(ctx: Context, qtbot: Any) -> MainWindow:
    """The main window with demo pages, shown."""
    made = MainWindow(ctx, PAGES, (find_unit,))
    qtbot.addWidget(made)
    made.show()
    with qtbot.waitExposed(made):
        pass
    return made
