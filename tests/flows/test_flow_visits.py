"""服务纪实 by keyboard alone: every key goes to the widget that holds the keyboard, as at a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QTableWidget

from core.ledger import memory_ledger
from core.service_log.sheets import make_sheet, sheet_rows
from core.store import Store
from tests import factory
from tests.flows.hands import CTRL, ENTER, SHIFT, TAB, Hands, wait_dialog
from tests.ui.conftest import context_of
from ui.context import Context
from ui.pages.registry import PAGES, PROVIDERS
from ui.pages.visits import VisitsPage
from ui.shell.main_window import MainWindow

MOST_KEYS = 25  # a record, beyond its text


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    store = memory_ledger()
    factory.people(store, 24)
    made = context_of(store)
    made.year = 2020
    yield made
    made.tasks.close()
    store.close()


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> VisitsPage:
    window = MainWindow(ctx, [spec for spec in PAGES if spec.id == "visits"], PROVIDERS)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitExposed(window):
        pass
    found = window.page
    assert isinstance(found, VisitsPage)
    return found


@pytest.fixture
def hands(page: VisitsPage, qtbot: Any) -> Hands:
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.entry.view.who)
    return Hands(qtbot)


def rows(store: Store) -> list[dict[str, Any]]:
    sql = "SELECT cadre.staff_no, visit.* FROM visit JOIN cadre ON cadre.uid = visit.cadre_uid ORDER BY visit.rowid"
    return store.rows(sql)


def states(store: Store) -> list[str]:
    return [row[0] for row in store.tuples("SELECT state FROM visit ORDER BY served_on, rowid")]


def undo_by_key(hands: Hands) -> None:
    """The entry line is a text, where Ctrl+Z is the text's own."""
    hands.press(Qt.Key.Key_Z, held=CTRL | Qt.KeyboardModifier.AltModifier)


def first_record(hands: Hands, day: str, staff_no: str, span: str) -> None:
    """The first record of a sitting fills every field once."""
    hands.press(ENTER, held=SHIFT)  # from the person back to the day
    hands.keys_of(day)
    hands.press(ENTER)
    hands.keys_of(staff_no)
    hands.press(ENTER)
    hands.keys_of(span)
    hands.press(ENTER)
    hands.text("经院社区")
    hands.press(ENTER)
    hands.text("小区北门")
    hands.press(ENTER)
    hands.text("宣传政策")
    hands.press(ENTER)
    hands.text("发放垃圾分类宣传单")
    hands.press(ENTER, held=CTRL)


def test_twenty_records_in_a_row_take_few_keys(page: VisitsPage, hands: Hands) -> None:
    first_record(hands, "1118", "0001", "14-16")
    counts = [hands.keys]
    for number in range(2, 21):
        before = hands.keys
        hands.press(ENTER, held=SHIFT)
        hands.keys_of(f"11{18 + number % 6}")
        hands.press(ENTER)
        hands.keys_of(f"{number:04d}")
        hands.press(ENTER)
        hands.keys_of("1430-1700" if number % 2 else "8-11")
        hands.press(ENTER, ENTER, ENTER, ENTER)  # community, place and category stay as they are
        hands.text(f"第{number}次入户走访")
        hands.press(ENTER, held=CTRL)
        assert QApplication.focusWidget() is page.entry.view.who
        counts.append(hands.keys - before)
    assert max(counts) <= MOST_KEYS, counts
    written = rows(page.ctx.store)
    assert [row["staff_no"] for row in written] == [f"{number:04d}" for number in range(1, 21)]
    assert {row["community"] for row in written} == {"经院社区"}
    assert {row["category"] for row in written} == {"宣传政策"}
    assert {row["state"] for row in written} == {"WAITING"}
    assert written[1]["served_on"] == "2020-11-20"
    assert [(row["start_at"], row["end_at"], row["minutes"]) for row in written[1:3]] == [
        ("08:00", "11:00", 180),
        ("14:30", "17:00", 150),
    ]
    assert written[19]["content"] == "第20次入户走访"


def test_a_record_is_taken_back_by_key(page: VisitsPage, hands: Hands) -> None:
    first_record(hands, "1118", "0001", "14-16")
    assert len(rows(page.ctx.store)) == 1
    undo_by_key(hands)
    assert rows(page.ctx.store) == []


def test_a_doubt_is_said_on_the_line_and_the_same_key_says_yes(page: VisitsPage, hands: Hands) -> None:
    first_record(hands, "1118", "0001", "14-16")
    hands.keys_of("0001")
    hands.press(ENTER)
    hands.keys_of("15-17")
    hands.press(ENTER, held=CTRL)
    assert "重叠 1 小时" in page.entry.view.strip.text()
    assert len(rows(page.ctx.store)) == 1
    hands.press(ENTER, held=CTRL)
    assert len(rows(page.ctx.store)) == 2
    hands.keys_of("0002")
    hands.press(ENTER)
    hands.keys_of("22-1")
    hands.press(ENTER, held=CTRL)
    assert "次日结束" in page.entry.view.strip.text()
    hands.press(ENTER, held=CTRL)
    assert [rows(page.ctx.store)[2][key] for key in ("start_at", "end_at", "minutes")] == ["22:00", "01:00", 180]


def test_a_late_entry_asks_for_its_reason_once_for_the_batch(page: VisitsPage, hands: Hands) -> None:
    first_record(hands, "0812", "0001", "14-16")
    assert rows(page.ctx.store) == []
    assert QApplication.focusWidget() is page.entry.view.late
    hands.text("暑期在外，回校后补交")
    hands.press(ENTER)
    hands.keys_of("0002")
    hands.press(ENTER)
    hands.press(ENTER, held=CTRL)
    assert [row["late_reason"] for row in rows(page.ctx.store)] == ["暑期在外，回校后补交"] * 2
    assert {row["served_on"] for row in rows(page.ctx.store)} == {"2020-08-12"}


def test_one_entry_for_eight_people(page: VisitsPage, hands: Hands, dialogs: Any, qtbot: Any) -> None:
    first_record(hands, "1118", "0024", "14-16")
    dialogs.expect(lambda dialog: None)
    hands.press(Qt.Key.Key_G, held=CTRL)
    dialog = wait_dialog(qtbot, "多人登记")
    # as pasted from Excel: 工号, 工号 with name, one name that two people have, one nobody has
    names = [
        row[0] for row in page.ctx.store.tuples("SELECT name FROM cadre WHERE staff_no IN ('0004', '0005') ORDER BY 1")
    ]
    QApplication.clipboard().setText("\n".join(["0002", "0003", *names, "0006", "0007", "0008", "张伟", "查无此人"]))
    hands.press(Qt.Key.Key_V, held=CTRL)
    hands.press(ENTER, held=CTRL)
    assert "还没有对上人" in dialog.warning.text()
    assert "查无此人" in dialog.warning.text()
    hands.press(TAB)
    chooser = QApplication.focusWidget()
    while not isinstance(chooser, QComboBox) or chooser.accessibleName() != "张伟是哪一位":
        hands.press(TAB)
        chooser = QApplication.focusWidget()
    hands.press(Qt.Key.Key_Down)
    assert "查到 8 人" in dialog.box.summary.text()
    hands.press(ENTER, held=CTRL)
    hands.press(ENTER, held=CTRL)
    back(page, qtbot)
    assert QApplication.focusWidget() is page.entry.view.editors["span"]
    assert page.entry.view.group.text().startswith("8 人：")
    hands.keys_of("9-11")
    hands.press(ENTER, held=CTRL)
    made = rows(page.ctx.store)[1:]
    assert len(made) == 8
    assert len({row["cadre_uid"] for row in made}) == 8
    assert {(row["start_at"], row["content"], row["source"]) for row in made} == {
        ("09:00", "发放垃圾分类宣传单", "GROUP")
    }
    assert len({row["group_uid"] for row in made}) == 1
    undo_by_key(hands)
    assert len(rows(page.ctx.store)) == 1


def back(page: VisitsPage, qtbot: Any) -> None:
    """A desktop gives the keyboard back to the window when its dialog closes; without one the test does."""
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    page.window().activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is page.window() and QApplication.focusWidget() is not None)


@pytest.fixture
def sheet_no(page: VisitsPage, hands: Hands) -> str:
    """Twelve waiting records printed on 2020-001."""
    first_record(hands, "1120", "0001", "14-16")
    for number in range(2, 13):
        hands.keys_of(f"{number:04d}")
        hands.press(ENTER)
        hands.press(ENTER, held=CTRL)
    with page.ctx.store.transact("生成待确认清单") as tx:
        make_sheet(tx, "经院社区", 2020)
    page.ctx.refresher.announce(frozenset({"confirm_sheet"}))
    return "2020-001"


def confirm_by_range(page: VisitsPage, hands: Hands, dialogs: Any, qtbot: Any, numbers: str) -> Any:
    dialogs.expect(lambda dialog: None)
    hands.press(Qt.Key.Key_B, held=CTRL)
    dialog = wait_dialog(qtbot, "批量确认")
    qtbot.waitUntil(lambda: QApplication.focusWidget() is dialog.form.editor("numbers"))
    hands.keys_of(numbers)
    hands.press(ENTER, ENTER)  # the method stays 社区党组织
    hands.text("陈书记")
    hands.press(ENTER, held=CTRL)
    return dialog


def test_confirm_by_range_and_take_a_wrong_range_back(
    page: VisitsPage, hands: Hands, sheet_no: str, dialogs: Any, qtbot: Any
) -> None:
    store = page.ctx.store
    dialog = confirm_by_range(page, hands, dialogs, qtbot, "1-9,12")
    assert [line.ticked for line in sheet_rows(store, sheet_no)] == [True] * 9 + [False, False, True]
    row = store.one("SELECT * FROM visit WHERE state = 'CONFIRMED' AND sheet_row = 12")
    assert row is not None
    assert (row["confirm_method"], row["confirmed_by"], row["confirmed_on"]) == ("社区党组织", "陈书记", "2020-11-24")
    assert "已确认 10 条" in dialog.result.text()
    # the range was wrong: 7-9 were not signed
    hands.keys_of("7-9")
    focus_button(hands, "取消这些号的确认")
    hands.press(Qt.Key.Key_Space)
    assert [line.ticked for line in sheet_rows(store, sheet_no)] == [True] * 6 + [False] * 5 + [True]
    hands.press(Qt.Key.Key_Escape)
    back(page, qtbot)
    page.table.focus()
    undo_by_key(hands)
    undo_by_key(hands)
    assert not any(line.ticked for line in sheet_rows(store, sheet_no))


def test_what_cannot_be_ticked_in_is_shown_with_the_reason(
    page: VisitsPage, hands: Hands, sheet_no: str, dialogs: Any, qtbot: Any
) -> None:
    from core.service_log.ops import void_visits

    store = page.ctx.store
    with store.transact("作废") as tx:
        void_visits(tx, [sheet_rows(store, sheet_no)[4].visit["uid"]], "重复")  # type: ignore[index]
    dialog = confirm_by_range(page, hands, dialogs, qtbot, "4-6")
    assert "已确认 2 条" in dialog.result.text()
    assert "第5号" in dialog.result.text()
    assert "现在是作废" in dialog.result.text()
    table: QTableWidget = dialog.table
    assert "现在是作废" in table.item(4, 4).text()
    hands.keys_of("40")
    dialog.reload()
    assert "只有 1-12 号" in dialog.summary.text()
    hands.press(Qt.Key.Key_Escape)


def focus_button(hands: Hands, text: str) -> None:
    """Tab until the button holds the keyboard."""
    for _ in range(30):
        held: Any = QApplication.focusWidget()
        if hasattr(held, "text") and held.text() == text:
            return
        hands.press(TAB)
    raise AssertionError(f"Tab never reached {text}")


def test_a_changed_confirmed_record_waits_again_with_a_reason(
    page: VisitsPage, hands: Hands, sheet_no: str, dialogs: Any, qtbot: Any
) -> None:
    store = page.ctx.store
    confirm_by_range(page, hands, dialogs, qtbot, "1-12")
    hands.press(Qt.Key.Key_Escape)
    back(page, qtbot)
    settled(page, qtbot, lambda: page.model.rowCount() == 12)
    focus_list(page, hands)
    hands.press(Qt.Key.Key_Home, Qt.Key.Key_F2)
    uid = page.panel.uid
    form = page.panel.facts.form
    assert form is not None
    qtbot.waitUntil(lambda: QApplication.focusWidget() is form.editor("served_on"))
    hands.press(ENTER, ENTER)
    assert QApplication.focusWidget() is form.editor("end_at")
    hands.keys_of("1700")
    hands.press(ENTER, held=CTRL)
    assert states(store) == ["CONFIRMED"] * 12
    assert "请填写改动原因" in form.error("reason")
    hands.text("结束时间记错")
    hands.press(ENTER, held=CTRL)
    row = store.one("SELECT * FROM visit WHERE uid = ?", (uid,))
    assert row is not None
    assert (row["state"], row["end_at"], row["minutes"], row["state_reason"]) == (
        "WAITING",
        "17:00",
        180,
        "结束时间记错",
    )
    assert row["confirmed_by"] == ""
    undo_by_key(hands)
    assert states(store) == ["CONFIRMED"] * 12
    row = store.one("SELECT * FROM visit WHERE uid = ?", (uid,))
    assert row is not None
    assert (row["end_at"], row["confirmed_by"]) == ("16:00", "陈书记")


def focus_list(page: VisitsPage, hands: Hands) -> None:
    """Tab from where the keyboard is to the list."""
    for _ in range(60):
        if QApplication.focusWidget() is page.table.right:
            return
        hands.press(TAB)
    raise AssertionError("Tab never reached the list")


def settled(page: VisitsPage, qtbot: Any, ready: Callable[[], bool]) -> None:
    page.ctx.refresher.flush()
    qtbot.waitUntil(lambda: not page.ctx.tasks.running and ready())


def test_return_and_void_need_a_reason_and_are_taken_back(
    page: VisitsPage, hands: Hands, sheet_no: str, dialogs: Any, qtbot: Any
) -> None:
    store = page.ctx.store
    settled(page, qtbot, lambda: page.model.rowCount() == 12)
    focus_list(page, hands)
    for key, held, title, state in (
        (Qt.Key.Key_R, CTRL, "退回", "RETURNED"),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "作废", "VOID"),
    ):
        hands.press(Qt.Key.Key_Home)
        hands.press(Qt.Key.Key_Down, Qt.Key.Key_Down, held=SHIFT)
        dialogs.expect(lambda dialog: None)
        hands.press(key, held=held)
        wait_dialog(qtbot, title)
        hands.press(ENTER, held=CTRL)
        assert state not in states(store)
        hands.text("内容写错")
        hands.press(ENTER, held=CTRL)
        assert states(store).count(state) == 3
        back(page, qtbot)
        undo_by_key(hands)
        assert states(store) == ["WAITING"] * 12
        settled(page, qtbot, lambda: page.model.rowCount() == 12)


def test_confirm_the_selected_with_method_signer_and_date(
    page: VisitsPage, hands: Hands, sheet_no: str, dialogs: Any, qtbot: Any
) -> None:
    settled(page, qtbot, lambda: page.model.rowCount() == 12)
    focus_list(page, hands)
    hands.press(Qt.Key.Key_A, held=CTRL)
    dialogs.expect(lambda dialog: None)
    hands.press(Qt.Key.Key_K, held=CTRL)
    wait_dialog(qtbot, "确认")
    hands.press(ENTER)
    hands.text("陈书记")
    hands.press(ENTER, held=CTRL)
    assert states(page.ctx.store) == ["CONFIRMED"] * 12
    settled(page, qtbot, lambda: "已确认 12 次 24 小时" in page.footer())
    back(page, qtbot)
    undo_by_key(hands)
    assert states(page.ctx.store) == ["WAITING"] * 12
