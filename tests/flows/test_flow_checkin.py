"""报到 by keyboard alone: a whole branch at once, one taken back, the counts add up, all of it undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.checkin.status import checkin_status
from core.store import Store
from tests.conftest import Dialogs
from tests.flows.hands import CTRL, ENTER, SHIFT, Hands, wait_dialog
from tests.ui.page_room import ledger_context, open_window
from ui.context import Context
from ui.pages.checkin import CheckinPage

ALT = Qt.KeyboardModifier.AltModifier
BRANCH = "会计学院党委 教工第一党支部"


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    yield from ledger_context(people=48)


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> CheckinPage:
    found = open_window(ctx, qtbot, "checkin").page
    assert isinstance(found, CheckinPage)
    settle(found, qtbot)
    found.people.table.focus()
    return found


@pytest.fixture
def hands(page: CheckinPage, qtbot: Any) -> Hands:
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.people.table.right)
    return Hands(qtbot)


def awaited(dialogs: Dialogs, count: int = 1) -> None:
    """The next modal dialogs are worked by keys."""
    for _ in range(count):
        dialogs.expect(lambda _dialog: None)


def settle(page: CheckinPage, qtbot: Any) -> None:
    page.ctx.refresher.flush()
    qtbot.waitUntil(lambda: not page.ctx.tasks.running)


def back(page: CheckinPage, qtbot: Any) -> None:
    """A desktop gives the keyboard back to the window when its dialog closes; without one the test does."""
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    page.window().activateWindow()
    settle(page, qtbot)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.people.table.right)


def members(store: Store) -> list[dict[str, Any]]:
    """在职 people of the branch."""
    unit, branch = BRANCH.split()
    sql = (
        "SELECT cadre.* FROM cadre JOIN unit ON unit.uid = cadre.unit_uid JOIN branch ON branch.uid = cadre.branch_uid "
        "WHERE unit.name = ? AND branch.name = ? AND status = 'ACTIVE' ORDER BY staff_no"
    )
    return store.rows(sql, (unit, branch))


def open_count(store: Store) -> int:
    return int(store.value("SELECT count(*) FROM checkin WHERE ended_on = ''"))


def check_in_branch(page: CheckinPage, hands: Hands, dialogs: Dialogs, qtbot: Any) -> None:
    awaited(dialogs)
    hands.press(Qt.Key.Key_N, held=CTRL | SHIFT)
    dialog = wait_dialog(qtbot, "批量报到")
    hands.text(BRANCH)
    hands.press(ENTER)
    qtbot.waitUntil(lambda: len(dialog.box.uids()) > 3)
    hands.press(ENTER, held=CTRL)
    assert open_count(page.ctx.store) == 0, "somebody of the branch has no home community: it is said first"
    assert "没有他居住的社区" in dialog.warning.text()
    hands.press(ENTER, held=CTRL)
    back(page, qtbot)


def test_a_whole_branch_checks_in_and_one_is_taken_back(
    page: CheckinPage, hands: Hands, dialogs: Dialogs, qtbot: Any
) -> None:
    store = page.ctx.store
    people = members(store)
    able = [one for one in people if one["community"]]
    assert len(able) > 3
    check_in_branch(page, hands, dialogs, qtbot)
    assert open_count(store) == len(able)
    homes = {row[0]: row[1] for row in store.tuples(
        "SELECT cadre_uid, name FROM checkin JOIN community ON community.uid = community_uid"
    )}  # fmt: skip
    assert homes == {one["uid"]: one["community"] for one in able}, "each to the community of his own home"

    hands.press(Qt.Key.Key_3, held=ALT)
    settle(page, qtbot)
    total = page.status.status.total  # type: ignore[union-attr]
    assert (total.checked, total.due) == (len(able), total.checked + total.absent)
    assert (
        page.footer() == f"应报到 {total.due} = 已报到 {total.checked} + 未报到 {total.absent} · 不纳入 {total.exempt}"
    )

    hands.press(Qt.Key.Key_1, held=ALT)
    settle(page, qtbot)
    page.people.table.select(able[0]["uid"])
    hands.press(Qt.Key.Key_Delete, held=SHIFT)
    settle(page, qtbot)
    assert open_count(store) == len(able) - 1
    assert checkin_status(store).total.checked == len(able) - 1

    hands.press(Qt.Key.Key_Z, held=CTRL)
    hands.press(Qt.Key.Key_Z, held=CTRL)
    settle(page, qtbot)
    assert open_count(store) == 0
    assert checkin_status(store).total.absent == total.due


def test_one_person_checks_in_moves_away_and_is_ended(
    page: CheckinPage, hands: Hands, dialogs: Dialogs, qtbot: Any
) -> None:
    store = page.ctx.store
    awaited(dialogs, 3)
    page.people.table.select(members(store)[1]["uid"])
    hands.press(Qt.Key.Key_N, held=CTRL)
    wait_dialog(qtbot, "登记报到")
    hands.press(ENTER, ENTER)  # person and track stand there
    hands.keys_of("8-5")
    hands.press(ENTER, held=CTRL)
    back(page, qtbot)
    assert store.tuples("SELECT track, checked_on FROM checkin") == [("HOME", "2020-08-05")]

    hands.press(Qt.Key.Key_R, held=CTRL)
    wait_dialog(qtbot, "收到回执")
    hands.keys_of("8-6")
    hands.press(ENTER)
    back(page, qtbot)
    assert store.value("SELECT receipt_on FROM checkin") == "2020-08-06"

    hands.press(Qt.Key.Key_Delete)
    wait_dialog(qtbot, "注销报到")
    hands.text("调离")
    hands.press(ENTER)
    hands.keys_of("10-1")
    hands.press(ENTER)  # comes to the button and goes no further: 注销 is meant
    hands.press(ENTER, held=CTRL)
    back(page, qtbot)
    assert store.tuples("SELECT end_reason, ended_on FROM checkin") == [("调离", "2020-10-01")]
    assert "个人报到 0" in page.footer()
