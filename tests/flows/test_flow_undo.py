"""Ctrl+Z at a desk: in a text it is about the text; outside, what is much or not of this page is asked about first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDateEdit,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QTextEdit,
    QWidget,
)

from core.store import Tx
from tests.conftest import Dialogs
from tests.flows.hands import CTRL, SHIFT, Hands
from tests.ui.page_room import ledger_context, open_window
from ui.context import Context
from ui.kit.perform import perform, redo, say_done, undo
from ui.kit.pickers import ListPicker, PersonPicker
from ui.shell.main_window import MainWindow

Z, Y = Qt.Key.Key_Z, Qt.Key.Key_Y


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    yield from ledger_context(people=30)


@pytest.fixture
def window(ctx: Context, qtbot: Any) -> MainWindow:
    return open_window(ctx, qtbot, "roster")


def add_units(tx: Tx, *names: str) -> None:
    for name in names:
        tx.insert("unit", {"name": name})


def units(ctx: Context) -> int:
    return int(ctx.store.value("SELECT count(*) FROM unit WHERE name LIKE '单位%'"))


def make(ctx: Context, count: int) -> None:
    perform(ctx, f"新增{count}个单位", add_units, *(f"单位{at}" for at in range(count)))


def editable_combo() -> QComboBox:
    made = QComboBox(editable=True)
    made.addItems(["甲", "乙"])
    return made


def cell_editor() -> QTableWidget:
    table = QTableWidget(1, 1)
    table.setItem(0, 0, QTableWidgetItem("甲"))
    return table


TEXTS = {
    "line": QLineEdit,
    "password": lambda: QLineEdit(echoMode=QLineEdit.EchoMode.Password),
    "read only": lambda: QPlainTextEdit("只读", readOnly=True),
    "plain": QPlainTextEdit,
    "rich": QTextEdit,
    "number": QSpinBox,
    "date": lambda: QDateEdit(QDate(2020, 11, 24)),
    "combo": editable_combo,
    "cell": cell_editor,
    "person": lambda: PersonPicker(lambda _text: []),
    "search": lambda: ListPicker([("1", "甲", "")]).search,
}


@pytest.mark.parametrize("kind", TEXTS)
def test_no_text_hands_ctrl_z_to_the_ledger(window: MainWindow, ctx: Context, qtbot: Any, kind: str) -> None:
    make(ctx, 3)
    made: QWidget = TEXTS[kind]()
    host = made.parentWidget() or made  # a picker's search line comes with its picker
    host.setParent(window.stack.currentWidget())
    host.show()
    made.setFocus()
    if isinstance(made, QTableWidget):
        made.editItem(made.item(0, 0))
    qtbot.waitUntil(lambda: QApplication.focusWidget() is host or host.isAncestorOf(QApplication.focusWidget()))
    hands = Hands(qtbot)
    hands.press(Z, Z, Z, Z, held=CTRL)
    hands.press(Y, held=CTRL)
    assert units(ctx) == 3, "four presses in an empty text took back what was written"
    hands.press(Z, held=CTRL | Qt.KeyboardModifier.AltModifier)
    assert units(ctx) == 0, "the longer chord means the ledger everywhere"
    hands.press(Y, held=CTRL)
    hands.press(Z, held=CTRL | SHIFT)
    assert units(ctx) == 0


def test_in_the_search_box_the_text_is_taken_back_and_no_more(window: MainWindow, ctx: Context, qtbot: Any) -> None:
    make(ctx, 3)
    window.search.start()
    hands = Hands(qtbot)
    hands.keys_of("0001")
    hands.press(*[Z] * 6, held=CTRL)
    assert (window.search.text(), units(ctx)) == ("", 3)
    hands.press(Y, held=CTRL)
    assert (window.search.text(), units(ctx)) == ("0001", 3)


def test_outside_a_text_a_small_step_of_this_page_goes_at_once(window: MainWindow, ctx: Context, qtbot: Any) -> None:
    make(ctx, 20)
    window.page.table.focus()
    hands = Hands(qtbot)
    hands.press(Z, held=CTRL)
    assert units(ctx) == 0
    hands.press(Y, held=CTRL)
    assert units(ctx) == 20


def test_more_than_twenty_records_are_asked_about(
    window: MainWindow, ctx: Context, dialogs: Dialogs, qtbot: Any
) -> None:
    make(ctx, 21)
    window.page.table.focus()
    hands = Hands(qtbot)

    def enter(dialog: Any) -> None:
        qtbot.keyClick(dialog, Qt.Key.Key_Return)

    dialogs.expect(enter)  # the key that comes without thinking keeps everything
    hands.press(Z, held=CTRL)
    qtbot.waitUntil(lambda: not dialogs.waiting)
    assert units(ctx) == 21
    assert "要撤销“新增21个单位”吗？" in dialogs.seen[-1] and "新增二级单位党组织 21 条" in dialogs.seen[-1]
    assert "做在“名册”页" in dialogs.seen[-1] and "2020年11月24日" in dialogs.seen[-1]
    for act, verb, left in ((undo, "撤销", 0), (redo, "重做", 21)):
        dialogs.expect(verb)
        act(ctx, parent=window)  # as from the menu
        qtbot.waitUntil(lambda: not dialogs.waiting)
        assert units(ctx) == left
    assert "要重做“新增21个单位”吗？" in dialogs.seen[-1] and "新增二级单位党组织 21 条" in dialogs.seen[-1]


def test_a_step_of_another_page_is_asked_about_by_name(
    window: MainWindow, ctx: Context, dialogs: Dialogs, qtbot: Any
) -> None:
    make(ctx, 1)
    window.go_to("visits")
    window.menus.bar.setFocus()
    dialogs.expect("不了")
    window.menus.undo.trigger()
    qtbot.waitUntil(lambda: not dialogs.waiting)
    assert units(ctx) == 1 and "新增二级单位党组织 单位0" in dialogs.seen[-1] and "“名册”页" in dialogs.seen[-1]
    window.go_to("roster")
    undo(ctx)
    assert units(ctx) == 0
    window.go_to("visits")
    dialogs.expect("不了")
    redo(ctx, window)
    qtbot.waitUntil(lambda: not dialogs.waiting)
    assert units(ctx) == 0


def test_what_another_run_or_somebody_else_did_is_asked_about(
    window: MainWindow, ctx: Context, dialogs: Dialogs, qtbot: Any
) -> None:
    ctx.store.operator = "李老师"
    make(ctx, 1)
    ctx.store.operator = "王老师"
    with ctx.store.transact("命令行新增单位") as tx:
        add_units(tx, "单位命令")
    for said in ("不是这个窗口这次打开后做的", "由李老师在"):
        dialogs.expect("撤销")
        undo(ctx)
        qtbot.waitUntil(lambda: not dialogs.waiting)
        assert said in dialogs.seen[-1]
    assert units(ctx) == 0


def test_the_button_beside_a_named_step_asks_only_where_it_is_much(
    window: MainWindow, ctx: Context, dialogs: Dialogs, qtbot: Any
) -> None:
    make(ctx, 1)
    window.go_to("visits")
    window.status.action.click()
    assert units(ctx) == 0
    with ctx.store.transact("导入单位") as tx:
        add_units(tx, *(f"单位{at}" for at in range(30)))
    say_done(ctx, "已导入。", tx.outcome.step or 0, partial=True)
    dialogs.expect("不了")
    window.status.action.click()
    qtbot.waitUntil(lambda: not dialogs.waiting)
    assert units(ctx) == 30
