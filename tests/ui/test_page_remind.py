"""提醒 of those who will miss the year's minimum, and what the list says of a closed year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from core.archive.closing import close_year
from core.evaluation.forecast import forecast, reminders
from core.org.reminding import Reminder
from core.roster.ops import save_cadre
from tests.conftest import Dialogs
from tests.ui.page_room import cramped, ledger_context, open_window
from ui.context import Context
from ui.kit.listing import export_to
from ui.pages.visits import VisitsPage
from ui.pages.visits_remind import FIELDS, RemindDialog


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    yield from ledger_context(people=30, visits=40)


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> VisitsPage:
    found = open_window(ctx, qtbot, "visits").page
    assert isinstance(found, VisitsPage)
    found._go_to_tab("quota")
    qtbot.waitUntil(lambda: found.quota.report is not None)
    return found


def told(ctx: Context, *, by_branch: bool = False) -> list[Reminder]:
    return reminders(ctx.store, forecast(ctx.store, 2020), by_branch=by_branch)


def test_each_unit_or_branch_has_its_message_and_the_keyboard_copies_it(
    page: VisitsPage, dialogs: Dialogs, qtbot: Any
) -> None:
    dialogs.expect(lambda _dialog: None)
    next(one for one in page.commands() if one.id == "remind").run()
    dialog = page.window().findChild(RemindDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: bool(dialog.told))
    for way, expected in enumerate((told(page.ctx), told(page.ctx, by_branch=True))):
        dialog.way.setCurrentIndex(way)
        qtbot.waitUntil(lambda whoms=[one.whom for one in expected]: [one.whom for one in dialog.told] == whoms)
        assert f"年末达不到{sum(one.count for one in expected)}人" in dialog.head.text()
        qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
        qtbot.keyClick(dialog.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert QApplication.clipboard().text() == expected[1].paragraph == dialog.text.toPlainText()
        assert f"【{expected[1].whom}】联系人：" in dialog.text.toPlainText()
        dialog.copy_every.click()
        assert all(one.paragraph in QApplication.clipboard().text() for one in expected)
    assert cramped(dialog) == []


def test_the_list_is_written_as_a_workbook(page: VisitsPage, tmp_path: Any, qtbot: Any) -> None:
    from openpyxl import load_workbook

    from ui.kit.listing import Listing

    listing = Listing("未达标名单", FIELDS, lambda store: forecast(store, 2020).rows, "口径")
    export_to(page.ctx, listing, tmp_path / "a.xlsx", page)
    qtbot.waitUntil(lambda: (tmp_path / "a.xlsx").exists() and not page.ctx.tasks.running)
    cells = [str(cell) for row in load_workbook(tmp_path / "a.xlsx").active.values for cell in row if cell]
    assert "年末达不到" in cells and all(row["name"] in cells for row in forecast(page.ctx.store, 2020).rows)


def test_nobody_to_remind_is_said(ctx: Context, qtbot: Any) -> None:
    ctx.year = 2020
    with ctx.store.transact("都退休") as tx:
        for (uid,) in tx.tuples("SELECT uid FROM cadre"):
            save_cadre(tx, {"status": "RETIRED"}, uid)
    dialog = RemindDialog(ctx)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: "不用提醒" in dialog.text.toPlainText())
    assert not any(one.isEnabled() for one in (dialog.copy_one, dialog.copy_every, *dialog.acts.values()))


def test_a_closed_year_is_said_on_top(page: VisitsPage, qtbot: Any) -> None:
    assert page.quota.closed.isHidden()
    with page.ctx.store.transact("结账") as tx:
        close_year(tx, 2020)
    page.ctx.refresher.announce(frozenset({"closed_year", "year_figure"}))
    page.ctx.refresher.flush()
    qtbot.waitUntil(lambda: not page.quota.closed.isHidden())
    label = page.quota.closed
    assert isinstance(label, QLabel) and label.text().startswith("2020年度已于") and "结账后更正" in label.text()
