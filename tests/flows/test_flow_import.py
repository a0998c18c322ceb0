"""A sheet comes by e-mail: pasted, a wrong column put right, a cell corrected, written, taken back, written. Keys only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

from core.ledger import create_ledger
from tests.conftest import type_text
from tests.ui.conftest import context_of
from ui.context import Context
from ui.pages.import_page import CHECK, COLUMNS, DONE, ImportPage
from ui.pages.registry import PAGES
from ui.shell.main_window import MainWindow

ROWS = (
    ("工号", "姓名", "特长", "杂项", "手机", "出生年月"),
    ("0000001", "林香", "A1", "书法", "13800138001", "1980-05"),
    ("0000002", "", "B2", "摄影", "13800138002", "1977-04"),
    ("0000003", "汤娟超", "C3", "书法、摄影", "1380013800", "1970-10"),
)


@pytest.fixture
def ctx(dressed: QApplication, tmp_path: Path) -> Iterator[Context]:
    """A ledger in a folder: the work is done by the worker thread, the backup is a file."""
    store, _code = create_ledger(
        tmp_path / "台账",
        "口令口令口令",
        org_name="江城财经学院",
        operator="李敏",
        cost={"iterations": 1, "lanes": 1, "memory_kib": 64},
    )
    made = context_of(store)
    yield made
    made.tasks.close()
    store.close()


@pytest.fixture
def window(ctx: Context, qtbot: Any) -> MainWindow:
    """The window with the import page."""
    made = MainWindow(ctx, [one for one in PAGES if one.id == "import"])
    qtbot.addWidget(made)
    made.show()
    with qtbot.waitExposed(made):
        pass
    made.activateWindow()
    return made


def focused() -> QWidget:
    """Where the keyboard is."""
    widget = QApplication.focusWidget()
    popup = QApplication.activePopupWidget()
    if popup is not None:
        widget = popup.focusWidget() or popup
    assert widget is not None
    return widget


def key(code: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, times: int = 1) -> None:
    """Press a key where the keyboard is."""
    for _ in range(times):
        QTest.keyClick(focused(), code, held)
        QApplication.processEvents()


def tab_to(name: str) -> None:
    """Tab until the keyboard is on the control with this name or text."""
    for _ in range(80):
        widget = focused()
        if name in (widget.accessibleName(), getattr(widget, "text", str)()):
            return
        key(Qt.Key.Key_Tab)
    pytest.fail(f"{name} cannot be reached with Tab")


def go_on(qtbot: Any, page: ImportPage, step: int) -> None:
    """Ctrl+Enter, and wait for the step."""
    key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.step == step and not page.work.busy and not page.work.planning)


def choose_field(label: str) -> None:
    """Open the list of fields and walk to one."""
    box = focused()
    assert isinstance(box, QComboBox)
    key(Qt.Key.Key_Down)
    while not box.view().currentIndex().data().startswith(label):
        before = box.view().currentIndex()
        key(Qt.Key.Key_Down)
        assert box.view().currentIndex() != before, f"no field {label}"
    key(Qt.Key.Key_Return)


def test_a_sheet_with_a_wrong_column_is_put_right_written_and_taken_back(
    window: MainWindow, ctx: Context, qtbot: Any, tmp_path: Path
) -> None:
    page = window.page
    assert isinstance(page, ImportPage)
    copied = QMimeData()
    copied.setUrls([QUrl.fromLocalFile(make_book(tmp_path / "法学院党委.xlsx"))])
    QGuiApplication.clipboard().setMimeData(copied)
    key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert page.files.list.count() == 1
    go_on(qtbot, page, COLUMNS)

    # 杂项 holds hobbies; 特长 holds codes and is not to go in, though its head says otherwise
    assert focused().accessibleName() == "“杂项”填到哪一项"
    assert not page.next.isEnabled()
    choose_field("兴趣爱好")
    qtbot.waitUntil(page.next.isEnabled)
    tab_to("“特长”不导入")
    key(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "skills" not in page.run.maps[page.columns.ref].placed)
    go_on(qtbot, page, CHECK)

    # a name is missing: F2 on its row goes to the cell
    assert focused() is page.check.grid
    key(Qt.Key.Key_F2)
    assert isinstance(focused(), QLineEdit)
    type_text(focused(), "史伟燕")
    key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.work.planning and "wrong" in page.check.chips and page.next.text() == "写入 3 人")
    assert not page.work.planning
    go_on(qtbot, page, DONE)
    rows = ctx.store.tuples("SELECT name, hobbies, skills, phone FROM cadre ORDER BY staff_no")
    assert rows == [
        ("林香", "书法", "", "13800138001"),
        ("史伟燕", "摄影", "", "13800138002"),
        ("汤娟超", "书法、摄影", "", ""),
    ]
    assert "写入但缺项的 1" in [page.result.tabs.tabText(at) for at in range(page.result.tabs.count())]
    assert list((tmp_path / "台账").rglob("*导入前*"))

    tab_to("撤销此次导入")
    key(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.run.written is None and not page.work.busy)
    assert ctx.store.value("SELECT count(*) FROM cadre") == 0
    key(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: page.step == CHECK and not page.work.planning)
    go_on(qtbot, page, DONE)
    assert ctx.store.value("SELECT count(*) FROM cadre") == 3
    assert [step.label for step in ctx.store.steps(3)].count("导入名册：法学院党委.xlsx") == 2


def make_book(path: Path) -> str:
    """The sheet as it came."""
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(path)
    return str(path)
