"""The page 归档: what waits, 结账, 结账后更正, the folder, its check and the scans."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtWidgets import QPushButton

from core.archive.closing import close_year
from core.archive.model import OpenItem
from core.evaluation.closed import closed
from core.service_log.ops import void_visits
from core.store import Store
from reports.archive import archive, archive_job
from tests.conftest import Dialogs
from tests.ui.page_room import cramped, ledger_context, open_window, words
from ui.context import Context
from ui.headless.jobs import JOBS
from ui.kit import theme
from ui.pages.archive import ArchivePage


@pytest.fixture
def ctx() -> Iterator[Context]:
    yield from ledger_context(people=6, visits=40)


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> ArchivePage:
    found = open_window(ctx, qtbot, "archive").page
    assert isinstance(found, ArchivePage)
    settle(found, qtbot)
    return found


def settle(page: ArchivePage, qtbot: Any) -> None:
    page.ctx.refresher.flush()
    qtbot.waitUntil(lambda: not page.ctx.tasks.running)


def close(store: Store) -> None:
    with store.transact("2020年度结账") as tx:
        close_year(tx, 2020)


def test_what_waits_opens_its_page_and_closing_asks_once(page: ArchivePage, qtbot: Any, dialogs: Dialogs) -> None:
    ctx = page.ctx
    assert "2020年还没有结账" in words(page) and cramped(page) == []
    ways = [one for one in page.findChildren(QPushButton) if one.text().startswith("待确认的服务记录")]
    went: list[str] = []
    ctx.wanted.connect(lambda page_id, _uid, _filter: went.append(page_id))
    ways[0].click()
    assert went == ["visits"]
    commands = {one.id: one for one in page.commands()}
    assert commands["file"].disabled == "请先结账。" and not commands["close"].disabled
    dialogs.expect("结账")
    page.close_year()
    qtbot.waitUntil(lambda: not dialogs.waiting)
    assert closed(ctx.store, 2020) is not None
    page.reload(frozenset())
    settle(page, qtbot)
    assert any(text.startswith("2020年已于") for text in words(page))
    assert "还没有归档。请按“归档到文件夹…”。" in words(page) and page.footer() == "结账后更正 0 项"
    assert {one.id: one for one in page.commands()}["close"].disabled == "这一年已经结账。"


def test_all_that_can_wait_fits_a_small_screen_in_large_type(page: ArchivePage, qtbot: Any, dressed: Any) -> None:
    theme.apply(dressed, dark=False, points=14)
    kinds = ("待确认的服务记录", "退回修改的服务记录", "没有提交的服务记录草稿", "社区、党支部评价不全的人")
    items = [OpenItem(str(at), label, 1234, "visits") for at, label in enumerate((*kinds, *kinds[:3]))]
    page._take(2020, None, items, [], [], 0)
    window = page.window()
    window.resize(1366, 720)  # of 768 lines what the task bar leaves
    qtbot.waitUntil(lambda: all(one.isVisible() for one in page.findChildren(QPushButton) if "1234" in one.text()))
    assert window.height() == 720 and window.minimumSizeHint().height() <= 720
    assert cramped(page) == []


def test_corrections_are_listed_and_enter_opens_the_step(page: ArchivePage, qtbot: Any) -> None:
    store = page.ctx.store
    close(store)
    sql = "SELECT visit_uid FROM visit_tally WHERE state = 'CONFIRMED' AND track = 'OWN' AND minutes > 0 LIMIT 1"
    with store.transact("作废服务记录") as tx:
        void_visits(tx, [store.value(sql)], "重复登记")
    page.reload(frozenset())
    settle(page, qtbot)
    assert page.table.rowCount() == len(page.found) > 0
    went: list[str] = []
    page.ctx.wanted.connect(lambda _page, uid, _filter: went.append(uid))
    page.table.setCurrentCell(0, 0)
    page.open_step()
    assert went == [str(tx.outcome.step)]
    assert cramped(page) == []


def test_the_folder_is_ordered_from_the_child_and_checked(
    page: ArchivePage, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = page.ctx.store
    close(store)
    orders: list[dict[str, Any]] = []
    monkeypatch.setattr(page.ctx.tasks, "spawn", lambda _label, order, *_a, **_k: orders.append(order))
    page.archive(str(tmp_path))
    assert orders == [{"job": "archive", "year": 2020, "out": str(tmp_path)}] and "archive" in JOBS
    done = archive_job(store, orders[0], lambda *_: None)
    page._archived(done)
    page.reload(frozenset())
    settle(page, qtbot)
    assert any(text.startswith("已归档 14 件") for text in words(page))
    page.check(done["folder"])
    qtbot.waitUntil(lambda: not page.ctx.tasks.running)


def test_an_archive_with_a_hole_is_said_first(page: ArchivePage, qtbot: Any, tmp_path: Path, dialogs: Dialogs) -> None:
    store = page.ctx.store
    close(store)
    done = archive_job(store, {"year": 2020, "out": str(tmp_path)}, lambda *_: None)
    assert done["lacking"] == "" and done["words"].startswith("已归档 16 个文件")
    told = {
        "words": "归档不全，缺1件：纪实手册1件（张伟）。已归档 15 个文件。",
        "lacking": "缺1件",
        "problems": ["纪实手册 张伟：照片已损坏。"],
    }
    with store.transact("少一件") as tx:
        tx.delete("archive_item", str(tx.value("SELECT uid FROM archive_item WHERE cadre_uid IS NOT NULL LIMIT 1")))
    page.reload(frozenset())
    settle(page, qtbot)
    assert any(text.startswith("归档不全，缺 1 件。已归档 13 件") for text in words(page))
    seen: list[str] = []
    dialogs.expect(lambda dialog: seen.append(dialog.view.toPlainText()))
    page._archived({**done, **told})
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0].startswith("归档不全，缺1件") and seen[0].endswith("照片已损坏。")


@pytest.fixture
def scans(page: ArchivePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a page nobody can read; what a child process would do is done on the ledger in memory."""
    ctx = page.ctx

    def spawn(label: str, order: dict[str, Any], *told: Any, owner: Any) -> Any:
        full = {**order, "folder": "the ledger's", "key": "00"}  # what the real one adds
        return ctx.tasks.run(label, lambda store, tell: JOBS[order["job"]](store, full, tell), *told, owner=owner)

    monkeypatch.setattr(ctx.tasks, "spawn", spawn)
    close(ctx.store)
    archive(ctx.store, 2020, tmp_path / "归档")
    folder = tmp_path / "扫描"
    folder.mkdir()
    Image.new("RGB", (400, 560), "white").save(folder / "a.png")
    return folder


def test_a_page_that_was_not_read_is_seen_and_given_a_number(
    page: ArchivePage, qtbot: Any, scans: Path, dialogs: Dialogs
) -> None:
    (scans / "坏.pdf").write_bytes(b"%PDF-1.7 nothing")
    dialogs.expect(lambda _dialog: None)
    dialog = page.scans(str(scans))
    assert dialog is not None and dialog.work.isVisibleTo(dialog) and not dialog.file.isEnabled()
    qtbot.waitUntil(lambda: len(dialog.unread) == 2)
    assert cramped(dialog) == [] and not dialog.number.isEnabled()  # a file that cannot be opened has no number
    dialog.table.setCurrentCell(1, 0)
    qtbot.waitUntil(lambda: not dialog.picture.pixmap().isNull())
    dialog.number.setText("0002")
    dialog.take_number()
    dialog.file.click()
    qtbot.waitUntil(lambda: [one.page.label for one in dialog.unread] == ["坏.pdf"])
    store = page.ctx.store
    assert store.value("SELECT count(*) FROM archive_item WHERE scanned = 1 AND item_no LIKE '%-0002'") == 1
    assert store.local.keys("draft.scans") == []
    dialog.close()


def test_typed_numbers_are_there_when_the_dialog_comes_again(
    page: ArchivePage, qtbot: Any, scans: Path, dialogs: Dialogs
) -> None:
    Image.new("RGB", (420, 560), "white").save(scans / "b.png")
    dialogs.expect(lambda _dialog: None)
    dialog = page.scans(str(scans))
    qtbot.waitUntil(lambda: len(dialog.unread) == 2)
    qtbot.keyClicks(dialog.number, "9999")  # no Enter, the next page chosen
    dialog.table.setCurrentCell(1, 0)
    assert dialog.number.text() == ""
    dialog.close()
    dialogs.expect(lambda _dialog: None)
    again = page.scans(str(scans))
    qtbot.waitUntil(lambda: len(again.unread) == 2)
    assert again.table.item(0, 2).text() == "9999" and again.number.text() == "9999"
    assert "9999" in again.table.item(0, 1).text()  # it was tried, and there is no such item
    again.close()


def test_reading_can_be_cancelled_and_begun_again(page: ArchivePage, qtbot: Any, scans: Path, dialogs: Dialogs) -> None:
    dialogs.expect(lambda _dialog: None)
    dialog = page.scans(str(scans))
    dialog.stop.click()
    qtbot.waitUntil(lambda: not page.ctx.tasks.running)
    assert dialog.unread == [] and "已取消" in dialog.said.text() and dialog.file.isEnabled()
    dialog.file.click()
    qtbot.waitUntil(lambda: len(dialog.unread) == 1)
    dialog.close()


def test_points_are_off_until_switched_on_and_their_scheme_is_edited(
    page: ArchivePage, qtbot: Any, dialogs: Dialogs
) -> None:
    dialogs.expect(lambda _dialog: None)
    shown = page.points()
    assert not shown.rules.isVisible()
    shown.turn()
    assert shown.rules.isVisible() and shown.rules.table.rowCount() == 1 and shown.stars.table.rowCount() == 5
    qtbot.waitUntil(lambda: not dialogs.waiting)
    shown.rules.table.setCurrentCell(0, 0)
    dialogs.expect("保存")
    form = shown.rules.edit()
    assert form is not None
    qtbot.waitUntil(lambda: not dialogs.waiting)
    assert page.ctx.store.value("SELECT points FROM point_rule") == 1.0
    shown.stars.table.setCurrentCell(0, 0)
    shown.stars.remove()
    assert shown.stars.table.rowCount() == 4
    assert cramped(shown) == []
