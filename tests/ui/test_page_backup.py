"""设置 · 备份: made, checked, copied, restored after a look at what would be lost; the state in words; the restore to be confirmed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from core.base.rights import Role
from core.ledger import create_ledger, open_ledger
from core.store import backup, files, keys, restoring
from tests.conftest import PATIENCE
from tests.factory import people, visits
from tests.ui.conftest import context_of
from tests.ui.page_room import cramped
from tests.ui.test_shell_window import unnamed
from ui.context import Context
from ui.kit import theme
from ui.pages.settings_backup import BackupSection
from ui.pages.settings_restore import RestoreDialog
from ui.shell.backup_button import BackupState
from ui.shell.statusbar import StatusBar

QUICK = {"iterations": 1, "lanes": 1, "memory_kib": 64}
OLD, NEW = "一个测试口令在此", "另一个更长的口令在此"


@pytest.fixture
def ctx(dressed: Any, tmp_path: Path) -> Iterator[Context]:
    """A ledger in a folder with five people."""
    store, code = create_ledger(tmp_path / "台账", OLD, org_name="某校", year=2020, operator="李干事", cost=QUICK)
    people(store, 5)
    (tmp_path / "恢复码.txt").write_text(code, encoding="utf-8")
    made = context_of(store)
    yield made
    made.tasks.close()
    if store.folder is not None:
        store.close()


@pytest.fixture
def section(ctx: Context, qtbot: Any) -> BackupSection:
    made = BackupSection(ctx)
    qtbot.addWidget(made)
    made.resize(820, 700)
    made.reload()
    made.show()
    return made


@pytest.fixture
def status(ctx: Context, qtbot: Any) -> StatusBar:
    made = StatusBar(ctx)
    qtbot.addWidget(made)
    return made


def home(ctx: Context) -> Path:
    assert ctx.store.folder is not None
    return ctx.store.folder


def said(ctx: Context) -> list[str]:
    found: list[str] = []
    ctx.messages.said.connect(lambda note: found.append(note.text))
    return found


def shown(section: BackupSection, file: Path, qtbot: Any, dialogs: Any) -> RestoreDialog:
    """The preview of a backup, read."""
    dialogs.expect(lambda _dialog: None)
    dialog = section.look_at(file)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.pages.currentIndex() != 0, timeout=10000)
    return dialog


def test_backups_are_made_here_and_in_the_second_place(
    section: BackupSection, ctx: Context, tmp_path: Path, qtbot: Any
) -> None:
    stick, heard = tmp_path / "U盘", said(ctx)
    stick.mkdir()
    section.set_second(str(stick))
    section.make()
    qtbot.waitUntil(lambda: section.table.rowCount() == 1, timeout=10000)
    item = section.table.item(0, 1)
    assert item is not None and item.text() == "手动"
    assert len(list(stick.glob("*.xcbak"))) == 1
    assert "第二备份位置也存了一份" in heard[-1]
    assert section.state.text().startswith("最近一次：今天") and "没有改动" in section.state.text()
    assert section.second_state.text().startswith("每周一份，最近一份：今天")


def test_checked_and_copied(section: BackupSection, ctx: Context, tmp_path: Path, qtbot: Any) -> None:
    file, heard = backup.make(ctx.store, backup.BY_HAND), said(ctx)
    section.reload()
    section.check()
    qtbot.waitUntil(lambda: any("备份完好：5 人" in one for one in heard), timeout=10000)
    section.copy_to(file, tmp_path)
    qtbot.waitUntil(lambda: (tmp_path / file.name).exists(), timeout=10000)


def test_a_spoilt_one_is_said(section: BackupSection, ctx: Context, qtbot: Any, dialogs: Any) -> None:
    file = backup.make(ctx.store, backup.BY_HAND)
    file.write_bytes(file.read_bytes()[:-100])
    section.reload()
    dialogs.expect("知道了")
    section.check()
    qtbot.waitUntil(lambda: bool(dialogs.seen), timeout=10000)
    assert "已损坏" in dialogs.seen[0]


def test_the_preview_names_the_steps_that_would_be_lost(
    section: BackupSection, ctx: Context, qtbot: Any, dialogs: Any
) -> None:
    file = backup.make(ctx.store, backup.BY_HAND)
    visits(ctx.store, 4)
    dialog = shown(section, file, qtbot, dialogs)
    assert dialog.pages.currentIndex() == 2
    assert "5 人，0 条服务记录" in dialog.holds.text() and "最后一步：今天" in dialog.holds.text()
    assert "有 1 步" in dialog.loses.text()
    item = dialog.table.item(0, 3)
    assert item is not None and item.text() == "测试服务记录"
    dialog.reject()
    assert not files.paused(home(ctx))


def test_restored_to_another_folder(
    section: BackupSection, ctx: Context, tmp_path: Path, qtbot: Any, dialogs: Any
) -> None:
    file = backup.make(ctx.store, backup.BY_HAND)
    dialog = shown(section, file, qtbot, dialogs)
    dialogs.expect("知道了")
    dialog.restore_to(home(ctx))
    QApplication.processEvents()
    assert "已有台账" in dialogs.seen[-1]
    heard = said(ctx)
    dialog.restore_to(tmp_path / "另一处")
    qtbot.waitUntil(lambda: any("已恢复到“另一处”" in one for one in heard), timeout=10000)
    open_ledger(tmp_path / "另一处", OLD).close()


def test_restored_here_the_present_is_kept_aside_and_the_program_ends(
    section: BackupSection, ctx: Context, qtbot: Any, dialogs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[int] = []
    monkeypatch.setattr(QApplication, "exit", staticmethod(ended.append))
    folder = home(ctx)
    file = backup.make(ctx.store, backup.BY_HAND)
    people(ctx.store, 3)
    dialog = shown(section, file, qtbot, dialogs)
    dialogs.expect("关闭程序")
    dialog.here.click()
    qtbot.waitUntil(lambda: ended == [0], timeout=10000)
    assert "原来的台账保留在" in dialogs.seen[-1]
    assert [backup.reason_of(one) for one in backup.listed(folder)] == ["恢复前", "手动"]
    found = restoring.pending(folder)
    assert found is not None
    for place, number in ((folder, 5), (folder / found.aside, 8)):
        store = open_ledger(place, OLD)
        assert store.value("SELECT count(*) FROM cadre") == number
        store.close()


def test_after_a_new_passphrase_the_one_of_that_time_is_asked_for(
    section: BackupSection, ctx: Context, tmp_path: Path, qtbot: Any, dialogs: Any
) -> None:
    file = backup.make(ctx.store, backup.BY_HAND)
    envelope = files.read_envelope(home(ctx))
    files.write_envelope(home(ctx), keys.change_passphrase(envelope, ctx.store.key, NEW))
    dialog = shown(section, file, qtbot, dialogs)
    assert dialog.pages.currentIndex() == 1 and "换过口令" in dialog.why.text()
    dialog.secret.setText(NEW)
    dialog.unlock()
    assert dialog.said.text().startswith("口令不对")
    dialog.secret.setText(OLD)
    dialog.unlock()
    assert dialog.pages.currentIndex() == 2
    assert "备份那时的口令" in dialog.opens.text() and "设置 → 口令" in dialog.opens.text()
    dialog.reject()


def test_a_backup_of_another_ledger_opens_by_its_recovery_code(
    section: BackupSection, ctx: Context, tmp_path: Path, qtbot: Any, dialogs: Any
) -> None:
    other, code = create_ledger(tmp_path / "另一个", NEW, org_name="他校", year=2020, cost=QUICK)
    file = backup.make(other, backup.BY_HAND)
    other.close()
    dialog = shown(section, file, qtbot, dialogs)
    assert dialog.pages.currentIndex() == 1
    dialog.code.setText(code)
    dialog.unlock()
    qtbot.waitUntil(lambda: dialog.pages.currentIndex() == 2, timeout=10000)
    assert "他校" in dialog.holds.text() and "另一个台账" in dialog.loses.text()
    dialog.reject()


def test_only_who_may_restores(section: BackupSection, ctx: Context) -> None:
    ctx.store.role = Role.ENTRY
    section.reload()
    assert not section.restore_button.isEnabled() and "管理人员" in section.restore_button.toolTip()
    assert section.make_button.isEnabled()


@pytest.fixture
def restored(ctx: Context) -> Iterator[Context]:
    """The ledger after a restore that nobody has confirmed."""
    file, folder = backup.make(ctx.store, backup.BY_HAND), home(ctx)
    ctx.tasks.close()
    ctx.store.close()
    ctx.store.folder = None
    restoring.restore(file, folder)
    made = context_of(open_ledger(folder, OLD, operator="李干事"))
    yield made
    made.tasks.close()
    made.store.close()


def test_the_waiting_restore_is_shown_and_confirmed(restored: Context, qtbot: Any) -> None:
    section = BackupSection(restored)
    qtbot.addWidget(section)
    section.reload()
    assert not section.waits.isHidden() and "确认以前自动备份" in section.waits_text.text()
    assert "暂停" in section.state.text()
    section._keep()
    assert section.waits.isHidden() and not files.paused(home(restored))


# -- the status bar ----------------------------------------------------------------------------------------------


def test_the_button_tells_how_things_stand(ctx: Context, status: StatusBar, qtbot: Any) -> None:
    state = BackupState(ctx, status)
    assert status.backup.text() == "未备份"
    state.begin()
    assert status.backup.text() == "正在备份…"
    assert state._timer.isActive() and state._timer.interval() == 30 * 60 * 1000
    qtbot.waitUntil(lambda: status.backup.text().startswith("备份 今天"), timeout=10000)
    assert [backup.reason_of(one) for one in backup.listed(home(ctx))] == ["启动"]
    assert "没有改动" in status.backup.toolTip()
    people(ctx.store, 1)
    ctx.refresher.announce(frozenset({"cadre"}))
    qtbot.waitUntil(lambda: "半小时内自动备份" in status.backup.toolTip())
    state.run(backup.TIMED)
    qtbot.waitUntil(lambda: len(backup.listed(home(ctx))) == 2, timeout=10000)
    qtbot.waitUntil(lambda: not state._running)
    state.run(backup.TIMED)
    qtbot.waitUntil(lambda: not state._running, timeout=10000)
    assert len(backup.listed(home(ctx))) == 2


def test_long_work_does_not_keep_backups_waiting(ctx: Context, status: StatusBar, qtbot: Any) -> None:
    go_on = threading.Event()
    ctx.tasks.run("长时间的工作", lambda _store, _progress: go_on.wait(PATIENCE))
    BackupState(ctx, status).run(backup.TIMED)
    qtbot.waitUntil(lambda: len(backup.listed(home(ctx))) == 1, timeout=8000)
    go_on.set()
    qtbot.waitUntil(lambda: not ctx.tasks.running)


def test_a_missing_second_place_is_said_once_a_day_and_tried_again(
    ctx: Context, status: StatusBar, tmp_path: Path, qtbot: Any
) -> None:
    heard, state, stick = said(ctx), BackupState(ctx, status), tmp_path / "U盘"
    ctx.settings.put("backup_second", str(stick))
    for _ in range(2):
        state.run(backup.TIMED)
        qtbot.waitUntil(lambda: not state._running, timeout=10000)
    assert len([one for one in heard if "第二备份位置没有存成" in one]) == 1
    stick.mkdir()
    state.run(backup.TIMED)
    qtbot.waitUntil(lambda: len(list(stick.glob("*.xcbak"))) == 1, timeout=10000)


def test_a_backup_that_fails_stays_in_sight(ctx: Context, status: StatusBar, qtbot: Any) -> None:
    state = BackupState(ctx, status)
    place = home(ctx) / backup.BACKUPS
    place.write_bytes(b"a file where the folder should be")
    state.run(backup.TIMED)
    qtbot.waitUntil(lambda: status.backup.text() == "备份没有成功", timeout=10000)
    assert "备份没有写成" in status.backup.toolTip()
    place.unlink()
    state.make()
    qtbot.waitUntil(lambda: status.backup.text().startswith("备份 今天"), timeout=10000)


def test_while_a_restore_waits_the_button_leads_there(restored: Context, qtbot: Any) -> None:
    status = StatusBar(restored)
    qtbot.addWidget(status)
    BackupState(restored, status)
    went: list[tuple[Any, ...]] = []
    restored.wanted.connect(lambda *given: went.append(given))
    assert status.backup.text() == "恢复待确认"
    status.backup.click()
    assert went == [("settings", None, {"section": "backup"})]


@pytest.mark.parametrize("points", [10, 16])
def test_nothing_is_cut_off_and_all_is_named(
    restored: Context, dressed: Any, qtbot: Any, dialogs: Any, points: int
) -> None:
    theme.apply(dressed, dark=False, points=points)
    people(restored.store, 1)
    section = BackupSection(restored)
    qtbot.addWidget(section)
    section.resize(theme.px(820), theme.px(760))
    section.reload()
    section.show()
    qtbot.waitExposed(section)
    assert (unnamed(section), cramped(section)) == ([], [])
    dialog = shown(section, backup.listed(home(restored))[0], qtbot, dialogs)
    for page in range(3):
        dialog.pages.setCurrentIndex(page)
        QApplication.processEvents()
        assert (unnamed(dialog), cramped(dialog)) == ([], [])
    assert dialog.minimumSizeHint().height() < 768
    dialog.reject()
