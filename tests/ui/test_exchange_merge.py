"""合并: seen before it is done, done as one step, undone; the same twice; what cannot be read. The page of a copy, 交换."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from core.exchange.packets import make_packet
from core.exchange.queries import open_counts
from core.store import Store, backup
from tests.conftest import Dialogs
from tests.ui.copies_room import Two, change, ledger_ctx, two_ledgers, waiting_visit
from tests.ui.page_room import cramped, open_window, words
from ui.context import Context
from ui.pages.exchange import ExchangePage
from ui.pages.exchange_copy import CopyPage
from ui.pages.exchange_merge import MergeDialog
from ui.shell.swap_clock import EVERY, FOLDER, LAST, ON, SwapClock


@pytest.fixture
def two(dressed: QApplication, tmp_path: Path) -> Iterator[Two]:
    yield from two_ledgers(tmp_path)


@pytest.fixture
def ctx(two: Two) -> Iterator[Context]:
    made = ledger_ctx(two.office)
    yield made
    made.tasks.close()


@pytest.fixture
def copy_ctx(two: Two) -> Iterator[Context]:
    made = ledger_ctx(two.copy)
    yield made
    made.tasks.close()


@pytest.fixture
def dialog(ctx: Context, qtbot: Any, dialogs: Dialogs) -> MergeDialog:
    dialogs.expect(lambda _dialog: None)
    made = MergeDialog(ctx)
    made.open()
    QApplication.processEvents()
    return made


def clash(two: Two) -> None:
    """Both sides change the hours of one record; the laptop also changes a person and adds a record."""
    visit, other = waiting_visit(two.office), waiting_visit(two.office, 3)
    change(two.office, "visit", visit["uid"], minutes=200)
    change(two.copy, "visit", visit["uid"], minutes=150)
    change(two.office, "visit", other["uid"], category="民主议事")
    change(two.copy, "visit", other["uid"], place="小区南门")
    person = two.copy.one("SELECT * FROM cadre ORDER BY staff_no LIMIT 1 OFFSET 3")
    assert person is not None
    change(two.copy, "cadre", person["uid"], community="藏龙社区")
    fresh = {**person, "name": "欧阳新", "staff_no": "9001", "phone": "13911112222", "community": "藏龙社区"}
    with two.copy.transact("登记") as tx:
        tx.insert("cadre", {key: value for key, value in fresh.items() if key != "uid"})
        tx.insert("visit", {**{key: value for key, value in visit.items() if key != "uid"}, "served_on": "2020-11-20"})


def read(dialog: MergeDialog, qtbot: Any, *paths: Path | str) -> None:
    dialog.begin([str(one) for one in paths])
    qtbot.waitUntil(lambda: dialog.preview is not None and dialog._task is None, timeout=20_000)


def write(dialog: MergeDialog, qtbot: Any) -> None:
    dialog.write()
    qtbot.waitUntil(lambda: dialog.done_with is not None, timeout=20_000)


def state(store: Store) -> list[Any]:
    return [store.tuples(f"SELECT * FROM {name} ORDER BY uid") for name in ("visit", "cadre", "conflict", "packet")]


def test_the_preview_says_what_will_come_and_writes_nothing(two: Two, dialog: MergeDialog, qtbot: Any) -> None:
    clash(two)
    made = make_packet(two.copy, two.stick)
    before = state(two.office)
    read(dialog, qtbot, made.file)
    assert state(two.office) == before
    assert "将合并 1 个数据包，4 条改动；1 处两边说法不同，要由您来定，1 处两边改了不同的项" in dialog.said.text()
    told = "\n".join(dialog.tree.lines())
    for part in (
        "笔记本1　第1包",
        "要定的 1 处",
        "同一项两边都改了　服务记录",
        "社区　九凤社区　藏龙社区",
        "（这边也改了别的项，合在一起）",
        "网格/地点　小区北门　小区南门",
        "新增　服务记录",
    ):
        assert part in told, part
    dialog.tree.expandAll()  # the fields of a new record come when it is opened
    whole = "\n".join(dialog.tree.lines())
    assert "139****2222" in whole and "13911112222" not in whole, "numbers stay masked"
    assert dialog.go.isVisible()


def test_merged_in_one_step_with_a_backup_and_undone(two: Two, dialog: MergeDialog, qtbot: Any, ctx: Context) -> None:
    clash(two)
    made = make_packet(two.copy, two.stick)
    before = state(two.office)
    read(dialog, qtbot, made.file)
    promised = dialog.said.text()
    write(dialog, qtbot)
    assert dialog.said.text().startswith(promised.replace("将合并", "已合并").removesuffix("。"))
    assert any("合并前" in file.name for file in backup.listed(two.office.folder or Path()))
    assert two.office.value("SELECT count(*) FROM visit WHERE place = '小区南门'") == 1
    assert open_counts(two.office) == {"decide": 1, "parallel": 1}
    assert dialog.review.isVisible() and dialog.undo.isVisible()
    dialog.undo.click()  # once its backup is made
    qtbot.waitUntil(lambda: "已撤销这次合并" in dialog.said.text(), timeout=20_000)
    assert state(two.office) == before


def test_the_way_to_the_review(two: Two, dialog: MergeDialog, qtbot: Any, ctx: Context) -> None:
    clash(two)
    make_packet(two.copy, two.stick)
    went: list[tuple[Any, ...]] = []
    ctx.wanted.connect(lambda *asked: went.append(asked))
    read(dialog, qtbot, two.stick)
    write(dialog, qtbot)
    dialog.review.click()
    assert went == [("exchange", None, {"tab": "review"})]


def test_the_same_packet_twice_is_said(two: Two, dialog: MergeDialog, qtbot: Any) -> None:
    clash(two)
    made = make_packet(two.copy, two.stick)
    read(dialog, qtbot, made.file)
    write(dialog, qtbot)
    before = state(two.office)
    dialog.done_with = dialog.preview = None
    read(dialog, qtbot, made.file)
    assert dialog.said.text() == "这些数据包都已经合并过，再合并不会改动台账。"
    assert not dialog.go.isVisible()
    assert state(two.office) == before


def test_what_cannot_be_read_is_said_and_the_others_go_on(two: Two, dialog: MergeDialog, qtbot: Any) -> None:
    clash(two)
    make_packet(two.copy, two.stick)
    (two.stick / "半个.xcpkt").write_bytes(b"x" * 90)
    read(dialog, qtbot, two.stick)
    assert "没有合并：“半个.xcpkt”" in dialog.refused.text()
    assert "将合并 1 个数据包" in dialog.said.text()


def test_an_empty_folder_is_refused_in_words(
    two: Two, dialog: MergeDialog, qtbot: Any, dialogs: Dialogs, tmp_path: Path
) -> None:
    (tmp_path / "空").mkdir()
    dialogs.expect("知道了")
    dialog.begin([str(tmp_path / "空")])
    qtbot.waitUntil(lambda: len(dialogs.seen) == 2)
    assert "选的文件夹里没有数据包" in dialogs.seen[-1]
    assert dialog.files.isVisible() and not dialog.go.isVisible()


def test_a_packet_dropped_on_the_page_is_looked_into(two: Two, ctx: Context, qtbot: Any, dialogs: Dialogs) -> None:
    clash(two)
    made = make_packet(two.copy, two.stick)
    page = open_window(ctx, qtbot, "exchange").page
    assert isinstance(page, ExchangePage)
    dialogs.expect(lambda _dialog: None)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(made.file)])
    page.dropEvent(
        QDropEvent(
            QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    found = page.window().findChild(MergeDialog)
    assert isinstance(found, MergeDialog)
    qtbot.waitUntil(lambda: found.preview is not None, timeout=20_000)
    assert "将合并 1 个数据包" in found.said.text()
    found.close()


def test_the_preview_has_its_room(two: Two, dialog: MergeDialog, qtbot: Any) -> None:
    clash(two)
    read(dialog, qtbot, make_packet(two.copy, two.stick).file)
    qtbot.waitUntil(lambda: not cramped(dialog))


# -- the page of a copy


def copy_page(ctx: Context, qtbot: Any) -> CopyPage:
    page = open_window(ctx, qtbot, "exchange").page
    assert isinstance(page, CopyPage)
    qtbot.waitUntil(lambda: page.waiting is not None)
    return page


def test_a_copy_says_what_it_is_and_reports(two: Two, copy_ctx: Context, qtbot: Any) -> None:
    clash(two)
    page = copy_page(copy_ctx, qtbot)
    shown = " ".join(words(page))
    assert "这是“笔记本1”（设备号 1）" in shown
    assert "由湖北经济学院的台账带出，范围：全部。其中 41 人" in shown
    assert "应在 2020年12月1日 前交回" in shown
    assert page.footer() == "未上报 5 条改动"
    page.report_to(str(two.stick))
    qtbot.waitUntil(lambda: page.made is not None, timeout=20_000)
    assert "请把它交给组织部" in page.said.text() and "第1包已写好" in page.said.text()
    assert [one.id for one in page.commands()] == ["new", "import"], "only a desk of the office exchanges by a folder"


def test_the_answer_of_the_office_comes_back(
    two: Two, ctx: Context, copy_ctx: Context, dialog: MergeDialog, qtbot: Any, dialogs: Dialogs
) -> None:
    clash(two)
    read(dialog, qtbot, make_packet(two.copy, two.stick).file)
    write(dialog, qtbot)
    dialog.close()
    window = open_window(ctx, qtbot, "exchange")
    page = window.page
    assert isinstance(page, ExchangePage)
    page.open_record(two.given.peer_uid)
    page.ledger.answer_to(page.ledger.current() or {}, str(two.stick / "回包"))
    qtbot.waitUntil(lambda: bool(list((two.stick / "回包").glob("*.xcpkt"))) and not ctx.tasks.running, timeout=20_000)
    assert "回包第1包已写好" in window.status.message.text() and "1 条等待定处理完再发" in window.status.message.text()
    copy = copy_page(copy_ctx, qtbot)
    dialogs.expect(lambda _dialog: None)
    back = copy.merge([str(two.stick / "回包")])
    qtbot.waitUntil(lambda: back.preview is not None, timeout=20_000)
    write(back, qtbot)
    back.close()
    assert two.copy.value("SELECT count(*) FROM visit WHERE category = '民主议事' AND place = '小区南门'") == 1


# -- 交换


@pytest.fixture
def desks(dressed: QApplication, tmp_path: Path) -> Iterator[tuple[Two, Context, Context]]:
    for two in two_ledgers(tmp_path, "DESK"):
        office, desk = ledger_ctx(two.office), ledger_ctx(two.copy)
        yield two, office, desk
        office.tasks.close()
        desk.tasks.close()


def test_two_desks_exchange_through_a_folder(
    desks: tuple[Two, Context, Context], qtbot: Any, dialogs: Dialogs, tmp_path: Path
) -> None:
    two, office, desk = desks
    shared = tmp_path / "共享"
    shared.mkdir()
    clash(two)
    page = copy_page(desk, qtbot)
    assert [one.id for one in page.commands()] == ["new", "import", "swap"]
    page.swap.run()
    assert "请先选择共享文件夹" in page.swap.last.text()
    page.swap.folder.set_path(str(shared))
    page.swap.run()
    qtbot.waitUntil(lambda: bool(desk.settings.get(LAST)), timeout=20_000)
    assert "没有收到新的数据包；已写出 1 个数据包" in page.swap.last.text()
    main = open_window(office, qtbot, "exchange").page
    assert isinstance(main, ExchangePage)
    dialogs.expect(lambda _dialog: None)
    asked = main.swap()
    asked.part.folder.set_path(str(shared))
    asked.part.run()
    qtbot.waitUntil(lambda: bool(office.settings.get(LAST)), timeout=20_000)
    assert "收到 1 个数据包，4 条改动；1 处要定，请看“待定”；已写出 1 个数据包" in asked.part.last.text()
    assert open_counts(two.office)["decide"] == 1
    asked.accept()


def test_a_folder_that_is_not_there_is_asked_about(
    desks: tuple[Two, Context, Context], qtbot: Any, dialogs: Dialogs, tmp_path: Path
) -> None:
    _two, _office, desk = desks
    page = copy_page(desk, qtbot)
    page.swap.folder.set_path(str(tmp_path / "没有"))
    dialogs.expect("不了")
    page.swap.run()
    qtbot.waitUntil(lambda: len(dialogs.seen) == 1, timeout=20_000)
    assert "新建这个文件夹吗" in dialogs.seen[0] and not (tmp_path / "没有").exists()
    dialogs.expect("新建这个文件夹")
    page.swap.run()
    qtbot.waitUntil(lambda: bool(desk.settings.get(LAST)), timeout=20_000)
    assert "已写出 1 个数据包" in page.swap.last.text()


def test_the_clock_runs_only_when_switched_on(desks: tuple[Two, Context, Context], qtbot: Any, tmp_path: Path) -> None:
    two, _office, desk = desks
    clock = SwapClock(desk)
    assert not clock.is_on
    desk.settings.put(ON, True)
    assert not clock.is_on, "no folder yet"
    shared = tmp_path / "共享"
    shared.mkdir()
    desk.settings.put(FOLDER, str(shared))
    desk.settings.put(EVERY, 30)
    assert clock.is_on
    clash(two)
    clock.run()
    qtbot.waitUntil(lambda: bool(list(shared.glob("*.xcpkt"))), timeout=20_000)
    qtbot.waitUntil(lambda: not desk.tasks.running)
    said: list[str] = []
    desk.messages.said.connect(lambda note: said.append(note.text))
    desk.settings.put(FOLDER, str(tmp_path / "没有"))
    for _ in range(2):
        clock.run()
        qtbot.waitUntil(lambda: not desk.tasks.running)
    assert len(said) == 1 and "自动交换没有成功" in said[0], "the same failure is said once"
    desk.settings.put(ON, False)
    assert not clock.is_on
