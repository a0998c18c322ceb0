"""编入网格, 楼栋长, and the figures of a grid."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.base.errors import InvalidInput, Refused, Stale
from core.check import findings
from core.grid_assignment.card import grid_card
from core.grid_assignment.entities import ASSIGNMENTS, LEADS, save_assignment, save_lead
from core.grid_assignment.figures import grid_figures
from core.grid_assignment.leads import appoint_lead, end_lead
from core.grid_assignment.ops import assign, change_assignment, remove_assignment, unassign
from core.grid_assignment.queries import assignment_rows, balance, grid_of, lead_rows, unplaced, unplaced_count
from core.ledger import memory_ledger
from core.roster.ops import archive_cadre, save_cadre
from core.service_log.quota import quota_report
from core.sheet.plain import commit_plain, prepare_plain
from core.store import Store
from tests.core.grid_people import community, workbook
from tests.core.log_people import SIGNED, record
from tests.factory import people, visits


def stays(store: Store, cadre_uid: str) -> list[tuple[str, str, str]]:
    """(grid, first day, last day) of a person, oldest first."""
    rows = assignment_rows(store, cadre_uid=cadre_uid, current=False)
    return sorted(((row["grid"], row["from_on"], row["until_on"]) for row in rows), key=lambda one: one[1])


def test_a_move_ends_the_old_assignment_the_day_before_and_the_same_day_replaces() -> None:
    store, uids = community()
    with store.transact("编入") as tx:
        assert assign(tx, [uids["张伟"], uids["李娜"]], uids["第1网格"], from_on="2020-9-30").count == 2
        assign(tx, [uids["张伟"]], "", building_uid=uids["东苑3栋"], entrance="2单元", from_on="2020-11-01")
    assert stays(store, uids["张伟"]) == [
        ("第1网格", "2020-09-30", "2020-10-31"),
        ("第2网格", "2020-11-01", ""),
    ]
    (now,) = assignment_rows(store, cadre_uid=uids["张伟"])
    assert (now["estate"], now["building"], now["entrance"], now["method"]) == ("东苑", "3栋", "2单元", "HAND")
    with store.transact("改编") as tx:
        assign(tx, [uids["张伟"]], uids["第3网格"], from_on="2020-11-01")
    assert stays(store, uids["张伟"])[1:] == [("第3网格", "2020-11-01", "")]
    grid = grid_of(store, uids["张伟"], "2020-10-31")
    assert grid is not None
    assert grid["grid"] == "第1网格"
    assert grid_of(store, uids["张伟"], "2020-09-29") is None


def test_an_earlier_day_replaces_what_was_said_of_later_ones_and_says_so() -> None:
    store, uids = community()
    with store.transact("编入") as tx:
        assign(tx, [uids["张伟"]], uids["第1网格"], from_on="2020-09-30")
        done = assign(tx, [uids["张伟"]], uids["第2网格"], from_on="2020-08-01")
    assert stays(store, uids["张伟"]) == [("第2网格", "2020-08-01", "")]
    assert done.warnings == (
        "张伟（会计学院党委，工号0001）原来从2020年9月30日起编入第1网格，现在改为从2020年8月1日起按这次的算。",
    )


def test_the_same_place_again_changes_nothing_and_a_building_is_filled_in() -> None:
    store, uids = community()
    with store.transact("编入") as tx:
        assign(tx, [uids["张伟"]], uids["第1网格"], from_on="2020-09-30")
    with store.transact("再编入") as tx:
        again = assign(tx, [uids["张伟"]], uids["第1网格"])
    assert (again.count, again.left) == (0, ("张伟（会计学院党委，工号0001）已在第1网格，没有改动。",))
    assert tx.outcome.step is None
    with store.transact("填楼栋") as tx:
        assign(tx, [uids["张伟"]], uids["第1网格"], building_uid=uids["东苑2栋"])
    (row,) = assignment_rows(store, current=False)
    assert (row["building"], row["from_on"]) == ("2栋", "2020-09-30")


@pytest.mark.parametrize(
    ("grid", "building", "on", "key"),
    [
        ("第1网格", "东苑3栋", "", "building"),  # a building of another grid
        ("", "", "", "grid"),
        ("第1网格", "", "2020-12-01", "from_on"),  # tomorrow
        ("第1网格", "", "哪天", "from_on"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(grid: str, building: str, on: str, key: str) -> None:
    store, uids = community()
    with pytest.raises(InvalidInput) as problem, store.transact("编入") as tx:
        assign(tx, [uids["张伟"]], uids.get(grid, ""), building_uid=uids.get(building), from_on=on)
    assert list(problem.value.fields) == [key]


def test_who_has_left_is_refused_alone_and_left_out_of_a_batch() -> None:
    store, uids = community()
    with store.transact("调离") as tx:
        archive_cadre(tx, uids["李娜"], "2020-09-01", "调离")
    with pytest.raises(Refused, match=r"李娜.*调离"), store.transact("编入") as tx:
        assign(tx, [uids["李娜"]], uids["第1网格"])
    with store.transact("编入") as tx:
        done = assign(tx, [uids["李娜"], uids["张伟"]], uids["第1网格"])
    assert (done.count, len(done.left)) == (1, 1)


def test_leaving_a_grid_closes_the_assignment_and_undo_brings_it_back() -> None:
    store, uids = community()
    with store.transact("编入") as tx:
        assign(tx, [uids["张伟"]], uids["第1网格"], from_on="2020-09-30")
        assign(tx, [uids["李娜"]], uids["第1网格"])
    with store.transact("移出") as tx:
        done = unassign(tx, [uids["张伟"], uids["李娜"], uids["王老"]])
    assert (done.count, done.left) == (2, ("王老（离退休党委，工号0003）现在没有编入网格，没有改动。",))
    assert stays(store, uids["张伟"]) == [("第1网格", "2020-09-30", "2020-11-23")]
    assert stays(store, uids["李娜"]) == []  # it had begun today: it never was
    store.undo()
    assert len(assignment_rows(store)) == 2


def test_days_are_put_right_without_overlap() -> None:
    store, uids = community()
    with store.transact("编入") as tx:
        assign(tx, [uids["张伟"]], uids["第1网格"], from_on="2020-09-01")
        assign(tx, [uids["张伟"]], uids["第2网格"], from_on="2020-10-01")
    first, second = sorted(assignment_rows(store, current=False), key=lambda row: row["from_on"])
    with pytest.raises(InvalidInput, match="不能重叠"), store.transact("改") as tx:
        change_assignment(tx, first["uid"], {"until_on": "2020-10-05"})
    with store.transact("改") as tx:
        change_assignment(tx, second["uid"], {"from_on": "2020-10-10", "note": "本人申请"})
    assert stays(store, uids["张伟"])[1] == ("第2网格", "2020-10-10", "")
    with store.transact("删") as tx:
        remove_assignment(tx, second["uid"])
    assert stays(store, uids["张伟"]) == [("第1网格", "2020-09-01", "2020-09-30")]


def test_who_moves_away_from_his_squad_and_building_is_told() -> None:
    store, uids = community()
    with store.transact("编入") as tx:
        assign(tx, [uids["张伟"]], uids["第1网格"])
        appoint_lead(tx, uids["东苑1栋"], uids["张伟"])
        squad = tx.insert("squad", {"grid_uid": uids["第1网格"], "name": "一队"})
        tx.insert("squad_member", {"squad_uid": squad, "role": "CADRE", "cadre_uid": uids["张伟"]})
        told = assign(tx, [uids["张伟"]], uids["第2网格"]).warnings
    assert [("一队" in one, "东苑1栋" in one) for one in told] == [(True, False), (False, True)]


# -- 楼栋长 ---------------------------------------------------------------------------------------------------------


def test_a_new_lead_ends_the_old_one_and_a_term_goes_on() -> None:
    store, uids = community()
    with store.transact("任命") as tx:
        assign(tx, [uids["张伟"], uids["李娜"]], uids["第1网格"])
        assert appoint_lead(tx, uids["东苑1栋"], uids["张伟"], "2020-09-01", "2021-08-31") == ()
        told = appoint_lead(tx, uids["东苑1栋"], uids["李娜"], "2020-11-01")
    assert told == ("东苑1栋原来的楼栋长张伟任期到2020年10月31日为止。",)
    assert [(row["name"], row["until_on"]) for row in lead_rows(store, current=False)] == [
        ("张伟", "2020-10-31"),
        ("李娜", ""),
    ]
    with store.transact("续任") as tx:
        appoint_lead(tx, uids["东苑1栋"], uids["李娜"], "2020-11-20", "2021-10-31")
    (row,) = lead_rows(store)
    assert (row["from_on"], row["until_on"], row["grid"]) == ("2020-11-01", "2021-10-31", "第1网格")
    with store.transact("结束") as tx:
        end_lead(tx, row["uid"])
    assert lead_rows(store) == []


def test_leads_who_are_retired_elsewhere_or_lead_too_much_are_warned_about() -> None:
    store, uids = community()
    with store.transact("任命") as tx:
        save_cadre(tx, {"status": "RETIRED"}, uids["王老"])
        told = appoint_lead(tx, uids["东苑1栋"], uids["王老"])
        assign(tx, [uids["张伟"]], uids["第1网格"])
        for number in (2, 3, 4):
            last = appoint_lead(tx, uids[f"东苑{number}栋"], uids["张伟"])
    assert any("离退休" in one for one in told)
    assert any("没有编入东苑1栋所在的第1网格" in one for one in told)
    assert any("已任3栋楼的楼栋长" in one for one in last)
    with pytest.raises(InvalidInput, match="任期止早于"), store.transact("任命") as tx:
        appoint_lead(tx, uids["东苑5栋"], uids["张伟"], "2020-11-01", "2020-10-01")


def test_a_later_term_is_in_the_way() -> None:
    store, uids = community()
    with store.transact("任命") as tx:
        appoint_lead(tx, uids["东苑1栋"], uids["张伟"], "2020-12-01")
    with pytest.raises(InvalidInput, match="12月1日起由张伟"), store.transact("任命") as tx:
        appoint_lead(tx, uids["东苑1栋"], uids["李娜"], "2020-11-01")
    with store.transact("任命") as tx:
        appoint_lead(tx, uids["东苑1栋"], uids["李娜"], "2020-11-01", "2020-11-30")
    assert [row["name"] for row in lead_rows(store)] == ["李娜"]


# -- figures --------------------------------------------------------------------------------------------------------


def test_hours_by_home_grid_and_hours_served_in_a_grid_are_two_sums() -> None:
    store, uids = community()
    with store.transact("编入") as tx:
        save_cadre(tx, {"status": "RETIRED"}, uids["王老"])
        assign(tx, [uids["张伟"], uids["王老"]], uids["第1网格"], from_on="2020-09-01")
        assign(tx, [uids["李娜"]], uids["第2网格"], from_on="2020-09-01")
        appoint_lead(tx, uids["东苑1栋"], uids["张伟"])
        tx.insert("volunteer", {"name": "赵兰", "grid_uid": uids["第1网格"]})
    record(store, uids["张伟"], place="第3网格", **SIGNED)
    record(store, uids["李娜"], place="第1网格", start_at="09:00", end_at="10:00", **SIGNED)
    record(store, uids["李娜"], place="第1网格", start_at="11:00", end_at="12:00")  # waits: counts nothing
    record(store, uids["李娜"], place="第1网格", track="DISPATCHED", start_at="14:00", end_at="17:00", **SIGNED)
    first, second, third = (grid_figures(store, 2020)[uids[f"第{number}网格"]] for number in (1, 2, 3))
    assert (first.people, first.retired, first.times, first.minutes) == (1, 1, 1, 120)
    assert (first.served_times, first.served_minutes, first.duty_minutes) == (1, 60, 180)
    assert (first.buildings, first.led, first.share, first.households, first.volunteers) == (2, 1, 0.5, 80, 1)
    assert (second.minutes, second.served_minutes, third.minutes, third.served_minutes) == (60, 0, 0, 120)
    assert (first.below, second.below, third.below) == (1, 1, 0)  # 王老 is not assessed
    assert grid_figures(store, 2019)[uids["第1网格"]].minutes == 0
    first_row = balance(store)[0]
    assert (first_row["grid"], first_row["people"], first_row["share"]) == ("第1网格", 1, 0.5)


def test_people_below_the_minimum_are_those_of_the_years_report() -> None:
    store = memory_ledger()
    uids = people(store, 60)
    visits(store, 240)
    with store.transact("编入") as tx:
        grids = [tx.insert("grid", {"community_uid": "linked", "name": f"第{at}网格", "position": at}) for at in (1, 2)]
        tx.insert("evaluation", {"cadre_uid": uids[0], "year": 2020, "exempt_reason": "借调"})
        for at, uid in enumerate(uids):
            assign(tx, [uid], grids[at % 2])
        place = {"unit_uid": tx.value("SELECT unit_uid FROM cadre LIMIT 1"), "from_on": "2020-12-01"}
        assign(tx, [save_cadre(tx, {"name": "后来", **place})], grids[0])  # not there yet: below nothing
    for at, grid in enumerate(grids):
        rows = quota_report(store, 2020, cadre_uids=uids[at::2]).rows
        below = sum(row["status"] == "ACTIVE" and not row["exempt"] and not row["meets"] for row in rows)
        assert 0 < below < 30
        assert grid_figures(store, 2020)[grid].below == below


def test_the_card_of_a_grid() -> None:
    store, uids = community()
    with store.transact("编入") as tx:
        assign(tx, [uids["张伟"]], "", building_uid=uids["东苑1栋"])
        appoint_lead(tx, uids["东苑1栋"], uids["张伟"])
        worker = tx.insert("grid_worker", {"community_uid": "linked", "grid_uid": uids["第1网格"], "name": "吕莉"})
        squad = tx.insert("squad", {"grid_uid": uids["第1网格"], "name": "一队"})
        tx.insert("squad_member", {"squad_uid": squad, "role": "CADRE", "cadre_uid": uids["张伟"]})
        tx.insert("squad_member", {"squad_uid": squad, "role": "WORKER", "worker_uid": worker})
    card = grid_card(store, uids["第1网格"], 2020)
    assert (card.name, card.worker, card.squads[0]["members"]) == ("第1网格", "吕莉", "吕莉、张伟")
    assert [row["name"] for row in card.people] == ["张伟"]
    assert [row["building"] for row in card.leads] == ["1栋"]
    assert [row["name"] for row in card.buildings] == ["1栋", "2栋"]


def test_who_has_no_grid_yet_and_why() -> None:
    store, uids = community()
    with store.transact("名册") as tx:
        save_cadre(tx, {"community": "经院社区", "address": "3栋2单元501"}, uids["张伟"])
        save_cadre(tx, {"community": "康园社区", "address": "3栋"}, uids["李娜"])
        save_cadre(tx, {"community": "经院社区", "status": "RETIRED"}, uids["王老"])
    assert unplaced_count(store) == len(unplaced(store))
    assert [(row["name"], row["reason"]) for row in unplaced(store)] == [
        ("张伟", "住址没有写小区，3栋可能是东苑3栋，请选定。")
    ]
    with store.transact("报到") as tx:
        sent = {"track": "ASSIGNED", "community_uid": "linked", "checked_on": "2020-08-01", "written_on": "2020-08-01"}
        tx.insert("checkin", {"cadre_uid": uids["李娜"], **sent})
    assert [row["name"] for row in unplaced(store)] == ["张伟", "李娜"]
    assert unplaced(store, uids["离退休"]) == []


# -- sheets ---------------------------------------------------------------------------------------------------------


def test_a_sheet_of_assignments_comes_in_goes_unchanged_again_and_moves(tmp_path: Path) -> None:
    store, uids = community()
    head = ("工号", "姓名", "网格", "小区", "楼栋", "单元", "编入日期")
    rows = [
        ("0001", "张伟", "1网格", "东苑小区", "2＃", "1单元", "2020.9.30"),
        ("", "李娜", "", "东苑", "３号楼", "", "2020-9-30"),
        ("0003", "王老", "第1网格", "东苑", "3栋", "", ""),
        ("0009", "谁", "第1网格", "", "", "", ""),
        ("", "王老", "第9网格", "", "", "", ""),
    ]
    path = workbook(tmp_path / "编入.xlsx", head, rows)
    prepared = prepare_plain(store, ASSIGNMENTS, [path])
    assert [one["column"] for one in prepared.errors] == ["楼栋", "工号", "网格"]
    assert commit_plain(store, prepared, ASSIGNMENTS, skip_bad=True).step is not None
    found = {row["name"]: row for row in assignment_rows(store)}
    assert {name: (row["grid"], row["building"], row["method"]) for name, row in found.items()} == {
        "张伟": ("第1网格", "2栋", "IMPORT"),
        "李娜": ("第2网格", "3栋", "IMPORT"),
    }
    again = prepare_plain(store, ASSIGNMENTS, [workbook(tmp_path / "再.xlsx", head, rows[:2])])
    assert {one.outcome.value for one in again.plan.rows} == {"unchanged"}
    moved = workbook(tmp_path / "调整.xlsx", ("姓名", "网格"), [("张伟", "第3网格"), ("李娜", "第2网格")])
    commit_plain(store, prepare_plain(store, ASSIGNMENTS, [moved]), ASSIGNMENTS)
    assert stays(store, uids["张伟"]) == [("第1网格", "2020-09-30", "2020-11-23"), ("第3网格", "2020-11-24", "")]
    assert findings(store) == []


def test_a_form_moves_a_person_or_puts_the_day_right() -> None:
    store, uids = community()
    with store.transact("编入") as tx:
        uid = save_assignment(tx, None, {"cadre_uid": uids["张伟"], "estate": "东苑", "building": "1栋"})
        assert save_assignment(tx, uid, {"from_on": "2020-09-01", "note": "补"}) == uid
    assert stays(store, uids["张伟"]) == [("第1网格", "2020-09-01", "")]
    with store.transact("改") as tx:
        moved = save_assignment(tx, uid, {"building": "3栋", "from_on": "2020-10-01"})
    assert moved != uid
    assert stays(store, uids["张伟"])[1] == ("第2网格", "2020-10-01", "")
    with pytest.raises(InvalidInput, match="没有写小区"), store.transact("编入") as tx:
        save_assignment(tx, None, {"name": "李娜", "building": "3栋"})


def test_a_sheet_of_leads_comes_in_and_another_name_begins_a_term(tmp_path: Path) -> None:
    store, _uids = community()
    head = ("小区", "楼栋", "楼栋长", "任期起", "任期止")
    path = workbook(tmp_path / "楼栋长.xlsx", head, [("东苑", "1栋", "张伟", "2020-9-1", "2021-8-31")])
    commit_plain(store, prepare_plain(store, LEADS, [path]), LEADS)
    (row,) = lead_rows(store)
    assert (row["name"], row["until_on"]) == ("张伟", "2021-08-31")
    other = workbook(tmp_path / "换人.xlsx", head, [("东苑小区", "1#", "李娜", "2020-11-1", "")])
    commit_plain(store, prepare_plain(store, LEADS, [other]), LEADS)
    assert [(one["name"], one["until_on"]) for one in lead_rows(store, current=False)] == [
        ("张伟", "2020-10-31"),
        ("李娜", ""),
    ]
    with store.transact("改") as tx:
        (now,) = lead_rows(tx)
        save_lead(tx, now["uid"], {"from_on": "2020-11-10", "until_on": "2021-10-31"})
    (now,) = lead_rows(store)
    assert (now["from_on"], now["until_on"]) == ("2020-11-10", "2021-10-31")


def test_a_closed_grid_takes_nobody() -> None:
    store, uids = community()
    with store.transact("撤并", merging=True) as tx:
        tx.update("grid", uids["第3网格"], {"archived_on": "2020-10-01"})
    with pytest.raises(Stale, match="撤并"), store.transact("编入") as tx:
        assign(tx, [uids["张伟"]], uids["第3网格"])
    assert stays(store, uids["张伟"]) == []
