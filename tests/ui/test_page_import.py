"""The import page: columns, checking in place, questions, writing and back, room at 16 pt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton

from core.roster.ops import save_cadre
from core.sheet.importing import Outcome
from tests.conftest import Dialogs
from tests.ui.import_steps import (  # noqa: F401 - fixtures
    HEAD,
    LIN,
    SHI,
    arrive,
    book,
    import_page,
    import_window,
    ledger_context,
    sample,
    settle,
    to_check,
)
from tests.ui.test_shell_window import unnamed
from ui.context import Context
from ui.kit import theme
from ui.pages.import_grid import FIRST
from ui.pages.import_page import CHECK, COLUMNS, DONE, FILES, ImportPage
from ui.shell.main_window import MainWindow


def cell(page: ImportPage, row: int, label: str) -> Any:
    """The index of a cell of the checking grid by its head."""
    model = page.check.model
    return model.index(
        row, next(at for at in range(model.columnCount()) if model.headerData(at, Qt.Orientation.Horizontal) == label)
    )


def texts(page: ImportPage) -> list[str]:
    """Everything a person reads on the page in view."""
    return [one.text() for one in page.findChildren(QLabel) if one.isVisible()]


def test_a_sample_goes_in_and_out_again(page: ImportPage, ctx: Context, dialogs: Dialogs, qtbot: Any) -> None:
    to_check(qtbot, page, sample("04"))
    counts = page.run.counts()
    assert (counts[Outcome.NEW], counts[Outcome.WRONG], counts[Outcome.ASKED]) == (9, 2, 1)
    assert page.check.chips["wrong"].text() == "✗ 错误 2"
    assert page.check.chips["wrong"].isChecked()  # what needs a person comes first
    assert page.next.text() == "写入 9 人"
    arrive(qtbot, page, DONE)
    assert ctx.store.value("SELECT count(*) FROM cadre") == 9
    assert page.result.title.text() == "✓ 已写入 9 人"
    assert [title for title, _, _ in page.result.lists][:2] == ["没有写入的", "写入但缺项的"]
    dialogs.expect("撤销")  # what it made along the way counts too: more than 20 records
    page.result.undo.click()
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(qtbot, page)
    assert ctx.store.value("SELECT count(*) FROM cadre") == 0
    assert page.result.title.text() == "↩ 此次导入已撤销"
    page.back.click()
    settle(qtbot, page)
    arrive(qtbot, page, DONE)  # and once more
    assert ctx.store.value("SELECT count(*) FROM cadre") == 9


def test_what_was_touched_since_stays_and_is_listed(page: ImportPage, ctx: Context, qtbot: Any, tmp_path: Path) -> None:
    to_check(qtbot, page, book(tmp_path / "名册.xlsx", LIN, SHI))
    arrive(qtbot, page, DONE)
    with ctx.store.transact("改电话") as tx:
        tx.update("cadre", tx.value("SELECT uid FROM cadre WHERE name = '林香'"), {"phone": "13900139000"})
    page.result.undo.click()
    settle(qtbot, page)
    assert [name for (name,) in ctx.store.tuples("SELECT name FROM cadre")] == ["林香"]
    title, _, lines = page.result.lists[0]
    assert title == "撤销时保留的"
    assert ("林香", "后来又改过") in lines


def test_columns_must_be_settled_or_left_out(page: ImportPage, qtbot: Any, tmp_path: Path) -> None:
    page.files.add(
        [book(tmp_path / "名册.xlsx", (*LIN, "甲", "乙"), (*SHI, "丙", "丁"), head=(*HEAD, "怪列", "爱好些"))]
    )
    arrive(qtbot, page, COLUMNS)
    assert not page.next.isEnabled()
    assert "还有列没有对好" in page.say.text()
    assert page.columns.tabs.tabText(0) == "？2 名册"
    page.columns.ticks[6].click()
    qtbot.waitUntil(lambda: page.columns.ticks[6].isChecked() and page.columns.tabs.tabText(0).startswith("？1"))
    box = page.columns.boxes[7]
    box.setCurrentIndex(box.findData("hobbies"))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(page.next.isEnabled)
    assert "您选定的" in " ".join(texts(page))
    arrive(qtbot, page, CHECK)
    assert page.check.model.index(0, FIRST).isValid()
    values = page.run.prepared.plan.rows[0].row.values
    assert values["hobbies"] == "乙"
    assert "甲" not in values.values()


def test_a_field_has_one_column_and_name_must_have_one(page: ImportPage, qtbot: Any, tmp_path: Path) -> None:
    page.files.add([book(tmp_path / "名册.xlsx", LIN)])
    arrive(qtbot, page, COLUMNS)
    page.columns.place(2, "name")
    assert page.columns.tabs.tabText(0).startswith("？1")  # the old name column is open again
    page.columns.place(2, "sex")
    assert "还没有对上“姓名”" in page.columns.state.text()
    page.columns.take.click()
    assert "至少勾选一张" in page.say.text()
    page.columns.take.click()
    page.columns.place(1, "name")
    assert page.next.isEnabled()


def test_sheets_with_the_same_head_are_settled_together(page: ImportPage, qtbot: Any, tmp_path: Path) -> None:
    head = (*HEAD, "怪列")
    page.files.add([book(tmp_path / f"名册{one}.xlsx", (*LIN, "甲"), head=head) for one in "12"])
    arrive(qtbot, page, COLUMNS)
    page.columns.place(6, "")
    assert page.columns.waiting() == []
    assert "另外 1 张表也照此对列" in page.columns.state.text()


def test_two_columns_that_claim_one_field_are_asked(page: ImportPage, qtbot: Any, tmp_path: Path) -> None:
    head = (*HEAD[:4], "电话", "电话", "单位")
    row = (*LIN[:4], "13800138001", "13800138009", LIN[5])
    page.files.add([book(tmp_path / "名册.xlsx", row, head=head)])
    arrive(qtbot, page, COLUMNS)
    assert "有几列都像“手机”，请选定一列" in page.columns.state.text()
    page.columns.place(4, "phone")
    page.columns.place(5, "")
    arrive(qtbot, page, CHECK)
    assert page.run.prepared.plan.rows[0].row.values["phone"] == "13800138001"


def test_a_cell_is_put_right_in_place_and_all_like_it(
    page: ImportPage, ctx: Context, qtbot: Any, tmp_path: Path, dialogs: Any
) -> None:
    rows = [
        (f"000000{n}", name, "M?", "1980-05", f"1380013800{n}", "法学院党委")
        for n, name in enumerate(("甲一", "乙二", "丙三"))
    ]
    to_check(
        qtbot, page, book(tmp_path / "名册.xlsx", ("0000009", "", "女", "1980-05", "13800138009", "法学院党委"), *rows)
    )
    page.check.filter("wrong")
    index = cell(page, 0, "姓名")
    shown = page.check.model.data(index)
    assert shown == "✗ （空）"
    assert "姓名为空" in page.check.model.data(index, Qt.ItemDataRole.ToolTipRole)
    assert page.check.model.data(index, Qt.ItemDataRole.BackgroundRole) == theme.color("bad_bg")
    assert page.check.model.setData(index, "丁四")
    settle(qtbot, page)
    assert page.run.counts()[Outcome.WRONG] == 0
    assert page.check.views.currentWidget() is page.check.empty  # says so, with a way on
    page.check.filter("part")
    assert len(page.check.model.rows) == 3
    page.check.grid.stand(0, cell(page, 0, "性别").column())
    assert page.check.all_like.text() == "把同样的 3 处都改为…"

    def fill(dialog: Any) -> None:
        assert dialog.windowTitle() == "把“M?”都改为"
        dialog.form.put("text", "男")
        dialog.save.click()

    dialogs.expect(fill)
    page.check.all_like.click()
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(qtbot, page)
    arrive(qtbot, page, DONE)
    assert ctx.store.tuples("SELECT name, sex FROM cadre ORDER BY staff_no") == [
        ("甲一", "1"),
        ("乙二", "1"),
        ("丙三", "1"),
        ("丁四", "2"),
    ]


def test_corrections_outlive_going_back_and_another_file(page: ImportPage, qtbot: Any, tmp_path: Path) -> None:
    to_check(qtbot, page, book(tmp_path / "名册.xlsx", (*LIN[:4], "138", LIN[5]), head=HEAD))
    page.check.correct(page.run.prepared.plan.rows[0], "phone", "13900139000")
    settle(qtbot, page)
    page.jump(FILES)
    page.files.add([book(tmp_path / "另一份.xlsx", SHI)])
    assert not page.run.is_read
    arrive(qtbot, page, COLUMNS)
    page.columns.place(2, "")
    arrive(qtbot, page, CHECK)
    assert [one.row.values["phone"] for one in page.run.prepared.plan.rows] == ["13900139000", "13800138002"]
    assert not page.run.prepared.errors


def test_rows_are_left_out_and_a_repeat_is_looked_at_again(page: ImportPage, qtbot: Any, tmp_path: Path) -> None:
    to_check(qtbot, page, book(tmp_path / "名册.xlsx", LIN, ("0000001", *SHI[1:])))
    assert page.run.counts()[Outcome.WRONG] == 1
    page.check.filter("all")
    page.check.grid.stand(0, 2)
    page.check.skip.click()
    settle(qtbot, page)
    assert (page.run.counts()[Outcome.SKIPPED], page.run.counts()[Outcome.NEW]) == (1, 1)
    assert page.check.skip.text() == "恢复此行"
    page.check.skip.click()
    settle(qtbot, page)
    assert (page.run.counts()[Outcome.NEW], page.run.counts()[Outcome.WRONG]) == (1, 1)


def test_questions_are_answered_by_digit_and_by_kind(
    page: ImportPage, ctx: Context, qtbot: Any, tmp_path: Path
) -> None:
    with ctx.store.transact("登记") as tx:
        unit = tx.insert("unit", {"name": "法学院党委"})
        for number, name in enumerate(("林香", "史伟燕", "汤娟超")):
            save_cadre(tx, {"staff_no": f"000000{number}", "name": name, "unit_uid": unit, "birth_on": "1980-05"})
    rows = [
        (f"000000{n}", name, "女", "1980-05", f"1380013800{n}", "会计学院党委")
        for n, name in enumerate(("林香", "史伟燕", "汤娟超"))
    ]
    to_check(qtbot, page, book(tmp_path / "名册.xlsx", *rows))
    panel = page.check.questions
    assert panel.isVisible()
    assert page.run.counts()[Outcome.ASKED] == 3
    assert page.check.shown == "asked"
    panel.list.setFocus()
    panel.day.set_value("2020-09-01")
    qtbot.keyClick(panel.list, Qt.Key.Key_1)
    settle(qtbot, page)
    assert page.run.counts()[Outcome.ASKED] == 2
    answered = next(iter(page.run.answers))
    assert page.run.answers[answered] == "transfer:2020-09-01"
    panel.show_question(answered)
    assert panel.like.text() == "同类的另外 2 个都这样"
    panel.like.click()
    settle(qtbot, page)
    assert page.run.counts()[Outcome.UPDATED] == 3
    arrive(qtbot, page, DONE)
    assert ctx.store.value("SELECT count(*) FROM membership WHERE from_on = '2020-09-01'") == 3


def test_rows_without_a_unit_get_one(page: ImportPage, ctx: Context, qtbot: Any, tmp_path: Path) -> None:
    to_check(qtbot, page, book(tmp_path / "人员.xlsx", LIN[:5], SHI[:5], head=HEAD[:5]))
    assert page.check.banner.isVisible()
    assert "没写单位的行算作" in page.check.banner.text()
    page.check.unit.setEditText("图书馆党总支")
    page.check.unit.lineEdit().editingFinished.emit()
    settle(qtbot, page)
    assert page.run.counts()[Outcome.NEW] == 2
    arrive(qtbot, page, DONE)
    assert ctx.store.value("SELECT name FROM unit") == "图书馆党总支"


def test_service_records_go_in_after_the_roster(page: ImportPage, ctx: Context, qtbot: Any) -> None:
    to_check(qtbot, page, sample("01"))
    arrive(qtbot, page, DONE)
    page.next.click()
    page.files.set_kind("visits")
    to_check(qtbot, page, sample("06"))
    assert page.check.late_row.isVisible()
    written = page.run.counts()[Outcome.NEW]
    assert written
    arrive(qtbot, page, DONE)
    assert ctx.store.value("SELECT count(*) FROM visit") == written
    assert page.result.open.text() == "看服务纪实"


def test_a_write_elsewhere_is_taken_into_account(page: ImportPage, ctx: Context, qtbot: Any, tmp_path: Path) -> None:
    to_check(qtbot, page, book(tmp_path / "名册.xlsx", LIN))
    with ctx.store.transact("登记") as tx:
        unit = tx.insert("unit", {"name": "会计学院党委"})
        values = dict(zip(("staff_no", "name", "birth_on", "phone"), (LIN[0], LIN[1], LIN[3], LIN[4]), strict=True))
        save_cadre(tx, {**values, "sex": "2", "unit_uid": unit})
    ctx.refresher.announce(tx.outcome.tables)
    qtbot.waitUntil(lambda: page.run.counts()[Outcome.UNCHANGED] == 1)
    settle(qtbot, page)
    arrive(qtbot, page, DONE)
    assert page.result.title.text() == "没有需要写入的改动"


def test_room_at_sixteen_points_and_names(window: MainWindow, page: ImportPage, ctx: Context, qtbot: Any) -> None:
    ctx.settings.put("points", 16)
    window.resize(1180, 760)
    assert cramped(page) == unnamed(page) == []
    page.files.add([sample("04"), sample("02")])
    arrive(qtbot, page, COLUMNS)
    assert cramped(page) == unnamed(page) == []
    page.columns.leave_all.click()
    arrive(qtbot, page, CHECK)
    assert cramped(page) == unnamed(page) == []
    arrive(qtbot, page, DONE)
    assert cramped(page) == unnamed(page) == []
    assert window.minimumSizeHint().width() <= 1180
    assert window.minimumSizeHint().height() <= 760


def cramped(page: ImportPage) -> list[str]:
    """Visible labels and buttons with less room than their words need."""
    QApplication.processEvents()
    left = []
    for widget in [*page.findChildren(QPushButton), *page.findChildren(QLabel), *page.findChildren(QComboBox)]:
        need, room = widget.minimumSizeHint(), widget.size()
        if widget.isVisible() and (need.width() > room.width() or need.height() > room.height()):
            left.append(f"{widget.accessibleName() or widget.text()} needs {need} has {room}")
    return left
