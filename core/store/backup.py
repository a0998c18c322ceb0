"""One-file backups: made, proved, thinned, copied to a second place; skipped when nothing has changed.

The file itself is in backup_file.py. It restores on an empty machine with the passphrase or the recovery code (restoring.py).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.base import clock, disk
from core.base.clock import now, stamp
from core.base.errors import MachineFault, Refused
from core.store import backup_file, driver, files
from core.store.backup_file import SUFFIX, Progress, silent

if TYPE_CHECKING:
    from core.store.store import Store

BACKUPS = "backups"
AT_START, TIMED, AT_EXIT, BY_HAND = "启动", "定时", "退出", "手动"
WEEK = dt.timedelta(days=7)
BULKY = ("导入", "合并")  # how the labels of steps begin that change so much that taking them back wants a backup first
_RESERVE = 8 << 20  # bytes that must stay free beyond what is written
_LEFT_OVER = 3600  # seconds after which a .part is nobody's any more
_LAST, _SECOND = "backup.last", "backup.second"  # keys of the local drawer

# -- making ------------------------------------------------------------------------------------------------------


def folder_of(store: Store) -> Path:
    """Where this ledger's own backups go; Refused for a ledger in memory."""
    return _home(store) / BACKUPS


def _home(store: Store) -> Path:
    if store.folder is None:
        raise Refused("内存中的台账不能备份。")
    return store.folder


def make(store: Store, reason: str, to: Path | None = None, progress: Progress = silent) -> Path:
    """One proved backup file, `.part` then renamed; MachineFault if the disk is short or the copy is not sound.

    The copy is opened with the key and checked; what was written is read back from the disk. `progress(done, total)` in
    bytes may raise to stop: nothing is left then.
    """
    home, target = _home(store), to or folder_of(store)
    mark = _mark(store)  # before the copy: a step that comes in between makes one backup too many, never one too few
    try:
        with in_backup_words(target / "台账备份"):
            target.mkdir(parents=True, exist_ok=True)
            _sweep(target)
            size = files.ledger_file(home).stat().st_size + _wal_size(home)
            need_room(target, 2 * size, "没有备份")
            final = _free_name(target, reason)
            scratch, part = _part(final, ".db"), _part(final)
            try:
                progress(0, 3 * size)
                part.touch(0o600)  # whether the place can be written: SQLite would only say that it cannot open a file
                scratch.touch(0o600)
                _copy_database(store, scratch)
                digest = backup_file.write(
                    (home / files.ENVELOPE).read_bytes(), scratch, part, _from(progress, size, size)
                )
                scratch.unlink()
                if backup_file.digest_on_disk(part, backup_file.parts(part), _from(progress, 2 * size, size)) != digest:
                    raise MachineFault("备份写到磁盘后读回来不一样，没有保存。", f"“{target}”所在的磁盘可能有故障。")
                disk.put_in_place(part, final)
            finally:
                scratch.unlink(missing_ok=True)
                part.unlink(missing_ok=True)
    except files.Damaged as error:
        raise MachineFault(error.text, "请用最近一份完好的备份恢复（设置 → 备份，或命令 restore）。") from error
    if to is None and not store.read_only:
        with contextlib.suppress(MachineFault):  # a full disk: the backup itself is there
            store.local.put(_LAST, {"mark": mark, "at": stamp(), "file": final.name})
    return final


def before(store: Store, reason: str, progress: Progress = silent) -> Path | None:
    """A backup before a risky act (`reason`: 导入前, 合并前, …); None where the last one still holds everything.

    MachineFault if it cannot be made: the act must not begin.
    """
    try:
        return routine(store, reason, progress)
    except MachineFault as error:
        raise MachineFault(f"{error.text}所以也没有开始，台账没有改动。", error.hint) from error


def routine(store: Store, reason: str, progress: Progress = silent) -> Path | None:
    """The program's own backup: only if something changed since the last one; thins the old ones.

    None too for a ledger in memory, for one opened read-only, and while a restored ledger waits to be confirmed: the
    backup it came from and the ledger before it are both kept, and a wrong one must not become the newest backup.
    """
    if store.folder is not None:
        _sweep(folder_of(store))
    if store.folder is None or not due(store):
        return None
    made = make(store, reason, progress=progress)
    thin(store.folder)
    return made


def due(store: Store) -> bool:
    """Whether `routine` would make one now."""
    return store.folder is not None and not store.read_only and not files.paused(store.folder) and changed(store)


def before_undo(store: Store, step: int, progress: Progress = silent) -> None:
    """The backup that taking back the step numbered `step` begins with, where it changed much; see `before`."""
    if due_before_undo(store, step):
        before(store, "撤销前", progress)


def due_before_undo(store: Store, step: int) -> bool:
    """Whether `before_undo` would make one now: seconds for a large ledger, so a window has it made on its worker."""
    label = store.value("SELECT label FROM history WHERE seq = ?", (step,))
    return str(label or "").startswith(BULKY) and due(store)


def last(store: Store) -> dict[str, Any]:
    """The newest backup in the ledger's own place: at, file, and mark (of its content) where it is known; {} if none."""
    if store.folder is None:
        return {}
    found = store.local.get(_LAST) or {}
    if found and (store.folder / BACKUPS / str(found["file"])).exists():
        return found
    newest = next(iter(listed(store.folder)), None)
    at = made_at(newest) if newest is not None else None
    return {"file": newest.name, "at": at.isoformat()} if newest is not None and at is not None else {}


def changed(store: Store) -> bool:
    """Whether anything that a backup keeps has changed since the last one."""
    return str(last(store).get("mark", "")) != _mark(store)


def _mark(store: Store) -> str:
    """The last step, the looks at masked numbers and the envelope, in one short word."""
    newest = store.value("SELECT uid FROM history ORDER BY seq DESC LIMIT 1")
    has_looks = store.value("SELECT 1 FROM sqlite_schema WHERE name = 'reveal'")  # none in a file of an old program
    looks = store.value("SELECT count(*) FROM reveal") if has_looks else 0
    envelope = b""
    with contextlib.suppress(OSError):  # gone: `make` will say so
        envelope = (_home(store) / files.ENVELOPE).read_bytes()
    return hashlib.sha256(f"{newest} {looks} ".encode() + envelope).hexdigest()[:16]


def _wal_size(home: Path) -> int:
    wal = home / (files.LEDGER + "-wal")
    return wal.stat().st_size if wal.exists() else 0


def _free_name(target: Path, reason: str) -> Path:
    stem = f"台账备份_{now():%Y%m%d_%H%M%S}_{reason}"
    names = (f"{stem}{f'_{number}' if number else ''}{SUFFIX}" for number in range(1000))
    return next(target / name for name in names if not (target / name).exists())


def _part(final: Path, more: str = "") -> Path:
    """A half file beside `final`; its name tells which process writes it, so that the next one knows whether it lives."""
    return final.with_name(f"{final.name}{more}.{os.getpid()}.part")


def _sweep(target: Path) -> None:
    """Half files a killed process left."""
    for file in target.glob(f"*{SUFFIX}*.part*"):
        with contextlib.suppress(OSError):
            if _is_abandoned(file) or clock.seconds() - file.stat().st_mtime > _LEFT_OVER:
                file.unlink()


def _is_abandoned(file: Path) -> bool:
    owner = file.name.removesuffix(".part").rpartition(".")[2]
    if os.name != "posix" or not owner.isdigit():  # asking Windows whether a process lives would end it
        return False
    try:
        os.kill(int(owner), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def need_room(target: Path, size: int, what: str) -> None:
    """MachineFault if the disk of `target` has not `size` bytes to spare; `what` says what did not happen."""
    if shutil.disk_usage(target).free < size + _RESERVE:
        raise MachineFault(
            f"“{target}”所在磁盘空间不足，{what}。", f"请清理磁盘（需要 {size / (1 << 20):,.0f} MB），或换一个位置。"
        )


@contextlib.contextmanager
def in_backup_words(target: Path) -> Iterator[None]:
    """What can go wrong while a backup is written, in whole sentences."""
    try:
        yield
    except OSError as error:
        raise disk.fault(error, target, "备份没有写成：") from error
    except driver.DiskFull as error:
        raise MachineFault("磁盘已满，备份没有写成；台账里的内容都在。", "请清理磁盘后再备份。") from error
    except driver.Busy as error:
        raise MachineFault("另一个窗口正在写入台账，这次没有备份。", "请稍候再备份。") from error


def _copy_database(store: Store, scratch: Path) -> None:
    """The database as it stands, in one read; files.Damaged if it, or the copy, does not read right."""
    try:
        _copy_pages(store, scratch)
    except driver.OperationalError:
        raise
    except driver.DatabaseError:
        _copy_content(store, scratch)
    copy = driver.connect(str(scratch), key=store.key)
    try:
        if copy.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise files.Damaged("备份副本没有通过检查，没有保存这份备份；台账可能有损坏。")
        copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        copy.close()


def _copy_pages(store: Store, scratch: Path) -> None:
    scratch.unlink(missing_ok=True)
    copy = driver.connect(str(scratch), key=store.key)
    try:
        with driver.translate, copy.backup("main", store.connection, "main") as run:
            run.step(-1)  # in small steps it starts again at every write of another connection
    finally:
        copy.close()


def _copy_content(store: Store, scratch: Path) -> None:
    """Without the pages that hold nothing: where only one of those is spoilt, all there is can still be backed up."""
    scratch.unlink(missing_ok=True)
    try:
        with store.beside_snapshot():
            store.connection.execute("VACUUM INTO ?", (str(scratch),))
    except driver.OperationalError:
        raise
    except driver.DatabaseError as error:
        raise files.Damaged("台账文件有一处读不出来，没有备份；台账可能有损坏。") from error


def _from(progress: Progress, before: int, size: int) -> Progress:
    return lambda done, _total: progress(before + done, 3 * size)


# -- the backups there are ---------------------------------------------------------------------------------------


def listed(folder: Path) -> list[Path]:
    """The backup files of a ledger's folder, newest first."""
    place = folder / BACKUPS
    return sorted(place.glob(f"*{SUFFIX}"), key=_moment, reverse=True) if place.exists() else []


def latest_good(folder: Path) -> Path | None:
    """The newest backup that is sound, or None."""
    for file in listed(folder):
        try:
            backup_file.check(file)
        except (MachineFault, Refused):
            continue
        return file
    return None


def damaged(folder: Path) -> files.Damaged:
    """What to say of a damaged ledger: it names the latest good backup."""
    good = latest_good(folder)
    way = f"最近一份完好的备份是“{good.name}”，可以从它恢复。" if good else "请找出另存的备份文件恢复。"
    return files.Damaged("台账文件已损坏，没有打开，也没有改动。", way)


def made_at(file: Path) -> dt.datetime | None:
    """When a backup was made, by its name."""
    try:
        return dt.datetime.strptime("".join(file.stem.split("_")[1:3]), "%Y%m%d%H%M%S")
    except ValueError:
        return None


def reason_of(file: Path) -> str:
    """Why it was made, by its name: 启动, 定时, 退出, 手动, 导入前, …"""
    found = file.stem.split("_")
    return found[3] if len(found) > 3 else ""


def _moment(file: Path) -> tuple[dt.datetime, int]:
    return made_at(file) or dt.datetime.min, file.stat().st_mtime_ns


# -- thinning and the second place -------------------------------------------------------------------------------


def thin(folder: Path, keep_last: int = 10, days: int = 7, weeks: int = 5, months: int = 12) -> list[Path]:
    """Remove old backups: the last ones stay, then one a day, a week, a month. Returns what was removed.

    Nothing while a restored ledger waits to be confirmed; a file without a date in its name is not ours to remove.
    """
    if files.paused(folder):
        return []
    return _thin(listed(folder), keep_last, days, weeks, months)


def _thin(found: list[Path], keep_last: int, days: int, weeks: int, months: int) -> list[Path]:
    dated = [(file, at) for file in found if (at := made_at(file)) is not None]
    keep = {file for file, _at in dated[:keep_last]}
    marks: tuple[tuple[Callable[[dt.datetime], object], int], ...] = (
        (lambda at: at.date(), days),
        (lambda at: at.isocalendar()[:2], weeks),
        (lambda at: (at.year, at.month), months),
    )
    for mark, count in marks:
        seen: dict[object, Path] = {}
        for file, at in dated:
            seen.setdefault(mark(at), file)
        keep.update(list(seen.values())[:count])
    gone = [file for file, _at in dated if file not in keep]
    for file in gone:
        with contextlib.suppress(OSError):  # held by a virus scanner: the next time takes it
            file.unlink(missing_ok=True)
    return gone


def copy_to(file: Path, place: Path, progress: Progress = silent) -> Path:
    """A proved copy of a backup in another folder; MachineFault if the place is not there or the copy is not right."""
    found = backup_file.check(file)
    if not place.is_dir():
        raise MachineFault(f"找不到文件夹“{place}”，没有存到那里。", "请插上U盘或移动硬盘后再试，或另选位置。")
    target = place / file.name
    part = _part(target)
    with in_backup_words(target):
        _sweep(place)
        need_room(place, file.stat().st_size, "没有存到那里")
        try:
            disk.make_private(part)
            with file.open("rb") as data, part.open("wb") as out:
                for chunk in backup_file.chunks(data, file.stat().st_size, progress):
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            if backup_file.check(part) != found:
                raise backup_file.spoilt(part)
            disk.put_in_place(part, target)
        finally:
            part.unlink(missing_ok=True)
    return target


def second_at(store: Store) -> str:
    """When the last copy went to the second place (ISO), '' if never."""
    return str((store.local.get(_SECOND) or {}).get("at", ""))


def second_due(store: Store) -> bool:
    """Whether a week has passed since the last copy in the second place."""
    at = second_at(store)
    return not at or now() - dt.datetime.fromisoformat(at) >= WEEK


def to_second(store: Store, place: Path, progress: Progress = silent) -> Path:
    """The newest sound backup (made now if something changed) to the second place; then thins our own files there."""
    home = _home(store)
    newest = routine(store, TIMED, progress) or latest_good(home) or make(store, TIMED, progress=progress)
    copied = copy_to(newest, place, progress)
    # only what we put there ourselves is thinned: the stick may hold the backups of other ledgers too
    ours = [*(store.local.get(_SECOND) or {}).get("names", []), copied.name]
    there = sorted({place / name for name in ours if (place / name).exists()}, key=_moment, reverse=True)
    gone = set() if files.paused(home) else set(_thin(there, 10, 7, 5, 12))
    store.local.put(_SECOND, {"at": stamp(), "names": [file.name for file in there if file not in gone]})
    return copied
