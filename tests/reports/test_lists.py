"""Lists on A4 across: columns by content, the same sums as the ledger, nothing cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.base.errors import Refused
from core.ledger import memory_ledger
from core.roster.model import CADRE
from core.roster.queries import RosterFilter, cadre_rows
from core.service_log.model import VISIT
from core.service_log.queries import VisitFilter, visit_rows
from core.service_log.quota import quota_report
from core.store import Store
from reports.column_widths import Measure, fitted
from reports.kit.fonts import typeface
from reports.kit.page import MM
from reports.kit.text import break_lines
from reports.lists import ListColumn, ListData, draw, list_of, mask
from reports.printing import print_form, print_list
from tests.factory import people, visits
from tests.reports import page_boxes, pdfa_check
from tests.reports.samples import LONG_NAME, LONG_UNIT, SENTENCE, page_texts, printed

MARGINS = page_boxes.Margins(left=23.9 * MM, top=20 * MM, right=23.9 * MM, bottom=8 * MM)


def clean(path: Path) -> list[str]:
    """Check the file and every glyph against every rule, return the page texts."""
    assert pdfa_check.findings(path) == []
    assert [str(one) for one in page_boxes.inspect(path, margins=MARGINS, clearance=1.2)] == []
    return page_texts(path)


@pytest.fixture
def book() -> Store:
    store = memory_ledger()
    people(store, 40)
    visits(store, 120)
    return store


def test_the_roster_by_unit_with_repeated_heads(book: Store, tmp_path: Path) -> None:
    done = print_form(book, "roster_list", year=2020, out=tmp_path)
    assert [one.name for one in done.files] == ["2020-11-24_花名册.pdf"] and done.people == 40
    pages = clean(done.files[0])
    assert len(pages) == done.pages == 2
    for number, page in enumerate(pages, 1):
        assert "政治面貌" in page and "统计口径：名册中未归档的党员干部，共40人，其中在职" in page
        assert "截至日期：2020年11月24日" in page and f"第{number}页共{len(pages)}页" in page
    assert "13800000002" in "".join(pages)


def test_in_public_nothing_personal_is_printed(book: Store, tmp_path: Path) -> None:
    done = print_form(book, "roster_list", year=2020, public=True, by_stroke=True, out=tmp_path)
    whole = "".join(clean(done.files[0]))
    assert "按姓氏笔画为序" in whole and "138****0001" in whole and "已隐去" in whole
    for words in ("13800000001", "出生年月", "藏龙社区"):
        assert words not in whole
    order = [row["name"] for row in cadre_rows(book, RosterFilter(), "stroke")]
    assert whole.index(order[0]) < whole.index(order[-1])
    assert (mask("13812345678"), mask("027-81973000"), mask("81973"), mask("")) == (
        "138****5678",
        "027*****3000",
        "***73",
        "",
    )


def test_a_list_for_each_unit(book: Store, tmp_path: Path) -> None:
    done = print_form(book, "roster_list", year=2020, split_unit=True, out=tmp_path)
    names = [one.name for one in done.files]
    assert len(names) == 4 and "2020-11-24_花名册_机关党委.pdf" in names
    (page,) = page_texts(next(one for one in done.files if "机关" in one.name))
    assert "单位：机关党委" in page and "二级单位党组织" not in page
    assert done.people == 40


def test_the_sums_are_those_of_the_ledger(book: Store, tmp_path: Path) -> None:
    report = quota_report(book, 2020, as_of="2020-11-24")
    total = report.total
    done = print_form(book, "service_summary", year=2020, out=tmp_path)
    (page,) = clean(done.files[0])
    assert f"全校{total.people}{total.met}{total.going}{total.behind}" in page and done.people == total.people
    listed = print_form(book, "quota_list", year=2020, out=tmp_path)
    whole = "".join(clean(listed.files[0]))
    assert listed.people == len(report.rows) and whole.count("未达标（差") == sum(
        not row["meets"] and not row["exempt"] for row in report.rows
    )
    short = print_form(book, "shortfall_list", year=2020, out=tmp_path)
    assert short.people == whole.count("未达标（差") and "至少3次、不少于12小时" in "".join(clean(short.files[0]))
    early = print_form(book, "quota_list", year=2020, as_of="2020-03-31", out=tmp_path)
    assert "截至日期：2020年3月31日" in page_texts(early.files[0])[0]


def test_named_people_only(book: Store, tmp_path: Path) -> None:
    done = print_form(book, "quota_list", year=2020, cadres=["0004", "0005"], out=tmp_path)
    assert done.people == 2


def test_long_texts_grow_their_rows_and_are_never_cut(tmp_path: Path) -> None:
    columns = (
        ListColumn("序号", whole=True), ListColumn("姓名", name=True), ListColumn("单位"), ListColumn("日期", whole=True),
        ListColumn("内容", "left"),
    )  # fmt: skip
    rows = tuple((str(n), LONG_NAME, LONG_UNIT, "2020年11月24日", SENTENCE * (n % 5)) for n in range(1, 30))
    path = printed(
        tmp_path / "a.pdf",
        lambda sheets: draw(ListData("清单", columns, rows, "单位：全校", SENTENCE * 3, "2020-11-24"), sheets),
    )
    whole = "".join(clean(path))
    assert whole.count(LONG_NAME) == 29 and whole.count(LONG_UNIT) == 29 and whole.count("2020年11月24日") > 29


def test_any_entity_prints_from_its_field_spec(book: Store, tmp_path: Path) -> None:
    fields = [one for one in VISIT.fields if one.shown and one.key != "confirmed_by"]
    columns, cells = list_of(fields, visit_rows(book, VisitFilter(year=2020), limit=30))
    done = print_list(book, ListData("服务纪实", columns, cells), tmp_path, "服务纪实_待确认")
    assert [one.name for one in done.files] == ["服务纪实_待确认.pdf"] and done.people == 30
    first = clean(done.files[0])[0]
    assert "时间性质" in first and "业余时间" in first and "2020年11月" in first


def test_too_many_columns_are_refused_in_words(book: Store, tmp_path: Path) -> None:
    columns, cells = list_of(CADRE.fields, cadre_rows(book, RosterFilter()))
    with pytest.raises(Refused, match="请少选几列"):
        printed(tmp_path / "a.pdf", lambda sheets: draw(ListData("名册", columns, cells), sheets))


def test_twenty_rows_of_one_line_stand_on_a_page(book: Store, tmp_path: Path) -> None:
    for form in ("roster_list", "quota_list", "shortfall_list"):
        done = print_form(book, form, year=2020, out=tmp_path / form)
        assert done.pages == -(-done.people // 20), form


def test_columns_are_as_wide_as_what_stands_in_them() -> None:
    units = ["经济与贸易学院党委", "信息管理学院党总支", "会计学院党委"]
    rows = [(str(n), "", units[n % 3], "未达标（差1次、6.5小时）", "13812345678") for n in range(200)]
    wanted = [Measure("序号", whole=True), Measure("备　　注"), Measure("二级单位党组织"), Measure("是否达标"),
              Measure("手机", whole=True)]  # fmt: skip
    found = fitted(wanted, rows, 249.0)
    assert found and found[0] == 10.5 and sum(found[1]) == pytest.approx(249.0)
    assert found[1][1] > 2 * found[1][0], "the empty column is for the pen"
    size, widths = fitted(wanted, rows, 110.0) or (0.0, [])
    assert widths[4] >= 11 * size * 0.5 / MM and sum(widths) == pytest.approx(110.0)
    assert widths[2] > widths[1], "an empty column gives way before one whose cells would be broken"
    assert fitted(wanted, rows, 40.0) is None


def test_one_long_name_does_not_take_the_room_of_all_other_columns() -> None:
    rows = [("张三", "经济与贸易学院党委国际贸易系教工党支部")] * 100 + [(LONG_NAME, "机关党委")]
    _, widths = fitted([Measure("姓名", name=True), Measure("党支部")], rows, 90.0) or (0.0, [0.0, 0.0])
    assert widths[1] > widths[0]


@pytest.mark.parametrize("text", ["3次", "12.5小时", "1,089 KB", "第3网格", "2020年8月3日", "20人次", "D20050132"])
def test_a_number_and_its_unit_are_never_parted(text: str) -> None:
    face = typeface("body")
    for width in range(int(face.width(text, 10)) + 11, 120, 3):  # with its comma
        lines = [line.text for line in break_lines(f"全年共有{text}，另有{text}，其余{text}。", face, 10, width)]
        assert "".join(lines).count(text) == sum(line.count(text) for line in lines) == 3


def test_a_list_of_a_past_year_carries_the_day_of_its_figures_not_that_of_printing(
    book: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = (
        "quota_list", "service_summary", "evaluation_summary", "checkin_status", "unit_figures", "overview_table",
    )  # fmt: skip
    for form in forms:
        now = page_texts(print_form(book, form, year=2020, out=tmp_path / form).files[0])[0]
        assert "制表日期：2020年11月24日" in now, form
    monkeypatch.setenv("XCJS_TODAY", "2021-03-05")
    for form in forms:
        past = page_texts(print_form(book, form, year=2020, out=tmp_path / form / "2021").files[0])[0]
        assert "制表日期" not in past and past.count("截至日期：2020年12月31日") == 2, form
