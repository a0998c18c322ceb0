"""The history of a person registered twice and merged: both beginnings are told."""

from __future__ import annotations

from pathlib import Path

from core.history_of import history_of, keys_of_person
from core.roster.ops import save_cadre
from core.store import Store
from tests.exchange_desks import Desks
from tests.factory import people


def register(store: Store, label: str) -> str:
    with store.transact(label) as tx:
        unit = tx.value("SELECT uid FROM unit ORDER BY uid LIMIT 1")
        return save_cadre(tx, {"name": "欧阳修", "staff_no": "9001", "unit_uid": unit})


def test_who_was_merged_into_another_is_told_in_that_ones_history(tmp_path: Path) -> None:
    desks = Desks(tmp_path)
    people(desks.office, 1)
    copy = desks.give()
    register(copy, "外出时登记欧阳修")
    kept = register(desks.office, "办公室登记欧阳修")
    desks.up(copy)
    while desks.open():
        desks.settle(0, "YES")
    desks.down(copy)
    assert copy.value("SELECT count(*) FROM cadre WHERE staff_no = '9001'") == 1
    told = [one.step.label for one in history_of(copy, keys_of_person(copy, kept))]
    assert told[-1] == "外出时登记欧阳修" and len(told) > 1
    assert "办公室登记欧阳修" in [
        one.step.label for one in history_of(desks.office, keys_of_person(desks.office, kept))
    ]
    desks.close()
