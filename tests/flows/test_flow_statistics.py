"""统计 by keyboard alone: a table is chosen, issued, and compared when the records behind it are no longer the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.overview.issued import issued_rows
from core.service_log.ops import void_visits
from tests.conftest import Dialogs
from tests.factory import visits
from tests.flows.hands import CTRL, ENTER, Hands, wait_dialog
from tests.ui.page_room import ledger_context, open_window
from ui.context import Context
from ui.pages.statistics import StatisticsPage

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    for made in ledger_context(people=12):
        visits(made.store, 60)
        yield made


def settle(page: StatisticsPage, qtbot: Any) -> None:
    page.ctx.refresher.flush()
    qtbot.waitUntil(lambda: not page.ctx.tasks.running)


def back(page: StatisticsPage, qtbot: Any) -> None:
    """A desktop gives the keyboard back to the window when its dialog closes; without one the test does."""
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    page.window().activateWindow()
    settle(page, qtbot)


def test_last_week_it_was_another_number(ctx: Context, dialogs: Dialogs, tmp_path: Path, qtbot: Any) -> None:
    window, hands = open_window(ctx, qtbot, "statistics"), Hands(qtbot)
    page: Any = window.page
    settle(page, qtbot)
    figures, book = page.figures, tmp_path / "按月份.xlsx"
    figures.by.setFocus()
    hands.press(Qt.Key.Key_End, Qt.Key.Key_Up)
    settle(page, qtbot)
    assert figures.read.table.by == "month"

    dialogs.expect(lambda _dialog: None)
    dialogs.expect(lambda chooser: (chooser.fileSelected.emit(str(book)), chooser.reject()))
    hands.press(Qt.Key.Key_N, held=CTRL)
    wait_dialog(qtbot, "报出统计表")
    hands.text("学校党委办公室")
    hands.press(ENTER, held=CTRL)
    back(page, qtbot)
    assert [row["issued_to"] for row in issued_rows(ctx.store)] == ["学校党委办公室"] and book.exists()

    with ctx.store.transact("作废服务记录") as tx:
        uid = tx.value("SELECT uid FROM visit WHERE state = 'CONFIRMED' ORDER BY uid LIMIT 1")
        void_visits(tx, [uid], "重复登记")
    ctx.refresher.announce(tx.outcome.tables)
    settle(page, qtbot)
    hands.press(Qt.Key.Key_3, held=ALT)
    settle(page, qtbot)
    told = page.issued.words.toPlainText()
    assert "合计 记录条数：上次报出 " in told and "少 1。" in told and "作废服务记录" in told

    hands.press(Qt.Key.Key_1, held=ALT)
    settle(page, qtbot)
    assert QApplication.focusWidget() is figures.table.right
    hands.press(Qt.Key.Key_End)  # the sum of all
    hands.press(ENTER)
    settle(page, qtbot)
    assert window.page is window.pages["visits"] and len(window.page.asked().uids) == figures.read.table.total.records
    assert hands.keys < 10
