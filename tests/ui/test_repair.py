"""A ledger that does not open, a crash, an unconfirmed restore: what is offered and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QFrame, QPushButton, QWidget

from core import check
from core.base.errors import MachineFault
from core.ledger import create_ledger, open_ledger
from core.store import Store, backup, files, restoring
from tests.factory import people
from tests.ui.conftest import context_of
from tests.ui.test_shell_window import cramped, unnamed
from ui.context import Context
from ui.kit import theme
from ui.shell import repair
from ui.shell.first_run import FirstRun
from ui.shell.repair import RepairDialog, Secret

QUICK = {"iterations": 1, "lanes": 1, "memory_kib": 64}
SECRET = "一个测试口令在此"


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A ledger whose file is spoilt near its end; the backup lacks the last step."""
    folder = tmp_path / "台账"
    store, _code = create_ledger(folder, SECRET, org_name="某校", year=2020, operator="李干事", cost=QUICK)
    people(store, 5)
    backup.make(store, backup.AT_EXIT)
    people(store, 2)
    with store.transact("测试大步骤") as tx:
        tx.insert_many("unit", [{"name": f"单位{number}", "note": "字" * 300} for number in range(300)])
    root = store.value("SELECT rootpage FROM sqlite_schema WHERE name = 'unit'")
    store.close()
    spoil(folder, (root - 1) * 4096 + 100)
    return folder


def spoil(folder: Path, place: int) -> None:
    file = files.ledger_file(folder)
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)


def fault(folder: Path) -> MachineFault:
    with pytest.raises(MachineFault) as caught:
        open_ledger(folder, SECRET)
    return caught.value


@pytest.fixture
def dialog(damaged: Path, dressed: Any, qtbot: Any) -> Iterator[RepairDialog]:
    made = RepairDialog(damaged, fault(damaged), Secret(SECRET))
    qtbot.addWidget(made)
    made.show()
    yield made
    if made.store is not None:
        made.store.close()


def test_the_best_backup_is_named_with_what_it_holds_and_lacks(dialog: RepairDialog) -> None:
    assert "已损坏，没有打开，也没有改动" in dialog.damage.text()
    text = dialog.offer.text()
    assert "（退出），完好" in text and "5 人" in text and "还有这以后做的 2 步" in text


def test_where_only_an_index_is_spoilt_nothing_is_lost(tmp_path: Path, dressed: Any, qtbot: Any) -> None:
    folder = tmp_path / "台账"
    store, _code = create_ledger(folder, SECRET, org_name="某校", year=2020, operator="李干事", cost=QUICK)
    people(store, 5)
    backup.make(store, backup.AT_EXIT)
    people(store, 2)
    root = store.value("SELECT rootpage FROM sqlite_schema WHERE name = 'packet_by_peer'")
    store.close()
    spoil(folder, (root - 1) * 4096 + 100)
    for _ in range(2):
        made = RepairDialog(folder, fault(folder), Secret(SECRET))
        qtbot.addWidget(made)
        assert "7 人" in made.offer.text() and "恢复不会少内容" in made.offer.text()
    assert [backup.reason_of(one) for one in backup.listed(folder)] == ["损坏时", "退出"]
    made.take.click()
    store = open_ledger(folder, SECRET)
    assert store.value("SELECT count(*) FROM cadre") == 7 and check.findings(store) == []
    store.close()


def test_restored(dialog: RepairDialog, damaged: Path) -> None:
    dialog.take.click()
    assert dialog.result() == RepairDialog.DialogCode.Accepted
    assert "损坏的文件保留在" in dialog.restored and "请输入口令打开" in dialog.restored
    store = open_ledger(damaged, SECRET)
    assert store.value("SELECT count(*) FROM cadre") == 5
    store.close()
    assert files.paused(damaged)


def test_opened_to_be_read(dialog: RepairDialog, damaged: Path) -> None:
    before = files.ledger_file(damaged).read_bytes()
    dialog.look.click()
    assert dialog.store is not None and dialog.store.read_only
    assert dialog.store.value("SELECT count(*) FROM cadre") == 7
    assert files.ledger_file(damaged).read_bytes() == before


def test_another_backup_file(dialog: RepairDialog, damaged: Path, tmp_path: Path) -> None:
    (only,) = backup.listed(damaged)
    bad = tmp_path / "坏.xcbak"
    bad.write_bytes(only.read_bytes()[:-50])
    dialog.choose_file(bad)
    assert "已损坏" in dialog.said.text() and dialog.backup == only
    good = tmp_path / "U盘" / only.name
    good.parent.mkdir()
    only.replace(good)
    dialog.choose_file(good)
    assert dialog.said.text() == "" and dialog.backup == good
    dialog.take.click()
    assert dialog.restored


def test_no_sound_backup(damaged: Path, dressed: Any, qtbot: Any) -> None:
    for file in backup.listed(damaged):
        file.unlink()
    made = RepairDialog(damaged, fault(damaged), Secret(SECRET))
    qtbot.addWidget(made)
    assert "没有完好的备份" in made.offer.text() and not made.take.isEnabled() and made.look.isEnabled()


def test_a_lost_key_file_is_found_in_the_backup(damaged: Path, dressed: Any, qtbot: Any) -> None:
    (damaged / files.ENVELOPE).unlink()
    error = fault(damaged)
    assert isinstance(error, files.Damaged)
    made = RepairDialog(damaged, error, Secret(SECRET))
    qtbot.addWidget(made)
    made.open_to_read()
    assert made.store is not None and made.store.value("SELECT count(*) FROM cadre") == 7
    made.store.close()
    other = RepairDialog(damaged, error, Secret("不对的口令在此"))
    qtbot.addWidget(other)
    other.open_to_read()
    assert other.store is None and "没有能用这个口令打开的密钥" in other.said.text()
    assert "备份时的口令或恢复码" in other.offer.text()


def test_a_hopeless_file_is_said(damaged: Path, dressed: Any, qtbot: Any) -> None:
    file = files.ledger_file(damaged)
    file.write_bytes(b"\0" * 8192 + file.read_bytes()[8192:])
    made = RepairDialog(damaged, fault(damaged), Secret(SECRET))
    qtbot.addWidget(made)
    assert "5 人" in made.offer.text()
    made.open_to_read()
    assert made.store is None and "只读方式也打不开" in made.said.text()


def test_other_faults_offer_no_backup(damaged: Path, dressed: Any, qtbot: Any) -> None:
    made = RepairDialog(damaged, MachineFault("磁盘已满。", "请清理磁盘。"), Secret(SECRET))
    qtbot.addWidget(made)
    assert made.damage.text() == "磁盘已满。请清理磁盘。"
    assert [one for one in made.findChildren(QFrame) if one.property("role") == "card"] == []
    next(one for one in made.findChildren(QPushButton) if one.text() == "打开其他台账").click()
    assert made.elsewhere and made.result() == RepairDialog.DialogCode.Rejected


@pytest.mark.parametrize("points", [10, 16])
def test_names_and_room(damaged: Path, dressed: QApplication, qtbot: Any, points: int) -> None:
    theme.apply(dressed, dark=False, points=points)
    made = RepairDialog(damaged, fault(damaged), Secret(SECRET))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    assert made.height() < 768
    assert (unnamed(made), cramped(made)) == ([], [])


def test_a_new_machine_begins_with_a_backup(damaged: Path, tmp_path: Path, dressed: Any, qtbot: Any) -> None:
    first = FirstRun(tmp_path / "新电脑")
    qtbot.addWidget(first)
    bad = tmp_path / "坏.xcbak"
    bad.write_bytes(b"XCJSBAK1")
    first.restore(str(bad))
    assert "已损坏" in first.choice_said.text() and not files.is_ledger(tmp_path / "新电脑")
    first.restore(str(backup.listed(damaged)[0]))
    assert first.existing == tmp_path / "新电脑"
    store = open_ledger(first.existing, SECRET)
    assert store.value("SELECT count(*) FROM cadre") == 5
    store.close()


# -- in the window -----------------------------------------------------------------------------------------------


@pytest.fixture
def ctx(dressed: Any, tmp_path: Path) -> Iterator[Context]:
    """A sound ledger on disk."""
    store, _code = create_ledger(tmp_path / "好", SECRET, org_name="某校", year=2020, operator="李干事", cost=QUICK)
    people(store, 2)
    made = context_of(store)
    yield made
    made.tasks.close()
    if made.store.folder is not None:
        made.store.close()


@pytest.fixture
def parent(ctx: Context, qtbot: Any) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def test_after_a_crash_one_question_with_what_was_checked(
    ctx: Context, parent: QWidget, qtbot: Any, dialogs: Any
) -> None:
    went: list[Any] = []
    ctx.wanted.connect(lambda *given: went.append(given[0]))
    ctx.store.local.put("draft.visit", [{"typed": {}}])
    dialogs.expect("看看历史")
    repair.ask_after_crash(ctx, parent)
    qtbot.waitUntil(lambda: bool(dialogs.seen), timeout=10000)
    (said,) = dialogs.seen
    assert said.startswith("上次没有正常退出。检查过了，台账完好")
    assert "最后一步：今天" in said and "李干事 测试名册" in said and "1 份没有保存的草稿" in said
    assert went == ["history"]


def test_after_a_crash_with_damage_the_backups_are_shown(
    ctx: Context, parent: QWidget, qtbot: Any, dialogs: Any
) -> None:
    ctx.store.connection.execute("DELETE FROM membership")
    went: list[Any] = []
    ctx.wanted.connect(lambda *given: went.append(given))
    dialogs.expect("看备份")
    repair.ask_after_crash(ctx, parent)
    qtbot.waitUntil(lambda: bool(dialogs.seen), timeout=10000)
    assert "检查发现" in dialogs.seen[0] and "不一致" in dialogs.seen[0]
    assert went == [("settings", None, {"section": "backup"})]


def test_what_can_be_computed_anew_is_at_a_press(ctx: Context, parent: QWidget, qtbot: Any, dialogs: Any) -> None:
    ctx.store.connection.execute("DELETE FROM membership")
    dialogs.expect("重新计算")
    repair.look_over(ctx, parent, check.findings)
    qtbot.waitUntil(lambda: bool(dialogs.seen) and not ctx.tasks.running, timeout=10000)
    qtbot.waitUntil(lambda: check.findings(ctx.store) == [], timeout=10000)
    assert ctx.store.steps(1)[0].label == "重新计算"
    assert ctx.store.undo_candidate() is not None  # a step like any other


def test_a_check_in_the_background_speaks_only_of_faults(
    ctx: Context, parent: QWidget, qtbot: Any, dialogs: Any
) -> None:
    looked: list[int] = []

    def nothing(_store: Store) -> list[str]:
        looked.append(1)
        return []

    repair.look_over(ctx, parent, nothing)
    qtbot.waitUntil(lambda: bool(looked) and not ctx.tasks.running)
    assert dialogs.seen == []
    dialogs.expect("先继续工作")
    repair.look_over(ctx, parent, lambda _store: [f"第{number}处。" for number in range(9)])
    qtbot.waitUntil(lambda: bool(dialogs.seen))
    assert "第5处。" in dialogs.seen[0] and "第6处。" not in dialogs.seen[0] and "共 9 处" in dialogs.seen[0]


@pytest.mark.parametrize("answer", ["就用这一份", "换回恢复前的台账", "再看看"])
def test_the_restored_ledger_is_asked_about(
    ctx: Context, parent: QWidget, qtbot: Any, dialogs: Any, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    ended: list[int] = []
    monkeypatch.setattr(QApplication, "exit", staticmethod(ended.append))
    folder = ctx.store.folder
    assert folder is not None
    made = backup.make(ctx.store, backup.BY_HAND)
    people(ctx.store, 1)
    ctx.tasks.close()
    ctx.store.close()
    ctx.store.folder = None
    restoring.restore(made, folder)
    again = context_of(open_ledger(folder, SECRET))
    dialogs.expect(answer)
    if "换回" in answer:
        dialogs.expect("关闭程序")
    repair.ask_restored(again, parent)
    qtbot.waitUntil(lambda: not dialogs.waiting)
    QApplication.processEvents()
    assert "是您要的那一份吗" in dialogs.seen[0] and made.name in dialogs.seen[0]
    assert files.paused(folder) == (answer == "再看看")
    assert ended == ([0] if "换回" in answer else [])
    if again.store.folder is not None:
        again.tasks.close()
        again.store.close()
    store = open_ledger(folder, SECRET)
    assert store.value("SELECT count(*) FROM cadre") == (3 if "换回" in answer else 2)
    store.close()
