"""The import page in its window, sheets for it, and its steps: shared by the tests of the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtWidgets import QApplication

from core.base.paths import asset
from core.ledger import memory_ledger
from tests.ui.conftest import context_of
from ui.context import Context
from ui.pages.import_page import CHECK, COLUMNS, ImportPage
from ui.pages.registry import PAGES
from ui.shell.main_window import MainWindow

HEAD = ("工号", "姓名", "性别", "出生年月", "手机", "单位")
LIN = ("0000001", "林香", "女", "1980-05", "13800138001", "会计学院党委")
SHI = ("0000002", "史伟燕", "女", "1977-04", "13800138002", "会计学院党委")


def book(path: Path, *rows: tuple[Any, ...], head: tuple[str, ...] = HEAD) -> str:
    """A workbook with one sheet."""
    made = openpyxl.Workbook()
    for row in (head, *rows):
        made.active.append(row)
    made.active.title = "名册"
    made.save(path)
    return str(path)


def sample(start: str) -> str:
    """A sample sheet by the start of its name."""
    return str(next(one for one in asset("demo", "00_truth.json").parent.glob(f"{start}*.xlsx")))


@pytest.fixture(name="ctx")
def ledger_context(dressed: QApplication) -> Iterator[Context]:
    """Context on a seeded ledger in memory."""
    store = memory_ledger()
    made = context_of(store)
    yield made
    made.tasks.close()
    store.close()


@pytest.fixture(name="window")
def import_window(ctx: Context, qtbot: Any) -> MainWindow:
    """The window with the import page alone."""
    made = MainWindow(ctx, [one for one in PAGES if one.id == "import"])
    qtbot.addWidget(made)
    made.resize(1180, 760)
    made.show()
    with qtbot.waitExposed(made):
        pass
    return made


@pytest.fixture(name="page")
def import_page(window: MainWindow) -> ImportPage:
    """The page."""
    assert isinstance(window.page, ImportPage)
    return window.page


def arrive(qtbot: Any, page: ImportPage, step: int) -> None:
    """Press 下一步 and wait for the step."""
    page.next.click()
    settle(qtbot, page)
    assert page.step == step


def settle(qtbot: Any, page: ImportPage) -> None:
    """Wait until nothing goes on."""
    qtbot.waitUntil(lambda: not page.work.busy and not page.work.planning)


def to_check(qtbot: Any, page: ImportPage, *paths: str) -> None:
    """Files to the third step; what is not placed is left out."""
    page.files.add(paths)
    arrive(qtbot, page, COLUMNS)
    for ref in page.columns.waiting():
        page.run.place_all_open(ref)
    page.columns.refresh()
    page.columns.changed.emit()
    arrive(qtbot, page, CHECK)
