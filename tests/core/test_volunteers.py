"""Volunteers: a roster of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.base.errors import InvalidInput, Refused
from core.roster.volunteers import VOLUNTEERS, end_volunteer, remove_volunteer, save_volunteer, volunteer_rows
from core.sheet.plain import commit_plain, prepare_plain
from tests.core.grid_people import community, workbook


def test_a_volunteer_is_kept_with_pinyin_and_grid_and_found_by_them() -> None:
    store, uids = community()
    with store.transact("志愿者") as tx:
        values = {"name": "买买提•江", "phone": "１３８００００００１１", "kind": "居民", "grid": "三", "sex": "男"}
        uid = save_volunteer(tx, None, values)
        save_volunteer(tx, None, {"name": "单雄", "employer": "亿优物业"})
    (row,) = volunteer_rows(store, uids["第3网格"])
    assert (row["name"], row["phone"], row["grid"], row["sex"]) == ("买买提·江", "13800000011", "第3网格", "1")
    assert [one["name"] for one in volunteer_rows(store)] == ["买买提·江", "单雄"]
    for search in ("shanx", "sx", "物业"):
        assert [one["name"] for one in volunteer_rows(store, search=search)] == ["单雄"], search
    with store.transact("改") as tx:
        save_volunteer(tx, uid, {"grid": "", "name": "买买提·江"})
    assert volunteer_rows(store, uids["第3网格"]) == []


@pytest.mark.parametrize(
    ("values", "keys"),
    [
        ({"name": ""}, {"name"}),
        ({"phone": "13800000000"}, {"name"}),
        ({"name": "张3", "phone": "138"}, {"name", "phone"}),
        ({"name": "赵兰", "grid": "第9网格"}, {"grid"}),
        ({"name": "赵兰", "from_on": "2020-9-1", "until_on": "2020-8-1"}, {"until_on"}),
    ],
)
def test_what_is_wrong_is_told_at_its_field(values: dict[str, str], keys: set[str]) -> None:
    store, _uids = community()
    with pytest.raises(InvalidInput) as problem, store.transact("志愿者") as tx:
        save_volunteer(tx, None, values)
    assert set(problem.value.fields) == keys


def test_who_is_in_a_squad_neither_leaves_nor_goes() -> None:
    store, uids = community()
    with store.transact("志愿者") as tx:
        uid = save_volunteer(tx, None, {"name": "赵兰", "grid_uid": uids["第1网格"], "from_on": "2020-08-01"})
        other = save_volunteer(tx, None, {"name": "孙立"})
        squad = tx.insert("squad", {"grid_uid": uids["第1网格"], "name": "一队"})
        member = tx.insert("squad_member", {"squad_uid": squad, "role": "VOLUNTEER", "volunteer_uid": uid})
    for act in (end_volunteer, remove_volunteer):
        with pytest.raises(Refused, match="赵兰还在“一队”里"), store.transact("走") as tx:
            act(tx, uid)
    with store.transact("退队") as tx:
        tx.update("squad_member", member, {"until_on": "2020-11-01"})
        end_volunteer(tx, uid)
        remove_volunteer(tx, other)
    assert volunteer_rows(store) == []
    (row,) = volunteer_rows(store, current=False)
    assert (row["name"], row["until_on"]) == ("赵兰", "2020-11-23")
    with pytest.raises(Refused, match="曾是小分队成员"), store.transact("删") as tx:
        remove_volunteer(tx, uid)


def test_volunteers_come_in_by_sheet_and_go_unchanged_again(tmp_path: Path) -> None:
    store, _uids = community()
    head = ("姓名", "联系电话", "类别", "网格", "特长")
    rows = [("赵兰", 13800000001, "居民", "1网格", "合唱,书法"), ("孙立", "", "学生", "第7网格", "")]
    path = workbook(tmp_path / "志愿者.xlsx", head, rows)
    prepared = prepare_plain(store, VOLUNTEERS, [path])
    assert [one["column"] for one in prepared.errors] == ["网格"]
    commit_plain(store, prepared, VOLUNTEERS, skip_bad=True)
    (row,) = volunteer_rows(store)
    assert (row["name"], row["grid"], row["skills"], row["pinyin"]) == ("赵兰", "第1网格", "合唱、书法", "zhaolan")
    again = prepare_plain(store, VOLUNTEERS, [path])
    assert [one.outcome.value for one in again.plan.rows] == ["unchanged", "wrong"]
