"""服务纪实: what is typed in few keys, the tabs, the filters other pages ask for, the panel, lists that leave the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from core.ledger import memory_ledger
from core.roster.people import find_people
from core.service_log.model import VisitFilter
from core.service_log.queries import visit_count, visit_rows
from core.service_log.sheets import make_sheet, numbers_text, sheet_list, sheet_rows
from tests import factory
from tests.ui.conftest import context_of
from tests.ui.page_room import cramped
from tests.ui.test_shell_window import unnamed
from ui.context import Context
from ui.kit import theme
from ui.kit.perform import perform
from ui.pages.registry import PAGES, PROVIDERS
from ui.pages.visits import VisitsPage
from ui.pages.visits_confirm import ConfirmBatch
from ui.pages.visits_group import GroupDialog
from ui.pages.visits_sheets import SheetsDialog
from ui.shell.main_window import MainWindow

WAITING_AT = "九凤社区"  # where the factory's waiting records were served


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    store = memory_ledger()
    factory.people(store, 30)
    factory.visits(store, 120)
    made = context_of(store)
    made.year = 2020
    yield made
    made.tasks.close()
    store.close()


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> VisitsPage:
    window = MainWindow(ctx, [spec for spec in PAGES if spec.id == "visits"], PROVIDERS)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    with qtbot.waitExposed(window):
        pass
    found = window.page
    assert isinstance(found, VisitsPage)
    settle(found, qtbot)
    return found


def settle(page: VisitsPage, qtbot: Any) -> None:
    page.ctx.refresher.flush()
    qtbot.waitUntil(lambda: not page.ctx.tasks.running)


def fill(page: VisitsPage, staff_no: str, **typed: str) -> None:
    """Put a record on the line, as typed."""
    editors = page.entry.view.editors
    editors["who"].set_row(find_people(page.ctx.store, staff_no)[0])
    for key, text in {
        "served_on": "1118",
        "span": "14-16",
        "community": "经院社区",
        "content": "走访",
        **typed,
    }.items():
        editors[key].setText(text)


def test_the_tabs_show_their_records_and_count_them(page: VisitsPage, qtbot: Any) -> None:
    store = page.ctx.store
    assert page.model.rowCount() == 120
    for tab, asked in (("waiting", "WAITING"), ("returned", "RETURNED")):
        page._go_to_tab(tab)
        settle(page, qtbot)
        number = visit_count(store, VisitFilter(year=2020, state=asked))
        assert page.model.rowCount() == number > 0
        assert page.tabs.tabText(page.tabs.currentIndex()).endswith(f" {number}")
    page._go_to_tab("late")
    assert page.model.rowCount() == 0
    assert page.table.empty.words.text() == "没有补录的记录。"


def test_the_foot_tells_both_sums_and_those_of_the_selected(page: VisitsPage, qtbot: Any) -> None:
    assert "30 人 · 120 条" in page.footer()
    assert "业余已确认" in page.footer()
    assert "待确认" in page.footer()
    page.table.select_all()
    assert page.footer().startswith("已选中：30 人 · 120 条")


def test_other_pages_ask_for_rows(page: VisitsPage, ctx: Context, qtbot: Any) -> None:
    uids = [row["uid"] for row in visit_rows(ctx.store, VisitFilter(year=2020), limit=3)]
    ctx.go_to("visits", uids=uids)
    assert sorted(page.model.uids) == sorted(uids)
    assert page._chip is not None
    assert page.escape()
    assert page.model.rowCount() == 120
    ctx.go_to("visits", state="RETURNED")
    assert page.tab == "returned"
    ctx.go_to("visits", state="DRAFT")
    assert (page.tab, page.model.rowCount()) == ("", 0)
    ctx.go_to("visits", new=True)
    assert page.entry.view.editors["served_on"].hasFocus()  # no date yet: the line begins there
    person = find_people(ctx.store, "0000003")[0]
    ctx.go_to("visits", new=True, cadre_uid=person["uid"])
    assert page.entry.uids() == [person["uid"]]
    assert page.entry.view.strip.text().startswith(f"{person['name']}：2020年")
    assert page.entry.view.editors["served_on"].hasFocus()
    ctx.go_to("visits", uids[1])
    assert page.panel.isVisible()
    assert page.panel.uid == uids[1]


def test_another_year_starts_the_list_anew(page: VisitsPage, ctx: Context, qtbot: Any) -> None:
    ctx.year = 2019
    settle(page, qtbot)
    assert page.model.rowCount() == 0
    assert page.entry.view.editors["served_on"].year == 2019


def test_sorting_walks_the_log_both_ways(page: VisitsPage) -> None:
    for key, column in (("served_on", "served_on"), ("name", "pinyin"), ("written_on", "visit.uid")):
        for descending in (False, True):
            page.table.sort_by(key, descending)
            sql = f"SELECT {column} FROM visit JOIN cadre ON cadre.uid = visit.cadre_uid WHERE visit.uid = ?"
            values = [page.ctx.store.value(sql, (uid,)) for uid in page.model.uids]
            assert len(values) == 120
            assert values == sorted(values, reverse=descending)


def test_a_new_record_comes_into_view(page: VisitsPage, qtbot: Any) -> None:
    fill(page, "0003")
    assert page.entry.submit()
    settle(page, qtbot)
    uid = page.ctx.store.value("SELECT uid FROM visit ORDER BY rowid DESC LIMIT 1")
    assert page.table.current_uid() == uid
    assert page.entry.view.who.text() == ""
    assert page.entry.view.editors["content"].text() == "走访"


def test_what_is_missing_is_marked_and_said(page: VisitsPage) -> None:
    page.entry.submit()
    assert "请填写服务日期" in page.entry.view.strip.text()
    assert page.entry.view.editors["served_on"].property("invalid")
    fill(page, "0003", span="25-26")
    page.entry.submit()
    assert "看不懂“25-26”" in page.entry.view.strip.text()
    assert page.entry.escape()
    assert not page.entry.view.editors["span"].property("invalid")
    fill(page, "0003", content="")
    page.entry.submit()
    assert "请填写服务内容" in page.entry.view.strip.text()


def test_the_sentence_is_about_the_field_in_hand(page: VisitsPage) -> None:
    fill(page, "0001", served_on="", track="别的")
    page.entry.focus("track")
    assert not page.entry.submit()
    assert QApplication.focusWidget() is page.entry.view.editors["served_on"]
    assert page.entry.view.strip.text().startswith("请填写服务日期")


def test_a_record_with_method_and_signer_is_confirmed_at_once(page: VisitsPage) -> None:
    fill(page, "0003", confirm_method="社区党组织", confirmed_by="李书记")
    assert page.entry.submit()
    row = page.ctx.store.one("SELECT * FROM visit ORDER BY rowid DESC LIMIT 1")
    assert row is not None
    assert (row["state"], row["confirmed_on"]) == ("CONFIRMED", "2020-11-24")


def test_a_day_of_another_year_is_a_doubt(page: VisitsPage) -> None:
    fill(page, "0003", served_on="20191118", confirm_method="社区党组织", confirmed_by="李书记")
    assert not page.entry.submit()
    assert "不在当前年度2020年" in page.entry.view.strip.text()
    page.entry.view.editors["content"].setText("改了内容")
    assert not page.entry.submit(), "another record is another doubt"
    assert page.entry.submit()


def test_what_is_typed_is_there_again_after_a_crash(page: VisitsPage, ctx: Context, qtbot: Any) -> None:
    editors = page.entry.view.editors
    fill(page, "0003", span="14-", confirm_method="社区党组织", confirmed_by="李书记")
    qtbot.keyClick(editors["content"], Qt.Key.Key_A)
    qtbot.waitUntil(lambda: ctx.store.local.get("visits.entry") is not None)
    again = VisitsPage(ctx)
    qtbot.addWidget(again)
    kept = again.entry.view.editors
    assert kept["who"].uid() == editors["who"].uid()
    assert (kept["span"].text(), kept["content"].text()) == ("14-", editors["content"].text())
    assert kept["confirmed_by"].text() == "李书记"


def test_a_signature_is_not_kept_for_another_sitting(page: VisitsPage, ctx: Context, qtbot: Any) -> None:
    fill(page, "0003", confirm_method="社区党组织", confirmed_by="李书记")
    assert page.entry.submit()
    again = VisitsPage(ctx)
    qtbot.addWidget(again)
    assert again.entry.view.editors["community"].text() == "经院社区"
    assert again.entry.view.editors["confirmed_by"].text() == ""


def test_many_names_pasted_into_the_line_open_the_group(page: VisitsPage, qtbot: Any, dialogs: Any) -> None:
    opened: list[Any] = []
    dialogs.expect(opened.append)
    QApplication.clipboard().setText("0001\n0002\n查无此人\n")
    page.entry.view.who.setFocus()
    qtbot.keyClick(page.entry.view.who, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(opened))
    dialog = opened[0]
    assert isinstance(dialog, GroupDialog)
    assert (len(dialog.box.uids()), dialog.box.open_lines()) == (2, ["查无此人"])
    dialog.name.setText("门岗班")
    dialog.keep.click()
    dialog.box.set_text("")
    dialog.kept.setCurrentIndex(1)
    dialog.kept.activated.emit(1)
    assert len(dialog.box.uids()) == 2
    dialog.finish()
    assert page.entry.view.group.text() == "2 人：张伟、李伟"
    page.entry.view.group_dropped.emit()
    assert page.entry.uids() == []


def test_the_panel_edits_in_place_and_shows_the_history(page: VisitsPage, qtbot: Any) -> None:
    row = next(one for one in visit_rows(page.ctx.store, VisitFilter(year=2020, state="WAITING"), limit=1))
    page.open_record(row["uid"])
    page.edit()
    form = page.panel.facts.form
    assert form is not None
    form.put("place", "第5网格")
    assert form.submit()
    assert not page.panel.is_editing
    assert page.ctx.store.value("SELECT place FROM visit WHERE uid = ?", (row["uid"],)) == "第5网格"
    settle(page, qtbot)
    page.panel.undo_wanted.emit(page.ctx.store.steps_of("visit", row["uid"])[0].seq)
    assert page.ctx.store.value("SELECT place FROM visit WHERE uid = ?", (row["uid"],)) == row["place"]
    assert page.escape()
    assert not page.panel.isVisible()


def test_a_sheet_is_made_and_sent_to_the_print_centre(ctx: Context, qtbot: Any) -> None:
    dialog = SheetsDialog(ctx)
    qtbot.addWidget(dialog)
    wanted: list[tuple[Any, ...]] = []
    ctx.wanted.connect(lambda *asked: wanted.append(asked))
    assert dialog.waiting.item(0, 0).text() == WAITING_AT
    sheet_no = dialog.make_now()
    assert sheet_no == "2020-001"
    assert wanted == [("print", None, {"form": "confirm_sheet", "sheet": "2020-001"})]
    assert sheet_list(ctx.store)[0]["printed"] == visit_count(ctx.store, VisitFilter(year=2020, state="WAITING"))


def test_a_sheet_with_nothing_new_is_refused_in_words(ctx: Context, qtbot: Any, dialogs: Any) -> None:
    with ctx.store.transact("生成清单") as tx:
        make_sheet(tx, WAITING_AT, 2020)
    dialog = SheetsDialog(ctx)
    qtbot.addWidget(dialog)
    dialogs.expect("知道了")
    assert dialog.make_now() == ""
    qtbot.waitUntil(lambda: bool(dialogs.seen))
    assert "都已印在以前的清单上" in dialogs.seen[0]
    dialog.again.setChecked(True)
    assert dialog.make_now() == "2020-002"


def test_the_batch_says_beforehand_what_it_would_do(ctx: Context, qtbot: Any) -> None:
    with ctx.store.transact("生成清单") as tx:
        make_sheet(tx, WAITING_AT, 2020)
    dialog = ConfirmBatch(ctx, "2020-001")
    qtbot.addWidget(dialog)
    dialog.form.put("numbers", "1-3，5")
    dialog.reload()
    assert dialog.summary.text() == "选了 4 行，能确认 4 行。"
    dialog.form.put("confirmed_by", "李书记")
    assert dialog.tick() is not None
    dialog.form.put("numbers", "3-4")
    dialog.reload()
    assert "能确认 1 行" in dialog.summary.text()
    assert "已确认（李书记）" in dialog.table.item(0, 4).text()
    dialog.take.click()
    assert visit_count(ctx.store, VisitFilter(sheet_no="2020-001", state="CONFIRMED")) == 0
    dialog.form.put("numbers", "9-3")
    dialog.reload()
    assert "颠倒" in dialog.summary.text()


def test_the_preview_of_the_batch_is_what_it_does_and_the_history_says_what_was_done(ctx: Context, qtbot: Any) -> None:
    with ctx.store.transact("生成清单") as tx:
        make_sheet(tx, WAITING_AT, 2020)
    lines = sheet_rows(ctx.store, "2020-001")
    days = [line.visit["served_on"] for line in lines if line.visit]
    signed_on = days[2]  # what was served later cannot have been signed that day
    ok = [line.number for line in lines if line.visit and line.visit["served_on"] <= signed_on]
    dialog = ConfirmBatch(ctx, "2020-001")
    qtbot.addWidget(dialog)
    for key, value in {"numbers": "全部", "confirmed_by": "李书记", "confirmed_on": signed_on}.items():
        dialog.form.put(key, value)
    dialog.reload()
    assert f"能确认 {len(ok)} 行，{len(lines) - len(ok)} 行不能" in dialog.summary.text()
    assert "在签字日期" in dialog.table.item(len(lines) - 1, 4).text()
    ticked = dialog.tick()
    assert ticked is not None and len(ticked.uids) == len(ok) < len(lines)
    assert ctx.store.steps(1)[0].label == f"按清单2020-001确认{numbers_text(ok)}号"
    dialog.form.put("numbers", "全部")
    dialog.take_back()
    assert ctx.store.steps(1)[0].label == f"取消清单2020-001中{numbers_text(ok)}号的确认"


def test_who_meets_the_minimum(page: VisitsPage, qtbot: Any, tmp_path: Path) -> None:
    page._go_to_tab("quota")
    settle(page, qtbot)
    assert page.quota.model.rowCount() == 30
    assert not page.entry.isVisible()
    page.quota.which.setCurrentIndex(1)
    short = page.quota.model.rowCount()
    assert 0 < short < 30
    assert all("未达标（差" in line[3] for line in page.quota.model.lines(list(page.quota.model.uids)))
    page.quota.copy_sentence()
    sentence = QGuiApplication.clipboard().text()
    assert sentence.startswith("截至2020年11月24日，2020年度全校应考核")
    assert "口径：只计已确认的业余时间服务，全年至少3次、不少于12小时" in sentence
    page.export_to(tmp_path / "达标.xlsx")
    settle(page, qtbot)
    from python_calamine import CalamineWorkbook

    lines = CalamineWorkbook.from_path(tmp_path / "达标.xlsx").get_sheet_by_index(0).to_python()
    assert lines[1][0] == "工号"
    assert sum(str(line[-1]).startswith("未达标") for line in lines) == short


def test_the_list_leaves_as_a_workbook_and_as_a_sentence(page: VisitsPage, qtbot: Any, tmp_path: Path) -> None:
    page._go_to_tab("waiting")
    settle(page, qtbot)
    page.export_to(tmp_path / "待确认.xlsx")
    settle(page, qtbot)
    from python_calamine import CalamineWorkbook

    lines = CalamineWorkbook.from_path(tmp_path / "待确认.xlsx").get_sheet_by_index(0).to_python()
    assert len([line for line in lines if "待确认" in line]) == page.model.rowCount()
    assert "截至2020年11月24日，服务记录共" in page._sentence([])


def test_counting_by_two_fields_opens_the_list_behind_a_number(page: VisitsPage, qtbot: Any, dialogs: Any) -> None:
    dialogs.expect(lambda dialog: None)
    dialog = page.statistics()
    dialog.first.setCurrentIndex(dialog.first.findData("state"))
    counts = {line[0]: int(line[-1]) for line in dialog.lines}
    assert counts["合计"] == 120
    dialog.picked.emit({"state": "已确认"})
    assert page.model.rowCount() == counts["已确认"]
    dialog.close()


def test_commands_wait_for_a_selection(page: VisitsPage) -> None:
    wanted = ("confirm", "return", "archive", "edit")
    assert all(one.disabled for one in page.commands() if one.id in wanted)
    page.table.select(page.model.uid_at(0))
    assert not any(one.disabled for one in page.commands())
    keys = [one.key for one in page.commands() if one.key]
    assert len(keys) == len(set(keys))


def test_every_input_has_a_name(page: VisitsPage, ctx: Context, qtbot: Any) -> None:
    assert unnamed(page) == []
    for dialog in (SheetsDialog(ctx), ConfirmBatch(ctx), GroupDialog(ctx)):
        qtbot.addWidget(dialog)
        dialog.show()
        assert unnamed(dialog) == []


@pytest.mark.parametrize("points", [10, 16])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everything_has_room(page: VisitsPage, ctx: Context, qtbot: Any, points: int, dark: bool) -> None:
    window = page.window()
    ctx.settings.put("points", points)
    ctx.settings.put("dark", dark)
    window.resize(1280, 768)
    perform(ctx, "填写备注", lambda tx: tx.update("visit", page.model.uid_at(0), {"note": "雨天"}))
    fill(page, "0003", served_on="20191118")
    page.entry.submit()
    page._open(page.model.uid_at(0))
    settle(page, qtbot)
    window.layout().activate()
    QApplication.processEvents()
    assert window.width() == 1280
    assert cramped(page) == []
    page._go_to_tab("quota")
    settle(page, qtbot)
    QApplication.processEvents()
    assert cramped(page) == []


@pytest.mark.parametrize("points", [10, 16])
def test_the_dialogs_have_room(ctx: Context, qtbot: Any, points: int) -> None:
    theme.apply(QApplication.instance(), False, points)  # type: ignore[arg-type]
    with ctx.store.transact("生成清单") as tx:
        make_sheet(tx, WAITING_AT, 2020)
    batch, group = ConfirmBatch(ctx), GroupDialog(ctx, text="0001\n张伟\n查无此人")
    batch.form.put("numbers", "1-3")
    for dialog in (SheetsDialog(ctx), batch, group):
        qtbot.addWidget(dialog)
        dialog.show()
        QApplication.processEvents()
        assert cramped(dialog) == []
