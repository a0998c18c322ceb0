"""设置: each section writes through the one door (undoable), or keeps what belongs to this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.base.errors import InvalidInput, Refused
from core.ledger import create_ledger, memory_ledger, open_ledger
from core.org.settings import all_settings, quota_for, setting, values
from core.setting_fields import SCHOOL, list_label, month_day
from core.store import Store
from tests.conftest import let_settle, type_text
from tests.factory import people
from tests.small_fonts import RARE, RESTRICTED, font
from tests.ui.conftest import context_of
from tests.ui.page_room import cramped
from ui.kit import theme
from ui.kit.person_picker import DETAIL
from ui.pages.settings import SECTIONS, SettingsPage
from ui.pages.settings_fonts import FontsSection
from ui.pages.settings_forms import save_texts

QUICK = {"iterations": 1, "lanes": 1, "memory_kib": 64}
OLD, NEW = "一个测试口令在此", "另一个更长的口令在此"


@pytest.fixture
def ledger() -> Iterator[Store]:
    """A seeded ledger in memory with some people."""
    store = memory_ledger()
    store.operator = "李干事"
    people(store, 4)
    yield store
    store.close()


def shown(store: Store, qtbot: Any) -> SettingsPage:
    ctx = context_of(store)
    ctx.year = 2020
    page = SettingsPage(ctx)
    qtbot.addWidget(page)
    page.resize(1180, 760)
    page.show()
    with qtbot.waitExposed(page):
        pass
    page.reload(frozenset())
    return page


@pytest.fixture
def page(dressed: Any, ledger: Store, qtbot: Any) -> Iterator[SettingsPage]:
    """The page on the ledger in memory."""
    made = shown(ledger, qtbot)
    yield made
    made.ctx.tasks.close()


@pytest.fixture
def on_disk(dressed: Any, tmp_path: Path, qtbot: Any) -> Iterator[SettingsPage]:
    """The page on a ledger in a folder."""
    store, _code = create_ledger(tmp_path / "台账", OLD, org_name="湖北经济学院", year=2020, cost=QUICK)
    made = shown(store, qtbot)
    yield made
    made.ctx.tasks.close()
    store.close()


def test_every_setting_of_the_seed_that_a_person_may_change_has_a_field(ledger: Store) -> None:
    assert set(all_settings(ledger)) <= {one.key for one in SCHOOL}


def test_the_school_is_saved_as_one_step_and_the_year_follows(page: SettingsPage) -> None:
    section: Any = page.choose("school")
    section.form.put("org_name", "测试大学")
    section.form.put("year", 2021)
    section.form.put("evaluation_unit", True)
    assert section.dirty
    assert section.form.submit()
    store = page.ctx.store
    assert (setting(store, "org_name"), setting(store, "evaluation_unit")) == ("测试大学", "1")
    assert page.ctx.year == 2021 and not section.dirty
    store.undo()
    assert setting(store, "org_name") == "湖北经济学院"


def test_a_year_out_of_range_is_said_beside_its_field(page: SettingsPage) -> None:
    section: Any = page.choose("school")
    section.form.put("year", 1999)
    assert not section.form.submit()
    assert "2020" in section.form.error("year")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("8月15日", "08-15"), ("8-15", "08-15"), ("０８１５", "08-15"), ("2.29", "02-29"), ("08-10", "08-10")]
    + [(wrong, "") for wrong in ("13-45", "2-30", "815", "年底", "")],
)
def test_a_day_of_the_year_as_people_write_it(typed: str, stored: str) -> None:
    assert month_day(typed) == stored


def test_the_day_by_which_all_check_in_is_kept_in_one_form(page: SettingsPage) -> None:
    form: Any = page.choose("school").form
    form.put("checkin_due", "13月1日")
    form.submit()
    assert "不是一年中的一天" in form.error("checkin_due")
    form.put("checkin_due", "8月15日")
    form.submit()
    assert setting(page.ctx.store, "checkin_due") == "08-15"


def test_another_linked_community(page: SettingsPage) -> None:
    section: Any = page.choose("school")
    store = page.ctx.store
    section.form.put("linked_community", "经济学院社区")
    section.form.submit()
    assert store.tuples("SELECT uid, name, linked FROM community") == [("linked", "经济学院社区", 1)]
    with store.transact("另一个社区") as tx:
        other = tx.insert("community", {"district": "江夏区", "street": "藏龙岛街道", "name": "栗庙社区"})
    section.form.put("linked_community", "栗庙社区")
    section.form.submit()
    assert dict(store.tuples("SELECT uid, linked FROM community")) == {"linked": 0, other: 1}


def test_minimums_by_year(page: SettingsPage, dialogs: Any) -> None:
    section: Any = page.choose("school")
    store = page.ctx.store

    def fill(dialog: Any) -> None:
        for key, value in {"year": 2022, "times": 6, "minutes": 1500, "note": "学校规定"}.items():
            dialog.form.put(key, value)
        dialog.save.click()

    dialogs.expect(fill)
    section.add()
    QApplication.processEvents()
    QApplication.processEvents()
    assert quota_for(store, 2022) == (6, 1500)
    section.reload()
    assert [section.table.item(at, 0).text() for at in range(3)] == ["其他年度", "2020 年", "2022 年"]
    section.table.setCurrentCell(2, 0)
    section.remove()
    assert quota_for(store, 2022) == (5, 1200)
    section.reload()
    section.table.setCurrentCell(0, 0)
    dialogs.expect("知道了")
    section.remove()
    QApplication.processEvents()
    assert quota_for(store, 2022) == (5, 1200)


def test_lists_add_retire_restore_and_order(page: SettingsPage, qtbot: Any, dialogs: Any) -> None:
    section: Any = page.choose("lists")
    store = page.ctx.store
    section.choose("confirm_method")
    assert section.names.currentItem().text() == "确认方式"
    section.new.setFocus()
    type_text(section.new, "居民代表")
    qtbot.keyClick(section.new, Qt.Key.Key_Return)
    assert values(store, "confirm_method") == ["社区党组织", "服务对象", "居民代表"]
    qtbot.keyClick(section.values, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert values(store, "confirm_method") == ["社区党组织", "居民代表", "服务对象"]
    section.retire()
    assert values(store, "confirm_method") == ["社区党组织", "服务对象"]
    section.restore()
    assert values(store, "confirm_method") == ["社区党组织", "居民代表", "服务对象"]
    type_text(section.new, "居民代表")
    dialogs.expect("知道了")
    section.add()
    QApplication.processEvents()
    assert "已经在列表里" in dialogs.seen[-1]
    store.undo()
    assert values(store, "confirm_method") == ["社区党组织", "服务对象"]


def test_every_list_has_a_chinese_name(ledger: Store) -> None:
    names = [row[0] for row in ledger.tuples("SELECT DISTINCT list FROM code_list")]
    assert not [name for name in names if list_label(name).isascii()]


def test_form_texts_are_changed_shown_and_taken_back(page: SettingsPage, qtbot: Any) -> None:
    section: Any = page.choose("forms")
    qtbot.waitUntil(lambda: section.preview.view.count > 0, timeout=20000)
    section.form.setCurrentIndex(section.form.findData("evaluation"))
    section.choose("seal")
    section.edit.setPlainText("（公章）")
    section.version.setText("1.1")
    assert section.dirty
    section.save()
    store = page.ctx.store
    own = "SELECT uid, text, version FROM form_text ORDER BY uid"
    assert store.tuples(own) == [("evaluation.seal", "（公章）", "1.0"), ("evaluation.version", "1.1", "1.0")]
    assert "原文：（盖章）" in section.original.text()
    qtbot.waitUntil(lambda: section.preview.view.count == 2, timeout=20000)
    section.back_to_original()
    assert [row[0] for row in store.tuples(own)] == ["evaluation.version"]
    store.undo()
    assert len(store.tuples(own)) == 2


def test_a_text_typed_and_not_saved_is_kept(page: SettingsPage, qtbot: Any) -> None:
    section: Any = page.choose("forms")
    section.choose("seal")
    section.edit.setPlainText("（公章）")
    section.choose("signature")
    assert section.edit.toPlainText() == "本人签名："
    section._keeper.timeout.emit()
    other: Any = shown(page.ctx.store, qtbot).choose("forms")
    other.choose("seal")
    assert other.edit.toPlainText() == "（公章）" and other.texts.currentItem().data(DETAIL) == "未保存"
    other.save()
    assert not other.dirty and other.ctx.store.value("SELECT text FROM form_text") == "（公章）"


def test_marks_filled_in_by_the_program_must_stay(page: SettingsPage) -> None:
    section: Any = page.choose("forms")
    section.form.setCurrentIndex(section.form.findData("evaluation"))
    section.choose("year_line")
    section.edit.setPlainText("（2020年度）")
    section.save()
    assert not section.wrong.isHidden() and "{year}" in section.wrong.text()
    with pytest.raises(InvalidInput), page.ctx.store.transact("坏的花括号") as tx:
        save_texts(tx, "evaluation", {"seal": "（{盖章）"})


def test_the_operator_stands_on_what_is_done_next(page: SettingsPage) -> None:
    section: Any = page.choose("operator")
    section.name.setEditText("王干事")
    section.save()
    lists: Any = page.choose("lists")
    lists.choose("confirm_method")
    lists.new.setText("居民代表")
    lists.add()
    assert page.ctx.store.steps(1)[0].operator == "王干事"
    assert page.ctx.settings.get("operator") == "王干事"


def test_a_new_passphrase_opens_and_the_old_one_does_not(on_disk: SettingsPage) -> None:
    section: Any = on_disk.choose("passphrase")
    folder = on_disk.ctx.store.folder
    assert folder is not None and not section.change_button.isEnabled()
    section.new.first.setText(NEW)
    section.new.second.setText(NEW)
    section.old.setText("不对的口令")
    section.change_button.click()
    assert "口令不对" in section.said.text()
    section.old.setText(OLD)
    section.change_button.click()
    assert section.said.text().startswith("口令已更换") and section.old.text() == ""
    open_ledger(folder, NEW).close()
    with pytest.raises(Refused):
        open_ledger(folder, OLD)


def test_a_new_recovery_code_is_shown_once_and_opens(on_disk: SettingsPage, dialogs: Any) -> None:
    section: Any = on_disk.choose("passphrase")
    folder = on_disk.ctx.store.folder
    assert folder is not None
    dialogs.expect("换恢复码")
    section.ask_code()
    QApplication.processEvents()
    assert not section.code.isHidden()
    open_ledger(folder, recovery_code=section.code._code).close()


def test_a_font_is_added_tried_and_removed(
    page: SettingsPage, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dialogs: Any
) -> None:
    monkeypatch.setenv("XCJS_DATA", str(tmp_path / "data"))
    section = page.choose("fonts")
    assert isinstance(section, FontsSection)
    section.reload()
    section.try_box.setText(f"国{RARE}")
    assert "国　FandolFang" in section.answer.text() and f"{RARE}　没有字体，印成方框" in section.answer.text()
    file = tmp_path / "鱼.ttf"
    file.write_bytes(font("Fish", RARE))
    section.add(file)
    assert [section.table.item(row, 0).text() for row in range(section.table.rowCount())] == ["鱼.ttf"]
    assert f"{RARE}　Fish" in section.answer.text()
    file.write_bytes(font("Kept", RARE, RESTRICTED))
    dialogs.expect(lambda dialog: dialog.accept())
    section.add(file)
    qtbot.waitUntil(lambda: not dialogs.waiting)
    assert "不允许嵌入" in dialogs.seen[-1]
    assert f"{RARE}　Fish" in section.answer.text()
    section.remove()
    assert section.table.rowCount() == 0 and f"{RARE}　没有字体" in section.answer.text()


def test_the_look_changes_at_once(page: SettingsPage, qtbot: Any) -> None:
    section: Any = page.choose("look")
    heard: list[str] = []
    page.ctx.settings.changed.connect(heard.append)
    section.dark.click()
    section.points.setFocus()
    qtbot.keyClick(section.points, Qt.Key.Key_Right)
    assert heard == ["dark", "points"]
    assert (page.ctx.settings.get("dark"), page.ctx.settings.get("points")) == (True, 11)
    section.light.click()
    assert page.ctx.settings.get("dark") is False
    page.ctx.settings.put("dark", True)  # as the menu does
    page.ctx.settings.put("points", 14)
    assert section.dark.isChecked() and (section.points.value(), section.size.text()) == (14, "14 磅")


@pytest.mark.parametrize("points", [10, 16])
def test_nothing_is_cut_off(page: SettingsPage, dressed: Any, qtbot: Any, points: int) -> None:
    theme.apply(dressed, dark=False, points=points)
    page.resize(900 if points == 10 else 1210, 900)
    for key, _kind in SECTIONS:
        section = page.choose(key)
        let_settle()
        # the preview writes its page numbers when it is drawn
        qtbot.waitUntil(lambda: cramped(page) == [], timeout=3000)
        assert section is not None and section.width() <= section.parentWidget().width(), key
