"""外勤登记: shown only in copies, three entries one after the other, drafts that survive a crash, 撤销 of the last ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from core.ledger import memory_ledger
from core.service_log.sheets import make_sheet
from core.store import Store
from tests.conftest import type_text
from tests.factory import YEAR, people, visits
from tests.ui.conftest import context_of
from tests.ui.page_room import cramped, open_window
from ui.context import Context
from ui.kit import theme
from ui.pages.field import FieldPage
from ui.pages.field_entries import CheckinEntry, ConfirmEntry, VisitEntry
from ui.pages.visits_typing import Span
from ui.shell.copy_note import part_words
from ui.shell.main_window import MainWindow

OFFICE = {
    "uid": "office",
    "number": 3,
    "name": "湖北经济学院",
    "kind": "OFFICE",
    "holder": "笔记本1",
    "out_on": "2020-08-01",
}


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The ledger of a copy, on a day in August."""
    monkeypatch.setenv("XCJS_TODAY", "2020-08-12")
    store = memory_ledger()
    store.operator = "王干事"
    people(store, 8)
    visits(store, 32)
    with store.transact("成为带出的数据") as tx:
        tx.insert("peer", {**OFFICE, "key": "00"})
    yield store
    store.close()


@pytest.fixture
def ctx(dressed: QApplication, ledger: Store) -> Iterator[Context]:
    made = context_of(ledger)
    made.year = YEAR
    yield made
    made.tasks.close()


@pytest.fixture
def window(ctx: Context, qtbot: Any) -> MainWindow:
    return open_window(ctx, qtbot, "field")


@pytest.fixture
def page(window: MainWindow) -> FieldPage:
    found = window.page
    assert isinstance(found, FieldPage)
    return found


def take(picker: Any, text: str, qtbot: Any) -> None:
    picker.setFocus()
    type_text(picker, text)
    qtbot.keyClick(picker, Qt.Key.Key_Return)
    assert picker.row is not None


def visit_entry(page: FieldPage) -> VisitEntry:
    found = page.entries[0]
    assert isinstance(found, VisitEntry)
    return found


def fill(page: FieldPage, qtbot: Any) -> VisitEntry:
    entry = visit_entry(page)
    take(entry.who, "0004", qtbot)
    entry.form.put("span", None)
    type_text(entry.span, "14-16")
    entry.form.put("category", "联系服务群众")
    entry.form.put("content", "入户走访独居老人。")
    return entry


def labels(page: FieldPage) -> list[str]:
    page.ctx.refresher.flush()
    QApplication.processEvents()
    return [one.text() for one in page.last.findChildren(QLabel) if one.isVisibleTo(page)]


def test_only_a_copy_shows_the_page_and_says_what_it_is(window: MainWindow, qtbot: Any) -> None:
    assert window.top.note.text() == "笔记本1 · 全部数据 · 上报到 湖北经济学院党委组织部"
    store = memory_ledger()
    office = context_of(store)
    plain = open_window(office, qtbot, "overview")
    assert "field" not in plain.specs and plain.top.note.isHidden()
    plain.close()
    office.tasks.close()
    store.close()


def test_the_part_is_told_in_short(ledger: Store) -> None:
    with ledger.transact("网格") as tx:
        home = tx.value("SELECT uid FROM community WHERE linked = 1")
        grids = [
            tx.insert("grid", {"community_uid": home, "name": f"第{at}网格", "position": at}) for at in range(1, 7)
        ]
        unit = tx.value("SELECT uid FROM unit WHERE name = '机关党委'")
    listed = lambda uids: "[" + ", ".join(f'"{one}"' for one in uids) + "]"  # noqa: E731
    assert part_words(ledger, "[]", listed([grids[2], grids[4]])) == "第3、5网格"
    assert part_words(ledger, listed([unit]), listed(grids)) == "机关党委、第1、2、3、4网格等6个网格"


def test_records_one_after_the_other_by_keyboard(page: FieldPage, qtbot: Any) -> None:
    entry = fill(page, qtbot)
    qtbot.keyClick(entry.form.editor("content"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    store = page.ctx.store
    row = store.one("SELECT * FROM visit ORDER BY uid DESC LIMIT 1") or {}
    assert (row["served_on"], row["start_at"], row["end_at"], row["state"]) == (
        "2020-08-12",
        "14:00",
        "16:00",
        "WAITING",
    )
    assert "已登记" in entry.said.text() and "待确认" in entry.said.text()
    assert entry.who.row is None and entry.form.editor("content").value() == ""
    assert entry.form.editor("category").value() == "联系服务群众"  # stays for the next
    assert store.local.get("draft.field.VisitEntry") is None


def test_what_is_wrong_stands_beside_its_field(page: FieldPage, qtbot: Any) -> None:
    entry = fill(page, qtbot)
    entry.form.put("served_on", "2020-08-20")
    assert entry.form.submit()
    assert "将来" in entry.form.error("served_on")
    entry.form.put("served_on", "2020-07-01")
    entry.form.submit()
    assert "补录" in entry.form.error("late_reason")  # shown only where it is needed
    entry.form.put("late_reason", "当时没有网络")
    entry.form.submit()
    assert page.ctx.store.value("SELECT late_reason FROM visit ORDER BY uid DESC LIMIT 1") == "当时没有网络"


def test_an_overlap_is_asked_about(page: FieldPage, qtbot: Any, dialogs: Any) -> None:
    entry = fill(page, qtbot)
    entry.form.submit()
    before = page.ctx.store.value("SELECT count(*) FROM visit")
    entry = fill(page, qtbot)
    dialogs.expect("照样登记")
    entry.form.submit()
    qtbot.waitUntil(lambda: page.ctx.store.value("SELECT count(*) FROM visit") == before + 1)
    assert "重叠" in dialogs.seen[0]


def test_a_draft_survives_a_crash(page: FieldPage, ctx: Context, qtbot: Any) -> None:
    entry = fill(page, qtbot)
    entry.keep()
    again = FieldPage(ctx)  # the program was killed: nothing else was said or saved
    qtbot.addWidget(again)
    entry = visit_entry(again)
    assert entry.form.drafts.offered is not None
    entry.form._bar.take.click()
    assert entry.who.row is not None and entry.who.row["staff_no"] == "0004"
    assert entry.span.value() == Span("14:00", "16:00") and entry.form.editor("content").value() == "入户走访独居老人。"
    assert entry.form.submit()
    assert ctx.store.value("SELECT content FROM visit ORDER BY uid DESC LIMIT 1") == "入户走访独居老人。"


def confirm_entry(page: FieldPage) -> ConfirmEntry:
    page.choose(1)
    found = page.entries[1]
    assert isinstance(found, ConfirmEntry)
    return found


def test_waiting_records_of_a_person_are_ticked(page: FieldPage, qtbot: Any) -> None:
    entry = confirm_entry(page)
    take(entry.who, "0004", qtbot)
    assert not entry.waiting.isHidden() and entry.waiting.list.count() == 3 and entry.waiting.ticked() == []
    entry.waiting.list.item(0).setCheckState(Qt.CheckState.Checked)
    (uid,) = entry.waiting.ticked()
    entry.form.put("confirmed_by", "陈书记")
    assert entry.form.submit()
    row = page.ctx.store.one("SELECT state, confirmed_by FROM visit WHERE uid = ?", (uid,))
    assert row == {"state": "CONFIRMED", "confirmed_by": "陈书记"}
    assert "已确认 1 条" in entry.said.text()
    take(entry.who, "0004", qtbot)
    assert entry.waiting.list.count() == 2 and entry.form.editor("confirmed_by").value() == "陈书记"


def test_ticks_stay_while_other_things_are_written_and_survive_a_crash(
    page: FieldPage, ctx: Context, qtbot: Any
) -> None:
    entry = confirm_entry(page)
    take(entry.who, "0004", qtbot)
    for at in (0, 2):
        entry.waiting.list.item(at).setCheckState(Qt.CheckState.Checked)
    ticked = entry.waiting.ticked()
    page.reload(frozenset({"visit"}))
    assert entry.waiting.ticked() == ticked and len(ticked) == 2
    entry.keep()
    again = FieldPage(ctx)  # the program was killed
    qtbot.addWidget(again)
    entry = confirm_entry(again)
    entry.form._bar.take.click()
    assert entry.waiting.ticked() == ticked and not entry.waiting.isHidden()
    for staff_no in ("0001", "0004"):
        entry.form.focus("who")
        take(entry.who, staff_no, qtbot)
    assert entry.waiting.list.count() == 3 and entry.waiting.ticked() == []  # another person came between


def test_waiting_records_are_ticked_by_keyboard_alone(page: FieldPage, qtbot: Any) -> None:
    entry = confirm_entry(page)
    entry.form.put("confirmed_by", "陈书记")
    take(entry.who, "0004", qtbot)
    entry.form.focus("confirmed_on")
    qtbot.keyClick(entry.form.editor("confirmed_on"), Qt.Key.Key_Tab)
    if page.window().focusWidget() is entry.waiting.all:
        qtbot.keyClick(entry.waiting.all, Qt.Key.Key_Tab)
    assert page.window().focusWidget() is entry.waiting.list
    qtbot.keyClick(entry.waiting.list, Qt.Key.Key_Space)
    qtbot.keyClick(entry.waiting.list, Qt.Key.Key_Down)
    qtbot.keyClick(entry.waiting.list, Qt.Key.Key_Space)
    assert len(entry.waiting.ticked()) == 2
    qtbot.keyClick(entry.waiting.list, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "已确认 2 条" in entry.said.text()


def test_a_draft_taken_over_another_person_is_of_its_own_person(page: FieldPage, ctx: Context, qtbot: Any) -> None:
    fill(page, qtbot).keep()
    again = FieldPage(ctx)
    qtbot.addWidget(again)
    entry = visit_entry(again)
    take(entry.who, "0002", qtbot)
    entry.form._bar.take.click()
    assert entry.who.row is not None and entry.who.row["staff_no"] == "0004"


def test_a_signed_sheet_of_this_device_is_ticked_by_its_numbers(page: FieldPage) -> None:
    with page.ctx.store.transact("清单") as tx:
        community = tx.value("SELECT community FROM visit WHERE state = 'WAITING' AND served_on < '2020-08-01' LIMIT 1")
        make_sheet(tx, community, YEAR)
    entry = confirm_entry(page)
    for key, value in (("sheet_no", "2020-3-001"), ("numbers", "1"), ("confirmed_by", "陈书记")):
        entry.form.put(key, value)
    assert entry.form.submit()
    assert "已确认 1 条" in entry.said.text()
    assert page.ctx.store.value("SELECT count(*) FROM visit WHERE sheet_row = 1 AND state = 'CONFIRMED'") == 1


def test_nothing_chosen_to_confirm_is_said(page: FieldPage) -> None:
    entry = confirm_entry(page)
    entry.form.put("confirmed_by", "陈书记")
    entry.form.submit()
    assert "勾选" in entry.form.error("who")


def test_a_checkin_and_its_undo(page: FieldPage, qtbot: Any) -> None:
    page.choose(2)
    entry = page.entries[2]
    assert isinstance(entry, CheckinEntry)
    take(entry.who, "0002", qtbot)
    entry.form.put("community", "经院社区")
    assert entry.form.submit()
    store = page.ctx.store
    assert store.value("SELECT checked_on FROM checkin") == "2020-08-12"
    label = labels(page)[1]
    assert "个人报到" in label
    buttons = page.last.findChildren(QPushButton)
    next(one for one in buttons if one.accessibleName() == f"撤销：{label}" and one.isVisibleTo(page)).click()
    assert store.value("SELECT count(*) FROM checkin") == 0
    assert f"{label}（已撤销）" in labels(page)


def test_keys_choose_the_entry(page: FieldPage, window: MainWindow, qtbot: Any) -> None:
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert page.stack.currentIndex() == 2 and page.choices[2].isChecked()


def tight(page: FieldPage) -> list[str]:
    """Widgets without room for their words; a combo box asks for 4 px of frame more than its style gives it."""
    return [one for one in cramped(page) if not one.startswith("ChoiceEdit")]


@pytest.mark.parametrize("points", [10, 14])
def test_type_is_large_and_nothing_is_cut_off(ctx: Context, dressed: Any, qtbot: Any, points: int) -> None:
    theme.apply(dressed, dark=False, points=points)
    window = open_window(ctx, qtbot, "field")
    window.resize(1280 if points == 10 else 1600, 900)
    page: Any = window.page
    qtbot.waitUntil(lambda: visit_entry(page).who.height() >= theme.px(40) and tight(page) == [])
    edits = [one for one in page.findChildren(QLineEdit) if one.isVisible()]
    assert edits and all(QFontInfo(one.font()).pointSizeF() >= 15.5 for one in edits)


def in_view(entry: VisitEntry | CheckinEntry, widget: Any) -> bool:
    area = entry.form._scroll
    top = widget.mapTo(area.viewport(), widget.rect().topLeft()).y()
    return bool(widget.isVisible() and top >= 0 and top + widget.height() <= area.viewport().height())


def test_a_refused_entry_shows_which_field_in_view_and_says_it_by_the_button(page: FieldPage, qtbot: Any) -> None:
    page.window().resize(900, 520)  # a laptop's window: the form is longer than its place
    entry = fill(page, qtbot)
    entry.form.put("served_on", "2020-08-20")
    entry.form.focus("content")
    assert entry.form.submit()
    QApplication.processEvents()
    line = entry.form._lines["served_on"]
    assert page.window().focusWidget() is line.editor
    assert in_view(entry, line.error) and in_view(entry, line.editor)
    assert entry.said.text() == "没有登记，请看：服务日期。"
    entry.form.put("served_on", "2020-07-01")
    entry.form.put("content", "")
    assert not entry.form.submit()
    QApplication.processEvents()
    assert in_view(entry, entry.form._lines["content"].error) and "服务内容" in entry.said.text()


def test_a_fault_names_only_fields_of_this_form_or_says_where_to_go(page: FieldPage, qtbot: Any) -> None:
    page.window().resize(900, 520)
    entry = fill(page, qtbot)
    entry.form.put("served_on", "2020-07-01")
    assert entry.form.submit()
    assert "确认方式" not in entry.form.error("late_reason") and "确认" in entry.form.error("late_reason")
    entry.form.focus("late_reason")
    entry.show_errors({"grid": "第3网格已停用。"})  # of no field here
    QApplication.processEvents()
    assert entry.form._top.text() == "第3网格已停用。这一项不在这张表上，请到“服务纪实”页面登记这一条。"
    assert in_view(entry, entry.form._top) and "最上面" in entry.said.text()
    entry.show_errors({"cadre_uid": "请选择服务的人。"})
    assert entry.form.error("who") == "请选择服务的人。"


def test_an_end_before_the_start_is_asked_not_refused_for_a_field_that_is_not_here(
    page: FieldPage, qtbot: Any, dialogs: Any
) -> None:
    entry = fill(page, qtbot)
    entry.form.put("served_on", "2020-08-10")
    entry.span.setText("22-1")
    dialogs.expect("照样登记")
    entry.form.submit()
    qtbot.waitUntil(lambda: "已登记" in entry.said.text())
    assert "次日" in dialogs.seen[0]
    assert page.ctx.store.value("SELECT minutes FROM visit ORDER BY uid DESC LIMIT 1") == 180


def test_day_times_and_place_stay_for_the_next_entry(page: FieldPage, ctx: Context, qtbot: Any) -> None:
    entry = fill(page, qtbot)
    entry.form.put("served_on", "2020-08-10")
    entry.form.put("community", "经院社区")
    entry.form.put("place", "东苑3栋")
    assert entry.form.submit()
    values = entry.form.values()
    assert (values["served_on"], values["community"], values["place"]) == ("2020-08-10", "经院社区", "东苑3栋")
    assert values["span"] == Span("14:00", "16:00") and values["who"] == "" and values["content"] == ""
    again = FieldPage(ctx)  # another day's start: today, the place as it was
    qtbot.addWidget(again)
    values = visit_entry(again).form.values()
    assert (values["served_on"], values["span"], values["place"]) == ("2020-08-12", None, "东苑3栋")
    page.choose(2)
    check = page.entries[2]
    assert isinstance(check, CheckinEntry)
    take(check.who, "0002", qtbot)
    for key, value in (("checked_on", "2020-08-09"), ("community", "经院社区"), ("place", "居委会")):
        check.form.put(key, value)
    assert check.form.submit()
    assert (check.form.values()["checked_on"], check.form.values()["place"]) == ("2020-08-09", "居委会")
