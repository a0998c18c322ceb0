"""An office and its copies in temporary folders, for tests of exchange: real encrypted files, real packets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.exchange.checkout import check_out, open_copy
from core.exchange.merging import merge
from core.exchange.model import CheckedOut, CheckoutAsk, MergeReport
from core.exchange.packets import make_packet
from core.exchange.queries import conflict_rows
from core.exchange.review import settle
from core.exchange_rules import RULES
from core.ledger import create_ledger, open_ledger
from core.store import Row, Store
from core.store.past import rows_now
from core.store.tables import RECORDED

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
SECRET = "口令一二三四五六"
BOOKKEEPING = ("import_seen",)


class Desks:
    """The office's ledger, and copies made from it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.office, _code = create_ledger(root / "office", SECRET, org_name="湖北经济学院", year=2020, cost=CHEAP)
        self.office.connection.execute("PRAGMA synchronous = OFF")
        self.copies: list[Store] = []
        self.given: list[CheckedOut] = []

    def give(self, name: str = "笔记本1", **ask: Any) -> Store:
        """Check out a copy and open it in a folder of its own."""
        number = len(self.copies) + 1
        given = check_out(self.office, CheckoutAsk(name, **ask), self.root / f"{number}.xcout")
        folder = self.root / f"copy{number}"
        open_copy(Path(given.file), folder, given.code, SECRET)
        copy = open_ledger(folder, SECRET, operator=f"{name}的人")
        copy.connection.execute("PRAGMA synchronous = OFF")
        self.copies.append(copy)
        self.given.append(given)
        return copy

    def peer(self, copy: Store) -> str:
        return self.given[self.copies.index(copy)].peer_uid

    def send(self, copy: Store) -> Path:
        """The copy writes its next packet."""
        out = self.root / f"up{self.copies.index(copy)}"
        return Path(make_packet(copy, out).file)

    def take(self, *files: Path) -> MergeReport:
        """The office merges packets."""
        return merge(self.office, list(files), RULES)

    def up(self, copy: Store) -> MergeReport:
        return self.take(self.send(copy))

    def down(self, copy: Store) -> MergeReport:
        """The office answers, the copy merges the answer."""
        made = make_packet(self.office, self.root / "down", self.peer(copy))
        return merge(copy, [Path(made.file)], RULES)

    def open(self) -> list[Row]:
        return conflict_rows(self.office)

    def settle(self, number: int, take: str, **values: Any) -> None:
        """Decide the n-th open conflict (from 0)."""
        uid = self.open()[number]["uid"]
        with self.office.transact("处理待定", merging=True) as tx:
            settle(tx, uid, RULES, take=take, values=values)

    def close(self) -> None:
        for store in (self.office, *self.copies):
            store.close()


def travelling(store: Store, *, without: tuple[str, ...] = ()) -> dict[str, dict[str, Row]]:
    """Every travelling row by table and uid."""
    return {
        one.name: {row["uid"]: row for row in store.rows(f"SELECT * FROM {one.name}")}
        for one in RECORDED
        if one.travels and one.name not in without
    }


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every recorded row, the exchange's own bookkeeping too."""
    return {one.name: store.tuples(f"SELECT * FROM {one.name} ORDER BY uid") for one in RECORDED}


def row(store: Store, table: str, uid: str) -> Row | None:
    return rows_now(store, [(table, uid)])[table, uid]
