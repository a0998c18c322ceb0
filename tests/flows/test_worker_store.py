"""What the worker and the child process write is held to the rules that the window's own writing is held to."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from core.check import findings
from core.exchange.checkout import check_out, open_copy
from core.exchange.model import CheckoutAsk
from core.ledger import create_ledger, open_ledger
from core.org.ops import update_unit
from core.roster.ops import save_cadre
from core.store import Store
from tests.factory import people, visits
from tests.ui.conftest import context_of
from ui.context import Context
from ui.job import serve
from ui.kit.tasks import Progress

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
SECRET = "口令一二三四五六"


@pytest.fixture
def office(dressed: QApplication, tmp_path: Path) -> Iterator[Context]:
    """A window on a small office's ledger on disk."""
    store, _code = create_ledger(tmp_path / "office", SECRET, org_name="湖北经济学院", year=2020, cost=CHEAP)
    people(store, 6)
    visits(store, 8)
    made = context_of(store)
    yield made
    made.tasks.close()
    store.close()


def on_worker(ctx: Context, qtbot: Any, work: Any) -> Any:
    """What `work(store)` gives on the worker: its value, or its error."""
    got: list[Any] = []
    ctx.tasks.run("后台", lambda store, _progress: work(store), got.append, got.append)
    qtbot.waitUntil(lambda: bool(got))
    return got[0]


def test_a_transfer_taken_back_on_the_worker_takes_the_hours_along(office: Context, qtbot: Any) -> None:
    store = office.store
    person = store.one("SELECT uid, unit_uid FROM cadre ORDER BY staff_no LIMIT 1") or {}
    other = store.value("SELECT uid FROM unit WHERE uid <> ?", (person["unit_uid"],))
    with store.transact("导入名册") as tx:
        save_cadre(tx, {"unit_uid": other, "branch_uid": None}, person["uid"], transfer_on="2020-06-01")
    step = store.steps(1)[0].seq
    visit = store.value("SELECT uid FROM visit WHERE cadre_uid = ?", (person["uid"],))
    with store.transact("登记在后") as tx:
        row = {**(tx.one("SELECT * FROM visit WHERE uid = ?", (visit,)) or {}), "unit_uid": other, "branch_uid": None}
        late = tx.insert(
            "visit", {**{key: value for key, value in row.items() if key != "uid"}, "served_on": "2020-07-01"}
        )
    on_worker(office, qtbot, lambda own: own.undo(step, partial=True))
    assert store.value("SELECT unit_uid FROM cadre WHERE uid = ?", (person["uid"],)) == person["unit_uid"]
    assert store.value("SELECT unit_uid FROM visit WHERE uid = ?", (late,)) == person["unit_uid"]
    assert findings(store) == []


def test_the_worker_of_a_copy_changes_its_own_part_only(office: Context, tmp_path: Path, qtbot: Any) -> None:
    mine, other = (row[0] for row in office.store.tuples("SELECT uid FROM unit ORDER BY position LIMIT 2"))
    given = check_out(office.store, CheckoutAsk("笔记本1", units=(mine,)), tmp_path / "1.xcout")
    open_copy(Path(given.file), tmp_path / "copy", given.code, SECRET)
    store = open_ledger(tmp_path / "copy", SECRET, operator="笔记本")
    copy = context_of(store)

    def rename(uid: str) -> Any:
        def work(own: Store) -> None:
            with own.transact("改名") as tx:
                update_unit(tx, uid, {"name": "另一个名字"})

        return on_worker(copy, qtbot, work)

    assert "不在带出的范围" in str(rename(other))
    copy.tasks.close()
    store.close()


def test_the_worker_is_whoever_is_signed_in(office: Context, qtbot: Any) -> None:
    office.store.operator, office.store.role, office.store.login = "王芳", "ENTRY", "wf"
    told = on_worker(office, qtbot, lambda own: (own.operator, own.role, own.login, own.wiring is office.store.wiring))
    assert told == ("王芳", "ENTRY", "wf", True)


def test_a_child_process_is_held_to_the_role_of_who_started_it(office: Context) -> None:
    store = office.store
    with store.transact("经办人") as tx:
        tx.insert("operator", {"name": "王芳", "role": "ENTRY", "login_id": "wf"})

    def role(own: Store, _order: Any, _progress: Progress) -> list[str]:
        return [own.operator, own.role]

    order = {"job": "role", "folder": str(store.folder), "key": store.key.hex(), "operator": "王芳", "login": "wf"}
    out = io.StringIO()
    assert serve({"role": role}, io.StringIO(json.dumps(order) + "\n"), out) == 0
    assert json.loads(out.getvalue())["result"] == ["王芳", "ENTRY"]


def test_a_check_in_the_background_sees_one_state_while_others_write(office: Context, qtbot: Any) -> None:
    def work(own: Store) -> list[str]:
        other = own.twin()
        read = own.tuples

        def meanwhile(sql: str, params: Any = ()) -> Any:
            rows = read(sql, params)
            visits(other, 2)  # between any two reads of the check somebody enters a service
            return rows

        own.tuples = meanwhile  # type: ignore[method-assign]
        try:
            return findings(own)
        finally:
            own.tuples = read  # type: ignore[method-assign]
            other.close()

    assert on_worker(office, qtbot, work) == []
    assert office.store.value("SELECT count(*) FROM visit") > 8


def test_a_job_that_reads_writes_from_what_is_newest_then(office: Context, qtbot: Any) -> None:
    """A snapshot that others have written over cannot be written from: the step begins anew, and is seen afterwards."""

    def work(own: Store) -> list[int]:
        count = "SELECT count(*) FROM visit"
        seen = [own.value(count)]
        other = own.twin()
        visits(other, 3)
        seen.append(own.value(count))
        own.local.put("filter", {"unit": ""})
        seen.append(own.value(count))
        visits(other, 3)
        visits(own, 1)
        seen.append(own.value(count))
        visits(other, 1)
        seen.append(own.value(count))
        own.undo()
        other.close()
        return seen

    assert on_worker(office, qtbot, work) == [8, 8, 11, 15, 15]
    assert office.store.value("SELECT count(*) FROM visit") == 15


def test_a_job_that_fails_lets_go_of_its_moment(office: Context, qtbot: Any) -> None:
    def fail(own: Store) -> None:
        with own.transact("失败"):
            raise ValueError("oops")

    assert isinstance(on_worker(office, qtbot, fail), ValueError)
    visits(office.store, 1)
    assert on_worker(office, qtbot, lambda own: own.value("SELECT count(*) FROM visit")) == 9
