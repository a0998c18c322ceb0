"""Lists: pages on demand, order and filter in the query, frozen columns, copying, the place that stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from core.base.fields import Field, Kind
from core.base.ids import new_uid
from core.store import Store, Wiring
from core.store.reads import Reads
from tests.ui.conftest import context_of
from ui.context import Context
from ui.kit import theme
from ui.kit.columns import Column, column_of, columns_of
from ui.kit.rows import ALIGN, BACKGROUND, FOREGROUND, PAGE, RIGHT, TOOLTIP, ListSource, QuerySource, RowsModel, Uids
from ui.kit.table import COPY_LIMIT, TableView

COLUMNS = (Column("name", "单位", 20), Column("position", "次序", 8, right=True), Column("note", "备注", 10))


class Asked:
    """The queries of a list of units, each call written down."""

    def __init__(self) -> None:
        self.uid_lists = 0
        self.pages: list[int] = []
        self.firsts = 0

    def source(self, reads: Reads) -> QuerySource:
        return QuerySource(reads, self.uids, self.page, self.first)

    def uids(self, reads: Reads, where: Any, order: Any) -> list[str]:
        self.uid_lists += 1
        return [row[0] for row in reads.tuples(*self._sql("uid", where, order))]

    def first(self, reads: Reads, where: Any, order: Any, limit: int) -> list[Any]:
        self.firsts += 1
        sql, params = self._sql("*", where, order)
        return reads.rows(f"{sql} LIMIT {limit}", params)

    def page(self, reads: Reads, uids: Sequence[str]) -> list[Any]:
        self.pages.append(len(uids))
        return reads.rows(f"SELECT * FROM unit WHERE uid IN ({','.join('?' * len(uids))})", uids)

    @staticmethod
    def _sql(what: str, where: Any, order: Any) -> tuple[str, tuple[Any, ...]]:
        by = ", ".join(f"{key}{' DESC' if down else ''}" for key, down in order)
        search = f"%{where.get('search', '')}%"
        return f"SELECT {what} FROM unit WHERE name LIKE ? ORDER BY {by + ', ' if by else ''}position, uid", (search,)


def fill(store: Store, count: int) -> None:
    with store.transact("导入单位") as tx:
        tx.insert_many("unit", ({"name": f"第{n:06d}单位", "position": n} for n in range(count)))


@pytest.fixture(scope="module")
def many() -> Iterator[Store]:
    """100,000 rows, read only."""
    store = Store.in_memory(wiring=Wiring())
    fill(store, 100_000)
    yield store
    store.close()


def shown(qtbot: Any, view: TableView, width: int = 700, height: int = 400) -> TableView:
    qtbot.addWidget(view)
    view.resize(width, height)
    view.show()
    with qtbot.waitExposed(view):
        pass
    return view


@pytest.fixture
def short(ctx: Context, qtbot: Any) -> TableView:
    """300 rows read at once."""
    fill(ctx.store, 300)
    view = TableView(RowsModel(Asked().source(ctx.store), COLUMNS), "units", ctx.store.local, frozen=1)
    shown(qtbot, view).load()
    return view


def test_100k_rows_ask_for_one_id_list_and_only_the_pages_looked_at(many: Store, dressed: Any, qtbot: Any) -> None:
    asked = Asked()
    ctx = context_of(many)
    model = RowsModel(asked.source(many), COLUMNS, ctx.tasks)
    view = shown(qtbot, TableView(model))
    view.load()
    assert (asked.firsts, asked.uid_lists, asked.pages) == (1, 0, [])
    assert model.rowCount() == PAGE
    qtbot.waitUntil(lambda: model.complete, timeout=20_000)
    assert model.rowCount() == 100_000
    assert asked.uid_lists == 1
    view.grab()
    assert asked.pages == [], "the first page was there already"
    view.right.verticalScrollBar().setValue(50_000)
    view.grab()
    assert 1 <= len(asked.pages) <= 2
    view.right.verticalScrollBar().setValue(50_010)
    view.grab()
    assert len(asked.pages) <= 2, "ten rows further is the same page"
    assert all(size <= PAGE for size in asked.pages)
    assert model.index(50_000, 0).data() == "第050000单位"


def test_sorting_and_filtering_are_one_query_each(many: Store, dressed: Any, qtbot: Any) -> None:
    asked = Asked()
    ctx = context_of(many)
    view = shown(qtbot, TableView(RowsModel(asked.source(many), COLUMNS, ctx.tasks)))
    view.load()
    view.sort_by("position", descending=True)  # the first id list is still on its way, and is dropped
    assert view.model.index(0, 0).data() == "第099999单位"
    qtbot.waitUntil(lambda: view.model.complete, timeout=20_000)
    assert asked.firsts == 2
    assert asked.uid_lists <= 2
    assert view.model.uid_at(99_999) == many.value("SELECT uid FROM unit WHERE position = 0")
    view.load({"search": "第0000"})
    assert view.model.complete
    assert view.model.rowCount() == 100
    assert asked.firsts == 3


def test_select_all_means_also_the_rows_that_are_still_on_their_way(many: Store, dressed: Any, qtbot: Any) -> None:
    ctx = context_of(many)
    view = shown(qtbot, TableView(RowsModel(Asked().source(many), COLUMNS, ctx.tasks)))
    view.load()
    qtbot.keyClick(view.right, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: view.model.complete, timeout=20_000)
    assert view.selected_count() == 100_000
    said: list[str] = []
    view.said.connect(said.append)
    assert view.copy() == 0
    assert f"{COPY_LIMIT:,}" in said[0]


def test_the_worker_reads_a_ledger_on_disk_by_its_own_connection(tmp_path: Any, dressed: Any, qtbot: Any) -> None:
    store, _ = Store.create(tmp_path / "ledger", "correct horse 电池", wiring=Wiring())
    fill(store, 1_000)
    ctx = context_of(store)
    view = shown(qtbot, TableView(RowsModel(Asked().source(store), COLUMNS, ctx.tasks)))
    view.load()
    qtbot.waitUntil(lambda: view.model.complete, timeout=20_000)
    assert view.model.rowCount() == 1_000
    view.close()
    ctx.tasks.close()
    store.close()


def test_the_place_stays_after_a_write(short: TableView, ctx: Context) -> None:
    uid = short.model.uid_at(200)
    short.select(uid)
    with ctx.store.transact("改名") as tx:
        tx.update("unit", uid, {"note": "改过"})
        tx.delete("unit", short.model.uid_at(10))
    short.reload()
    assert short.current_uid() == uid
    assert short.selected_uids() == [uid]
    assert short.right.currentIndex().row() == 199
    assert short.model.row_at(199)["note"] == "改过"
    assert short.right.visualRect(short.right.currentIndex()).isValid()


def test_a_deleted_current_row_is_told(short: TableView, ctx: Context, qtbot: Any) -> None:
    uid = short.model.uid_at(5)
    short.select(uid)
    with ctx.store.transact("删除") as tx:
        tx.delete("unit", uid)
    with qtbot.waitSignal(short.current_changed, check_params_cb=lambda told: told != uid):
        short.reload()
    assert short.model.row_of(uid) == -1


def test_a_selection_that_left_the_list_is_told(short: TableView, ctx: Context, qtbot: Any) -> None:
    short.select_all()
    qtbot.waitUntil(lambda: short.selected_count() > 1)
    with qtbot.waitSignal(short.selection_changed):
        short.load({"search": "没有这样的单位"})
    assert short.selected_count() == 0


def test_a_growing_list_keeps_what_is_shown(many: Store, dressed: Any, qtbot: Any) -> None:
    ctx = context_of(many)
    view = shown(qtbot, TableView(RowsModel(Asked().source(many), COLUMNS, ctx.tasks)))
    view.load()
    view.select(view.model.uid_at(3))
    resets: list[int] = []
    view.model.modelReset.connect(lambda: resets.append(1))
    qtbot.waitUntil(lambda: view.model.complete, timeout=20_000)
    assert resets == []
    assert view.right.currentIndex().row() == 3


def test_frozen_and_other_columns_share_rows_selection_and_scrolling(short: TableView) -> None:
    assert not short.left.isColumnHidden(0)
    assert short.left.isColumnHidden(1)
    assert short.right.isColumnHidden(0)
    assert not short.right.isColumnHidden(1)
    short.right.verticalScrollBar().setValue(100)
    assert short.left.verticalScrollBar().value() == 100
    short.select(short.model.uid_at(120))
    assert short.left.selectionModel() is short.right.selectionModel()
    assert short.left.rowHeight(0) == short.right.rowHeight(0) == theme.row_height()


def test_keys_walk_the_list_and_enter_opens(short: TableView, qtbot: Any) -> None:
    short.focus()
    keys = Qt.Key
    qtbot.keyClick(short.right, keys.Key_End)
    assert short.current_uid() == short.model.uid_at(299)
    qtbot.keyClick(short.right, keys.Key_Up)
    assert short.selected_uids() == [short.model.uid_at(298)]
    qtbot.keyClick(short.right, keys.Key_Home)
    qtbot.keyClick(short.right, keys.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert short.selected_count() == 2
    with qtbot.waitSignal(short.opened) as told:
        qtbot.keyClick(short.right, keys.Key_Return)
    assert told.args == [short.current_uid()]


def test_names_stay_beside_their_own_rows_when_a_longer_list_follows(qtbot: Any) -> None:
    rows = [{"uid": str(at), "name": f"单位{at}", "position": at, "note": ""} for at in range(100)]
    view = shown(qtbot, TableView(RowsModel(ListSource(rows[59:62]), COLUMNS), frozen=1))
    view.model.load()
    view.select("60")
    view.model.set_source(ListSource(rows))  # the current row is found again, far down
    qtbot.waitUntil(lambda: view.left.verticalScrollBar().maximum() == view.right.verticalScrollBar().maximum() > 0)
    assert view.left.verticalScrollBar().value() == view.right.verticalScrollBar().value() > 0


def test_a_click_in_the_frozen_part_selects_and_hands_over_the_keyboard(short: TableView, qtbot: Any) -> None:
    at = short.left.visualRect(short.model.index(2, 0)).center()
    qtbot.mouseClick(short.left.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert short.selected_uids() == [short.model.uid_at(2)]
    qtbot.keyClick(short.right, Qt.Key.Key_Down)
    assert short.selected_uids() == [short.model.uid_at(3)]


def test_a_click_on_a_head_sorts_in_the_query_and_again_turns_it(short: TableView) -> None:
    head = short.right.horizontalHeader()
    head.sectionClicked.emit(1)
    assert short.model.order == (("position", False),)
    head.sectionClicked.emit(1)
    assert short.model.order == (("position", True),)
    assert short.model.index(0, 0).data() == "第000299单位"
    assert head.sortIndicatorSection() == 1


def test_copied_rows_are_tab_separated_and_text_for_excel(short: TableView, qtbot: Any) -> None:
    short.select(short.model.uid_at(0))
    short.right.selectionModel().select(
        short.model.index(2, 0), QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    )
    qtbot.keyClick(short.right, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QGuiApplication.clipboard().mimeData()
    assert data.text() == "单位\t次序\t备注\n第000000单位\t0\t\n第000002单位\t2\t"
    assert "mso-number-format:'\\@'\">第000002单位</td><td>2</td>" in data.html()


def test_columns_chosen_moved_and_sized_are_remembered(
    short: TableView, ctx: Context, qtbot: Any, dialogs: Any
) -> None:
    def choose(dialog: Any) -> None:
        dialog.list.setCurrentRow(1)
        dialog.shift(-1)
        dialog.list.item(2).setCheckState(Qt.CheckState.Unchecked)
        dialog.accept()

    dialogs.expect(choose)
    short.choose_columns()
    qtbot.waitUntil(lambda: [column.key for column in short.model.columns] == ["position", "name"])
    short.left.horizontalHeader().resizeSection(0, 222)
    short.sort_by("name", True)
    qtbot.waitUntil(lambda: (ctx.store.local.get("table.units") or {}).get("order") == [["name", True]])
    again = TableView(RowsModel(Asked().source(ctx.store), COLUMNS), "units", ctx.store.local, frozen=1)
    shown(qtbot, again)
    assert [column.key for column in again.model.columns] == ["position", "name"]
    assert again.model.order == (("name", True),)
    assert abs(again.left.columnWidth(0) - 222) <= 1


def test_dragging_a_head_changes_the_order_of_columns(short: TableView, qtbot: Any) -> None:
    short.right.horizontalHeader().moveSection(1, 2)
    qtbot.waitUntil(lambda: [column.key for column in short.model.columns] == ["name", "note", "position"])
    assert short.right.horizontalHeader().visualIndex(1) == 1


def test_a_list_without_rows_says_what_belongs_here(ctx: Context, qtbot: Any) -> None:
    view = shown(qtbot, TableView(RowsModel(Asked().source(ctx.store), COLUMNS)))
    pressed: list[str] = []
    view.set_empty("还没有单位：先导入各单位报来的表。", "导入", lambda: pressed.append("导入"))
    view.load()
    assert view.empty.isVisible()
    assert view.empty.words.text() == "还没有单位：先导入各单位报来的表。"
    view.empty.button.click()
    assert pressed == ["导入"]
    view.load({"search": "没有"})
    assert view.empty.words.text() == "没有符合条件的记录。"
    with qtbot.waitSignal(view.clear_filter_wanted):
        view.empty.button.click()


def test_the_menu_offers_what_the_page_hooked(short: TableView, qtbot: Any) -> None:
    short.sentence_for = lambda uids: f"共 {len(uids)} 个单位，截至2020年8月12日。"
    short.statistics = lambda: None
    short.select(short.model.uid_at(0))
    actions = {action.text(): action for action in short.menu().actions()}
    assert {"复制到Excel", "复制这一格", "复制为一句话", "按…统计", "全选", "选择列…"} <= set(actions)
    actions["复制为一句话"].trigger()
    assert QGuiApplication.clipboard().text() == "共 1 个单位，截至2020年8月12日。"


def test_numbers_stand_right_status_words_have_their_colour_and_faults_their_tip(dressed: Any) -> None:
    rows = [{"uid": "a", "minutes": 100, "state": "落后"}, {"uid": "b", "minutes": None, "state": "达标"}]
    columns = columns_of(
        (Field("minutes", "小时", Kind.MINUTES), Field("state", "达标")),
        {"state": lambda row: "bad" if row["state"] == "落后" else "ok"},
    )
    model = RowsModel(ListSource(rows), columns, fault=lambda row, key: "没有时长。" if row[key] is None else "")
    model.load()
    assert [model.index(row, 0).data() for row in range(2)] == ["1.67", ""]
    assert model.index(0, 0).data(ALIGN) == RIGHT
    assert model.headerData(0, Qt.Orientation.Horizontal, ALIGN) == RIGHT
    assert model.index(0, 1).data(FOREGROUND).color() == theme.color("bad")
    assert model.index(1, 0).data(BACKGROUND).color() == theme.color("bad_bg")
    assert model.index(1, 0).data(TOOLTIP) == "没有时长。"
    assert model.index(0, 0).data(BACKGROUND) is None


def test_a_computed_list_sorts_missing_values_last(dressed: Any) -> None:
    rows = [{"uid": "a", "times": None}, {"uid": "b", "times": 3}, {"uid": "c", "times": 5}]
    source = ListSource(rows)
    assert source.uids({}, (("times", False),)) == ["b", "c", "a"]
    assert source.uids({}, (("times", True),)) == ["c", "b", "a"]


def test_the_list_follows_the_font(short: TableView, dressed: Any) -> None:
    before = short.right.rowHeight(0)
    theme.apply(dressed, dark=True, points=16)
    assert short.right.rowHeight(0) > before
    assert short.right.rowHeight(0) == short.left.rowHeight(0) == theme.row_height()


def test_ids_are_packed_and_found() -> None:
    uids = [new_uid() for _ in range(500)]
    packed = Uids(uids)
    assert list(packed) == uids
    assert [packed.find(uid) for uid in uids] == list(range(500))
    assert packed.find(new_uid()) == -1
    assert packed.find("没有") == -1
    assert packed[3:5] == uids[3:5]
    odd = Uids(["1", "22"])
    assert list(odd) == ["1", "22"]
    assert (odd.find("22"), odd.find("3")) == (1, -1)


def test_an_id_number_is_masked_on_screen() -> None:
    column = column_of(Field("id_no", "身份证号", Kind.ID_NO))
    row = {"id_no": "420111198503080012"}
    assert column.words(row) == "4201**********0012"
    assert column.words(row, bare=True) == "420111198503080012"


def test_the_chooser_refuses_an_empty_choice(short: TableView, dialogs: Any, qtbot: Any) -> None:
    def untick(dialog: Any) -> None:
        for row in range(dialog.list.count()):
            dialog.list.item(row).setCheckState(Qt.CheckState.Unchecked)
        next(one for one in dialog.findChildren(QPushButton) if one.text() == "确定").click()
        assert dialog.isVisible()
        dialog.reject()

    dialogs.expect(untick)
    short.choose_columns()
    qtbot.waitUntil(lambda: dialogs.waiting == 0)
    assert len(short.model.columns) == 3
