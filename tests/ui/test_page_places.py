"""社区网格: every tab lists, asks and prints; people into grids, 楼栋长, 112小分队 with their members, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from core.ledger import memory_ledger
from core.roster.volunteers import save_volunteer
from tests.ui.conftest import context_of
from tests.ui.map_room import fill_map
from tests.ui.page_room import cramped, open_window
from ui.context import Context
from ui.pages.places import PlacesPage

TABS = (
    "grids",
    "estates",
    "buildings",
    "entrances",
    "workers",
    "volunteers",
    "leads",
    "squads",
    "assignments",
    "communities",
)


@pytest.fixture
def ctx() -> Iterator[Context]:
    store = memory_ledger()
    fill_map(store)
    with store.transact("测试志愿者") as tx:
        for name in ("周秀兰", "吴建军"):
            save_volunteer(
                tx, None, {"name": name, "grid": "第1网格", "phone": "13900001111" if name[0] == "周" else ""}
            )
    made = context_of(store)
    made.year = 2020
    yield made
    made.tasks.close()
    store.close()


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> PlacesPage:
    window = open_window(ctx, qtbot, "places")
    found = window.page
    assert isinstance(found, PlacesPage)
    return found


def dialog_of() -> Any:
    """The form that stands open."""
    QApplication.processEvents()
    return next(one for one in QApplication.topLevelWidgets() if one.isVisible() and hasattr(one, "form"))


def command(page: PlacesPage, id: str) -> Any:
    return next(one for one in page.commands() if one.id == id)


def take_person(dialog: Any, text: str) -> None:
    picker = dialog.form.editor("cadre_uid")
    picker.setText(text)
    picker.suggest()
    assert picker.take()


def test_every_tab_lists_its_kind_and_has_room(page: PlacesPage) -> None:
    counts = {}
    for tab in TABS:
        view = page.go(tab)
        QApplication.processEvents()
        counts[tab] = len(view.shown_rows())
        assert cramped(page) == [], tab
        assert page.footer() and command(page, "new").primary
    assert counts["grids"] == 4 and counts["buildings"] == 5 and counts["workers"] == 4 and counts["volunteers"] == 2
    assert counts["assignments"] == 6 and counts["squads"] == counts["leads"] == 0


def test_the_window_asks_for_a_tab_with_a_filter(page: PlacesPage, ctx: Context) -> None:
    ctx.go_to("places", tab="buildings", grid="第1网格")
    assert page.view.spec.kind == "buildings" and len(page.view.shown_rows()) == 2
    uid = str(ctx.store.value("SELECT uid FROM grid_worker WHERE name = '吴三'"))
    ctx.go_to("places", uid)
    assert page.view.spec.kind == "workers" and page.view.chosen()[0]["name"] == "吴三"


def test_a_person_is_put_into_a_grid_and_leaves_it(page: PlacesPage, ctx: Context, dialogs: Any) -> None:
    view = page.go("assignments")
    staff_no, name = ctx.store.tuples(
        "SELECT staff_no, name FROM cadre WHERE uid NOT IN (SELECT cadre_uid FROM grid_assignment) ORDER BY staff_no LIMIT 1"
    )[0]
    dialogs.expect(lambda dialog: None)
    command(page, "new").run()
    dialog = dialog_of()
    assert dialog.windowTitle() == "编入一人"
    take_person(dialog, staff_no)
    dialog.form.put("estate", "东苑")
    dialog.form.put("building", "3栋")
    dialog.form.submit()
    row = view.chosen()[0]
    assert (row["name"], row["grid"], row["building"]) == (name, "第2网格", "3栋")
    dialogs.expect(lambda dialog: None)
    command(page, "archive").run()
    dialog_of().form.submit()
    ctx.refresher.flush()
    assert staff_no not in {one["staff_no"] for one in view.shown_rows()}
    view.with_past.setChecked(True)
    assert staff_no in {one["staff_no"] for one in view.shown_rows()}


def test_a_building_gets_a_lead_and_another_after_him(page: PlacesPage, ctx: Context, dialogs: Any) -> None:
    view = page.go("leads")
    people = ctx.store.tuples("SELECT staff_no, name FROM cadre WHERE archived_on = '' ORDER BY staff_no LIMIT 2")
    for staff_no, name in people:
        dialogs.expect(lambda dialog: None)
        command(page, "new").run()
        dialog = dialog_of()
        take_person(dialog, staff_no)
        for key, value in (
            ("estate", "东苑"),
            ("building", "3栋"),
            ("from_on", "2020-08-10" if name == people[0][1] else "2020-10-10"),
        ):
            dialog.form.put(key, value)
        dialog.form.submit()
    assert [row["staff_no"] for row in view.shown_rows()] == [people[1][0]]
    view.with_past.setChecked(True)
    assert {row["until_on"] for row in view.shown_rows()} == {"", "2020-10-09"}
    view.with_past.setChecked(False)
    dialogs.expect(lambda dialog: None)
    view.table.select(view.model.uid_at(0))
    command(page, "edit").run()
    dialog = dialog_of()
    assert people[1][1] in dialog.form.editor("cadre_uid").text()
    dialog.form.put("note", "兼管门禁")
    dialog.form.submit()
    assert view.shown_rows()[0]["note"] == "兼管门禁" and len(view.shown_rows()) == 1


def test_squads_are_proposed_ticked_and_formed_in_one_step(page: PlacesPage, ctx: Context, dialogs: Any) -> None:
    view = page.go("squads")
    dialogs.expect(lambda dialog: None)
    proposal = page.propose()
    assert len(proposal.proposals) == 4 and proposal.write.text() == "编成 4 个小分队"
    from PySide6.QtCore import Qt

    proposal.table.item(3, 0).setCheckState(Qt.CheckState.Unchecked)
    assert proposal.write.text() == "编成 3 个小分队"
    proposal.write.click()
    ctx.refresher.flush()
    assert len(view.shown_rows()) == 3
    ctx.store.undo()
    page.reload(frozenset())
    assert view.shown_rows() == []


def test_members_stand_beside_the_squad_and_come_and_go(page: PlacesPage, ctx: Context, dialogs: Any) -> None:
    view = page.go("squads")
    dialogs.expect(lambda dialog: None)
    command(page, "new").run()
    dialog = dialog_of()
    dialog.form.put("grid", "第1网格")
    dialog.form.put("name", "第1网格小分队")
    dialog.form.submit()
    members = page.members
    assert members.title.text() == "第1网格小分队" and "缺" in members.shape.text()
    for role, choose in (("WORKER", 1), ("CADRE", 0), ("VOLUNTEER", 1), ("VOLUNTEER", 2)):
        dialogs.expect(lambda dialog: None)
        members.adds[role].click()
        dialog = dialog_of()
        editor = dialog.form.editor("person")
        if role == "CADRE":
            editor.setText(
                str(ctx.store.value("SELECT staff_no FROM cadre WHERE archived_on = '' ORDER BY staff_no LIMIT 1"))
            )
            editor.suggest()
            assert editor.take()
        else:
            editor.setCurrentIndex(choose)
        dialog.form.put("from_on", "2020-08-15")
        dialog.form.submit()
        ctx.refresher.flush()
    assert [row["role"] for row in members.rows] == ["WORKER", "CADRE", "VOLUNTEER", "VOLUNTEER"]
    assert members.shape.text() == "已按1名网格员、1名党员干部、2名志愿者编齐。"
    members.table.selectRow(3)
    members.take_out.click()
    ctx.refresher.flush()
    assert len(members.rows) == 3 and "缺志愿者1名" in members.shape.text()
    assert view.shown_rows()[0]["warning"]


def test_what_hangs_on_a_grid_keeps_it(page: PlacesPage, ctx: Context, dialogs: Any) -> None:
    view = page.go("grids")
    view.table.select(view.model.uid_at(0))
    dialogs.expect("知道了")
    command(page, "archive").run()
    QApplication.processEvents()
    assert "不能删除" in dialogs.seen[0] and len(view.shown_rows()) == 4


def test_the_list_goes_to_paper_and_workbook(
    page: PlacesPage, ctx: Context, dialogs: Any, tmp_path: Any, qtbot: Any
) -> None:
    from openpyxl import load_workbook

    from ui.kit.listing import draw_listing
    from ui.pages.places import _listing

    view = page.go("buildings")
    content = draw_listing(ctx.store, _listing(view.shown(), "building"))
    assert content.startswith(b"%PDF")
    out = tmp_path / "楼栋.xlsx"
    dialogs.expect(lambda dialog: dialog.fileSelected.emit(str(out)) if isinstance(dialog, QFileDialog) else None)
    command(page, "export").run()
    qtbot.waitUntil(lambda: out.exists(), timeout=5000)
    sheet = load_workbook(out).active
    assert sheet is not None
    heads = [cell.value for cell in sheet[2]]
    assert {"小区", "楼栋", "网格", "x", "y"} <= set(heads)


def test_the_keyboard_goes_with_the_tab(page: PlacesPage, ctx: Context) -> None:
    page.go("grids").table.focus()
    ctx.go_to("places", tab="workers")
    assert page.view.table.right.hasFocus()


def test_a_grid_is_shown_on_the_map(page: PlacesPage, ctx: Context) -> None:
    asked: list[tuple[str, object]] = []
    ctx.wanted.connect(lambda page_id, uid, _filter: asked.append((page_id, uid)))
    view = page.go("grids")
    view.table.select(view.model.uid_at(0))
    command(page, "map").run()
    assert asked == [("map", view.table.current_uid())]
