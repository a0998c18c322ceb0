"""数据交换 by keyboard: a laptop is given its data, works outside, its packet comes in, what clashes is decided, all of it undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.exchange.queries import open_counts, peer_rows
from core.store import Store
from tests.conftest import Dialogs
from tests.flows.hands import CTRL, ENTER, TAB, Hands, wait_dialog
from tests.ui.copies_room import change, ledger_ctx, office_ledger, open_given, waiting_visit
from tests.ui.page_room import open_window
from ui.context import Context
from ui.pages.exchange import ExchangePage
from ui.pages.exchange_checkout import FOLDER as CHECKOUT_FOLDER
from ui.pages.exchange_copy import CopyPage
from ui.pages.exchange_given import GivenPart
from ui.pages.exchange_merge import MergeDialog

SPACE = Qt.Key.Key_Space
LONG = 20_000  # ms: a worker builds, reads or merges


@pytest.fixture
def office(dressed: QApplication, tmp_path: Path) -> Iterator[Context]:
    store = office_ledger(tmp_path / "办公室")
    made = ledger_ctx(store)
    yield made
    made.tasks.close()
    store.close()


@pytest.fixture
def copies(office: Context) -> Iterator[list[Store]]:
    """The copies that were opened: closed after their windows."""
    made: list[Store] = []
    yield made
    for store in made:
        store.close()


@pytest.fixture
def page(office: Context, copies: list[Store], qtbot: Any) -> ExchangePage:
    found = open_window(office, qtbot, "exchange").page
    assert isinstance(found, ExchangePage)
    found.ledger.table.focus()
    return found


@pytest.fixture
def hands(qtbot: Any) -> Hands:
    return Hands(qtbot)


def back(page: ExchangePage, qtbot: Any) -> None:
    """A desktop gives the keyboard back to the window when its dialog closes; without one the test does."""
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    page.window().activateWindow()
    page.ctx.refresher.flush()
    qtbot.waitUntil(lambda: not page.ctx.tasks.running)


def give_out(page: ExchangePage, hands: Hands, dialogs: Dialogs, qtbot: Any, folder: Path, to: Path) -> Store:
    """Ctrl+N: a name, Ctrl+Enter; the code is noted; the copy is opened where it was taken to."""
    folder.mkdir(exist_ok=True)
    page.ctx.settings.put(CHECKOUT_FOLDER, str(folder))  # used the last time
    page.window().activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    dialogs.expect(lambda _dialog: None)
    hands.press(Qt.Key.Key_N, held=CTRL)
    dialog = wait_dialog(qtbot, "带出")
    hands.text("笔记本1")
    hands.press(ENTER, ENTER)
    hands.text("王丽")
    hands.press(ENTER, held=CTRL)
    qtbot.waitUntil(lambda: dialog.given is not None, timeout=LONG)
    given = dialog.given
    part = dialog.findChild(GivenPart)
    qtbot.waitUntil(lambda: part.print.hasFocus())
    for _ in range(6):
        if part.noted.hasFocus():
            break
        hands.press(TAB)
    hands.press(SPACE, TAB)
    hands.press(SPACE)
    back(page, qtbot)
    return open_given(given, to)


def report(copy: Store, hands: Hands, dialogs: Dialogs, qtbot: Any, folder: Path) -> Path:
    """In the copy's own window: Ctrl+N writes the packet for the office."""
    ctx = ledger_ctx(copy)
    window = open_window(ctx, qtbot, "exchange")
    page = window.page
    assert isinstance(page, CopyPage)
    qtbot.waitUntil(lambda: page.waiting == 3, timeout=LONG)
    page.setFocus()
    qtbot.waitUntil(lambda: page.report_button.hasFocus())
    dialogs.expect(lambda chooser: (chooser.fileSelected.emit(str(folder)), chooser.reject()))
    hands.press(Qt.Key.Key_N, held=CTRL)
    qtbot.waitUntil(lambda: page.made is not None, timeout=LONG)
    assert page.made is not None
    window.hide()
    ctx.tasks.close()
    return Path(page.made.file)


def merge(page: ExchangePage, hands: Hands, dialogs: Dialogs, qtbot: Any, packet: Path) -> None:
    """Ctrl+I, the file, the preview, 合并, and on to what waits."""
    page.window().activateWindow()
    page.ledger.table.focus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.ledger.table.right)
    dialogs.expect(lambda _dialog: None)
    dialogs.expect(lambda chooser: (chooser.filesSelected.emit([str(packet)]), chooser.reject()))
    hands.press(Qt.Key.Key_I, held=CTRL)
    dialog = wait_dialog(qtbot, "合并")
    assert isinstance(dialog, MergeDialog) and dialog.files.hasFocus()
    hands.press(SPACE)
    qtbot.waitUntil(lambda: dialog.preview is not None, timeout=LONG)
    dialog.activateWindow()
    qtbot.waitUntil(lambda: dialog.go.hasFocus())
    assert "1 处两边说法不同" in dialog.said.text()
    hands.press(SPACE)
    qtbot.waitUntil(lambda: dialog.done_with is not None, timeout=LONG)
    qtbot.waitUntil(lambda: dialog.review.hasFocus())
    hands.press(SPACE)
    back(page, qtbot)
    qtbot.waitUntil(lambda: page.tab == "review" and page.review.list.holds_keyboard())


def test_out_and_back_and_decided(
    page: ExchangePage, copies: list[Store], hands: Hands, dialogs: Dialogs, qtbot: Any, tmp_path: Path
) -> None:
    store, stick = page.ctx.store, tmp_path / "U盘"
    copy = give_out(page, hands, dialogs, qtbot, stick, tmp_path / "笔记本")
    copies.append(copy)
    assert [row["name"] for row in peer_rows(store)] == ["笔记本1"]
    assert [event.words for event in page.ledger.panel.line.events] == ["带出"]

    visit = waiting_visit(store)
    change(store, "visit", visit["uid"], minutes=200)  # the office, meanwhile
    before = store.tuples("SELECT * FROM visit ORDER BY uid")
    change(copy, "visit", visit["uid"], minutes=150)
    person = copy.one("SELECT uid FROM cadre ORDER BY staff_no LIMIT 1 OFFSET 3")
    assert person is not None
    change(copy, "cadre", person["uid"], community="藏龙社区")
    with copy.transact("登记") as tx:
        tx.insert("visit", {**{key: value for key, value in visit.items() if key != "uid"}, "served_on": "2020-11-20"})
    packet = report(copy, hands, dialogs, qtbot, stick)

    merge(page, hands, dialogs, qtbot, packet)
    assert store.value("SELECT count(*) FROM visit WHERE served_on = '2020-11-20'") == 1
    assert page.window().status.pending.text() == "待定 1 处"  # type: ignore[attr-defined]
    hands.keys_of("3")
    hands.press(ENTER)
    assert store.value("SELECT minutes FROM visit WHERE uid = ?", (visit["uid"],)) == 150
    assert open_counts(store)["decide"] == 0
    assert "没有要定的事" in page.review.empty.words.text()

    hands.press(Qt.Key.Key_Z, held=CTRL)  # the decision
    page.ctx.refresher.flush()
    assert store.value("SELECT minutes FROM visit WHERE uid = ?", (visit["uid"],)) == 200
    assert len(page.review.list.cards) == 1
    hands.press(Qt.Key.Key_Z, held=CTRL)  # the merge, once its backup is made
    qtbot.waitUntil(lambda: not page.ctx.tasks.running, timeout=LONG)
    page.ctx.refresher.flush()
    assert store.tuples("SELECT * FROM visit ORDER BY uid") == before
    assert open_counts(store) == {"decide": 0, "parallel": 0}
