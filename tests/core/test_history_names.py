"""The history names the person in each line, and in each row of a step, whatever was written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.base.ids import new_uid
from core.history_of import OF_PERSON, subjects
from core.ledger import memory_ledger
from core.store import Store
from core.store.tables import RECORDED
from core.words import step_words
from tests.factory import people, visits

TEXT = {"served_on": "2020-11-20", "track": "HOME", "state": "WAITING", "from_on": "2020-09-01", "start_at": "08:00"}
OWN = {("visit", "track"): "OWN", ("squad_member", "role"): "CADRE", ("evaluation", "year"): 2020}


@pytest.fixture
def ledger() -> Iterator[Store]:
    store = memory_ledger()
    people(store, 3)
    yield store
    store.close()


def last(store: Store) -> int:
    return store.steps(1)[0].seq


def plain_row(store: Store, table: str, cadre_uid: str) -> dict[str, Any]:
    """A row of any table that hangs on a person, by its columns."""
    made: dict[str, Any] = {}
    for name, kind, needed, default in store.tuples(
        'SELECT name, type, "notnull", dflt_value FROM pragma_table_info(?)', (table,)
    ):
        if name in ("cadre_uid", "owner_uid"):
            made[name] = cadre_uid
        elif name == "owner_table":
            made[name] = "cadre"
        elif name.endswith("_uid") and needed and default is None:
            made[name] = parent(store, name.removesuffix("_uid"))
        elif needed and default is None and name != "uid":
            made[name] = OWN.get((table, name)) or TEXT.get(
                name, "2020-09-01" if name.endswith("_on") else 1 if kind == "INTEGER" else "甲"
            )
    return made


def parent(store: Store, table: str) -> str:
    if table in ("unit", "branch"):
        return str(store.value(f"SELECT uid FROM {table} LIMIT 1"))
    with store.transact("准备") as tx:
        if table == "squad":
            return tx.insert("squad", {"grid_uid": parent_in(tx, "grid"), "name": new_uid(), "formed_on": "2020-09-01"})
        return parent_in(tx, table)


def parent_in(tx: Any, table: str) -> str:
    if table == "community":
        return str(tx.value("SELECT uid FROM community LIMIT 1") or tx.insert("community", {"name": "经院社区"}))
    needs = {"grid": "community", "estate": "community", "building": "estate"}[table]
    return str(tx.insert(table, {f"{needs}_uid": parent_in(tx, needs), "name": new_uid()}))


def tables_of_people(store: Store) -> list[str]:
    return [
        one.name
        for one in RECORDED
        if one.travels and store.value("SELECT 1 FROM pragma_table_info(?) WHERE name = 'cadre_uid'", (one.name,))
    ]


def test_every_table_of_a_person_is_named_by_him(ledger: Store) -> None:
    assert set(tables_of_people(ledger)) <= set(OF_PERSON)
    uid, name, number = ledger.tuples("SELECT uid, name, staff_no FROM cadre ORDER BY staff_no")[0]
    for table in OF_PERSON:
        values = plain_row(ledger, table, uid)
        column = next(
            one
            for (one,) in ledger.tuples("SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT'", (table,))
            if one in ("note", "reason", "content", "main_work", "entrance", "title", "name", "category", "until_on")
        )
        with ledger.transact("新增") as tx:
            row = tx.insert(table, values)
        assert named(ledger) == (True, f"{name}（{number}）"), table
        with ledger.transact("修改") as tx:
            tx.update(table, row, {column: "2021-01-01" if column == "until_on" else "乙"})
        assert named(ledger) == (True, f"{name}（{number}）"), table
        with ledger.transact("删除") as tx:
            tx.delete(table, row)
        assert named(ledger) == (True, f"{name}（{number}）"), table


def named(store: Store) -> tuple[bool, str]:
    """Whether the only row of the newest step is titled with the first person, and what its line says."""
    (words,) = step_words(store, store.step_changes(last(store)))
    first = store.value("SELECT name FROM cadre ORDER BY staff_no LIMIT 1")
    return first in words.title, subjects(store, [last(store)])[last(store)]


def test_a_line_names_the_first_few_and_how_many(ledger: Store) -> None:
    people(ledger, 5)
    step = last(ledger)
    assert subjects(ledger, [step])[step].endswith("等5人") and subjects(ledger, [step])[step].count("、") == 2
    visits(ledger, 2)
    assert subjects(ledger, [last(ledger)])[last(ledger)].count("（") == 2, "two people, no 等"
    with ledger.transact("修改设置") as tx:
        tx.update("setting", "org_name", {"value": "某大学"})
    assert subjects(ledger, [last(ledger)])[last(ledger)], "where there is no person, the thing"
    assert subjects(ledger, []) == {}
