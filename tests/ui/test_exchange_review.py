"""待定: one card after the other by keys; both sides, a third value, two people or one; what was settled can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from core.exchange.queries import conflict_rows, open_counts
from core.store import Row, reveals
from tests.ui.exchange_room import UNIT, conflict, exchange_context
from tests.ui.page_room import cramped, open_window, words
from ui.context import Context
from ui.kit import theme
from ui.pages.exchange import ExchangePage
from ui.pages.exchange_review import ReviewTab
from ui.pages.exchange_words import card_words

Key = Qt.Key


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    yield from exchange_context()


@pytest.fixture
def review(ctx: Context, qtbot: Any) -> ReviewTab:
    page = open_window(ctx, qtbot, "exchange").page
    assert isinstance(page, ExchangePage)
    page.show_tab("review")
    qtbot.waitUntil(lambda: page.review.list.holds_keyboard())
    return page.review


@pytest.fixture
def press(qtbot: Any) -> Any:
    """Keys go to whatever holds the keyboard."""

    def run(*keys: Any, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            qtbot.keyClick(QApplication.focusWidget(), key, held)
            QApplication.processEvents()

    return run


def rows(ctx: Context, kind: str) -> Row:
    return conflict_rows(ctx.store, "", (kind,))[0]


def open_kind(review: ReviewTab, kind: str, at: int = 0) -> str:
    """Open the card of a kind; its uid."""
    uid = str([row for row in review.shown_rows() if row["kind"] == kind][at]["uid"])
    assert review.list.open_key(uid)
    return uid


def test_the_cards_say_whose_and_which_with_both_sides(review: ReviewTab) -> None:
    assert len(review.list.cards) == 6
    assert review.footer() == "待定 6 处 · 并行修改 3 处"
    text = " ".join(words(review.list.cards[0]))
    for part in (
        "同一项两边都改了",
        "服务记录",
        "时长",
        "李敏　2020年11月18日 15:00",
        "王丽　2020年11月19日 10:20",
        "第1处　笔记本1",
    ):
        assert part in text
    heads = [head.text() for head in review.body.sides.heads]  # type: ignore[union-attr]
    assert heads == ["1　原来", "2　办公室", "3　笔记本1"]
    assert {"服务日期", "开始", "结束", "时间性质"} <= set(review.body.card.labels), "the group stands together"  # type: ignore[union-attr]


def test_arrows_go_from_card_to_card_and_one_is_open(review: ReviewTab, press: Any) -> None:
    press(Key.Key_Down, Key.Key_Down)
    assert [card.is_open for card in review.list.cards] == [False, False, True, False, False, False]
    press(Key.Key_End)
    assert review.list.current is review.list.cards[-1]
    press(Key.Key_Home, Key.Key_Up)
    assert review.list.current is review.list.cards[0]
    assert QApplication.focusWidget() is review.list.cards[0]


@pytest.mark.parametrize(("key", "side"), [(Key.Key_1, "base"), (Key.Key_2, "ours"), (Key.Key_3, "theirs")])
def test_a_side_is_taken_by_its_key_and_enter_goes_on(
    review: ReviewTab, press: Any, ctx: Context, key: Any, side: str
) -> None:
    first, second = review.list.cards[0].key, review.list.cards[1].key
    row = conflict_rows(ctx.store, uids=[first])[0]
    press(key, Key.Key_Return)
    after = ctx.store.one("SELECT minutes, state FROM visit WHERE uid = ?", (row["row_uid"],))
    assert after == {name: row[side][name] for name in ("minutes", "state")}
    assert review.list.current is not None and review.list.current.key == second
    assert QApplication.focusWidget() is review.list.current
    assert open_counts(ctx.store)["decide"] == 5


def test_ctrl_z_brings_the_card_back(review: ReviewTab, press: Any, ctx: Context, qtbot: Any) -> None:
    uid = review.list.cards[0].key
    before = ctx.store.one("SELECT * FROM visit WHERE uid = ?", (review.shown_rows()[0]["row_uid"],))
    press(Key.Key_3, Key.Key_Return)
    press(Key.Key_Z, held=Qt.KeyboardModifier.ControlModifier)
    ctx.refresher.flush()
    qtbot.waitUntil(lambda: len(review.list.cards) == 6)
    assert review.list.cards[0].key == uid
    assert ctx.store.one("SELECT * FROM visit WHERE uid = ?", (before["uid"],)) == before  # type: ignore[index]


def test_enter_without_a_choice_says_what_to_press(review: ReviewTab, press: Any, ctx: Context) -> None:
    press(Key.Key_Return)
    assert "先选一个：按 1、2、3" in review.body.said.text()  # type: ignore[union-attr]
    assert open_counts(ctx.store)["decide"] == 6


def test_a_third_value_is_typed(review: ReviewTab, press: Any, ctx: Context, qtbot: Any) -> None:
    row = review.shown_rows()[0]
    press(Key.Key_2, Key.Key_4)
    qtbot.waitUntil(lambda: review.body is not None and review.body.form is not None)
    form = review.body.form  # type: ignore[union-attr]
    assert form.values()["minutes"] == row["ours"]["minutes"], "it begins with the side chosen"  # type: ignore[union-attr]
    form.put("minutes", 45)  # type: ignore[union-attr]
    form.submit()  # type: ignore[union-attr]
    QApplication.processEvents()
    assert ctx.store.value("SELECT minutes FROM visit WHERE uid = ?", (row["row_uid"],)) == 45
    assert ctx.store.value("SELECT taken FROM conflict WHERE uid = ?", (row["uid"],)) == "VALUES"
    assert len(review.list.cards) == 5


def test_a_third_value_may_be_another_record(review: ReviewTab, ctx: Context, qtbot: Any) -> None:
    """References are chosen by name; an empty one is none."""
    person = ctx.store.one("SELECT * FROM cadre ORDER BY staff_no DESC LIMIT 1")
    assert person is not None
    other = ctx.store.value("SELECT uid FROM unit ORDER BY position LIMIT 1")
    with ctx.store.transact("测试待定") as tx:
        uid = conflict(
            tx, "FIELD", "cadre", person["uid"], ("unit_uid", "branch_uid"), base=person, ours=person,
            theirs={**person, "unit_uid": other, "branch_uid": None},
        )  # fmt: skip
    review.reload(frozenset())
    assert review.list.open_key(uid)
    review.open_form()
    form = review.body.form  # type: ignore[union-attr]
    assert form is not None
    form.put("unit_uid", other)
    form.put("branch_uid", "")
    form.submit()
    QApplication.processEvents()
    assert ctx.store.tuples("SELECT unit_uid, branch_uid FROM cadre WHERE uid = ?", (person["uid"],)) == [(other, None)]


def test_esc_leaves_the_third_value(review: ReviewTab, press: Any, ctx: Context, qtbot: Any) -> None:
    press(Key.Key_F2)
    qtbot.waitUntil(lambda: review.body is not None and review.body.form is not None)
    press(Key.Key_Escape)
    qtbot.waitUntil(lambda: review.list.current is not None and review.list.current.hasFocus())
    assert review.body is not None and review.body.form is None
    press(Key.Key_1)
    assert review.body.sides.at == 0


def test_deleted_here_changed_there(review: ReviewTab, press: Any, ctx: Context) -> None:
    uid = open_kind(review, "GONE_HERE")
    row = conflict_rows(ctx.store, uids=[uid])[0]
    heads = [head.text() for head in review.body.sides.heads]  # type: ignore[union-attr]
    assert heads == ["原来", "2　办公室：保持删除", "3　笔记本1：恢复这条"], "原来 is there to compare only"
    assert "（已删除）" in words(review.body)  # type: ignore[arg-type]
    press(Key.Key_1, Key.Key_3, Key.Key_Return)
    assert ctx.store.value("SELECT place FROM visit WHERE uid = ?", (row["row_uid"],)) == "小区南门"


def test_deleted_there_changed_here(review: ReviewTab, press: Any, ctx: Context) -> None:
    uid = open_kind(review, "CHANGED_HERE")
    row = conflict_rows(ctx.store, uids=[uid])[0]
    press(Key.Key_3, Key.Key_Return)
    assert ctx.store.value("SELECT count(*) FROM visit WHERE uid = ?", (row["row_uid"],)) == 0


def test_the_same_person_takes_what_waits_along(review: ReviewTab, press: Any, ctx: Context) -> None:
    uid = open_kind(review, "SAME_PERSON")
    row = conflict_rows(ctx.store, uids=[uid])[0]
    shown = words(review.body)  # type: ignore[arg-type]
    assert any("连同 3 条随它来的记录" in text for text in shown)
    assert {"姓名", "出生年月", "工号"} <= set(shown), "also what is the same on both sides"
    before = ctx.store.value("SELECT count(*) FROM visit WHERE cadre_uid = ?", (row["other_uid"],))
    press(Key.Key_1, Key.Key_Return)
    assert ctx.store.value("SELECT count(*) FROM visit WHERE cadre_uid = ?", (row["other_uid"],)) == before + 3
    assert ctx.store.value("SELECT count(*) FROM cadre WHERE uid = ?", (row["row_uid"],)) == 0


def test_a_rule_shows_both_records_and_one_can_go(review: ReviewTab, press: Any, ctx: Context) -> None:
    uid = open_kind(review, "RULE")
    row = conflict_rows(ctx.store, uids=[uid])[0]
    assert row["text"] in words(review.body)  # type: ignore[arg-type]
    cells = [side.title for side in review.body.card.sides]  # type: ignore[union-attr]
    assert cells == ["原有的一条", "笔记本1送来的"]
    press(Key.Key_1)
    assert review.body.buttons["1"].isChecked() and "已选中" in review.body.buttons["1"].accessibleName()  # type: ignore[union-attr]
    press(Key.Key_Return)
    assert ctx.store.value("SELECT taken FROM conflict WHERE uid = ?", (uid,)) == "ACCEPT"


def test_all_parallel_changes_with_one_key(review: ReviewTab, press: Any, ctx: Context) -> None:
    assert review.accept_all.text() == "全部采用并行修改（3 处）"
    press(Key.Key_A, held=Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert open_counts(ctx.store) == {"decide": 6, "parallel": 0}
    assert review.accept_all.isHidden()


def test_what_was_settled_is_listed_and_the_other_side_comes_back(review: ReviewTab, press: Any, ctx: Context) -> None:
    row = review.shown_rows()[0]
    press(Key.Key_2, Key.Key_Return)
    review.apply_filter(which="SETTLED")
    assert [card.key for card in review.list.cards] == [row["uid"]]
    review.list.focus()
    body = review.body
    assert body is not None and body.confirm.text() == "改用这一方"
    assert body.sides.at == 1, "what was taken stands chosen"
    assert any("已处理：采用这边" in text for text in words(body))
    press(Key.Key_3, Key.Key_Return)
    assert ctx.store.value("SELECT minutes FROM visit WHERE uid = ?", (row["row_uid"],)) == row["theirs"]["minutes"]


def test_filters_by_device_and_kind(review: ReviewTab, ctx: Context) -> None:
    person = ctx.store.one("SELECT * FROM cadre ORDER BY staff_no DESC LIMIT 1")
    assert person is not None
    with ctx.store.transact("测试待定") as tx:
        conflict(
            tx,
            "FIELD",
            "cadre",
            person["uid"],
            ("title",),
            base=person,
            ours=person,
            theirs={**person, "title": "教授"},
            peer_uid=UNIT,
        )
    review.reload(frozenset())
    review.peer.setCurrentIndex(review.peer.findData(UNIT))
    assert [row["peer"] for row in review.shown_rows()] == ["会计学院党委"]
    review.apply_filter(kind="RULE")
    assert [row["kind"] for row in review.shown_rows()] == ["RULE"]
    assert review.footer().startswith("显示 1 处 · 待定 7 处")


def test_numbers_are_masked_until_asked_for_and_that_is_written_down(
    review: ReviewTab, press: Any, ctx: Context, qtbot: Any
) -> None:
    uid = open_kind(review, "FIELD", 1)
    row = conflict_rows(ctx.store, uids=[uid])[0]
    assert "138****0000" in words(review.body)  # type: ignore[arg-type]
    assert not any("13900002222" in text for text in words(review))
    press(Key.Key_F4)
    qtbot.waitUntil(lambda: review.body is not None and "13900002222" in words(review.body))
    assert [one["field"] for one in reveals.recorded(ctx.store, uid=row["row_uid"], table="cadre")] == ["phone"]
    press(Key.Key_Up)
    qtbot.waitUntil(lambda: not any("13900002222" in text for text in words(review)))


def test_who_only_records_may_look_and_is_told_who_decides(review: ReviewTab, press: Any, ctx: Context) -> None:
    ctx.store.role = "ENTRY"
    press(Key.Key_2, Key.Key_Return)
    assert "只有审核人员和管理人员能裁定待定事项" in review.body.said.text()  # type: ignore[union-attr]
    assert open_counts(ctx.store)["decide"] == 6
    assert all(one.disabled for one in review.commands() if one.id != "numbers")


def test_an_empty_review_says_so_and_shows_the_way(ctx: Context, qtbot: Any, review: ReviewTab) -> None:
    with ctx.store.transact("清空") as tx:
        for row in tx.rows("SELECT uid FROM conflict WHERE kind NOT IN ('PARALLEL', 'WAITS')"):
            tx.update("conflict", row["uid"], {"state": "SETTLED", "taken": "OURS"})
    review.reload(frozenset())
    assert "没有要定的事" in review.empty.words.text()
    review.empty.button.click()
    assert review.which.currentData() == "PARALLEL"
    assert len(review.list.cards) == 3


def test_many_are_listed_in_turn(ctx: Context, review: ReviewTab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.pages.exchange_review.MOST_CARDS", 4)
    review.reload(frozenset())
    assert len(review.list.cards) == 4
    assert review.more.text() == "另有 2 处，处理完上面的就会接着列出。"


@pytest.mark.parametrize(("dark", "points"), [(False, 10), (True, 14)])
def test_every_card_has_its_room(ctx: Context, review: ReviewTab, qtbot: Any, dark: bool, points: int) -> None:
    theme.apply(QApplication.instance(), dark, points)  # type: ignore[arg-type]
    for at in range(len(review.list.cards)):
        review.list.go(at)
        qtbot.waitUntil(lambda card=review.list.cards[at]: not cramped(card))


def test_every_button_has_a_name(review: ReviewTab) -> None:
    for at in range(len(review.list.cards)):
        review.list.go(at)
        card = review.list.cards[at]
        assert card.accessibleName()
        for button in card.findChildren(QPushButton):
            assert button.accessibleName() or button.text()


def test_words_of_a_number_that_is_taken(ctx: Context) -> None:
    """A new person under a 工号 that is in use: the same one, another one, or not wanted; another number can be typed."""
    person = ctx.store.one("SELECT * FROM cadre ORDER BY staff_no LIMIT 1")
    assert person is not None
    with ctx.store.transact("测试待定") as tx:
        uid = conflict(
            tx, "CLASH", "cadre", "f" * 32, ("staff_no",), theirs={**person, "uid": "f" * 32, "name": "王芳"}, ours=person,
            other_uid=person["uid"],
        )  # fmt: skip
    found = card_words(ctx.store, conflict_rows(ctx.store, uids=[uid]))[0]
    assert [(one.key, one.take) for one in found.choices] == [("1", "YES"), ("2", "NO"), ("3", "OURS")]
    assert [one.key for one in found.fields] == ["staff_no"]
    assert found.typed_take == "NO"
    assert "工号" in found.question


def test_words_of_a_confirmed_record_that_was_changed(ctx: Context) -> None:
    """A rule about some fields of one record: as it was beside as it came, and the way back."""
    visit = ctx.store.one("SELECT * FROM visit WHERE state = 'CONFIRMED' ORDER BY uid LIMIT 1")
    assert visit is not None
    with ctx.store.transact("测试待定") as tx:
        uid = conflict(
            tx, "RULE", "visit", visit["uid"], ("content",), ours={"content": "原来的内容"}, text="记录在这边已确认。"
        )
    found = card_words(ctx.store, conflict_rows(ctx.store, uids=[uid]))[0]
    assert found.labels == ("服务内容",)
    assert [(side.title, side.cells) for side in found.sides] == [
        ("合并以前", ["原来的内容"]),
        ("笔记本1送来的", [visit["content"]]),
    ]
    assert [one.words for one in found.choices] == ["采用改动", "改回合并以前"]
