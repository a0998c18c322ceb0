"""历史: the steps newest first, filters, before and after in Chinese, undo whole or in part, redo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt

from core.checkin.model import CheckinDraft
from core.checkin.ops import check_in, remove_checkins
from core.ledger import memory_ledger
from core.org.settings import set_settings
from core.store import Store
from core.words import label_of, step_words
from tests.conftest import let_settle, type_text
from tests.factory import people, visits
from tests.ui.conftest import context_of
from tests.ui.page_room import cramped
from ui.kit import theme
from ui.pages.history import HistoryPage


@pytest.fixture
def ledger() -> Iterator[Store]:
    """Twelve people, some records, and a phone corrected."""
    store = memory_ledger()
    store.operator = "李干事"
    people(store, 12)
    visits(store, 6)
    with store.transact("修改张伟的手机") as tx:
        tx.update("cadre", uid_of(store, "0001"), {"phone": "13900000000", "birth_on": "1980-03"})
    yield store
    store.close()


@pytest.fixture
def page(dressed: Any, ledger: Store, qtbot: Any) -> Iterator[HistoryPage]:
    """The page, shown, the newest step current."""
    ctx = context_of(ledger)
    made = HistoryPage(ctx)
    qtbot.addWidget(made)
    made.resize(1200, 760)
    made.show()
    with qtbot.waitExposed(made):
        pass
    made.reload(frozenset())
    ctx.refresher.watch(made, frozenset({"cadre", "visit", "unit", "membership"}), made.reload)
    qtbot.waitUntil(lambda: made.model.complete)
    yield made
    ctx.tasks.close()


def uid_of(store: Store, staff_no: str) -> str:
    return str(store.value("SELECT uid FROM cadre WHERE staff_no = ?", (staff_no,)))


def labels(page: HistoryPage) -> list[str]:
    return [page.model.index(row, 1).data() for row in range(page.model.rowCount())]


def lines(page: HistoryPage) -> list[tuple[str, str, str]]:
    item = page.panel.tree.topLevelItem(0)
    return [tuple(item.child(at).text(column) for column in range(3)) for at in range(item.childCount())]


def field(page: HistoryPage, label: str) -> Any:
    item = page.panel.tree.topLevelItem(0)
    return next(item.child(at) for at in range(item.childCount()) if item.child(at).text(0) == label)


def opened(page: HistoryPage, qtbot: Any, label: str) -> None:
    page.open_record(page.model.uid_at(labels(page).index(label)))
    qtbot.waitUntil(lambda: page.panel.isVisible() and page.panel.tree.topLevelItemCount() > 0)


def test_newest_first_and_who_did_it(page: HistoryPage) -> None:
    assert labels(page) == ["修改张伟的手机", "测试服务记录", "测试名册", "建立台账"]
    assert page.model.index(0, 6).data() == "李干事"
    assert page.model.index(0, 2).data() == "张伟（0001）", "the line names the person"
    assert page.footer() == "4 步"


def test_a_step_opened_shows_before_and_after_in_chinese(page: HistoryPage, qtbot: Any) -> None:
    opened(page, qtbot, "修改张伟的手机")
    assert page.panel.tree.topLevelItem(0).text(0) == "修改　党员干部 张伟（0001）"
    changes = {label: (before, after) for label, before, after in lines(page)}
    assert changes["手机"] == ("138****0000", "139****0000")  # masked, as in lists
    assert changes["出生年月"][1] == "1980年3月"


def test_other_colours_reach_the_lines_shown(page: HistoryPage, qtbot: Any, dressed: Any) -> None:
    opened(page, qtbot, "修改张伟的手机")
    theme.apply(dressed, dark=True, points=10)
    try:
        assert page.panel.tree.topLevelItem(0).foreground(0).color() == theme.color("text")
    finally:
        theme.apply(dressed, dark=False, points=10)


def test_references_and_choices_are_words(ledger: Store) -> None:
    step = ledger.steps(1, where="label = '测试服务记录'")[0]
    first = step_words(ledger, ledger.step_changes(step.seq))[0]
    shown = {one.label: one.after for one in first.fields}
    assert first.op == "新增" and first.title.startswith("服务记录 ")
    assert shown["状态"] in {"已确认", "待确认", "退回修改"}
    assert shown["二级单位党组织"] in {"会计学院党委", "经济与贸易学院党委", "机关党委", "离退休党委"}
    assert not any(label.endswith("_uid") for label in shown)
    with ledger.transact("修改设置") as tx:
        set_settings(tx, {"late_after_days": "10"})
    changed = step_words(ledger, ledger.step_changes(ledger.steps(1)[0].seq))[0]
    assert (changed.title, changed.fields[0].before, changed.fields[0].after) == ("设置 超过几天算补录", "7", "10")


@pytest.mark.parametrize(
    ("table", "key", "label"),
    [
        ("visit", "grid_uid", "网格"),
        ("visit", "home_grid_uid", "编入网格"),
        ("grid_worker", "grid_uid", "网格"),
        ("grid_assignment", "grid_uid", "网格"),
        ("squad", "grid_uid", "网格"),
        ("checkin", "community_uid", "报到社区"),
        ("submission", "task_uid", "报送事项"),
    ],
)
def test_a_reference_is_called_as_in_the_form_of_its_table(table: str, key: str, label: str) -> None:
    assert label_of(table, key) == label


def put_back_command(page: HistoryPage) -> str:
    return next(one.disabled for one in page.commands() if one.id == "put_back")


def test_one_field_is_put_back_and_the_later_value_stays_in_the_history(page: HistoryPage, qtbot: Any) -> None:
    store = page.ctx.store
    opened(page, qtbot, "修改张伟的手机")
    assert put_back_command(page) and not page.panel.back.isEnabled()
    tree = page.panel.tree
    tree.setCurrentItem(field(page, "手机"))
    assert not put_back_command(page)
    page.panel.back.click()
    qtbot.waitUntil(lambda: page.model.complete and labels(page)[0] == "把党员干部 张伟（0001）的手机改回原样")
    assert store.tuples("SELECT phone, birth_on FROM cadre WHERE staff_no = '0001'") == [("13800000000", "1980-03")]
    opened(page, qtbot, "修改张伟的手机")
    tree.setCurrentItem(tree.topLevelItem(0))  # the record: what is left of it
    page.panel.back.click()
    qtbot.waitUntil(lambda: page.model.complete and labels(page)[0] == "把党员干部 张伟（0001）改回原样")
    assert store.value("SELECT birth_on FROM cadre WHERE staff_no = '0001'") == "1962-05"


def test_what_a_step_added_is_not_put_back(page: HistoryPage, qtbot: Any) -> None:
    opened(page, qtbot, "测试服务记录")
    page.panel.tree.setCurrentItem(page.panel.tree.topLevelItem(0))
    assert not page.panel.back.isEnabled() and put_back_command(page)


def test_filters_person_table_text_and_undone(page: HistoryPage, qtbot: Any) -> None:
    page.person.setFocus()
    type_text(page.person, "0001")
    qtbot.keyClick(page.person, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.model.complete)
    assert labels(page) == ["修改张伟的手机", "测试服务记录", "测试名册"]
    page.apply_filter(table="visit")
    assert labels(page) == ["测试服务记录"]
    page.apply_filter(search="手机")
    assert labels(page) == ["修改张伟的手机"]
    page.filters.set_value({"where": [["operator", "=", "李干事"], ["since", "=", "2020-01-01"]]})
    assert labels(page) == ["修改张伟的手机", "测试服务记录", "测试名册"]
    page.filters.set_value({"where": [["undone", "=", "1"]]})
    assert labels(page) == []


def test_the_steps_of_a_person_include_what_was_deleted(page: HistoryPage, ledger: Store, qtbot: Any) -> None:
    uid = uid_of(ledger, "0001")
    with ledger.transact("登记报到") as tx:
        check_in(tx, CheckinDraft(uid, "HOME", "2020-08-03", community="经院社区"))
    with ledger.transact("删除报到") as tx:
        remove_checkins(tx, [tx.value("SELECT uid FROM checkin")])
    page.apply_filter(person=uid)
    qtbot.waitUntil(lambda: page.model.complete)
    assert labels(page) == ["删除报到", "登记报到", "修改张伟的手机", "测试服务记录", "测试名册"]


def test_one_record_another_page_asks_for(page: HistoryPage, ledger: Store, qtbot: Any) -> None:
    with ledger.transact("新增网格") as tx:
        home = tx.value("SELECT uid FROM community WHERE linked = 1")
        grid = tx.insert("grid", {"community_uid": home, "name": "第3网格", "position": 3})
    with ledger.transact("改网格") as tx:
        tx.update("grid", grid, {"households": 120})
    page.apply_filter(record=("grid", grid))
    qtbot.waitUntil(lambda: page.model.complete)
    assert labels(page) == ["改网格", "新增网格"] and page.record.text() == "只看：网格 第3网格　✕"
    page.record.click()
    qtbot.waitUntil(lambda: page.model.complete)
    assert len(labels(page)) == 6 and page.record.isHidden()


def test_undo_this_step_and_redo(page: HistoryPage, qtbot: Any) -> None:
    store = page.ctx.store
    opened(page, qtbot, "修改张伟的手机")
    page.panel.undo.click()
    qtbot.waitUntil(lambda: page.model.complete and labels(page)[0] == "撤销：修改张伟的手机")
    assert store.value("SELECT phone FROM cadre WHERE staff_no = '0001'") == "13800000000"
    assert page.model.index(1, 3).data() == "已撤销"
    assert not page.panel.redo.isHidden() and page.panel.undo.isHidden()
    page.panel.redo.click()
    qtbot.waitUntil(lambda: labels(page)[0] == "重做：修改张伟的手机")
    assert store.value("SELECT phone FROM cadre WHERE staff_no = '0001'") == "13900000000"


def test_where_later_changes_are_in_the_way_the_untouched_part_is_offered(
    page: HistoryPage, dialogs: Any, qtbot: Any
) -> None:
    store = page.ctx.store
    with store.transact("导入名册") as tx:
        for staff_no in ("0002", "0003"):
            tx.update("cadre", uid_of(store, staff_no), {"note": "导入的备注"})
    with store.transact("改备注") as tx:
        tx.update("cadre", uid_of(store, "0003"), {"note": "后来改的"})
    page.reload(frozenset())
    qtbot.waitUntil(lambda: page.model.complete)
    opened(page, qtbot, "导入名册")
    kept: list[str] = []
    dialogs.expect("只撤销未改动的部分")
    dialogs.expect(lambda dialog: (kept.append(dialog.view.toPlainText()), dialog.reject()))
    page.undo_step()
    qtbot.waitUntil(lambda: bool(kept))
    assert "不能整步撤销" in dialogs.seen[0]
    notes = dict(store.tuples("SELECT staff_no, note FROM cadre WHERE staff_no IN ('0002', '0003')"))
    assert notes == {"0002": "", "0003": "后来改的"}
    assert "党员干部" in kept[0] and "（0003）" in kept[0] and "备注" in kept[0] and "（0002）" not in kept[0]


def test_what_cannot_be_undone_says_why(page: HistoryPage, qtbot: Any) -> None:
    opened(page, qtbot, "修改张伟的手机")
    page.undo_step()
    page.reload(frozenset())
    page.table.select(page.model.uid_at(1))
    why = {command.id: command.disabled for command in page.commands()}
    assert why["undo_step"] == "这一步已经撤销过了，可以用“重做”恢复。" and not why["redo_step"]
    page.table.select(page.model.uid_at(0))
    assert "本身就是撤销" in {command.id: command.disabled for command in page.commands()}["undo_step"]


def test_esc_closes_the_step_and_enter_opens_one(page: HistoryPage, qtbot: Any) -> None:
    page.table.focus()
    qtbot.waitUntil(lambda: page.panel.isVisible())
    assert page.escape() and page.panel.isHidden()
    qtbot.keyClick(page.table.right, Qt.Key.Key_Down)
    assert page.panel.isHidden()
    qtbot.keyClick(page.table.right, Qt.Key.Key_Return)
    assert page.panel.isVisible() and page.panel.title.text() == "测试服务记录"


@pytest.mark.parametrize("points", [10, 16])
def test_nothing_is_cut_off(page: HistoryPage, dressed: Any, qtbot: Any, points: int) -> None:
    opened(page, qtbot, "修改张伟的手机")
    theme.apply(dressed, dark=False, points=points)
    page.resize(1100 if points == 10 else 1500, 900)
    let_settle()
    assert cramped(page) == []
