"""Splitting, merging and moving on the map take people along from today; earlier hours stay; undo is exact."""

from __future__ import annotations

from typing import Any

import pytest

from core.base.errors import Refused
from core.check import findings
from core.grid_assignment.ops import assign
from core.grid_assignment.regroup import merge_grids, move_building, save_building, split_grid
from core.place.map_ops import add_corner, draw_grid, erase_grid, move_corner, partition_of, remove_corner
from core.place.ops import save_grid, save_worker, set_outlines
from core.place.queries import buildings, grids, workers
from core.roster.ops import archive_cadre
from core.roster.volunteers import save_volunteer, volunteer_rows
from core.service_log.model import VisitDraft
from core.service_log.ops import record_visit
from core.store import Store
from core.store.tables import RECORDED
from tests.core.grid_people import community

BOXES = {"第1网格": 0.0, "第2网格": 300.0, "第3网格": 600.0}


@pytest.fixture
def drawn() -> Any:
    """Three grids side by side, 300 × 300 each; 东苑1栋 and 2栋 in the first, left and right; 张伟 in 2栋 since January."""
    store, uids = community()
    with store.transact("画图") as tx:
        for name, x in BOXES.items():
            set_outlines(tx, {uids[name]: [(x, 0.0), (x + 300, 0.0), (x + 300, 300.0), (x, 300.0)]})
        for name, x in (("东苑1栋", 50.0), ("东苑2栋", 250.0)):
            tx.update("building", uids[name], {"x": x, "y": 150.0})
        save_worker(tx, None, {"name": "吕莉", "grid": "第2网格"})
        assign(tx, [uids["张伟"]], "", building_uid=uids["东苑2栋"], from_on="2020-01-01")
        record_visit(
            tx,
            VisitDraft(
                "2020-02-02", minutes=60, content="清扫", track="OWN", late_reason="漏登", cadre_uid=uids["张伟"]
            ),
        )
    yield store, uids
    store.close()


def dump(store: Store) -> dict[str, list[Any]]:
    """Every recorded table."""
    return {one.name: sorted(store.tuples(f"SELECT * FROM {one.name}"), key=repr) for one in RECORDED}


def grid_of(store: Store, cadre_uid: str) -> str:
    sql = "SELECT g.name FROM grid_assignment a JOIN grid g ON g.uid = a.grid_uid WHERE cadre_uid = ? AND until_on = ''"
    return str(store.value(sql, (cadre_uid,)))


def home_of_visit(store: Store) -> str:
    return str(store.value("SELECT g.name FROM visit v JOIN grid g ON g.uid = v.home_grid_uid"))


def test_a_split_takes_buildings_and_people_along_and_leaves_earlier_hours(drawn: Any) -> None:
    store, uids = drawn
    before = dump(store)
    with store.transact("拆分") as tx:
        fresh = save_grid(tx, None, {"name": "第4网格"})
        assert split_grid(tx, uids["第1网格"], fresh, [(200.0, -10.0), (200.0, 310.0)]) == 1
    assert [row["name"] for row in buildings(store, fresh)] == ["2栋"]
    assert grid_of(store, uids["张伟"]) == "第4网格"
    assert home_of_visit(store) == "第1网格"
    assert partition_of(store).area() == pytest.approx(900 * 300)
    assert findings(store) == []
    store.undo()
    assert dump(store) == before


def test_a_merge_closes_the_other_grid_and_frees_its_name(drawn: Any) -> None:
    store, uids = drawn
    with store.transact("户数") as tx:
        save_grid(tx, uids["第1网格"], {"households": 100})
        save_grid(tx, uids["第2网格"], {"households": 50})
    before = dump(store)
    with store.transact("合并") as tx:
        assert merge_grids(tx, uids["第2网格"], uids["第1网格"]) == 1
    names = [row["name"] for row in grids(store)]
    assert names == ["第2网格", "第3网格"]
    assert grids(store)[0]["households"] == 150
    assert [row["name"] for row in workers(store, uids["第2网格"])] == ["吕莉"]
    assert {row["name"] for row in buildings(store, uids["第2网格"])} >= {"1栋", "2栋", "3栋", "4栋"}
    assert grid_of(store, uids["张伟"]) == "第2网格"
    assert home_of_visit(store) == "第1网格（已撤并）"  # 三(三): hours stay where they were earned
    assert findings(store) == []
    with store.transact("同名新网格") as tx:
        save_grid(tx, None, {"name": "第1网格"})
    store.undo()
    store.undo()
    assert dump(store) == before


def test_grids_that_do_not_touch_are_not_merged(drawn: Any) -> None:
    store, uids = drawn
    before = dump(store)
    with pytest.raises(Refused, match="没有共同的边"), store.transact("合并") as tx:
        merge_grids(tx, uids["第1网格"], uids["第3网格"])
    with pytest.raises(Refused, match="两个不同"), store.transact("合并") as tx:
        merge_grids(tx, uids["第1网格"], uids["第1网格"])
    assert dump(store) == before


def test_a_building_moved_across_a_border_takes_its_people(drawn: Any) -> None:
    store, uids = drawn
    with store.transact("移动楼栋") as tx:
        assert move_building(tx, uids["东苑2栋"], 350.0, 150.0) == 1
    assert grid_of(store, uids["张伟"]) == "第2网格"
    assert home_of_visit(store) == "第1网格"
    assert findings(store) == []


def test_corners_are_written_for_every_grid_that_shares_them(drawn: Any) -> None:
    store, uids = drawn
    before = dump(store)
    with store.transact("加角点") as tx:
        add_corner(tx, (300.0, 100.0))
    with store.transact("移角点") as tx:
        move_corner(tx, (300.0, 100.0), (330.0, 100.0))
    assert partition_of(store).area() == pytest.approx(900 * 300)
    assert (330.0, 100.0) in partition_of(store).rings[uids["第2网格"]]
    with store.transact("去角点") as tx:
        remove_corner(tx, (330.0, 100.0))
    with store.transact("去轮廓") as tx:
        erase_grid(tx, uids["第3网格"])
    with store.transact("再画") as tx:
        draw_grid(tx, uids["第3网格"], [(500.0, 50.0), (800.0, 50.0), (800.0, 250.0), (500.0, 250.0)])
    assert partition_of(store).area() == pytest.approx(600 * 300 + 200 * 200)
    for _ in range(5):
        store.undo()
    assert dump(store) == before


def test_a_merge_takes_workers_volunteers_and_squads_along(drawn: Any) -> None:
    store, uids = drawn
    with store.transact("人员") as tx:
        for name in ("第1网格", "第2网格"):
            tx.insert("squad", {"grid_uid": uids[name], "name": "一队", "formed_on": "2020-03-01"})
        save_worker(tx, None, {"name": "周敏", "grid": "第1网格"})
        save_volunteer(tx, None, {"name": "王芳", "grid": "第1网格"})
    before = dump(store)
    with store.transact("合并") as tx:
        merge_grids(tx, uids["第2网格"], uids["第1网格"])
    assert {row["name"] for row in workers(store, uids["第2网格"])} == {"吕莉", "周敏"}
    assert [row["grid"] for row in volunteer_rows(store)] == ["第2网格"]
    squads = store.tuples("SELECT name FROM squad WHERE grid_uid = ? ORDER BY name", (uids["第2网格"],))
    assert squads == [("一队",), ("一队（原第1网格）",)]
    assert findings(store) == []
    store.undo()
    assert dump(store) == before


def test_a_split_twice_and_a_merge_back_leave_people_where_their_building_is(drawn: Any) -> None:
    store, uids = drawn
    before = dump(store)
    with store.transact("拆分") as tx:
        fresh = save_grid(tx, None, {"name": "第4网格"})
        split_grid(tx, uids["第1网格"], fresh, [(200.0, -10.0), (200.0, 310.0)])
    with store.transact("再并回") as tx:
        assert merge_grids(tx, uids["第1网格"], fresh) == 1
    assert grid_of(store, uids["张伟"]) == "第1网格"
    assert partition_of(store).area() == pytest.approx(900 * 300)
    assert findings(store) == []
    store.undo()
    store.undo()
    assert dump(store) == before


def test_a_building_changed_in_its_form_takes_its_people_too(drawn: Any) -> None:
    store, uids = drawn
    before = dump(store)
    with store.transact("改楼栋") as tx:
        save_building(tx, uids["东苑2栋"], {"grid": "第3网格"})
    assert grid_of(store, uids["张伟"]) == "第3网格"
    assert home_of_visit(store) == "第1网格"
    assert findings(store) == []
    store.undo()
    assert dump(store) == before


@pytest.mark.parametrize("others", [(), ("李娜",)])
def test_who_has_left_is_no_obstacle_to_a_merge(drawn: Any, others: tuple[str, ...]) -> None:
    """An older program left the assignment of somebody archived open."""
    store, uids = drawn
    with store.transact("编入") as tx:
        for name in others:
            assign(tx, [uids[name]], uids["第1网格"], from_on="2020-03-01")
    with store.transact("归档") as tx:
        archive_cadre(tx, uids["张伟"], "2020-06-01", "调离")
    with store.transact("并入") as tx:
        assert merge_grids(tx, uids["第2网格"], uids["第1网格"]) == len(others)
    assert store.tuples("SELECT grid_uid, until_on FROM grid_assignment WHERE cadre_uid = ?", (uids["张伟"],)) == [
        (uids["第1网格"], "2020-05-31")
    ]
    assert findings(store) == []


def test_a_building_that_moves_leaves_who_has_left_where_he_was(drawn: Any) -> None:
    store, uids = drawn
    with store.transact("归档") as tx:
        archive_cadre(tx, uids["张伟"], "2020-06-01", "调离")
    with store.transact("改网格") as tx:
        save_building(tx, uids["东苑2栋"], {"grid": "第3网格"})
    assert findings(store) == []
