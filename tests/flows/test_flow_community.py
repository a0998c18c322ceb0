"""A community is one: Enter takes the suggestion, and a new one is made only by who says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.base.fields import Field, Kind
from tests.conftest import Dialogs, type_text
from tests.flows.hands import CTRL, ENTER, TAB, Hands, wait_dialog
from tests.ui.page_room import ledger_context, open_window
from ui.context import Context
from ui.kit.form import Form


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    yield from ledger_context(people=4)


FIELDS = (Field("community", "社区", Kind.CHOICE, code_list="@community"), Field("note", "备注"))
NAMES = ("经院社区", "经贸社区", "康园社区", "康园")


@pytest.fixture
def form(dressed: QApplication, qtbot: Any) -> Form:
    made = Form(FIELDS, lambda _name: NAMES)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    made.focus("community")
    qtbot.waitUntil(lambda: QApplication.focusWidget() is made.editor("community"))
    return made


@pytest.mark.parametrize(
    ("typed", "keys", "taken"),
    [
        ("经院", [ENTER], "经院社区"),
        ("经", [ENTER], "经院社区"),  # the one under the bar
        ("经", [Qt.Key.Key_Down, ENTER], "经贸社区"),
        ("康园", [ENTER], "康园"),  # what is one already stays
        ("经院", [TAB], "经院"),  # Tab leaves what was typed
        ("桂园社区", [ENTER], "桂园社区"),
    ],
)
def test_enter_takes_the_suggestion(form: Form, qtbot: Any, typed: str, keys: list[Any], taken: str) -> None:
    editor = form.editor("community")
    type_text(editor, typed)
    QApplication.processEvents()
    assert editor.text() == typed, "nothing is put in place of what is being typed"
    popup = editor.completer().popup()  # type: ignore[union-attr]
    for key in keys:
        qtbot.keyClick(popup if popup.isVisible() else editor, key)
    qtbot.waitUntil(lambda: form.editor("note").hasFocus())
    assert editor.value() == taken


def community_of(ctx: Context) -> list[str]:
    sql = "SELECT c.name FROM checkin JOIN community c ON c.uid = community_uid"
    return [row[0] for row in ctx.store.tuples(sql)]


def check_in(ctx: Context, qtbot: Any, dialogs: Dialogs, community: str) -> Any:
    window = open_window(ctx, qtbot, "checkin")
    page: Any = window.page
    qtbot.waitUntil(lambda: page.people.table.model.rowCount() == 4 and not ctx.tasks.running)
    page.people.table.select(page.people.table.model.uid_at(0))
    dialogs.expect(lambda _dialog: None)
    page.people.register()
    dialog = wait_dialog(qtbot, "登记报到")
    dialog.form.put("checked_on", "2020-08-05")
    dialog.form.put("community", community)
    return dialog


@pytest.mark.parametrize(
    ("answer", "made"), [("建立“经苑社区”", ["经苑社区"]), ("用“经院社区”", ["经院社区"]), ("返回修改", [])]
)
def test_a_new_community_is_asked_about(
    ctx: Context, dialogs: Dialogs, qtbot: Any, answer: str, made: list[str]
) -> None:
    dialog = check_in(ctx, qtbot, dialogs, "经苑社区")
    dialogs.expect(answer)
    dialog.form.submit()
    qtbot.waitUntil(lambda: not dialogs.waiting)
    assert "建立新的社区“经苑社区”吗？" in dialogs.seen[-1] and "经院社区" in dialogs.seen[-1]
    assert community_of(ctx) == made
    known = ctx.store.value("SELECT count(*) FROM community WHERE name = '经苑社区'")
    assert bool(known) is (made == ["经苑社区"])
    if not made:
        assert dialog.isVisible() and dialog.form.editor("community").text() == "经苑社区"
        dialog.reject()


def test_one_that_is_known_otherwise_written_is_not_asked_about(ctx: Context, dialogs: Dialogs, qtbot: Any) -> None:
    check_in(ctx, qtbot, dialogs, "经院社区居委会").form.submit()
    assert community_of(ctx) == ["经院社区"]


def test_the_entry_line_of_the_log_says_it_before_it_writes(ctx: Context, qtbot: Any) -> None:
    page: Any = open_window(ctx, qtbot, "visits").page
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.entry.view.who)
    hands = Hands(qtbot)
    hands.keys_of("0001")
    hands.press(ENTER)
    for key, text in (("served_on", "1118"), ("span", "14-16"), ("place", "北门"), ("category", "宣传政策")):
        page.entry.view.editors[key].setText(text)
    page.entry.view.editors["content"].setText("发放宣传单")
    page.entry.view.editors["community"].setText("经苑社区")
    hands.press(ENTER, held=CTRL)
    assert "“经苑社区”是新的社区" in page.entry.view.strip.text() and "经院社区" in page.entry.view.strip.text()
    assert ctx.store.value("SELECT count(*) FROM visit") == 0
    hands.press(ENTER, held=CTRL)
    assert ctx.store.value("SELECT community FROM visit") == "经苑社区"
