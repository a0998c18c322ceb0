"""待确认清单: numbered, printed, ticked in by range, taken back; what changed since printing is not ticked in."""

from __future__ import annotations

import pytest

from core.base.errors import InvalidInput, Refused
from core.service_log.model import VisitFilter
from core.service_log.ops import change_visit, confirm_visits, void_visits
from core.service_log.queries import visit_rows, waiting_by_community
from core.service_log.sheets import (
    confirm_range,
    make_sheet,
    numbers_text,
    parse_numbers,
    sheet,
    sheet_list,
    sheet_rows,
    take_back_range,
)
from core.store import Store
from tests.core.log_people import ledger, record


def _printed() -> tuple[Store, list[str]]:
    """Seven waiting records, printed three to a page on 2020-001."""
    store, uids = ledger()
    made = []
    for number in range(7):
        day = f"2020-11-{18 + number // 3:02d}"
        name = ("张伟", "李娜", "王老")[number % 3]
        made.append(record(store, uids[name], served_on=day, content=f"服务{number}").uid)
    record(store, uids["张伟"], community="康园社区", start_at="08:00", end_at="09:00")
    with store.transact("生成清单") as tx:
        make_sheet(tx, "经院社区", 2020, rows_per_page=3)
    return store, made


def _states(store: Store) -> list[str]:
    return [line.visit["state"] for line in sheet_rows(store, "2020-001") if line.visit]


def test_rows_are_numbered_by_page_and_row() -> None:
    store, _ = _printed()
    lines = sheet_rows(store, "2020-001")
    assert [(one.number, one.page, one.row) for one in lines[:4]] == [(1, 1, 1), (2, 1, 2), (3, 1, 3), (4, 2, 1)]
    assert len(lines) == 7 and lines[6].page == 3
    days = [one.visit["served_on"] for one in lines if one.visit]
    assert days == sorted(days)


def test_a_range_is_ticked_in_and_the_record_knows_where_it_was_signed() -> None:
    store, _ = _printed()
    with store.transact("确认") as tx:
        done = confirm_range(tx, "2020-001", "1-3，5", "陈书记", on="2020-11-24")
    assert len(done.uids) == 4 and done.left == ()
    assert _states(store) == ["CONFIRMED"] * 3 + ["WAITING", "CONFIRMED", "WAITING", "WAITING"]
    (row,) = [
        one
        for one in visit_rows(store, VisitFilter(sheet_no="2020-001"))
        if one["sheet_row"] == 2 and one["sheet_page"] == 2
    ]
    assert (row["sheet_no"], row["confirmed_by"], row["confirmed_on"]) == ("2020-001", "陈书记", "2020-11-24")
    (found,) = sheet_list(store, 2020)
    assert (found["printed"], found["ticked"]) == (7, 4)
    with store.transact("确认") as tx:
        again = confirm_range(tx, "2020-001", "3-4", "陈书记")
    assert len(again.uids) == 1 and again.left == ("第3号（王老）已经确认过，没有确认。",)


def test_a_wrong_range_is_taken_back() -> None:
    store, made = _printed()
    with store.transact("确认") as tx:
        confirm_range(tx, "2020-001", "全部", "陈书记", on="2020-11-24")
    with store.transact("取消确认") as tx:
        done = take_back_range(tx, "2020-001", "2-7")
    assert len(done.uids) == 6
    assert _states(store) == ["CONFIRMED"] + ["WAITING"] * 6
    row = store.one("SELECT confirmed_by, sheet_uid FROM visit WHERE uid = ?", (made[-1],))
    assert row == {"confirmed_by": "", "sheet_uid": None}
    with store.transact("取消确认") as tx:
        assert take_back_range(tx, "2020-001", "2").left == ("第2号（李娜）没有经这张清单确认，没有取消确认。",)


def test_lines_changed_void_or_confirmed_elsewhere_are_left_and_said() -> None:
    store, _ = _printed()
    at = {one.number: one.visit["uid"] for one in sheet_rows(store, "2020-001") if one.visit}
    with store.transact("改动") as tx:
        change_visit(tx, at[1], {"end_at": "17:00"})
        void_visits(tx, [at[2]], "重复")
        confirm_visits(tx, [at[3]], "服务对象", "居民张某")
        change_visit(tx, at[4], {"note": "与签字无关"})
    with store.transact("确认") as tx:
        done = confirm_range(tx, "2020-001", "1-4", "陈书记")
    assert done.uids == (at[4],)
    assert [one.split("）")[1] for one in done.left] == [
        "打印后改过内容，签字不是签这一条，请重新打印，没有确认。",
        "现在是作废，没有确认。",
        "现在是已确认，没有确认。",
    ]
    with store.transact("取消确认") as tx:
        assert (
            take_back_range(tx, "2020-001", "3").uids == ()
        )  # confirmed by another way: not this sheet's to take back


def test_the_next_sheet_holds_only_what_stands_on_none() -> None:
    store, made = _printed()
    with pytest.raises(Refused), store.transact("生成清单") as tx:
        make_sheet(tx, "经院社区", 2020)
    with store.transact("改动") as tx:
        change_visit(tx, made[0], {"end_at": "17:00"})
    with store.transact("生成清单") as tx:
        uid = make_sheet(tx, "经院社区", 2020)
    assert store.value("SELECT sheet_no FROM confirm_sheet WHERE uid = ?", (uid,)) == "2020-002"
    assert [one.visit["uid"] for one in sheet_rows(store, "2020-002") if one.visit] == [made[0]]
    with store.transact("重新印入") as tx:
        make_sheet(tx, "经院社区", 2020, again=True)
    assert len(sheet_rows(store, "2020-003")) == 7
    waiting = waiting_by_community(store, 2020)
    assert [(one["community"], one["waiting"], one["unprinted"]) for one in waiting] == [
        ("经院社区", 7, 0),
        ("康园社区", 1, 1),
    ]


def test_numbers_go_on_past_999() -> None:
    store, _ = _printed()
    with store.transact("旧清单") as tx:
        tx.insert(
            "confirm_sheet",
            {"sheet_no": "2020-999", "year": 2020, "community": "x", "made_on": "2020-01-01", "rows_per_page": 15},
        )
    for expected in ("2020-1000", "2020-1001"):
        with store.transact("生成清单") as tx:
            uid = make_sheet(tx, "经院社区", 2020, again=True)
        assert store.value("SELECT sheet_no FROM confirm_sheet WHERE uid = ?", (uid,)) == expected


@pytest.mark.parametrize("text", ["", "0", "8", "5-3", "一到三", "1-8", "x"])
def test_numbers_that_do_not_stand_on_the_sheet_are_refused(text: str) -> None:
    store, _ = _printed()
    with pytest.raises(InvalidInput), store.transact("确认") as tx:
        confirm_range(tx, "2020-001", text, "陈书记")
    with pytest.raises(InvalidInput):
        sheet(store, "2020-999")


def test_numbers_as_people_write_them() -> None:
    assert parse_numbers("1-3, 5，7～8、10", 12) == [1, 2, 3, 5, 7, 8, 10]
    assert parse_numbers("全部", 3) == [1, 2, 3]


def test_nothing_waits() -> None:
    store, _ = ledger()
    with pytest.raises(Refused), store.transact("生成清单") as tx:
        make_sheet(tx, "经院社区", 2020)


def test_a_copy_numbers_its_sheets_by_its_device_and_the_office_goes_on_counting_its_own() -> None:
    store, _ = _printed()
    office = {
        "uid": "office",
        "number": 3,
        "name": "湖北经济学院",
        "kind": "OFFICE",
        "out_on": "2020-08-01",
        "key": "00",
    }
    with store.transact("成为带出的数据") as tx:
        tx.insert("peer", office)
        made = [make_sheet(tx, "经院社区", 2020, again=True) for _ in range(2)]
    numbers = [store.value("SELECT sheet_no FROM confirm_sheet WHERE uid = ?", (uid,)) for uid in made]
    assert numbers == ["2020-3-001", "2020-3-002"]
    with store.transact("确认") as tx:
        done = confirm_range(tx, "2020-3-001", "1-2", "王书记")
    assert len(done.uids) == 2
    assert {row["sheet_no"]: row["ticked"] for row in sheet_list(store, 2020)} == {
        "2020-3-002": 0,
        "2020-3-001": 2,
        "2020-001": 0,
    }
    with store.transact("回到办公室") as tx:  # what came with a packet of the copy is not the office's count
        tx.delete("peer", "office")
        last = make_sheet(tx, "经院社区", 2020, again=True)
    assert store.value("SELECT sheet_no FROM confirm_sheet WHERE uid = ?", (last,)) == "2020-002"


def test_numbers_are_written_as_people_type_them() -> None:
    assert numbers_text([15, 1, 2, 3, 7]) == "1-3,7,15"
    assert parse_numbers(numbers_text([1, 2, 4]), 9) == [1, 2, 4]
