"""The list and form of a plain entity: read, filter, sort, 新增, 修改, 删除, 结束, what is printed and exported, all by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from core.base.fields import EntitySpec, Field, Kind
from core.entities import PLAIN
from core.ledger import memory_ledger
from core.place.ops import end_worker, save_grid, save_worker
from tests.ui.conftest import context_of
from ui.context import Context
from ui.kit.entity_plan import Ending, EntityPlan, Shown
from ui.kit.entity_rows import EntitySource, natural, sifted
from ui.kit.entity_view import EntityView

GRIDS = ("第1网格", "第2网格", "第10网格")
WORKERS = (("吕莉", "第1网格", "13800001111"), ("孔斌", "第2网格", ""), ("郝真", "第10网格", "13800002222"))


@pytest.fixture
def ctx() -> Iterator[Context]:
    store = memory_ledger()
    with store.transact("测试网格") as tx:
        for name in GRIDS:
            save_grid(tx, None, {"name": name})
        for name, grid, phone in WORKERS:
            save_worker(tx, None, {"name": name, "grid": grid, "phone": phone})
    made = context_of(store)
    yield made
    made.tasks.close()
    store.close()


class Taken:
    """What export and print were given."""

    def __init__(self) -> None:
        self.exported: list[Shown] = []
        self.printed: list[Shown] = []


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def view(ctx: Context, taken: Taken, qtbot: Any) -> EntityView:
    plan = EntityPlan(
        PLAIN["workers"],
        "名网格员",
        ending=Ending("离任", lambda tx, uid, day: end_worker(tx, uid, day)),
    )
    made = EntityView(
        ctx, plan, export=lambda shown, _parent: taken.exported.append(shown),
        print=lambda shown, _parent: taken.printed.append(shown),
    )  # fmt: skip
    ctx.refresher.watch(made, frozenset({"grid_worker", "grid"}), made.reload)
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    made.reload(frozenset())
    return made


def names(view: EntityView) -> list[str]:
    return [row["name"] for row in view.shown_rows()]


def command(view: EntityView, id: str) -> Any:
    return next(one for one in view.commands() if one.id == id)


def form_of(view: QWidget) -> Any:
    """The dialog that stands open."""
    QApplication.processEvents()
    return next(one for one in QApplication.topLevelWidgets() if one.isVisible() and hasattr(one, "form"))


def test_rows_stand_as_people_count() -> None:
    assert sorted(["第10网格", "第2网格", "第1网格"], key=natural) == list(GRIDS)
    fields = (Field("name", "名称"), Field("number", "数", Kind.INT))
    rows = [{"uid": "a", "name": "第10网格", "number": 3}, {"uid": "b", "name": "第2网格", "number": None}]
    source = EntitySource(rows, fields)
    assert source.uids({}, ()) == ["a", "b"]
    assert source.uids({}, (("name", False),)) == ["b", "a"]
    assert source.uids({}, (("number", True),)) == source.uids({}, (("number", False),)) == ["a", "b"]


def test_a_filter_looks_at_words_labels_and_conditions() -> None:
    fields = (Field("name", "姓名"), Field("sex", "性别", Kind.CHOICE, choices=(("1", "男"), ("2", "女"))))
    rows = [{"uid": "a", "name": "吕莉", "sex": "2", "initials": "ll"}, {"uid": "b", "name": "孔斌", "sex": ""}]

    def found(**filter: Any) -> str:
        return "".join(row["uid"] for row in sifted(rows, fields, filter))

    assert (found(), found(search="莉 女"), found(search="LL"), found(search="王")) == ("ab", "a", "a", "")
    assert (found(where=[["sex", "=", "2"]]), found(where=[["sex", "blank", ""]])) == ("a", "b")
    assert (found(where=[["name", "~", "斌"]]), found(where=[["gone", "=", "x"]])) == ("b", "ab")


def test_it_shows_the_rows_and_counts_them(view: EntityView) -> None:
    assert names(view) == [one[0] for one in WORKERS]
    assert view.footer() == "3 名网格员"
    view.apply_filter(search="第10")
    assert names(view) == ["郝真"]
    view.apply_filter(grid="第2网格")
    assert names(view) == ["孔斌"]
    view.apply_filter()
    view.table.sort_by("grid", True)
    assert names(view) == ["郝真", "孔斌", "吕莉"]


def test_new_by_keyboard_is_selected_and_undone(view: EntityView, ctx: Context, dialogs: Any) -> None:
    dialogs.expect(lambda dialog: None)
    command(view, "new").run()
    dialog = form_of(view)
    dialog.form.put("name", "马莺")
    dialog.form.put("grid", "2")
    dialog.form.submit()
    assert {row["grid"] for row in view.shown_rows() if row["name"] == "马莺"} == {"第2网格"}
    assert view.chosen()[0]["name"] == "马莺"
    assert ctx.store.steps(1)[0].label == "新增网格员马莺"
    ctx.store.undo()
    view.reload(frozenset())
    assert len(names(view)) == 3


def test_what_is_wrong_stands_beside_its_field(view: EntityView, dialogs: Any) -> None:
    dialogs.expect(lambda dialog: None)
    dialog = view.add()
    dialog.form.put("grid", "99")
    dialog.form.submit()
    assert dialog.form.error("name") == "请填写姓名。"
    dialog.form.put("name", "马莺")
    dialog.form.submit()
    assert "没有叫“99”的网格" in dialog.form.error("grid")
    assert len(names(view)) == 3
    dialog.reject()


def test_enter_edits_and_only_what_changed_is_written(view: EntityView, ctx: Context, dialogs: Any, qtbot: Any) -> None:
    view.table.select(view.model.uid_at(1))
    dialogs.expect(lambda dialog: None)
    qtbot.keyClick(view.table.right, Qt.Key.Key_Return)
    dialog = form_of(view)
    assert dialog.form.values()["name"] == "孔斌"
    dialog.form.put("phone", "13900001111")
    dialog.form.submit()
    assert view.chosen()[0]["phone"] == "13900001111"
    before = ctx.store.steps(1)[0].seq
    dialogs.expect(lambda dialog: None)
    command(view, "edit").run()
    form_of(view).form.submit()  # nothing changed: nothing written, and it closes
    assert ctx.store.steps(1)[0].seq == before


def test_what_ends_asks_for_the_day_and_is_seen_again_if_wanted(view: EntityView, dialogs: Any) -> None:
    view.table.select(view.model.uid_at(0))
    dialogs.expect(lambda dialog: None)
    end = command(view, "archive")
    assert end.text == "离任…" and end.key == "Del"
    end.run()
    dialog = form_of(view)
    dialog.form.put("day", "2020-10-31")
    dialog.form.submit()
    view.ctx.refresher.flush()
    assert names(view) == ["孔斌", "郝真"]
    view.with_past.setChecked(True)
    assert names(view) == ["吕莉", "孔斌", "郝真"]


def test_a_removal_is_done_at_once_and_undone(view: EntityView, ctx: Context) -> None:
    view.table.select_all()
    command(view, "remove").run()
    ctx.refresher.flush()
    assert names(view) == [] and ctx.store.steps(1)[0].label == "删除网格员吕莉等3名网格员"
    ctx.store.undo()
    view.reload(frozenset())
    assert len(names(view)) == 3


def test_commands_about_rows_say_what_is_missing(view: EntityView, taken: Taken) -> None:
    view.table.right.clearSelection()
    assert command(view, "edit").disabled == command(view, "archive").disabled == "请先选中网格员。"
    view.table.select(view.model.uid_at(2))
    assert command(view, "edit").disabled == ""


def test_print_and_export_take_what_is_shown(view: EntityView, taken: Taken) -> None:
    view.apply_filter(search="1380000")
    command(view, "print").run()
    command(view, "export").run()
    printed, exported = taken.printed[0], taken.exported[0]
    assert [row["name"] for row in printed.rows] == ["吕莉", "郝真"] and "1380000" in printed.scope
    assert [one.key for one in printed.fields] == [one.key for one in view.model.columns]
    assert list(exported.fields) == list(view.spec.fields)  # all of them: it can be read in again
    view.table.select_all()
    command(view, "print").run()
    assert taken.printed[1].scope == "选中的内容，"


def test_an_empty_list_offers_the_first_step(view: EntityView, dialogs: Any) -> None:
    view.table.select_all()
    view.remove_chosen()
    view.reload(frozenset())
    assert view.table.empty.button.text() == "新增网格员"
    dialogs.expect(lambda dialog: dialog.reject())
    view.table.empty.button.click()
    QApplication.processEvents()


def test_an_entity_without_an_end_is_deleted_by_the_key(ctx: Context, taken: Taken, qtbot: Any) -> None:
    plan = EntityPlan(PLAIN["grids"], "个网格", sums=lambda rows: f"{len(rows)}·")
    view = EntityView(ctx, plan, export=lambda *_: None, print=lambda *_: None)
    qtbot.addWidget(view)
    view.reload(frozenset())
    assert command(view, "archive").text == "删除" and not [one for one in view.commands() if one.id == "remove"]
    assert view.footer() == "3 个网格 · 3·"


def test_it_can_be_given_any_spec(ctx: Context, qtbot: Any) -> None:
    from core.sheet.plain import PlainEntity

    spec = EntitySpec("things", "东西", "", (Field("name", "名字", required=True),), ("name",))
    entity = PlainEntity(spec, lambda _reads: [{"uid": "a", "name": "一"}], lambda _tx, uid, _values: uid or "b")
    view = EntityView(ctx, EntityPlan(entity), export=lambda *_: None, print=lambda *_: None)
    qtbot.addWidget(view)
    view.reload(frozenset())
    assert names(view) == ["一"] and not [one for one in view.commands() if one.id in ("archive", "remove")]


def test_nothing_ends_before_it_began(view: EntityView, ctx: Context, dialogs: Any) -> None:
    began = {"from_on": "2020-08-03"}
    with ctx.store.transact("任职日期") as tx:
        for row in view.shown_rows():
            tx.update("grid_worker", row["uid"], began)
    view.reload(frozenset())
    view.table.select(view.shown_rows()[0]["uid"])
    before = ctx.store.rows("SELECT * FROM grid_worker")

    dialogs.expect(lambda dialog: None)
    view.end_chosen()
    dialog = form_of(view)
    dialog.form.put("day", "2019-08-03")
    dialog.form.submit()
    assert dialog.form.error("day") == "离任日期早于任职日期2020年8月3日，请核对。"
    assert ctx.store.rows("SELECT * FROM grid_worker") == before
    dialog.form.put("day", "2020-08-03")
    dialog.form.submit()
    assert ctx.store.value("SELECT count(*) FROM grid_worker WHERE until_on = '2020-08-03'") == 1
