"""Row and panel are always of the same person: whichever way the row changes, what is typed is asked about first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.checkin.model import CheckinDraft
from core.checkin.ops import check_in
from core.roster.ops import save_cadre
from core.store import Tx
from tests.conftest import Dialogs
from tests.flows.hands import CTRL, ENTER, Hands
from tests.ui.page_room import ledger_context, open_window
from ui.context import Context
from ui.kit.form import Form
from ui.kit.record_page import RecordPanel
from ui.kit.table import TableView

F2, DOWN, HOME = Qt.Key.Key_F2, Qt.Key.Key_Down, Qt.Key.Key_Home


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    for made in ledger_context(people=8, visits=8):
        with made.store.transact("报到") as tx:
            for (uid,) in tx.tuples("SELECT uid FROM cadre ORDER BY staff_no LIMIT 4"):
                check_in(tx, CheckinDraft(uid, "HOME", "2020-09-01", "经院社区"))
        yield made


class Desk:
    """A page with its list and its panel, the panel open on the first row and a form in it, one field typed."""

    def __init__(self, ctx: Context, qtbot: Any, page_id: str) -> None:
        self.ctx, self.qtbot = ctx, qtbot
        self.window = open_window(ctx, qtbot, page_id)
        self.page: Any = self.window.page
        self.part: Any = self.page.people if page_id == "checkin" else self.page
        self.table: TableView = self.part.table
        self.panel: RecordPanel = self.part.panel
        self.settle()
        self.table.focus()
        self.hands = Hands(qtbot)
        self.table.select(self.table.model.uid_at(0))
        self.first = self.table.current_uid()
        self.second = self.table.model.uid_at(1)
        self.hands.press(F2)
        qtbot.waitUntil(lambda: self.panel.is_editing)
        self.form = self.form_with("note")
        self.form.put("note", "改到一半")
        QApplication.processEvents()  # a form takes the keyboard a turn later
        self.table.right.setFocus()

    def form_with(self, key: str) -> Form:
        """The form of the section that has this field, opened."""
        section = next(one for one in self.panel.forms() if any(field.key == key for field in one._fields))
        section.start()
        assert section.form is not None
        return section.form

    def settle(self) -> None:
        self.ctx.refresher.flush()
        self.qtbot.waitUntil(lambda: not self.ctx.tasks.running and self.table.model.rowCount() > 0)

    def asked(self, dialogs: Dialogs, answer: Any, act: Callable[[], object]) -> str:
        """Do something that changes the row; what was asked, once answered."""
        dialogs.expect(answer)
        act()
        self.qtbot.waitUntil(lambda: not dialogs.waiting)
        self.settle()
        return dialogs.seen[-1]

    def agree(self) -> bool:
        return self.table.current_uid() in ("", self.panel.uid)


PAGES = ["roster", "visits", "checkin"]


@pytest.fixture(params=PAGES)
def desk(request: Any, ctx: Context, qtbot: Any) -> Desk:
    return Desk(ctx, qtbot, request.param)


def by_key(desk: Desk) -> None:
    desk.hands.press(DOWN)


def by_mouse(desk: Desk) -> None:
    grid = desk.table.right
    at = grid.visualRect(desk.table.model.index(1, desk.table.model.columnCount() - 1)).center()
    desk.qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)


def by_enter_on_another(desk: Desk) -> None:
    desk.table.select(desk.second)
    desk.table.opened.emit(desk.second)


def from_elsewhere(desk: Desk) -> None:
    desk.ctx.go_to(desk.window.page_id, desk.second)


WAYS = [by_key, by_mouse, from_elsewhere, by_enter_on_another]


@pytest.mark.parametrize("way", WAYS, ids=lambda one: one.__name__)
def test_going_on_editing_brings_the_row_back(desk: Desk, dialogs: Dialogs, way: Callable[[Desk], None]) -> None:
    def enter(dialog: Any) -> None:
        desk.qtbot.keyClick(dialog, ENTER)

    said = desk.asked(dialogs, enter, lambda: way(desk))
    assert "还没有保存" in said and desk.panel.title.text() in said
    assert (desk.panel.uid, desk.table.current_uid(), desk.table.selected_uids()) == (
        desk.first,
        desk.first,
        [desk.first],
    )
    assert desk.form.editor("note").text() == "改到一半" and desk.panel.is_editing


@pytest.mark.parametrize("way", WAYS, ids=lambda one: one.__name__)
def test_discarding_shows_the_row_and_keeps_no_draft(desk: Desk, dialogs: Dialogs, way: Callable[[Desk], None]) -> None:
    desk.asked(dialogs, "放弃", lambda: way(desk))
    assert desk.panel.uid == desk.table.current_uid() == desk.second and not desk.panel.is_editing
    desk.table.select(desk.first)
    form = desk.form_with("note")
    assert form.editor("note").text() == "" and form.drafts.offered is None


def test_saving_writes_to_who_was_edited(desk: Desk, dialogs: Dialogs) -> None:
    desk.asked(dialogs, "保存", lambda: by_key(desk))
    assert desk.panel.uid == desk.table.current_uid() == desk.second and not desk.panel.is_editing
    kinds = {"roster": "cadre", "visits": "visit", "checkin": "checkin"}
    sql = f"SELECT count(*) FROM {kinds[desk.window.page_id]} WHERE note = '改到一半'"
    assert desk.ctx.store.value(sql) == 1
    desk.table.select(desk.first)
    assert desk.form_with("note").editor("note").text() == "改到一半"


def test_a_form_nobody_typed_into_gives_way_without_a_question(desk: Desk) -> None:
    desk.form.put("note", "")
    by_key(desk)
    assert desk.panel.uid == desk.table.current_uid() == desk.second and not desk.panel.is_editing


def test_a_filter_or_a_refresh_that_takes_the_row_away_puts_nobody_else_in_its_place(desk: Desk) -> None:
    desk.page.apply_filter(search="没有这样的人")
    desk.qtbot.waitUntil(lambda: desk.table.model.complete and desk.table.model.rowCount() == 0)
    assert desk.panel.uid == desk.first and desk.panel.is_editing and desk.table.selected_uids() == []
    desk.page.apply_filter()
    desk.settle()
    assert desk.agree() and desk.panel.uid == desk.first
    assert desk.form.editor("note").text() == "改到一半"


def test_what_is_saved_that_cannot_be_saved_stays(ctx: Context, dialogs: Dialogs, qtbot: Any) -> None:
    desk = Desk(ctx, qtbot, "roster")
    desk.form_with("name").put("name", "")
    desk.asked(dialogs, "保存", lambda: by_key(desk))
    assert desk.panel.uid == desk.table.current_uid() == desk.first and desk.panel.is_editing


def test_an_undo_that_takes_the_record_away_closes_the_panel(ctx: Context, dialogs: Dialogs, qtbot: Any) -> None:
    desk = Desk(ctx, qtbot, "roster")
    desk.form.put("note", "")

    def add(tx: Tx) -> str:
        return save_cadre(tx, {"name": "阿新", "staff_no": "0000", "unit": "会计学院"})

    from ui.kit.perform import perform

    done = perform(ctx, "新增阿新", add)
    desk.settle()
    assert done is not None
    ctx.go_to("roster", done.value)
    desk.settle()
    desk.form_with("note").put("note", "改到一半")
    desk.table.right.setFocus()
    desk.hands.press(Qt.Key.Key_Z, held=CTRL)
    desk.settle()
    assert desk.panel.isHidden() and desk.panel.uid == "" and not desk.panel.is_editing


def test_the_panels_acts_are_about_who_it_shows(ctx: Context, dialogs: Dialogs, qtbot: Any) -> None:
    desk = Desk(ctx, qtbot, "roster")
    desk.form.put("note", "")
    desk.panel.forms()[0].stop()
    name = desk.panel.title.text()
    desk.page.filters.set_value({"search": "没有这样的人"}, tell=True)
    qtbot.waitUntil(lambda: desk.table.model.complete and desk.table.model.rowCount() == 0)
    desk.page.filters.set_value({"search": ""}, tell=True)
    desk.settle()
    desk.table.select(desk.second)
    assert desk.panel.uid == desk.second and desk.panel.title.text() != name
    desk.table.clear_current()
    dialogs.expect(lambda dialog: dialog.reject())
    desk.panel.archive_wanted.emit(desk.panel.uid)
    qtbot.waitUntil(lambda: not dialogs.waiting)
    assert desk.panel.title.text() in dialogs.seen[-1]


def test_ctrl_click_off_the_last_other_row_leaves_row_and_panel_together(ctx: Context, qtbot: Any) -> None:
    desk = Desk(ctx, qtbot, "roster")
    desk.form.put("note", "")
    grid = desk.table.right

    def click(row: int) -> None:
        at = grid.visualRect(desk.table.model.index(row, desk.table.model.columnCount() - 1)).center()
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, CTRL, at)

    click(1)
    assert desk.table.selected_uids() == [desk.first, desk.second]
    click(1)  # off again: the first alone is selected, the keyboard would stand on the second
    qtbot.waitUntil(lambda: desk.table.selected_uids() == [desk.first] == [desk.table.current_uid()])
    assert desk.panel.uid == desk.first
