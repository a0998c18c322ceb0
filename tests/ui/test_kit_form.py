"""A form from field specs: keys, checks, drafts, layout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from core.base.fields import Field, Kind
from core.store import Store
from tests.conftest import type_text
from ui.context import Context
from ui.kit.editors import MemoEdit
from ui.kit.form import Form

LISTS = {"unit": ("经贸学院", "会计学院", "国际教育学院（中外合作办学）"), "skill": ("法律咨询", "摄影", "外语")}
FIELDS = (
    Field("name", "姓名", Kind.NAME, required=True),
    Field("sex", "性别", Kind.CHOICE, choices=(("1", "男"), ("2", "女"))),
    Field("unit", "二级单位党组织", Kind.CHOICE, code_list="unit", strict_list=True),
    Field("served_on", "服务日期", Kind.DATE, required=True),
    Field("birth_on", "出生年月", Kind.MONTH),
    Field("start_at", "开始", Kind.TIME),
    Field("minutes", "时长", Kind.MINUTES),
    Field("floor", "层数", Kind.INT),
    Field("leader", "愿任楼栋长", Kind.BOOL),
    Field("skills", "专业特长", Kind.MULTI, code_list="skill"),
    Field("phone", "手机", Kind.PHONE, check=lambda text: "" if len(text) == 11 else f"“{text}”应为 11 位。"),
    Field("note", "备注", Kind.MEMO),
)
STORED = {
    "name": "张伟", "sex": "2", "unit": "会计学院", "served_on": "2020-08-03", "birth_on": "1985-03",
    "start_at": "18:30", "minutes": 100, "floor": 3, "leader": 1, "skills": "摄影、无人机", "phone": "13800000012",
    "note": "两行\n备注",
}  # fmt: skip


def lists(name: str) -> Sequence[str]:
    return LISTS[name]


def shown(qtbot: Any, form: QWidget) -> Any:
    qtbot.addWidget(form)
    form.show()
    with qtbot.waitExposed(form):
        pass
    return form


@pytest.fixture
def form(qtbot: Any) -> Form:
    return shown(qtbot, Form(FIELDS, lists))  # type: ignore[no-any-return]


def press(qtbot: Any, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(QApplication.focusWidget(), key, held)


def focused(form: Form) -> str:
    widget: QWidget | None = QApplication.focusWidget()
    while widget is not None and not widget.objectName():
        widget = widget.parentWidget()
    return widget.objectName() if widget is not None else ""


def test_what_is_loaded_comes_back_unchanged(form: Form) -> None:
    form.load(STORED)
    assert form.values() == STORED
    assert not form.is_dirty
    assert form.changes() == {}


def test_an_empty_form_gives_the_stored_form_of_nothing(form: Form) -> None:
    values = form.values()
    assert values["minutes"] is None
    assert values["floor"] is None
    assert values["leader"] == 0
    assert all(values[key] == "" for key in ("name", "sex", "unit", "served_on", "skills", "note"))


def test_only_changed_fields_are_handed_on(form: Form, qtbot: Any) -> None:
    form.load(STORED)
    form.focus("minutes")
    qtbot.keyClicks(QApplication.focusWidget(), "2.5")
    assert form.changes() == {"minutes": 150}
    assert form.is_dirty


def test_a_value_that_the_list_no_longer_offers_is_kept(form: Form) -> None:
    form.load({**STORED, "unit": "已撤并的学院", "sex": "9"})
    assert form.values()["unit"] == "已撤并的学院"
    assert form.values()["sex"] == "9"
    assert form.validate() == {}


def test_enter_walks_through_every_field_and_saves_after_the_last(form: Form, qtbot: Any) -> None:
    form.load(STORED)
    form.focus()
    walked = [focused(form)]
    while walked[-1] != "note":
        press(qtbot, Qt.Key.Key_Return)
        walked.append(focused(form))
    assert walked == [field.key for field in FIELDS]
    press(qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert focused(form) == "phone"


def test_enter_in_a_memo_is_a_new_line_and_ctrl_enter_saves(form: Form, qtbot: Any) -> None:
    form.load(STORED)
    form.focus("note")
    press(qtbot, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    press(qtbot, Qt.Key.Key_Return)
    qtbot.keyClicks(QApplication.focusWidget(), "x")
    with qtbot.waitSignal(form.submitted) as told:
        press(qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert told.args[0]["note"] == "两行\n备注\nx"


def test_enter_does_not_advance_while_pinyin_is_composed(form: Form, qtbot: Any) -> None:
    form.focus("name")
    edit = QApplication.focusWidget()
    QApplication.sendEvent(edit, QInputMethodEvent("wang", []))
    press(qtbot, Qt.Key.Key_Return)
    assert focused(form) == "name"
    done = QInputMethodEvent("", [])
    done.setCommitString("王")
    QApplication.sendEvent(edit, done)
    press(qtbot, Qt.Key.Key_Return)
    assert focused(form) == "sex"
    assert form.values()["name"] == "王"


def test_ctrl_enter_saves_over_the_open_suggestions_of_a_list(form: Form, qtbot: Any) -> None:
    form.load(STORED)
    unit: Any = form.editor("unit")
    unit.setFocus()
    unit.lineEdit().clear()
    type_text(unit.lineEdit(), "会计")
    popup = unit.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    with qtbot.waitSignal(form.submitted) as told:
        qtbot.keyClick(popup, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert told.args[0]["unit"] == "会计学院" and not popup.isVisible()


def test_f2_selects_and_escape_tells(form: Form, qtbot: Any) -> None:
    form.load(STORED)
    form.focus("name")
    edit = form.editor("name")
    edit.deselect()
    press(qtbot, Qt.Key.Key_F2)
    assert edit.selectedText() == "张伟"
    with qtbot.waitSignal(form.cancelled):
        press(qtbot, Qt.Key.Key_Escape)


def test_errors_stand_beside_their_fields_and_the_first_gets_the_keyboard(form: Form, qtbot: Any) -> None:
    form.load({**STORED, "name": "", "phone": "123"})
    form.editor("served_on").setText("八月")
    told: list[Any] = []
    form.submitted.connect(told.append)
    assert not form.submit()
    assert form.error("name") == "请填写姓名。"
    assert "看不懂这个日期" in form.error("served_on")
    assert form.error("phone") == "“123”应为 11 位。"
    assert focused(form) == "name"
    assert form.editor("phone").accessibleDescription() == "“123”应为 11 位。"
    assert told == []
    form.focus("phone")
    qtbot.keyClicks(QApplication.focusWidget(), "13800000012")
    press(qtbot, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: form.error("phone") == "")


def test_an_error_of_no_field_stands_on_top(form: Form) -> None:
    form.show_errors({"cadre": "张伟在同一时间已有一条记录。"})
    assert form._top.isVisible()
    assert "张伟" in form._top.text()
    form.show_errors({})
    assert not form._top.isVisible()


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("served_on", "20200803", "2020-08-03"),
        ("birth_on", "198503", "1985-03"),
        ("start_at", "下午2点半", "14:30"),
        ("minutes", "1:40", 100),
        ("floor", "1,200", 1200),
        ("unit", "国际", "国际教育学院（中外合作办学）"),
    ],
)
def test_typed_forms_are_understood(form: Form, qtbot: Any, key: str, text: str, value: Any) -> None:
    form.load({"name": "张伟", "served_on": "2020-01-01"})
    form.focus(key)
    form.editor(key).setText(text)
    form.submit()
    assert form.values()[key] == value


def test_a_strict_list_refuses_what_it_does_not_offer(form: Form) -> None:
    form.load(STORED)
    form.editor("unit").setText("物理学院")
    assert form.validate() == {"unit": "“物理学院”不在可选范围内，请从下拉列表中选择。"}


def test_chips_are_walked_by_arrows_and_ticked_by_space(form: Form, qtbot: Any) -> None:
    form.focus("skills")
    press(qtbot, Qt.Key.Key_Right)
    press(qtbot, Qt.Key.Key_Space)
    press(qtbot, Qt.Key.Key_Right)
    press(qtbot, Qt.Key.Key_Right)
    QApplication.focusWidget().insert("书法，摄影")
    assert form.values()["skills"] == "摄影、书法"


def test_the_wheel_over_a_closed_list_changes_nothing(form: Form, qtbot: Any) -> None:
    from PySide6.QtGui import QWheelEvent

    form.load(STORED)
    box = form.editor("sex")
    at = box.rect().center()
    none = (Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(box, QWheelEvent(at, box.mapToGlobal(at), QPoint(0, 0), QPoint(0, -120), *none))
    assert form.values()["sex"] == "2"


def test_a_draft_is_saved_after_a_pause_and_offered_at_the_next_opening(ctx: Context, qtbot: Any) -> None:
    local = ctx.store.local
    first = shown(qtbot, Form(FIELDS, lists, "visit", local))
    first.focus("name")
    qtbot.keyClicks(QApplication.focusWidget(), "zhang")
    first.editor("served_on").setText("8月")  # half a date is kept as typed
    assert local.get("draft.visit") is None
    qtbot.waitUntil(lambda: local.get("draft.visit") is not None)
    first.close()

    second = shown(qtbot, Form(FIELDS, lists, "visit", local))
    assert second.values()["name"] == ""
    assert second._bar.isVisible()
    second._bar.take.click()
    assert second.values()["name"] == "zhang"
    assert second.editor("served_on").text() == "8月"
    assert second.is_dirty
    assert not second._bar.isVisible()
    second.mark_saved()
    assert local.get("draft.visit") is None


def test_a_thrown_draft_is_gone_and_an_unanswered_one_survives_new_typing(ctx: Context, qtbot: Any) -> None:
    local = ctx.store.local
    local.put("draft.visit", [{"at": "2020-08-12T14:05:00", "typed": {"name": "旧稿"}}])
    form = shown(qtbot, Form(FIELDS, lists, "visit", local))
    assert "2020年8月12日 14:05" in form._bar.words.text()
    form.put("name", "新稿")
    form.drafts.flush()
    assert [one["typed"]["name"] for one in local.get("draft.visit")] == ["新稿", "旧稿"]
    form.mark_saved()
    assert [one["typed"]["name"] for one in local.get("draft.visit")] == ["旧稿"]
    form._bar.throw.click()
    assert local.get("draft.visit") is None


def test_drafts_lie_in_the_ledger_without_history(ctx: Context, qtbot: Any) -> None:
    store: Store = ctx.store
    before = len(store.steps())
    form = shown(qtbot, Form(FIELDS, lists, "visit", store.local))
    form.put("name", "张伟")
    form.drafts.flush()
    assert len(store.steps()) == before


def test_two_columns_where_there_is_room(form: Form, qtbot: Any) -> None:
    form.resize(480, 900)
    qtbot.waitUntil(
        lambda: form.editor("name").mapTo(form, QPoint()).x() == form.editor("sex").mapTo(form, QPoint()).x()
    )
    form.resize(1000, 900)
    qtbot.waitUntil(
        lambda: form.editor("sex").mapTo(form, QPoint()).x() > form.editor("name").mapTo(form, QPoint()).x()
    )
    assert form.editor("note").width() > form.editor("name").width() * 1.5


def test_every_editor_has_a_name_for_a_screen_reader(form: Form) -> None:
    for key in form.values():
        reading = QAccessible.queryAccessibleInterface(form.editor(key))
        assert reading.text(QAccessible.Text.Name), key


def test_hidden_fields_are_neither_walked_nor_checked(form: Form, qtbot: Any) -> None:
    form.load({"name": "张伟"})
    form.set_visible("served_on", False)
    assert form.validate() == {}
    form.focus("unit")
    press(qtbot, Qt.Key.Key_Return)
    assert focused(form) == "birth_on"


def test_a_memo_that_is_shown_counts_as_nothing_typed(dressed: QApplication, qtbot: Any) -> None:
    """What a person reads is no draft: only his own keys make one."""
    memo = MemoEdit()
    qtbot.addWidget(memo)
    told: list[None] = []
    memo.edited.connect(lambda: told.append(None))
    memo.set_value("原来的内容")
    memo.setText("另一段")
    assert not told
    type_text(memo, "改")
    assert told
