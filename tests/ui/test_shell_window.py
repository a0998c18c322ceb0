"""The frame: pages, commands, keys, undo and redo by name, search, year, names for the screen reader, room at 16 pt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QToolButton,
    QWidget,
)

from tests.conftest import type_text
from tests.ui.conftest import PAGES, UnitPage, add_unit, find_unit
from ui.context import Context
from ui.kit.perform import perform, redo, undo
from ui.shell.main_window import MainWindow

INPUTS = (QLineEdit, QComboBox, QAbstractSpinBox, QAbstractButton, QPlainTextEdit, QTextEdit)


def unnamed(window: QWidget) -> list[str]:
    """Visible inputs a screen reader could not name."""
    left = []
    for widget in window.findChildren(QWidget):
        inner = isinstance(widget.parentWidget(), INPUTS)  # parts of a combo or a clear button: named by their owner
        if isinstance(widget, INPUTS) and widget.isVisibleTo(window) and not inner:
            face = QAccessible.queryAccessibleInterface(widget)
            if not face.text(QAccessible.Text.Name).strip():
                left.append(f"{type(widget).__name__} {widget.objectName()}")
    return left


def cramped(window: QWidget) -> list[str]:
    """Visible labels and buttons with less room than their words need."""
    left = []
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QLabel | QPushButton | QComboBox) and widget.isVisibleTo(window):
            need, room = widget.minimumSizeHint(), widget.size()
            if need.width() > room.width() or need.height() > room.height():
                left.append(f"{type(widget).__name__} {widget.accessibleName()} needs {need} has {room}")
    return left


def page(window: MainWindow) -> UnitPage:
    """The page in view."""
    assert isinstance(window.page, UnitPage)
    return window.page


def menu_actions(menu: QMenu) -> dict[str, QAction]:
    """Actions by their words."""
    return {action.text(): action for action in menu.actions()}


def test_opens_on_the_first_page_and_builds_only_that(window: MainWindow) -> None:
    assert window.page_id == "home"
    assert list(window.pages) == ["home"]
    assert window.top.title.text() == "工作台"
    assert window.windowTitle() == "工作台 - 下沉纪实"
    assert page(window).reloads == [frozenset()]


def test_commands_stand_in_bar_and_menu_with_their_keys(window: MainWindow) -> None:
    assert list(window.top.buttons) == ["new", "import", "export", "print"]
    actions = menu_actions(window.menus._page)
    assert actions["新增单位"].shortcut().toString() == "Ctrl+N"
    assert actions["归档"].shortcut().toString() == "Del"
    assert not actions["打印"].isEnabled()
    assert not window.top.buttons["print"].isEnabled()
    assert window.top.buttons["print"].toolTip() == "先选中要打印的单位。"
    assert window.top.buttons["new"].toolTip() == "新增单位（Ctrl+N）"


@pytest.mark.parametrize(
    ("key", "modifier", "ran"),
    [
        (Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier, "new"),
        (Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier, "export"),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "archive"),
    ],
)
def test_keys_run_the_commands_of_the_page_in_view(
    window: MainWindow, qtbot: Any, key: Qt.Key, modifier: Qt.KeyboardModifier, ran: str
) -> None:
    window.go_to("units")
    page(window).table.setFocus()
    qtbot.keyClick(page(window).table, key, modifier)
    assert page(window).ran == [ran]
    assert window.pages["home"].ran == []


def test_delete_in_a_text_box_deletes_text_only(window: MainWindow, qtbot: Any) -> None:
    box = page(window).box
    box.setText("会计")
    box.setFocus()
    box.home(False)
    qtbot.keyClick(box, Qt.Key.Key_Delete)
    assert (box.text(), page(window).ran) == ("计", [])


def test_escape_goes_to_the_page(window: MainWindow, qtbot: Any) -> None:
    page(window).table.setFocus()
    qtbot.keyClick(page(window).table, Qt.Key.Key_Escape)
    assert page(window).escapes == 1


def test_a_disabled_command_does_not_run_by_key(window: MainWindow, qtbot: Any) -> None:
    page(window).table.setFocus()
    qtbot.keyClick(page(window).table, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert page(window).ran == []


def test_go_to_passes_record_and_filter(window: MainWindow, ctx: Context) -> None:
    ctx.go_to("units", "a" * 32)
    ctx.go_to("units", status="ACTIVE")
    assert window.page_id == "units"
    assert page(window).opened == ["a" * 32]
    assert page(window).filters == [{"status": "ACTIVE"}]
    assert window.sidebar.buttons["units"].isChecked()


def test_a_write_reloads_the_page_in_view_now_and_a_hidden_one_when_shown(window: MainWindow, ctx: Context) -> None:
    window.go_to("units")
    window.go_to("home")
    perform(ctx, "新增单位", add_unit, "会计学院")
    ctx.refresher.flush()
    assert window.pages["home"].reloads[1:] == [frozenset({"unit"})]
    assert len(window.pages["units"].reloads) == 1
    window.go_to("units")
    assert window.pages["units"].reloads[1:] == [frozenset({"unit"})]
    assert window.status.footer.text() == "1 个单位"


def test_a_write_elsewhere_does_not_reload(window: MainWindow, ctx: Context) -> None:
    ctx.refresher.announce(frozenset({"visit"}))
    ctx.refresher.flush()
    assert page(window).reloads == [frozenset()]


def test_another_year_reloads_and_is_kept(window: MainWindow, ctx: Context) -> None:
    window.status.year.setCurrentIndex(window.status.year.findData(2020))
    ctx.year = 2021
    ctx.refresher.flush()
    assert window.status.year.currentText() == "2021 年度"
    assert page(window).reloads[-1] == frozenset()
    assert len(page(window).reloads) == 2
    assert ctx.settings.get("year") == 2021


def test_undo_and_redo_name_their_step(window: MainWindow, ctx: Context) -> None:
    assert not window.menus.undo.isEnabled()
    perform(ctx, "新增单位", add_unit, "会计学院")
    ctx.refresher.flush()
    assert window.menus.undo.text() == "撤销：新增单位"
    undo(ctx)
    ctx.refresher.flush()
    assert window.menus.redo.text() == "重做：新增单位"
    assert not window.menus.undo.isEnabled()
    assert page(window).table.rowCount() == 0
    redo(ctx)
    ctx.refresher.flush()
    assert page(window).table.rowCount() == 1
    assert (window.menus.undo.text(), window.menus.redo.isEnabled()) == ("撤销：新增单位", False)


def test_ctrl_z_and_ctrl_y(window: MainWindow, ctx: Context, qtbot: Any) -> None:
    perform(ctx, "新增单位", add_unit, "会计学院")
    ctx.refresher.flush()
    table = page(window).table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    ctx.refresher.flush()
    assert ctx.store.value("SELECT count(*) FROM unit") == 0
    qtbot.keyClick(table, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert ctx.store.value("SELECT count(*) FROM unit") == 1


def test_the_status_bar_offers_undo(window: MainWindow, ctx: Context, qtbot: Any) -> None:
    perform(ctx, "新增单位", add_unit, "会计学院", done="已新增 会计学院。")
    status = window.status
    assert (status.message.text(), status.action.text()) == ("已新增 会计学院。", "撤销")
    qtbot.mouseClick(status.action, Qt.MouseButton.LeftButton)
    assert ctx.store.value("SELECT count(*) FROM unit") == 0
    assert status.message.text() == "已撤销：新增单位。"
    assert status.action.text() == "重做"
    status.clear()
    assert not status.action.isVisible()


def test_search_finds_and_opens(window: MainWindow, ctx: Context, qtbot: Any) -> None:
    with ctx.store.transact("准备") as tx:
        uid = add_unit(tx, "会计学院")
        add_unit(tx, "法学院")
    qtbot.keyClick(page(window).table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.search.hasFocus()
    type_text(window.search, "会计")
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert window.page_id == "units"
    assert page(window).opened == [uid]
    assert not window.search.hits.isVisible()


def test_the_button_that_clears_the_search_has_a_name(window: MainWindow) -> None:
    window.search.setText("会计")
    names = {
        QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name)
        for one in window.search.findChildren(QToolButton)
    }
    assert "清空搜索" in names


def test_search_says_when_nothing_is_found_and_escape_leaves(window: MainWindow, qtbot: Any) -> None:
    window.search.start()
    type_text(window.search, "没有的人")
    window.search.look()
    assert window.search.hits.item(0).text() == "没有找到“没有的人”。可输入工号、姓名或姓名首字母。"
    qtbot.keyClick(window.search, Qt.Key.Key_Escape)
    assert not window.search.hits.isVisible()
    assert window.search.text() == ""
    assert page(window).escapes == 0


def test_search_walks_with_the_arrows(window: MainWindow, ctx: Context, qtbot: Any) -> None:
    with ctx.store.transact("准备") as tx:
        add_unit(tx, "会计学院")
        second = add_unit(tx, "法学院")
    window.search.start()
    type_text(window.search, "学院")
    window.search.look()
    qtbot.keyClick(window.search, Qt.Key.Key_Down)
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert page(window).opened == [second]


def test_every_input_has_a_name(window: MainWindow) -> None:
    assert unnamed(window) == []


def test_the_sidebar_folds_and_remembers(window: MainWindow, ctx: Context, qtbot: Any) -> None:
    wide = window.sidebar.width()
    qtbot.mouseClick(window.sidebar._fold, Qt.MouseButton.LeftButton)
    assert window.sidebar.width() < wide / 2
    assert ctx.settings.get("sidebar_folded") is True
    assert unnamed(window) == []
    again = MainWindow(ctx, PAGES, (find_unit,))
    qtbot.addWidget(again)
    assert again.sidebar.width() == window.sidebar.width()


def test_sidebar_by_keyboard(window: MainWindow, qtbot: Any) -> None:
    first = window.sidebar.buttons["home"]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert window.sidebar.buttons["units"].hasFocus()
    qtbot.keyClick(window.sidebar.buttons["units"], Qt.Key.Key_Space)
    assert window.page_id == "units"


@pytest.mark.parametrize("points", [9, 10, 13, 16])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everything_has_room_at_any_size(window: MainWindow, ctx: Context, qtbot: Any, points: int, dark: bool) -> None:
    ctx.settings.put("points", points)
    ctx.settings.put("dark", dark)
    window.resize(1280, 768)
    perform(ctx, "新增单位", add_unit, "会计学院")
    ctx.tasks.run("统计全校服务情况", lambda store, progress: progress(1, 2))
    qtbot.waitUntil(lambda: not ctx.tasks.running)
    window.layout().activate()
    assert window.minimumSizeHint().width() <= 1280
    assert cramped(window) == []


def test_commands_without_room_go_into_more(window: MainWindow, ctx: Context) -> None:
    ctx.settings.put("points", 16)
    window.resize(1024, 700)
    window.layout().activate()
    hidden = [name for name, button in window.top.buttons.items() if not button.isVisible()]
    more = [action.text() for action in window.top._menu.actions()]
    assert hidden
    assert len(more) == len(hidden)
    assert window.top._more.isVisible()
    window.resize(2400, 700)
    window.layout().activate()
    assert all(button.isVisible() for button in window.top.buttons.values())
    assert not window.top._more.isVisible()


def test_font_keys(window: MainWindow, ctx: Context, qtbot: Any) -> None:
    table = page(window).table
    qtbot.keyClick(table, Qt.Key.Key_Equal, Qt.KeyboardModifier.ControlModifier)
    assert ctx.settings.get("points") == 11
    ctx.settings.put("points", 16)
    qtbot.keyClick(table, Qt.Key.Key_Equal, Qt.KeyboardModifier.ControlModifier)
    assert ctx.settings.get("points") == 16


def test_closing_keeps_the_size(window: MainWindow, ctx: Context, qtbot: Any) -> None:
    window.resize(777, 707)
    window.close()
    again = MainWindow(ctx, PAGES)
    qtbot.addWidget(again)
    assert (again.width(), again.height()) == (777, 707)


def test_the_manual_and_about(window: MainWindow, qtbot: Any, dialogs: Any) -> None:
    from ui.shell.help_window import show_about, show_help

    manual = show_help(window)
    assert manual.text.toPlainText().strip()
    assert show_help(window) is manual
    assert unnamed(manual) == []
    dialogs.expect("关闭")
    show_about(window)
    qtbot.waitUntil(lambda: bool(dialogs.seen))
    assert "LGPL" in dialogs.seen[0]


def test_the_guide_is_saved_from_the_help_menu(window: MainWindow, tmp_path: Path, dialogs: Any, qtbot: Any) -> None:
    out = tmp_path / "安装说明.pdf"
    said: list[str] = []
    window.ctx.messages.said.connect(lambda note: said.append(note.text))
    dialogs.expect(lambda dialog: (dialog.fileSelected.emit(str(out)), dialog.reject()))
    window.menus._save_guide()
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].startswith("已写出《安装说明》") and out.read_bytes().startswith(b"%PDF")
    out.unlink()
    out.mkdir()
    dialogs.expect(lambda dialog: (dialog.fileSelected.emit(str(out)), dialog.reject()))
    dialogs.expect("知道了")
    window.menus._save_guide()
    qtbot.waitUntil(lambda: not dialogs.waiting)
    assert "是一个文件夹" in dialogs.seen[-1]
