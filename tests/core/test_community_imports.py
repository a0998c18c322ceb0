"""Sheets of the community as other hands keep them: other heads, other spellings, sheets of another kind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from core.check import findings
from core.checkin.entities import UNIT_CHECKINS
from core.checkin.importing import commit_checkins, prepare_checkins
from core.grid_assignment.auto import ASKED, PLACED, propose
from core.grid_assignment.entities import ASSIGNMENTS, LEADS
from core.grid_assignment.queries import assignment_rows
from core.ledger import memory_ledger
from core.place.checking import entrance_name
from core.place.entities import BUILDINGS, COMMUNITIES, ENTRANCES, ESTATES, GRIDS, WORKERS
from core.place.ops import save_estate
from core.place.queries import buildings, communities, estates, grids
from core.place.spelling import agree, community_spelled
from core.roster.ops import archive_cadre, save_cadre
from core.roster.volunteers import VOLUNTEERS
from core.sheet.importing import Prepared
from core.sheet.plain import PlainEntity, commit_plain, prepare_plain
from core.store import Store
from core.submission.entities import TASKS
from core.team.entities import SQUAD_MEMBERS
from tests.core.grid_people import community, workbook
from tests.core.roster_sheets import sample

Rows = Sequence[Sequence[object]]


@pytest.fixture
def store() -> Store:
    """东苑 and 西苑 in 第1-3网格, with people."""
    return community()[0]


def check(store: Store, folder: Path, entity: PlainEntity, head: Sequence[object], rows: Rows) -> Prepared:
    """A sheet checked."""
    return prepare_plain(store, entity, [workbook(folder / "表.xlsx", head, rows)])


def outcomes(prepared: Prepared) -> list[str]:
    """The outcome of each row."""
    return [one.outcome.value for one in prepared.plan.rows]


def told(prepared: Prepared) -> list[tuple[int | None, str, str]]:
    """(row, column, message) of all that is wrong."""
    return [(one["row"], one["column"], one["message"]) for one in prepared.errors]


@pytest.mark.parametrize("entity", [ESTATES, BUILDINGS, GRIDS, ENTRANCES, TASKS], ids=lambda one: one.spec.kind)
def test_no_place_is_called_like_the_people_of_a_roster(store: Store, entity: PlainEntity) -> None:
    prepared = prepare_plain(store, entity, [sample("01_")])
    assert prepared.plan.rows == [] and len(prepared.errors) == 1
    assert f"里没有一张表能认出{entity.spec.label}的表头" in told(prepared)[0][2]


def test_a_sheet_of_people_beside_the_buildings_is_passed_over_and_a_title_tells_the_grid(
    store: Store, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for title, rows in (
        ("第1网格", (("小区", "楼栋"), ("东苑", "31栋"))),
        ("二网格", (("小区", "楼栋"), ("东苑", "32栋"))),
        ("第3网格", (("小区", "楼栋", "网格"), ("东苑", "33栋", "1"))),
        ("网格员", (("姓名", "电话"), ("张三", "13800000000"))),
    ):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "楼栋.xlsx")
    prepared = prepare_plain(store, BUILDINGS, [tmp_path / "楼栋.xlsx"])
    assert prepared.errors == [] and outcomes(prepared) == ["new"] * 3
    remarks = "".join(one["message"] for one in prepared.remarks)
    assert "工作表“二网格”里没有写网格“第2网格”的列，各行都按表名计。" in remarks
    assert "工作表“网格员”里没有找到楼栋的表头" in remarks
    commit_plain(store, prepared, BUILDINGS)
    there = {row["name"]: row["grid"] for row in buildings(store) if row["position"] > 30}
    assert there == {"31栋": "第1网格", "32栋": "第2网格", "33栋": "第1网格"}


def test_half_a_coordinate_keeps_a_building_out_and_is_said_once(store: Store, tmp_path: Path) -> None:
    head = ("小区", "楼栋", "x", "y")
    prepared = check(store, tmp_path, BUILDINGS, head, [("东苑", "31", "abc", 5), ("东苑", "32", "1,200", "３００")])
    assert told(prepared) == [(2, "x", "坐标“abc”不是数字，请核对。")]
    commit_plain(store, prepared, BUILDINGS, skip_bad=True)
    there = {row["name"]: (row["x"], row["y"]) for row in buildings(store) if row["position"] > 30}
    assert there == {"32栋": (1200.0, 300.0)}


@pytest.mark.parametrize("text", ["经院", "经院社区居委会", "经院 社区", "经院社区居民委员会", ""])
def test_the_linked_community_is_known_however_it_is_written(store: Store, tmp_path: Path, text: str) -> None:
    head = ("社区", "小区", "楼栋")
    prepared = check(store, tmp_path, BUILDINGS, head, [(text, "东苑", "31栋")])
    assert outcomes(prepared) == ["new"]
    units = check(store, tmp_path, UNIT_CHECKINS, ("单位", "报到日期", "社区"), [("学校", "2020-8-1", text)])
    commit_plain(store, units, UNIT_CHECKINS)
    assert [row["name"] for row in communities(store)] == ["经院社区"]
    head = ("姓名", "报到类别", "报到日期", "报到社区")
    path = workbook(tmp_path / "报到.xlsx", head, [("李娜", "组织派遣报到", "2020-8-3", text)])
    assert outcomes(prepare_checkins(store, [path])) == ["new"]


def test_a_community_of_another_name_stays_another() -> None:
    store = memory_ledger()
    assert community_spelled(store, "经院东社区") == "经院东社区" and community_spelled(store, "") == ""
    assert agree("武汉市江夏区", "江夏区") and agree("江夏", "江夏区") and not agree("洪山区", "江夏区")


def test_spellings_of_one_community_meet_and_two_of_one_name_are_told(store: Store, tmp_path: Path) -> None:
    rows = [
        ("江夏", "藏龙岛", "经院"),
        ("洪山区", "关山街道", "康园社区"),
        ("洪山区", "珞南街道", "康园社区"),
        ("", "", "康园社区"),
    ]
    prepared = check(store, tmp_path, COMMUNITIES, ("区", "街道", "社区"), rows)
    assert outcomes(prepared) == ["unchanged", "new", "new", "wrong"]
    assert told(prepared) == [(5, "社区", "有几个社区都叫“康园社区”，请同时写明区和街道。")]
    commit_plain(store, prepared, COMMUNITIES, skip_bad=True)
    assert len(communities(store)) == 3


def test_two_spellings_of_a_new_estate_are_one(store: Store, tmp_path: Path) -> None:
    rows = [("梅苑", "梅园,梅花苑"), ("梅苑小区", "梅园、梅花苑"), ("东苑小区", "东区")]
    prepared = check(store, tmp_path, ESTATES, ("小区", "别名"), rows)
    assert outcomes(prepared) == ["new", "skipped", "updated"]
    commit_plain(store, prepared, ESTATES)
    assert {row["name"]: row["other_names"] for row in estates(store)} == {
        "东苑": "东区",
        "西苑": "",
        "梅苑": "梅园、梅花苑",
    }


def test_a_sheet_of_grids_may_have_numbers_for_names_and_codes(store: Store, tmp_path: Path) -> None:
    head = ("网格编号", "网格名称", "户数")
    prepared = check(store, tmp_path, GRIDS, head, [("JY-01", "1", "100户"), ("JY-04", "四", 3.0), ("JY-05", "4", 1)])
    assert outcomes(prepared) == ["updated", "new", "wrong"]
    commit_plain(store, prepared, GRIDS, skip_bad=True)
    assert [(row["name"], row["code"], row["households"]) for row in grids(store) if row["code"]] == [
        ("第1网格", "JY-01", 100),
        ("第4网格", "JY-04", 3),
    ]


def test_the_unit_tells_namesakes_apart_and_one_cell_tells_the_building(store: Store, tmp_path: Path) -> None:
    with store.transact("同名") as tx:
        retired = tx.value("SELECT uid FROM unit WHERE name = '离退休党委'")
        uid = save_cadre(tx, {"name": "张伟", "staff_no": "0099", "unit_uid": retired})
    unit = "离退休"
    head = ("姓名", "单位", "编入网格", "楼栋", "单元")
    prepared = check(store, tmp_path, ASSIGNMENTS, head, [("张伟", unit, "一", "东苑1号楼", "二")])
    assert (told(prepared), outcomes(prepared)) == ([], ["new"])
    commit_plain(store, prepared, ASSIGNMENTS)
    (row,) = assignment_rows(store)
    assert (row["cadre_uid"], row["grid"], row["building"], row["entrance"]) == (uid, "第1网格", "1栋", "2单元")
    assert outcomes(check(store, tmp_path, ASSIGNMENTS, head, [("张伟", unit, "一", "东苑1号楼", "二")])) == [
        "unchanged"
    ]
    head = ("楼栋", "楼栋长", "单位")
    leads = check(
        store, tmp_path, LEADS, head, [("东苑2栋", "张伟", unit), ("西苑1栋", "张伟", ""), ("3栋", "李娜", "")]
    )
    assert outcomes(leads) == ["new", "wrong", "wrong"]
    assert "名册里有2人叫张伟" in told(leads)[0][2] and "每个小区都从1栋排起" in told(leads)[1][2]


@pytest.mark.parametrize(
    ("entity", "head", "row"),
    [
        (ASSIGNMENTS, ("姓名", "网格", "编入日期"), ("李娜", "1", "2020年9月")),
        (LEADS, ("小区", "楼栋", "姓名", "任期止"), ("东苑", "1栋", "李娜", "2022.8")),
        (SQUAD_MEMBERS, ("网格", "小分队", "角色", "姓名", "加入日期"), ("1", "一队", "干部", "李娜", "2020.9")),
        (VOLUNTEERS, ("姓名", "退出日期"), ("王五", "去年")),
        (WORKERS, ("姓名", "离任日期"), ("王五", "去年")),
    ],
    ids=lambda one: one.spec.kind if isinstance(one, PlainEntity) else "",
)
def test_a_day_that_cannot_be_read_is_not_taken_for_today_or_never(
    store: Store, tmp_path: Path, entity: PlainEntity, head: Sequence[str], row: Sequence[str]
) -> None:
    prepared = check(store, tmp_path, entity, head, [row])
    assert outcomes(prepared) == ["wrong"] and "日期读不出" in told(prepared)[0][2]


def test_who_has_left_joins_no_squad_and_the_others_go_in(store: Store, tmp_path: Path) -> None:
    with store.transact("归档") as tx:
        archive_cadre(tx, tx.value("SELECT uid FROM cadre WHERE name = '李娜'"), "2020-09-01", "调离")
    assert findings(store) == []
    rows = [("1", "一队", "干部", "李娜", ""), ("1", "一队", "干部", "张伟", "2020-9-1")]
    prepared = check(store, tmp_path, SQUAD_MEMBERS, ("网格", "小分队", "角色", "姓名", "加入日期"), rows)
    assert outcomes(prepared) == ["wrong", "new"] and "已于2020-09-01归档，不能加入小分队" in told(prepared)[0][2]
    commit_plain(store, prepared, SQUAD_MEMBERS, skip_bad=True)
    assert store.value("SELECT count(*) FROM squad_member") == 1


@pytest.mark.parametrize(
    ("address", "outcome"),
    [("东苑第3栋", PLACED), ("东苑3", ASKED), ("东苑#3", ASKED), ("东苑3号2单元301", ASKED)],
)
def test_a_bare_number_after_an_estate_is_asked(store: Store, address: str, outcome: str) -> None:
    with store.transact("住址") as tx:
        save_estate(tx, None, {"name": "桂苑"})
        uid = tx.value("SELECT uid FROM cadre WHERE name = '李娜'")
        home = {"district": "武汉市江夏区", "street": "藏龙岛街道", "community": "经院", "address": address}
        tx.update("cadre", uid, {**home, "estate": "", "building": "", "entrance": ""})
    (line,) = propose(store, [uid]).items
    assert line.outcome == outcome and [label for _, label in line.candidates] == ["东苑3栋"]


def test_one_cell_may_tell_the_whole_place_of_a_check_in(store: Store, tmp_path: Path) -> None:
    rows = [
        ("李娜", "组织派遣报到", "2020-8-3", "藏龙岛街道经院社区"),
        ("张伟", "个人报到", "2020-8-3", "洪山区关山街道康园社区居委会"),
    ]
    path = workbook(tmp_path / "报到.xlsx", ("姓名", "报到类别", "报到日期", "报到社区"), rows)
    prepared = prepare_checkins(store, [path])
    assert outcomes(prepared) == ["new", "new"]
    commit_checkins(store, prepared)
    places = [(row["district"], row["street"], row["name"]) for row in communities(store)]
    assert places == [("江夏区", "藏龙岛街道", "经院社区"), ("洪山区", "关山街道", "康园社区")]
    assert outcomes(prepare_checkins(store, [path])) == ["unchanged", "unchanged"]


def test_a_building_is_one_building_and_no_entrance(store: Store, tmp_path: Path) -> None:
    rows = [
        ("东苑", "3栋2单元"),
        ("东苑", "31、32栋"),
        ("东苑", "东苑3栋2-501"),
        ("东苑", "幼儿园"),
        ("东苑", "3栋A座"),
    ]
    prepared = check(store, tmp_path, BUILDINGS, ("小区", "楼栋"), rows)
    assert outcomes(prepared) == ["wrong", "wrong", "wrong", "new", "new"]
    assert ["是几栋楼" in text for _, _, text in told(prepared)] == [False, True, False]


@pytest.mark.parametrize(("text", "name"), [("二", "2单元"), ("２", "2单元"), ("东", "东"), ("西单元", "西单元")])
def test_an_entrance_is_named_alike_however_it_is_written(text: str, name: str) -> None:
    assert entrance_name(text) == name


def test_a_formula_error_is_no_empty_cell(store: Store, tmp_path: Path) -> None:
    rows = [("东苑", "31栋", "#N/A", 3), ("东苑", "32栋", "1", "#REF!"), ("东苑", "33栋", "1", 5)]
    prepared = check(store, tmp_path, BUILDINGS, ("小区", "楼栋", "网格", "户数"), rows)
    assert [(row, column) for row, column, _ in told(prepared)] == [(2, "网格"), (3, "户数")]
    assert all("是公式错误" in text for _, _, text in told(prepared))
