"""Writing one transaction down: changeset, history row, derived tables, and errors in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import apsw

from core.base.clock import stamp
from core.base.errors import MachineFault, Problem, Refused, Stale
from core.base.ids import new_uid
from core.base.rights import Role, covers
from core.store import driver, files, history, tables
from core.store.reads import Reader, Reads

if TYPE_CHECKING:
    from core.store.store import Store


@contextmanager
def recorded(store: Store, label: str, *, undoes: int | None = None, foreign_keys: bool = True) -> Iterator[Record]:
    """BEGIN IMMEDIATE … COMMIT with a session over the recorded tables; any exception rolls all of it back."""
    driver.sqlite_utils()  # imported before the write lock is taken, not under it
    with store.beside_snapshot(), _recorded(store, label, undoes, foreign_keys) as record:
        yield record


@contextmanager
def _recorded(store: Store, label: str, undoes: int | None, foreign_keys: bool) -> Iterator[Record]:
    connection = store.connection
    if not foreign_keys:
        connection.execute("PRAGMA foreign_keys = OFF")
    try:
        connection.execute("BEGIN IMMEDIATE")
        record = Record(store, label, undoes)
        try:
            with recording(connection) as session:
                yield record
                record.write(session.changeset())
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    finally:
        if not foreign_keys:
            connection.execute("PRAGMA foreign_keys = ON")


@contextmanager
def recording(connection: driver.Connection) -> Iterator[Any]:
    """A session over the recorded tables: its changeset holds what is done inside."""
    session = apsw.Session(connection, "main")
    try:
        session.table_filter(tables.NAMES.__contains__)
        session.attach()
        yield session
    finally:
        session.close()


class Record:
    """Writes the history row of one transaction, if it changed anything."""

    def __init__(self, store: Store, label: str, undoes: int | None) -> None:
        self._store, self.label, self._undoes = store, label, undoes
        self._after: Callable[[Mapping[str, frozenset[str]]], None] | None = None
        self.seq: int | None = None
        self.lasting = False
        self.tables: frozenset[str] = frozenset()

    def __call__(self, after: Callable[[Mapping[str, frozenset[str]]], None]) -> None:
        self._after = after

    def write(self, changes: bytes) -> None:
        rows = history.touched(changes)
        if not rows and self._undoes is None:
            return
        self.tables = frozenset(rows)
        connection, read = self._store.connection, Reader(self._store.connection)
        self.seq = int(read.value("SELECT coalesce(max(seq), 0) + 1 FROM history"))
        connection.execute(
            "INSERT INTO history (seq, uid, at, operator, device, label, tables, count, changes, shape, lasting, undoes) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.seq, new_uid(), stamp(), self._store.operator, self._store.device, self.label,
                json.dumps(sorted(rows)), sum(map(len, rows.values())), history.pack(changes),
                json.dumps(history.shape_of(read, rows)), int(self.lasting), self._undoes,
            ),
        )  # fmt: skip
        connection.executemany(
            "INSERT OR IGNORE INTO history_row (seq, tbl, row_uid) VALUES (?, ?, ?)",
            [(self.seq, table, uid) for table, uids in rows.items() if tables.table(table).travels for uid in uids],
        )
        if self._undoes is not None:
            self._mark_undone(connection)
        if self._after is not None:
            self._after({table: frozenset(uids) for table, uids in rows.items()})

    def _mark_undone(self, connection: Any) -> None:
        """The step taken back is out of force; if it was itself an undo, what that had taken back is in force again."""
        connection.execute("UPDATE history SET undone_by = ? WHERE seq = ?", (self.seq, self._undoes))
        connection.execute(
            "UPDATE history SET undone_by = NULL WHERE seq = (SELECT undoes FROM history WHERE seq = ?)",
            (self._undoes,),
        )


def may_take_back(reads: Reads, operator: str, role: str, whose: str) -> None:
    """Refused unless the step is the operator's own, or of somebody who may do no more than he."""
    of_whose = reads.value("SELECT role FROM operator WHERE name = ?", (whose,)) or Role.ADMIN
    if whose != operator and not covers(role, of_whose):
        raise Refused(
            f"这一步是{whose or '管理人员'}做的，您的权限不能撤销或重做它。", f"请让{whose or '管理人员'}本人办理。"
        )


@contextmanager
def in_words(store: Store | None = None) -> Iterator[None]:
    """Database errors leave as Problems in whole sentences; of a file that was put aside by a restore they are no damage."""
    try:
        yield
    except Problem:
        raise
    except driver.DiskFull as error:
        raise MachineFault("磁盘已满或写不进去，这一步没有保存；以前保存的内容都在。", "请清理磁盘后重试。") from error
    except driver.Busy as error:
        raise MachineFault("另一个窗口正在写入台账，这一步没有保存。", "请稍候重试。") from error
    except driver.IntegrityError as error:
        raise Stale(f"与台账里已有的内容冲突，这一步没有保存（{error}）。", "请刷新后核对再试。") from error
    except driver.DatabaseError as error:
        if isinstance(error, driver.OperationalError) and "I/O" not in str(error):
            raise
        if store is not None and store.is_replaced:
            raise files.Replaced from error
        raise files.Damaged(
            "台账文件读写出错或已损坏。", "请从最近的备份恢复（设置 → 备份，或命令 restore）。"
        ) from error
