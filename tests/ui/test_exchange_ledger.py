"""带出台账: who holds what, what is late, in words; the time line of one copy; 收回, 遗失; the list of packets; 带出 itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from core.exchange.queries import peer_rows
from core.service_log.waiting import what_waits
from tests.conftest import Dialogs
from tests.ui.copies_room import ledger_ctx, office_ledger, open_given
from tests.ui.exchange_room import LAPTOP, LOST, UNIT, exchange_context
from tests.ui.page_room import cramped, open_window, words
from ui.context import Context
from ui.kit import theme
from ui.pages.exchange import ExchangePage
from ui.pages.exchange_checkout import CheckoutDialog
from ui.pages.exchange_given import GivenPart
from ui.pages.overview_waits import matters
from ui.pages.print_centre_work import Order, draw_pdf


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    yield from exchange_context()


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> ExchangePage:
    found = open_window(ctx, qtbot, "exchange").page
    assert isinstance(found, ExchangePage)
    return found


@pytest.fixture
def office(dressed: QApplication, tmp_path: Path) -> Iterator[Context]:
    store = office_ledger(tmp_path / "办公室")
    made = ledger_ctx(store)
    yield made
    made.tasks.close()
    store.close()


def command(page: ExchangePage, id: str) -> Any:
    return next(one for one in page.commands() if one.id == id)


def cells(page: ExchangePage, key: str) -> list[str]:
    model = page.ledger.model
    at = [column.key for column in model.columns].index(key)
    return [str(model.data(model.index(row, at))) for row in range(model.rowCount())]


# -- the list and the time line


def test_what_is_late_is_said_in_words(page: ExchangePage) -> None:
    assert dict(zip(cells(page, "name"), cells(page, "state"), strict=True)) == {
        "会计学院党委": "在外",
        "笔记本1": "在外，逾期 4 天",
        "笔记本2": "已收回",
    }
    assert page.footer() == "3 份 · 在外 2 · 逾期 1 · 待定 6 处"
    assert page.tabs.tabText(1) == "待定 6"


def test_the_time_line_of_a_copy(page: ExchangePage) -> None:
    page.open_record(LAPTOP)
    told = [event.words for event in page.ledger.panel.line.events]
    assert told == ["应当交回，已逾期 4 天", "收到第2包，已合并", "发出第1包", "收到第1包，已合并", "带出"]
    assert "63 条改动，7 处要定，经办 李敏" in page.ledger.panel.line.events[1].more
    page.open_record(UNIT)
    assert "会计学院党委。含姓名、工号、出生年月、住址；不含身份证号、手机号码。" in words(page.ledger.panel)
    page.open_record(LOST)
    assert page.ledger.panel.line.events[0].words == "已收回"


def test_late_ones_are_found_from_the_overview(page: ExchangePage, ctx: Context) -> None:
    ctx.go_to("exchange", tab="ledger", late=True)
    assert cells(page, "name") == ["笔记本1"]
    page.ledger.search.setText("没有这台")
    assert cells(page, "name") == []
    page.ledger.table.clear_filter_wanted.emit()
    assert len(cells(page, "name")) == 3


def test_enter_opens_and_esc_closes_the_panel(page: ExchangePage, qtbot: Any) -> None:
    page.ledger.table.focus()
    assert page.escape() and page.ledger.panel.isHidden()
    assert not page.escape()
    qtbot.keyClick(page.ledger.table.right, Qt.Key.Key_Return)
    assert not page.ledger.panel.isHidden()


def test_the_overview_and_the_status_bar_lead_here(page: ExchangePage, ctx: Context) -> None:
    lines = {one.words: one for one in matters(ctx, what_waits(ctx.store, 2020))}
    assert lines["处待定，合并的数据包和这边说法不同"].count == 6
    assert lines["份带出的数据逾期未交回：笔记本1"].count == 1
    lines["处并行修改已合在一起，可以看一眼"].act()
    assert page.tab == "review" and len(page.review.list.cards) == 3
    page.go("ledger")
    status = page.window().status  # type: ignore[attr-defined]
    assert status.pending.text() == "待定 6 处" and status.pending.isVisible()
    status.pending.click()
    assert page.tab == "review" and len(page.review.list.cards) == 6
    with ctx.store.transact("处理") as tx:
        for row in tx.rows("SELECT uid FROM conflict WHERE kind <> 'WAITS'"):
            tx.update("conflict", row["uid"], {"state": "SETTLED", "taken": "OURS"})
    ctx.refresher.announce(frozenset({"conflict"}))
    ctx.refresher.flush()
    assert status.pending.isHidden()
    assert not any("待定" in text for text in (one.words for one in matters(ctx, what_waits(ctx.store, 2020))))


# -- 收回, 遗失, 修改


def test_bring_back_is_refused_while_something_waits(page: ExchangePage, ctx: Context, dialogs: Dialogs) -> None:
    page.open_record(LAPTOP)
    dialogs.expect(lambda _dialog: None)
    dialogs.expect("知道了")
    dialog = page.ledger.bring_back()
    assert "还有 6 处待定，要先处理完才能收回" in " ".join(words(dialog))
    dialog.form.submit()
    QApplication.processEvents()
    assert "还有6处待定，不能收回" in dialogs.seen[-1]
    dialog.reject()
    assert ctx.store.value("SELECT state FROM peer WHERE uid = ?", (LAPTOP,)) == "OUT"


def test_bring_back_says_what_follows(page: ExchangePage, ctx: Context, dialogs: Dialogs) -> None:
    page.open_record(UNIT)
    dialogs.expect(lambda dialog: dialog.form.submit())
    dialog = page.ledger.bring_back()
    assert "请先把它最后的数据包合并进来" in " ".join(words(dialog))
    QApplication.processEvents()
    assert ctx.store.tuples("SELECT state, back_on FROM peer WHERE uid = ?", (UNIT,)) == [("BACK", "2020-11-24")]
    ctx.refresher.flush()
    assert command(page, "back").disabled == "这份数据已经收回或报告遗失。"


def test_a_lost_one_is_reported_and_found_again(page: ExchangePage, ctx: Context, dialogs: Dialogs) -> None:
    page.open_record(UNIT)
    dialogs.expect(lambda dialog: dialog.form.submit())
    dialog = page.ledger.report_lost()
    assert "其中含姓名、工号、出生年月、住址；不含身份证号、手机号码" in " ".join(words(dialog))
    QApplication.processEvents()
    ctx.refresher.flush()
    assert ctx.store.value("SELECT state FROM peer WHERE uid = ?", (UNIT,)) == "LOST"
    assert page.ledger.panel.line.events[0].words == "报告遗失"
    command(page, "again").run()
    assert ctx.store.tuples("SELECT state, back_on FROM peer WHERE uid = ?", (UNIT,)) == [("OUT", "")]


def test_the_holder_is_corrected_in_place(page: ExchangePage, ctx: Context) -> None:
    page.open_record(UNIT)
    command(page, "edit").run()
    form = page.ledger.panel.facts.form
    assert form is not None
    form.put("holder", "赵敏")
    form.submit()
    assert ctx.store.value("SELECT holder FROM peer WHERE uid = ?", (UNIT,)) == "赵敏"


def test_an_answer_packet_is_refused_for_what_came_back(page: ExchangePage) -> None:
    page.open_record(LOST)
    assert command(page, "answer").disabled
    page.open_record(LAPTOP)
    assert not command(page, "answer").disabled


# -- packets


def test_packets_are_listed_and_lead_to_their_copy(page: ExchangePage, qtbot: Any) -> None:
    packets = page.go("packets")
    assert packets.footer() == "6 包 · 收到 3 · 收到的改动 121 条"
    assert command(page, "report").disabled
    page.packets.apply_filter(way="IN")
    assert page.packets.model.rowCount() == 3
    page.packets.table.select("b-IN-1")
    assert not command(page, "report").disabled
    page.packets.table.opened.emit("b-IN-1")
    assert page.tab == "ledger" and page.ledger.current()["uid"] == UNIT  # type: ignore[index]


def test_the_papers_print(page: ExchangePage, ctx: Context) -> None:
    for form, which in (("handover_sheet", UNIT), ("merge_report", "a-IN-2")):
        drawn = draw_pdf(ctx.store, Order(form=form, year=2020, which=which))
        assert drawn.pages >= 1 and drawn.content.startswith(b"%PDF")
    listing = page.ledger.listing()
    assert [row["state"] for row in listing.rows(ctx.store)] == ["在外", "在外，逾期 4 天", "已收回"]


# -- 带出


def open_checkout(ctx: Context, qtbot: Any, dialogs: Dialogs) -> CheckoutDialog:
    dialogs.expect(lambda _dialog: None)
    dialog = CheckoutDialog(ctx)
    dialog.open()
    QApplication.processEvents()
    return dialog


def test_it_says_what_the_copy_will_hold_before_it_is_made(office: Context, qtbot: Any, dialogs: Dialogs) -> None:
    dialog = open_checkout(office, qtbot, dialogs)
    assert "40 人的信息，含姓名、工号、出生年月、住址；不含身份证号、手机号码。" in dialog.says.text()
    dialog.phones.setChecked(True)
    assert "手机号码；不含身份证号。" in dialog.says.text()
    dialog.scopes["units"].setChecked(True)
    dialog.units.set_uids([office.store.value("SELECT uid FROM unit ORDER BY position LIMIT 1")])
    assert "10 人的信息" in dialog.says.text()
    assert dialog.units.said.text() == "已选 1 个，共 10 人。"
    dialog.form.put("kind", "DESK")
    assert dialog.scope == "all" and not dialog.scopes["units"].isEnabled()
    assert "40 人的信息" in dialog.says.text() and "不含" not in dialog.says.text()
    dialog.close()


def test_ticking_all_takes_those_in_view(office: Context, qtbot: Any, dialogs: Dialogs) -> None:
    dialog = open_checkout(office, qtbot, dialogs)
    dialog.scopes["units"].setChecked(True)
    dialog.units.search.setText("学院")
    dialog.units.all.click()
    assert dialog.units.said.text() == "已选 2 个，共 20 人。"
    dialog.units.search.setText("")
    assert len(dialog.order().units) == 2, "what the search hid stays unticked, what was ticked stays so"
    dialog.units.none.click()
    assert dialog.order().units == () and dialog.units.said.text() == "还没有选。"
    dialog.go.click()
    assert "请填写" in dialog.form.error("name")
    dialog.close()


def test_what_is_missing_is_said_beside_it(office: Context, qtbot: Any, dialogs: Dialogs, tmp_path: Path) -> None:
    dialog = open_checkout(office, qtbot, dialogs)
    dialog.go.click()
    assert "请填写" in dialog.form.error("name")
    dialog.form.put("name", "笔记本1")
    dialog.go.click()
    assert dialog.fault.text() == "请选择写到哪个文件夹，例如 U 盘。"
    dialog.folder.set_path(str(tmp_path / "U盘"))
    dialog.form.put("due_on", "2020-01-01")
    dialogs.expect("不了")
    dialog.go.click()
    qtbot.waitUntil(lambda: len(dialogs.seen) == 2)
    assert "新建这个文件夹吗" in dialogs.seen[1] and not (tmp_path / "U盘").exists()
    (tmp_path / "U盘").mkdir()
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.form.error("due_on") != "")
    assert "早于今天" in dialog.form.error("due_on")
    assert peer_rows(office.store) == []
    dialog.close()


def test_a_copy_is_given_out_and_its_code_opens_it(
    office: Context, qtbot: Any, dialogs: Dialogs, tmp_path: Path
) -> None:
    dialog = open_checkout(office, qtbot, dialogs)
    dialog.form.put("name", "笔记本1")
    dialog.form.put("holder", "王丽")
    dialog.folder.set_path(str(tmp_path / "U盘"))
    dialogs.expect("新建这个文件夹")
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.given is not None, timeout=20_000)
    given = dialog.given
    assert given is not None
    part = dialog.findChild(GivenPart)
    assert isinstance(part, GivenPart)
    assert given.code.split("-")[0] in part.code.text()
    assert any("只在现在显示这一次" in text for text in words(part))
    assert not part.close_button.isEnabled(), "the code must be noted first"
    dialog.reject()
    assert dialog.isVisible() and "请先记下开启码" in part.asked.text(), "Esc does not throw it away"
    part.copy.click()
    assert QGuiApplication.clipboard().text() == given.code
    part.noted.setChecked(True)
    part.close_button.click()
    assert [row["name"] for row in peer_rows(office.store)] == ["笔记本1"]
    copy = open_given(given, tmp_path / "笔记本")
    assert copy.value("SELECT count(*) FROM cadre") == 40
    copy.close()


# -- the look


@pytest.mark.parametrize(("dark", "points"), [(False, 10), (True, 14)])
def test_every_widget_has_its_room(ctx: Context, qtbot: Any, dark: bool, points: int) -> None:
    theme.apply(QApplication.instance(), dark, points)  # type: ignore[arg-type]
    page = open_window(ctx, qtbot, "exchange").page
    page.window().resize(1500, 950)  # type: ignore[union-attr]
    page.open_record(LAPTOP)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: not cramped(page))  # type: ignore[arg-type]


def test_what_is_asked_has_a_name(office: Context, qtbot: Any, dialogs: Dialogs) -> None:
    dialog = open_checkout(office, qtbot, dialogs)
    for widget in (dialog.units.list, dialog.units.search, dialog.folder.edit, dialog.folder.button):
        assert isinstance(widget, QWidget) and widget.accessibleName()
    dialog.close()
