"""Units, branches, phone book, settings, communities and grids."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.base.errors import InvalidInput, Refused
from core.ledger import memory_ledger
from core.org import ops, settings
from core.org.queries import Sure, contact_rows, contacts_text, resolve_branch, resolve_unit, unit_tree
from core.org.spelling import branch_core, full_unit_name, is_short_form, number_of, unit_core, units_in
from core.place.ops import ensure_community
from core.place.queries import find_grid, linked_community
from core.roster.ops import save_cadre
from core.store import Store

SCHOOL = "湖北经济学院"


@pytest.fixture
def store() -> Iterator[Store]:
    ledger = memory_ledger(SCHOOL)
    yield ledger
    ledger.close()


def unit_with_branch(store: Store, unit: str = "会计学院党委", branch: str = "审计系党支部") -> tuple[str, str]:
    with store.transact("建立单位") as tx:
        unit_uid = ops.add_unit(tx, {"name": unit})
        branch_uid = ops.add_branch(tx, {"unit": unit, "name": branch})
    return unit_uid, branch_uid


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("经济与贸易学院党委党员干部下沉社区信息采集汇总表", "经济与贸易学院党委"),
        ("02_异构表头_会计学院", "会计学院"),
        ("03_GBK_机关党委", "机关党委"),
        ("2020年8月机关党委名册", "机关党委"),
        ("中共湖北经济学院会计学院委员会名册", "会计学院"),
        ("信息管理学院党总支（2020年8月）", "信息管理学院党总支"),
        ("离退休党委", "离退休党委"),
        ("会计学院审计系", "会计学院"),
        ("附件1：法学院党委书记名单", "法学院"),
        ("湖北经济学院党员干部汇总", ""),
        ("各学院汇总", ""),
        ("党员名册", ""),
        ("Sheet1", ""),
    ],
)
def test_the_unit_in_a_title_or_a_file_name(text: str, units: str) -> None:
    assert (units_in(text, SCHOOL) or [""])[0] == units


def test_two_spellings_of_one_unit_or_branch() -> None:
    assert unit_core("中共湖北经济学院会计学院委员会", SCHOOL) == unit_core("会计学院党总支") == unit_core("会计学院")
    assert (
        branch_core("审计系支部") == branch_core("审计系 党支部") == branch_core("会计学院审计系党支部", "会计学院党委")
    )
    assert branch_core("第一党支部") == branch_core("第1支部") == branch_core("图书馆第一党支部", "图书馆党总支")
    assert branch_core("审计系教工党支部") != branch_core("审计系党支部")
    assert branch_core("校医院党支部", "校医院党总支") == "校医院"
    assert is_short_form("经贸学院", "经济与贸易学院")
    assert not is_short_form("经贸学院", "会计学院")
    assert (full_unit_name("会计 学院"), full_unit_name("图书馆")) == ("会计学院党委", "图书馆")
    assert [number_of(text) for text in ("12", "十二", "二十", "三", "二〇", "甲")] == [12, 12, 20, 3, 20, None]


def test_resolving_is_exact_likely_or_none(store: Store) -> None:
    unit_uid, branch_uid = unit_with_branch(store)
    unit_with_branch(store, "经济与贸易学院党委", "经济学系党支部")
    assert resolve_unit(store, " 会计学院党委").sure is Sure.EXACT
    assert resolve_unit(store, "会计学院党总支").sure is Sure.LIKELY
    assert resolve_unit(store, "经贸学院").name == "经济与贸易学院党委"
    assert resolve_unit(store, "法学院").sure is Sure.NONE
    assert resolve_branch(store, unit_uid, "审计系党支部").sure is Sure.EXACT
    likely = resolve_branch(store, unit_uid, "审计系支部")
    assert (likely.sure, likely.uid) == (Sure.LIKELY, branch_uid)
    assert not resolve_branch(store, unit_uid, "财务管理系党支部")
    with store.transact("记住写法") as tx:
        ops.remember_alias(tx, "branch", "审计 教工支部", branch_uid, unit_uid)
        ops.remember_alias(tx, "branch", "审计教工支部", branch_uid, unit_uid)
        ops.remember_alias(tx, "unit", "财会院", unit_uid)
    assert resolve_branch(store, unit_uid, "审计教工支部").sure is Sure.EXACT
    assert resolve_unit(store, "财会院").uid == unit_uid
    assert store.value("SELECT count(*) FROM name_alias") == 2


def test_the_tree_counts_people(store: Store) -> None:
    unit_uid, branch_uid = unit_with_branch(store)
    with store.transact("登记") as tx:
        below = ops.add_branch(tx, {"unit_uid": unit_uid, "name": "审计系第一党小组", "parent_uid": branch_uid})
        save_cadre(tx, {"name": "林香", "unit_uid": unit_uid, "branch_uid": branch_uid})
        save_cadre(tx, {"name": "史伟燕", "unit_uid": unit_uid, "branch_uid": below})
        save_cadre(tx, {"name": "汤娟超", "unit_uid": unit_uid})
    (node,) = unit_tree(store)
    assert (node.people, node.unplaced) == (3, 1)
    (branch,) = node.branches
    assert (branch.name, branch.people) == ("审计系党支部", 1)
    assert [(child.uid, child.people) for child in branch.children] == [(below, 1)]
    with store.transact("移动") as tx:
        ops.move_branch(tx, below, None)
        with pytest.raises(Refused, match="自己"):
            ops.move_branch(tx, branch_uid, branch_uid)
        with pytest.raises(Refused, match="3名党员干部"):
            ops.archive_unit(tx, unit_uid)
        with pytest.raises(Refused, match="1名党员干部"):
            ops.archive_branch(tx, below)
    assert len(unit_tree(store)[0].branches) == 2


def test_a_second_spelling_is_not_made(store: Store) -> None:
    unit_uid, _ = unit_with_branch(store)
    with store.transact("建立") as tx:
        with pytest.raises(InvalidInput, match="审计系党支部"):
            ops.add_branch(tx, {"unit_uid": unit_uid, "name": "审计系支部"})
        with pytest.raises(InvalidInput, match="不能重名"):
            ops.add_unit(tx, {"name": "会计学院 党委"})
        with pytest.raises(InvalidInput, match="没有名为"):
            ops.add_branch(tx, {"unit": "法学院党委", "name": "行政党支部"})
        old = ops.add_unit(tx, {"name": "离退休党委"})
        ops.update_unit(tx, old, {"short_name": "离退休"})
        ops.archive_unit(tx, old, "2020-09-01")
    assert [node.name for node in unit_tree(store)] == ["会计学院党委"]
    assert [node.archived_on for node in unit_tree(store, archived=True)] == ["", "2020-09-01"]
    assert store.value("SELECT default_status FROM unit WHERE uid = ?", (old,)) == "RETIRED"
    with store.transact("恢复") as tx:
        ops.restore_unit(tx, old)
    assert resolve_unit(store, "离退休").sure is Sure.EXACT


def test_the_phone_book_is_one_search(store: Store) -> None:
    unit_uid, branch_uid = unit_with_branch(store)
    with store.transact("通讯录") as tx:
        head = ops.add_contact(tx, {"unit": "会计学院党委", "role": "书记", "name": "单 英", "phone": "139 7100 0001"})
        ops.add_contact(
            tx,
            {
                "unit": "会计学院党委",
                "branch": "审计系支部",
                "role": "支部书记",
                "name": "钱进",
                "phone": "027-81973456",
            },
        )
        ops.add_contact(tx, {"community": "经院社区", "role": "社区书记", "name": "孙明", "phone": "87654321"})
        with pytest.raises(InvalidInput) as caught:
            ops.add_contact(tx, {"unit_uid": unit_uid, "role": "书记", "name": "", "phone": "1397100"})
        assert set(caught.value.fields) == {"name", "phone"}
        with pytest.raises(InvalidInput, match="哪个单位"):
            ops.add_contact(tx, {"role": "书记", "name": "赵一"})
    assert [row["name"] for row in contact_rows(store)] == ["单英", "钱进", "孙明"]
    assert [row["name"] for row in contact_rows(store, "kjxy 书记")] == ["单英", "钱进"]
    assert [row["name"] for row in contact_rows(store, "8765")] == ["孙明"]
    assert [row["branch"] for row in contact_rows(store, "", unit_uid=unit_uid)] == ["", "审计系党支部"]
    assert contacts_text(contact_rows(store, "单英")) == "会计学院党委\t\t\t书记\t单英\t13971000001"
    with store.transact("改") as tx:
        ops.update_contact(tx, head, {"phone": "13971000002"})
    assert contact_rows(store, "13971000002")[0]["unit_uid"] == unit_uid
    with store.transact("删") as tx:
        ops.remove_contact(tx, head)
    assert len(contact_rows(store)) == 2
    assert branch_uid in {row["branch_uid"] for row in contact_rows(store)}


def test_settings_quota_and_lists(store: Store) -> None:
    assert settings.quota_for(store, 2020) == (3, 720)
    assert settings.quota_for(store, 2023) == (5, 1200)
    assert settings.year_in_force(store) == 2020
    assert store.undo_candidate() is None  # the founding is never taken back
    with store.transact("设置") as tx:
        settings.set_settings(tx, {"year": "2021", "slogan": "下沉"})
        settings.set_quota(tx, 2023, 6, 1500)
        settings.set_quota(tx, 2020, 3, 780)
        with pytest.raises(InvalidInput):
            settings.set_quota(tx, None, -1, 0)
        settings.add_value(tx, "grade", "待定")
        settings.retire_value(tx, "grade", "基本合格")
        settings.reorder_values(tx, "grade", ["待定", "优秀"])
        with pytest.raises(InvalidInput, match="已经在"):
            settings.add_value(tx, "grade", "优秀")
    assert settings.year_in_force(store) == 2021
    assert settings.setting(store, "slogan") == "下沉"
    assert settings.quota_for(store, 2023) == (6, 1500)
    assert [row["uid"] for row in settings.quotas(store)] == ["default", "2020", "2023"]
    assert settings.values(store, "grade") == ["待定", "优秀", "合格", "不合格"]
    assert "基本合格" in settings.values(store, "grade", retired=True)
    with store.transact("恢复选项") as tx:
        settings.add_value(tx, "grade", "基本合格")
    assert "基本合格" in settings.values(store, "grade")
    store.undo()
    store.undo()
    assert settings.values(store, "grade") == ["优秀", "合格", "基本合格", "不合格"]


def test_communities_and_grids(store: Store) -> None:
    linked = linked_community(store)
    assert linked is not None
    with store.transact("地点") as tx:
        assert ensure_community(tx, "江夏区", "藏龙岛街道", "经院社区") == linked["uid"]
        assert ensure_community(tx, "", "", "经院社区") == linked["uid"]
        new = ensure_community(tx, "洪山区", "关山街道", "康园社区")
        assert ensure_community(tx, "洪山区", "", "康园社区") == new
        ensure_community(tx, "武昌区", "水果湖街道", "康园社区")
        with pytest.raises(InvalidInput, match="几个社区"):
            ensure_community(tx, "", "", "康园社区")
        for number in range(1, 13):
            row = {"community_uid": linked["uid"], "name": f"第{number}网格", "code": f"JY-{number:02}"}
            tx.insert("grid", {**row, "position": number})
    names = [
        (find_grid(store, text) or {}).get("name") for text in ("第3网格", "三网格", "12", "第十二网格", "JY-05", "13")
    ]
    assert names == ["第3网格", "第3网格", "第12网格", "第12网格", "第5网格", None]
