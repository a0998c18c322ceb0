"""One way to write, and its words for every way it can fail."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton

from core.base.errors import InvalidInput, MachineFault, Refused, Stale
from core.store import Tx
from tests.ui.conftest import add_unit
from ui.context import Context
from ui.kit.messages import Note
from ui.kit.perform import perform, undo


class FormDouble:
    """Any form: it only has to take the sentences."""

    def __init__(self) -> None:
        self.shown: dict[str, str] = {}

    def show_errors(self, fields: Mapping[str, str]) -> None:
        self.shown = dict(fields)


@pytest.fixture
def notes(ctx: Context) -> list[Note]:
    """What the status bar was told."""
    heard: list[Note] = []
    ctx.messages.said.connect(heard.append)
    return heard


def fail_with(error: Exception) -> Any:
    """An op that writes and then fails."""

    def op(tx: Tx) -> None:
        add_unit(tx, "会计学院")
        raise error

    return op


def count(ctx: Context) -> int:
    return int(ctx.store.value("SELECT count(*) FROM unit"))


def test_success_has_the_value_the_words_and_the_tables(ctx: Context, notes: list[Note]) -> None:
    told: list[frozenset[str]] = []
    ctx.refresher.changed.connect(told.append)
    outcome = perform(ctx, "新增单位", add_unit, "会计学院", done=lambda uid: f"已新增 {uid[:0]}会计学院。")
    ctx.refresher.flush()
    assert outcome is not None
    assert outcome.value == ctx.store.value("SELECT uid FROM unit")
    assert (notes[0].text, notes[0].action) == ("已新增 会计学院。", "撤销")
    assert told == [frozenset({"unit"})]


def test_nothing_changed_offers_no_undo(ctx: Context, notes: list[Note]) -> None:
    outcome = perform(ctx, "修改单位", lambda tx: None)
    assert outcome is not None and outcome.step is None
    assert (notes[0].text, notes[0].action) == ("修改单位：没有需要改动的内容。", "")


def test_the_note_undoes_its_own_step_not_the_newest(ctx: Context, notes: list[Note]) -> None:
    perform(ctx, "新增单位", add_unit, "会计学院")
    perform(ctx, "新增单位", add_unit, "法学院")
    assert notes[0].run is not None
    notes[0].run()
    assert ctx.store.tuples("SELECT name FROM unit") == [("法学院",)]


def test_invalid_input_marks_the_form(ctx: Context, notes: list[Note]) -> None:
    form = FormDouble()
    assert perform(ctx, "新增单位", fail_with(InvalidInput({"name": "请填写名称。"})), form=form) is None
    assert form.shown == {"name": "请填写名称。"}
    assert (count(ctx), notes) == (0, [])


@pytest.mark.parametrize(
    "error",
    [
        InvalidInput({"name": "请填写名称。"}),
        Refused("会计学院下还有 12 人，不能删除。", "请先把他们调到别的单位。"),
        Stale("这条记录已被别人修改。", "请刷新后再试。"),
        MachineFault("磁盘已满，没有保存。", "请清理磁盘后重试。"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_problems_are_said_in_words(ctx: Context, qtbot: Any, dialogs: Any, error: Exception) -> None:
    dialogs.expect("知道了")
    assert perform(ctx, "新增单位", fail_with(error)) is None
    qtbot.waitUntil(lambda: bool(dialogs.seen))
    assert dialogs.seen == [str(error)]
    assert count(ctx) == 0


def test_what_is_said_while_another_program_is_in_front_stays(ctx: Context, qtbot: Any, dialogs: Any) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    window.show()
    assert QApplication.activeWindow() is None
    dialogs.expect("知道了")
    ctx.messages.problem(Refused("文件读不出。"))  # nobody keeps the box
    gc.collect()
    qtbot.waitUntil(lambda: bool(dialogs.seen))


def test_our_own_fault_can_be_copied_and_shows_no_traceback(ctx: Context, qtbot: Any, dialogs: Any) -> None:
    def copy_then_close(dialog: Any) -> None:
        buttons = {button.text(): button for button in dialog.findChildren(QPushButton)}
        buttons["复制详情"].click()
        assert dialog.isVisible()
        assert buttons["复制详情"].text() == "已复制"
        buttons["关闭"].click()

    dialogs.expect(copy_then_close)
    assert perform(ctx, "新增单位", fail_with(ZeroDivisionError("oops"))) is None
    qtbot.waitUntil(lambda: bool(dialogs.seen))
    assert "程序出了意外" in dialogs.seen[0]
    assert "Traceback" not in dialogs.seen[0] and "oops" not in dialogs.seen[0]
    assert "ZeroDivisionError: oops" in QApplication.clipboard().text()
    assert count(ctx) == 0


def test_undo_with_nothing_to_undo_is_refused_in_words(ctx: Context, qtbot: Any, dialogs: Any) -> None:
    dialogs.expect("知道了")
    assert not undo(ctx)
    qtbot.waitUntil(lambda: bool(dialogs.seen))
    assert dialogs.seen == ["没有可以撤销的步骤。"]


def test_ask_runs_only_on_its_verb(ctx: Context, qtbot: Any, dialogs: Any) -> None:
    done: list[str] = []
    for answer in ("不了", "清空"):
        dialogs.expect(answer)
        ctx.messages.ask("要清空草稿吗？", "清空后不能恢复。", "清空", lambda: done.append("yes"))
        qtbot.waitUntil(lambda: dialogs.waiting == 0)
    assert done == ["yes"]
