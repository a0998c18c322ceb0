"""Restoring a backup: looked at first, written whole beside the ledger, then swapped; never destructive, and undone at will.

The swap is a few renames. Before the first of them a note (restored.json) is written: whoever opens the folder after a crash
finishes the renames (`finish`). The note stays until a person confirms the restored ledger, or puts the former one back.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.base import disk
from core.base.clock import now, stamp
from core.base.errors import MachineFault, Problem, Refused
from core.store import backup, backup_file, driver, files, keys
from core.store.backup_file import Progress, silent
from core.store.history import Step, step_from
from core.store.migrations import version_of
from core.store.reads import Reader

if TYPE_CHECKING:
    from core.store.store import Store

OF_THAT_TIME = "请用备份那时的口令打开，恢复码和各经办人的口令也是那时的，以后换过的都不再有效；打开后可在“设置 → 口令”里重新设定。"
_STAGING = "恢复中"
_WAL, _SHM = files.LEDGER + "-wal", files.LEDGER + "-shm"
_STEPS = "SELECT seq, uid, at, operator, device, label, tables, count, undoes, undone_by, {lasting} FROM history ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a backup holds, and what of the present ledger it does not."""

    file: Path
    made_at: str  # ISO, '' if the name does not tell
    reason: str
    size: int  # bytes
    org: str
    people: int
    visits: int
    steps: int
    last: Step | None
    lost: tuple[Step, ...]  # steps of the present ledger that the backup lacks, newest first
    gained: int  # steps of the backup that the present ledger lacks
    same_ledger: bool  # False: the present one is another ledger, or there is none to compare with
    same_secrets: bool  # it opens by the passphrases in force now


@dataclass(frozen=True, slots=True)
class Pending:
    """A restored ledger that waits for a person's word. `aside` is the folder of the one before, '' if there was none."""

    file: str
    at: str
    aside: str = ""


def unlock(file: Path, passphrase: str = "", recovery_code: str = "", operator: str = "") -> bytes:
    """The database key of a backup, by a secret of the time it was made; Refused if it is the wrong one."""
    envelope, _ = keys.load(backup_file.parts(file).envelope)
    if recovery_code:
        return keys.open_with_recovery(envelope, recovery_code)
    if operator and keys.knows(envelope, operator):
        return keys.open_as_operator(envelope, operator, passphrase)
    return keys.open_with_passphrase(envelope, passphrase)


def preview(file: Path, key: bytes, present: Store | None = None, progress: Progress = silent) -> Preview:
    """Read a backup without putting it anywhere. Refused: `key` does not open it, or a newer program made it."""
    with tempfile.TemporaryDirectory(prefix="xcjs-") as scratch, backup.in_backup_words(Path(scratch) / file.name):
        backup.need_room(Path(scratch), file.stat().st_size if file.exists() else 0, "看不了这份备份的内容")
        parts = backup_file.extract(file, Path(scratch) / "preview.db", progress)
        with _opened(Path(scratch) / "preview.db", key) as reads:
            return _look(reads, file, parts, present)


@contextlib.contextmanager
def _opened(database: Path, key: bytes) -> Any:
    connection = driver.connect(str(database), key=key, read_only=True)
    try:
        version_of(connection)
        yield Reader(connection)
    except driver.OperationalError:
        raise
    except driver.DatabaseError as error:
        raise Refused("这份备份要用它自己的口令或恢复码才能打开。") from error
    finally:
        connection.close()


def _look(reads: Reader, file: Path, parts: backup_file.Parts, present: Store | None) -> Preview:
    columns = {name for (name,) in reads.tuples("SELECT name FROM pragma_table_info('history')")}
    sql = _STEPS.format(lasting="lasting" if "lasting" in columns else "0 AS lasting")
    there = {row["uid"]: step_from(row) for row in reads.rows(sql)}
    here: dict[str, Step] = {}
    same_ledger = same_secrets = False
    if present is not None and present.folder is not None:
        here = {row["uid"]: step_from(row) for row in present.rows(_STEPS.format(lasting="lasting"))}
        first = next(iter(there), None)
        same_ledger = first is not None and first in here
        same_secrets = keys.load(parts.envelope)[0] == files.read_envelope(present.folder)
    made = backup.made_at(file)
    org = reads.value("SELECT value FROM setting WHERE uid = 'org_name'")
    return Preview(
        file=file,
        made_at=made.isoformat() if made else "",
        reason=backup.reason_of(file),
        size=file.stat().st_size,
        org=str(org or ""),
        people=int(reads.value("SELECT count(*) FROM cadre WHERE archived_on = ''")),
        visits=int(reads.value("SELECT count(*) FROM visit")),
        steps=len(there),
        last=next(reversed(there.values()), None),
        lost=tuple(step for uid, step in reversed(here.items()) if uid not in there),
        gained=sum(uid not in here for uid in there),
        same_ledger=same_ledger,
        same_secrets=same_secrets,
    )


# -- the swap ----------------------------------------------------------------------------------------------------


def restore(file: Path, folder: Path, key: bytes | None = None, progress: Progress = silent) -> Path | None:
    """Put a backup in place as the ledger of `folder`; what was there is moved aside (its folder is returned).

    With `key` the new files are opened and checked before anything is moved. Any failure leaves all as it was.
    No other program may have the ledger open.
    """
    files.refuse_network(folder)
    finish(folder)
    staging = folder / _STAGING
    aside = _free_folder(folder, "恢复前的台账") if files.is_ledger(folder) else None
    try:
        _stage(file, folder, staging, key, progress)
        _swap(folder, _Note(Pending(file.name, stamp(), aside.name if aside else ""), _STAGING, confirm=True))
    except OSError as error:
        _clear(staging)
        raise _failed(error, folder) from error
    return aside


def _stage(file: Path, folder: Path, staging: Path, key: bytes | None, progress: Progress) -> None:
    """The new files, whole and checked, beside those in use."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear(staging)
        staging.mkdir()
        backup.need_room(folder, file.stat().st_size if file.exists() else 0, "没有恢复，现在的台账没有改动")
        parts = backup_file.extract(file, staging / files.LEDGER, progress)
        files.write_envelope(staging, keys.load(parts.envelope)[0])
        if key is not None:
            _prove(staging / files.LEDGER, key)
    except BaseException:
        _clear(staging)
        raise


def back(folder: Path) -> Path:
    """Put the ledger that was there before the restore in place again; returns the folder of the restored one."""
    found = pending(folder)
    if found is None:
        raise Refused("这个台账没有等待确认的恢复。")
    former = folder / found.aside
    if not found.aside or not ((former / files.LEDGER).exists() and (former / files.ENVELOPE).exists()):
        raise Refused("恢复以前这里没有完整的台账，没有可以换回的。", "请选择“就用这一份”，或恢复另一份备份。")
    aside = _free_folder(folder, "恢复出的台账")
    try:
        _swap(folder, _Note(Pending(found.file, stamp(), aside.name), found.aside, confirm=False))
    except OSError as error:
        raise _failed(error, folder) from error
    with contextlib.suppress(OSError):
        former.rmdir()
    return aside


def pending(folder: Path) -> Pending | None:
    """The restore of `folder` that waits to be confirmed, or None."""
    note = _read(folder)
    return note.pending if note is not None else None


def secrets_note(folder: Path) -> str:
    """Which passphrase opens a restored ledger, and what to do; '' where nothing was restored or the secrets did not change."""
    found = pending(folder)
    if found is None or not found.file:
        return ""
    with contextlib.suppress(Problem):
        if found.aside and files.read_envelope(folder / found.aside) == files.read_envelope(folder):
            return ""
    return f"这本台账是从备份“{found.file}”恢复的：{OF_THAT_TIME}"


def confirm(folder: Path) -> None:
    """The restored ledger is the right one: backups go on. The one before stays in its folder."""
    if pending(folder) is None:
        raise Refused("这个台账没有等待确认的恢复。")
    try:
        (folder / files.RESTORED).unlink()
    except OSError as error:
        raise MachineFault(f"没有记下（{error.strerror}）。", "请稍候再试。") from error


def finish(folder: Path) -> None:
    """Finish a swap that a crash cut short; nothing to do in all other cases."""
    note = _read(folder)
    if note is not None and note.source:
        try:
            _rename_all(folder, note)
        except OSError as error:
            raise _failed(error, folder) from error


@dataclass(frozen=True, slots=True)
class _Note:
    """What restored.json says. `source`: the folder of the files to be put in place, '' once they are."""

    pending: Pending
    source: str
    confirm: bool  # whether a person is asked afterwards


def _swap(folder: Path, note: _Note) -> None:
    before = _read(folder)
    _write(folder, note)
    try:
        _rename_all(folder, note)
    except OSError:
        _rename_back(folder, note)
        if before is None:
            (folder / files.RESTORED).unlink()
        else:
            _write(folder, before)
        raise


def _rename_all(folder: Path, note: _Note) -> None:
    """Each pair of renames may have been done already: the ledger goes before its key, so one of the two is always there."""
    source, aside = folder / note.source, folder / (note.pending.aside or "-")
    if note.pending.aside:
        aside.mkdir(exist_ok=True)
    if (source / files.LEDGER).exists():  # the log still belongs to the ledger that goes
        for name in (_WAL, _SHM):
            _put_aside(folder / name, aside / name)
    for name in (files.LEDGER, files.ENVELOPE):
        if (source / name).exists():
            _put_aside(folder / name, aside / name)
            _move(source / name, folder / name)
    _move(source / _WAL, folder / _WAL)
    (source / _SHM).unlink(missing_ok=True)  # made again at the next opening
    for one in (folder, source, aside):
        if one.exists():
            disk.sync_folder(one)
    if note.confirm:
        _write(folder, _Note(note.pending, "", confirm=True))
    else:
        (folder / files.RESTORED).unlink()
    with contextlib.suppress(OSError):
        source.rmdir()


def _rename_back(folder: Path, note: _Note) -> None:
    source, aside = folder / note.source, folder / (note.pending.aside or "-")
    if not (source / files.LEDGER).exists():  # the log in place belongs to the new one
        _move(folder / _WAL, source / _WAL)
    for name in (files.ENVELOPE, files.LEDGER):
        if not (source / name).exists():
            _move(folder / name, source / name)
        _move(aside / name, folder / name)
    for name in (_WAL, _SHM):
        _move(aside / name, folder / name)
    with contextlib.suppress(OSError):
        aside.rmdir()


def _put_aside(one: Path, to: Path) -> None:
    """What is there already is the former ledger: another program that opened the folder is finishing the same swap."""
    if not to.exists():
        _move(one, to)


def _move(one: Path, to: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if one.exists():
            disk.put_in_place(one, to)


def _prove(database: Path, key: bytes) -> None:
    with _opened(database, key) as reads:
        if reads.value("PRAGMA quick_check(1)") != "ok":
            raise MachineFault("这份备份里的台账没有通过检查，没有恢复，现在的台账没有改动。", "请换上一份备份。")


def _failed(error: OSError, folder: Path) -> MachineFault:
    what = "没有恢复成，原来的台账没有改动："
    return disk.fault(error, files.ledger_file(folder), what, "也请关闭其他打开着台账的程序。")


def _free_folder(folder: Path, name: str) -> Path:
    stem = f"{name}_{now():%Y%m%d_%H%M%S}"
    return next(
        one for number in range(1000) if not (one := folder / f"{stem}{f'_{number}' if number else ''}").exists()
    )


def _clear(staging: Path) -> None:
    """What an earlier try left there; only ever copies out of a backup."""
    if staging.exists():
        for file in staging.iterdir():
            file.unlink()
        staging.rmdir()


def _read(folder: Path) -> _Note | None:
    try:
        kept: Mapping[str, Any] = json.loads((folder / files.RESTORED).read_text(encoding="utf-8"))
        return _Note(Pending(**kept["pending"]), str(kept["source"]), bool(kept["confirm"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return _Note(Pending("", ""), "", confirm=True)  # it is there and says nothing: a person is asked


def _write(folder: Path, note: _Note) -> None:
    part = folder / (files.RESTORED + ".part")
    try:
        with part.open("w", encoding="utf-8") as out:
            json.dump(asdict(note), out, ensure_ascii=False)
            out.flush()
            os.fsync(out.fileno())
        disk.put_in_place(part, folder / files.RESTORED)
    except OSError:
        part.unlink(missing_ok=True)
        raise
