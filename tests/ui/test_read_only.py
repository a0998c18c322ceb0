"""The window on a damaged ledger: every page opens or says why not, nothing can be changed, the rest is saved as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.ledger import create_ledger, open_ledger
from core.store import files
from tests.conftest import let_settle
from tests.factory import people, visits
from tests.ui.conftest import add_unit, context_of
from ui.context import Context
from ui.kit.perform import perform
from ui.shell.main_window import MainWindow
from ui.shell.read_only import Unreadable, save, tell

QUICK = {"iterations": 1, "lanes": 1, "memory_kib": 64}
SECRET = "一个测试口令在此"


@pytest.fixture
def ctx(dressed: Any, tmp_path: Path) -> Iterator[Context]:
    """A ledger whose visits cannot be read, opened read-only."""
    folder = tmp_path / "台账"
    store, _code = create_ledger(folder, SECRET, org_name="某校", year=2020, operator="李干事", cost=QUICK)
    people(store, 12)
    visits(store, 400)
    root = store.value("SELECT rootpage FROM sqlite_schema WHERE name = 'visit'")
    store.close()
    data = bytearray(files.ledger_file(folder).read_bytes())
    data[(root - 1) * 4096 + 100] ^= 1
    files.ledger_file(folder).write_bytes(data)
    made = context_of(open_ledger(folder, SECRET, read_only=True))
    yield made
    made.tasks.close()
    made.store.close()


def test_every_page_opens_or_says_why_not(ctx: Context, qtbot: Any, dialogs: Any) -> None:
    from ui.pages.registry import PAGES

    window = MainWindow(ctx, PAGES)
    qtbot.addWidget(window)
    window.show()
    for page_id in window.specs:
        for _ in range(4):  # what a page reads on the worker may meet the damage too: that is said
            dialogs.expect("知道了")
        window.go_to(page_id)
        assert window.windowTitle().endswith("下沉纪实（只读）")
        qtbot.waitUntil(lambda: not ctx.tasks.running, timeout=10000)
    ctx.tasks.close()  # what is still to be told comes now, while it is expected
    let_settle()
    unread = {page_id for page_id, page in window.pages.items() if isinstance(page, Unreadable)}
    assert "visits" in unread and not unread & {"settings", "places", "history"}
    assert len(dialogs.seen) < 10 and all("读写出错或已损坏" in one for one in dialogs.seen)
    dialogs._armed.clear()  # most pages read where they stand: no dialog comes then
    window.close()


def test_writing_is_refused_and_the_rest_is_saved(ctx: Context, tmp_path: Path, qtbot: Any, dialogs: Any) -> None:
    dialogs.expect("知道了")
    assert perform(ctx, "新增单位", add_unit, "甲") is None
    qtbot.waitUntil(lambda: bool(dialogs.seen))
    assert "只读方式打开，不能改动" in dialogs.seen[0]
    notes: list[Any] = []
    ctx.messages.said.connect(notes.append)
    from PySide6.QtWidgets import QWidget

    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    tell(ctx, parent)
    assert notes[0].action == "存下读得出的内容…"
    shown: list[str] = []
    dialogs.expect(lambda dialog: (shown.append(dialog.view.toPlainText()), dialog.accept()))
    save(ctx, tmp_path / "读出.xlsx", parent)
    qtbot.waitUntil(lambda: bool(shown), timeout=10000)
    assert "党员干部：读出 12 条。" in shown[0] and "服务记录：读出 0 条，有 1 处读不出来。" in shown[0]
    assert (tmp_path / "读出.xlsx").exists()
