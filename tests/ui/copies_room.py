"""For the tests of 数据交换 that need real packets: the office's ledger on disk, and a copy of it opened in another folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.exchange.checkout import check_out, open_copy
from core.exchange.model import CheckedOut, CheckoutAsk
from core.ledger import create_ledger, open_ledger
from core.store import Row, Store
from tests import factory
from tests.ui.conftest import context_of
from ui.context import Context

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
SECRET = "口令口令口令口令"


@dataclass(slots=True)
class Two:
    """The office and a copy of it."""

    office: Store
    copy: Store
    given: CheckedOut
    stick: Path  # the USB stick


def office_ledger(folder: Path) -> Store:
    """The office's ledger with 40 people and 80 records of 2020."""
    store, _code = create_ledger(
        folder, SECRET, org_name="湖北经济学院", year=factory.YEAR, operator="李敏", cost=CHEAP
    )
    factory.people(store, 40)
    factory.visits(store, 80)
    return store


def open_given(given: CheckedOut, folder: Path, operator: str = "王丽") -> Store:
    """A copy opened where it was taken to."""
    open_copy(Path(given.file), folder, given.code, SECRET, operator)
    return open_ledger(folder, SECRET, operator=operator)


def two_ledgers(tmp_path: Path, kind: str = "LAPTOP") -> Iterator[Two]:
    """Both open, closed afterwards."""
    stick = tmp_path / "U盘"
    office = office_ledger(tmp_path / "办公室")
    given = check_out(office, CheckoutAsk("笔记本1", kind=kind, holder="王丽", due_on="2020-12-01"), stick)
    copy = open_given(given, tmp_path / "笔记本")
    yield Two(office, copy, given, stick)
    copy.close()
    office.close()


def ledger_ctx(store: Store) -> Context:
    """The context of a window on a ledger."""
    made = context_of(store)
    made.year = factory.YEAR
    return made


def waiting_visit(store: Store, at: int = 0) -> Row:
    """A record that waits for confirmation."""
    return store.rows("SELECT * FROM visit WHERE state = 'WAITING' ORDER BY served_on, uid")[at]


def change(store: Store, table: str, uid: str, **values: Any) -> None:
    """Something a person did."""
    with store.transact("修改") as tx:
        tx.update(table, uid, values)
