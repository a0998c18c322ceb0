"""The printed form beside the grid: of the current person, on the worker, remembered, off until somebody wants it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.evaluation.ops import exempt
from tests.ui.page_room import cramped, ledger_context, open_window
from ui.context import Context
from ui.pages.evaluation import PAPER, EvaluationPage
from ui.pages.evaluation_model import columns_of


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    yield from ledger_context(people=40, visits=20)


def opened(ctx: Context, qtbot: Any) -> EvaluationPage:
    page = open_window(ctx, qtbot, "evaluation").page
    assert isinstance(page, EvaluationPage)
    qtbot.waitUntil(lambda: bool(page.model.rows))
    return page


def test_the_form_follows_the_row_and_is_remembered(ctx: Context, qtbot: Any) -> None:
    page = opened(ctx, qtbot)
    assert page.paper.isHidden() and page.grid.width() > page.width() * 0.9
    QTest.keyClick(page.grid, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.paper.preview.view.count > 0)
    assert QApplication.focusWidget() is page.grid
    qtbot.waitUntil(lambda: cramped(page) == [])  # the bar is laid out with the next turn of the loop
    first, second = page.model.rows[:2]
    assert page.paper.whose.text() == f"{first['name']}的考核评价表"
    page.paper.preview.show_words("")
    QTest.keyClick(page.grid, Qt.Key.Key_Down)
    assert page.paper.whose.text() == f"{second['name']}的考核评价表"
    qtbot.waitUntil(lambda: page.paper.preview.view.count > 0)
    QTest.keyClick(page.grid, Qt.Key.Key_1)  # typed, not saved: the paper says that it does not hold it
    QTest.keyClick(page.grid, Qt.Key.Key_Up)
    QTest.keyClick(page.grid, Qt.Key.Key_Up)
    if page.grid.currentIndex().row() == 0:
        QTest.keyClick(page.grid, Qt.Key.Key_Down)
    assert page.paper.whose.text() == f"{second['name']}的考核评价表（未保存的内容不在上面）"
    page.window().close()
    assert ctx.store.local.get(PAPER) is True
    again = opened(ctx, qtbot)
    qtbot.waitUntil(lambda: again.paper.preview.view.count > 0)
    again.show_paper(False)
    assert again.paper.isHidden() and not ctx.store.local.get(PAPER)


def test_an_exempt_person_is_named_and_no_row_shows_no_form(ctx: Context, qtbot: Any) -> None:
    page = opened(ctx, qtbot)
    page.show_paper(True)
    qtbot.waitUntil(lambda: page.paper.preview.view.count > 0)
    uid = page.model.rows[0]["cadre_uid"]
    with ctx.store.transact("免考") as tx:
        exempt(tx, [uid], 2020, "产假", "李书记")
    ctx.refresher.announce(frozenset({"evaluation"}))
    ctx.refresher.flush()
    qtbot.waitUntil(lambda: bool(page.model.rows[0]["exempt"]) and not ctx.tasks.running)
    qtbot.waitUntil(lambda: not page.paper._timer.isActive() and not ctx.tasks.running)
    assert page.paper.whose.text().startswith(page.model.rows[0]["name"])
    page.paper.show_person(None)
    assert page.paper.preview.view.count == 0


def test_a_short_grade_typed_as_a_character_is_taken(ctx: Context, qtbot: Any) -> None:
    page = opened(ctx, qtbot)
    at = [one.key for one in columns_of(overall=False)].index("community_rating")
    cell = page.model.index(0, at)
    for text, grade in (("优", "优秀"), ("１", "优秀"), ("合", "合格"), ("良好", "良好")):
        page.model.put(cell, text)
        assert page.model.value(page.model.rows[0], "community_rating") == grade
    assert page.model.first_fault() is not None


def test_a_cell_of_another_branch_that_cannot_be_saved_is_shown(ctx: Context, qtbot: Any) -> None:
    page = opened(ctx, qtbot)
    keys = [one.key for one in page.model.columns]
    wrong = page.model.rows[0]
    page.model.put(page.model.index(0, keys.index("branch_rating")), "良好")
    page.branch.setCurrentIndex(1)
    right = page.model.rows[0]
    page.model.put(page.model.index(0, keys.index("branch_rating")), "优秀")
    page.save()
    assert page.branch.currentIndex() == 0 and page.grid.currentIndex().data() == "良好"
    assert wrong["cadre_uid"] in page.model.typed and right["cadre_uid"] in page.model.typed, "nothing typed is lost"
    page.model.put(page.grid.currentIndex(), "合格")
    page.save()
    assert not page.model.typed
    assert {row[0] for row in ctx.store.tuples("SELECT branch_rating FROM evaluation")} == {"合格", "优秀"}
