"""统计: figures with bars, down to the records; Excel, PDF and the 报出台账; sentences; what changed since, in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.overview.figures import behind, figure_table
from core.overview.issued import FigureChange, issued_rows
from core.service_log.ops import void_visits
from tests.conftest import Dialogs
from tests.factory import YEAR, visits
from tests.reports.samples import page_texts
from tests.ui.checkin_room import cells
from tests.ui.page_room import cramped, ledger_context, open_window, words
from ui.context import Context
from ui.kit import theme
from ui.pages import statistics_figures, statistics_out
from ui.pages.statistics import StatisticsPage
from ui.pages.statistics_rows import TOTAL, WAYS, change_words


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    for made in ledger_context(people=24):
        visits(made.store, 150)
        yield made


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> StatisticsPage:
    found = open_window(ctx, qtbot, "statistics").page
    assert isinstance(found, StatisticsPage)
    settle(found, qtbot)
    return found


def settle(page: StatisticsPage, qtbot: Any) -> None:
    page.ctx.refresher.flush()
    qtbot.waitUntil(lambda: not page.ctx.tasks.running)


def wanted(ctx: Context) -> list[tuple[str, dict[str, Any]]]:
    asked: list[tuple[str, dict[str, Any]]] = []
    ctx.wanted.connect(lambda where, _uid, filter: asked.append((where, filter)))
    return asked


def commands(page: StatisticsPage) -> dict[str, str]:
    return {one.id: one.disabled for one in page.commands()}


def void(page: StatisticsPage, qtbot: Any, count: int) -> tuple[str, ...]:
    """Void the first confirmed records, as another page would."""
    sql = "SELECT uid FROM visit WHERE state = 'CONFIRMED' ORDER BY uid LIMIT ?"
    uids = tuple(row[0] for row in page.ctx.store.tuples(sql, (count,)))
    with page.ctx.store.transact(f"作废服务记录：{count}条") as tx:
        void_visits(tx, list(uids), "重复登记")
    page.ctx.refresher.announce(tx.outcome.tables)
    settle(page, qtbot)
    return uids


def issue(page: StatisticsPage, qtbot: Any, dialogs: Dialogs, file: str = "") -> None:
    dialogs.expect("报出")
    form = page.figures.issue().form
    for key, value in (("issued_to", "学校党委办公室"), ("file", file)):
        form.put(key, value)
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(page, qtbot)


@pytest.mark.parametrize("way", [code for code, _label in WAYS])
def test_every_way_has_its_lines_its_bars_and_the_same_sum_last(page: StatisticsPage, qtbot: Any, way: str) -> None:
    tab = page.figures
    tab.apply_filter(by=way)
    settle(page, qtbot)
    table = figure_table(page.ctx.store, YEAR, way)
    lines = list(tab.model.lines(list(tab.model.uids)))
    assert [list(line) for line in lines] == table.rows()
    assert [one.label for one in tab.model.columns] == table.heads
    assert [one.label for one in tab.bars.bars] == [one.name for one in table.lines]
    assert sum(one.value for one in tab.bars.bars) == table.total.minutes > 0
    assert "统计口径" in tab.scope.text() and "截至" in tab.scope.text()
    tab.table.sort_by("minutes", descending=True)
    order = list(tab.model.uids)
    minutes = [tab.model.row_at(at)["minutes"] for at in range(len(order) - 1)]
    assert minutes == sorted(minutes, reverse=True) and order[-1] == TOTAL
    assert [one.value for one in tab.bars.bars] == minutes


def test_two_ways_and_one_unit_have_their_own_heads(page: StatisticsPage, qtbot: Any) -> None:
    tab = page.figures
    unit = page.ctx.store.rows("SELECT uid, name FROM unit ORDER BY position, name")[0]
    tab.apply_filter(by="month", then="track", unit_uid=unit["uid"])
    settle(page, qtbot)
    table = figure_table(page.ctx.store, YEAR, "month", "track", unit["uid"])
    assert [one.label for one in tab.model.columns] == table.heads
    assert tab.model.rowCount() == len(table.lines) + 1 and unit["name"] in tab.scope.text()
    tab.table.sort_by("first", descending=True)
    assert tab.model.row_at(0)["first_name"] == table.lines[-1].names[0]
    tab.apply_filter(then="")
    settle(page, qtbot)
    assert [one.label for one in tab.model.columns][:2] == ["月份", "服务人数"]


def test_enter_opens_the_records_behind_a_line_and_the_bar_those_of_its_figure(
    page: StatisticsPage, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab, asked = page.figures, wanted(page.ctx)
    table = figure_table(page.ctx.store, YEAR, "unit")
    line = next(one for one in table.lines if one.minutes and one.waiting_minutes)
    tab.table.select(line.uid)
    assert tab.bars.current == line.uid and commands(page)["open"] == ""
    QTest.keyClick(tab.table.right, Qt.Key.Key_Return)
    settle(page, qtbot)
    assert asked == [("visits", {"uids": behind(page.ctx.store, table, line).uids})]
    assert page.window().page.asked().uids == asked[0][1]["uids"]
    QTest.keyClick(tab.bars, Qt.Key.Key_Return)
    settle(page, qtbot)
    assert asked[-1][1]["uids"] == behind(page.ctx.store, table, line, "minutes").uids != asked[0][1]["uids"]
    monkeypatch.setattr(statistics_figures, "MOST", 1)
    tab.open_line()
    settle(page, qtbot)
    assert len(asked) == 2  # too many to open at once: it says how to narrow them


def test_bars_walk_with_the_table_by_keys_and_by_click(page: StatisticsPage) -> None:
    tab = page.figures
    tab.bars.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(tab.bars, Qt.Key.Key_End)
    last = tab.bars.bars[-1]
    assert tab.table.current_uid() == last.uid == tab.bars.current
    QTest.mouseClick(tab.bars, Qt.MouseButton.LeftButton, pos=QPoint(5, theme.px(26) + 3))
    assert tab.table.current_uid() == tab.bars.bars[1].uid
    assert f"{last.label} {last.text}" in tab.bars.accessibleDescription()


def test_the_same_table_as_excel_and_pdf(page: StatisticsPage, tmp_path: Path, qtbot: Any) -> None:
    table = page.figures.read.table
    for ending in ("xlsx", "pdf"):
        statistics_out.write_to(page.ctx, table, tmp_path / f"统计.{ending}", page)
        settle(page, qtbot)
    rows = cells(tmp_path / "统计.xlsx")
    total = next(row for row in rows if row[0] == "合计")
    assert float(total[2]) == table.total.records and "统计口径" in rows[-1][0]
    text = "".join(page_texts(tmp_path / "统计.pdf"))
    assert "合计" in text and str(table.total.records) in text
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".part"] == []


def test_a_dot_in_a_name_is_no_ending(page: StatisticsPage, tmp_path: Path, qtbot: Any, dialogs: Dialogs) -> None:
    (tmp_path / "2020.12月报.pdf").write_bytes(b"older")
    dialogs.expect(lambda chooser: (chooser.fileSelected.emit(str(tmp_path / "2020.12月报")), chooser.reject()))
    page.figures.save("pdf")
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(page, qtbot)
    assert (tmp_path / "2020.12月报.pdf").read_bytes() == b"older"  # the dialog did not ask about that one
    assert (tmp_path / "2020.12月报（2）.pdf").read_bytes().startswith(b"%PDF")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["2020.12月报.pdf", "2020.12月报（2）.pdf"]


def test_a_file_made_for_oneself_can_be_entered_in_the_ledger_afterwards(
    page: StatisticsPage, tmp_path: Path, qtbot: Any, dialogs: Dialogs
) -> None:
    notes: list[Any] = []
    page.ctx.messages.said.connect(notes.append)
    dialogs.expect(lambda chooser: (chooser.fileSelected.emit(str(tmp_path / "甲.pdf")), chooser.reject()))
    page.figures.save("pdf")
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(page, qtbot)
    assert (tmp_path / "甲.pdf").exists() and notes[-1].action == "记入报出台账"
    assert issued_rows(page.ctx.store) == []
    page.figures.apply_filter(by="month")  # another table is in view when the ledger is asked for
    settle(page, qtbot)
    dialogs.expect("报出")
    notes[-1].run().form.put("issued_to", "区委组织部")
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(page, qtbot)
    assert [(one["issued_to"], "按单位" in one["name"]) for one in issued_rows(page.ctx.store)] == [
        ("区委组织部", True)
    ]


def test_what_is_issued_is_kept_and_told_against_now_and_opens_the_records(
    page: StatisticsPage, qtbot: Any, dialogs: Dialogs
) -> None:
    issue(page, qtbot, dialogs)
    before = page.figures.read.table.total
    page.show_tab("issued")
    settle(page, qtbot)
    tab = page.issued
    assert "没有变化" in tab.words.toPlainText() and commands(page)["open"]
    uids = void(page, qtbot, 3)
    told = tab.words.toPlainText()
    assert f"合计 记录条数：上次报出 {before.records}，现在 {before.records - 3}，少 3。" in told
    assert "作废服务记录：3条" in told and "报给学校党委办公室" in told and "统计口径" in told
    assert tab.was.item(tab.was.rowCount() - 1, 2).text() == str(before.records)  # as it was
    asked = wanted(page.ctx)
    tab.open_records()
    assert asked[0][0] == "visits" and sorted(asked[0][1]["uids"]) == sorted(uids)
    page.window().go_to("statistics")
    tab.take_back()
    settle(page, qtbot)
    assert issued_rows(page.ctx.store) == [] and "还没有报出过" in tab.table.empty.words.text()


def test_a_table_read_before_a_write_is_counted_anew_when_it_is_issued(page: StatisticsPage) -> None:
    read = page.figures.read
    with page.ctx.store.transact("作废") as tx:
        void_visits(tx, [row[0] for row in tx.tuples("SELECT uid FROM visit WHERE state = 'WAITING' LIMIT 1")], "重复")
    with page.ctx.store.transact("报出") as tx:
        made = statistics_out.enter(tx, read, "党办", "")
    assert made.total.records == read.table.total.records - 1


def test_a_question_is_copied_as_one_sentence_with_scope_and_day(page: StatisticsPage, qtbot: Any) -> None:
    page.show_tab("answers")
    settle(page, qtbot)
    tab = page.answers
    assert tab.questions.count() == len(tab.answers) > 3
    QTest.keyClick(tab.questions, Qt.Key.Key_Down)
    QTest.keyClick(tab.questions, Qt.Key.Key_Return)
    copied = QGuiApplication.clipboard().text()
    assert copied == tab.answers[1].sentence == tab.text.toPlainText()
    assert "截至" in copied and "口径" in copied and "达标率" in copied
    unit = tab.unit.itemText(1)
    tab.apply_filter(unit_uid=tab.unit.itemData(1))
    settle(page, qtbot)
    assert all(unit in one.sentence for one in tab.answers)
    page.show_tab("figures")
    page.figures.table.select(TOTAL)
    page.figures.copy_sentence()
    assert "全校" in QGuiApplication.clipboard().text()


def test_a_year_without_records_says_so_and_leads_to_them(page: StatisticsPage, qtbot: Any) -> None:
    page.ctx.year = 2024
    settle(page, qtbot)
    assert any("2024年还没有" in one for one in words(page)) and commands(page)["new"]
    asked = wanted(page.ctx)
    page.figures.empty.button.click()
    assert asked == [("visits", {"new": True})]
    page.window().go_to("statistics")
    page.show_tab("issued")
    page.issued.table.empty.button.click()
    assert page.tab == "figures"


@pytest.mark.parametrize("size", [10, 14])
def test_nothing_is_cut_off(page: StatisticsPage, qtbot: Any, dialogs: Dialogs, size: int) -> None:
    issue(page, qtbot, dialogs)
    theme.apply(QApplication.instance(), dark=size == 14, points=size)
    for tab in page.pages:
        page.show_tab(tab)
        settle(page, qtbot)
        QApplication.processEvents()
        assert cramped(page) == []


def test_a_change_in_words() -> None:
    assert change_words(FigureChange("合计", "业余人次", "1486", "1502")) == (
        "合计 业余人次：上次报出 1,486，现在 1,502，多 16。"
    )
    assert (
        change_words(FigureChange("8月", "业余小时", "1010.5", ""))
        == "8月 业余小时：上次报出 1,010.5，现在 0，少 1,010.5。"
    )
    assert "“财务部”" in change_words(FigureChange("财务处", "二级单位党组织", "财务部", "财务处"))
