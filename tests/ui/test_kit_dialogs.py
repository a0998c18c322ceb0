"""Form dialog, long text, pasted people, counts by two fields, bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QPushButton

from core.base.fields import Field, Kind
from core.org.ops import add_unit
from core.roster.ops import save_cadre
from core.roster.queries import resolve_people
from ui.context import Context
from ui.kit.charts import Bar, StackedBars
from ui.kit.crosstab import CrosstabDialog
from ui.kit.dialogs import FormDialog, PasteBox, TextDialog

FIELDS = (Field("name", "名称", required=True), Field("note", "备注", Kind.MEMO))


def test_a_form_dialog_writes_and_closes_or_keeps_a_draft(ctx: Context, qtbot: Any, dialogs: Any) -> None:
    def save(dialog: FormDialog) -> None:
        dialog.save.click()
        assert dialog.form.error("name") == "请填写名称。"
        dialog.form.put("name", "会计学院")
        dialog.save.click()

    dialog = FormDialog("登记单位", FIELDS, draft_key="unit", local=ctx.store.local, intro="以后还可以修改。")
    written: list[Any] = []
    dialog.accepted_values.connect(lambda values: (written.append(values), dialog.done_saving()))
    dialogs.expect(save)
    dialog.open()
    qtbot.waitUntil(lambda: bool(written))
    assert written == [{"name": "会计学院", "note": ""}]
    assert ctx.store.local.get("draft.unit") is None

    def leave(dialog: FormDialog) -> None:
        dialog.form.put("name", "法学")
        dialog.reject()

    dialogs.expect(leave)
    FormDialog("登记单位", FIELDS, draft_key="unit", local=ctx.store.local).open()
    qtbot.waitUntil(lambda: ctx.store.local.get("draft.unit") is not None)
    assert ctx.store.local.get("draft.unit")[0]["typed"]["name"] == "法学"


@pytest.mark.parametrize("count", [2, 12])
@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.MULTI])
def test_a_form_dialog_is_as_high_as_its_form(ctx: Context, dialogs: Any, count: int, kind: Kind) -> None:
    fields = [Field(f"key{at}", f"第{at}项") for at in range(count)] + [Field("skills", "专业特长", kind)]
    dialogs.expect(lambda dialog: None)
    dialog = FormDialog("登记", fields, lambda _name: [f"第{at}种特长" for at in range(20)])
    dialog.open()
    QGuiApplication.processEvents()
    form = dialog.form
    needed = form.heightForWidth(form.width()) if form.hasHeightForWidth() else form.sizeHint().height()
    given = form.parentWidget().height()
    dialog.reject()
    assert needed <= given <= needed + 8


def test_a_long_text_is_copied_whole(dressed: Any, qtbot: Any) -> None:
    text = "第一行\n" * 300
    dialog = TextDialog("说明", text)
    qtbot.addWidget(dialog)
    next(button for button in dialog.findChildren(QPushButton) if button.text() == "复制全部").click()
    assert QGuiApplication.clipboard().text() == text


@pytest.fixture
def paste(ctx: Context, qtbot: Any) -> PasteBox:
    with ctx.store.transact("登记") as tx:
        for unit, staff_no, name in (
            ("会计学院", "0012", "张伟"),
            ("法学院", "0413", "张伟"),
            ("法学院", "0020", "曾芳"),
        ):
            row = tx.one("SELECT uid FROM unit WHERE name = ?", (unit,))
            unit_uid = row["uid"] if row else add_unit(tx, {"name": unit})
            save_cadre(tx, {"staff_no": staff_no, "name": name, "unit_uid": unit_uid})
    box = PasteBox(lambda text: resolve_people(ctx.store, text))
    qtbot.addWidget(box)
    box.show()
    return box


def uid_of(ctx: Context, staff_no: str) -> str:
    return str(ctx.store.value("SELECT uid FROM cadre WHERE staff_no = ?", (staff_no,)))


def test_pasted_people_are_found_asked_or_named_as_missing(paste: PasteBox, ctx: Context) -> None:
    paste.set_text("0020\n张伟\n李不在\n曾芳")
    assert paste.uids() == [uid_of(ctx, "0020")]
    assert paste.open_lines() == ["张伟", "李不在"]
    assert paste.summary.text() == "查到 1 人，还有 2 行要处理，处理完才会计入。"
    assert paste.table.item(0, 0).text() == "张伟", "whoever needs a look comes first"
    assert paste.table.item(1, 1).text() == "没有找到，请核对姓名或工号"


def test_several_of_a_name_are_settled_in_place(paste: PasteBox, ctx: Context) -> None:
    paste.set_text("张伟")
    box = paste.findChild(QComboBox)
    box.setCurrentIndex(box.findData(uid_of(ctx, "0413")))
    box.activated.emit(box.currentIndex())
    assert paste.uids() == [uid_of(ctx, "0413")]
    assert paste.open_lines() == []


def test_ctrl_enter_reads_what_was_just_typed(paste: PasteBox, ctx: Context, qtbot: Any) -> None:
    qtbot.keyClicks(paste.edit, "0012")
    with qtbot.waitSignal(paste.submitted):
        qtbot.keyClick(paste.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert paste.uids() == [uid_of(ctx, "0012")]


def counts(first: str, second: str) -> Sequence[tuple[str, str, int]]:
    if second:
        return [("会计学院", "男", 3), ("会计学院", "", 1), ("法学院", "女", 5)]
    return [("法学院", "", 5), ("会计学院", "", 4)]


def test_counts_by_one_and_two_fields_with_totals(dressed: Any, qtbot: Any) -> None:
    dialog = CrosstabDialog([("unit", "单位"), ("sex", "性别")], counts, "截至2020年8月12日")
    qtbot.addWidget(dialog)
    assert dialog.lines == [["法学院", "5"], ["会计学院", "4"], ["合计", "9"]]
    dialog.second.setCurrentIndex(2)
    assert dialog.lines == [
        ["会计学院", "3", "1", "", "4"],
        ["法学院", "", "", "5", "5"],
        ["合计", "3", "1", "5", "9"],
    ]
    assert dialog.copy() == 3
    assert QGuiApplication.clipboard().text().splitlines()[0] == "单位\t男\t（未填）\t女\t合计"
    with qtbot.waitSignal(dialog.picked) as told:
        dialog.table.cellDoubleClicked.emit(1, 3)
    assert told.args == [{"unit": "法学院", "sex": "女"}]


def test_bars_say_their_numbers_and_open_what_is_clicked(dressed: Any, qtbot: Any) -> None:
    bars = StackedBars()
    qtbot.addWidget(bars)
    bars.set_bars([Bar("k", "会计学院", (12, 10, 8)), Bar("f", "法学院", (0, 0, 0))])
    bars.resize(600, bars.sizeHint().height())
    bars.show()
    assert (
        bars.accessibleDescription()
        == "会计学院：达标 12，进行中 10，落后 8，共 30；法学院：达标 0，进行中 0，落后 0，共 0"
    )
    track = bars._track(bars.rect().toRectF(), bars._label_width(), bars._figure_width())
    y = bars._head() + bars._row() // 2
    for share, part in ((0.2, 0), (0.6, 1), (0.9, 2)):
        with qtbot.waitSignal(bars.opened) as told:
            at = QPoint(int(track.left() + track.width() * share), y)
            qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=at)
        assert told.args == ["k", part]
    bars.setFocus()
    qtbot.keyClick(bars, Qt.Key.Key_Down)
    with qtbot.waitSignal(bars.opened) as told:
        qtbot.keyClick(bars, Qt.Key.Key_Return)
    assert told.args == ["f", -1]


def test_pasted_names_are_there_again_until_they_are_used(ctx: Context, qtbot: Any) -> None:
    def box() -> PasteBox:
        made = PasteBox(lambda text: resolve_people(ctx.store, text))
        qtbot.addWidget(made)
        return made

    first = box()
    assert not first.keep_in(ctx.store.local, "draft.这里")
    first.set_text("张三\n李四")
    second = box()  # the dialog was closed, or the program killed
    assert second.keep_in(ctx.store.local, "draft.这里")
    assert second.edit.toPlainText() == "张三\n李四"
    second.forget()
    assert not box().keep_in(ctx.store.local, "draft.这里")
