"""Telephone numbers and 身份证号 in the window: masked everywhere, shown to who asks, each asking written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTableWidget

from core.org.ops import add_contact
from core.place.ops import save_grid, save_worker
from core.roster.ops import save_cadre
from core.roster.volunteers import save_volunteer
from core.store import reveals
from tests import factory
from tests.conftest import Dialogs
from tests.ui.page_room import cramped, ledger_context, open_window
from ui.context import Context
from ui.kit.listing import Listing, draw_listing, export_to
from ui.kit.record_page import FactsSection
from ui.kit.rows import RowsModel
from ui.pages.roster import RosterPage
from ui.shell.main_window import MainWindow

ID_NO, PHONE, VOLUNTEER, WORKER, CONTACT = (
    "420115199001011238", "13900001234", "13700005678", "13600009012", "13500003456",
)  # fmt: skip
NUMBERS = (ID_NO, PHONE, VOLUNTEER, WORKER, CONTACT)


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    for made in ledger_context(people=6, visits=12):
        store = made.store
        first = store.value("SELECT uid FROM cadre WHERE staff_no = '0001'")
        with store.transact("号码") as tx:
            save_cadre(tx, {"id_no": ID_NO, "birth_on": "1990-01", "sex": "1", "phone": PHONE}, first)
            save_grid(tx, None, {"name": "第1网格", "code": "JY-01", "community": "经院社区"})
            save_volunteer(tx, None, {"name": "志愿甲", "phone": VOLUNTEER, "grid": "第1网格"})
            save_worker(tx, None, {"name": "网格员乙", "phone": WORKER, "grid": "第1网格"})
            add_contact(tx, {"unit": factory.UNITS[0], "role": "联络员", "name": "联络员丙", "phone": CONTACT})
        yield made


@pytest.fixture
def window(ctx: Context, qtbot: Any) -> MainWindow:
    return open_window(ctx, qtbot, "roster")


@pytest.fixture
def page(window: MainWindow) -> RosterPage:
    found = window.page
    assert isinstance(found, RosterPage)
    return found


def first_uid(page: RosterPage) -> str:
    return str(page.ctx.store.value("SELECT uid FROM cadre WHERE staff_no = '0001'"))


def told(window: Any) -> str:
    """Every text of every page built: labels, lists of all columns, small tables."""
    QApplication.processEvents()
    found = []
    for top in QApplication.topLevelWidgets():
        found += [one.text() + one.toolTip() for one in top.findChildren(QLabel)]
        found += [one.text() for one in top.findChildren(QPushButton)]
        for table in top.findChildren(QTableWidget):
            items = [table.item(row, at) for row in range(table.rowCount()) for at in range(table.columnCount())]
            found += [one.text() + one.toolTip() for one in items if one is not None]
        for view in top.findChildren(QTableWidget.__mro__[1]):  # QTableView
            model = view.model()
            if isinstance(model, RowsModel):
                found += ["".join(line) for line in model.lines(list(model.uids))]
    return "\n".join(found)


def looks(ctx: Context) -> list[tuple[str, str]]:
    return [(row["tbl"], row["field"]) for row in reversed(reveals.recorded(ctx.store))]


def test_no_page_shows_a_number_unasked(window: MainWindow, ctx: Context, page: RosterPage) -> None:
    page.model.set_columns(page.table._all)
    page.open_panel(first_uid(page))
    for page_id in window.specs:
        window.go_to(page_id)
    places: Any = window.pages["places"]
    for tab in ("grids", "workers", "volunteers", "squads"):
        places.go(tab)
    book = page.open_contacts()
    shown = told(window)
    for number in NUMBERS:
        assert number not in shown
    for number in ("4201**********1238", "139****1234", "137****5678", "136****9012", "135****3456"):
        assert number in shown
    assert looks(ctx) == []
    book.close()


def test_who_asks_on_the_person_page_is_shown_and_written_down(page: RosterPage, ctx: Context) -> None:
    uid = first_uid(page)
    page.open_panel(uid)
    section = page.panel.facts[1]
    assert section.reveal.isVisible() and not page.panel.facts[0].reveal.isVisible()
    section.reveal.click()
    words = [one.text() for one in section.findChildren(QLabel)]
    assert ID_NO in words and PHONE in words and section.reveal.text() == "隐去号码"
    assert looks(ctx) == [("cadre", "phone"), ("cadre", "id_no")]
    line = dict(zip([one.key for one in page.model.columns], next(page.model.lines([uid])), strict=True))
    assert line["phone"] == PHONE
    section.reveal.click()
    assert ID_NO not in [one.text() for one in section.findChildren(QLabel) if one.isVisible()]
    section.reveal.click()
    assert len(looks(ctx)) == 4  # asked for again
    other = next(one for one in page.model.uids if one != uid)
    page.open_panel(other)
    assert not ctx.revealed.holds("cadre", uid)
    page.open_panel(uid)
    assert PHONE not in [one.text() for one in section.findChildren(QLabel) if one.isVisible()]


def test_f4_shows_the_row_and_the_next_row_hides_it(page: RosterPage, window: MainWindow, ctx: Context) -> None:
    uid = first_uid(page)
    page.table.select(uid)
    page.table.focus()
    QTest.keyClick(page.table.right, Qt.Key.Key_F4)
    assert PHONE in next(page.model.lines([uid])) and looks(ctx) == [("cadre", "phone"), ("cadre", "id_no")]
    assert PHONE not in "".join(
        "".join(line) for line in page.model.lines([one for one in page.model.uids if one != uid])
    )
    page.table.select(next(one for one in page.model.uids if one != uid))
    assert PHONE not in next(page.model.lines([uid]))
    assert "显示号码" in [one.text() for one in page.table.menu().actions()]


def test_editing_a_number_reveals_it_and_is_written_down(page: RosterPage, ctx: Context) -> None:
    page.open_panel(first_uid(page))
    section: FactsSection = page.panel.facts[1]
    section.start("phone")
    assert section.form is not None and section.form.editor("phone").text() == PHONE
    assert looks(ctx) == [("cadre", "phone"), ("cadre", "id_no")]
    section.stop()
    page.panel.facts[0].start()
    assert len(looks(ctx)) == 2  # a name is no number
    page.panel.facts[0].stop()


def test_copying_the_list_takes_the_masked_numbers(page: RosterPage, ctx: Context) -> None:
    said: list[str] = []
    page.table.said.connect(said.append)
    page.table.copy()
    text = QGuiApplication.clipboard().text()
    assert "139****1234" in text and PHONE not in text and "请用“导出”" in said[0]
    assert looks(ctx) == []


def test_a_number_of_the_phone_book_is_copied_by_who_asks(page: RosterPage, ctx: Context) -> None:
    book = page.open_contacts()
    assert book.table.item(0, 5).text() == "135****3456"
    book.copy_number(0)
    assert QGuiApplication.clipboard().text() == CONTACT and book.table.item(0, 5).text() == CONTACT
    book.copy_numbers()
    book.copy_list()
    assert looks(ctx) == [("contact", "phone")] * 3 and CONTACT in QGuiApplication.clipboard().text()
    book.close()


def test_volunteers_and_workers_are_shown_by_f4_and_by_their_forms(
    window: MainWindow, ctx: Context, dialogs: Dialogs
) -> None:
    window.go_to("places")
    places: Any = window.page
    for tab, number in (("volunteers", VOLUNTEER), ("workers", WORKER)):
        view = places.go(tab)
        uid = view.model.uid_at(0)
        view.table.select(uid)
        view.numbers.toggle()
        assert number in next(view.model.lines([uid]))
        view.numbers.toggle()
        assert number not in next(view.model.lines([uid]))
        dialogs.expect(lambda dialog: dialog.reject())
        view.edit(uid)
        QApplication.processEvents()
    assert looks(ctx) == [("volunteer", "phone")] * 2 + [("grid_worker", "phone")] * 2


def test_the_export_of_the_roster_says_what_it_holds_before_and_after(
    page: RosterPage, ctx: Context, tmp_path: Path, dialogs: Dialogs, qtbot: Any
) -> None:
    dialogs.expect(lambda _dialog: None)
    dialog = page.export()
    sentence = "含个人信息：手机6人、身份证号1人，请妥善保管，不要转发或张贴。"
    qtbot.waitUntil(lambda: dialog.personal.text() == sentence, timeout=2000)
    assert dialog.personal.isVisible() and cramped(dialog) == []
    dialog.what.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "身份证号" not in dialog.personal.text(), timeout=2000)
    dialog.what.setCurrentIndex(0)
    qtbot.waitUntil(lambda: dialog.personal.text() == sentence, timeout=2000)
    said: list[str] = []
    ctx.messages.said.connect(lambda note: said.append(note.text))
    dialog.file.setText(str(tmp_path / "名册.xlsx"))
    with qtbot.waitSignal(dialog.exported):
        dialog.start()
    assert said[-1].endswith(sentence)
    assert looks(ctx) == [("cadre", "phone"), ("cadre", "id_no")]


@pytest.mark.parametrize("yes", [True, False])
def test_a_list_with_numbers_asks_before_it_is_written(
    page: RosterPage, ctx: Context, tmp_path: Path, dialogs: Dialogs, qtbot: Any, yes: bool
) -> None:
    from core.roster.filter import RosterFilter
    from core.roster.model import CADRE
    from core.roster.queries import cadre_rows

    fields = [CADRE.field(key) for key in ("name", "phone")]
    listing = Listing("名单", fields, lambda store: cadre_rows(store, RosterFilter()), "全校，")
    dialogs.expect("导出" if yes else "不了")
    export_to(ctx, listing, tmp_path / "名单.xlsx", page)
    qtbot.waitUntil(lambda: not dialogs.waiting, timeout=2000)
    assert "“名单.xlsx”将含个人信息：手机6人" in dialogs.seen[0]
    if yes:
        qtbot.waitUntil((tmp_path / "名单.xlsx").exists, timeout=2000)
    assert looks(ctx) == ([("cadre", "phone")] if yes else [])
    assert draw_listing(ctx.store, listing).startswith(b"%PDF")
