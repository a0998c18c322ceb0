"""工作台: every number opens the rows it counted, bars tell the quota, the last steps can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QWidget

from core.service_log.quota import quota_report
from core.service_log.waiting import Waiting
from tests.conftest import Dialogs
from tests.ui.page_room import cramped, ledger_context, open_window, words
from ui.context import Context
from ui.kit import theme
from ui.pages.checkin_status import StatusTab
from ui.pages.overview import OverviewPage
from ui.pages.overview_parts import StepLine
from ui.pages.overview_waits import matters
from ui.shell.main_window import MainWindow


@pytest.fixture
def empty(dressed: QApplication) -> Iterator[Context]:
    yield from ledger_context()


@pytest.fixture
def busy(dressed: QApplication) -> Iterator[Context]:
    """A ledger in which something of everything waits."""
    yield from ledger_context(people=60, visits=300, late=5)


def overview(window: MainWindow) -> OverviewPage:
    window.go_to("overview")
    page = window.page
    assert isinstance(page, OverviewPage)
    return page


def test_every_number_opens_as_many_rows(busy: Context, qtbot: Any) -> None:
    window = open_window(busy, qtbot, "overview")
    lines = [(line.count, line.words) for line in overview(window).lines]
    assert len(lines) == 8
    for at, (count, text) in enumerate(lines):
        overview(window).lines[at].click()
        QApplication.processEvents()
        assert window.page_id in ("roster", "visits", "checkin")
        page = window.page.page if window.page_id == "checkin" else window.page  # type: ignore[union-attr]
        shown = page.model if window.page_id == "roster" else page.table.model  # type: ignore[union-attr]
        assert shown.rowCount() == count, text


@pytest.mark.parametrize(("part", "key"), [(0, "met"), (1, "going"), (2, "behind"), (-1, "people")])
def test_a_bar_opens_the_people_behind_it(busy: Context, qtbot: Any, part: int, key: str) -> None:
    window = open_window(busy, qtbot, "overview")
    unit = max(quota_report(busy.store, 2020).by_unit, key=lambda one: one.people)
    overview(window).bars.opened.emit(unit.unit_uid, part)
    QApplication.processEvents()
    expected = getattr(unit, key) + (unit.exempt if part < 0 else 0)
    assert window.page.model.rowCount() == expected  # type: ignore[union-attr]


def test_the_school_line_tells_the_quota(busy: Context, qtbot: Any) -> None:
    page = overview(open_window(busy, qtbot, "overview"))
    total = quota_report(busy.store, 2020).total
    assert page.school.text() == f"{round(100 * total.met / total.people)}%"
    assert f"达标 {total.met} 人，进行中 {total.going} 人，落后 {total.behind} 人" in page.words.text()
    assert "至少3次、不少于12小时" in page.minimum.text()
    assert "截至2020年11月24日" in page.minimum.text()
    assert page.footer().startswith("60 人 · 已确认")


def test_the_last_step_is_taken_back(busy: Context, dialogs: Dialogs, qtbot: Any) -> None:
    page = overview(open_window(busy, qtbot, "overview"))
    newest, *_, first = page.findChildren(StepLine)
    assert not hasattr(first, "undo"), "the step that made the ledger must stay"
    assert "测试服务记录" in words(newest)
    dialogs.expect("撤销")  # 300 records are asked about
    newest.undo.click()
    qtbot.waitUntil(lambda: not dialogs.waiting)
    busy.refresher.flush()
    assert busy.store.value("SELECT count(*) FROM visit") == 0
    shown = words(page)
    assert "撤销：测试服务记录" in shown
    assert "已撤销" in shown
    assert "条记录待确认" not in shown


def test_another_year_has_its_own_figures(busy: Context, qtbot: Any) -> None:
    page = overview(open_window(busy, qtbot, "overview"))
    busy.year = 2019
    busy.refresher.flush()
    assert "2020年以前没有要求" in page.minimum.text()
    assert page.school.text() == "—"


def test_the_absent_of_a_past_year_open_in_the_table_of_that_day(
    busy: Context, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2021-03-01")  # the list of people is of today
    count = next(one.count for one in matters(busy, Waiting()) if "未报到" in one.words)
    window = open_window(busy, qtbot, "overview")
    next(line for line in overview(window).lines if "未报到" in line.words).click()
    page = window.page.page  # type: ignore[union-attr]
    assert isinstance(page, StatusTab)
    qtbot.waitUntil(lambda: not busy.tasks.running)
    assert (page.as_of(), page.group, page.people.rowCount()) == ("2020-12-31", "absent", count)


def test_an_empty_ledger_says_where_to_begin(empty: Context, qtbot: Any) -> None:
    page = overview(open_window(empty, qtbot, "overview"))
    shown = words(page)
    assert "没有等着处理的事。" in shown
    assert any("先导入各单位的名册" in one for one in shown)
    assert page.bars.isHidden() and page.line.isHidden()


def test_narrow_windows_stack_the_columns(busy: Context, qtbot: Any) -> None:
    window = open_window(busy, qtbot, "overview")
    page = overview(window)
    wide = page.today_title.mapTo(page, page.today_title.pos()).y()
    assert page.steps_title.mapTo(page, page.steps_title.pos()).y() == wide
    window.resize(900, 800)
    QApplication.processEvents()
    assert page.steps_title.mapTo(page, page.steps_title.pos()).y() > wide


@pytest.mark.parametrize(("points", "dark"), [(10, False), (16, False), (16, True)])
def test_every_widget_has_room(busy: Context, qtbot: Any, points: int, dark: bool) -> None:
    window = open_window(busy, qtbot, "overview")
    busy.settings.put("dark", dark)
    busy.settings.put("points", points)
    page = overview(window)
    window.resize(theme.px(1180), theme.px(760))
    QApplication.processEvents()
    assert theme.points() == points
    assert cramped(page) == []


def test_the_check_for_room_finds_a_cramped_button(qtbot: Any) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    row = QHBoxLayout(host)
    tight = QPushButton("登记服务记录")
    tight.setFixedWidth(30)
    row.addWidget(tight)
    row.addWidget(QPushButton("确认"))
    host.show()
    with qtbot.waitExposed(host):
        pass
    assert len(cramped(host)) == 1
    assert "登记服务记录" in cramped(host)[0]
