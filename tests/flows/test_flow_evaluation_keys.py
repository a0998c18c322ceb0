"""考核评价 keyed with the keys people really press: no habit puts a grade on the wrong person. 方案 三(七)"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.evaluation.ops import save_many
from core.evaluation.queries import evaluation_rows
from core.store import Store
from tests.flows.hands import CTRL, ENTER, SHIFT, TAB, Hands
from tests.ui.page_room import ledger_context, open_window
from ui.context import Context
from ui.pages.evaluation import EvaluationPage
from ui.pages.evaluation_dialogs import SecondKeying
from ui.pages.evaluation_grid import CurrentPerson, EvaluationGrid
from ui.pages.evaluation_model import columns_of

PEOPLE = 5
GRADES = {"1": "优秀", "2": "合格", "3": "基本合格", "4": "不合格"}
KEYPAD = Qt.KeyboardModifier.KeypadModifier


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    for made in ledger_context(people=PEOPLE):
        gather(made.store)
        yield made


def gather(store: Store) -> None:
    """Everybody in one branch and in office."""
    with store.transact("一个支部") as tx:
        unit, branch = tx.tuples("SELECT unit_uid, uid FROM branch ORDER BY uid LIMIT 1")[0]
        place = {"unit_uid": unit, "branch_uid": branch}
        people = tx.tuples("SELECT uid FROM cadre")
        tx.update_many("cadre", [(uid, {**place, "status": "ACTIVE"}) for (uid,) in people])
        tx.update_many("membership", [(uid, place) for (uid,) in tx.tuples("SELECT uid FROM membership")])


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> EvaluationPage:
    found = open_window(ctx, qtbot, "evaluation").page
    assert isinstance(found, EvaluationPage)
    qtbot.waitUntil(lambda: len(found.model.rows) == PEOPLE and QApplication.focusWidget() is found.grid)
    return found


@pytest.fixture(params=["first", "second"])
def desk(request: Any, page: EvaluationPage, qtbot: Any) -> tuple[EvaluationGrid, CurrentPerson]:
    """The grid of the first keying, or that of the second; the keyboard in it."""
    if request.param == "first":
        return page.grid, page.current
    uids = [row["cadre_uid"] for row in page.model.rows]
    with page.ctx.store.transact("录入") as tx:
        save_many(tx, 2020, {uid: {"community_rating": "优秀", "branch_rating": "合格"} for uid in uids})
    rows = evaluation_rows(page.ctx.store, 2020)
    dialog = SecondKeying(page.ctx, rows, columns_of(overall=False, blind=True), "一支部")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is dialog.grid)
    return dialog.grid, dialog.current


def keyed(grid: EvaluationGrid, key: str = "community_rating") -> list[str]:
    cells = grid.cells
    return [cells.typed.get(row["cadre_uid"], {}).get(key, "") for row in cells.rows]


def plain(hands: Hands, digit: str) -> None:
    hands.keys_of(digit)


def with_enter(hands: Hands, digit: str) -> None:
    hands.keys_of(digit)
    hands.press(ENTER)


def with_keypad(hands: Hands, digit: str) -> None:
    hands.press(getattr(Qt.Key, f"Key_{digit}"), held=KEYPAD)


def with_keypad_enter(hands: Hands, digit: str) -> None:
    with_keypad(hands, digit)
    hands.press(Qt.Key.Key_Enter, held=KEYPAD)


def full_width(hands: Hands, digit: str) -> None:
    hands.text(chr(ord(digit) - ord("0") + ord("０")))


def full_width_enter(hands: Hands, digit: str) -> None:
    full_width(hands, digit)
    hands.press(ENTER)


def mixed(hands: Hands, digit: str) -> None:
    (plain if digit in "13" else with_enter)(hands, digit)


HABITS = [plain, with_enter, with_keypad, with_keypad_enter, full_width, full_width_enter, mixed]


@pytest.mark.parametrize("habit", HABITS, ids=lambda one: one.__name__)
def test_every_habit_puts_each_grade_on_its_person(
    desk: tuple[EvaluationGrid, CurrentPerson], qtbot: Any, habit: Callable[[Hands, str], None]
) -> None:
    grid, current = desk
    hands = Hands(qtbot)
    for at, digit in enumerate("12341"):
        assert current.name.text().startswith(grid.cells.rows[at]["name"]), "who is keyed stands there in large letters"
        assert grid.cells.rows[at]["staff_no"] in current.name.text()
        habit(hands, digit)
    assert keyed(grid) == [GRADES[digit] for digit in "12341"]
    assert not any(keyed(grid, "branch_rating")), "the next column is not begun"
    assert current.said.text().startswith("到底了") and current.said.isVisible()
    assert grid.accessibleDescription() == current.said.text()
    habit(hands, "3")  # one too many: somebody was left out above
    assert keyed(grid) == [GRADES[digit] for digit in "12341"]
    assert "没有录入" in current.said.text() or habit is not plain
    assert grid.currentIndex().row() == PEOPLE - 1


def test_enter_without_a_grade_before_it_goes_down(desk: tuple[EvaluationGrid, CurrentPerson], qtbot: Any) -> None:
    grid, current = desk
    hands = Hands(qtbot)
    hands.press(ENTER)  # this form is still missing
    hands.keys_of("2")
    hands.press(ENTER, ENTER)  # the first is the habit, the second leaves one out
    hands.keys_of("1")
    assert keyed(grid) == ["", "合格", "", "优秀", ""]
    hands.press(ENTER, held=SHIFT)
    assert grid.currentIndex().row() == 3, "Shift+Enter goes back up, also right after a grade"
    hands.press(Qt.Key.Key_Up)
    hands.keys_of("4")
    assert keyed(grid)[2] == "不合格"
    hands.press(Qt.Key.Key_Down)  # an arrow after a grade is a move of its own, and the Enter after it another
    assert grid.currentIndex().row() == 4 and not current.said.text()
    hands.press(ENTER)
    assert grid.currentIndex().row() == 4 and current.said.text().startswith("到底了")


def test_a_wrong_digit_is_said_and_moves_nobody(desk: tuple[EvaluationGrid, CurrentPerson], qtbot: Any) -> None:
    grid, current = desk
    hands = Hands(qtbot)
    hands.keys_of("7")
    assert grid.currentIndex().row() == 0 and "没有“7”" in current.said.text() and "1 优秀" in current.said.text()
    full_width(hands, "9")
    hands.keys_of("0")
    assert not grid.writing and keyed(grid) == [""] * PEOPLE
    hands.keys_of("2")
    assert keyed(grid)[0] == "合格" and grid.currentIndex().row() == 1 and not current.said.text()
    hands.keys_of("x")  # no grade begins so
    assert "没有“x”" in current.said.text() and not grid.writing


def test_the_last_ones_grade_can_be_mended_and_the_next_column_begun(
    desk: tuple[EvaluationGrid, CurrentPerson], qtbot: Any
) -> None:
    grid, current = desk
    hands = Hands(qtbot)
    hands.keys_of("11112")
    hands.press(Qt.Key.Key_Delete)
    hands.keys_of("3")
    assert keyed(grid) == ["优秀"] * 4 + ["基本合格"]
    hands.press(Qt.Key.Key_Right, held=CTRL)
    assert grid.currentIndex().row() == 0 and not current.said.text()
    hands.keys_of("2")
    assert keyed(grid, "branch_rating")[0] == "合格"


def test_ctrl_z_takes_back_cells_and_not_the_ledger(page: EvaluationPage, ctx: Context, qtbot: Any) -> None:
    hands, before = Hands(qtbot), ctx.store.undo_candidate()
    hands.keys_of("12")
    hands.press(Qt.Key.Key_Z, held=CTRL)
    assert keyed(page.grid)[:2] == ["优秀", ""] and page.grid.currentIndex().row() == 1
    hands.keys_of("3")
    assert keyed(page.grid)[:2] == ["优秀", "基本合格"]
    hands.press(Qt.Key.Key_Up, Qt.Key.Key_Up)
    hands.keys_of("4")
    hands.press(Qt.Key.Key_Z, held=CTRL)
    assert keyed(page.grid)[:2] == ["优秀", "基本合格"]
    page.reload(frozenset())  # cells typed before it stay typed, and are no longer taken back one by one
    qtbot.waitUntil(lambda: not ctx.tasks.running)
    hands.press(Qt.Key.Key_Z, held=CTRL)
    assert "没有可以退回的格" in page.current.said.text()
    assert ctx.store.undo_candidate() == before


def test_reading_again_between_a_grade_and_its_enter_slips_nobody(
    page: EvaluationPage, ctx: Context, qtbot: Any
) -> None:
    hands = Hands(qtbot)
    hands.keys_of("12")
    first = page.model.rows[0]["cadre_uid"]
    with ctx.store.transact("误导入的名册撤去一人") as tx:
        for (uid,) in tx.tuples("SELECT uid FROM membership WHERE cadre_uid = ?", (first,)):
            tx.delete("membership", uid)
        tx.delete("cadre", first)
    name = page.current.name.text()
    page.reload(frozenset())
    qtbot.waitUntil(lambda: len(page.model.rows) == PEOPLE - 1)
    assert page.current.name.text() == name, "the same person, though his row has moved up"
    hands.press(ENTER)
    hands.keys_of("3")
    assert keyed(page.grid) == ["合格", "基本合格", "", ""]
    hands.press(TAB)
    assert page.grid.currentIndex().column() > 0


def test_a_key_held_down_sets_one_grade(page: EvaluationPage) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    for again in (False, True, True, True):
        QApplication.sendEvent(
            page.grid,
            QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_1, Qt.KeyboardModifier.NoModifier, "1", again),
        )
    assert keyed(page.grid) == ["优秀", "", "", "", ""]
