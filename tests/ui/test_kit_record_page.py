"""The detail panel: facts edited in place, history with undo."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from core.base.fields import Field, Kind
from tests.conftest import let_settle
from ui.context import Context
from ui.kit.charts import StackedBars
from ui.kit.columns import columns_of
from ui.kit.dialogs import PasteBox
from ui.kit.filters import FilterBar
from ui.kit.form import Form
from ui.kit.history_list import HistoryLine
from ui.kit.perform import perform, undo
from ui.kit.pickers import ListPicker, UnitTree
from ui.kit.preview import PreviewPane
from ui.kit.record_page import FactsSection, RecordPanel
from ui.kit.rows import ListSource, RowsModel
from ui.kit.table import TableView

FIELDS = (
    Field("name", "单位名称", required=True),
    Field("short_name", "简称"),
    Field("note", "备注", Kind.MEMO),
)


class Screen:
    """A panel over a unit, as a page would put it together."""

    def __init__(self, ctx: Context, qtbot: Any) -> None:
        self.ctx = ctx
        with ctx.store.transact("登记单位") as tx:
            self.uid = tx.insert("unit", {"name": "会计学院", "note": "A 楼 302"})
        self.panel = RecordPanel(self.history)
        self.facts = self.panel.add_section(FactsSection("基本情况", FIELDS, save=self.save))
        self.panel.undo_wanted.connect(lambda step: (undo(ctx, step), self.show()))
        qtbot.addWidget(self.panel)
        self.panel.resize(460, 600)
        self.panel.show()
        self.panel.activateWindow()
        with qtbot.waitActive(self.panel):
            pass
        self.show()

    def row(self) -> dict[str, Any]:
        return self.ctx.store.one("SELECT * FROM unit WHERE uid = ?", (self.uid,)) or {}

    def show(self) -> None:
        self.panel.show_record(self.uid, self.row(), self.row()["name"], "二级单位党组织", ("已达标", "ok"))

    def save(self, uid: str, changes: dict[str, Any], form: Form) -> bool:
        done = perform(self.ctx, "修改单位", lambda tx: tx.update("unit", uid, changes), form=form)
        self.panel.show_history()
        return done is not None

    def history(self, uid: str) -> list[HistoryLine]:
        steps = self.ctx.store.steps_of("unit", uid)
        return [HistoryLine(one.seq, one.at, one.label, one.operator, one.undone) for one in steps]

    def words(self) -> list[str]:
        return [label.text() for label in self.panel.findChildren(QLabel) if label.isVisible()]


@pytest.fixture
def screen(ctx: Context, qtbot: Any) -> Screen:
    return Screen(ctx, qtbot)


def test_facts_without_a_value_are_not_shown(screen: Screen) -> None:
    words = screen.words()
    assert "会计学院" in words
    assert "A 楼 302" in words
    assert "已达标" in words
    assert "简称" not in words


def test_f2_edits_in_place_and_ctrl_enter_saves_only_the_change(screen: Screen, qtbot: Any) -> None:
    screen.panel.setFocus()
    qtbot.keyClick(screen.panel, Qt.Key.Key_F2)
    assert screen.panel.is_editing
    form = screen.facts.form
    assert form is not None
    qtbot.waitUntil(lambda: form.editor("name").hasFocus())
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.keyClicks(QApplication.focusWidget(), "KJ")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not screen.panel.is_editing
    assert screen.row()["short_name"] == "KJ"
    step = screen.ctx.store.steps()[0]
    change = screen.ctx.store.step_changes(step.seq)[0]
    assert set(change.after) - {"uid"} == {"short_name"}
    qtbot.waitUntil(lambda: "KJ" in screen.words())
    assert QApplication.focusWidget() is screen.facts.edit, "the keyboard is not lost with the form"


def test_a_double_click_edits_the_fact_under_the_mouse(screen: Screen, qtbot: Any) -> None:
    fact = next(label for label in screen.panel.findChildren(QLabel) if label.text() == "A 楼 302")
    qtbot.mouseDClick(fact, Qt.MouseButton.LeftButton)
    form = screen.facts.form
    assert form is not None
    qtbot.waitUntil(lambda: form.editor("note").hasFocus())


def test_a_refused_save_keeps_the_form_with_its_error(screen: Screen, qtbot: Any) -> None:
    screen.facts.start("name")
    form = screen.facts.form
    assert form is not None
    form.put("name", "")
    assert not form.submit()
    assert screen.panel.is_editing
    assert form.error("name") == "请填写单位名称。"
    assert screen.row()["name"] == "会计学院"


def test_escape_closes_first_the_form_then_the_panel(screen: Screen, qtbot: Any) -> None:
    screen.facts.start()
    assert screen.panel.escape()
    assert not screen.panel.is_editing
    assert screen.panel.isVisible()
    with qtbot.waitSignal(screen.panel.closed):
        qtbot.keyClick(screen.panel, Qt.Key.Key_Escape)
    assert not screen.panel.isVisible()
    assert not screen.panel.escape()


def test_a_reload_does_not_tear_away_what_is_being_typed(screen: Screen) -> None:
    screen.facts.start()
    assert screen.facts.form is not None
    screen.facts.form.put("short_name", "会计")
    screen.show()
    assert screen.facts.form is not None
    assert screen.facts.form.values()["short_name"] == "会计"


def test_the_history_is_below_and_takes_back_a_step(screen: Screen, qtbot: Any) -> None:
    screen.save(screen.uid, {"short_name": "KJ"}, Form(FIELDS))
    screen.show()

    def undo_buttons() -> list[QPushButton]:
        named = [one for one in screen.panel.findChildren(QPushButton) if one.accessibleName() == "撤销：修改单位"]
        return [one for one in named if one.isVisible()]

    qtbot.waitUntil(lambda: len(undo_buttons()) == 1)
    undo_buttons()[0].click()
    assert screen.row()["short_name"] == ""
    qtbot.waitUntil(lambda: any("（已撤销）" in words for words in screen.words()))


def test_nothing_flashes_as_a_window_of_its_own_while_it_is_put_together(ctx: Context, qtbot: Any) -> None:
    class Watch(QObject):
        def __init__(self) -> None:
            super().__init__()
            self.windows: list[QObject] = []

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                self.windows.append(watched)
            return False

    watch = Watch()
    QApplication.instance().installEventFilter(watch)
    screen = Screen(ctx, qtbot)
    screen.save(screen.uid, {"short_name": "KJ"}, Form(FIELDS))
    screen.facts.start()
    bar = FilterBar(FIELDS, name="x", local=ctx.store.local)
    table = TableView(RowsModel(ListSource([]), columns_of(FIELDS)))
    table.load()
    parts = (bar, table, StackedBars(), PreviewPane(), UnitTree(), ListPicker(), PasteBox(lambda text: []))
    let_settle()
    QApplication.instance().removeEventFilter(watch)
    assert watch.windows == [screen.panel]
    assert all(not part.isVisible() for part in parts)


def test_a_section_without_save_is_read_only(qtbot: Any) -> None:
    section = FactsSection("基本情况", FIELDS)
    qtbot.addWidget(section)
    section.show()
    section.show_row("u", {"name": "会计学院"})
    qtbot.keyClick(section, Qt.Key.Key_F2)
    assert not section.is_editing
    assert not section.edit.isVisible()
