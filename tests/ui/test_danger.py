"""What cannot be meant by a key pressed without looking: the first focus of a dangerous dialog is not its button."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from core.base.errors import MachineFault
from core.ledger import create_ledger
from core.store import backup, files
from tests.flows.hands import CTRL, ENTER, Hands
from tests.ui.conftest import context_of
from tests.ui.page_room import ledger_context, open_window
from ui.context import Context
from ui.kit.dialogs import FormDialog
from ui.pages.checkin_dialogs import ask_end
from ui.pages.roster_dialogs import archive_people
from ui.pages.settings_restore import RestoreDialog
from ui.pages.visits_acts import ask_return, ask_void
from ui.shell.repair import RepairDialog, Secret

QUICK = {"memory_kib": 64, "iterations": 1, "lanes": 1}

Opened = Callable[[Context, Any], FormDialog]


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    yield from ledger_context(people=3, visits=3)


def first(ctx: Context, table: str) -> str:
    return str(ctx.store.value(f"SELECT uid FROM {table} ORDER BY uid LIMIT 1"))


def void(ctx: Context, window: Any) -> FormDialog:
    return ask_void(ctx, [first(ctx, "visit")], window)


def give_back(ctx: Context, window: Any) -> FormDialog:
    return ask_return(ctx, [first(ctx, "visit")], window)


def archive(ctx: Context, window: Any) -> FormDialog:
    dialog = archive_people(ctx, window, [first(ctx, "cadre")], "某人")
    dialog.form.put("archive_reason", "离职")
    return dialog


def end(ctx: Context, window: Any) -> FormDialog:
    return ask_end(ctx, window, [first(ctx, "cadre")], "某人", "MOVED")


def close(ctx: Context, window: Any) -> FormDialog:
    window.go_to("archive")
    return window.page.close_year()  # type: ignore[no-any-return]


@pytest.mark.parametrize("opened", [void, give_back, archive, end, close], ids=lambda one: one.__name__)
def test_enter_goes_to_the_button_and_no_further(ctx: Context, dialogs: Any, qtbot: Any, opened: Opened) -> None:
    dialogs.expect(lambda _dialog: None)
    window = open_window(ctx, qtbot, "roster")
    dialog = opened(ctx, window)
    done: list[object] = []
    dialog.accepted_values.disconnect()  # what it writes is tried elsewhere
    dialog.accepted_values.connect(done.append)
    qtbot.waitUntil(lambda: dialog.isAncestorOf(QApplication.focusWidget()))
    assert not isinstance(QApplication.focusWidget(), QPushButton)
    assert not any(button.isDefault() for button in dialog.findChildren(QPushButton))
    hands = Hands(qtbot)
    hands.press(*[ENTER] * 6)
    assert dialog.isVisible() and not done and not dialogs.waiting
    if opened in (archive, end):  # no memo, which takes the Enter for itself
        assert QApplication.focusWidget() is dialog.save
    dialog.form.focus()
    hands.press(ENTER, held=CTRL)
    assert bool(done) is (opened in (archive, end, close)), "Ctrl+Enter is meant"
    dialog.reject()


def test_a_restore_begins_at_cancel(dressed: QApplication, tmp_path: Path, qtbot: Any) -> None:
    store, _ = create_ledger(tmp_path / "台账", "一句很长的口令 2020", org_name="某大学", year=2020, cost=QUICK)
    made = context_of(store)
    dialog = RestoreDialog(made, backup.make(store, "手动"), None)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.pages.currentIndex() == 2, timeout=10_000)
    assert dialog.focusWidget() is dialog.leave and not dialog.here.isDefault() and not dialog.here.autoDefault()
    dialog.reject()
    made.tasks.close()
    store.close()


def test_a_repair_begins_at_looking(dressed: QApplication, tmp_path: Path, qtbot: Any) -> None:
    store, _ = create_ledger(tmp_path / "台账", "一句很长的口令 2020", org_name="某大学", year=2020, cost=QUICK)
    backup.make(store, "手动")
    store.close()
    error: MachineFault = files.Damaged("台账文件已损坏。", "请从备份恢复。")
    dialog: QDialog = RepairDialog(tmp_path / "台账", error, Secret("一句很长的口令 2020"))
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible() and dialog.focusWidget() is dialog.look  # type: ignore[attr-defined]
    assert dialog.take.isEnabled() and not dialog.take.isDefault()  # type: ignore[attr-defined]
