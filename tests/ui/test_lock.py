"""The window locked: nothing to read, nothing to reach, everything there again afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from core.base.rights import Right
from core.ledger import create_ledger, open_ledger
from core.operators import add_operator
from core.store import reveals
from tests import factory
from tests.conftest import Clock, Dialogs, type_text
from tests.ui.conftest import context_of
from tests.ui.page_room import cramped, open_window
from ui.context import Context
from ui.kit import theme
from ui.pages.roster import RosterPage
from ui.shell.main_window import MainWindow

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
MASTER, SECRET = "台账的总口令123", "王芳自己的口令123"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with people and one operator for entry; opened anew by each test."""
    folder = tmp_path_factory.mktemp("锁") / "台账"
    store, _code = create_ledger(folder, MASTER, org_name="湖北经济学院", year=2020, cost=CHEAP)
    factory.people(store, 12)
    with store.transact("新增经办人王芳") as tx:
        add_operator(tx, store, {"name": "王芳", "role": "ENTRY"}, SECRET)
    store.close()
    return folder


@pytest.fixture
def ctx(made: Path, dressed: QApplication) -> Iterator[Context]:
    store = open_ledger(made, SECRET, operator="王芳")
    found = context_of(store)
    found.year = factory.YEAR
    yield found
    found.tasks.close()
    store.close()


@pytest.fixture
def window(ctx: Context, qtbot: Any) -> MainWindow:
    shown = open_window(ctx, qtbot, "roster")
    qtbot.waitUntil(lambda: shown.page.model.complete, timeout=3000)
    return shown


def page_of(window: MainWindow) -> RosterPage:
    page = window.page
    assert isinstance(page, RosterPage)
    return page


def sign_in(window: MainWindow, secret: str, name: str | None = None) -> None:
    screen = window.lock.screen
    assert screen is not None
    if name is not None:
        screen.sign_in.name.setText(name)
    screen.sign_in.secret.setText(secret)
    screen.open.click()


def in_view() -> list[str]:
    """The words of everything on screen."""
    QApplication.processEvents()
    found = []
    for top in QApplication.topLevelWidgets():
        for kind in (QLabel, QLineEdit):
            found += [one.text() for one in top.findChildren(kind) if one.isVisible() and one.text()]
    return found


def test_locked_there_is_nothing_to_read_and_unlocked_everything_is_there(window: MainWindow) -> None:
    page = page_of(window)
    page.open_panel(page.model.uid_at(0))
    page.table.focus()
    name = page.panel.title.text()
    assert name in in_view()
    window.lock.lock()
    assert window.lock.locked and not window.lock.content.isVisible()
    assert name not in " ".join(in_view()) and window.windowTitle() == "已锁定 - 下沉纪实"
    sign_in(window, SECRET)
    assert not window.lock.locked and page.panel.title.text() == name and page.panel.isVisible()
    assert page.table.right.hasFocus() and "名册" in window.windowTitle()


def test_no_key_reaches_what_lies_behind(window: MainWindow, ctx: Context) -> None:
    page = page_of(window)
    ran: list[str] = []
    action = QAction("试", window, shortcut="Ctrl+N")
    for act in window.menus._page.actions():
        if act.shortcut().toString() == "Ctrl+N":
            act.triggered.connect(lambda: ran.append("new"))
    steps = len(ctx.store.steps())
    window.lock.lock()
    assert window.lock.screen is not None
    secret = window.lock.screen.sign_in.secret
    for key in (Qt.Key.Key_N, Qt.Key.Key_F, Qt.Key.Key_Z, Qt.Key.Key_Y, Qt.Key.Key_P, Qt.Key.Key_L):
        QTest.keyClick(secret, key, Qt.KeyboardModifier.ControlModifier)
    for key in (Qt.Key.Key_F4, Qt.Key.Key_F2, Qt.Key.Key_Delete, Qt.Key.Key_Escape):
        QTest.keyClick(secret, key)
    for _ in range(12):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        held = QApplication.focusWidget()
        assert held is not None and window.lock.screen.isAncestorOf(held)
    QApplication.processEvents()
    assert ran == [] and len(ctx.store.steps()) == steps and window.lock.locked
    assert reveals.recorded(ctx.store) == [] and not window.search.isVisible()
    action.deleteLater()
    sign_in(window, SECRET)
    QTest.keyClick(page.table.right, Qt.Key.Key_F4)
    QApplication.processEvents()
    assert not window.lock.locked


def test_a_dialog_is_put_away_with_its_draft_and_comes_back(window: MainWindow, dialogs: Dialogs) -> None:
    met: list[Any] = []
    dialogs.expect(met.append)
    page_of(window).add_person()
    QApplication.processEvents()
    dialog = met[0]
    type_text(dialog.form.editor("name"), "张三丰")
    menu = QMenu(window)
    menu.addAction("某人的资料")
    menu.popup(window.pos())
    window.lock.lock()
    QApplication.processEvents()
    assert not dialog.isVisible() and not menu.isVisible()
    dialogs.expect(lambda _same: None)  # it comes back by itself
    sign_in(window, SECRET)
    QApplication.processEvents()
    assert dialog.isVisible() and dialog.isModal() and dialog.form.editor("name").text() == "张三丰"
    dialog.reject()


def test_what_comes_up_meanwhile_is_put_away_too(window: MainWindow, ctx: Context, dialogs: Dialogs) -> None:
    window.lock.lock()
    dialogs.expect(lambda _box: None)
    box = ctx.messages.ask("导入完成：张三丰等 3 人。", "要看看吗？", "看看", lambda: None, window)
    late = QDialog(window)
    QVBoxLayout(late).addWidget(QLabel("王五的身份证号"))
    late.show()
    assert late.windowOpacity() == 0  # not even a flash
    QApplication.processEvents()
    assert not box.isVisible() and not late.isVisible()
    assert not [one for one in in_view() if "张三丰" in one or "王五" in one]
    dialogs.expect(lambda _box: None)
    sign_in(window, SECRET)
    QApplication.processEvents()
    assert box.isVisible() and late.isVisible() and late.windowOpacity() == 1
    box.close()
    late.close()


def test_a_wrong_passphrase_leaves_it_locked(window: MainWindow, made: Path) -> None:
    window.lock.lock()
    for wrong in ("不对", MASTER):  # his name stands there: the ledger's own passphrase is not his
        sign_in(window, wrong)
        assert window.lock.locked and window.lock.screen is not None
        assert "姓名或口令不对" in window.lock.screen.sign_in.said.text()
    window.close()
    assert window.isVisible() and "请先输入口令打开" in window.lock.screen.sign_in.said.text()
    sign_in(window, SECRET)
    assert not window.lock.locked


def test_somebody_else_takes_over_and_may_do_more(window: MainWindow, ctx: Context) -> None:
    window.go_to("visits")
    confirm = next(one for one in window.page.commands() if one.id == "batch")
    assert "只有审核人员" in confirm.disabled and ctx.why_not(Right.SETTINGS)
    assert window.status.operator.text() == "经办：王芳（录入）"
    window.menus.switch.trigger()
    assert window.lock.screen is not None and window.lock.screen.sign_in.name.text() == ""
    sign_in(window, MASTER)
    assert window.status.operator.text() == "经办：管理员" and not ctx.why_not(Right.SETTINGS)
    assert next(one for one in window.page.commands() if one.id == "batch").disabled == ""
    with ctx.store.transact("一步") as tx:
        tx.insert("unit", {"name": "甲"})
    assert ctx.store.steps(1)[0].operator == "管理员"
    ctx.store.undo()


def test_work_in_the_background_is_done_in_the_name_of_who_asked(window: MainWindow, ctx: Context, qtbot: Any) -> None:
    told: list[tuple[str, str]] = []

    def ask() -> None:
        ctx.tasks.run("看看", lambda store, _tell: (store.operator, store.role), told.append)

    ask()
    qtbot.waitUntil(lambda: len(told) == 1, timeout=5000)
    window.lock.lock(switch=True)
    sign_in(window, MASTER)
    ask()
    qtbot.waitUntil(lambda: len(told) == 2, timeout=5000)
    assert told == [("王芳", "ENTRY"), ("管理员", "ADMIN")]


def test_it_locks_by_itself_after_idle_minutes(window: MainWindow, ctx: Context, clock: Clock) -> None:
    lock = window.lock
    lock.seen()
    clock.at += 14 * 60
    lock.look()
    assert not lock.locked
    QTest.mouseMove(window.windowHandle())
    clock.at += 14 * 60
    lock.look()
    assert not lock.locked  # a mouse that moves is work
    clock.at += 60
    lock.look()
    assert lock.locked
    sign_in(window, SECRET)
    ctx.settings.put("lock_minutes", 0)
    clock.at += 1e6
    lock.look()
    assert not lock.locked
    ctx.settings.put("lock_minutes", 15)


def test_leaving_from_the_lock_is_asked_once(window: MainWindow, qtbot: Any) -> None:
    window.lock.lock()
    screen = window.lock.screen
    assert screen is not None
    screen.quit.click()
    assert screen.quit.text() == "确定退出" and window.isVisible()
    screen.quit.click()
    assert not window.isVisible()


def test_revealed_numbers_are_hidden_by_the_lock(window: MainWindow, ctx: Context) -> None:
    page = page_of(window)
    page.open_panel(page.model.uid_at(0))
    assert ctx.revealed.ask("cadre", page.model.uid_at(0), ["phone"])
    window.lock.lock()
    sign_in(window, SECRET)
    assert not ctx.revealed.holds("cadre", page.model.uid_at(0))


def test_a_ledger_in_memory_is_not_locked(dressed: QApplication, qtbot: Any) -> None:
    from core.ledger import memory_ledger

    store = memory_ledger()
    context = context_of(store)
    shown = open_window(context, qtbot, "roster")
    said: list[str] = []
    context.messages.said.connect(lambda note: said.append(note.text))
    shown.menus.lock.trigger()
    assert not shown.lock.locked and said == ["示例台账没有口令，不能锁定。"]
    shown.close()
    context.tasks.close()
    store.close()


@pytest.mark.parametrize("points", [10, 16])
def test_the_lock_has_room(window: MainWindow, dressed: QApplication, points: int) -> None:
    theme.apply(dressed, dark=True, points=points)
    window.lock.lock()
    screen: QWidget | None = window.lock.screen
    assert screen is not None
    QApplication.processEvents()
    assert cramped(screen) == []
    sign_in(window, SECRET)
