"""半年报告, 年度工作报告, 考核数据表, 结果运用表 and 现实表现材料: clean pages with the ledger's own figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.reporting import half_year, yearly
from core.reporting.unit_figures import total, unit_figures
from core.roster.membership import move
from core.store import Store
from reports.collect_reporting import collect_performances, collect_yearly
from reports.document import Bars, Document, Grid, Heading, Paragraph, draw
from reports.kit.page import MM
from reports.printing import print_form
from tests.factory import visits
from tests.reports import page_boxes, pdfa_check
from tests.reports.community import community
from tests.reports.samples import page_texts

UPRIGHT = page_boxes.Margins(left=27.9 * MM, top=14 * MM, right=19.9 * MM, bottom=8 * MM)
ACROSS = page_boxes.Margins(left=23.9 * MM, top=20 * MM, right=23.9 * MM, bottom=8 * MM)


@pytest.fixture
def store() -> Store:
    one, _, _ = community()
    visits(one, 160)
    return one


def clean(path: Path, margins: page_boxes.Margins) -> list[str]:
    """Check the file against every rule, return the page texts."""
    assert pdfa_check.findings(path) == []
    assert [str(one) for one in page_boxes.inspect(path, margins=margins, clearance=0.9)] == []
    return page_texts(path)


def uids(store: Store) -> list[str]:
    return [row[0] for row in store.tuples("SELECT uid FROM cadre WHERE status = 'ACTIVE' ORDER BY staff_no")]


@pytest.mark.parametrize(
    ("day", "half"), [("2020-07-10", "上半年"), ("2020-12-22", "下半年"), ("2021-01-15", "下半年")]
)
def test_the_half_year_printed_is_the_one_reported_today(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: str, half: str
) -> None:
    monkeypatch.setenv("XCJS_TODAY", day)
    done = print_form(store, "half_year_report", year=2020, uids=uids(store)[:1], out=tmp_path)
    assert done.files[0].name.startswith(f"2020{half}_")


def test_table_and_chart_of_a_unit_call_its_own_line_the_same(store: Store) -> None:
    uid, unit = store.tuples("SELECT uid, unit_uid FROM cadre WHERE status = 'ACTIVE' ORDER BY staff_no LIMIT 1")[0]
    with store.transact("未编入支部") as tx:
        move(tx, uid, unit, None)
    blocks = collect_yearly(store, 2020, unit).blocks
    (table, _kinds), (_months, met) = ([one for one in blocks if isinstance(one, kind)] for kind in (Grid, Bars))
    assert [name for name, _value in met.items] == [row[0] for row in table.rows[:-1]]
    assert met.items[-1][0] == "（本级）"


def test_the_half_year_form_prints_what_was_edited_else_the_log(store: Store, tmp_path: Path) -> None:
    first, other = uids(store)[:2]
    with store.transact("起草") as tx:
        (uid,) = half_year.draft(tx, [first], 2020, 1).made
        half_year.edit(tx, uid, {"main_work": "本人自己写的一段话。", "review": "差距在走访少。"})
    done = print_form(store, "half_year_report", year=2020, uids=[first, other], by="1", out=tmp_path)
    (mine,), (theirs,) = (clean(one, UPRIGHT) for one in done.files)
    assert "本人自己写的一段话。" in mine and "差距在走访少。" in mine and "2020年上半年" in mine
    row = half_year.report_rows(store, 2020, 1, cadre_uids=[other])[0]
    assert f"{row['log_times']} 次" in theirs or f"{row['log_times']}次" in theirs
    blank = print_form(store, "half_year_report", year=2020, uids=[first], by="2", blank=True, out=tmp_path)
    (page,) = clean(blank.files[0], UPRIGHT)
    assert "2020年下半年" in page and "本人自己写的" not in page


def test_the_yearly_report_holds_text_tables_and_charts(store: Store, tmp_path: Path) -> None:
    with store.transact("起草") as tx:
        yearly.draft_report(tx, 2020)
    whole = total(unit_figures(store, 2020))
    text = "".join(clean(print_form(store, "yearly_report", year=2020, out=tmp_path).files[0], UPRIGHT))
    assert "一、工作概况" in text and "六、下一步打算" in text and "表1" in text and "图1" in text
    assert f"应报到{whole.due}人" in text and "统计口径：" in text and f"{100 * whole.checked / whole.due:.1f}%" in text


def test_the_lists_fit_their_page(store: Store, tmp_path: Path) -> None:
    (page,) = clean(print_form(store, "unit_figures", year=2020, out=tmp_path).files[0], ACROSS)
    whole = total(unit_figures(store, 2020))
    assert f"{whole.checked}/{whole.due}" in page and f"{whole.met}/{whole.people}" in page
    unit = unit_figures(store, 2020)[0].unit_uid
    (page,) = clean(print_form(store, "unit_figures", year=2020, unit=unit, out=tmp_path).files[0], ACROSS)
    assert "教工第一党支部" in page
    done = print_form(store, "results_table", year=2022, uids=uids(store)[:3], by="3", out=tmp_path)
    text = "".join(clean(done.files[0], ACROSS))
    assert "2021" in text and "2022" in text and done.people == 9
    done = print_form(store, "results_table", year=2020, uids=uids(store)[:3], by="3", out=tmp_path)
    assert done.people == 3 and "2019" not in "".join(page_texts(done.files[0]))  # nobody was asked before 2020


def test_the_note_is_one_page_of_facts(store: Store, tmp_path: Path) -> None:
    done = print_form(store, "performance_note", year=2020, uids=uids(store)[:2], by="3", out=tmp_path)
    for path in done.files:
        (page,) = clean(path, UPRIGHT)
        assert "同志下沉社区现实表现材料" in page and "2020年：业余时间服务" in page


def test_the_date_below_is_the_day_of_the_figures_not_of_printing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = uids(store)[:1]

    def dates() -> list[tuple[str, str]]:
        made = (collect_yearly(store, 2020), *collect_performances(store, person, [2020]))
        return [(one.closing[-1], one.notes[-1].partition("：")[2]) for one in made]

    assert dates() == [("2020年11月24日",) * 2] * 2
    monkeypatch.setenv("XCJS_TODAY", "2021-03-02")
    assert dates() == [("2020年12月31日",) * 2] * 2
    (note,) = collect_performances(store, person, [2020, 2021])  # its last year still runs
    assert note.closing[-1] == "2021年3月2日"


def test_a_document_shrinks_to_keep_to_one_page_and_else_goes_on(tmp_path: Path) -> None:
    from reports.kit.batch import Job, write_files

    def pages(count: int, *, one_page: bool) -> int:
        text = "清理楼道堆物和小广告，入户走访独居老人，了解用药和生活困难。" * count
        data = Document("材料", (Heading("一、情况"), Paragraph(text)), one_page=one_page, form="performance_note")
        job = Job("材料", f"{count}{one_page}.pdf", "材料", lambda sheets: draw(data, sheets))
        return write_files([job], tmp_path).pages

    assert (pages(24, one_page=False), pages(24, one_page=True), pages(90, one_page=True)) == (2, 1, 2)


def test_a_long_note_in_word_gets_smaller_type_and_each_begins_a_page(tmp_path: Path) -> None:
    import docx

    from reports.docx_report import write_docx

    text = "清理楼道堆物和小广告，入户走访独居老人，了解用药和生活困难。"
    few, many = (
        Document("材料", (Heading("一、情况"), Paragraph(text * count)), one_page=True, form="performance_note")
        for count in (3, 30)
    )
    write_docx([few, many], tmp_path / "材料.docx")
    lines = docx.Document(str(tmp_path / "材料.docx")).paragraphs
    sizes = [one.runs[0].font.size.pt for one in lines if one.text.startswith("清理")]
    assert sizes[0] == 14 and 9 <= sizes[1] < 14
    assert [one.paragraph_format.page_break_before for one in lines if one.text == "材料"] == [False, True]
