"""The write door: one transaction, one step; undo, redo, partial undo; what must not go through."""

from __future__ import annotations

import random

import pytest

from core.base.errors import Refused, Stale
from core.base.ids import new_uid, new_uids
from core.ledger import memory_ledger
from core.store import Store, Wiring, tables


@pytest.fixture
def store() -> Store:
    return Store.in_memory(wiring=Wiring())


def add_unit(store: Store, name: str = "会计学院党委") -> str:
    with store.transact("增加单位") as tx:
        return tx.insert("unit", {"name": name})


def everything(store: Store) -> dict[str, list[tuple]]:
    return {one.name: store.tuples(f"SELECT * FROM {one.name} ORDER BY uid") for one in tables.RECORDED}


def test_a_transaction_is_one_step_with_operator_and_device(store: Store) -> None:
    uid = add_unit(store)
    (step,) = store.steps()
    assert (step.label, step.tables, step.count, step.operator) == ("增加单位", ("unit",), 1, "测试")
    assert step.device
    (change,) = store.step_changes(step.seq)
    assert (change.op, change.uid, change.after["name"], change.before) == ("insert", uid, "会计学院党委", {})


def test_uids_made_together_are_fresh_and_in_order() -> None:
    made = [new_uid(), *new_uids(5000), new_uid()]
    assert made == sorted(set(made))
    assert {(len(one), one[12]) for one in made} == {(32, "7")}
    assert {one[16] for one in made} == set("89ab")
    assert new_uids(0) == []


def test_an_exception_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transact("错") as tx:
        tx.insert("unit", {"name": "甲"})
        raise ZeroDivisionError
    assert store.value("SELECT count(*) FROM unit") == 0
    assert store.steps() == []
    add_unit(store)  # the door is not stuck


def test_reading_only_makes_no_step(store: Store) -> None:
    with store.transact("看看") as tx:
        tx.value("SELECT count(*) FROM unit")
    assert tx.outcome.step is None
    assert store.steps() == []


def test_a_mistyped_table_is_refused_and_not_created(store: Store) -> None:
    with pytest.raises(KeyError), store.transact("错") as tx:
        tx.insert("untis", {"name": "甲"})
    assert store.value("SELECT count(*) FROM sqlite_schema WHERE name = 'untis'") == 0


def test_a_row_that_is_gone_is_stale(store: Store) -> None:
    with pytest.raises(Stale), store.transact("改") as tx:
        tx.update("unit", "x" * 32, {"name": "乙"})
    with pytest.raises(Stale), store.transact("删") as tx:
        tx.delete("unit", "x" * 32)


def test_the_same_name_twice_is_said_in_words(store: Store) -> None:
    add_unit(store)
    with pytest.raises(Stale, match="没有保存"):
        add_unit(store)


def test_random_steps_undone_and_redone_give_each_state_back(store: Store) -> None:
    pick = random.Random(20200803)
    units = [add_unit(store, f"单位{n}") for n in range(5)]
    people: list[str] = []
    states = [everything(store)]
    for number in range(120):
        with store.transact(f"第{number}步") as tx:
            for _ in range(pick.randrange(1, 4)):
                act = pick.random()
                if act < 0.5 or not people:
                    people.append(tx.insert("cadre", {"name": f"人{len(people)}", "unit_uid": pick.choice(units)}))
                elif act < 0.9:
                    tx.update("cadre", pick.choice(people), {"phone": str(pick.random()), "note": str(number)})
                else:
                    tx.delete("cadre", people.pop(pick.randrange(len(people))))
        if store.steps(1)[0].label == f"第{number}步":
            states.append(everything(store))
    for before in reversed(states[:-1]):
        store.undo()
        assert everything(store) == before
    for after in states[1:]:
        store.redo()
        assert everything(store) == after
    with pytest.raises(Refused, match="没有可以重做"):
        store.redo()


def test_redo_ends_when_something_new_is_done(store: Store) -> None:
    add_unit(store, "甲")
    store.undo()
    assert store.redo_candidate() is not None
    add_unit(store, "乙")
    assert store.redo_candidate() is None
    assert store.undo().label == "撤销：增加单位"
    assert store.rows("SELECT name FROM unit") == []


def test_undo_of_an_older_step_is_refused_over_a_later_change_and_changes_nothing(store: Store) -> None:
    unit = add_unit(store)
    with store.transact("改名") as tx:
        tx.update("unit", unit, {"name": "会计学院党总支"})
    before = everything(store)
    with pytest.raises(Refused, match="后又改过"):
        store.undo(1)
    assert everything(store) == before
    assert [step.undone for step in store.steps()] == [False, False]


def test_partial_undo_takes_back_the_untouched_and_lists_the_rest(store: Store) -> None:
    with store.transact("导入") as tx:
        unit = tx.insert("unit", {"name": "甲"})
        kept = tx.insert("cadre", {"name": "改过的", "unit_uid": unit})
        tx.insert("cadre", {"name": "没动的", "unit_uid": unit})
    with store.transact("改电话") as tx:
        tx.update("cadre", kept, {"phone": "13800000000"})
    result = store.undo(1, partial=True)
    assert store.rows("SELECT name, phone FROM cadre") == [{"name": "改过的", "phone": "13800000000"}]
    assert store.value("SELECT name FROM unit") == "甲"  # still needed
    assert {(row.table, row.uid) for row in result.kept} == {("cadre", kept), ("unit", unit)}
    store.redo()
    assert store.value("SELECT count(*) FROM cadre") == 2


def test_partial_undo_of_an_update_goes_back_by_field_group(store: Store) -> None:
    unit = add_unit(store)
    with store.transact("登记") as tx:
        uid = tx.insert(
            "cadre",
            {"name": "甲", "unit_uid": unit, "phone": "1", "title": "讲师", "district": "江夏区", "street": "旧街"},
        )
    with store.transact("导入") as tx:
        tx.update("cadre", uid, {"phone": "2", "title": "教授", "district": "洪山区", "street": "新街"})
    with store.transact("改") as tx:
        tx.update("cadre", uid, {"title": "副教授", "street": "关山街道"})
    step = store.steps()[1].seq
    result = store.undo(step, partial=True)
    row = store.one("SELECT phone, title, district, street FROM cadre")
    # phone was untouched; district belongs to the same field group as street, so it stays with it
    assert row == {"phone": "1", "title": "副教授", "district": "洪山区", "street": "关山街道"}
    assert len(result.kept) == 1


def test_undo_twice_is_refused(store: Store) -> None:
    add_unit(store)
    store.undo()
    with pytest.raises(Refused, match="已经撤销过"):
        store.undo(1)


def test_columns_appended_since_do_not_stop_undo_but_a_lost_one_does(store: Store) -> None:
    unit = add_unit(store)
    with store.transact("改名") as tx:
        tx.update("unit", unit, {"name": "乙"})
    store.connection.execute("ALTER TABLE unit ADD COLUMN later TEXT NOT NULL DEFAULT ''")
    store.undo()
    assert store.value("SELECT name FROM unit") == "会计学院党委"
    store.connection.execute("ALTER TABLE unit DROP COLUMN short_name")
    with pytest.raises(Refused, match="表结构"):
        store.undo()


def test_local_values_leave_no_history(store: Store) -> None:
    store.local.put("draft:visit", {"姓名": "张三", "n": 1})
    assert store.local.get("draft:visit") == {"姓名": "张三", "n": 1}
    assert store.local.keys("draft:") == ["draft:visit"]
    store.local.delete("draft:visit")
    assert store.local.get("draft:visit", "无") == "无"
    assert store.steps() == []


def test_each_recorded_table_is_declared_right(store: Store) -> None:
    in_file = {
        row[0]
        for row in store.tuples(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_sqlite%' ESCAPE '\\'"
        )
    }
    assert in_file - {"sqlite_sequence"} == tables.NAMES | set(tables.LOCAL)
    for spec in tables.RECORDED:
        info = store.rows("SELECT * FROM pragma_table_info(?) ORDER BY cid", (spec.name,))
        columns = {row["name"] for row in info}
        assert (info[0]["name"], info[0]["pk"], info[0]["notnull"]) == ("uid", 1, 1), spec.name
        assert set(spec.personal) <= columns, spec.name
        for group in spec.groups:
            assert set(group) <= columns, (spec.name, group)
        sql = store.value("SELECT sql FROM sqlite_schema WHERE name = ?", (spec.name,))
        assert sql.rstrip().endswith("STRICT")
        assert "CASCADE" not in sql


def test_the_founding_of_a_ledger_is_never_taken_back() -> None:
    ledger = memory_ledger()
    assert ledger.undo_candidate() is None
    with pytest.raises(Refused, match="没有可以撤销"):
        ledger.undo()
    with pytest.raises(Refused, match="台账的开头"):
        ledger.undo(1, partial=True)
    assert ledger.value("SELECT count(*) FROM setting") > 0
