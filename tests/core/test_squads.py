"""112小分队: shape 1+1+2 only warned about, proposal, members, sheets. 方案 五(二)3"""

from __future__ import annotations

from pathlib import Path

import pytest

from core.base.errors import InvalidInput, Refused
from core.grid_assignment.leads import appoint_lead
from core.grid_assignment.ops import assign
from core.roster.ops import archive_cadre, save_cadre
from core.sheet.plain import commit_plain, prepare_plain
from core.store import Store
from core.team.entities import SQUAD_MEMBERS, SQUADS
from core.team.model import shape_warning
from core.team.ops import accept_squads, add_member, end_squad, remove_member, remove_squad, save_squad
from core.team.propose import propose_squads
from core.team.queries import squad_members, squad_rows, squads_of
from tests.core.grid_people import community, workbook


def peopled() -> tuple[Store, dict[str, str]]:
    """The small community with a worker and three volunteers in 第1网格, 张伟 and 李娜 in it, 王老 (retired) in 第2网格."""
    store, uids = community()
    with store.transact("人员") as tx:
        worker = {"community_uid": "linked", "grid_uid": uids["第1网格"], "name": "吕莉", "phone": "13800000001"}
        uids["吕莉"] = tx.insert("grid_worker", worker)
        for name, pinyin in (("赵兰", "zhaolan"), ("孙立", "sunli"), ("钱进", "qianjin")):
            row = {"name": name, "grid_uid": uids["第1网格"], "pinyin": pinyin}
            uids[name] = tx.insert("volunteer", row)
        assign(tx, [uids["张伟"], uids["李娜"]], uids["第1网格"])
        save_cadre(tx, {"status": "RETIRED"}, uids["王老"])
        assign(tx, [uids["王老"]], uids["第2网格"])
    return store, uids


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        ("WORKER CADRE VOLUNTEER VOLUNTEER", ""),
        ("", "缺网格员1名、下沉党员干部1名、志愿者2名。"),
        ("WORKER WORKER CADRE VOLUNTEER", "缺志愿者1名；多网格员1名。"),
        ("WORKER CADRE CADRE VOLUNTEER VOLUNTEER VOLUNTEER", "多下沉党员干部1名、志愿者1名。"),
    ],
)
def test_the_shape_in_words(roles: str, words: str) -> None:
    assert shape_warning({"role": role} for role in roles.split()) == words


def test_a_squad_grows_to_its_shape_and_nobody_is_in_it_twice() -> None:
    store, uids = peopled()
    with store.transact("组队") as tx:
        squad = save_squad(tx, None, {"grid": "1网格", "name": "一队", "formed_on": "2020-9-30"})
        assert add_member(tx, squad, "WORKER", uids["吕莉"]) == ("“一队”缺下沉党员干部1名、志愿者2名。",)
        add_member(tx, squad, "CADRE", uids["张伟"], "2020-10-01")
        add_member(tx, squad, "VOLUNTEER", uids["赵兰"])
        assert add_member(tx, squad, "VOLUNTEER", uids["孙立"]) == ()
    (row,) = squad_rows(store)
    assert (row["members"], row["warning"]) == ("网格员吕莉；下沉党员干部张伟；志愿者赵兰、孙立", "")
    assert [one["squad"] for one in squads_of(store, uids["张伟"])] == ["一队"]
    with pytest.raises(Refused, match="张伟已在“一队”里"), store.transact("再加") as tx:
        add_member(tx, squad, "CADRE", uids["张伟"])
    with store.transact("王老") as tx:
        told = add_member(tx, squad, "CADRE", uids["王老"])
    assert told == ("下沉党员干部王老在第2网格，小分队在第1网格，请确认。", "“一队”多下沉党员干部1名。")


def test_members_leave_and_squads_end_with_their_days() -> None:
    store, uids = peopled()
    with store.transact("组队") as tx:
        squad = save_squad(tx, None, {"grid_uid": uids["第1网格"], "name": "一队", "formed_on": "2020-09-30"})
        add_member(tx, squad, "CADRE", uids["张伟"], "2020-10-01")
        add_member(tx, squad, "CADRE", uids["李娜"])
        for row in squad_members(tx, squad):
            remove_member(tx, row["uid"])
        add_member(tx, squad, "WORKER", uids["吕莉"], "2020-10-01")
    # 李娜 had come today: she never was in it
    gone = [(row["name"], row["until_on"]) for row in squad_members(store, squad, current=False)]
    assert gone == [("吕莉", ""), ("张伟", "2020-11-23")]
    with store.transact("撤销小分队") as tx:
        end_squad(tx, squad, "2020-11-20")
    assert squad_rows(store) == []
    (row,) = squad_rows(store, current=False)
    assert (row["ended_on"], row["members"]) == ("2020-11-20", "网格员吕莉")
    with pytest.raises(Refused, match="已于2020年11月20日撤销"), store.transact("加") as tx:
        add_member(tx, squad, "WORKER", uids["吕莉"])
    with store.transact("删") as tx:
        remove_squad(tx, squad)
    assert squad_members(store, current=False) == []


def test_who_has_left_cannot_join_and_names_are_taken_once_a_grid() -> None:
    store, uids = peopled()
    with store.transact("组队") as tx:
        squad = save_squad(tx, None, {"grid": "第1网格", "name": "一队"})
        save_squad(tx, None, {"grid": "第2网格", "name": "一队"})
        archive_cadre(tx, uids["张伟"], "2020-09-01", "退休")
        tx.update("volunteer", uids["赵兰"], {"until_on": "2020-10-01"})
    for role, name in (("CADRE", "张伟"), ("VOLUNTEER", "赵兰")):
        with pytest.raises(Refused, match=f"{name}已于"), store.transact("加") as tx:
            add_member(tx, squad, role, uids[name])
    for values, key in (
        ({"grid": "第1网格", "name": "一队"}, "name"),
        ({"grid": "第9网格", "name": "二队"}, "grid"),
        ({"grid": "", "name": "二队"}, "grid"),
        ({"grid": "第1网格", "name": ""}, "name"),
        ({"grid": "第1网格", "name": "二队", "formed_on": "2020-10-1", "ended_on": "2020-9-1"}, "ended_on"),
    ):
        with pytest.raises(InvalidInput) as problem, store.transact("组队") as tx:
            save_squad(tx, None, values)
        assert list(problem.value.fields) == [key]


def test_the_proposal_takes_the_willing_and_is_one_step() -> None:
    store, uids = peopled()
    with store.transact("意愿") as tx:
        save_cadre(tx, {"would_join": 1}, uids["李娜"])
        appoint_lead(tx, uids["东苑1栋"], uids["李娜"])
    (first,) = propose_squads(store)  # 第2网格 has only somebody retired, 第3网格 nobody
    assert (first.grid, first.name, first.worker, first.cadre) == ("第1网格", "第1网格小分队", "吕莉", "李娜")
    assert (first.volunteers, first.warning, first.why) == (("钱进", "孙立"), "", "愿加入应急突击队、本网格楼栋长")
    with store.transact("组建小分队") as tx:
        (uid,) = accept_squads(tx, [first], "2020-11-01")
    assert [row["warning"] for row in squad_rows(store)] == [""]
    assert {row["from_on"] for row in squad_members(store, uid)} == {"2020-11-01"}
    assert propose_squads(store) == []
    store.undo()
    assert squad_rows(store, current=False) == squad_members(store, current=False) == []


def test_who_is_in_another_squad_comes_after_the_free() -> None:
    store, uids = peopled()
    with store.transact("另一队") as tx:
        save_cadre(tx, {"would_join": 1}, uids["李娜"])
        other = save_squad(tx, None, {"grid": "第2网格", "name": "二队"})
        add_member(tx, other, "CADRE", uids["李娜"])
        tx.delete("volunteer", uids["赵兰"])
        tx.delete("volunteer", uids["孙立"])
    (first,) = propose_squads(store)
    assert (first.cadre, first.volunteers, first.warning) == ("张伟", ("钱进",), "缺志愿者1名。")


def test_squads_and_members_come_in_by_sheet(tmp_path: Path) -> None:
    store, _uids = peopled()
    squads = workbook(tmp_path / "队.xlsx", ("网格", "小分队", "组建日期"), [("1", "一队", "2020-9-30")])
    commit_plain(store, prepare_plain(store, SQUADS, [squads]), SQUADS)
    head = ("网格", "小分队", "角色", "姓名", "工号", "加入日期")
    rows = [
        ("第1网格", "一队", "网格员", "吕莉", "", "2020-9-30"),
        ("第1网格", "一队", "党员干部", "张伟", "0001", ""),
        ("第1网格", "一队", "志愿者", "赵兰", "", ""),
        ("第2网格", "二队", "下沉党员干部", "王老", "", ""),
        ("第2网格", "二队", "志愿者", "查无此人", "", ""),
    ]
    path = workbook(tmp_path / "成员.xlsx", head, rows)
    prepared = prepare_plain(store, SQUAD_MEMBERS, [path])
    assert [(one["row"], one["column"]) for one in prepared.errors] == [(6, "姓名")]
    assert any("还没有“二队”" in one["message"] for one in prepared.remarks)
    commit_plain(store, prepared, SQUAD_MEMBERS, skip_bad=True)
    assert {row["name"]: row["members"] for row in squad_rows(store)} == {
        "一队": "网格员吕莉；下沉党员干部张伟；志愿者赵兰",
        "二队": "下沉党员干部王老",
    }
    again = prepare_plain(store, SQUAD_MEMBERS, [path])
    assert [one.outcome.value for one in again.plan.rows][:1] == ["unchanged"]
