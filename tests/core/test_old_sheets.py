"""An old sheet sent again: what has ended stays ended, what began later stands, and a clean check never fails whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from core.base.errors import InvalidInput
from core.entities import PLAIN
from core.grid_assignment.entities import ASSIGNMENTS, LEADS, save_assignment, save_lead
from core.grid_assignment.ops import unassign
from core.grid_assignment.queries import assignment_rows, lead_rows
from core.place.entities import WORKERS
from core.place.ops import end_worker, save_worker
from core.place.queries import workers
from core.roster.ops import archive_cadre
from core.roster.volunteers import VOLUNTEERS, end_volunteer, save_volunteer, volunteer_rows
from core.sheet.importing import Prepared
from core.sheet.plain import PlainEntity, commit_plain, prepare_plain
from core.store import Store
from core.store.tables import RECORDED
from core.team.entities import SQUAD_MEMBERS, SQUADS, save_member
from core.team.ops import end_squad
from core.team.queries import squad_members, squad_rows
from tests.core.grid_people import community, workbook

Row = Sequence[object]
GRID = ("工号", "姓名", "网格", "编入日期")
LEAD = ("小区", "楼栋", "姓名", "任期起")


@pytest.fixture
def ledger() -> tuple[Store, dict[str, str]]:
    return community()


def check(store: Store, folder: Path, entity: PlainEntity, head: Row, *rows: Row) -> Prepared:
    return prepare_plain(store, entity, [workbook(folder / "旧表.xlsx", head, rows)])


def told(prepared: Prepared) -> list[tuple[str, str]]:
    """Outcome and what is said, row by row."""
    return [
        (row.outcome.value, "".join([*row.remarks, *(fault.message for fault in row.faults)]))
        for row in prepared.plan.rows
    ]


def do(store: Store, act: Any, *given: Any) -> Any:
    with store.transact("一步") as tx:
        return act(tx, *given)


def test_an_ended_assignment_is_not_reopened(ledger: tuple[Store, dict[str, str]], tmp_path: Path) -> None:
    store, uids = ledger
    do(store, save_assignment, None, {"name": "张伟", "grid": "第1网格", "from_on": "2020-03-01"})
    do(store, unassign, [uids["张伟"]], "2020-06-30")
    for day in ("2020-03-01", "2020-05-01", ""):  # as it was, another day within it, no day at all
        ((outcome, text),) = told(prepared := check(store, tmp_path, ASSIGNMENTS, GRID, ("0001", "张伟", "一", day)))
        assert outcome == "unchanged" and "第1网格在台账里已经结束（最后一天2020年6月30日），没有改动" in text
        assert "请把编入日期写成那以后的日期" in text
        assert commit_plain(store, prepared, ASSIGNMENTS).step is None
    assert assignment_rows(store) == []
    again = check(store, tmp_path, ASSIGNMENTS, GRID, ("0001", "张伟", "一", "2020-09-01"))
    commit_plain(store, again, ASSIGNMENTS)
    assert [(row["grid"], row["from_on"]) for row in assignment_rows(store)] == [("第1网格", "2020-09-01")]


def test_an_old_sheet_does_not_wipe_out_where_somebody_is_now(
    ledger: tuple[Store, dict[str, str]], tmp_path: Path
) -> None:
    store, _uids = ledger
    do(store, save_assignment, None, {"name": "张伟", "grid": "第1网格", "from_on": "2020-03-01"})
    do(store, save_assignment, None, {"name": "张伟", "grid": "第2网格", "from_on": "2020-09-01"})
    before = assignment_rows(store, current=False)
    rows = [("0001", "张伟", "一", "2020-03-01"), ("0002", "李娜", "一", "2020-03-01")]
    prepared = check(store, tmp_path, ASSIGNMENTS, GRID, *rows)
    assert [outcome for outcome, _ in told(prepared)] == ["unchanged", "new"]
    ((outcome, text),) = told(check(store, tmp_path, ASSIGNMENTS, GRID, ("0001", "张伟", "三", "2020-04-01")))
    assert outcome == "wrong" and "2020年3月1日至2020年8月31日编在第1网格" in text and "请核对编入日期" in text
    ((outcome, text),) = told(check(store, tmp_path, ASSIGNMENTS, GRID, ("0001", "张伟", "二", "2020-08-01")))
    assert outcome == "wrong" and "编在第1网格" in text  # the first day alone, put into another stay
    commit_plain(store, prepared, ASSIGNMENTS)
    assert [row for row in assignment_rows(store, current=False) if row["name"] == "张伟"] == before


def test_a_departed_volunteer_does_not_come_a_second_time(ledger: tuple[Store, dict[str, str]], tmp_path: Path) -> None:
    store, _uids = ledger
    uid = do(store, save_volunteer, None, {"name": "王芳", "phone": "13800000001", "from_on": "2020-01-01"})
    do(store, end_volunteer, uid, "2020-06-30")
    head = ("姓名", "手机", "住址", "加入日期")
    ((outcome, text),) = told(
        check(store, tmp_path, VOLUNTEERS, head, ("王芳", "13800000001", "东苑2栋", "2020-01-01"))
    )
    assert (
        outcome == "unchanged"
        and "已经结束（最后一天2020年6月30日）" in text
        and "表里写得不一样的住址也没有改" in text
    )
    ((outcome, _text),) = told(check(store, tmp_path, VOLUNTEERS, head, ("王芳", "13800000001", "", "")))
    assert outcome == "unchanged" and volunteer_rows(store) == []
    back = check(store, tmp_path, VOLUNTEERS, head, ("王芳", "13800000001", "", "2020-09-01"))
    commit_plain(store, back, VOLUNTEERS)
    assert [row["from_on"] for row in volunteer_rows(store)] == ["2020-09-01"]


def test_an_old_sheet_of_leads_is_told_row_by_row(ledger: tuple[Store, dict[str, str]], tmp_path: Path) -> None:
    store, uids = ledger
    do(store, save_lead, None, {"estate": "东苑", "building": "1栋", "name": "张伟", "from_on": "2020-01-01"})
    do(store, save_lead, None, {"estate": "东苑", "building": "1栋", "name": "李娜", "from_on": "2020-05-01"})
    old = [("东苑", "1栋", "张伟", "2020-01-01"), ("东苑", "2栋", "张伟", "2020-01-01")]
    prepared = check(store, tmp_path, LEADS, LEAD, *old)
    (first, text), (second, _) = told(prepared)
    assert (first, second) == ("unchanged", "new") and "张伟在台账里已经结束（最后一天2020年4月30日）" in text
    commit_plain(store, prepared, LEADS)
    assert [(row["building"], row["name"]) for row in lead_rows(store)] == [("1栋", "李娜"), ("2栋", "张伟")]
    ((outcome, text),) = told(check(store, tmp_path, LEADS, LEAD, ("东苑", "1栋", "王老", "2020-02-01")))
    assert outcome == "wrong" and "东苑1栋从2020年5月1日起由李娜任楼栋长" in text and "请写明那之前的任期止" in text
    do(store, archive_cadre, uids["张伟"], "2020-09-01", "调离")
    ((outcome, text), *_) = told(check(store, tmp_path, LEADS, LEAD, *old[:1]))
    assert outcome == "unchanged" and "已经结束" in text  # who has left since was a lead then
    ((outcome, text),) = told(check(store, tmp_path, LEADS, LEAD, ("东苑", "3栋", "张伟", "")))
    assert outcome == "wrong" and "已于2020-09-01归档" in text


def test_ended_workers_squads_and_members_stay_ended(ledger: tuple[Store, dict[str, str]], tmp_path: Path) -> None:
    store, _uids = ledger
    uid = do(store, save_worker, None, {"name": "吕莉", "grid": "第1网格", "from_on": "2020-01-01"})
    member = {"grid": "第1网格", "squad": "一队", "role": "WORKER", "name": "吕莉", "from_on": "2020-02-01"}
    do(store, save_member, None, member)
    do(store, end_squad, store.value("SELECT uid FROM squad"), "2020-06-30")
    do(store, end_worker, uid, "2020-06-30")
    for entity, head, row in (
        (WORKERS, ("姓名", "网格", "任职日期", "备注"), ("吕莉", "1", "2020-01-01", "组长")),
        (SQUADS, ("网格", "小分队", "组建日期"), ("1", "一队", "2020-02-01")),
        (SQUAD_MEMBERS, ("网格", "小分队", "角色", "姓名", "加入日期"), ("1", "一队", "网格员", "吕莉", "2020-02-01")),
    ):
        ((outcome, text),) = told(prepared := check(store, tmp_path, entity, head, row))
        assert outcome == "unchanged" and "已经结束（最后一天2020年6月30日）" in text, entity.spec.kind
        commit_plain(store, prepared, entity)
    assert workers(store) == squad_rows(store) == squad_members(store) == []
    head = ("网格", "小分队", "角色", "姓名", "加入日期")
    ((outcome, text),) = told(
        check(store, tmp_path, SQUAD_MEMBERS, head, ("1", "二队", "网格员", "吕莉", "2020-09-01"))
    )
    assert outcome == "wrong" and "吕莉已于2020-06-30退出，不能加入小分队" in text


def test_what_ends_is_declared_for_every_plain_entity_whose_table_says_so() -> None:
    ending = {"until_on", "ended_on"}
    for entity in PLAIN.values():
        has = ending & set(entity.spec.keys)
        assert bool(has) == (entity.validity is not None), entity.spec.kind
        if entity.validity is not None:
            assert {entity.validity.begins, entity.validity.ends} <= set(entity.spec.keys)
    assert {entity.spec.table for entity in PLAIN.values()} <= {one.name for one in RECORDED}


@pytest.mark.parametrize("until", ["2021-01-31", "2020-02-01"])
def test_a_day_that_cannot_end_a_stay_is_told_in_the_check(
    ledger: tuple[Store, dict[str, str]], tmp_path: Path, until: str
) -> None:
    store, _uids = ledger
    head = (*GRID, "编入截止")
    ((outcome, text),) = told(check(store, tmp_path, ASSIGNMENTS, head, ("0001", "张伟", "一", "2020-03-01", until)))
    assert outcome == "wrong" and "编入截止" in text
    with pytest.raises(InvalidInput):
        do(
            store,
            save_assignment,
            None,
            {"name": "张伟", "grid": "第1网格", "from_on": "2020-03-01", "until_on": until},
        )
