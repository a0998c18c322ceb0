"""《待确认清单》 as printed: page and row are those of the ledger, whatever the length of the texts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.base.errors import InvalidInput, Refused
from core.roster.ops import save_cadre
from core.service_log.sheets import confirm_range, make_sheet, sheet_rows
from core.store import Store
from reports.confirm_sheet import ConfirmSheetData, SheetRow, collect_confirm_sheet, draw
from reports.kit.page import MM
from reports.printing import check_form, print_form
from tests.core.log_people import ledger, record
from tests.reports import page_boxes, pdfa_check
from tests.reports.samples import LONG_NAME, LONG_UNIT, SENTENCE, page_texts, printed

MARGINS = page_boxes.Margins(left=19.9 * MM, top=10 * MM, right=19.9 * MM, bottom=5 * MM)
ROW = SheetRow(
    1, 1, 1, "张三", "D20050132", "经济与贸易学院党委", "2020-11-20", "14:00—16:30", 150,
    place="第3网格", category="联系服务群众", content="入户走访独居老人，登记生活需求。",
)  # fmt: skip


def sheet_of(*rows: SheetRow, rows_per_page: int = 15) -> ConfirmSheetData:
    """The rows numbered as the ledger does."""
    numbered = tuple(
        replace(row, number=at + 1, page=at // rows_per_page + 1, row=at % rows_per_page + 1)
        for at, row in enumerate(rows)
    )
    return ConfirmSheetData("2020-017", 2020, "经院社区", "2020-11-24", rows_per_page, numbered)


def make(path: Path, data: ConfirmSheetData) -> list[str]:
    """Print, check the file and every glyph against every rule, return the page texts."""
    printed(path, lambda sheets: draw(data, sheets))
    assert pdfa_check.findings(path) == []
    assert [str(one) for one in page_boxes.inspect(path, margins=MARGINS, clearance=1.2)] == []
    return page_texts(path)


def test_rows_stand_on_the_page_the_ledger_says(tmp_path: Path) -> None:
    pages = make(tmp_path / "a.pdf", sheet_of(*[ROW] * 32))
    assert len(pages) == 3
    for page, (first, last) in zip(pages, ((1, 15), (16, 30), (31, 32)), strict=True):
        assert f"第{first}号至第{last}号属实" in page and "清单编号：2020-017" in page
        assert f"{first}第1行" in page and f"{last}第{last - first + 1}行" in page
        assert page.count("张三") == last - first + 1
        assert "统计口径：" in page and "截至日期：2020年11月24日" in page
    assert "（以下空白）" in pages[2] and "（以下空白）" not in pages[0]


def test_rows_a_page_of_another_number(tmp_path: Path) -> None:
    assert len(make(tmp_path / "a.pdf", sheet_of(*[ROW] * 21, rows_per_page=10))) == 3
    assert len(make(tmp_path / "b.pdf", sheet_of(*[ROW] * 21, rows_per_page=17))) == 2
    with pytest.raises(Refused, match="每页行数太多"):
        make(tmp_path / "c.pdf", sheet_of(*[ROW] * 60, rows_per_page=60))


def test_a_long_row_takes_room_from_short_ones(tmp_path: Path) -> None:
    rows = [replace(ROW, content=SENTENCE, name=LONG_NAME), *[ROW] * 14]
    (page,) = make(tmp_path / "a.pdf", sheet_of(*rows))
    assert SENTENCE in page and LONG_NAME in page and page.count("第15行") == 1
    (last,) = make(tmp_path / "b.pdf", sheet_of(*[replace(ROW, content=SENTENCE * 2)] * 3))
    assert last.count(SENTENCE) == 6 and "（以下空白）" in last


def test_what_is_too_long_is_printed_whole_on_a_further_page(tmp_path: Path) -> None:
    huge = (SENTENCE * 20)[:600]
    worst = replace(
        ROW,
        name=LONG_NAME,
        unit=LONG_UNIT,
        place="经院社区党群服务中心二楼多功能会议室",
        content=huge,
        times="22:00—次日1:00",
    )
    pages = make(tmp_path / "a.pdf", sheet_of(*[worst] * 15, ROW))
    assert "全文见附页" in pages[0] and "张三" in pages[1] and "附页" in pages[2]
    annex = "".join(pages[2:])
    assert annex.count(f"{LONG_NAME}（续）") == 15
    assert sum(page.count("困难家庭") for page in pages[2:]) >= 15 * (huge.count("困难家庭") - 1)
    assert all(f"第{number}页共{len(pages)}页" in page for number, page in enumerate(pages, 1))


@pytest.fixture
def waiting() -> tuple[Store, dict[str, str]]:
    store, uids = ledger()
    record(store, uids["张伟"])
    record(store, uids["李娜"], served_on="2020-11-21", start_at="22:00", end_at="01:00", next_day=True)
    record(store, uids["王老"], served_on="2020-11-22", start_at="", end_at="", minutes=90, track="DISPATCHED")
    with store.transact("清单") as tx:
        make_sheet(tx, "经院社区", 2020)
    return store, uids


def test_the_sheet_says_what_the_ledger_says(waiting: tuple[Store, dict[str, str]]) -> None:
    store, uids = waiting
    first, second, third = collect_confirm_sheet(store, "2020-001").rows
    assert (first.times, first.minutes, first.place, first.unit) == ("14:00—16:00", 120, "第3网格", "会计学院党委")
    assert second.times == "22:00—次日1:00"
    assert (third.times, third.minutes, third.dispatched) == ("", 90, True)
    stored = [(line.number, line.page, line.row) for line in sheet_rows(store, "2020-001")]
    assert [(one.number, one.page, one.row) for one in (first, second, third)] == stored
    with store.transact("确认") as tx:
        confirm_range(tx, "2020-001", "1", "陈书记")
    with store.transact("改名") as tx:
        save_cadre(tx, {"name": "李娜娜"}, uids["李娜"])
        tx.update("visit", tx.value("SELECT uid FROM visit WHERE cadre_uid = ?", (uids["王老"],)), {"minutes": 120})
    first, second, third = collect_confirm_sheet(store, "2020-001").rows
    assert first.ticked and second.name == "李娜娜" and "重新打印" in third.problem
    assert [one.text for one in check_form(store, "confirm_sheet", year=2020)] == [f"第3号（王老）{third.problem}。"]


def test_sheets_that_still_wait_are_printed(waiting: tuple[Store, dict[str, str]], tmp_path: Path) -> None:
    store, _ = waiting
    done = print_form(store, "confirm_sheet", year=2020, out=tmp_path)
    assert ([one.name for one in done.files], done.pages, done.people) == (["待确认清单_2020-001_经院社区.pdf"], 1, 3)
    with store.transact("确认") as tx:
        confirm_range(tx, "2020-001", "全部", "陈书记")
    with pytest.raises(Refused, match="没有待签字的待确认清单"):
        print_form(store, "confirm_sheet", year=2020, out=tmp_path)
    again = print_form(store, "confirm_sheet", year=2020, sheet="2020-001", out=tmp_path)
    assert page_texts(again.files[0])[0].count("已确认") == 3
    with pytest.raises(Refused, match="不能按单位或人员打印"):
        print_form(store, "confirm_sheet", year=2020, cadres=["0001"], out=tmp_path)
    with pytest.raises(InvalidInput, match="没有编号为“2020-099”"):
        print_form(store, "confirm_sheet", year=2020, sheet="2020-099", out=tmp_path)
