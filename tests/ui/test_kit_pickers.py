"""Picking people, lines and places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from core.base.fields import Field
from ui.kit.form import Form
from ui.kit.pickers import ListPicker, Node, PersonPicker, UnitTree

PEOPLE = (
    {"uid": "a", "name": "张伟", "unit": "会计学院", "staff_no": "0012", "initials": "zw"},
    {"uid": "b", "name": "张伟", "unit": "法学院", "staff_no": "0413", "initials": "zw"},
    {"uid": "c", "name": "曾芳", "unit": "机关党委", "staff_no": "0020", "initials": "zf"},
)


def search(text: str) -> Sequence[Any]:
    keys = ("name", "staff_no", "initials")
    return [row for row in PEOPLE if any(str(row[key]).startswith(text) for key in keys)]


@pytest.fixture
def picker(qtbot: Any) -> Iterator[PersonPicker]:
    host = QWidget()
    column = QVBoxLayout(host)
    made = PersonPicker(search)
    column.addWidget(made)
    column.addWidget(QLineEdit())
    qtbot.addWidget(host)
    host.show()
    with qtbot.waitExposed(host):
        pass
    made.setFocus()
    yield made
    host.close()


def test_initials_find_arrows_choose_enter_takes(picker: PersonPicker, qtbot: Any) -> None:
    qtbot.keyClicks(picker, "zw")
    qtbot.waitUntil(lambda: picker.suggestions == ["张伟", "张伟"])
    qtbot.keyClick(picker, Qt.Key.Key_Down)
    with qtbot.waitSignal(picker.picked) as told:
        qtbot.keyClick(picker, Qt.Key.Key_Return)
    assert told.args[0]["uid"] == "b"
    assert picker.uid() == "b"
    assert picker.text() == "张伟（法学院 0413）"
    assert picker.suggestions == []


def test_enter_before_the_suggestions_came_still_takes(picker: PersonPicker, qtbot: Any) -> None:
    qtbot.keyClicks(picker, "0020")
    qtbot.keyClick(picker, Qt.Key.Key_Return)
    assert picker.uid() == "c"


def test_typing_again_forgets_the_person(picker: PersonPicker, qtbot: Any) -> None:
    picker.set_row(PEOPLE[0])
    picker.selectAll()
    qtbot.keyClicks(picker, "z")
    assert picker.uid() == ""
    assert picker.problem() == "请从列出的人员中选定一位。"


def test_nobody_found_is_said(picker: PersonPicker, qtbot: Any) -> None:
    qtbot.keyClicks(picker, "9999")
    qtbot.waitUntil(lambda: picker.suggestions == [PersonPicker.nothing])
    qtbot.keyClick(picker, Qt.Key.Key_Return)
    assert picker.uid() == ""
    qtbot.keyClick(picker, Qt.Key.Key_Escape)
    assert picker.suggestions == []


def test_a_single_find_is_taken_on_leaving_two_are_not(picker: PersonPicker, qtbot: Any) -> None:
    qtbot.keyClicks(picker, "zf")
    qtbot.keyClick(picker, Qt.Key.Key_Tab)
    assert picker.uid() == "c"
    picker.set_row(None)
    picker.setFocus()
    qtbot.keyClicks(picker, "zw")
    qtbot.keyClick(picker, Qt.Key.Key_Tab)
    assert picker.uid() == ""
    assert not picker.is_suggesting


def test_in_a_form_one_enter_takes_the_person_and_goes_on(qtbot: Any) -> None:
    picker = PersonPicker(search)
    fields = (Field("cadre_uid", "人员", required=True), Field("place", "地点"))
    form = Form(fields, editors={"cadre_uid": picker})
    qtbot.addWidget(form)
    form.show()
    with qtbot.waitExposed(form):
        pass
    form.focus()
    qtbot.keyClicks(picker, "9999")
    qtbot.keyClick(picker, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is picker
    picker.selectAll()
    qtbot.keyClicks(picker, "0012")
    qtbot.keyClick(picker, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is form.editor("place")
    assert form.values() == {"cadre_uid": "a", "place": ""}
    form.load({})
    assert form.values()["cadre_uid"] == ""


def test_a_list_is_searched_and_walked_from_its_search_line(qtbot: Any) -> None:
    picker = ListPicker([("1", "经贸学院", "120 人"), ("2", "会计学院", "98 人"), ("3", "法学院", "60 人")], "单位")
    qtbot.addWidget(picker)
    picker.show()
    picker.search.setText("学院")
    qtbot.keyClick(picker.search, Qt.Key.Key_Down)
    assert picker.current() == "2"
    picker.search.setText("法")
    with qtbot.waitSignal(picker.picked) as told:
        qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    assert told.args == ["3"]
    picker.set_lines([("3", "法学院", ""), ("4", "金融学院", "")])
    assert picker.current() == "3"


def test_the_tree_keeps_what_was_chosen_and_open_when_counts_change(qtbot: Any) -> None:
    def nodes(count: int) -> list[Node]:
        return [Node("u", "会计学院", count, "unit", [Node("b", "教工第一党支部", 7, "branch")])]

    tree = UnitTree()
    qtbot.addWidget(tree)
    tree.set_nodes(nodes(20), 20)
    assert tree.current() == ("", "")
    told: list[tuple[str, str]] = []
    tree.chosen.connect(lambda kind, uid: told.append((kind, uid)))
    tree.choose("branch", "b")
    tree.topLevelItem(1).setExpanded(True)
    tree.set_nodes(nodes(1_021), 1_021)
    assert told == [("branch", "b")]
    assert tree.current() == ("branch", "b")
    assert tree.topLevelItem(1).isExpanded()
    assert tree.topLevelItem(1).text(1).strip() == "1,021"
    tree.choose("unit", "gone")
    assert tree.current() == ("", "")
