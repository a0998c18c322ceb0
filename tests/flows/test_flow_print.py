"""A clerk without a mouse: print a form with preview into a folder; take a step back in 历史."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from core.ledger import create_ledger
from core.store import Store
from tests.factory import people
from tests.ui.conftest import context_of
from ui.pages.registry import PAGES
from ui.shell.main_window import MainWindow

QUICK = {"iterations": 1, "lanes": 1, "memory_kib": 64}
ROOMS = ("print", "history", "settings")


@pytest.fixture
def window(dressed: Any, tmp_path: Path, qtbot: Any) -> Iterator[MainWindow]:
    """The window on a small ledger in a folder, with the pages of this story."""
    store, _code = create_ledger(tmp_path / "台账", "一个测试口令在此", org_name="湖北经济学院", year=2020, cost=QUICK)
    store.operator = "李干事"
    people(store, 6)
    ctx = context_of(store)
    ctx.year = 2020
    made = MainWindow(ctx, [spec for spec in PAGES if spec.id in ROOMS])
    qtbot.addWidget(made)
    made.resize(1360, 860)
    made.show()
    with qtbot.waitExposed(made):
        made.activateWindow()
    yield made
    ctx.tasks.close()
    store.close()


def key(code: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, times: int = 1) -> None:
    """A key to whatever has the keyboard."""
    for _ in range(times):
        widget = QApplication.focusWidget() or QApplication.activeModalWidget()
        assert widget is not None, "nothing has the keyboard"
        QTest.keyClick(widget, code, modifiers)


def type_keys(text: str) -> None:
    """Type into whatever has the keyboard, as an input method does."""
    event = QInputMethodEvent("", [])
    event.setCommitString(text)
    QCoreApplication.sendEvent(QApplication.focusWidget(), event)


def tab_to(name: str) -> None:
    """Tab until the widget of this accessible name has the keyboard."""
    seen = []
    for _ in range(60):
        widget = QApplication.focusWidget()
        said = widget.accessibleName() or getattr(widget, "text", lambda: "")()
        seen.append(said)
        if said == name:
            return
        key(Qt.Key.Key_Tab)
    raise AssertionError(f"{name} is not reached by Tab: {seen}")


def test_print_two_people_with_preview_into_a_folder(
    window: MainWindow, tmp_path: Path, dialogs: Any, qtbot: Any
) -> None:
    page: Any = window.pages["print"]
    assert QApplication.focusWidget() is page.catalogue
    key(Qt.Key.Key_Down, times=2)  # 考核评价表
    assert page.catalogue.current() == "evaluation"
    tab_to("添加一个人")
    type_keys("0002")
    key(Qt.Key.Key_Return)
    type_keys("0004")
    key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.preview.view.count == 2 and page.footer().endswith("2 人"), timeout=20000)
    tab_to("打印预览")
    key(Qt.Key.Key_PageDown)
    assert page.preview.where.text() == "第 2 页，共 2 页"

    out = tmp_path / "打印"
    out.mkdir()

    def choose(dialog: QFileDialog) -> None:
        edit = dialog.focusWidget()
        QTest.keyClick(edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        event = QInputMethodEvent("", [])
        event.setCommitString(str(out))
        QCoreApplication.sendEvent(edit, event)
        QTest.keyClick(edit, Qt.Key.Key_Return)

    dialogs.expect(choose)
    key(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.check.saved.isVisible(), timeout=30000)
    assert len(list(out.rglob("*.pdf"))) == 2

    window.activateWindow()  # a desktop gives the keyboard back after a dialog, the offscreen platform does not
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=5000)
    met: list[int] = []
    dialogs.expect(lambda dialog: (met.append(dialog.maxPage()), QTest.keyClick(dialog, Qt.Key.Key_Escape)))
    key(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(met), timeout=20000)
    assert met == [4]


def correct_a_phone(store: Store) -> None:
    with store.transact("修改手机") as tx:
        tx.update("cadre", tx.value("SELECT uid FROM cadre WHERE staff_no = '0001'"), {"phone": "13900000000"})


def test_take_a_step_back_in_the_history_and_do_it_again(window: MainWindow, qtbot: Any) -> None:
    store = window.ctx.store
    correct_a_phone(store)
    phone = "SELECT phone FROM cadre WHERE staff_no = '0001'"
    window.go_to("history")
    page: Any = window.pages["history"]
    qtbot.waitUntil(lambda: page.model.complete)
    key(Qt.Key.Key_Home)
    key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.panel.isVisible() and page.panel.tree.topLevelItemCount() == 1, timeout=5000)
    tab_to("撤销此步")
    key(Qt.Key.Key_Space)
    assert store.value(phone) == "13800000000"
    qtbot.waitUntil(lambda: page.model.complete and page.model.index(0, 1).data() == "撤销：修改手机", timeout=5000)
    tab_to("重做")
    key(Qt.Key.Key_Space)
    assert store.value(phone) == "13900000000"
