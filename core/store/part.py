"""A copy of the ledger, whole or in part, built into a new encrypted file: no history, drafts, conflicts or left-out values.

Tables copied whole move page by page (SQLite's transfer of equal tables), so that a million records take seconds.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.base.disk import fault
from core.base.errors import MachineFault, Refused
from core.store import driver, keys
from core.store.migrations import migrate
from core.store.past import columns_of
from core.store.reads import Params, Reader
from core.store.recording import in_words
from core.store.store import Store

_MAGIC = b"XCJSOUT1"
Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Taken:
    """What of one table goes in: `where` over its columns ('' = all), and the columns that stay behind."""

    table: str
    where: str = ""
    params: Params = ()
    without: frozenset[str] = frozenset()


class Building:
    """The new file, attached as `part` beside the ledger inside one read transaction."""

    def __init__(self, store: Store) -> None:
        self._connection = store.connection
        self.reads = Reader(store.connection)

    @property
    def seq(self) -> int:
        """The step of the ledger the copy shows."""
        return int(self.reads.value("SELECT coalesce(max(seq), 0) FROM main.history"))

    def take(self, taken: Taken) -> int:
        """Copy the rows of one table that are not there yet; how many rows the copy holds then."""
        name = taken.table
        columns = [f'"{one}"' for one in columns_of(self.reads, name) if one not in taken.without]
        if not taken.where and not taken.without:
            self._connection.execute(f"INSERT INTO part.{name} SELECT * FROM main.{name}")
        else:
            names, where = ", ".join(columns), taken.where or "1"
            fresh = f"uid NOT IN (SELECT uid FROM part.{name})" if "uid" in columns_of(self.reads, name) else "1"
            sql = f"INSERT INTO part.{name} ({names}) SELECT {names} FROM main.{name} WHERE ({where}) AND {fresh}"
            self._connection.execute(sql, tuple(taken.params))
        return int(self.reads.value(f"SELECT count(*) FROM part.{name}"))

    def write(self, sql: str, params: Params = ()) -> None:
        """Write to the new file; tables are named `part.…`."""
        self._connection.execute(sql, tuple(params))


@contextlib.contextmanager
def building(store: Store, file: Path, key: bytes) -> Iterator[Building]:
    """Make `file` a new empty ledger with its own key, and fill it inside the block; an exception removes it."""
    connection = store.connection
    try:
        with in_words(), store.beside_snapshot():
            fresh = driver.connect(str(file), key=key)
            migrate(fresh)
            fresh.close()
            connection.execute("ATTACH ? AS part KEY ?", (str(file), f"raw:{key.hex()}"))
            try:
                for pragma in ("part.journal_mode = OFF", "part.synchronous = OFF", "foreign_keys = OFF"):
                    connection.execute(f"PRAGMA {pragma}")
                connection.execute("BEGIN")
                yield Building(store)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("DETACH part")
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def seal(envelope: dict[str, Any], database: Path) -> None:
    """Append the key envelope to a finished copy: one file, and no second writing of a big one.

    Each page of the database is authenticated by its cipher; the end tells a file that was cut.
    """
    tail = keys.dump(envelope)
    length = database.stat().st_size
    try:
        with database.open("ab") as out:
            out.write(tail + length.to_bytes(8, "big") + len(tail).to_bytes(4, "big") + _MAGIC)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise fault(error, database.with_suffix(""), "没有带出：") from error


def unseal(file: Path) -> tuple[dict[str, Any], int]:
    """The envelope of a copy as it was given out, and the bytes of its database; Refused if it is none or was cut."""
    end = 8 + 4 + len(_MAGIC)
    try:
        size = file.stat().st_size
        with file.open("rb") as data:
            data.seek(max(0, size - end))
            last = data.read()
            length, tail = int.from_bytes(last[:8], "big"), int.from_bytes(last[8:12], "big")
            if last[12:] != _MAGIC or length + tail + end != size:
                raise Refused(
                    f"“{file.name}”不是带出的数据，或者不完整。",
                    "请从办公室重新复制一份；带出的数据扩展名是 .xcout，改动的数据包（.xcpkt）请用“合并”。",
                )
            data.seek(length)
            try:
                return keys.load(data.read(tail))[0], length
            except MachineFault as error:
                raise spoilt(file) from error
    except OSError as error:
        raise MachineFault(f"读不出“{file.name}”（{error.strerror}）。", "请检查文件位置、U盘是否还在。") from error


def spoilt(file: Path) -> Refused:
    """What to say of a copy that does not read right."""
    return Refused(f"带出的数据“{file.name}”已损坏。", "请从办公室重新复制一份。")


def copy_database(file: Path, length: int, key: bytes, to: Path) -> None:
    """The database of a sealed copy as a file of its own, read once whole: its cipher knows of any changed byte."""
    with file.open("rb") as data, to.open("wb") as out:
        left = length
        while left and (chunk := data.read(min(left, 1 << 20))):
            out.write(chunk)
            left -= len(chunk)
        out.flush()
        os.fsync(out.fileno())
    sound = False
    with contextlib.suppress(driver.DatabaseError):
        copy = driver.connect(str(to), key=key)
        try:
            sound = copy.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        finally:
            copy.close()
    if not sound:
        raise spoilt(file)


def conditions(ties: Sequence[str]) -> str:
    """Any of several SQL conditions."""
    return " OR ".join(f"({one})" for one in ties)
