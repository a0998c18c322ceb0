"""Operators: their list, their passphrases, what each may do, and how a ledger opens for whom."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core import operators as ops
from core.base.errors import InvalidInput, Refused
from core.base.rights import Right, Role, acts_of, covers, why_not
from core.ledger import create_ledger, open_ledger
from core.org.settings import add_value, retire_value, set_quota, set_settings
from core.service_log.importing import commit_visits, prepare_visits
from core.service_log.model import VisitDraft
from core.service_log.ops import confirm_visits, record_visit, reopen_visits, return_visits, void_visits
from core.store import Store, files, keys, tries
from tests import factory

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
MASTER = "台账的总口令"
SECRET = {"王芳": "王芳自己的口令123", "李明": "李明自己的口令123", "陈静": "陈静自己的口令123"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A ledger with one operator of each role."""
    place = tmp_path / "台账"
    store, _code = create_ledger(place, MASTER, org_name="湖北经济学院", year=2020, operator="开账人", cost=CHEAP)
    for name, role in (("陈静", "ADMIN"), ("李明", "审核"), ("王芳", "ENTRY")):
        with store.transact(f"新增经办人{name}") as tx:
            ops.add_operator(tx, store, {"name": name, "role": role}, SECRET[name])
    store.close()
    return place


def opened(folder: Path, name: str) -> Store:
    return open_ledger(folder, SECRET[name], operator=name)


def do(store: Store, op: Callable[..., object], *args: object) -> object:
    with store.transact("一步") as tx:
        return op(tx, *args)


def test_each_opens_by_his_own_passphrase_in_his_role(folder: Path) -> None:
    for name, role in (("陈静", "ADMIN"), ("李明", "REVIEW"), ("王芳", "ENTRY")):
        store = opened(folder, name)
        assert (store.operator, store.role) == (name, role) and store.login
        with store.transact("记一步") as tx:
            tx.insert("unit", {"name": f"{name}的单位"})
        assert store.steps(1)[0].operator == name
        store.close()


def test_the_ledgers_own_passphrase_is_for_everything_but_for_nobodys_name(folder: Path) -> None:
    store = open_ledger(folder, MASTER)
    assert (store.operator, store.role, store.login) == (ops.MASTER, "ADMIN", "")
    store.close()
    other = open_ledger(folder, MASTER, operator="命令行")
    assert (other.operator, other.role) == ("命令行", "ADMIN")
    other.close()
    with pytest.raises(Refused, match="姓名或口令不对"):
        open_ledger(folder, MASTER, operator="王芳")


def test_a_ledger_without_operators_works_as_ever(tmp_path: Path) -> None:
    store, code = create_ledger(tmp_path / "甲", MASTER, org_name="校", operator="李干事", cost=CHEAP)
    store.close()
    again = open_ledger(tmp_path / "甲", MASTER, operator="李干事")
    assert (again.operator, again.role) == ("李干事", "ADMIN")
    do(again, set_settings, {"year": "2021"})
    again.close()
    open_ledger(tmp_path / "甲", recovery_code=code).close()


ENTRY_MAY_NOT = (
    (confirm_visits, lambda uids: (uids, "社区党组织", "李书记")),
    (return_visits, lambda uids: (uids, "缺签字")),
    (void_visits, lambda uids: (uids, "重复")),
)
ONLY_ADMIN = (
    (set_settings, ({"year": "2021"},)),
    (set_quota, (2021, 5, 1200)),
    (add_value, ("grade", "待定")),
    (retire_value, ("grade", "优秀")),
)


def test_entry_records_and_review_confirms(folder: Path) -> None:
    entry = opened(folder, "王芳")
    (uid,) = factory.people(entry, 1)
    draft = VisitDraft(
        cadre_uid=uid, served_on="2020-11-20", start_at="09:00", end_at="11:00", community="经院社区",
        category="宣传政策", content="入户走访。", confirm_method="社区党组织", confirmed_by="李书记",
    )  # fmt: skip
    made = do(entry, record_visit, draft)
    assert made.warnings == ("签字已记下，这条先列为待确认，由审核人员确认。",)
    row = entry.one("SELECT state, confirmed_by FROM visit WHERE uid = ?", (made.uid,))
    assert row == {"state": "WAITING", "confirmed_by": "李书记"}
    for op, args in ENTRY_MAY_NOT:
        with pytest.raises(Refused, match="只有审核人员和管理人员能确认"):
            do(entry, op, *args([made.uid]))
    for op, args in ONLY_ADMIN:
        with pytest.raises(Refused, match="只有管理人员能"):
            do(entry, op, *args)
    entry.close()
    review = opened(folder, "李明")
    do(review, confirm_visits, [made.uid], "社区党组织", "李书记")
    do(review, void_visits, [made.uid], "重复")
    for op, args in ONLY_ADMIN:
        with pytest.raises(Refused, match="只有管理人员能"):
            do(review, op, *args)
    review.close()
    entry = opened(folder, "王芳")
    with pytest.raises(Refused, match="只有审核人员"):  # taking back what review has voided
        do(entry, reopen_visits, [made.uid])
    entry.close()
    admin = opened(folder, "陈静")
    for op, args in ONLY_ADMIN:
        do(admin, op, *args)
    admin.close()


def test_signed_rows_of_a_sheet_wait_if_entry_imports_them(folder: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "服务记录.csv"
    head, row = (
        "工号,姓名,服务日期,开始时间,结束时间,服务内容,服务类别,社区,确认方式,确认人",
        "0001,张伟,2020-08-12,9:00,11:00",
    )
    sheet.write_text(f"{head}\n{row},入户走访,宣传政策,经院社区,社区党组织,李书记\n", encoding="utf-8-sig")
    entry = opened(folder, "王芳")
    factory.people(entry, 1)
    prepared = prepare_visits(entry, [sheet])
    assert "由审核人员确认" in prepared.remarks[0]["message"] and prepared.errors == []
    commit_visits(entry, prepared)
    assert entry.tuples("SELECT state, confirmed_by FROM visit") == [("WAITING", "李书记")]
    entry.undo()
    entry.close()
    review = opened(folder, "李明")
    prepared = prepare_visits(review, [sheet])
    review.role = "ENTRY"  # somebody else took over between check and writing
    with pytest.raises(Refused, match="只有审核人员"):
        commit_visits(review, prepared)
    review.role = "REVIEW"
    commit_visits(review, prepared)
    assert review.tuples("SELECT state, confirmed_by FROM visit") == [("CONFIRMED", "李书记")]
    review.close()


def test_nobody_takes_back_what_he_may_not_do(folder: Path) -> None:
    admin = opened(folder, "陈静")
    do(admin, set_settings, {"year": "2021"})
    settings = admin.steps(1)[0].seq
    admin.close()
    entry = opened(folder, "王芳")
    do(entry, lambda tx: tx.insert("unit", {"name": "甲"}))
    entry.undo()
    entry.redo()
    with pytest.raises(Refused, match="这一步是陈静做的"):
        entry.undo(settings)
    mine = entry.steps(1)[0].seq
    entry.close()
    review = opened(folder, "李明")
    review.undo(mine)
    with pytest.raises(Refused, match="这一步是陈静做的"):
        review.undo(settings)
    review.close()
    master = open_ledger(folder, MASTER)
    master.undo(settings)
    master.close()


def test_only_who_manages_operators_does(folder: Path) -> None:
    for name in ("王芳", "李明"):
        store = opened(folder, name)
        chen = ops.operator(store, "陈静")["uid"]
        acts: tuple[tuple[Callable[..., object], tuple[object, ...]], ...] = (
            (ops.add_operator, (store, {"name": "新人", "role": "ADMIN"}, "新人自己的口令123")),
            (ops.change_operator, (chen, {"role": "ENTRY"})),
            (ops.leave_operator, (store, chen)),
            (ops.set_passphrase, (store, chen, "别人设的口令123")),
        )
        for op, args in acts:
            with pytest.raises(Refused, match="只有管理人员能管理经办人"):
                do(store, op, *args)
        store.close()


def test_who_leaves_opens_no_more_and_his_steps_keep_his_name(folder: Path) -> None:
    entry = opened(folder, "王芳")
    do(entry, lambda tx: tx.insert("unit", {"name": "甲"}))
    entry.close()
    admin = opened(folder, "陈静")
    do(admin, ops.leave_operator, admin, ops.operator(admin, "王芳")["uid"])
    assert [row["name"] for row in ops.operators(admin)] == ["陈静", "李明"]
    assert [row["name"] for row in ops.operators(admin, left=True)] == ["陈静", "李明", "王芳"]
    assert "王芳" in {step.operator for step in admin.steps()}
    with pytest.raises(Refused, match="口令不对"):
        opened(folder, "王芳")
    do(admin, ops.add_operator, admin, {"name": "王芳", "role": "REVIEW"}, SECRET["王芳"])
    again = opened(folder, "王芳")
    assert again.role == "REVIEW"
    again.close()
    admin.close()


def test_a_step_taken_back_lets_nobody_in(folder: Path) -> None:
    admin = opened(folder, "陈静")
    do(admin, ops.add_operator, admin, {"name": "新人", "role": "ENTRY"}, "新人自己的口令123")
    admin.undo()
    with pytest.raises(Refused, match="不在名单里"):
        open_ledger(folder, "新人自己的口令123", operator="新人")
    do(admin, ops.leave_operator, admin, ops.operator(admin, "王芳")["uid"])
    admin.undo()  # on the list again, but his wrap is gone
    assert ops.without_passphrase(admin) == {ops.operator(admin, "王芳")["uid"]}
    do(admin, ops.set_passphrase, admin, ops.operator(admin, "王芳")["uid"], "王芳的新口令123")
    assert ops.without_passphrase(admin) == frozenset()
    open_ledger(folder, "王芳的新口令123", operator="王芳").close()
    admin.close()


def test_the_last_admin_stays(folder: Path) -> None:
    store = open_ledger(folder, MASTER)
    chen, li = (ops.operator(store, name)["uid"] for name in ("陈静", "李明"))
    for act in (
        lambda tx: ops.leave_operator(tx, store, chen),
        lambda tx: ops.change_operator(tx, chen, {"role": "ENTRY"}),
    ):
        with pytest.raises(Refused, match="陈静是最后一位有管理权限的经办人"):
            do(store, act)
    do(store, ops.change_operator, li, {"role": "ADMIN"})
    do(store, ops.leave_operator, store, chen)
    assert [row["role"] for row in ops.operators(store)] == ["ADMIN", "ENTRY"]
    store.close()


def test_wrong_values_are_told_at_their_field(folder: Path) -> None:
    store = open_ledger(folder, MASTER)
    wrong = (
        ({"name": "", "role": "ENTRY"}, "足够长的口令123", "name"),
        ({"name": "王芳", "role": "ENTRY"}, "足够长的口令123", "name"),
        ({"name": "新人", "role": "BOSS"}, "足够长的口令123", "role"),
        ({"name": "新人", "role": "ENTRY"}, "短口令", "passphrase"),
    )
    for values, secret, key in wrong:
        with pytest.raises(InvalidInput) as told:
            do(store, ops.add_operator, store, values, secret)
        assert list(told.value.fields) == [key]
    assert not keys.knows(files.read_envelope(folder), "新人")
    with pytest.raises(InvalidInput, match="没有名叫“赵六”的经办人。现有：陈静、李明、王芳"):
        ops.operator(store, "赵六")
    store.close()


@pytest.mark.parametrize("name", ["王 芳", "王\u3000芳", "管理员", "管 理员"])
def test_a_name_that_signs_in_as_another_is_refused(folder: Path, name: str) -> None:
    store = open_ledger(folder, MASTER)
    with pytest.raises(InvalidInput, match=r"登录时分不开|总口令登录") as told:
        do(store, ops.add_operator, store, {"name": name, "role": "ADMIN"}, "另一个人的口令123")
    assert told.value.fields.keys() == {"name"}
    store.close()
    again = opened(folder, "王芳")  # her passphrase is as it was
    assert (again.operator, again.role) == ("王芳", "ENTRY")
    again.close()


def test_everybody_changes_his_own_passphrase(folder: Path) -> None:
    store = opened(folder, "王芳")
    with pytest.raises(Refused, match="口令不对"):
        ops.change_own_passphrase(store, "不是这个口令", "王芳的新口令123")
    ops.change_own_passphrase(store, SECRET["王芳"], "王芳的新口令123")
    store.close()
    open_ledger(folder, "王芳的新口令123", operator="王芳").close()
    master = open_ledger(folder, MASTER)
    ops.change_own_passphrase(master, MASTER, "换过的总口令123")
    master.close()
    open_ledger(folder, "换过的总口令123").close()
    open_ledger(folder, SECRET["李明"], operator="李明").close()


def test_a_colleague_takes_over_without_closing(folder: Path) -> None:
    store = opened(folder, "王芳")
    with pytest.raises(Refused, match="姓名或口令不对"):
        ops.sign_in_again(store, SECRET["王芳"], "李明")
    assert (store.operator, store.role) == ("王芳", "ENTRY")
    ops.sign_in_again(store, SECRET["李明"], "李明")
    assert (store.operator, store.role) == ("李明", "REVIEW")
    with pytest.raises(Refused, match="姓名或口令不对"):  # the ledger's own passphrase opens under no name
        ops.sign_in_again(store, MASTER, "赵六")
    ops.sign_in_again(store, MASTER)
    assert (store.operator, store.role, store.login) == (ops.MASTER, "ADMIN", "")
    store.close()


def test_wrong_ones_are_slowed_whoever_tries_and_a_right_one_clears(folder: Path) -> None:
    for name in ("王芳", "", "李明"):
        with pytest.raises(Refused, match="口令不对"):
            open_ledger(folder, "不是这个口令", operator=name)
    with pytest.raises(Refused, match="口令连续不对，请等"):
        opened(folder, "王芳")
    (folder / tries.FILE).write_text('{"wrong": 3, "at": 0}', encoding="utf-8")  # long ago
    opened(folder, "王芳").close()
    assert not (folder / tries.FILE).exists()


def test_operators_open_a_restored_backup(folder: Path, tmp_path: Path) -> None:
    from core.store import backup, restoring

    store = opened(folder, "陈静")
    file = backup.make(store, "手动")
    store.close()
    restoring.restore(file, tmp_path / "别处")
    again = open_ledger(tmp_path / "别处", SECRET["王芳"], operator="王芳")
    assert (again.operator, again.role) == ("王芳", "ENTRY")
    again.close()


def test_the_table_of_rights_grows_with_the_role() -> None:
    assert [role for role in Role if not why_not(role, Right.CONFIRM)] == ["REVIEW", "ADMIN"]
    assert [role for role in Role if not why_not(role, Right.SETTINGS)] == ["ADMIN"]
    assert all(not why_not(Role.ADMIN, right) for right in Right)
    assert all(why_not(Role.ENTRY, right).endswith("（台账 → 换人）。") for right in Right)
    assert covers("REVIEW", "ENTRY") and not covers("REVIEW", "ADMIN")
    assert acts_of("ENTRY") == "登记、导入、打印" and "确认" in acts_of("REVIEW")
