"""The ledger: one encrypted file. Reads are plain; every write goes through one door, `transact`."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

import apsw

from core.base import disk, rights
from core.base.errors import MachineFault, Refused, Stale
from core.base.ids import new_uid, new_uids
from core.base.rights import Right, Role
from core.store import backup, driver, files, history, keys, restoring, tables
from core.store.local import Local
from core.store.migrations import migrate, refuse_other_versions
from core.store.must_hold import RECOMPUTE, Broken, Rule, made_by
from core.store.reads import Params, Reader, Row
from core.store.recording import in_words, may_take_back, recorded, recording
from core.store.taking_back import Signed, Taker

Derive = Callable[["Tx", Mapping[str, frozenset[str]]], None]
"""Keeps derived tables right: called before each COMMIT with the uids touched per table."""
Follow = Callable[["Tx", Sequence[history.RowChange], int], object]
"""What else must change when rows of a table are taken back: called inside the undo, with what was done to them and the
step that is undone (what was written since may have relied on it)."""


Guard = Callable[["Store", int], None]
"""Refuses a step, given its number (a copy's rows outside its part): called before COMMIT."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the rooms above give to a store: without it none can be made, and a twin takes it along.

    An empty one is for what touches none of their tables.
    """

    derive: tuple[Derive, ...] = ()
    follow: tuple[tuple[str, Follow], ...] = ()  # by table; what an op does of itself, an undo must be told
    guards: tuple[Guard, ...] = ()
    signed: Mapping[str, Signed] = field(default_factory=dict)  # by table: what a signature stands for
    rules: tuple[Rule, ...] = ()  # what must hold between rows: every step is asked, taking back and putting back too


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a transaction did; `step` is None if nothing changed."""

    step: int | None
    label: str
    tables: frozenset[str]
    value: Any = None


class Tx(Reader):
    """An open write transaction: one undoable step."""

    def __init__(self, store: Store, label: str) -> None:
        super().__init__(store.connection)
        self.label = label
        self.outcome = Outcome(None, label, frozenset())
        self.operator = store.operator
        self._store = store

    def require(self, right: Right) -> None:
        """Refused if who is signed in may not do this."""
        self._store.require(right)

    def may(self, right: Right) -> bool:
        """Whether who is signed in may do this."""
        return self._store.may(right)

    def insert(self, table: str, row: Mapping[str, Any]) -> str:
        """Add one row; returns its uid (made here if absent)."""
        full = {"uid": row.get("uid") or new_uid(), **{key: value for key, value in row.items() if key != "uid"}}
        self._table(table).insert(full)
        return str(full["uid"])

    def insert_many(self, table: str, rows: Iterable[Mapping[str, Any]]) -> list[str]:
        """Add rows that all have the same keys, fast; returns their uids."""
        listed = list(rows)
        if not listed:
            return []
        names = [name for name in listed[0] if name != "uid"]
        sql = f"INSERT INTO {self._checked(table)} ({', '.join(['uid', *names])}) VALUES (?{', ?' * len(names)})"
        made = zip(listed, new_uids(len(listed)), strict=True)
        uids = [str(row.get("uid") or fresh) for row, fresh in made]
        pick = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
        self._connection.executemany(sql, [(uid, *pick(row)) for uid, row in zip(uids, listed, strict=True)])
        return uids

    def update(self, table: str, uid: str, changes: Mapping[str, Any]) -> None:
        """Change fields of one row; Stale if it is gone."""
        from sqlite_utils.db import NotFoundError

        try:
            self._table(table).update(uid, dict(changes))
        except NotFoundError:
            raise Stale(f"这条{tables.table(table).label}已不存在，可能刚被撤销或删除。", "请刷新后再试。") from None

    def update_many(self, table: str, column_values: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Change many rows by (uid, changes), fast; all changes name the same fields."""
        pairs = list(column_values)
        if pairs:
            names = list(pairs[0][1])
            sql = f"UPDATE {self._checked(table)} SET {', '.join(f'{name} = ?' for name in names)} WHERE uid = ?"
            self._connection.executemany(sql, [(*(changes[name] for name in names), uid) for uid, changes in pairs])

    def delete(self, table: str, uid: str) -> None:
        """Remove one row; Stale if it is gone."""
        if self.value(f"SELECT 1 FROM {self._checked(table)} WHERE uid = ?", (uid,)) is None:
            raise Stale(f"这条{tables.table(table).label}已不存在，可能刚被撤销或删除。", "请刷新后再试。")
        self._table(table).delete(uid)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the step that stands for itself: where it fails, or breaks a rule, it leaves nothing and the step may go on."""
        connection = self._connection
        connection.execute("SAVEPOINT attempt")
        try:
            with recording(connection) as session:
                yield
                changes = session.changeset()
            shape = history.shape_of(self, history.touched(changes))
            if broken := made_by(connection, self._store.wiring.rules, changes, shape):
                raise Broken(broken[0])
        except BaseException:
            connection.execute("ROLLBACK TO attempt")
            connection.execute("RELEASE attempt")
            raise
        connection.execute("RELEASE attempt")

    def derived(self, sql: str, rows: Iterable[Params]) -> None:
        """Write to a derived table (outside history); for Derive functions only."""
        self._connection.executemany(sql, rows)

    def keep_blob(self, sha256: str, data: bytes) -> None:
        """Keep attachment bytes by hash (outside history)."""
        self._connection.execute("INSERT OR IGNORE INTO blob (sha256, data) VALUES (?, ?)", (sha256, data))

    def _table(self, name: str) -> Any:
        return self._store.db.table(self._checked(name))

    @staticmethod
    def _checked(name: str) -> str:
        # sqlite-utils would create a mistyped table
        if name not in tables.NAMES:
            raise KeyError(f"no recorded table {name}")
        return name


class Store:
    """An open ledger. One per thread; make it with `create`, `open` or `in_memory`."""

    def __init__(
        self, connection: driver.Connection, *, folder: Path | None, key: bytes, operator: str, wiring: Wiring
    ) -> None:
        self.connection = connection
        self.wiring = wiring
        self.folder = folder
        self.key = key
        self.operator = operator
        self.role: str = Role.ADMIN  # of who is signed in; the ledger's own passphrase is for everything
        self.login = ""  # his login id; '' = by the ledger's own passphrase
        self.read_only = False
        self.why_read_only = ""  # a sentence where the disk takes no writes; '' where somebody asked for it
        self.device = platform.node() or "本机"
        self.local = Local(self)
        self._held = False  # whether the open transaction is that of `snapshot`
        self._read = Reader(connection)
        self._db: Any = None
        self._open: Tx | None = None
        self._mark = files.file_mark(folder) if folder is not None else None

    @classmethod
    def create(
        cls,
        folder: Path,
        passphrase: str,
        *,
        wiring: Wiring,
        operator: str = "",
        cost: Mapping[str, int] = keys.STRONG,
    ) -> tuple[Store, str]:
        """A new empty ledger in `folder`; returns it and the recovery code, which is shown only now."""
        key, code = keys.new_key(), keys.new_recovery_code()
        files.prepare_new(folder, keys.make_envelope(key, passphrase, code, cost))
        return cls._connect(folder, key, operator, wiring), code

    @classmethod
    def open(
        cls,
        folder: Path,
        passphrase: str | None = None,
        *,
        wiring: Wiring,
        recovery_code: str | None = None,
        key: bytes | None = None,
        operator: str = "",
        read_only: bool = False,
    ) -> Store:
        """Open the ledger in `folder`. Refused: wrong secret, newer program. MachineFault: missing, damaged, network drive.

        `read_only`: a damaged one too, to look and export what can still be read; nothing of it is written.
        """
        restoring.finish(folder)
        files.check_place(folder)
        if key is None:
            envelope = files.read_envelope(folder)
            if recovery_code is not None:
                key = keys.open_with_recovery(envelope, recovery_code)
            else:
                key = keys.open_with_passphrase(envelope, passphrase or "")
        if not read_only:
            return cls._connect(folder, key, operator, wiring)
        try:
            return cls._connect_to_read(folder, key, operator, wiring)
        except files.Damaged:
            if why := files.why_no_writes(folder):
                return cls._connect_to_read(folder, key, operator, wiring, why)
            raise

    def twin(self) -> Store:
        """A second connection to this ledger for another thread: wired alike, the same person signed in."""
        if self.folder is None:
            raise RuntimeError("a ledger in memory has one connection")
        if self.why_read_only:
            why = self.why_read_only
            store = Store._connect_to_read(self.folder, self.key, self.operator, self.wiring, why)
        else:
            store = Store.open(
                self.folder, key=self.key, operator=self.operator, wiring=self.wiring, read_only=self.read_only
            )
        store.role, store.login = self.role, self.login
        return store

    @classmethod
    def in_memory(cls, *, wiring: Wiring, operator: str = "测试") -> Store:
        """The same engine and schema without a file (tests, dry runs)."""
        store = cls(driver.connect(":memory:"), folder=None, key=keys.new_key(), operator=operator, wiring=wiring)
        migrate(store.connection)
        store.connection.execute("PRAGMA foreign_keys = ON")
        return store

    @classmethod
    def _connect(cls, folder: Path, key: bytes, operator: str, wiring: Wiring) -> Store:
        disk.make_private(files.ledger_file(folder))
        with in_words():
            connection = driver.connect(str(files.ledger_file(folder)), key=key)
            store = cls(connection, folder=folder, key=key, operator=operator, wiring=wiring)
            try:
                for pragma in (
                    "journal_mode = WAL",
                    "synchronous = FULL",
                    "cache_size = -64000",
                    "temp_store = MEMORY",
                ):
                    connection.execute(f"PRAGMA {pragma}")
                if not files.is_sound(connection, folder):
                    raise backup.damaged(folder)
                migrate(connection, before=lambda: backup.make(store, "升级前"))
                connection.execute("PRAGMA foreign_keys = ON")
            except driver.DatabaseError as error:
                connection.close()
                if why := files.why_no_writes(folder):  # a full disk, a write-protected one: it is read all the same
                    return cls._connect_to_read(folder, key, operator, wiring, why)
                if isinstance(error, driver.OperationalError):
                    raise
                raise backup.damaged(folder) from error
            except BaseException:
                connection.close()
                raise
        return store

    @classmethod
    def _connect_to_read(cls, folder: Path, key: bytes, operator: str, wiring: Wiring, why: str = "") -> Store:
        with in_words():
            still = bool(why) and not files.has_log(folder)
            connection = driver.connect(str(files.ledger_file(folder)), key=key, read_only=True, still=still)
            store = cls(connection, folder=folder, key=key, operator=operator, wiring=wiring)
            store.read_only, store.why_read_only = True, why
            try:
                for pragma in ("cache_size = -64000", "temp_store = MEMORY"):
                    connection.execute(f"PRAGMA {pragma}")
                refuse_other_versions(connection)
            except driver.DatabaseError as error:
                connection.close()
                raise files.Damaged("台账文件损坏得太重，只读方式也打不开。", "请从备份恢复。") from error
            except BaseException:
                connection.close()
                raise
        return store

    def _must_write(self) -> None:
        if self.why_read_only:
            raise Refused(f"{self.why_read_only}台账现在以只读方式打开，不能改动。", "磁盘能写以后，请重新打开台账。")
        if self.read_only:
            raise Refused("台账现在以只读方式打开，不能改动。", "要继续工作，请先从备份恢复。")
        if self.folder is not None and files.file_mark(self.folder) is None:
            raise MachineFault(
                f"台账文件不在“{self.folder}”里了，可能被移走、删除，或磁盘已拔出，这一步没有保存。",
                "请把它放回原处，或关闭程序后从备份恢复。",
            )
        if self.is_replaced:
            raise files.Replaced

    @property
    def is_replaced(self) -> bool:
        """Whether a restored ledger stands in the place of this one: what is written here would be lost."""
        mark = files.file_mark(self.folder) if self.folder is not None else None
        return mark is not None and mark != self._mark

    def require(self, right: Right) -> None:
        """Refused if who is signed in may not do this."""
        rights.require(self.role, right)

    def may(self, right: Right) -> bool:
        """Whether who is signed in may do this."""
        return not rights.why_not(self.role, right)

    @property
    def db(self) -> Any:
        """The sqlite-utils Database over the same connection (lazy: costs start-up time)."""
        if self._db is None:
            self._db = driver.sqlite_utils().Database(self.connection)
        return self._db

    # -- reads -------------------------------------------------------------------------------------------------

    def rows(self, sql: str, params: Params = ()) -> list[Row]:
        """All rows as dicts."""
        with in_words(self):
            return self._read.rows(sql, params)

    def tuples(self, sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
        """All rows as tuples."""
        with in_words(self):
            return self._read.tuples(sql, params)

    def one(self, sql: str, params: Params = ()) -> Row | None:
        """The first row, or None."""
        with in_words(self):
            return self._read.one(sql, params)

    def value(self, sql: str, params: Params = ()) -> Any:
        """The first column of the first row, or None."""
        with in_words(self):
            return self._read.value(sql, params)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside is of one moment, whatever others write meanwhile; a step made inside is seen once done."""
        if self._held:
            yield
            return
        self._hold()
        try:
            yield
        finally:
            self._let_go()

    @contextmanager
    def beside_snapshot(self) -> Iterator[None]:
        """For a write: it starts from what is newest, since what others have written over cannot be written from."""
        held = self._held
        self._let_go()
        try:
            yield
        finally:
            if held:
                self._hold()

    def _hold(self) -> None:
        with in_words():
            self.connection.execute("BEGIN")
            self._held = True
            self._read.value("SELECT 1 FROM sqlite_schema")  # its moment is that of the first read

    def _let_go(self) -> None:
        if self._held:
            self._held = False
            if self.connection.in_transaction:  # an unreadable page may have ended it
                self.connection.execute("ROLLBACK")

    # -- the one write door ------------------------------------------------------------------------------------

    @contextmanager
    def transact(self, label: str, *, lasting: bool = False, merging: bool = False) -> Iterator[Tx]:
        """One transaction, one undoable step, one line of the audit trail. An exception leaves nothing behind.

        `lasting`: a step that is never taken back (the founding of a ledger, a packet handed out).
        `merging`: references are checked at the end only; guards and rules do not look, what breaks one waits for a decision.
        """
        if self._open is not None:
            raise RuntimeError("transact is not nested: ops take the open transaction")
        self._must_write()
        tx = self._open = Tx(self, label)
        try:
            with in_words(self), recorded(self, label) as record:
                record.lasting = lasting
                if merging:
                    self.connection.execute("PRAGMA defer_foreign_keys = ON")
                yield tx
                record.label = tx.label  # told by what was written, where that is known only now
                record(self._finish(tx, () if merging else self.wiring.guards, () if merging else self.wiring.rules))
            tx.outcome = Outcome(record.seq, tx.label, record.tables, tx.outcome.value)
        finally:
            self._open = None

    def _finish(
        self, tx: Tx, guards: Sequence[Guard] = (), rules: Sequence[Rule] = ()
    ) -> Callable[[Mapping[str, frozenset[str]]], None]:
        def run(touched: Mapping[str, frozenset[str]]) -> None:
            if guards or rules:
                seq = int(self.value("SELECT max(seq) FROM history"))
                self._hold_to(seq, touched, rules)
                for guard in guards:
                    guard(self, seq)
            for derive in self.wiring.derive:
                derive(tx, touched)

        return run

    def _hold_to(self, seq: int, touched: Iterable[str], rules: Sequence[Rule]) -> None:
        """Refused if step `seq` broke one of the rules; what was broken before it is `check`'s.

        What can be computed anew is the ops' own care; taking back and putting back are asked for that too.
        """
        asked = [
            rule
            for rule in rules
            if rule.of_steps and rule.way_out != RECOMPUTE and any(by.table in touched for by in rule.by)
        ]
        if not asked:
            return
        row = self.one("SELECT changes, shape FROM history WHERE seq = ?", (seq,)) or {}
        if broken := made_by(self.connection, asked, history.unpack(row["changes"]), json.loads(row["shape"])):
            raise Broken(broken[0])

    # -- history -----------------------------------------------------------------------------------------------

    def steps(
        self, limit: int = 50, *, before: int | None = None, where: str = "1", params: Params = ()
    ) -> list[history.Step]:
        """The newest steps first; `where` over columns of history (alias h)."""
        sql = (
            "SELECT seq, at, operator, device, label, tables, count, undoes, undone_by, lasting FROM history h "
            f"WHERE ({where}) AND seq < ? ORDER BY seq DESC LIMIT ?"
        )
        return [history.step_from(row) for row in self.rows(sql, (*params, before or 1 << 60, limit))]

    def steps_of(self, table: str, uid: str, limit: int = 50) -> list[history.Step]:
        """The steps that touched one row, newest first."""
        where = "seq IN (SELECT seq FROM history_row WHERE tbl = ? AND row_uid = ?)"
        return self.steps(limit, where=where, params=(table, uid))

    def step_changes(self, seq: int) -> list[history.RowChange]:
        """Each row of a step before and after."""
        row = self.one("SELECT changes, shape FROM history WHERE seq = ?", (seq,))
        if row is None:
            return []
        return list(history.row_changes(history.unpack(row["changes"]), json.loads(row["shape"])))

    def undo_candidate(self) -> history.Step | None:
        """The step Ctrl+Z would take back."""
        found = self.steps(1, where="undoes IS NULL AND undone_by IS NULL AND NOT lasting")
        return found[0] if found else None

    def redo_candidate(self) -> history.Step | None:
        """The undo that Ctrl+Y would take back: the newest one in force, unless something new was done since."""
        is_undo = "undone_by IS NULL AND undoes IN (SELECT seq FROM history WHERE undoes IS NULL)"
        newest = "seq > coalesce((SELECT max(seq) FROM history WHERE undoes IS NULL), 0)"
        found = self.steps(1, where=f"{is_undo} AND {newest}")
        return found[0] if found else None

    def undo(self, step: int | None = None, *, partial: bool = False) -> history.UndoResult:
        """Take back a step (default: the newest). Refused if later changes are in the way, unless `partial`."""
        if step is None:
            candidate = self.undo_candidate()
            if candidate is None:
                raise Refused("没有可以撤销的步骤。")
            step = candidate.seq
        backup.before_undo(self, step)
        return self._take_back(step, "撤销", partial)

    def redo(self) -> history.UndoResult:
        """Do again what the last undo took back."""
        candidate = self.redo_candidate()
        if candidate is None:
            raise Refused("没有可以重做的步骤。")
        return self._take_back(candidate.seq, "重做", False)

    def _take_back(self, seq: int, verb: str, partial: bool) -> history.UndoResult:
        self._must_write()
        row = self.one("SELECT label, operator, changes, shape, lasting, undone_by FROM history WHERE seq = ?", (seq,))
        if row is None:
            raise Refused(f"历史里没有第 {seq} 步。")
        may_take_back(self, self.operator, self.role, row["operator"])
        if row["lasting"] and seq == 1:
            raise Refused(f"“{row['label']}”是台账的开头，不能撤销。", "要重新开始，请另建一个台账。")
        if row["lasting"]:
            raise Refused(f"“{row['label']}”不能撤销：交出去的数据收不回来。", "请在数据交换里收回或报告遗失。")
        if row["undone_by"] is not None:
            raise Refused(f"“{row['label']}”已经撤销过了。")
        shape = json.loads(row["shape"])
        history.check_shape(self._read, shape)
        label = f"{verb}：{row['label'].removeprefix('撤销：')}"
        tx = Tx(self, label)
        with in_words(self), recorded(self, label, undoes=seq, foreign_keys=False) as record:
            taker = Taker(self.connection, shape, partial, seq, self.wiring.rules, self.wiring.signed, verb)
            inverse = apsw.Changeset.invert(history.unpack(row["changes"]))
            taker.apply(inverse)
            since = seq if not taker.kept else 0  # where some of it stays, all that hangs on it is looked at anew
            for table, follow in self.wiring.follow:
                if table in shape:
                    follow(tx, [one for one in history.row_changes(inverse, shape) if one.table == table], since)
            record(self._finish(tx))
        return history.UndoResult(label, record.seq or 0, record.tables, tuple(taker.kept))

    def close(self) -> None:
        """Close the file; the store is of no use afterwards."""
        self._held = False
        self.connection.close()
