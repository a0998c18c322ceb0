"""The first step of the import page: files dropped, pasted, chosen; files that are none; what it writes; 取消."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog

from tests.conftest import let_settle
from tests.ui.import_steps import (  # noqa: F401 - fixtures
    LIN,
    arrive,
    book,
    import_page,
    import_window,
    ledger_context,
    sample,
    settle,
    to_check,
)
from ui.context import Context
from ui.pages.import_page import CHECK, COLUMNS, DONE, FILES, ImportPage


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("假的.xlsx", b"%PDF-1.4 nothing", "不是表格文件"),
        ("空的.csv", b"", "请"),
        ("文字.xlsx", b"\x00\x01\x02\x03" * 50, "请"),
    ],
)
def test_files_that_are_none_say_why_and_leave_a_way_on(
    page: ImportPage, qtbot: Any, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    bad = tmp_path / name
    bad.write_bytes(content)
    page.files.add([str(bad)])
    arrive(qtbot, page, FILES)
    line = page.files.list.item(0).text()
    assert line.startswith(f"✗ {name}")
    assert words in line
    assert "没有可以导入的内容" in page.files.problems.text()
    assert page.next.text() == "重新读取"
    page.files.add([book(tmp_path / "好的.xlsx", LIN)])
    arrive(qtbot, page, COLUMNS)  # the good one goes on
    page.back.click()
    assert "有 1 个文件不能导入" in page.files.problems.text()
    page.files.remove([str(bad)])
    assert page.files.list.count() == 1


def test_an_encrypted_a_missing_and_a_locked_file(page: ImportPage, qtbot: Any, tmp_path: Path) -> None:
    olefile = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)
    (tmp_path / "加密.xlsx").write_bytes(olefile)
    locked = tmp_path / "锁住.xlsx"
    paths = [str(tmp_path / "加密.xlsx"), str(tmp_path / "没了.xlsx")]
    if sys.platform != "win32" and os.geteuid() != 0:
        locked.write_bytes(b"x")
        locked.chmod(0)
        paths.append(str(locked))
    page.files.add(paths)
    arrive(qtbot, page, FILES)
    lines = [page.files.list.item(at).text() for at in range(page.files.list.count())]
    assert all(line.startswith("✗") for line in lines)
    assert all("。" in line for line in lines)


def test_a_sheet_without_a_head_is_placed_by_hand(
    page: ImportPage, ctx: Context, qtbot: Any, tmp_path: Path, dialogs: Any
) -> None:
    page.files.add([book(tmp_path / "怪表.xlsx", ("甲一", "会计学院党委", "男"), head=("甲", "乙", "丙"))])
    arrive(qtbot, page, FILES)
    assert page.files.heads.isVisible()

    def fill(dialog: Any) -> None:
        dialog.form.put("row", 1)
        dialog.save.click()

    dialogs.expect(fill)
    page.files.heads.click()
    qtbot.waitUntil(lambda: page.step == COLUMNS)
    settle(qtbot, page)
    for index, key in enumerate(("name", "unit", "sex")):
        page.columns.place(index, key)
    arrive(qtbot, page, CHECK)
    arrive(qtbot, page, DONE)
    assert ctx.store.tuples("SELECT name, sex FROM cadre") == [("甲一", "1")]


def test_files_are_dropped_and_pasted(page: ImportPage, tmp_path: Path, qtbot: Any) -> None:
    paths = [book(tmp_path / f"{one}.xlsx", LIN) for one in "甲乙"]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(one) for one in paths])
    copy = Qt.DropAction.CopyAction
    page.files.list.dropEvent(
        QDropEvent(QPoint(5, 5), copy, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    )
    assert page.run.files == paths
    QGuiApplication.clipboard().setText(f'"{tmp_path}"\n{tmp_path / "gone.xlsx"}')
    qtbot.keyClick(page.files.list, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert page.run.files == [*paths, str(tmp_path)]
    page.files.list.setCurrentRow(0)
    qtbot.keyClick(page.files.list, Qt.Key.Key_Delete)
    assert page.run.files == [paths[1], str(tmp_path)]


def test_the_template_and_the_sheet_of_errors_are_written(
    page: ImportPage, qtbot: Any, tmp_path: Path, dialogs: Any
) -> None:
    def save_as(name: str) -> Any:
        def act(dialog: Any) -> None:
            assert isinstance(dialog, QFileDialog)
            dialog.fileSelected.emit(str(tmp_path / name))
            dialog.reject()

        return act

    dialogs.expect(save_as("模板.xlsx"))
    page.files.template.click()
    qtbot.waitUntil((tmp_path / "模板.xlsx").exists)
    assert "姓名" in [
        str(one.value).strip("*")
        for row in openpyxl.load_workbook(tmp_path / "模板.xlsx").active.iter_rows()
        for one in row
    ]
    to_check(qtbot, page, sample("04"))
    dialogs.expect(save_as("错误.xlsx"))
    page.save_errors()
    qtbot.waitUntil((tmp_path / "错误.xlsx").exists)
    lines = [[one.value for one in row] for row in openpyxl.load_workbook(tmp_path / "错误.xlsx").active.iter_rows()]
    assert lines[0][-1] == "错误说明"
    assert (
        sum(bool(line[-1]) for line in lines[1:]) == len({one["row"] for one in page.run.prepared.errors}) + 1
    )  # and the question


def test_cancelling_the_reading_leaves_the_list(page: ImportPage, qtbot: Any, tmp_path: Path) -> None:
    page.files.add([book(tmp_path / "名册.xlsx", LIN)])
    page.next.click()
    assert page.stop.isVisible()
    assert "正在读取文件" in page.say.text()
    page.stop.click()
    settle(qtbot, page)
    let_settle()
    assert page.step == FILES
    assert page.run.files
    assert not page.run.is_read
    arrive(qtbot, page, COLUMNS)
