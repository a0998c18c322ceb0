"""考核评价 by keyboard alone: 60 forms of a branch are keyed, entry is interrupted and goes on, all is one step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.evaluation.queries import evaluation_rows
from core.org.settings import set_settings
from core.roster.membership import change_person
from core.store import Row
from tests.conftest import Dialogs
from tests.flows.hands import CTRL, ENTER, TAB, Hands
from tests.ui.page_room import ledger_context, open_window
from ui.context import Context
from ui.pages.evaluation import DRAFT, EvaluationPage


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    for made in ledger_context(people=64):
        store = made.store
        with store.transact("一个支部") as tx:
            unit, branch = tx.tuples("SELECT unit_uid, uid FROM branch ORDER BY uid LIMIT 1")[0]
            everybody = [row[0] for row in tx.tuples("SELECT uid FROM cadre ORDER BY staff_no")]
            for at, uid in enumerate(everybody):
                place = {"unit_uid": unit, "branch_uid": branch} if at < 60 else {}
                change_person(tx, uid, {**place, "status": "ACTIVE" if at < 60 else "RETIRED"})
            set_settings(tx, {"evaluation_cap": "1/3"})
        yield made


def opened(ctx: Context, qtbot: Any) -> EvaluationPage:
    page = open_window(ctx, qtbot, "evaluation").page
    assert isinstance(page, EvaluationPage)
    settle(page, qtbot)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.grid)
    return page


def settle(page: EvaluationPage, qtbot: Any) -> None:
    page.ctx.refresher.flush()
    qtbot.waitUntil(lambda: not page.ctx.tasks.running)


def rows_of(ctx: Context) -> list[Row]:
    return evaluation_rows(ctx.store, 2020)


def test_sixty_forms_are_keyed_and_an_interrupted_entry_is_there_again(
    ctx: Context, dialogs: Dialogs, qtbot: Any
) -> None:
    page, hands = opened(ctx, qtbot), Hands(qtbot)
    assert len(page.model.rows) == 60
    for at in range(60):  # 社区等次 down the column
        hands.keys_of("1" if at % 2 else "h")
    hands.press(Qt.Key.Key_Right, held=CTRL)  # and 党支部等次 from its top
    for _ in range(30):
        hands.keys_of("2")
    assert page.cap.text().startswith("优秀 0 / 最多 20") and "未保存 90 格" in page.unsaved.text()
    assert not any(row["uid"] for row in rows_of(ctx)), "nothing is in the ledger before it is saved"

    page.window().close()  # as after a crash: a new page on the same ledger
    page = opened(ctx, qtbot)
    assert "未保存 90 格" in page.unsaved.text() and len(ctx.store.local.get(f"{DRAFT}.2020")) == 60
    page.grid.setCurrentIndex(page.model.index(30, [one.key for one in page.model.columns].index("branch_rating")))
    for _ in range(30):
        hands.keys_of("y")
    assert "超出 10 人" in page.cap.text()
    hands.press(ENTER, held=CTRL)
    settle(page, qtbot)
    found = rows_of(ctx)
    assert [row["community_rating"] for row in found] == ["优秀" if at % 2 else "合格" for at in range(60)]
    assert [row["branch_rating"] for row in found] == ["合格"] * 30 + ["优秀"] * 30
    assert all(row["keyed_on"] for row in found) and page.unsaved.isHidden()
    assert "已录入 60" in page.counters.text() and not ctx.store.local.get(f"{DRAFT}.2020")
    dialogs.expect("撤销")  # 60 forms are asked about
    hands.press(Qt.Key.Key_Z, held=CTRL)
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(page, qtbot)
    assert not any(row["branch_rating"] for row in rows_of(ctx)), "one step takes all of it back"


def test_words_days_and_mistakes_are_typed_into_the_cells(ctx: Context, qtbot: Any) -> None:
    page, hands = opened(ctx, qtbot), Hands(qtbot)
    keys = [one.key for one in page.model.columns]
    page.grid.setCurrentIndex(page.model.index(0, keys.index("community_remark")))
    hands.keys_of("x")  # any letter opens the cell
    editor = QApplication.focusWidget()
    assert editor is not page.grid
    editor.setText("无")
    hands.press(TAB)
    assert page.grid.currentIndex().column() == keys.index("community_rater")
    page.grid.setCurrentIndex(page.model.index(0, keys.index("community_rated_on")))
    for text, stored in (("1303", "1303"), ("1103", "2020-11-03")):
        page.grid.setCurrentIndex(page.model.index(0, keys.index("community_rated_on")))
        for sign in text:  # the first opens the cell, the others go into it
            hands.keys_of(sign)
        hands.press(ENTER)
        assert page.model.value(page.model.rows[0], "community_rated_on") == stored
        hands.press(ENTER, held=CTRL)
        settle(page, qtbot)
        assert bool(rows_of(ctx)[0]["uid"]) is (text == "1103"), "a day that cannot be read is not saved"
    row = rows_of(ctx)[0]
    assert (row["community_remark"], row["community_rated_on"]) == ("无", "2020-11-03")


def test_a_cell_being_written_outlives_what_the_ledger_tells_meanwhile(ctx: Context, qtbot: Any) -> None:
    page, hands = opened(ctx, qtbot), Hands(qtbot)
    keys = [one.key for one in page.model.columns]
    second = page.model.rows[1]["cadre_uid"]
    page.grid.setCurrentIndex(page.model.index(0, keys.index("community_rating")))
    hands.keys_of("1")
    page.grid.setCurrentIndex(page.model.index(1, keys.index("community_remark")))
    hands.press(ENTER, held=CTRL)  # saved; the page reads the ledger again while the next cell is typed
    hands.keys_of("x")
    editor = QApplication.focusWidget()
    assert editor is not page.grid
    editor.setText("说到一半")
    settle(page, qtbot)
    assert QApplication.focusWidget() is editor and editor.text() == "说到一半"
    assert page.model.value(page.model.rows[0], "community_rating") == "优秀", "what was saved is not seen to go"
    hands.press(ENTER)
    qtbot.waitUntil(lambda: page.model.rows[0] is page._rows[0] and not page._held)
    assert page.model.typed == {second: {"community_remark": "说到一半"}}
    assert "已录入 1 " in page.counters.text(), "what was read meanwhile is taken once the cell is closed"
    assert page.grid.currentIndex().row() == 2


def test_turning_to_another_branch_keeps_an_open_cell(ctx: Context, qtbot: Any) -> None:
    with ctx.store.transact("两个支部") as tx:
        other = tx.value("SELECT uid FROM branch ORDER BY uid LIMIT 1 OFFSET 1")
        last = tx.value("SELECT uid FROM cadre ORDER BY staff_no LIMIT 1 OFFSET 59")
        tx.update("cadre", last, {"branch_uid": other})
    page, hands = opened(ctx, qtbot), Hands(qtbot)
    uid = page.model.rows[0]["cadre_uid"]
    page.grid.setCurrentIndex(page.model.index(0, [one.key for one in page.model.columns].index("community_remark")))
    hands.keys_of("x")
    QApplication.focusWidget().setText("说到一半")
    page.branch.setCurrentIndex(1)
    assert page.model.typed == {uid: {"community_remark": "说到一半"}}
    assert uid not in {row["cadre_uid"] for row in page.model.rows}


def test_what_is_typed_stays_with_its_year(ctx: Context, qtbot: Any) -> None:
    page, hands = opened(ctx, qtbot), Hands(qtbot)
    hands.keys_of("1")
    ctx.year = 2021
    page.reload(frozenset())  # the new year is still being read
    page.grid.setFocus()
    hands.keys_of("2")
    settle(page, qtbot)
    assert page.model.year == 2021 and not page.model.typed
    assert not ctx.store.local.get(f"{DRAFT}.2021")
    assert len(ctx.store.local.get(f"{DRAFT}.2020")) == 2


def test_a_person_who_is_gone_does_not_keep_the_others_from_being_saved(ctx: Context, qtbot: Any) -> None:
    page, hands = opened(ctx, qtbot), Hands(qtbot)
    hands.keys_of("12")
    gone, stays = (row["cadre_uid"] for row in page.model.rows[:2])
    with ctx.store.transact("误导入的名册撤去一人") as tx:
        for (uid,) in tx.tuples("SELECT uid FROM membership WHERE cadre_uid = ?", (gone,)):
            tx.delete("membership", uid)
        tx.delete("cadre", gone)
    page.reload(frozenset())
    qtbot.waitUntil(lambda: len(page.model.rows) == 59)
    page.grid.setFocus()
    hands.press(ENTER, held=CTRL)
    settle(page, qtbot)
    assert [row["cadre_uid"] for row in rows_of(ctx) if row["uid"]] == [stays]
    assert list(page.model.typed) == [gone] and "未保存 1 格" in page.unsaved.text()
    with qtbot.waitSignal(ctx.messages.said) as told:
        hands.press(ENTER, held=CTRL)
    assert "丢弃未保存的内容" in told.args[0].text
