"""The page 考核评价: second keying, exemption, the way of the forms, drafting, what an entry clerk may not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.evaluation.ops import save_many
from core.evaluation.queries import evaluation_rows
from core.service_log.model import VisitDraft
from core.service_log.ops import record_visit
from core.store import Row, Tx
from tests.conftest import Dialogs
from tests.ui.page_room import cramped, ledger_context, open_window
from ui.context import Context
from ui.kit.perform import perform
from ui.pages.evaluation import EvaluationPage
from ui.pages.evaluation_dialogs import SecondKeying, ask_exempt, ask_texts, ask_way
from ui.pages.evaluation_model import columns_of


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    yield from ledger_context(people=40, visits=160)


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> EvaluationPage:
    found = open_window(ctx, qtbot, "evaluation").page
    assert isinstance(found, EvaluationPage)
    qtbot.waitUntil(lambda: bool(found.model.rows))
    return found


def rows_of(page: EvaluationPage) -> dict[str, Row]:
    return {row["cadre_uid"]: row for row in evaluation_rows(page.ctx.store, 2020)}


def test_the_second_keying_lists_only_what_differs(page: EvaluationPage, qtbot: Any) -> None:
    first, second = (row["cadre_uid"] for row in page.model.rows[:2])
    said = {"community_rating": "优秀", "branch_rating": "合格"}
    with page.ctx.store.transact("录入") as tx:
        save_many(tx, 2020, {first: said, second: said})
    dialog = SecondKeying(
        page.ctx,
        [rows_of(page)[first], rows_of(page)[second]],
        columns_of(overall=False, blind=True),
        "一支部",
    )
    qtbot.addWidget(dialog)
    keys = [one.key for one in dialog.model.columns]
    assert not any(dialog.model.value(row, "branch_rating") for row in dialog.model.rows), (
        "the first keying is not seen"
    )
    for at, texts in enumerate((("1", "2"), ("1", "1"))):
        for key, text in zip(("community_rating", "branch_rating"), texts, strict=True):
            dialog.model.put(dialog.model.index(at, keys.index(key)), text)
    dialog.compare()
    lines = dialog.said.toPlainText().splitlines()
    assert lines[0] == "一致 1 人，不同 1 人 1 处。" and len(lines) == 2
    assert "党支部评价等次：第一次“合格”，第二次“优秀”" in lines[1]
    found = rows_of(page)
    assert (bool(found[first]["checked_on"]), bool(found[second]["checked_on"])) == (True, False)
    assert list(dialog.model.typed) == [second]


def test_dialogs_write_and_the_counters_follow(page: EvaluationPage, dialogs: Dialogs, qtbot: Any) -> None:
    for _ in range(3):
        dialogs.expect(lambda _dialog: None)
    row, people = page.model.rows[0], len(page.model.rows)
    page.draft()
    assert any(one["main_work"] for one in rows_of(page).values())
    way = ask_way(page.ctx, page, [one["cadre_uid"] for one in page.model.rows], "支部")
    way.form.submit()
    told = ask_exempt(page.ctx, page, row)
    told.form.put("exempt_reason", "产假")
    told.form.submit()
    assert rows_of(page)[row["cadre_uid"]]["exempt_reason"] == "", "without an approver it is not written"
    told.form.put("exempt_by", "李书记")
    told.form.submit()
    texts = ask_texts(page.ctx, page, rows_of(page)[page.model.rows[1]["cadre_uid"]], unit_review=True)
    texts.form.put("self_summary", "自评")
    texts.form.submit()
    page.ctx.refresher.flush()
    qtbot.waitUntil(lambda: f"应考核 {people - 1} " in page.counters.text())
    assert f"已发出 {people}" in page.counters.text() and "免考 1" in page.counters.text()
    assert rows_of(page)[page.model.rows[1]["cadre_uid"]]["self_summary"] == "自评"


def test_every_widget_has_its_room_and_who_may_not_is_told(page: EvaluationPage) -> None:
    assert cramped(page) == []
    page.ctx.store.role = "ENTRY"
    assert next(one for one in page.commands() if one.id == "save").disabled


def test_who_a_cell_belongs_to_and_what_is_wrong_with_it_can_be_seen(page: EvaluationPage, qtbot: Any) -> None:
    model, grid = page.model, page.grid
    keys = [one.key for one in model.columns]
    assert grid.verticalHeader().isHidden()
    grid.setColumnWidth(keys.index("community_remark"), 2000)
    grid.setCurrentIndex(model.index(0, len(keys) - 1))
    qtbot.waitUntil(grid.verticalHeader().isVisible)  # the names have scrolled away, their place shows them
    assert model.headerData(0, Qt.Orientation.Vertical) == model.rows[0]["name"]
    grid.setCurrentIndex(model.index(0, 0))
    qtbot.waitUntil(grid.verticalHeader().isHidden)
    cell = model.index(0, keys.index("community_rated_on"))
    for text, wrong in (("1340", True), ("1103", False)):
        model.put(cell, text)
        assert model.data(cell, Qt.ItemDataRole.FontRole).underline() is wrong  # not by colour alone
    assert model.data(model.index(0, 0), Qt.ItemDataRole.ToolTipRole) == model.rows[0]["name"]


def test_texts_the_log_has_left_behind_are_counted_told_before_printing_and_drafted_anew(
    page: EvaluationPage, dialogs: Dialogs, qtbot: Any
) -> None:
    uid = next(row["cadre_uid"] for row in page.model.rows if row["times"] and not row["exempt"])
    page.draft()
    qtbot.waitUntil(lambda: any(row["main_work"] for row in page.model.rows))
    assert page.apart.isHidden() and not page._apart_here()
    outcome = perform(page.ctx, "登记", _served, uid, parent=page)
    assert outcome is not None
    qtbot.waitUntil(lambda: page._apart_here() == [uid])
    assert page.apart.text() == "文字与记录不符 1 人" and not page.apart.isHidden()
    printed: list[Any] = []
    page._print = printed.append  # type: ignore[method-assign]
    dialogs.expect("照旧打印")
    page.print()
    qtbot.waitUntil(lambda: len(printed) == 1)
    assert "1 人的主要服务情况与服务记录不一致" in dialogs.seen[-1]
    dialogs.expect("重新生成")
    page.redraft()
    qtbot.waitUntil(lambda: not page._apart_here())
    page.print()
    assert len(printed) == 2 and not dialogs.unexpected


def _served(tx: Tx, uid: str) -> object:
    draft = VisitDraft(**{"cadre_uid": uid, "served_on": "2020-10-07", "start_at": "05:00", "end_at": "06:00"})
    signed = {"confirm_method": "社区党组织", "confirmed_by": "陈书记", "late_reason": "补"}
    return record_visit(tx, replace(draft, community="经院社区", category="宣传政策", content="宣讲", **signed))
