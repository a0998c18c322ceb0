"""名册: its dialogs, what is done with several people, export and phone book."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from core.org.ops import add_contact
from core.org.queries import unit_tree
from tests.ui.page_room import cramped, ledger_context, open_window
from ui.context import Context
from ui.pages.roster import RosterPage
from ui.pages.roster_export import free_name
from ui.shell.main_window import MainWindow


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    yield from ledger_context(people=40, visits=200)


@pytest.fixture
def window(ctx: Context, qtbot: Any) -> MainWindow:
    return open_window(ctx, qtbot, "roster")


@pytest.fixture
def page(window: MainWindow) -> RosterPage:
    found = window.page
    assert isinstance(found, RosterPage)
    return found


def unit_uid(page: RosterPage, name: str) -> str:
    return str(page.ctx.store.value("SELECT uid FROM unit WHERE name = ?", (name,)))


def test_a_new_person_goes_into_the_unit_chosen(page: RosterPage, dialogs: Any) -> None:
    page.tree.choose("unit", unit_uid(page, "机关党委"))

    def fill(dialog: Any) -> None:
        assert dialog.form.values()["unit"] == "机关党委"
        dialog.form.put("name", "新同志")
        dialog.form.put("branch", "教工第二党支部")
        dialog.form.submit()

    dialogs.expect(fill)
    page.add_person()
    QApplication.processEvents()
    page.ctx.refresher.flush()
    assert page.panel.row["name"] == "新同志"
    assert page.panel.row["branch"] == "教工第二党支部"
    assert page.table.current_uid() == page.panel.uid


def test_moving_keeps_the_past_and_correcting_does_not(page: RosterPage, dialogs: Any) -> None:
    uid = page.model.uid_at(0)

    def move(dialog: Any) -> None:
        dialog.form.put("unit", "机关党委")
        dialog.form.put("branch", "教工第一党支部")
        dialog.form.put("transfer_on", "2020-10-01")
        dialog.form.submit()

    page.table.select(uid)
    dialogs.expect(move)
    page.move_chosen()
    QApplication.processEvents()
    page.open_record(uid)
    assert [one["unit"] for one in page.panel.row["memberships"]] == ["机关党委", "会计学院党委"]

    def correct(dialog: Any) -> None:
        dialog.form.editor("how").setText("更正（原来登记错了）")
        assert dialog.form.editor("transfer_on").isHidden() or not dialog.form.editor("transfer_on").isVisible()
        dialog.form.put("branch", "教工第二党支部")
        dialog.form.submit()

    dialogs.expect(correct)
    page.move_chosen()
    QApplication.processEvents()
    page.ctx.refresher.flush()
    assert [one["branch"] for one in page.panel.row["memberships"]] == ["教工第二党支部", "教工第一党支部"]


def test_archiving_several_is_one_step_and_they_come_back(page: RosterPage, dialogs: Any) -> None:
    uids = list(page.model.uids)[:3]
    page.apply_filter(uids=uids)
    page.table.select_all()
    dialogs.expect(lambda dialog: (dialog.form.put("archive_reason", "调离"), dialog.form.submit()))
    page.archive_chosen()
    QApplication.processEvents()
    page.ctx.refresher.flush()
    page.apply_filter()
    assert page.model.rowCount() == 37
    page.apply_filter(archived=True)
    assert sorted(page.model.uids) == sorted(uids)
    assert "restore" in [command.id for command in page.commands()]
    page.table.select_all()
    dialogs.expect(lambda dialog: dialog.form.submit())
    page.restore_chosen()
    QApplication.processEvents()
    page.ctx.refresher.flush()
    page.apply_filter()
    assert page.model.rowCount() == 40


def test_print_takes_the_selection(page: RosterPage) -> None:
    asked: list[Any] = []
    page.ctx.wanted.disconnect()
    page.ctx.wanted.connect(lambda *what: asked.append(what))
    page.table.select(page.model.uid_at(2))
    page.print_chosen()
    assert asked.pop() == ("print", None, {"cadre_uids": (page.model.uid_at(2),)})
    page.apply_filter(unit_uid=unit_uid(page, "机关党委"))
    page.table.right.clearSelection()
    page.print_chosen()
    assert asked.pop() == ("print", None, {"unit_uid": unit_uid(page, "机关党委")})
    page.apply_filter(where=[["sex", "=", "1"]])
    page.table.right.clearSelection()
    page.print_chosen()
    assert asked.pop() == ("print", None, {"cadre_uids": tuple(page.model.uids)})


@pytest.mark.parametrize(("split", "files"), [("", 1), ("unit", 4), ("branch", 11)])
def test_export_splits_and_reads_back(
    page: RosterPage, tmp_path: Path, qtbot: Any, dialogs: Any, split: str, files: int
) -> None:
    from core.roster.import_run import prepare_roster

    dialogs.expect(lambda _dialog: None)
    dialog = page.export()
    dialog.file.setText(str(tmp_path / "名册.xlsx"))
    dialog.split.setCurrentIndex(dialog.split.findData(split))
    with qtbot.waitSignal(dialog.exported) as done:
        dialog.start()
    assert len(done.args[0]) == len(list(tmp_path.glob("*.xlsx"))) == files
    prepared = prepare_roster(page.ctx.store, [str(file) for file in done.args[0]])
    counts = prepared.plan.counts()
    assert {str(key): number for key, number in counts.items() if number} == {"unchanged": 40}
    assert prepared.errors == []


def test_export_asks_before_it_overwrites(page: RosterPage, tmp_path: Path, qtbot: Any, dialogs: Any) -> None:
    old = tmp_path / "名册.xlsx"
    old.write_text("旧文件", encoding="utf-8")
    assert free_name(old) == tmp_path / "名册（2）.xlsx"
    dialogs.expect(lambda _dialog: None)
    dialog = page.export()
    dialog.file.setText(str(old))
    dialogs.expect("不了")
    dialog.start()
    QApplication.processEvents()
    assert old.read_text(encoding="utf-8") == "旧文件"
    dialogs.expect("覆盖")
    with qtbot.waitSignal(dialog.exported):
        dialog.start()
    assert old.stat().st_size > 1000


@pytest.mark.parametrize("points", [10, 16])
def test_every_widget_of_the_dialogs_has_room(page: RosterPage, window: MainWindow, dialogs: Any, points: int) -> None:
    page.ctx.settings.put("points", points)
    page.table.select(page.model.uid_at(0))
    for open_dialog in (page.export, page.open_units, page.show_statistics):
        dialogs.expect(lambda _dialog: None)
        dialog = open_dialog()
        QApplication.processEvents()
        assert cramped(dialog) == []
        dialog.reject()
    for act in (page.move_chosen, page.archive_chosen, page.add_person):
        seen: list[list[str]] = []
        dialogs.expect(lambda dialog, seen=seen: (seen.append(cramped(dialog)), dialog.reject()))
        act()
        QApplication.processEvents()
        assert seen == [[]]
    book = page.open_contacts()
    QApplication.processEvents()
    assert cramped(book) == []
    book.close()


def test_export_asks_when_the_folder_is_not_there(page: RosterPage, tmp_path: Path, dialogs: Any, qtbot: Any) -> None:
    dialogs.expect(lambda _dialog: None)
    dialog = page.export()
    dialog.file.setText(str(tmp_path / "没有" / "名册.xlsx"))
    dialogs.expect("不了")
    dialog.start()
    qtbot.waitUntil(lambda: len(dialogs.seen) == 2)
    assert "新建这个文件夹吗" in dialogs.seen[1] and not (tmp_path / "没有").exists()
    dialogs.expect("新建这个文件夹")
    dialog.start()
    qtbot.waitUntil(lambda: (tmp_path / "没有" / "名册.xlsx").exists(), timeout=10_000)


def test_the_phone_book_copies_a_number(page: RosterPage, dialogs: Any) -> None:
    with page.ctx.store.transact("通讯录") as tx:
        add_contact(tx, {"unit": "机关党委", "role": "书记", "name": "陈书记", "phone": "13800000001"})
        add_contact(tx, {"community": "经院社区", "role": "经办人", "name": "周经办", "phone": "027-81234567"})
    book = page.open_contacts()
    book.search.setText("zjb")
    book.look()
    assert [row["name"] for row in book.rows] == ["周经办"]
    book.copy_number(0)
    assert QGuiApplication.clipboard().text() == "027-81234567"
    book.search.clear()
    book.look()
    book.copy_list()
    assert "陈书记" in QGuiApplication.clipboard().text()

    def fill(dialog: Any) -> None:
        for key, value in {"unit": "会计学院党委", "role": "联络员", "name": "李联络", "phone": "13900000002"}.items():
            dialog.form.put(key, value)
        dialog.form.submit()

    dialogs.expect(fill)
    book.write()
    QApplication.processEvents()
    page.ctx.refresher.flush()
    assert "李联络" in [row["name"] for row in book.rows]
    book.table.selectRow([row["name"] for row in book.rows].index("李联络"))
    book.remove()
    page.ctx.refresher.flush()
    assert "李联络" not in [row["name"] for row in book.rows]
    book.close()


def test_units_are_added_ordered_renamed_and_closed(page: RosterPage, dialogs: Any) -> None:
    dialogs.expect(lambda _dialog: None)
    dialog = page.open_units()
    QApplication.processEvents()

    def named(name: str) -> Any:
        return lambda form: (form.form.put("name", name), form.form.submit())

    dialogs.expect(named("外国语学院党总支"))
    dialog.add_unit()
    QApplication.processEvents()
    assert dialog.tree.currentItem().text(0) == "外国语学院党总支"
    dialogs.expect(named("英语系党支部"))
    dialog.add_branch()
    QApplication.processEvents()
    assert dialog.tree.currentItem().parent().text(0) == "外国语学院党总支"
    dialogs.expect(named("商务英语系党支部"))
    dialog.edit()
    QApplication.processEvents()
    assert dialog.tree.currentItem().text(0) == "商务英语系党支部"
    dialog.close_or_open()
    page.ctx.refresher.flush()
    assert "已停用" in dialog.tree.currentItem().text(0)
    dialog.choose(unit_uid(page, "外国语学院党总支"))
    dialog.shift(-1)
    page.ctx.refresher.flush()
    assert [unit.name for unit in unit_tree(page.ctx.store)][-2] == "外国语学院党总支"
    dialog.choose(unit_uid(page, "会计学院党委"))
    dialogs.expect("知道了")
    dialog.close_or_open()
    QApplication.processEvents()
    assert "还有10名党员干部" in dialogs.seen[-1]
    dialog.accept()


def test_a_person_who_is_gone_closes_the_panel(page: RosterPage, dialogs: Any) -> None:
    dialogs.expect(
        lambda dialog: (dialog.form.put("name", "误录"), dialog.form.put("unit", "机关党委"), dialog.form.submit())
    )
    page.add_person()
    QApplication.processEvents()
    page.ctx.refresher.flush()
    assert page.panel.row["name"] == "误录"
    page.ctx.store.undo()
    page.ctx.refresher.announce(frozenset({"cadre"}))
    page.ctx.refresher.flush()
    assert page.panel.isHidden()


def test_a_changed_status_asks_since_when(page: RosterPage, dialogs: Any) -> None:
    uid = page.model.uid_at(0)
    page.open_record(uid)
    facts = page.panel.facts[0]

    def since(dialog: Any) -> None:
        assert "在职状态由在职改为离退休" in dialog._said.text()
        dialog.form.put("transfer_on", "2020-10-01")
        dialog.form.submit()

    facts.start()
    facts.form.put("status", "RETIRED")
    facts.form.put("title", "教授")
    dialogs.expect(since)
    facts.form.submit()
    QApplication.processEvents()
    page.ctx.refresher.flush()
    assert not facts.is_editing and (page.panel.row["status"], page.panel.row["title"]) == ("RETIRED", "教授")
    found = [(one["from_on"], one["until_on"], one["status"]) for one in page.panel.row["memberships"]]
    assert found == [("2020-10-01", "", "RETIRED"), ("", "2020-09-30", "ACTIVE")]


def test_what_was_typed_stays_while_it_is_asked_since_when(page: RosterPage, dialogs: Any) -> None:
    page.open_record(page.model.uid_at(0))
    facts = page.panel.facts[0]
    facts.start()
    facts.form.put("status", "RETIRED")
    dialogs.expect(lambda dialog: dialog.reject())
    facts.form.submit()
    QApplication.processEvents()
    assert facts.is_editing and facts.form.values()["status"] == "RETIRED"
    assert page.panel.row["status"] == "ACTIVE"
    facts.stop()


def test_the_first_day_is_put_right(page: RosterPage, dialogs: Any) -> None:
    uid = page.model.uid_at(0)

    def first(dialog: Any) -> None:
        dialog.form.editor("how").setText("更正到岗日期")
        assert dialog.form.editor("unit").isHidden() or not dialog.form.editor("unit").isVisible()
        dialog.form.put("from_on", "2020-03-01")
        dialog.form.submit()

    page.table.select(uid)
    dialogs.expect(first)
    page.move_chosen()
    QApplication.processEvents()
    page.open_record(uid)
    assert [one["from_on"] for one in page.panel.row["memberships"]] == ["2020-03-01"]


def test_a_new_person_counts_from_a_day_where_there_were_years_before(page: RosterPage, dialogs: Any) -> None:
    store = page.ctx.store
    with store.transact("去年的评价") as tx:
        tx.insert("evaluation", {"cadre_uid": page.model.uid_at(0), "year": 2019})

    def fill(dialog: Any) -> None:
        assert dialog.form.values()["from_on"] == "2020-11-24"
        dialog.form.put("name", "新同志")
        dialog.form.put("unit", "机关党委")
        dialog.form.submit()

    dialogs.expect(fill)
    page.add_person()
    QApplication.processEvents()
    page.ctx.refresher.flush()
    assert [one["from_on"] for one in page.panel.row["memberships"]] == ["2020-11-24"]
