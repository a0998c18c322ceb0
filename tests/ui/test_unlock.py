"""Opening a ledger: passphrase, recovery code with a new passphrase, damage and the last good backup."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from core.base.errors import Refused
from core.ledger import open_ledger
from core.operators import add_operator
from core.store import Store, Wiring, backup, files, tries
from tests.conftest import Clock, type_text
from tests.ui.conftest import add_unit
from tests.ui.test_shell_window import cramped, unnamed
from ui.kit import theme
from ui.shell.passphrase import CAPS, WIDE, strength
from ui.shell.unlock import UnlockDialog

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
OLD, NEW = "旧口令 2020 春天", "新口令 2020 秋天"


@pytest.fixture
def ledger(tmp_path: Path) -> tuple[Path, str]:
    """A closed ledger with one unit and one backup, and its recovery code."""
    folder = tmp_path / "台账"
    store, code = Store.create(folder, OLD, cost=CHEAP, wiring=Wiring())
    with store.transact("新增单位") as tx:
        add_unit(tx, "会计学院")
    backup.make(store, "启动")
    store.close()
    return folder, code


@pytest.fixture
def dialog(ledger: tuple[Path, str], dressed: QApplication, qtbot: Any) -> Iterator[UnlockDialog]:
    made = UnlockDialog(ledger[0])
    qtbot.addWidget(made)
    made.show()
    yield made
    if made.store is not None:
        made.store.close()


def button(dialog: UnlockDialog, text: str) -> QPushButton:
    """The button in view with this text."""
    found = [one for one in dialog.findChildren(QPushButton) if one.text() == text and one.isVisible()]
    assert len(found) == 1, text
    return found[0]


def units(store: Store | None) -> list[Any]:
    assert store is not None
    return store.tuples("SELECT name FROM unit")


def test_passphrase_and_enter(dialog: UnlockDialog, qtbot: Any) -> None:
    dialog.secret.setText(OLD)
    qtbot.keyClick(dialog.secret, Qt.Key.Key_Return)
    assert dialog.result() == UnlockDialog.DialogCode.Accepted
    assert units(dialog.store) == [("会计学院",)]


def test_wrong_passphrase_is_said_and_selected(dialog: UnlockDialog) -> None:
    dialog.secret.setText("不对的口令")
    dialog.unlock()
    assert dialog.said.text().startswith("口令不对。")
    assert dialog.secret.selectedText() != ""
    assert dialog.store is None and dialog.isVisible()


def test_show_and_hide(dialog: UnlockDialog) -> None:
    assert dialog.secret.echoMode() == QLineEdit.EchoMode.Password
    dialog.secret.toggle()
    assert dialog.secret.echoMode() == QLineEdit.EchoMode.Normal
    dialog.secret.toggle()
    assert dialog.secret.echoMode() == QLineEdit.EchoMode.Password


def test_recovery_code_sets_a_new_passphrase(dialog: UnlockDialog, ledger: tuple[Path, str]) -> None:
    button(dialog, "忘记口令，用恢复码打开").click()
    dialog.code.setText("AAAAA-" * 6)
    dialog.unlock_by_code()
    assert dialog.code_said.text().startswith("恢复码不对。")
    dialog.code.setText(ledger[1].lower().replace("-", " "))
    dialog.unlock_by_code()
    save = button(dialog, "保存新口令")
    assert not save.isEnabled()
    dialog.fresh.first.setText(NEW)
    dialog.fresh.second.setText(NEW + "x")
    assert not save.isEnabled()
    assert dialog.fresh.said.text() == "两次输入的口令不一样。"
    dialog.fresh.second.setText(NEW)
    save.click()
    assert dialog.result() == UnlockDialog.DialogCode.Accepted
    open_ledger(ledger[0], NEW).close()
    open_ledger(ledger[0], recovery_code=ledger[1]).close()
    with pytest.raises(Refused):
        open_ledger(ledger[0], OLD)


def test_leaving_after_the_code_closes_the_ledger(dialog: UnlockDialog, ledger: tuple[Path, str]) -> None:
    dialog.code.setText(ledger[1])
    dialog.unlock_by_code()
    dialog.reject()
    assert dialog.store is None
    open_ledger(ledger[0], OLD).close()


def test_damage_is_met_by_the_offer_of_a_backup(dialog: UnlockDialog, ledger: tuple[Path, str], dialogs: Any) -> None:
    file = files.ledger_file(ledger[0])
    file.write_bytes(b"\0" * 4096 + file.read_bytes()[4096:])
    dialog.secret.setText(OLD)
    dialogs.expect("恢复这份备份")
    dialog.unlock()
    assert "已恢复" in dialog.said.text() and "请输入口令打开" in dialog.said.text()
    dialog.secret.setText(OLD)
    dialog.unlock()
    assert units(dialog.store) == [("会计学院",)]


# -- operators


@pytest.fixture
def staffed(ledger: tuple[Path, str], dressed: QApplication, qtbot: Any) -> Iterator[UnlockDialog]:
    """The dialog of a ledger with one operator."""
    store = open_ledger(ledger[0], OLD)
    with store.transact("新增经办人王芳") as tx:
        add_operator(tx, store, {"name": "王芳", "role": "ENTRY"}, NEW)
    store.close()
    made = UnlockDialog(ledger[0])
    qtbot.addWidget(made)
    made.show()
    yield made
    if made.store is not None:
        made.store.close()


def test_no_name_is_asked_where_nobody_has_a_passphrase(dialog: UnlockDialog) -> None:
    assert not dialog.sign_in.name.isVisible() and not dialog.account.isVisible()


def test_an_operator_opens_under_his_name(staffed: UnlockDialog, qtbot: Any) -> None:
    assert staffed.sign_in.name.isVisible() and staffed.sign_in.name.text() == ""
    staffed.sign_in.name.setText("王芳")
    qtbot.keyClick(staffed.sign_in.name, Qt.Key.Key_Return)
    assert staffed.secret.hasFocus()
    staffed.secret.setText(NEW)
    qtbot.keyClick(staffed.secret, Qt.Key.Key_Return)
    assert staffed.store is not None
    assert (staffed.store.operator, staffed.store.role) == ("王芳", "ENTRY")


def test_an_empty_name_is_the_ledgers_own_passphrase(staffed: UnlockDialog) -> None:
    staffed.secret.setText(OLD)
    staffed.unlock()
    assert staffed.store is not None and staffed.store.role == "ADMIN"


@pytest.mark.parametrize(("name", "secret"), [("王芳", OLD), ("赵六", OLD), ("赵六", NEW), ("", NEW)])
def test_a_name_and_the_passphrase_of_another_open_nothing(staffed: UnlockDialog, name: str, secret: str) -> None:
    staffed.sign_in.name.setText(name)
    staffed.secret.setText(secret)
    staffed.unlock()
    assert staffed.store is None and "口令不对" in staffed.said.text()


def test_the_wait_is_counted_down_in_words_and_outlives_the_dialog(
    dialog: UnlockDialog, ledger: tuple[Path, str], clock: Clock, qtbot: Any
) -> None:
    for wrong in ("一", "二"):
        dialog.secret.setText(wrong)
        dialog.unlock()
    file = ledger[0] / tries.FILE
    assert json.loads(file.read_text(encoding="utf-8"))["wrong"] == 2 and dialog.go.isEnabled()
    file.write_text(json.dumps({"wrong": 8, "at": clock.at}), encoding="utf-8")
    again = UnlockDialog(ledger[0])
    qtbot.addWidget(again)
    again.show()
    assert "请等 32 秒再试" in again.said.text() and not again.go.isEnabled()
    qtbot.keyClick(again.secret, Qt.Key.Key_Return)
    assert again.store is None
    clock.at += 31
    qtbot.waitUntil(lambda: "请等 1 秒再试" in again.said.text())
    assert not again.go.isEnabled()
    clock.at += 1
    qtbot.waitUntil(again.go.isEnabled)
    again.secret.setText(OLD)
    again.unlock()
    assert again.store is not None
    again.store.close()


def test_what_may_be_wrong_with_the_keyboard_is_said(dialog: UnlockDialog, qtbot: Any) -> None:
    qtbot.keyClick(dialog.secret, "A")
    assert dialog.sign_in.hint.text() == CAPS and dialog.sign_in.hint.isVisible()
    qtbot.keyClick(dialog.secret, "a")
    assert not dialog.sign_in.hint.isVisible()
    qtbot.keyClick(dialog.secret, "A", Qt.KeyboardModifier.ShiftModifier)
    assert not dialog.sign_in.hint.isVisible()
    type_text(dialog.secret, "ａｂ１")
    assert dialog.sign_in.hint.text() == WIDE


def test_another_ledger_is_asked_for(dialog: UnlockDialog) -> None:
    button(dialog, "打开其他台账").click()
    assert dialog.elsewhere and dialog.store is None


@pytest.mark.parametrize("points", [10, 16])
@pytest.mark.parametrize("page", [0, 1, 2])
def test_names_and_room(
    dialog: UnlockDialog, dressed: QApplication, ledger: Any, qtbot: Any, page: int, points: int
) -> None:
    theme.apply(dressed, dark=False, points=points)
    again = UnlockDialog(ledger[0])
    qtbot.addWidget(again)
    again.pages.setCurrentIndex(page)
    again.show()
    assert again.minimumSizeHint().height() < 768
    assert (unnamed(again), cramped(again)) == ([], [])


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("", "bad"),
        ("abc1234", "bad"),
        ("12345678", "bad"),
        ("aaaaaaaa", "bad"),
        ("abcd2020", "warn"),
        ("Xiachen#2020", "ok"),
        ("藏龙岛的春天来得很早", "warn"),
        ("一句只有我自己知道的话而且很长", "warn"),
        ("一句只有我自己知道的话，而且很长很长", "ok"),
    ],
)
def test_strength(text: str, tone: str) -> None:
    assert strength(text)[0] == tone
    assert strength(text)[1].endswith("。")
