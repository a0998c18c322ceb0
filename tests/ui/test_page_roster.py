"""名册: tree and filters, the list, the person page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from core.org.queries import unit_tree
from tests import factory
from tests.conftest import Dialogs
from tests.ui.page_room import cramped, ledger_context, open_window, press, words
from ui.context import Context
from ui.kit import theme
from ui.pages.roster import RosterPage
from ui.pages.roster_search import people_hits
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


def names(page: RosterPage) -> list[str]:
    return [line[0] for line in page.model.lines(list(page.model.uids))]


def unit_uid(page: RosterPage, name: str) -> str:
    return str(page.ctx.store.value("SELECT uid FROM unit WHERE name = ?", (name,)))


# -- the list


def test_the_tree_counts_and_filters(page: RosterPage) -> None:
    assert page.model.rowCount() == 40
    unit = unit_tree(page.ctx.store)[0]
    page.tree.choose("unit", unit.uid)
    assert page.model.rowCount() == unit.people == 10
    branch = unit.branches[0]
    page.tree.choose("branch", branch.uid)
    assert page.model.rowCount() == branch.people
    page.tree.choose("unplaced", next(one.uid for one in unit_tree(page.ctx.store) if one.unplaced))
    assert all(page.row_of(uid)["branch"] == "" for uid in page.model.uids)
    assert page.model.rowCount() > 0


def test_search_and_conditions_narrow_the_list(page: RosterPage) -> None:
    page.filters.set_value({"search": "张伟"})
    assert names(page) == ["张伟", "张伟"]
    page.filters.set_value({"where": [["phone", "blank", ""]]})
    assert [page.row_of(uid)["phone"] for uid in page.model.uids] == ["", ""]
    page.filters.set_value({"where": [["sex", "=", "2"], ["status", "=", "RETIRED"]]})
    assert {(page.row_of(uid)["sex"], page.row_of(uid)["status"]) for uid in page.model.uids} == {("2", "RETIRED")}


@pytest.mark.parametrize("progress", ["MET", "BEHIND", "EXEMPT"])
def test_progress_of_another_page_shows_those_people(page: RosterPage, progress: str) -> None:
    page.apply_filter(unit_uid="", progress=progress)
    assert page.model.rowCount() > 0
    assert {page.row_of(uid)["progress"] for uid in page.model.uids} == {progress}
    assert "年度进度" in page.filter_words()


def test_named_people_have_a_chip_that_takes_them_away(page: RosterPage) -> None:
    page.apply_filter(uids=list(page.model.uids)[:3])
    assert page.model.rowCount() == 3
    assert "指定的 3 人" in words(page.filters)
    page._uids_chip.closed.emit()
    assert page.model.rowCount() == 40


@pytest.mark.parametrize("key", ["name", "staff_no", "unit", "branch", "birth_on", "community"])
def test_any_column_sorts_and_missing_values_stand_last(page: RosterPage, key: str) -> None:
    page.table.sort_by(key)
    up = [page.row_of(uid)[key] for uid in page.model.uids]
    page.table.sort_by(key, descending=True)
    down = [page.row_of(uid)[key] for uid in page.model.uids]
    assert len(up) == len(down) == 40
    assert up != down
    if key not in ("unit", "branch", "name"):
        filled = [one for one in up if one]
        assert filled == sorted(filled)
        assert up[len(filled) :] == down[len(filled) :] == [""] * (40 - len(filled))


def test_the_footer_sums_what_is_shown(page: RosterPage, qtbot: Any) -> None:
    page.apply_filter(unit_uid=unit_uid(page, "会计学院党委"))
    qtbot.waitUntil(lambda: page.footer().startswith("10 人"))
    rows = [page.row_of(uid) for uid in page.model.uids]
    assert f"已确认 {sum(row['times'] for row in rows)} 次" in page.footer()


def test_one_sentence_says_scope_and_day(page: RosterPage) -> None:
    page.apply_filter(unit_uid=unit_uid(page, "会计学院党委"))
    page.copy_sentence()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("截至2020年11月24日，会计学院党委共10人")
    assert "统计口径" in text
    assert "至少3次、不少于12小时" in text


def test_statistics_open_the_people_behind_a_number(page: RosterPage, dialogs: Any) -> None:
    dialogs.expect(lambda _dialog: None)
    dialog = page.show_statistics()
    dialog.first.setCurrentIndex(dialog.first.findData("sex"))
    assert dialog.lines[-1] == ["合计", "40"]
    dialog.picked.emit({"sex": "女"})
    assert {page.row_of(uid)["sex"] for uid in page.model.uids} == {"2"}
    assert str(page.model.rowCount()) in [line[1] for line in dialog.lines]
    dialog.accept()


# -- the person page


def test_enter_opens_everything_about_a_person(page: RosterPage) -> None:
    uid = page.model.uid_at(0)
    page.table.select(uid)
    page.table.opened.emit(uid)
    shown = " ".join(words(page.panel))
    for part in (
        "张伟",
        "工号 0001",
        "服务纪实（2020年）",
        "已确认",
        "待确认",
        "单位与支部",
        "还没有报到记录。",
        "历史",
        "测试名册",
    ):
        assert part in shown
    assert page.escape()
    assert page.panel.isHidden()
    assert not page.escape()


def test_both_sums_of_a_person_agree_with_the_ledger(page: RosterPage) -> None:
    row = next(one for one in (page.row_of(uid) for uid in page.model.uids) if one["waiting_minutes"])
    page.open_record(row["uid"])
    shown = words(page.panel.log)
    assert f"{row['times']} 次　{row['minutes'] / 60:g} 小时" in shown
    assert any(one.endswith(f"{row['waiting_minutes'] / 60:g} 小时") for one in shown)
    assert row["verdict"] in shown


def test_the_chip_of_the_verdict_keeps_its_padding(page: RosterPage) -> None:
    for uid in list(page.model.uids)[:4]:
        page.open_record(uid)
        chip = page.panel.chip
        assert chip.sizeHint().width() >= chip.fontMetrics().horizontalAdvance(chip.text()) + theme.px(12)


def test_grades_and_other_years_are_told(page: RosterPage) -> None:
    uid = page.model.uid_at(0)
    with page.ctx.store.transact("考核") as tx:
        tx.insert("evaluation", {"cadre_uid": uid, "year": 2019, "community_rating": "优秀", "branch_rating": "合格"})
        sql = "SELECT uid FROM visit WHERE cadre_uid = ? AND state = 'CONFIRMED' LIMIT 1"
        tx.update("visit", tx.value(sql, (uid,)), {"served_on": "2019-05-04"})
    page.open_record(uid)
    assert "社区优秀　支部合格" in words(page.panel.evaluations)
    assert any(one.startswith("1次、") for one in words(page.panel.log))


def test_a_commendation_is_entered_changed_and_taken_out_on_the_page(
    page: RosterPage, qtbot: Any, dialogs: Dialogs
) -> None:
    uid = page.model.uid_at(0)
    page.open_record(uid)
    section, store = page.panel.honours, page.ctx.store

    def type_title(dialog: Any) -> None:
        dialog.form.put("title", "下沉社区先进个人")
        press(dialog, "保存")

    dialogs.expect(type_title)
    press(section, "登记")
    qtbot.waitUntil(lambda: store.value("SELECT count(*) FROM commendation") == 1)
    page.ctx.refresher.flush()
    assert "下沉社区先进个人" in words(section) and f"{page.ctx.year}年" in words(section)

    def type_by(dialog: Any) -> None:
        dialog.form.put("given_by", "校党委")
        press(dialog, "保存")

    dialogs.expect(type_by)
    press(section, "修改")
    qtbot.waitUntil(lambda: store.value("SELECT given_by FROM commendation") == "校党委")
    page.ctx.refresher.flush()
    assert "下沉社区先进个人（校党委）" in words(section) and cramped(section) == []
    press(section, "移除")
    assert store.value("SELECT count(*) FROM commendation") == 0


def test_facts_are_edited_in_place_and_undone(page: RosterPage, qtbot: Any) -> None:
    uid = page.model.uid_at(0)
    page.open_record(uid)
    page.panel.edit()
    form = page.panel.facts[0].form
    form.put("title", "副院长")
    form.submit()
    assert page.row_of(uid)["title"] == "副院长"
    page.ctx.refresher.flush()
    assert any("修改张伟的资料" in one for one in words(page.panel.history_list))
    press(page.panel.history_list, "撤销")
    assert page.row_of(uid)["title"] != "副院长"


def test_a_wrong_value_is_marked_beside_its_field(page: RosterPage) -> None:
    page.open_record(page.model.uid_at(0))
    page.panel.edit()
    form = page.panel.facts[0].form
    form.put("staff_no", "0002")
    form.submit()
    assert "已属于" in form.error("staff_no")
    assert page.panel.is_editing


def test_feedback_and_attachments(page: RosterPage, tmp_path: Path, dialogs: Any) -> None:
    from PIL import Image

    uid = page.model.uid_at(1)
    page.open_record(uid)
    picture, scan, out = tmp_path / "照片.png", tmp_path / "承诺书.pdf", tmp_path / "另存.pdf"
    Image.new("RGB", (400, 500), "navy").save(picture)
    scan.write_bytes(b"%PDF-1.4 scan")
    page.panel.add_photo(str(picture))
    page.panel.add_file(str(scan))
    page.ctx.refresher.flush()
    assert any("承诺书.pdf" in one for one in words(page.panel.photos))
    kept = next(row for row in page.panel.row["attachments"] if row["name"] == "承诺书.pdf")
    page.panel.save_attachment(kept["uid"], str(out))
    assert out.read_bytes() == b"%PDF-1.4 scan"
    dialogs.expect(lambda dialog: (dialog.form.put("content", "热心负责"), dialog.form.submit()))
    page.panel.write_feedback()
    QApplication.processEvents()
    page.ctx.refresher.flush()
    assert "热心负责" in words(page.panel.feedback)


def test_the_search_box_finds_people(page: RosterPage) -> None:
    hits = people_hits(page.ctx.store, "zw", 6)
    assert [hit.title for hit in hits[:2]] == ["张伟", "张伟"]
    assert {hit.page_id for hit in hits} == {"roster"}
    page.tree.choose("unit", unit_uid(page, "机关党委"))
    page.open_record(hits[0].uid)
    assert page.table.current_uid() == hits[0].uid == page.panel.uid


def test_a_person_far_down_is_found_while_the_list_is_still_coming(page: RosterPage, qtbot: Any) -> None:
    factory.people(page.ctx.store, 160)
    page.reload(frozenset())
    assert not page.model.complete
    far = str(page.ctx.store.value("SELECT uid FROM cadre WHERE staff_no = '0200'"))
    page.open_record(far)
    qtbot.waitUntil(lambda: page.table.current_uid() == far)
    assert page.model.rowCount() == 200


@pytest.mark.parametrize("points", [10, 16])
def test_every_widget_has_room(window: MainWindow, page: RosterPage, points: int) -> None:
    theme.apply(QApplication.instance(), dark=False, points=points)
    window.restyle()
    window.resize(theme.px(1180), theme.px(760))
    page.open_record(page.model.uid_at(0))
    QApplication.processEvents()
    assert cramped(page) == []
