"""报到情况: 应报到 = 已报到 + 未报到 in every line and in all, as of any day, and who is to be reminded."""

from __future__ import annotations

import sys
from collections import Counter

import pytest

from core.checkin.model import CheckinDraft
from core.checkin.ops import check_in_group, end_checkins
from core.checkin.status import (
    Count,
    Status,
    absent_count,
    absent_rows,
    checkin_status,
    due_date,
    people_on,
    reminder_text,
    reminders,
)
from core.ledger import memory_ledger
from core.org.ops import add_contact
from core.org.settings import set_settings
from core.roster.ops import archive_cadre, save_cadre
from core.store import Store
from tests.core.log_people import ledger
from tests.core.roster_sheets import sample, take
from tests.factory import people


def come(store: Store, cadre_uids: list[str], day: str, track: str = "HOME", community: str = "经院社区") -> list[str]:
    with store.transact("报到") as tx:
        return list(check_in_group(tx, cadre_uids, CheckinDraft("", track, day, community)).made)


def figures(one: Count) -> tuple[int, ...]:
    return one.due, one.on_time, one.late, one.absent, one.assigned, one.exempt, one.exempt_checked


@pytest.fixture(scope="module")
def sample_ledger() -> Store:
    """The shipped rosters; of everybody in turn: on time, late, sent besides, not at all."""
    store = memory_ledger()
    take(store, *(sample(f"0{number}") for number in range(1, 6)), skip_bad=True)
    everybody = [row[0] for row in store.tuples("SELECT uid FROM cadre ORDER BY staff_no, uid")]
    come(store, everybody[::4], "2020-08-10")
    come(store, everybody[1::4], "2020-08-11")
    come(store, everybody[::5], "2020-08-09", "ASSIGNED", "")
    with store.transact("归档") as tx:
        for uid in everybody[::50]:
            archive_cadre(tx, uid, "2020-11-01", "调离")
    return store


@pytest.mark.parametrize("as_of", ["", "2020-08-10", "2020-10-31", "2020-07-01"])
@pytest.mark.parametrize("track", ["HOME", "ASSIGNED"])
def test_the_sample_adds_up_in_every_line_and_in_all(sample_ledger: Store, as_of: str, track: str) -> None:
    store = sample_ledger
    status = checkin_status(store, as_of, track)
    for one in (*status.units, *status.branches, status.total):
        assert one.due == one.checked + one.absent and one.checked == one.on_time + one.late
    for lines in (status.units, status.branches):
        summed = tuple(map(sum, zip(*map(figures, lines), strict=True)))
        assert summed == figures(status.total)
    # counted another way: straight from the roster
    day = as_of or "2020-11-24"
    there = "WHERE (archived_on = '' OR archived_on > ?)"
    active = store.value(f"SELECT count(*) FROM cadre {there} AND status = 'ACTIVE'", (day,))
    other = store.value(f"SELECT count(*) FROM cadre {there} AND status <> 'ACTIVE'", (day,))
    assert (status.total.due, status.total.exempt) == (active, other) and other
    sql = (
        f"SELECT count(*) FROM cadre {there} AND status = 'ACTIVE' AND uid IN "
        "(SELECT cadre_uid FROM checkin WHERE track = ? AND checked_on <= ?)"
    )
    assert status.total.checked == store.value(sql, (day, track, day))
    absent = absent_rows(store, track, as_of=as_of)
    assert absent_count(store, as_of, track) == len(absent)
    assert len(absent) == status.total.absent and {row["status"] for row in absent} <= {"ACTIVE"}
    everybody = people_on(store, day, track)
    assert len(everybody) == active + other
    assert {row["uid"] for row in everybody if not row["checked_on"] and row["status"] == "ACTIVE"} == {
        row["uid"] for row in absent
    }


def test_on_time_late_and_absent_on_the_day_of_the_table() -> None:
    store, uids = ledger()
    with store.transact("名册") as tx:
        save_cadre(tx, {"status": "RETIRED"}, uids["王老"])
        uids["新人"] = save_cadre(tx, {"staff_no": "0009", "name": "赵新", "unit_uid": uids["会计"]})
    come(store, [uids["张伟"], uids["王老"]], "2020-08-10")
    come(store, [uids["李娜"]], "2020-08-11")
    come(store, [uids["张伟"]], "2020-08-12", "ASSIGNED", "")

    def on(day: str) -> tuple[int, ...]:
        return figures(checkin_status(store, day).total)

    assert on("2020-08-09") == (3, 0, 0, 3, 0, 1, 0)
    assert on("2020-08-10") == (3, 1, 0, 2, 0, 1, 1)
    assert on("2020-11-24") == (3, 1, 1, 1, 1, 1, 1)
    status = checkin_status(store)
    assert status.total.rate == pytest.approx(2 / 3) and Count().rate is None
    assert status.scope == (
        "应报到为截至日在职的党员干部，离退休等不纳入，另列；个人报到在截至日仍有效的计为已报到，"
        "2020年8月10日及以前报到的为按期；那天还没有到岗、已经离开的不计，在职状态、单位和支部都按截至日。"
    )


def test_an_ended_one_counts_until_its_day_and_who_moved_house_is_never_absent() -> None:
    store, uids = ledger()
    (first,) = come(store, [uids["张伟"]], "2020-08-01")
    with store.transact("迁居") as tx:
        moved = CheckinDraft(uids["张伟"], "HOME", "2020-10-01", "藏龙社区", replace=True)
        (second,) = check_in_group(tx, [uids["张伟"]], moved).made
    for day in ("2020-09-30", "2020-10-01", "2020-10-02"):
        (one,) = [row for row in people_on(store, day) if row["name"] == "张伟"]
        assert one["checked_on"] == "2020-08-01"  # he was on time, wherever he lives now
    with store.transact("注销") as tx:
        end_checkins(tx, [second], "2020-11-10", "其他")
    absent = {day: [row["name"] for row in absent_rows(store, as_of=day)] for day in ("2020-11-09", "2020-11-10")}
    assert "张伟" not in absent["2020-11-09"] and "张伟" in absent["2020-11-10"] and first != second


def test_people_stand_where_they_were_on_the_day() -> None:
    store, uids = ledger()
    with store.transact("调动") as tx:
        save_cadre(tx, {"unit_uid": uids["离退休"]}, uids["张伟"], transfer_on="2020-09-01")
        late = save_cadre(tx, {"staff_no": "0010", "name": "后来", "unit_uid": uids["会计"]}, transfer_on="2020-09-15")
        archive_cadre(tx, uids["李娜"], "2020-10-01", "调离")

    def names(day: str, unit: str) -> list[str]:
        return [row["name"] for row in absent_rows(store, unit_uid=uids[unit], as_of=day)]

    assert names("2020-08-31", "会计") == ["张伟", "李娜"]
    assert names("2020-09-30", "会计") == ["李娜", "后来"]
    assert names("2020-10-01", "会计") == ["后来"] and "张伟" in names("2020-10-01", "离退休")
    with store.transact("离退休") as tx:  # 应报到 is 在职 on the day, not today
        save_cadre(tx, {"status": "RETIRED"}, late, transfer_on="2020-11-01")
    assert (names("2020-10-01", "会计"), names("2020-11-01", "会计")) == (["后来"], [])


def test_branches_stand_apart_and_who_has_none_comes_last() -> None:
    store = memory_ledger()
    people(store, 60)
    status = checkin_status(store)
    first = [one for one in status.branches if one.unit_uid == status.units[0].unit_uid]
    assert [one.branch for one in first] == ["教工第一党支部", "教工第二党支部", ""]
    one = first[0]
    assert len(absent_rows(store, branch_uid=one.branch_uid)) == one.due == one.absent
    alone = checkin_status(store, unit_uid=status.units[1].unit_uid)
    assert [figures(row) for row in alone.units] == [figures(status.units[1])]


def test_the_due_day_is_a_setting_of_the_year_in_force() -> None:
    store, uids = ledger()
    come(store, [uids["张伟"]], "2020-08-12")
    assert (due_date(store), due_date(store, 2021)) == ("2020-08-10", "2021-08-10")
    assert checkin_status(store).total.late == 1
    with store.transact("设置") as tx:
        set_settings(tx, {"checkin_due": "08-15"})
    status = checkin_status(store)
    assert (status.due_on, status.total.on_time, status.total.late) == ("2020-08-15", 1, 0)


def test_whom_to_call_stands_beside_who_is_missing() -> None:
    store, uids = ledger()
    with store.transact("联系人") as tx:
        save_cadre(tx, {"branch_uid": uids["支部"], "phone": "13800000001"}, uids["张伟"])
        add_contact(tx, {"unit_uid": uids["会计"], "role": "联络员", "name": "王芳", "phone": "027-81970001"})
        branch = {
            "unit": "会计学院党委",
            "branch": "审计系党支部",
            "role": "支部书记",
            "name": "周明",
            "phone": "027-81970002",
        }
        add_contact(tx, branch)
    calls = {row["name"]: (row["phone"], row["contact"]) for row in absent_rows(store)}
    assert calls["张伟"] == ("13800000001", "支部书记 周明 027-81970002")
    assert calls["李娜"] == ("", "联络员 王芳 027-81970001")
    with store.transact("在职") as tx:
        save_cadre(tx, {"status": "ACTIVE"}, uids["王老"])
    (other,) = absent_rows(store, unit_uid=uids["离退休"])
    assert other["contact"] == ""


def test_the_message_to_paste() -> None:
    store, uids = ledger()
    with store.transact("支部") as tx:
        save_cadre(tx, {"status": "ACTIVE"}, uids["王老"])
        for name in ("张伟", "李娜"):
            save_cadre(tx, {"branch_uid": uids["支部"]}, uids[name])
    come(store, [uids["张伟"]], "2020-08-01")
    first, second = reminders(store, checkin_status(store, "2020-08-05"))
    assert first.text == (
        "会计学院党委：截至2020年8月5日，个人报到应报到2人，已报到1人，未报到1人：李娜（0002），"
        "请于2020年8月10日前办理并报回。湖北经济学院党委组织部"
    )
    assert second.text.startswith("离退休党委：") and "王老（0003）" in second.text
    branch, _ = reminders(store, checkin_status(store, "2020-09-01"), by_branch=True)
    assert branch.text.startswith("会计学院党委审计系党支部：") and "李娜（0002），请尽快办理并报回" in branch.text
    assert "通讯录里还没有" in branch.paragraph
    with store.transact("联系人") as tx:
        tx.insert("contact", {"unit_uid": uids["会计"], "role": "联络员", "name": "王芳", "phone": "027-81973000"})
    branch, _ = reminders(store, checkin_status(store, "2020-09-01"), by_branch=True)
    assert branch.paragraph == f"【会计学院党委审计系党支部】联系人：联络员 王芳 027-81973000\n{branch.text}"
    come(store, [uids["李娜"]], "2020-08-12")
    assert len(reminders(store, checkin_status(store))) == 1
    status: Status = checkin_status(store)
    assert reminder_text(store, status.units[0], [], status).endswith("应报到2人，已报到2人，已全部报到。")


def work_of(store: Store) -> Counter[str]:
    """What the count of all people costs, in pieces that are as many on every machine: steps of SQLite (by the hundred), calls."""
    done: Counter[str] = Counter()
    store.connection.set_progress_handler(lambda: done.update(steps=1) is not None, 100)
    sys.setprofile(lambda _frame, event, _arg: done.update(calls=event == "call"))
    status = checkin_status(store)
    sys.setprofile(None)
    store.connection.set_progress_handler(None)
    assert status.total.due == status.total.checked + status.total.absent
    return done


def test_many_people_are_counted_in_a_moment() -> None:
    """Ten times the people are about ten times the work, and little for each: 100,000 take half a second."""
    few, many = work_of(half_checked_in(300)), work_of(half_checked_in(3000))
    assert many["steps"] < 12 * few["steps"] and many["calls"] < 12 * few["calls"]
    assert 100 * many["steps"] < 1000 * 3000 and many["calls"] < 40 * 3000


def half_checked_in(number: int) -> Store:
    store = memory_ledger()
    uids = people(store, number)
    facts = {"track": "HOME", "community_uid": "linked", "checked_on": "2020-08-05", "written_on": "2020-08-05"}
    with store.transact("报到") as tx:
        tx.insert_many("checkin", [{**facts, "cadre_uid": uid} for uid in uids[::2]])
    return store
