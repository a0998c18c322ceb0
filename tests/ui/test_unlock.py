"""Opening a ledger: passphrase, recovery code with a new passphrase, damage and the last good backup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from core.base.errors import MachineFault, Refused
from core.ledger import open_ledger
from core.store import Store, files
from tests.ui.conftest import add_unit
from tests.ui.test_shell_window import cramped, unnamed
from ui.kit import theme
from ui.shell.passphrase import strength
from ui.shell.unlock import UnlockDialog

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
OLD, NEW = "旧口令 2020 春天", "新口令 2020 秋天"


@pytest.fixture
def ledger(tmp_path: Path) -> tuple[Path, str]:
    """A closed ledger with one unit and one backup, and its recovery code."""
    folder = tmp_path / "台账"
    store, code = Store.create(folder, OLD, cost=CHEAP)
    with store.transact("新增单位") as tx:
        add_unit(tx, "会计学院")
    files.make_backup(store, "启动")
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


def test_damage_offers_the_last_good_backup(dialog: UnlockDialog, ledger: tuple[Path, str]) -> None:
    file = files.ledger_file(ledger[0])
    file.write_bytes(b"\0" * 4096 + file.read_bytes()[4096:])
    dialog.secret.setText(OLD)
    dialog.unlock()
    assert dialog.damage.text()
    assert files.backups(ledger[0])[0].name in dialog.offer.text()
    button(dialog, "恢复这份备份").click()
    assert "损坏的文件保留在" in dialog.said.text()
    dialog.secret.setText(OLD)
    dialog.unlock()
    assert units(dialog.store) == [("会计学院",)]


def test_damage_without_a_backup_says_so(dialog: UnlockDialog, ledger: tuple[Path, str]) -> None:
    for file in files.backups(ledger[0]):
        file.unlink()
    files.ledger_file(ledger[0]).unlink()
    dialog.secret.setText(OLD)
    dialog.unlock()
    assert "没有完好的备份" in dialog.offer.text()
    assert not dialog.take.isVisible()


def test_another_ledger_is_asked_for(dialog: UnlockDialog) -> None:
    button(dialog, "打开其他台账").click()
    assert dialog.elsewhere and dialog.store is None


@pytest.mark.parametrize("points", [10, 16])
@pytest.mark.parametrize("page", [0, 1, 2, 3])
def test_names_and_room(
    dialog: UnlockDialog, dressed: QApplication, ledger: Any, qtbot: Any, page: int, points: int
) -> None:
    theme.apply(dressed, dark=False, points=points)
    again = UnlockDialog(ledger[0])
    qtbot.addWidget(again)
    again._offer_backup(MachineFault("台账文件读写出错或已损坏。", "请从最近的备份恢复。"))
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
