"""打印中心: what a form offers, the page drawn, the check, files by the child process, cancelling, the printer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from core.evaluation.ops import draft_main_work, save_evaluation
from core.ledger import create_ledger, memory_ledger
from core.store import Store
from reports.spec import Gap
from tests.conftest import Dialogs, let_settle, type_text
from tests.core.log_people import SIGNED, record
from tests.factory import people, visits
from tests.reports.community import community
from tests.reports.exchange_rows import copies, merged
from tests.ui.conftest import context_of
from tests.ui.page_room import cramped
from ui.context import Context
from ui.headless.jobs import JOBS
from ui.kit import theme
from ui.kit.pdf_pages import PdfPages
from ui.pages.print_centre import PrintPage
from ui.pages.print_centre_options import Options
from ui.pages.print_centre_work import Order, draw_pdf

QUICK = {"iterations": 1, "lanes": 1, "memory_kib": 64}


@pytest.fixture
def ledger() -> Iterator[Store]:
    """Twelve people with some records, in memory."""
    store = memory_ledger()
    people(store, 12)
    visits(store, 24)
    yield store
    store.close()


@pytest.fixture
def page(dressed: Any, qtbot: Any, ledger: Store) -> Iterator[PrintPage]:
    """The page on the ledger in memory, shown."""
    ctx = context_of(ledger)
    ctx.year = 2020
    yield from shown(ctx, qtbot)


def shown(ctx: Context, qtbot: Any) -> Iterator[PrintPage]:
    made = PrintPage(ctx)
    qtbot.addWidget(made)
    made.resize(1300, 800)
    made.show()
    with qtbot.waitExposed(made):
        pass
    made.reload(frozenset())
    yield made
    ctx.tasks.close()


def ready(page: PrintPage, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: not page._timer.isActive(), timeout=5000)
    qtbot.waitUntil(lambda: "正在" not in page.check.words.text() and page.preview.view.count > 0, timeout=20000)


def uids_of(store: Store) -> list[str]:
    return [row[0] for row in store.tuples("SELECT uid FROM cadre ORDER BY staff_no")]


def test_the_first_page_of_a_real_form_stands_at_the_right(page: PrintPage, qtbot: Any) -> None:
    ready(page, qtbot)
    assert page.catalogue.current() == "handbook"
    assert page.preview.view.count >= 8  # a whole book
    assert page.footer() == "纪实手册 · 12 人"
    page.catalogue.choose("evaluation")
    qtbot.waitUntil(lambda: page.preview.view.count == 2, timeout=20000)


def test_empty_parts_are_left_out_by_choice_and_the_choice_is_remembered(
    page: PrintPage, dressed: Any, qtbot: Any
) -> None:
    ready(page, qtbot)
    whole = page.preview.view.count
    assert not page.options.skip_empty.isHidden() and not page.options.skip_empty.isChecked()
    page.options.skip_empty.setChecked(True)
    qtbot.waitUntil(lambda: 0 < page.preview.view.count < whole, timeout=20000)
    assert page.options.order("handbook").job(Path())["skip_empty"] is True
    page.options.blank.setChecked(True)  # to be carried: all parts, with more pages for the pen
    qtbot.waitUntil(lambda: page.preview.view.count > whole, timeout=20000)
    again = Options(page.ctx)
    qtbot.addWidget(again)
    assert again.skip_empty.isChecked()
    type_text(page.options.issued, "20200815")
    assert page.options.order("handbook").issued_on == "2020-08-15"
    page.catalogue.choose("evaluation")
    assert page.options.skip_empty.isHidden() and page.options._issued_row.isHidden()


def test_only_the_options_a_form_knows_are_offered(page: PrintPage) -> None:
    assert not page.options.blank.isHidden() and not page.options._extra_row.isHidden()
    page.catalogue.choose("evaluation")
    assert page.options._extra_row.isHidden()
    page.catalogue.choose("handbook_pages")
    assert page.options.blank.isHidden() and page.options._day_row.isHidden()
    disabled = {command.id: command.disabled for command in page.commands()}
    assert disabled["blank"] == "这张表没有空白的样式。" and not disabled["print"]


def test_the_check_says_what_is_missing_of_whom_and_opens_the_person(page: PrintPage, qtbot: Any) -> None:
    page.catalogue.choose("evaluation")
    ready(page, qtbot)
    qtbot.waitUntil(lambda: page.check.list.count() > 0, timeout=10000)
    store = page.ctx.store
    bare = store.one("SELECT uid, name FROM cadre WHERE community = ''")
    lines = {page.check.list.item(at).text(): page.check.list.item(at) for at in range(page.check.list.count())}
    item = next(item for words, item in lines.items() if bare["name"] in words and "0011" in words)
    assert "其余照常打印" in page.check.words.text()
    with qtbot.waitSignal(page.ctx.wanted) as asked:
        page.check.list.itemActivated.emit(item)
    assert asked.args[:2] == ["roster", bare["uid"]]


def test_a_text_that_contradicts_the_figures_is_asked_about_and_drafted_anew(
    page: PrintPage, qtbot: Any, dialogs: Dialogs
) -> None:
    store = page.ctx.store
    uid = str(
        store.value("SELECT cadre_uid FROM visit_tally WHERE year = 2020 AND state = 'CONFIRMED' AND times LIMIT 1")
    )
    with store.transact("生成") as tx:
        draft_main_work(tx, [uid], 2020)
    drafted = str(store.value("SELECT main_work FROM evaluation"))
    with store.transact("手写") as tx:
        save_evaluation(tx, uid, 2020, {"main_work": drafted + "\n我自己的话。"})
    record(store, uid, served_on="2020-10-07", start_at="05:00", end_at="06:00", late_reason="补", **SIGNED)
    printed: list[str] = []
    page._print = lambda: printed.append("印")  # type: ignore[method-assign]
    page.apply_filter(form="evaluation", uids=[uid])
    dialogs.expect("不了")
    page.print_now()  # before the check is done: it waits for it, then asks
    qtbot.waitUntil(lambda: page.check.redraft.isVisible() and not dialogs.waiting, timeout=20000)
    assert printed == [] and "1 人的文字与数字不一致" in page.check.words.text()
    dialogs.expect("照旧打印")
    page.print_now()
    qtbot.waitUntil(lambda: printed == ["印"], timeout=5000)
    shown: list[str] = []

    def agree(dialog: Any) -> None:
        shown.append(dialog.changes.toPlainText())
        dialog.accept()

    dialogs.expect(agree)
    page.check.redraft.click()
    qtbot.waitUntil(lambda: bool(shown), timeout=20000)
    assert "删去" in shown[0] and "换上" in shown[0] and "保留　我自己的话。" in shown[0]
    assert str(store.value("SELECT main_work FROM evaluation")).endswith("\n我自己的话。")
    page.reload(frozenset({"evaluation"}))
    ready(page, qtbot)
    qtbot.waitUntil(lambda: page._gaps is not None, timeout=20000)
    assert page.check.redraft.isHidden()
    page.print_now()
    assert printed == ["印", "印"]


def test_people_are_handed_over_added_by_typing_and_taken_out(page: PrintPage, qtbot: Any) -> None:
    uids = uids_of(page.ctx.store)
    page.apply_filter(cadre_uids=tuple(uids[:2]), form="evaluation")
    assert page.options.whom.people.uids() == tuple(uids[:2]) and page.catalogue.current() == "evaluation"
    page.options.whom.picker.setFocus()
    type_text(page.options.whom.picker, "0005")
    qtbot.keyClick(page.options.whom.picker, Qt.Key.Key_Return)
    assert page.options.whom.people.uids() == (uids[0], uids[1], uids[4])
    assert page.options.whom.picker.text() == ""
    page.options.whom.people.setCurrentRow(0)
    qtbot.keyClick(page.options.whom.people, Qt.Key.Key_Delete)
    assert page.options.whom.people.uids() == (uids[1], uids[4])
    page.options.whom.clear.click()
    page.look()
    assert "还没有选人" in page.check.words.text()
    assert {command.id: command.disabled for command in page.commands()}["print"].startswith("还没有选人")


def test_a_unit_is_handed_over(page: PrintPage, qtbot: Any) -> None:
    unit = page.ctx.store.value("SELECT uid FROM unit ORDER BY position LIMIT 1")
    page.apply_filter(unit_uid=unit)
    assert page.options.order("handbook").unit == unit and page.options.order("handbook").uids is None
    qtbot.waitUntil(lambda: page.footer() == "纪实手册 · 4 人", timeout=20000)


@pytest.fixture
def placed(dressed: Any, qtbot: Any) -> Iterator[tuple[PrintPage, dict[str, str]]]:
    """The page on a ledger with grids and check-ins, and uids by name."""
    store, uids, _ = community()
    ctx = context_of(store)
    ctx.year = 2020
    for page in shown(ctx, qtbot):
        yield page, uids
    store.close()


def test_a_grid_or_a_community_is_chosen_where_the_form_can_be_asked_for_it(
    placed: tuple[PrintPage, dict[str, str]], qtbot: Any
) -> None:
    page, uids = placed
    whom = page.options.whom
    page.apply_filter(form="evaluation", grid_uid=uids["网格2"])
    order = page.options.order("evaluation")
    assert (order.grid, order.unit, order.community, order.uids) == (uids["网格2"], "", "", None)
    qtbot.waitUntil(lambda: page.footer() == "考核评价表 · 9 人", timeout=20000)
    page.apply_filter(community="藏龙岛街道藏龙社区")
    assert page.options.order("evaluation").community == "藏龙岛街道藏龙社区"
    assert "grid" not in page.options.order("evaluation").job(Path("x"))
    page.catalogue.choose("grid_notice")  # made of grids: only those can be chosen, and all of them
    assert whom.all.isHidden() and whom.some.isHidden() and whom.by_grid.isChecked()
    assert (whom.grid.itemText(0), page.options.order("grid_notice").grid) == ("全部网格", uids["网格2"])
    page.catalogue.choose("grid_map")
    assert whom.isHidden() and not page.options._way_row.isHidden() and not page.options._paper_row.isHidden()
    page.options.way.setCurrentIndex(page.options.way.findData("leads"))
    page.options.paper.setCurrentIndex(1)
    order = page.options.order("grid_map")
    assert (order.by, order.paper, order.grid, order.unit) == ("leads", "A3", "", "")
    assert order.job(Path("x"))["paper"] == "A3"
    qtbot.waitUntil(lambda: page.preview.view.count == 1, timeout=20000)
    page.apply_filter(cadre_uids=["x"])  # people: a form that is not made for people gives way
    assert page.spec.id == "handbook"


def test_a_form_by_grid_says_so_while_there_is_no_grid(page: PrintPage) -> None:
    page.catalogue.choose("evaluation")
    page.options.whom.by_grid.setChecked(True)
    assert "还没有网格" in page.options.why_not()


def test_a_wrong_page_number_is_said_beside_its_field(page: PrintPage) -> None:
    page.options.pages.setText("3-")
    page.options.pages.editingFinished.emit()
    assert not page.options.wrong.isHidden() and "3,5-6" in page.options.wrong.text()
    page.options.pages.setText("2，4-5")
    page.options.pages.editingFinished.emit()
    assert page.options.wrong.isHidden()


def test_the_whole_order_is_drawn_as_one_document_for_the_printer(ledger: Store) -> None:
    uids = tuple(uids_of(ledger)[:3])
    seen: list[int] = []
    drawn = draw_pdf(ledger, Order("evaluation", 2020, uids=uids, duplex=True), lambda done, _total: seen.append(done))
    assert (drawn.people, drawn.pages, seen) == (3, 6, [1, 2, 3])
    assert len(PdfPages(drawn.content)) == 6
    one = draw_pdf(ledger, Order("evaluation", 2020, uids=uids, pages="2"))
    assert (one.people, one.pages) == (3, 3)


def test_a_character_no_font_has_is_said_before_and_printed_as_a_box(
    page: PrintPage, ledger: Store, qtbot: Any
) -> None:
    uid = str(ledger.value("SELECT uid FROM cadre ORDER BY staff_no LIMIT 1"))
    with ledger.transact("改名") as tx:
        tx.update("cadre", uid, {"name": "张𫚉"})
    drawn = draw_pdf(ledger, Order("evaluation", 2020, uids=(uid,)))
    assert (drawn.people, drawn.problems) == (1, ()) and "“𫚉”（U+2B689）在第1页“张𫚉" in drawn.boxed[0]
    gap = Gap(uid, "张𫚉（0001）", boxes="字体里没有“𫚉”（U+2B689），将印成方框：请手写。")
    page.check.show_gaps(6, [gap])
    assert "1 人有字体里没有的字，印成方框，其余照常打印" in page.check.words.text()
    assert page.check.list.item(0).toolTip() == gap.text


def test_a_list_for_each_unit_begins_on_a_page_of_its_own(ledger: Store) -> None:
    whole = draw_pdf(ledger, Order("roster_list", 2020))
    parted = draw_pdf(ledger, Order("roster_list", 2020, split_unit=True))
    assert (whole.pages, parted.pages, whole.people, parted.people) == (1, 4, 12, 12)


def test_the_blank_form_is_a_click_away(page: PrintPage, qtbot: Any) -> None:
    ready(page, qtbot)
    page.toggle_blank()
    assert page.options.order("handbook").blank
    ready(page, qtbot)


def test_printing_asks_for_the_printer_with_every_page(page: PrintPage, dialogs: Any, qtbot: Any) -> None:
    page.apply_filter(form="evaluation", uids=uids_of(page.ctx.store)[:2])
    ready(page, qtbot)
    met: list[tuple[int, str]] = []
    dialogs.expect(lambda dialog: (met.append((dialog.maxPage(), dialog.windowTitle())), dialog.reject()))
    page.print_now()
    qtbot.waitUntil(lambda: bool(met), timeout=20000)
    assert met == [(4, "打印：2020年度考核评价表")]


@pytest.fixture
def on_disk(dressed: Any, tmp_path: Path, qtbot: Any) -> Iterator[PrintPage]:
    """The page on a ledger in a folder: the child process opens it by its key."""
    store, _code = create_ledger(tmp_path / "台账", "一个测试口令", org_name="湖北经济学院", year=2020, cost=QUICK)
    people(store, 6)
    ctx = context_of(store)
    ctx.year = 2020
    yield from shown(ctx, qtbot)
    store.close()


def test_files_are_written_by_the_child_and_the_order_names_nobody(
    on_disk: PrintPage, tmp_path: Path, qtbot: Any
) -> None:
    page = on_disk
    uids = uids_of(page.ctx.store)
    page.apply_filter(form="evaluation", uids=uids[:3])
    ready(page, qtbot)
    order = page.options.order("evaluation")
    job = str(order.job(tmp_path))
    assert all(name not in job for (name,) in page.ctx.store.tuples("SELECT name FROM cadre"))
    page.save_to(order, tmp_path / "打印")
    qtbot.waitUntil(lambda: page.check.saved.isVisible(), timeout=30000)
    made = sorted((tmp_path / "打印" / "2020年度考核评价表").glob("*.pdf"))
    assert len(made) == 3
    assert "3 人" in page.check.saved.words.text()
    assert page.check.saved.folder == tmp_path / "打印" / "2020年度考核评价表"
    assert not list((tmp_path / "打印").rglob("*.part"))


def test_cancelling_kills_the_child_and_clears_the_half_file(on_disk: PrintPage, tmp_path: Path, qtbot: Any) -> None:
    page = on_disk
    ready(page, qtbot)
    out = tmp_path / "打印"
    task = page.save_to(page.options.order("handbook"), out)
    half = out / "2020年度纪实手册" / "写到一半.pdf.part"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"%PDF")
    task.cancel()
    qtbot.waitUntil(lambda: not task.running, timeout=10000)
    assert not half.exists()


def test_the_job_prints_without_a_window(ledger: Store, tmp_path: Path) -> None:
    order = Order("evaluation", 2020, uids=tuple(uids_of(ledger)[:4]), merged=True, split_unit=True)
    done = JOBS["print"](ledger, order.job(tmp_path), lambda *_: None)
    assert done["people"] == 4
    assert sorted(Path(one).parent for one in done["files"]) == [tmp_path] * len(done["files"])
    assert 1 < len(done["files"]) <= 4  # one for each unit


@pytest.mark.parametrize("points", [10, 16])
def test_nothing_is_cut_off(page: PrintPage, dressed: Any, qtbot: Any, points: int) -> None:
    ready(page, qtbot)
    theme.apply(dressed, dark=False, points=points)
    page.resize(1000 if points == 10 else 1412, 900)
    for form in page.specs:
        page.catalogue.choose(form)
        let_settle()
        assert cramped(page) == [], form
        assert page.options.width() <= page._scroll.viewport().width(), form


def test_papers_about_data_given_out_ask_which(page: PrintPage, ledger: Store, qtbot: Any) -> None:
    page.apply_filter(form="handover_sheet")
    assert page.options.why_not() == "还没有带出过数据。"
    copies(ledger)
    merged(ledger)
    page.reload(frozenset())
    assert [page.options.which.itemText(at) for at in range(page.options.which.count())] == [
        "在外的每一份",
        "1　笔记本1",
        "2　会计学院党委",
    ]
    page.apply_filter(form="handover_sheet", which="p2")
    assert page.options.order("handover_sheet").which == "p2"
    ready(page, qtbot)
    page.apply_filter(form="merge_report")
    assert page.options.order("merge_report").which == "in-3" and not page.options.why_not()
    assert not page.options._which_row.isHidden() and page.options._sheet_row.isHidden()
    page.apply_filter(form="peer_list")
    assert page.options._which_row.isHidden()


def test_the_empty_box_of_the_day_says_the_day_of_the_figures(page: PrintPage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert page.options.as_of.placeholderText().startswith("今天")
    monkeypatch.setenv("XCJS_TODAY", "2021-01-05")
    page.options.load()
    assert page.options.as_of.placeholderText().startswith("2020年12月31日")
