"""The filter row: search, chips, kept filters."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from core.base.fields import Field, Kind
from ui.context import Context
from ui.kit.filters import FilterBar, FilterChip

FIELDS = (
    Field("unit", "单位", Kind.CHOICE, code_list="unit", strict_list=True),
    Field("sex", "性别", Kind.CHOICE, choices=(("1", "男"), ("2", "女"))),
    Field("served_on", "日期", Kind.DATE),
)


def lists(name: str) -> list[str]:
    return ["经贸学院", "会计学院"]


@pytest.fixture
def bar(ctx: Context, qtbot: Any) -> FilterBar:
    made = FilterBar(FIELDS, lists, "visits", ctx.store.local, operators=("=", ">=", "blank"))
    qtbot.addWidget(made)
    made.resize(900, 40)
    made.show()
    return made


def test_typing_tells_after_a_pause_once(bar: FilterBar, qtbot: Any) -> None:
    told: list[Any] = []
    bar.changed.connect(told.append)
    qtbot.keyClicks(bar.search, "zhangw")
    assert told == []
    qtbot.waitUntil(lambda: len(told) == 1)
    assert told[0] == {"search": "zhangw", "where": []}
    qtbot.keyClick(bar.search, Qt.Key.Key_Return)
    assert len(told) == 2


def test_conditions_are_chips_with_words_and_a_cross(bar: FilterBar, qtbot: Any) -> None:
    told: list[Any] = []
    bar.changed.connect(told.append)
    bar.add("sex", "=", "2")
    bar.add("served_on", ">=", "2020-08-03")
    bar.add("sex", "=", "1")
    assert told[-1]["where"] == [["served_on", ">=", "2020-08-03"], ["sex", "=", "1"]]
    bar.search.setText("张")
    assert bar.words() == "日期不小于2020年8月3日，性别是男，查找“张”"
    chip = bar.findChildren(FilterChip)[-1]
    chip.findChild(QToolButton).click()
    assert told[-1]["where"] == [["served_on", ">=", "2020-08-03"]]
    bar.clear()
    assert told[-1] == {"search": "", "where": []}


def test_a_condition_is_made_with_the_keyboard(bar: FilterBar, qtbot: Any) -> None:
    box = bar.open_condition()
    box.field_box.setCurrentIndex(2)
    qtbot.keyClicks(box.value_edit, "20200803")
    qtbot.keyClick(box.value_edit, Qt.Key.Key_Return)
    assert bar.value()["where"] == [["served_on", "=", "2020-08-03"]]


def test_a_condition_that_cannot_be_read_is_not_added(bar: FilterBar) -> None:
    box = bar.open_condition()
    box.field_box.setCurrentIndex(2)
    box.value_edit.setText("八月里")
    box.finish()
    assert box.wrong.isVisible()
    assert bar.value()["where"] == []
    box.operator_box.setCurrentIndex(2)  # 没有填 asks for no value
    assert not box.value_edit.isEnabled()
    box.close()


def test_kept_filters_lie_in_the_local_drawer(bar: FilterBar, ctx: Context, qtbot: Any) -> None:
    bar.add("unit", "=", "会计学院")
    bar.keep("会计")
    assert ctx.store.local.get("filters.visits") == {"会计": {"search": "", "where": [["unit", "=", "会计学院"]]}}
    again = FilterBar(FIELDS, lists, "visits", ctx.store.local)
    qtbot.addWidget(again)
    menu = again.kept_menu()
    menu.actions()[0].trigger()
    assert again.value()["where"] == [["unit", "=", "会计学院"]]
    again.forget("会计")
    assert again.kept() == {}


def test_the_name_of_a_kept_filter_is_asked(bar: FilterBar, dialogs: Any, qtbot: Any) -> None:
    bar.add("sex", "=", "2")

    def name(dialog: Any) -> None:
        assert dialog.textValue() == "性别是女"
        dialog.setTextValue("女党员")
        dialog.accept()

    dialogs.expect(name)
    keep = next(action for action in bar.kept_menu().actions() if action.text() == "把当前筛选存为常用…")
    keep.trigger()
    qtbot.waitUntil(lambda: "女党员" in bar.kept())


def test_conditions_on_fields_that_no_longer_exist_are_left_out(bar: FilterBar) -> None:
    bar.set_value({"search": "王", "where": [["gone", "=", "1"], ["sex", "=", "2"]]})
    assert bar.value() == {"search": "王", "where": [["sex", "=", "2"]]}
