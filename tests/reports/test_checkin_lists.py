"""报到情况一览表, 催报名单 and 报送台账: the same figures as the ledger, every table with 统计口径 and 截至."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.base.errors import Refused
from core.checkin.status import absent_rows, checkin_status
from core.org.ops import add_unit
from core.store import Store
from core.submission.ops import prepare_year, receive
from reports.kit.page import MM
from reports.printing import print_form
from tests.reports import page_boxes, pdfa_check
from tests.reports.community import community
from tests.reports.samples import page_texts

MARGINS = page_boxes.Margins(left=23.9 * MM, top=20 * MM, right=23.9 * MM, bottom=8 * MM)

Book = tuple[Store, dict[str, str], list[str]]


def clean(path: Path) -> list[str]:
    """Check the file and every glyph against every rule, return the page texts."""
    assert pdfa_check.findings(path) == []
    assert [str(one) for one in page_boxes.inspect(path, margins=MARGINS, clearance=1.2)] == []
    return page_texts(path)


@pytest.fixture
def book() -> Book:
    return community()


def test_the_table_adds_up_and_says_how_it_counts(book: Book, tmp_path: Path) -> None:
    store, _, _ = book
    status = checkin_status(store)
    total = status.total
    assert total.due == total.checked + total.absent and total.checked == total.on_time + total.late and total.exempt
    done = print_form(store, "checkin_status", year=2020, out=tmp_path)
    (page,) = clean(done.files[0])
    numbers = (total.due, total.checked, total.on_time, total.late, total.absent)
    assert f"合计{''.join(map(str, numbers))}{100 * total.checked / total.due:.1f}%" in page
    assert f"{total.assigned}{total.exempt}{total.exempt_checked}" in page and done.people == total.due
    assert "统计口径：应报到为截至日在职的党员干部" in page and "截至日期：2020年11月24日" in page
    early = print_form(store, "checkin_status", year=2020, as_of="2020-08-05", by="branch", out=tmp_path)
    (page,) = clean(early.files[0])
    assert "截至日期：2020年8月5日" in page and "教工第一党支部" in page and "（未编入支部）" in page
    later = print_form(store, "checkin_status", year=2019, out=tmp_path)
    (page_of_2019,) = clean(later.files[0])
    assert "2019年8月10日及以前报到的为按期" in page_of_2019 and "截至日期：2019年12月31日" in page_of_2019
    assert early.files[0].name == "2020_报到情况一览表（按党支部）.pdf"


def test_the_list_of_who_is_missing_by_unit(book: Book, tmp_path: Path) -> None:
    store, _, _ = book
    absent = absent_rows(store)
    done = print_form(store, "checkin_missing", year=2020, out=tmp_path)
    (page,) = clean(done.files[0])
    assert done.people == len(absent) and all(row["name"] in page for row in absent)
    assert f"共{len(absent)}人" in page and "应于2020年8月10日前报到" in page
    split = print_form(store, "checkin_missing", year=2020, split_unit=True, out=tmp_path)
    assert len(split.files) == len({row["unit_uid"] for row in absent}) and split.people == len(absent)
    masked = print_form(store, "checkin_missing", year=2020, public=True, out=tmp_path)
    assert absent[0]["phone"] not in page_texts(masked.files[0])[0] and absent[0]["phone"] in page
    with store.transact("报到") as tx:
        for row in absent:
            home = {"cadre_uid": row["uid"], "track": "HOME", "community_uid": "linked", "checked_on": "2020-09-01"}
            tx.insert("checkin", {**home, "written_on": "2020-09-01"})
    with pytest.raises(Refused, match="没有可打印的内容"):
        print_form(store, "checkin_missing", year=2020, out=tmp_path)


def test_the_ledger_of_what_was_sent(book: Book, tmp_path: Path) -> None:
    store, _, _ = book
    with pytest.raises(Refused, match="还没有报送事项"):
        print_form(store, "submission_list", year=2020, out=tmp_path)
    with store.transact("报送") as tx:
        add_unit(tx, {"name": "法学院党委"})
        prepare_year(tx, 2020)
        task = tx.value("SELECT uid FROM submission_task WHERE name = '信息采集表'")
        unit = tx.value("SELECT uid FROM unit WHERE name = '机关党委'")
        receive(tx, task, unit, None, {"sent_on": "2020-08-20", "sender": "李四", "form": "纸质"})
    done = print_form(store, "submission_list", year=2020, out=tmp_path)
    pages = clean(done.files[0])
    first = next(page for page in pages if "“信息采集表”报送台账" in page)
    assert "机关党委逾期2020年8月20日1李四纸质" in first and "未报送4个、按期0个、逾期1个" in first
    assert "截止日期：2020年8月10日" in first and all("截至日期：" in page for page in pages)
    missing = print_form(store, "submission_list", year=2020, by="missing", unit="机关党委", out=tmp_path)
    assert missing.files[0].name == "2020_报送台账（未报送）.pdf"
    assert not any("“信息采集表”" in page for page in clean(missing.files[0]))
