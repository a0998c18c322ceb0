"""归档 and 调动 with what people hold: shown, chosen, ended or handed over in one step; the 工作台 ends what was left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from core.check import findings
from core.checkin.ops import CheckinDraft, check_in
from core.grid_assignment.leads import appoint_lead
from core.grid_assignment.ops import assign
from core.holdings import holdings, left_behind
from core.roster.ops import archive_cadre
from core.team.ops import add_member, save_squad
from tests.ui.page_room import cramped, ledger_context, open_window, press
from ui.context import Context
from ui.pages.roster import RosterPage
from ui.pages.roster_holdings import END, GIVE, HoldingsList, LeftBehindDialog
from ui.shell.main_window import MainWindow


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    """People, the first two of whom hold something; `holders` and `taker` by uid."""
    for made in ledger_context(people=20):
        uids = [row[0] for row in made.store.tuples("SELECT uid FROM cadre WHERE status = 'ACTIVE' ORDER BY staff_no")]
        with made.store.transact("社区") as tx:
            grid = tx.insert("grid", {"community_uid": "linked", "name": "第1网格", "position": 1})
            estate = tx.insert("estate", {"community_uid": "linked", "name": "东苑"})
            house = tx.insert("building", {"estate_uid": estate, "grid_uid": grid, "name": "1栋"})
            for uid in uids[:2]:
                assign(tx, [uid], "", building_uid=house, from_on="2020-09-01")
            appoint_lead(tx, house, uids[0], "2020-09-01")
            check_in(tx, CheckinDraft(cadre_uid=uids[0], track="ASSIGNED", checked_on="2020-08-01"))
            add_member(tx, save_squad(tx, None, {"grid_uid": grid, "name": "一队"}), "CADRE", uids[1], "2020-09-01")
        yield made


def people(ctx: Context) -> list[str]:
    return [row[0] for row in ctx.store.tuples("SELECT uid FROM cadre WHERE status = 'ACTIVE' ORDER BY staff_no")]


@pytest.fixture
def window(ctx: Context, qtbot: Any) -> MainWindow:
    return open_window(ctx, qtbot, "roster")


@pytest.fixture
def page(window: MainWindow) -> RosterPage:
    found = window.page
    assert isinstance(found, RosterPage)
    return found


def chosen(page: RosterPage, uids: list[str]) -> None:
    page.apply_filter(uids=uids)
    page.table.select_all()


def listed_in(dialog: Any) -> HoldingsList:
    found = dialog.findChild(HoldingsList)
    assert isinstance(found, HoldingsList)
    return found


def test_archiving_several_shows_and_ends_what_they_hold_and_hands_over(page: RosterPage, dialogs: Any) -> None:
    store, uids = page.ctx.store, people(page.ctx)
    taker = store.one("SELECT uid, name, staff_no, '' AS unit FROM cadre WHERE uid = ?", (uids[2],))

    def fill(dialog: Any) -> None:
        listed = listed_in(dialog)
        lead = next(one for one in listed.rows if one.kind == "lead")
        assert [one.kind for one in listed.rows] == ["checkin", "assignment", "lead", "assignment", "squad"]
        assert listed.said.text() == "手上有5件事，随归档一起结束；楼栋长和小分队可以交给别人。"
        listed.choose(lead.uid, GIVE)
        dialog.form.put("archive_reason", "调离")
        dialog.form.put("date", "2020-11-01")
        assert not cramped(dialog)
        dialog.form.submit()
        assert dialog.isVisible() and left_behind(store) == []  # nobody is chosen yet: nothing is written
        assert store.value("SELECT archived_on FROM cadre WHERE uid = ?", (uids[0],)) == ""
        listed.choose(lead.uid, GIVE, taker)
        dialog.form.submit()

    said: list[str] = []
    page.ctx.messages.said.connect(lambda note: said.append(note.text))
    chosen(page, uids[:2])
    dialogs.expect(fill)
    page.archive_chosen()
    QApplication.processEvents()
    assert holdings(store, uids[:2]) == [] and findings(store) == []
    (row,) = store.rows("SELECT * FROM building_lead WHERE until_on = ''")
    assert (row["cadre_uid"], row["from_on"]) == (uids[2], "2020-11-01")
    assert said[-1].startswith("已归档") and "结束或交出5件事" in said[-1]
    store.undo()
    assert len(holdings(store, uids[:2])) == 5


def test_moving_keeps_by_default_and_ends_what_is_chosen(page: RosterPage, dialogs: Any) -> None:
    store, uids = page.ctx.store, people(page.ctx)

    def fill(dialog: Any) -> None:
        listed = listed_in(dialog)
        assert listed.ended() == [] and listed.hand_over() == {}
        listed.choose(next(one.uid for one in listed.rows if one.kind == "checkin"), END)
        dialog.form.put("unit", "机关党委")
        dialog.form.put("transfer_on", "2020-10-01")
        dialog.form.submit()

    chosen(page, uids[:1])
    dialogs.expect(fill)
    page.move_chosen()
    QApplication.processEvents()
    assert [one.kind for one in holdings(store, uids[:1])] == ["assignment", "lead"]
    assert store.value("SELECT ended_on FROM checkin WHERE cadre_uid = ?", (uids[0],)) == "2020-10-01"


def test_restoring_says_what_stays_ended(page: RosterPage, dialogs: Any, window: MainWindow) -> None:
    store, uids = page.ctx.store, people(page.ctx)
    chosen(page, uids[1:2])
    dialogs.expect(lambda dialog: (dialog.form.put("archive_reason", "调离"), dialog.form.submit()))
    page.archive_chosen()
    QApplication.processEvents()
    page.ctx.refresher.flush()
    said: list[str] = []
    page.ctx.messages.said.connect(lambda note: said.append(note.text))
    page.apply_filter(archived=True)
    page.table.select_all()
    dialogs.expect(lambda dialog: dialog.form.submit())
    page.restore_chosen()
    QApplication.processEvents()
    assert "归档时结束的没有恢复，需要的请重新登记：" in said[-1] and "“一队”成员" in said[-1]
    assert holdings(store, uids[1:2]) == []


def test_the_overview_ends_what_leavers_still_hold(ctx: Context, qtbot: Any, dialogs: Any) -> None:
    uids = people(ctx)
    with ctx.store.transact("合并") as tx:
        archive_cadre(tx, uids[0], "2020-11-01", "调离")
    window = open_window(ctx, qtbot, "overview")
    line = next(one for one in window.page.lines if "已归档人员" in one.words)  # type: ignore[union-attr]
    assert line.count == 1

    def end(dialog: Any) -> None:
        assert isinstance(dialog, LeftBehindDialog)
        assert len(dialog.listed.rows) == 3 and not cramped(dialog)
        press(dialog, "全部结束")

    dialogs.expect(end)
    line.click()
    qtbot.waitUntil(lambda: not dialogs.waiting)
    assert left_behind(ctx.store) == [] and findings(ctx.store) == []
