"""A DB-API face over APSW, just what sqlite-utils needs.

One SQLite library per process: the encrypted build (SQLite3 Multiple Ciphers) with the session extension.
sqlite-utils looks for a module called `pysqlite3` before it falls back to the standard library;
`sqlite_utils()` puts this module there first, so that its exception classes are the ones it catches.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import apsw

apilevel, threadsafety, paramstyle = "2.0", 1, "qmark"
sqlite_version = apsw.sqlite_lib_version()
sqlite_version_info = tuple(int(part) for part in sqlite_version.split("."))
LEGACY_TRANSACTION_CONTROL = -1
Binary = bytes
complete_statement = apsw.complete


class Warning(Exception):
    """DB-API name."""


class Error(Exception):
    """Base of all database errors (DB-API)."""


class InterfaceError(Error):
    """DB-API name."""


class DatabaseError(Error):
    """DB-API name; also a file that is not a database, or is damaged."""


class DataError(DatabaseError):
    """DB-API name."""


class OperationalError(DatabaseError):
    """DB-API name: locked, full disk, no such table."""


class IntegrityError(DatabaseError):
    """DB-API name: a constraint refused the row."""


class InternalError(DatabaseError):
    """DB-API name."""


class ProgrammingError(DatabaseError):
    """DB-API name."""


class NotSupportedError(DatabaseError):
    """DB-API name."""


class DiskFull(OperationalError):
    """The disk is full; the transaction is gone, what was acknowledged stays."""


class Busy(OperationalError):
    """Another connection holds the write lock longer than busy_timeout."""


_MAP: dict[type[BaseException], type[Error]] = {
    apsw.ConstraintError: IntegrityError,
    apsw.MismatchError: IntegrityError,
    apsw.NotADBError: DatabaseError,
    apsw.CorruptError: DatabaseError,
    apsw.TooBigError: DataError,
    apsw.MisuseError: InterfaceError,
    apsw.BindingsError: ProgrammingError,
    apsw.CursorClosedError: ProgrammingError,
    apsw.ConnectionClosedError: ProgrammingError,
    apsw.FullError: DiskFull,
    apsw.BusyError: Busy,
}


# a write that failed for want of room, which SQLite calls an I/O error: a quota, the largest file of a FAT stick, no
# room for the wal-index
_NO_ROOM = {apsw.SQLITE_IOERR_WRITE, apsw.SQLITE_IOERR_SHMSIZE, apsw.SQLITE_IOERR_SHMMAP}


def enable_callback_tracebacks(_flag: bool) -> None:
    """DB-API name; APSW always reports callback errors."""


class _Translate:
    """Re-usable context manager: APSW's errors leave as DB-API errors with the same text."""

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, apsw.Error):
            full = getattr(error, "extendedresult", 0) in _NO_ROOM
            raise (DiskFull if full else _MAP.get(type(error), OperationalError))(str(error)) from error


translate = _Translate()


_next_row = apsw.Cursor.__next__
_names_of: Any = vars(apsw.Cursor)["description"].__get__


class Cursor(apsw.Cursor):
    """Cursor with description, rowcount and lastrowid as DB-API wants them."""

    rowcount = -1
    lastrowid: int | None = None
    _described: Any = None

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)

    @staticmethod
    def _before(cursor: Any, _sql: str, _params: Any) -> bool:
        # names of a statement without rows are known only here, before its first step
        cursor._described = _names_of(cursor) or None
        return True

    @property
    def description(self) -> Any:  # type: ignore[override]
        return self._described

    def execute(self, sql: str, params: Any = None, **kw: Any) -> Any:  # type: ignore[override]
        self._described = None
        self.exec_trace = self._before
        with translate:
            super().execute(sql, params, **kw)
        with suppress(apsw.ExecutionCompleteError):
            # Read again after the first step: APSW caches names per statement, wrong after ALTER TABLE.
            described = self.get_description()
            self._described = tuple((one[0], None, None, None, None, None, None) for one in described) or None
        if self._described is None:
            self.rowcount, self.lastrowid = self.connection.changes(), self.connection.last_insert_rowid()
        return self

    def executemany(self, sql: str, rows: Iterable[Any]) -> Any:  # type: ignore[override]
        self.exec_trace = None  # it would be called for each row
        with translate:
            before = self.connection.total_changes()
            super().executemany(sql, rows)
            self.rowcount = self.connection.total_changes() - before
        return self

    def executescript(self, sql: str) -> Cursor:
        with translate:
            super().execute(sql)
        return self

    def __next__(self) -> Any:
        with translate:
            return super().__next__()

    def fetchone(self) -> Any:
        with translate:
            return super().fetchone()

    def fetchall(self) -> Any:
        # past our own __next__, which would be called for each row
        with translate:
            return list(iter(partial(_next_row, self), None))

    def fetchmany(self, size: int = 1) -> list[Any]:
        return [row for _, row in zip(range(size), self, strict=False)]


class Connection(apsw.Connection):
    """Connection in true autocommit: whoever wants a transaction says BEGIN."""

    isolation_level = None
    Error, OperationalError, IntegrityError = Error, OperationalError, IntegrityError

    def __init__(self, path: str, **kw: Any) -> None:
        with translate:
            super().__init__(path, **kw)
        self.cursor_factory = Cursor

    def cursor(self) -> Any:
        with translate:
            return super().cursor()

    def execute(self, sql: str, params: Any = None, **kw: Any) -> Any:  # type: ignore[override]
        return self.cursor().execute(sql, params, **kw)

    def executemany(self, sql: str, rows: Iterable[Any], **kw: Any) -> Any:  # type: ignore[override]
        return self.cursor().executemany(sql, rows, **kw)

    def executescript(self, sql: str) -> Any:
        return self.cursor().executescript(sql)

    def commit(self) -> None:
        if self.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        if self.in_transaction:
            self.execute("ROLLBACK")

    def create_function(self, name: str, narg: int, fn: Any, *, deterministic: bool = False) -> None:
        with translate:
            self.create_scalar_function(name, fn, narg, deterministic=deterministic)

    def iterdump(self) -> Iterator[str]:
        raise NotSupportedError("an encrypted ledger is never dumped as text")

    def close(self, *_force: Any) -> None:
        with translate:
            super().close(True)


def connect(
    database: str,
    *,
    key: bytes | None = None,
    timeout: float = 5.0,
    read_only: bool = False,
    still: bool = False,
    **_: Any,
) -> Connection:
    """Open an (encrypted, AEGIS) database; `key` is the raw 32-byte key. `read_only` never touches the file.

    `still`: nobody writes to it and no log lies beside it; so it opens where no file can be made, on a full disk too.
    """
    # synonyms of sqlite3.connect's other arguments are swallowed: sqlite-utils passes a few
    flags = apsw.SQLITE_OPEN_READONLY if read_only else apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
    if still:
        database, flags = f"{Path(database).absolute().as_uri()}?immutable=1", flags | apsw.SQLITE_OPEN_URI
    connection = Connection(str(database), flags=flags, statementcachesize=200)
    connection.set_busy_timeout(int(timeout * 1000))
    if key is not None and database != ":memory:":  # memory has no file to encrypt
        with translate:
            connection.pragma("cipher", "aegis")
            connection.pragma("key", f"raw:{key.hex()}")
    return connection


def sqlite_utils() -> Any:
    """The sqlite_utils module, bound to this driver."""
    me = sys.modules[__name__]
    for name in ("pysqlite3", "pysqlite3.dbapi2"):
        sys.modules.setdefault(name, me)
    if "sqlite_utils" not in sys.modules and "numpy" not in sys.modules:
        sys.modules["numpy"] = None  # type: ignore[assignment]  # sqlite-utils would load it for nothing: 80 ms at start
        try:
            import sqlite_utils
        finally:
            del sys.modules["numpy"]
        return sqlite_utils
    import sqlite_utils

    return sqlite_utils
