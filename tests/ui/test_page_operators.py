"""设置 · 经办人: the list, roles and passphrases; who looked at what; sections that a role may only read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from core.base.errors import Refused
from core.ledger import create_ledger, memory_ledger, open_ledger
from core.operators import add_operator, change_operator, operator, sign_in_again
from core.store import reveals
from tests import factory
from tests.conftest import Dialogs
from tests.ui.conftest import context_of
from tests.ui.page_room import cramped, open_window, words
from ui.kit import theme
from ui.pages.settings import SettingsPage
from ui.pages.settings_operators import OperatorsSection

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
MASTER, SECRET = "台账的总口令123", "自己的一个口令456"


@pytest.fixture
def page(tmp_path: Path, dressed: QApplication, qtbot: Any) -> Iterator[SettingsPage]:
    """设置 of a new ledger on disk, opened by its own passphrase."""
    store, _code = create_ledger(tmp_path / "台账", MASTER, org_name="湖北经济学院", year=2020, cost=CHEAP)
    store.operator = "李干事"
    factory.people(store, 3)
    ctx = context_of(store)
    window = open_window(ctx, qtbot, "settings")
    window.resize(1280, 1000)
    found = window.page
    assert isinstance(found, SettingsPage)
    yield found
    window.close()
    ctx.tasks.close()
    store.close()


def section_of(page: SettingsPage) -> OperatorsSection:
    found = page.choose("operator")
    assert isinstance(found, OperatorsSection)
    return found


def put(**values: str) -> Any:
    """Fill the form of the next dialog and save it."""

    def act(dialog: Any) -> None:
        for key, value in values.items():
            if key == "passphrase":
                pair = dialog.form.editor("passphrase").pair
                pair.first.setText(value)
                pair.second.setText(value)
            else:
                dialog.form.put(key, value)
        dialog.form.submit()

    return act


def cells(section: OperatorsSection) -> list[list[str]]:
    table = section.table
    return [[table.item(at, one).text() for one in range(3)] for at in range(table.rowCount())]


def add(section: OperatorsSection, dialogs: Dialogs, name: str, role: str) -> None:
    dialogs.expect(put(name=name, role=role, passphrase=SECRET))
    section.add_button.click()
    QApplication.processEvents()
    section.ctx.refresher.flush()


def test_from_a_mere_name_to_operators_with_passphrases(page: SettingsPage, dialogs: Dialogs) -> None:
    section = section_of(page)
    told: list[str] = []
    page.ctx.operator_changed.connect(lambda: told.append("changed"))
    assert section.free.isVisible() and section.table.rowCount() == 0
    add(section, dialogs, "王芳", "ENTRY")
    add(section, dialogs, "陈静", "ADMIN")
    assert cells(section) == [["陈静", "管理", ""], ["王芳", "录入", ""]]
    assert not section.free.isVisible() and told
    folder = page.ctx.store.folder
    assert folder is not None
    opened = open_ledger(folder, SECRET, operator="王芳")
    assert opened.role == "ENTRY"
    opened.close()
    assert page.ctx.store.steps(1)[0].label == "新增经办人陈静"


def test_role_passphrase_and_leaving(page: SettingsPage, dialogs: Dialogs) -> None:
    section, store = section_of(page), page.ctx.store
    add(section, dialogs, "陈静", "ADMIN")
    add(section, dialogs, "王芳", "ENTRY")
    section.table.setCurrentCell(1, 0)
    dialogs.expect(put(role="REVIEW"))
    section.on_one[0].click()
    QApplication.processEvents()
    section.ctx.refresher.flush()
    assert operator(store, "王芳")["role"] == "REVIEW"
    section.table.setCurrentCell(1, 0)
    dialogs.expect(put(passphrase="换过的口令789x"))
    section.on_one[1].click()
    QApplication.processEvents()
    section.ctx.refresher.flush()
    assert store.folder is not None
    open_ledger(store.folder, "换过的口令789x", operator="王芳").close()
    section.table.setCurrentCell(1, 0)
    dialogs.expect("离岗")
    section.on_one[2].click()
    QApplication.processEvents()
    section.ctx.refresher.flush()
    assert cells(section)[1][2].endswith("离岗")
    with pytest.raises(Refused):
        open_ledger(store.folder, "换过的口令789x", operator="王芳")
    section.table.setCurrentCell(1, 0)
    assert not section.on_one[0].isEnabled()  # who has left is only looked at


def test_a_role_taken_back_holds_at_once_and_who_is_gone_is_locked_out(page: SettingsPage, dialogs: Dialogs) -> None:
    section, ctx = section_of(page), page.ctx
    add(section, dialogs, "陈静", "ADMIN")
    add(section, dialogs, "李明", "ADMIN")
    sign_in_again(ctx.store, SECRET, "李明")
    ctx.operator_changed.emit()
    window: Any = page.window()
    with ctx.store.transact("修改经办人李明的权限") as tx:
        change_operator(tx, operator(tx, "李明")["uid"], {"role": "ENTRY"})
    ctx.refresher.announce(tx.outcome.tables)
    ctx.refresher.flush()
    assert ctx.store.role == "ENTRY" and not section.add_button.isEnabled()
    assert window.status.operator.text() == "经办：李明（录入）"
    with ctx.store.transact("经办人李明离岗") as tx:
        tx.update("operator", operator(tx, "李明")["uid"], {"left_on": "2020-11-24"})
    ctx.refresher.announce(tx.outcome.tables)
    ctx.refresher.flush()
    assert window.lock.locked
    sign_in_again(ctx.store, MASTER)
    window.lock._open()


def test_a_weak_or_mistyped_passphrase_is_said_at_its_field(page: SettingsPage, dialogs: Dialogs) -> None:
    section, said = section_of(page), []

    def act(dialog: Any) -> None:
        pair = dialog.form.editor("passphrase").pair
        dialog.form.put("name", "王芳")
        for first, second in (("短", "短"), (SECRET, SECRET + "x"), ("", "")):
            pair.first.setText(first)
            pair.second.setText(second)
            dialog.form.submit()
            said.append(dialog.form.error("passphrase"))
        dialog.reject()

    dialogs.expect(act)
    section.add()
    QApplication.processEvents()
    assert "太短" in said[0] and "不一样" in said[1] and said[2] == "请填写口令。"
    assert section.table.rowCount() == 0


def test_what_a_role_may_not_is_grey_with_the_reason(page: SettingsPage) -> None:
    store = page.ctx.store
    with store.transact("新增经办人王芳") as tx:
        add_operator(tx, store, {"name": "王芳", "role": "ENTRY"}, SECRET)
    sign_in_again(store, SECRET, "王芳")
    page.ctx.operator_changed.emit()
    for key in ("school", "lists", "forms"):
        section = page.choose(key)
        assert section is not None and not section.isEnabled()
        assert section.denied_note.isVisible() and "只有管理人员能修改设置和选项" in section.denied_note.text()
    people = section_of(page)
    assert not people.add_button.isEnabled() and "只有管理人员能管理经办人" in people.add_button.toolTip()
    assert people.isEnabled() and people.minutes.isEnabled() and cells(people)[0][0] == "王芳（您）"
    secret: Any = page.choose("passphrase")
    secret.old.setText(SECRET)
    secret.new.first.setText("王芳的新口令123")
    secret.new.second.setText("王芳的新口令123")
    secret.change_button.click()
    assert secret.said.text().startswith("口令已更换")
    sign_in_again(store, "王芳的新口令123", "王芳")
    sign_in_again(store, MASTER)
    page.ctx.operator_changed.emit()
    assert page.choose("school").isEnabled()


def test_who_looked_at_what_is_listed(page: SettingsPage) -> None:
    store, section = page.ctx.store, section_of(page)
    uid, name = store.tuples("SELECT uid, name FROM cadre ORDER BY staff_no LIMIT 1")[0]
    reveals.record(store, "cadre", [uid], ["phone", "id_no"])
    reveals.record(store, "cadre", [""], ["phone"])
    section.reload()
    told = [section.looks.item(at, 2).text() for at in range(section.looks.rowCount())]
    assert told == ["导出含手机的党员干部列表", f"党员干部{name}的手机、身份证号"]
    assert section.looks.item(0, 1).text() == "李干事"


def test_the_idle_minutes_are_kept(page: SettingsPage) -> None:
    section = section_of(page)
    assert section.minutes.value() == 15
    section.minutes.setValue(0)
    assert section.minutes.text() == "不自动锁定" and page.ctx.settings.get("lock_minutes") == 0
    assert section.account.isVisible() == (sys.platform == "win32")  # the Windows account


def test_a_ledger_in_memory_has_no_passphrases(dressed: QApplication, qtbot: Any, dialogs: Dialogs) -> None:
    store = memory_ledger()
    made = SettingsPage(context_of(store))
    qtbot.addWidget(made)
    made.show()
    section = section_of(made)
    dialogs.expect(put(name="王芳", role="ENTRY", passphrase=SECRET))
    dialogs.expect("知道了")
    dialog = section.add()
    qtbot.waitUntil(lambda: not dialogs.waiting, timeout=2000)
    assert "没有口令" in dialogs.seen[-1] and section.table.rowCount() == 0
    dialog.reject()
    store.close()


@pytest.mark.parametrize("points", [10, 16])
def test_everything_has_room(page: SettingsPage, dressed: QApplication, dialogs: Dialogs, points: int) -> None:
    theme.apply(dressed, dark=False, points=points)
    section = section_of(page)
    QApplication.processEvents()
    assert cramped(section) == []
    seen: list[list[str]] = []
    dialogs.expect(lambda dialog: (seen.append(cramped(dialog)), seen.append(words(dialog)), dialog.reject()))
    section.add()
    QApplication.processEvents()
    assert seen[0] == [] and any("录入：登记、导入、打印" in one for one in seen[1])
