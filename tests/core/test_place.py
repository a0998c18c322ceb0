"""Places: what may be written of communities, 小区, grids, buildings, entrances and grid workers, and what hangs on them."""

from __future__ import annotations

from typing import Any

import pytest

from core.base.errors import InvalidInput, Refused
from core.ledger import memory_ledger
from core.place import ops, removing
from core.place.entities import PLAIN
from core.place.queries import buildings, communities, entrances, estates, find_grid, grid_in, grids, workers
from core.store import Store
from tests.core.grid_people import community

SQUARE = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
BESIDE = [(x + 10, y) for x, y in SQUARE]


@pytest.fixture
def place() -> tuple[Store, dict[str, str]]:
    """The small community of `grid_people`: three grids, two 小区, seven buildings."""
    return community()


def save(store: Store, kind: str, uid: str | None, values: dict[str, Any]) -> str:
    """One record of a kind in a step of its own."""
    with store.transact(kind) as tx:
        return PLAIN[kind].save(tx, uid, values)


def test_a_building_has_its_name_number_grid_and_entrances(place: tuple[Store, dict[str, str]]) -> None:
    store, uids = place
    values = {"name": "１２号楼", "estate": "东苑小区", "grid": "2网格", "entrances": 3, "households": 60}
    uid = save(store, "buildings", None, values)
    (row,) = [one for one in buildings(store, uids["第2网格"]) if one["uid"] == uid]
    assert (row["name"], row["position"], row["estate"], row["community"]) == ("12栋", 12, "东苑", "经院社区")
    assert [one["name"] for one in entrances(store, uid)] == ["1单元", "2单元", "3单元"]
    assert [one["name"] for one in buildings(store, estate_uid=uids["东苑"])][-2:] == ["6栋", "12栋"]  # by number
    assert {one["name"]: one["building_count"] for one in grids(store)} == {"第1网格": 2, "第2网格": 3, "第3网格": 3}


def test_a_name_with_the_estate_in_it_is_taken_apart(place: tuple[Store, dict[str, str]]) -> None:
    store, uids = place
    uid = save(store, "buildings", None, {"name": "东苑7＃"})
    assert store.value("SELECT name || estate_uid FROM building WHERE uid = ?", (uid,)) == f"7栋{uids['东苑']}"
    uid = save(store, "buildings", None, {"name": "一期8栋", "estate": "东苑"})  # a part of 东苑, no 小区 of its own
    assert store.value("SELECT name FROM building WHERE uid = ?", (uid,)) == "一期8栋"
    with pytest.raises(InvalidInput, match="不一致"):
        save(store, "buildings", None, {"name": "西苑9栋", "estate": "东苑"})


@pytest.mark.parametrize(
    ("kind", "values", "key", "word"),
    [
        ("buildings", {"name": "3号楼", "estate": "东苑"}, "name", "已经有3栋"),
        ("buildings", {"name": "9栋"}, "estate", "请填写小区"),
        ("buildings", {"name": "9栋", "estate": "东苑", "grid": "第9网格"}, "grid", "现有第1网格至第3网格"),
        ("buildings", {"name": "9栋", "estate": "东苑", "x": "12"}, "x", "同时填写"),
        ("buildings", {"name": "9栋", "estate": "东苑", "x": "左", "y": "1"}, "x", "不是数字"),
        ("buildings", {"name": "9栋", "estate": "东苑", "households": -1}, "households", "不合理"),
        ("buildings", {"name": "9栋", "estate": "东苑", "community": "九凤社区"}, "community", "登记"),
        ("buildings", {"name": "", "estate": "东苑"}, "name", "请填写楼栋"),
        ("estates", {"name": "东苑"}, "name", "不能重名"),
        ("estates", {"name": "东苑小区"}, "name", "不能重名"),
        ("grids", {"name": "3网格"}, "name", "第3网格"),
        ("communities", {"name": ""}, "name", "请填写"),
        ("entrances", {"estate": "东苑", "building": "9栋", "name": "1单元"}, "building", "东苑没有9栋"),
        ("entrances", {"estate": "南苑", "building": "9栋", "name": "1单元"}, "estate", "没有叫“南苑”的小区"),
        ("workers", {"name": "王芳", "from_on": "2020-09-01", "until_on": "2020-08-01"}, "until_on", "早于"),
        ("workers", {"name": "", "grid": "第1网格"}, "name", "请填写"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    place: tuple[Store, dict[str, str]], kind: str, values: dict[str, Any], key: str, word: str
) -> None:
    store, _uids = place
    with pytest.raises(InvalidInput) as problem:
        save(store, kind, None, values)
    assert word in problem.value.fields[key]


def test_every_record_is_saved_back_as_its_row_reads(place: tuple[Store, dict[str, str]]) -> None:
    store, uids = place
    save(store, "workers", None, {"name": "王芳", "grid": "第1网格"})
    save(store, "buildings", uids["东苑1栋"], {"entrances": 2, "x": "3", "y": "4.5"})
    for kind, entity in PLAIN.items():
        rows = entity.rows(store)
        assert rows, kind
        for row in rows:
            values = {one.key: row[one.key] for one in entity.spec.fields if one.editable}
            assert save(store, kind, row["uid"], values) == row["uid"]
        assert entity.rows(store) == rows, kind


def test_a_building_moves_into_the_grid_that_holds_the_point(place: tuple[Store, dict[str, str]]) -> None:
    store, uids = place
    with store.transact("画") as tx:
        ops.set_outlines(tx, {uids["第1网格"]: SQUARE, uids["第2网格"]: BESIDE})
        assert ops.move_building(tx, uids["西苑1栋"], 15, 5) == uids["第2网格"]
        assert ops.move_building(tx, uids["东苑1栋"], 99, 5) is None
    rows = {row["uid"]: row for row in buildings(store)}
    assert (rows[uids["西苑1栋"]]["grid"], rows[uids["西苑1栋"]]["x"]) == ("第2网格", 15)
    assert rows[uids["东苑1栋"]]["grid"] == "第1网格"  # outside every outline it stays where it is said to be
    uid = save(store, "buildings", None, {"name": "9栋", "estate": "东苑", "x": "5", "y": "5"})
    assert {row["uid"]: row["grid"] for row in buildings(store)}[uid] == "第1网格"
    with pytest.raises(InvalidInput, match="同时填写"):
        save(store, "buildings", uid, {"x": ""})


def test_entrances_follow_the_number_but_not_over_people(place: tuple[Store, dict[str, str]]) -> None:
    store, uids = place
    house = uids["东苑1栋"]
    with store.transact("单元") as tx:
        ops.set_entrances(tx, house, 3)
        ops.save_entrance(tx, None, {"estate": "东苑", "building": "1号楼", "name": "东单元"})
        row = {"cadre_uid": uids["张伟"], "grid_uid": uids["第1网格"], "building_uid": house, "entrance": "3单元"}
        tx.insert("grid_assignment", row | {"from_on": "2020-09-01"})
    for count in (0, 2):
        with pytest.raises(InvalidInput, match="3单元（1人）有人编入"):
            save(store, "buildings", house, {"entrances": count})
    (third,) = [row for row in entrances(store, house) if row["name"] == "3单元"]
    with pytest.raises(Refused, match="3单元还有1条编入记录"), store.transact("删") as tx:
        removing.remove_entrance(tx, third["uid"])
    with store.transact("改") as tx:
        tx.update("grid_assignment", tx.value("SELECT uid FROM grid_assignment"), {"entrance": ""})
        ops.set_entrances(tx, house, 2)
    assert [row["name"] for row in entrances(store, house)] == ["东单元", "1单元"]
    with store.transact("改") as tx:
        ops.set_entrances(tx, house, 4)
    assert [row["name"] for row in entrances(store, house)] == ["东单元", "1单元", "2单元", "3单元"]


def test_a_grid_has_the_workers_of_today(place: tuple[Store, dict[str, str]]) -> None:
    store, uids = place
    head = save(store, "workers", None, {"name": "李强", "grid": "一", "duty": "网格长", "phone": "13800000001"})
    gone = save(store, "workers", None, {"name": "王芳", "grid": "第1网格", "from_on": "2019-01-01"})
    row = grids(store)[0]
    assert (row["workers"], row["worker"], row["worker_phone"]) == ("李强、王芳", "李强", "13800000001")
    with store.transact("离任") as tx:
        ops.end_worker(tx, gone, "2020-11-23")
    assert [row["uid"] for row in workers(store, uids["第1网格"])] == [head]
    assert {row["uid"] for row in workers(store, uids["第1网格"], current=False)} == {head, gone}
    with pytest.raises(InvalidInput, match="早于"), store.transact("离任") as tx:
        ops.end_worker(tx, gone, "2018-01-01")


def test_a_worker_is_in_a_grid_once(place: tuple[Store, dict[str, str]]) -> None:
    store, _uids = place
    uid = save(store, "workers", None, {"name": "王五", "grid": "第1网格", "from_on": "2020-02-01"})
    with pytest.raises(InvalidInput, match="第1网格已有网格员王五"):
        save(store, "workers", None, {"name": "王五", "grid": "第1网格", "phone": "13900000000"})
    save(store, "workers", None, {"name": "王五", "grid": "第2网格"})
    save(store, "workers", uid, {"phone": "13900000000"})
    save(store, "workers", uid, {"until_on": "2020-10-01"})
    save(store, "workers", None, {"name": "王五", "grid": "第1网格", "from_on": "2020-11-01"})  # he came back


def test_nothing_goes_that_something_hangs_on(place: tuple[Store, dict[str, str]]) -> None:
    store, uids = place
    with store.transact("人") as tx:
        row = {"cadre_uid": uids["张伟"], "building_uid": uids["东苑1栋"], "from_on": "2020-09-01"}
        lead = tx.insert("building_lead", row)
    refused = {
        "communities": ("linked", "联系社区不能删除"),
        "estates": (uids["东苑"], "东苑还有6栋楼，不能删除"),
        "grids": (uids["第1网格"], "第1网格还有2栋楼"),
        "buildings": (uids["东苑1栋"], "1栋还有1条楼栋长记录"),
    }
    for kind, (uid, text) in refused.items():
        with pytest.raises(Refused, match=text), store.transact("删") as tx:
            PLAIN[kind].remove(tx, uid)  # type: ignore[misc]
    with store.transact("删") as tx:
        tx.delete("building_lead", lead)
        ops.set_entrances(tx, uids["东苑1栋"], 2)
        for number in range(1, 7):
            removing.remove_building(tx, uids[f"东苑{number}栋"])
        removing.remove_estate(tx, uids["东苑"])
        removing.remove_grid(tx, uids["第1网格"])
    assert [row["name"] for row in estates(store)] == ["西苑"]
    assert store.value("SELECT count(*) FROM entrance") == 0


def test_every_reference_to_a_place_is_known_to_what_takes_it_out() -> None:
    """Else the database would refuse with a technical word, where we promise a sentence."""
    store = memory_ledger()
    goes_along = {("entrance", "building_uid")}
    for parent in ("community", "estate", "grid", "building", "grid_worker"):
        told = {(child, column) for child, column, _what in removing.HANGS_ON[parent]}
        sql = (
            'SELECT m.name, f."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) f '
            "WHERE m.type = 'table' AND f.\"table\" = ?"
        )
        assert set(store.tuples(sql, (parent,))) - goes_along == told, parent


def test_a_community_of_the_same_full_name_is_one() -> None:
    store = memory_ledger()
    save(store, "communities", None, {"district": "洪山区", "street": "关山街道", "name": "春和社区"})
    save(store, "communities", None, {"district": "江夏区", "street": "纸坊街道", "name": "春和社区"})
    with pytest.raises(InvalidInput, match="不能重名"):
        save(store, "communities", None, {"district": "洪山区", "street": "关山街道", "name": "春和社区"})
    assert [row["linked"] for row in communities(store)] == [1, 0, 0]
    with pytest.raises(InvalidInput) as problem:
        save(store, "estates", None, {"name": "春苑", "community": "春和社区"})
    assert "2个社区都叫" in problem.value.fields["community"]


def test_half_a_name_does_not_found_a_community_of_the_same_name() -> None:
    store = memory_ledger()
    full = {"district": "江夏区", "street": "藏龙岛街道", "name": "杨桥湖社区"}
    uid = save(store, "communities", None, full)
    with pytest.raises(InvalidInput, match="已经有江夏区藏龙岛街道杨桥湖社区"):
        save(store, "communities", None, {"name": "杨桥湖社区"})
    save(store, "communities", None, {**full, "street": "佛祖岭街道"})  # told apart, they are two
    save(store, "communities", uid, {**full, "note": "对口社区"})
    assert len([one for one in communities(store) if one["name"] == "杨桥湖社区"]) == 2


def test_buildings_elsewhere_have_no_grid_and_may_bear_the_same_names(place: tuple[Store, dict[str, str]]) -> None:
    store, _uids = place
    save(store, "communities", None, {"district": "江夏区", "street": "藏龙岛办事处", "name": "栗庙社区"})
    values = {"name": "1栋", "estate": "东苑", "community": "栗庙社区"}
    with pytest.raises(InvalidInput, match="网格只属于联系社区"):
        save(store, "buildings", None, values | {"grid": "第1网格"})
    uid = save(store, "buildings", None, values)
    assert [row["community"] for row in estates(store) if row["name"] == "东苑"] == ["经院社区", "栗庙社区"]
    (row,) = [row for row in buildings(store) if row["uid"] == uid]
    assert (row["community"], row["grid"]) == ("栗庙社区", "")


@pytest.mark.parametrize("text", ["第3网格", "3网格", "3", "三", "第三网格", "３号网格", " 第 3 网格 ", "JY-03"])
def test_a_grid_is_found_by_what_people_call_it(place: tuple[Store, dict[str, str]], text: str) -> None:
    store, uids = place
    save(store, "grids", uids["第3网格"], {"code": "JY-03"})
    found = find_grid(store, text)
    assert found and found["uid"] == uids["第3网格"]
    assert grid_in(grids(store), "第13网格") is None


def test_a_community_known_by_name_is_completed_when_its_street_is_told() -> None:
    store = memory_ledger()
    with store.transact("报到") as tx:
        bare = ops.ensure_community(tx, "", "", "康园社区")
        assert ops.ensure_community(tx, "洪山区", "关山街道", "康园社区") == bare
        assert ops.ensure_community(tx, "", "", "康园社区") == bare
        other = ops.ensure_community(tx, "武昌区", "水果湖街道", "康园社区")
        assert other != bare
        half = ops.ensure_community(tx, "洪山区", "", "春和社区")
        assert ops.ensure_community(tx, "洪山区", "关山街道", "春和社区") == half
    rows = store.tuples("SELECT district, street FROM community WHERE uid IN (?, ?)", (bare, half))
    assert rows == [("洪山区", "关山街道")] * 2
    store.close()


def test_a_workers_phone_is_read_as_in_a_sheet() -> None:
    store, _uids = community()
    with pytest.raises(InvalidInput) as problem, store.transact("网格员") as tx:
        ops.save_worker(tx, None, {"name": "吕莉", "grid": "第1网格", "phone": "123456"})
    assert set(problem.value.fields) == {"phone"}
    with store.transact("网格员") as tx:
        uid = ops.save_worker(tx, None, {"name": "吕莉", "grid": "第1网格", "phone": "１３８ 0000 1111"})
    assert store.value("SELECT phone FROM grid_worker WHERE uid = ?", (uid,)) == "13800001111"
    store.close()
