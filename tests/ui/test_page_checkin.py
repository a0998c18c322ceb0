"""报到: people with both tracks, the panel, the batch, the person page, the import, keys, names and room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from core.checkin.model import CheckinDraft
from core.checkin.ops import check_in, end_checkins
from core.checkin.people import PeopleFilter, people_uids
from core.checkin.status import absent_rows
from core.roster.ops import archive_cadre
from tests.conftest import Dialogs
from tests.ui.checkin_room import cadre, cells, checkin_context, open_checkin, settle
from tests.ui.page_room import cramped, open_window, press, words
from tests.ui.test_shell_window import unnamed
from ui.context import Context
from ui.kit import theme
from ui.pages.checkin import CheckinPage
from ui.pages.checkin_group import CheckinBatch
from ui.pages.import_kinds import KINDS


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    yield from checkin_context()


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> CheckinPage:
    return open_checkin(ctx, qtbot)


# -- 干部报到


def test_people_stand_with_both_tracks_and_are_counted(page: CheckinPage) -> None:
    model = page.people.model
    assert model.rowCount() == 40
    row = model.source.page([cadre(page.ctx.store, "0001")])[0]
    assert (row["home_state"], row["home_community"], row["sent_state"]) == ("CHECKED_IN", "经院社区", "CHECKED_IN")
    absent = len(absent_rows(page.ctx.store))
    assert page.footer() == f"40 人 · 个人报到 15 · 组织派遣报到 3 · 在职未报到 {absent}"


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"track": "ASSIGNED"}, 3),
        ({"track": "HOME", "state": "CHECKED_IN"}, 15),
        ({"state": "ENDED"}, 0),
        ({"community": "九凤社区"}, 4),
        ({"receipt": "NONE"}, 15),
        ({"search": "李书记"}, 10),
        ({"unit": "机关党委", "state": "ABSENT"}, 6),
    ],
)
def test_filters_find_their_people(page: CheckinPage, asked: dict[str, str], count: int) -> None:
    page.apply_filter(**asked)
    assert page.people.model.rowCount() == count


def test_the_absent_are_those_whom_the_table_counts(page: CheckinPage) -> None:
    page.apply_filter(state="ABSENT", status="ACTIVE")
    assert sorted(page.people.model.uids) == sorted(row["uid"] for row in absent_rows(page.ctx.store))


def test_who_left_with_an_open_checkin_can_be_ended_by_hand(ctx: Context, qtbot: Any, dialogs: Dialogs) -> None:
    uid = cadre(ctx.store, "0002")
    with ctx.store.transact("归档") as tx:
        archive_cadre(tx, uid, "2020-11-01", "调离")
    window = open_window(ctx, qtbot, "checkin")
    ctx.go_to("checkin", uids=(uid,))
    page = window.page
    assert isinstance(page, CheckinPage)
    settle(page, qtbot)
    assert list(page.people.model.uids) == [uid]
    page.people.table.select_all()
    dialogs.expect("注销")
    page.people.end().form.put("end_reason", "调离")
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(page, qtbot)
    assert ctx.store.value("SELECT count(*) FROM checkin WHERE cadre_uid = ? AND ended_on = ''", (uid,)) == 0
    assert page.escape()
    assert page.people.model.rowCount() == 39


def test_the_panel_shows_each_track_and_edits_in_place(page: CheckinPage, qtbot: Any) -> None:
    uid = cadre(page.ctx.store, "0003")
    page.open_record(uid)
    panel = page.people.panel
    assert {"个人报到", "组织派遣报到", "李书记"} <= set(words(panel))
    panel.edit()
    facts = panel.tracks["HOME"].facts
    assert facts.form is not None
    assert panel.is_editing
    facts.form.put("community", "藏龙社区")
    facts.form.put("place", "3网格")
    facts.form.submit()
    settle(page, qtbot)
    row = page.people.model.source.page([uid])[0]
    assert (row["home_community"], row["home_place"], row["home_state"]) == ("藏龙社区", "3网格", "PLACED")
    assert page.ctx.store.value("SELECT count(*) FROM community WHERE name = '藏龙社区'") == 1
    assert page.escape()
    assert panel.isHidden()


def test_acts_of_the_panel(page: CheckinPage, qtbot: Any, dialogs: Dialogs) -> None:
    store, uid = page.ctx.store, cadre(page.ctx.store, "0001")
    page.open_record(uid)
    panel = page.people.panel
    dialogs.expect("登记")
    panel.run_on("receipt", "HOME")
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(page, qtbot)
    assert store.value("SELECT receipt_on FROM checkin WHERE cadre_uid = ? AND track = 'HOME'", (uid,)) == "2020-11-24"
    press(panel.tracks["ASSIGNED"], "撤回误登")
    settle(page, qtbot)
    assert "还没有组织派遣报到。" in "".join(words(panel.tracks["ASSIGNED"]))
    dialogs.expect("登记")
    press(panel.tracks["ASSIGNED"].empty, "登记")
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(page, qtbot)
    assert store.value("SELECT count(*) FROM checkin WHERE cadre_uid = ? AND ended_on = ''", (uid,)) == 2


def test_a_button_that_goes_does_not_hand_the_keyboard_to_the_next(page: CheckinPage, qtbot: Any) -> None:
    store, uid = page.ctx.store, cadre(page.ctx.store, "0004")
    page.open_record(uid)
    part = page.people.panel.tracks["HOME"]
    with store.transact("注销") as tx:
        end_checkins(
            tx, [tx.value("SELECT uid FROM checkin WHERE cadre_uid = ? AND track = 'HOME'", (uid,))], "", "其他"
        )
    page.ctx.refresher.announce(tx.outcome.tables)
    settle(page, qtbot)
    assert part.buttons["reopen"].isVisible()
    part.buttons["reopen"].setFocus()
    assert part.buttons["reopen"].hasFocus()
    qtbot.keyClick(part.buttons["reopen"], Qt.Key.Key_Space)
    settle(page, qtbot)
    assert part.buttons["reopen"].isHidden() and part.buttons["remove"].isVisible()
    assert QApplication.focusWidget() is part.facts.edit


def test_a_person_moves_and_the_old_checkin_ends_that_day(page: CheckinPage, qtbot: Any, dialogs: Dialogs) -> None:
    store, uid = page.ctx.store, cadre(page.ctx.store, "0001")
    page.people.table.select(uid)
    dialogs.expect(lambda dialog: None)
    dialog = page.people.register()
    for key, value in {"community": "藏龙社区", "checked_on": "2020-10-08", "replace": 1}.items():
        dialog.form.put(key, value)
    dialog.form.submit()
    settle(page, qtbot)
    told = store.tuples(
        "SELECT checked_on, ended_on, end_reason FROM checkin WHERE cadre_uid = ? AND track = 'HOME' ORDER BY 1", (uid,)
    )
    assert told == [("2020-08-05", "2020-10-08", "迁居"), ("2020-10-08", "", "")]
    page.open_record(uid)
    assert "以前的报到" in words(page.people.panel)


def test_the_batch_says_at_once_who_cannot(page: CheckinPage, dialogs: Dialogs) -> None:
    dialogs.expect(lambda dialog: None)
    dialog = page.people.open_group()
    dialog.box.set_text("0001\n0011\n0020\n0099")
    assert "已于2020年8月5日在经院社区个人报到" in dialog.warning.text()
    assert "0011" in dialog.warning.text()  # no home community
    assert dialog.use.text() == "登记 1 人报到"
    dialog.form.put("checked_on", "2020-12-01")
    dialog.finish()
    assert "还没有到" in dialog.form.error("checked_on")
    dialog.form.put("checked_on", "2020-08-06")
    dialog.form.put("track", "ASSIGNED")
    assert dialog.use.text() == "登记 2 人报到"  # to the linked community everybody can be sent
    dialog.finish()
    assert "0099还没有对上人" in dialog.warning.text()
    assert page.ctx.store.value("SELECT count(*) FROM checkin") == 18
    dialog.finish()
    assert page.ctx.store.value("SELECT count(*) FROM checkin") == 20


# -- from and to other pages


def test_another_track_takes_the_branch_in_anew(page: CheckinPage, dialogs: Dialogs) -> None:
    dialogs.expect(lambda dialog: None)
    unit = page.ctx.store.one(
        "SELECT unit.name FROM unit JOIN cadre ON cadre.unit_uid = unit.uid WHERE cadre.staff_no = '0001'"
    )
    batch = page.people.open_group()
    batch.branch.setText(str((unit or {})["name"]))
    batch.take_branch()
    home = set(batch.uids())
    assert cadre(page.ctx.store, "0006") not in home | {""}
    batch.form.load({**batch.form.values(), "track": "ASSIGNED"})
    batch.form.changed.emit()
    sent = set(batch.uids())
    assert sent - home  # who has checked in at home may still be dispatched
    batch.box.set_text("0040")
    batch.form.load({**batch.form.values(), "track": "HOME"})
    batch.form.changed.emit()
    assert batch.box.edit.toPlainText() == "0040"  # what was typed stays
    batch.reject()


def test_the_person_page_shows_and_does_checkins(ctx: Context, qtbot: Any, dialogs: Dialogs) -> None:
    window = open_window(ctx, qtbot, "roster")
    uid = cadre(ctx.store, "0001")
    ctx.go_to("roster", uid)
    panel = window.page.panel  # type: ignore[union-attr]
    shown = "".join(words(panel))
    for part in ("个人报到　经院社区", "组织派遣报到　经院社区", "经办人李书记", "还没有编入网格，也没有岗位。"):
        assert part in shown
    dialogs.expect("登记")
    panel.checkins.wanted.emit("receipt", ctx.store.value("SELECT uid FROM checkin WHERE cadre_uid = ?", (uid,)))
    qtbot.waitUntil(lambda: not dialogs.waiting)
    ctx.refresher.flush()
    assert "回执2020年11月24日" in "".join(words(panel))


def test_the_person_page_shows_grid_and_building(ctx: Context, qtbot: Any) -> None:
    window = open_window(ctx, qtbot, "roster")
    uid = cadre(ctx.store, "0001")
    with ctx.store.transact("网格") as tx:
        home = tx.value("SELECT uid FROM community WHERE linked = 1")
        grid = tx.insert("grid", {"community_uid": home, "name": "第3网格"})
        estate = tx.insert("estate", {"community_uid": home, "name": "东苑"})
        house = tx.insert("building", {"estate_uid": estate, "grid_uid": grid, "name": "3栋"})
        placed = {"cadre_uid": uid, "grid_uid": grid, "building_uid": house, "entrance": "2单元"}
        tx.insert("grid_assignment", {**placed, "from_on": "2020-09-01"})
        tx.insert("building_lead", {"building_uid": house, "cadre_uid": uid, "from_on": "2020-09-02"})
    ctx.go_to("roster", uid)
    shown = "".join(words(window.page.panel))  # type: ignore[union-attr]
    for part in ("编入第3网格　东苑3栋2单元", "2020年9月1日 起", "楼栋长　东苑3栋"):
        assert part in shown
    with ctx.store.transact("注销") as tx:
        end_checkins(
            tx, [tx.value("SELECT uid FROM checkin WHERE cadre_uid = ? AND track = 'HOME'", (uid,))], "", "迁居"
        )
    assert people_uids(ctx.store, PeopleFilter(state="ENDED")) == [uid]
    assert people_uids(ctx.store, PeopleFilter(track="ASSIGNED", state="PLACED")) == [uid]


def test_the_import_page_takes_a_sheet_with_both_dates(ctx: Context, qtbot: Any, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (
        ("工号", "姓名", "报到社区", "派遣报到日期", "个人报到日期"),
        ("0020", "", "九凤社区", "2020年8月1日", "2020年8月6日"),
        ("0099", "查无此人", "九凤社区", "", "2020-08-06"),
    ):
        sheet.append(line)
    book.save(tmp_path / "报到.xlsx")
    window = open_window(ctx, qtbot, "import")
    ctx.go_to("import", kind="checkins", paths=[str(tmp_path / "报到.xlsx")])
    page: Any = window.page
    assert page.files.kinds.currentText() == "干部报到"
    page.go_next()
    qtbot.waitUntil(lambda: page.run.is_read and page.work.task is None)
    page.jump(2)
    qtbot.waitUntil(lambda: page.run.prepared is not None and page.work.task is None)
    assert [str(one.outcome) for one in page.run.prepared.plan.rows] == ["new", "new", "wrong"]
    page.work.act(lambda: page.run.skip([page.run.prepared.plan.rows[0].ref], True))
    qtbot.waitUntil(lambda: not page.work.planning)
    assert [str(one.outcome) for one in page.run.prepared.plan.rows] == ["skipped", "wrong"]
    page.work.act(lambda: page.run.skip([page.run.prepared.plan.rows[0].ref], False))
    qtbot.waitUntil(lambda: not page.work.planning)
    page.work.write()
    qtbot.waitUntil(lambda: page.run.written is not None)
    assert ctx.store.value("SELECT count(*) FROM checkin") == 20


def test_every_kind_of_sheet_has_a_template(ctx: Context, tmp_path: Path) -> None:
    from ui.pages.import_out import write_template_file

    assert len({kind.id for kind in KINDS}) == len(KINDS) >= 17
    for kind in KINDS:
        write_template_file(ctx.store, kind, tmp_path / f"{kind.id}.xlsx")
        assert kind.spec.label in cells(tmp_path / f"{kind.id}.xlsx")[0][0]


# -- keys, names, room


def test_keys_are_not_taken_twice(page: CheckinPage, qtbot: Any) -> None:
    for code in page.pages:
        page.go(code)
        settle(page, qtbot)
        keys = [one.key for one in page.commands() if one.key]
        assert len(keys) == len(set(keys)), code


def test_every_input_has_a_name(page: CheckinPage, ctx: Context, qtbot: Any) -> None:
    page.open_record(cadre(ctx.store, "0001"))
    assert unnamed(page) == []
    dialog: QWidget = CheckinBatch(ctx)
    qtbot.addWidget(dialog)
    dialog.show()
    assert unnamed(dialog) == []


@pytest.mark.parametrize("points", [10, 16])
def test_everything_has_its_room(page: CheckinPage, ctx: Context, qtbot: Any, points: int) -> None:
    theme.apply(QApplication.instance(), dark=False, points=points)  # type: ignore[arg-type]
    for code in page.pages:
        page.go(code)
        settle(page, qtbot)
        QApplication.processEvents()
        assert cramped(page) == [], code
    page.open_record(cadre(ctx.store, "0001"))
    QApplication.processEvents()
    assert cramped(page) == []


def test_a_checkin_by_another_hand_is_seen(page: CheckinPage, qtbot: Any) -> None:
    uid = cadre(page.ctx.store, "0020")
    with page.ctx.store.transact("登记") as tx:
        check_in(tx, CheckinDraft(uid, "HOME", "2020-09-01"))
    page.ctx.refresher.announce(tx.outcome.tables)
    settle(page, qtbot)
    assert "个人报到 16" in page.footer()
