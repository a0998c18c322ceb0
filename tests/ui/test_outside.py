"""What another process writes appears in the window; 经办 is asked once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from core.archive.closing import close_year
from core.ledger import open_ledger
from core.store import Store, backup, files, restoring
from core.store.outside import Outside
from tests.conftest import Dialogs
from tests.ui.copies_room import ledger_ctx, office_ledger
from tests.ui.page_room import open_window, words
from ui.context import Context
from ui.kit.dialogs import FormDialog
from ui.kit.perform import perform


@pytest.fixture
def ctx(dressed: QApplication, tmp_path: Path) -> Iterator[Context]:
    store = office_ledger(tmp_path / "台账")
    made = ledger_ctx(store)
    made.year = 2020
    yield made
    made.tasks.close()
    store.close()


@pytest.fixture
def other(ctx: Context) -> Iterator[Store]:
    """The command line, beside the window."""
    store = open_ledger(ctx.store.folder, key=ctx.store.key, operator="命令行")  # type: ignore[arg-type]
    yield store
    store.close()


def rename(store: Store, name: str) -> None:
    with store.transact("修改单位") as tx:
        tx.update("unit", tx.value("SELECT uid FROM unit ORDER BY uid LIMIT 1"), {"name": name})


def test_steps_of_another_connection_are_news_once(ctx: Context, other: Store) -> None:
    outside = Outside(ctx.store)
    assert outside.news() == frozenset()
    rename(ctx.store, "自己改的")
    assert outside.news() == frozenset(), "one's own step is no news"
    other.local.put("某个设置", 1)
    assert outside.news() == frozenset(), "a drawer is no step"
    rename(other, "别人改的")
    other.undo()
    assert "unit" in outside.news()
    assert outside.news() == frozenset()


def test_every_page_is_told_of_what_another_process_wrote(ctx: Context, other: Store, qtbot: Any) -> None:
    window = open_window(ctx, qtbot, "overview")
    heard: list[frozenset[str]] = []
    ctx.refresher.changed.connect(heard.append)
    rename(other, "会计学院党总支")
    qtbot.waitUntil(lambda: any("unit" in tables for tables in heard), timeout=4000)
    assert ctx.store.value("SELECT 1 FROM unit WHERE name = '会计学院党总支'") == 1
    window.go_to("archive")
    qtbot.waitUntil(lambda: "2020年还没有结账" in words(window.page))
    with other.transact("2020年度结账") as tx:
        close_year(tx, 2020)
    window.outside.look()
    qtbot.waitUntil(lambda: "2020年还没有结账" not in words(window.page))
    with other.transact("测试") as tx:
        tx.update("cadre", tx.value("SELECT uid FROM cadre LIMIT 1"), {"name": "欧阳改名"})
    window.go_to("roster")
    window.outside.look()
    page: Any = window.page
    qtbot.waitUntil(lambda: "欧阳改名" in [page.model.row_at(at)["name"] for at in range(page.model.rowCount())])


def test_who_works_here_is_asked_once_before_the_first_act(ctx: Context, qtbot: Any, dialogs: Dialogs) -> None:
    ctx.store.operator = ""
    window = open_window(ctx, qtbot, "overview")

    def give(dialog: FormDialog) -> None:
        dialog.form.put("operator", " 李干事 ")
        dialog.form.submit()

    dialogs.expect(give)
    assert perform(
        ctx, "修改单位", lambda tx: tx.update("unit", tx.value("SELECT uid FROM unit"), {"note": "一"}), parent=window
    )
    assert ctx.store.steps(1)[0].operator == "李干事", "already this step tells it"
    assert ctx.settings.get("operator") == "李干事" and "李干事" in window.status.operator.text()


def test_who_gives_no_name_is_not_asked_again(ctx: Context, qtbot: Any, dialogs: Dialogs) -> None:
    ctx.store.operator = ""
    window = open_window(ctx, qtbot, "overview")
    dialogs.expect("取消")
    for note in ("一", "二"):
        assert perform(
            ctx, "修改单位", lambda tx, said=note: tx.update("unit", tx.value("SELECT uid FROM unit"), {"note": said})
        )
    assert len(dialogs.seen) == 1 and window.menus.name.isVisible()


def test_a_restore_from_outside_is_said_once_and_is_no_damage(ctx: Context, qtbot: Any, dialogs: Dialogs) -> None:
    window = open_window(ctx, qtbot, "overview")
    folder = ctx.store.folder
    assert folder is not None
    restoring.restore(backup.make(ctx.store, backup.BY_HAND), folder, ctx.store.key)
    dialogs.expect("知道了")
    window.outside.look()
    qtbot.waitUntil(lambda: len(dialogs.seen) == 1)
    assert "从备份恢复" in dialogs.seen[0] and "重新打开" in dialogs.seen[0]
    faults: list[Exception] = []
    ctx.tasks.run("检查", lambda store, _progress: None, on_error=faults.append)
    qtbot.waitUntil(lambda: bool(faults))
    assert isinstance(faults[0], files.Replaced)
