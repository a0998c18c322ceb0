"""The ledger's files: place, envelope, one-file backups, restore.

A backup is one file: magic, the length and bytes of the envelope, then the encrypted database. It restores on an
empty machine with the passphrase or the recovery code.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.base.clock import now
from core.base.errors import MachineFault, Refused
from core.store import driver, keys

if TYPE_CHECKING:
    from core.store.store import Store

LEDGER, ENVELOPE, BACKUPS = "ledger.xcjs", "ledger.key", "backups"
_MAGIC = b"XCJSBAK1"
SUFFIX = ".xcbak"
_QUICK = 64 << 20  # bytes up to which the whole file is checked at each opening
_RESERVE = 8 << 20  # bytes that must stay free beyond a copy of the file


def ledger_file(folder: Path) -> Path:
    return folder / LEDGER


def is_ledger(folder: Path) -> bool:
    """Whether `folder` holds a ledger."""
    return ledger_file(folder).exists() or (folder / ENVELOPE).exists()


def check_place(folder: Path) -> None:
    """MachineFault for a network drive or a missing ledger (WAL needs one host; SMB breaks its locks)."""
    refuse_network(folder)
    if not is_ledger(folder):
        raise MachineFault(f"文件夹“{folder}”里没有台账。", "请检查位置，或新建台账、从备份恢复。")
    if not ledger_file(folder).exists():
        raise MachineFault(f"文件夹“{folder}”里的台账文件不见了。", "请从最近的备份恢复。")


def refuse_network(folder: Path) -> None:
    """MachineFault if `folder` is on a network drive."""
    if _is_remote(folder):
        raise MachineFault(
            f"“{folder}”在网络盘上，台账不能直接放在网络盘上使用。",
            "请把台账放在本机硬盘；要与别的电脑交换，请用数据包或备份文件。",
        )


def _is_remote(folder: Path) -> bool:
    text = str(folder)
    if text.startswith(("\\\\", "//")):
        return True
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.kernel32.GetDriveTypeW(folder.absolute().anchor) == 4)  # DRIVE_REMOTE
    return _mount_kind(folder) in {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p"}


def _mount_kind(folder: Path) -> str:
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return ""
    best, kind = "", ""
    place = str(folder.absolute())
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        _device, mount, fs, *_ = line.split(" ")
        if (place + "/").startswith(mount.rstrip("/") + "/") and len(mount) >= len(best):
            best, kind = mount, fs
    return kind


def is_sound(connection: driver.Connection, folder: Path) -> bool:
    """Whether the file reads right. The cipher authenticates each page, so reading is checking.

    Files over 64 MB are left to `check` and to the backup's own check, so that opening stays quick.
    """
    size = ledger_file(folder).stat().st_size
    return size == 0 or size > _QUICK or connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"


def damaged(folder: Path) -> MachineFault:
    """What to say of a damaged ledger: it names the latest good backup."""
    backup = latest_good_backup(folder)
    way = f"最近一份完好的备份是“{backup.name}”，可以从它恢复。" if backup else "请找出另存的备份文件恢复。"
    return MachineFault("台账文件已损坏，没有打开，也没有改动。", way)


def prepare_new(folder: Path, envelope: Mapping[str, Any]) -> None:
    """Make the folder and write the envelope; Refused if a ledger is there already."""
    refuse_network(folder)
    if is_ledger(folder):
        raise Refused(f"文件夹“{folder}”里已有台账，不能再新建。", "请打开它，或另选一个空文件夹。")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_envelope(folder, envelope)
    except OSError as error:
        raise MachineFault(
            f"不能写入文件夹“{folder}”（{error.strerror}）。", "请检查权限和磁盘空间，或另选文件夹。"
        ) from error


def write_envelope(folder: Path, envelope: Mapping[str, Any]) -> None:
    """Replace the envelope in one step."""
    part = folder / (ENVELOPE + ".part")
    with part.open("wb") as out:
        out.write(keys.dump(envelope))
        out.flush()
        os.fsync(out.fileno())
    part.replace(folder / ENVELOPE)


def read_envelope(folder: Path) -> dict[str, Any]:
    """The envelope; heals a damaged copy from its twin, MachineFault if both are gone."""
    try:
        data = (folder / ENVELOPE).read_bytes()
    except OSError as error:
        raise MachineFault("密钥文件不见了，打不开台账。", "请从最近的备份恢复，备份文件里带有密钥。") from error
    envelope, damaged = keys.load(data)
    if damaged:
        write_envelope(folder, envelope)
    return envelope


# -- backups -----------------------------------------------------------------------------------------------------


def backup_folder(store: Store) -> Path:
    """Where this ledger's own backups go."""
    if store.folder is None:
        raise Refused("内存中的台账不能备份。")
    return store.folder / BACKUPS


def make_backup(store: Store, reason: str, to: Path | None = None) -> Path:
    """One checked backup file, `.part` then renamed; MachineFault if the disk is short or the copy is not sound."""
    folder = store.folder
    if folder is None:
        raise Refused("内存中的台账不能备份。")
    target = to or backup_folder(store)
    name = f"台账备份_{now():%Y%m%d_%H%M%S}_{reason}{SUFFIX}"
    scratch = target / (name + ".db.part")
    part = target / (name + ".part")
    try:
        target.mkdir(parents=True, exist_ok=True)
        need = 2 * ledger_file(folder).stat().st_size + _RESERVE
        if shutil.disk_usage(target).free < need:
            raise MachineFault(f"“{target}”所在磁盘空间不足，没有备份。", "请清理磁盘，或在设置里另选备份位置。")
        _copy_database(store, scratch)
        _wrap_up((folder / ENVELOPE).read_bytes(), scratch, part)
        part.replace(target / name)
    except OSError as error:
        raise MachineFault(f"备份没有写成（{error.strerror}）。", "请检查备份位置是否可写、U盘是否还在。") from error
    finally:
        scratch.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
    return target / name


def _copy_database(store: Store, scratch: Path) -> None:
    scratch.unlink(missing_ok=True)
    copy = driver.connect(str(scratch), key=store.key)
    try:
        with driver.translate, copy.backup("main", store.connection, "main") as run:
            run.step(-1)  # in small steps it starts again at every write of another connection
        if copy.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise MachineFault(
                "备份副本没有通过检查，没有保存这份备份。", "请马上运行“检查”（命令 check），并保留上一份备份。"
            )
        copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        copy.close()


def _wrap_up(envelope: bytes, scratch: Path, part: Path) -> None:
    digest = hashlib.sha256()
    with part.open("wb") as out, scratch.open("rb") as data:
        out.write(_MAGIC + len(envelope).to_bytes(4, "big") + envelope)
        while chunk := data.read(1 << 20):
            digest.update(chunk)
            out.write(chunk)
        out.write(digest.digest())
        out.flush()
        os.fsync(out.fileno())


def read_backup(file: Path) -> tuple[bytes, bytes]:
    """(envelope bytes, database bytes) of a backup; MachineFault if it is none or is damaged."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise MachineFault(f"读不出备份文件“{file.name}”（{error.strerror}）。", "请检查文件位置。") from error
    if not data.startswith(_MAGIC):
        raise Refused(f"“{file.name}”不是本程序的备份文件。", f"备份文件的扩展名是 {SUFFIX}。")
    start = len(_MAGIC) + 4
    end = start + int.from_bytes(data[len(_MAGIC) : start], "big")
    envelope, body, digest = data[start:end], data[end:-32], data[-32:]
    if hashlib.sha256(body).digest() != digest:
        raise MachineFault(f"备份文件“{file.name}”已损坏。", "请换上一份备份。")
    keys.load(envelope)
    return envelope, body


def restore_backup(file: Path, folder: Path) -> Path | None:
    """Put a backup in place as the ledger of `folder`; what was there is moved aside (returned), never deleted."""
    refuse_network(folder)
    envelope, body = read_backup(file)
    folder.mkdir(parents=True, exist_ok=True)
    aside = _move_aside(folder) if is_ledger(folder) else None
    part = folder / (LEDGER + ".part")
    with part.open("wb") as out:
        out.write(body)
        out.flush()
        os.fsync(out.fileno())
    part.replace(ledger_file(folder))
    (folder / ENVELOPE).write_bytes(envelope)
    return aside


def _move_aside(folder: Path) -> Path:
    aside = folder / f"恢复前的台账_{now():%Y%m%d_%H%M%S}"
    aside.mkdir(parents=True)
    for name in (LEDGER, LEDGER + "-wal", LEDGER + "-shm", ENVELOPE):
        if (folder / name).exists():
            (folder / name).replace(aside / name)
    return aside


def backups(folder: Path) -> list[Path]:
    """The backup files of a ledger's folder, newest first."""
    place = folder / BACKUPS
    return sorted(place.glob(f"*{SUFFIX}"), reverse=True) if place.exists() else []


def latest_good_backup(folder: Path) -> Path | None:
    """The newest backup that is sound, or None."""
    for file in backups(folder):
        try:
            read_backup(file)
        except (MachineFault, Refused):
            continue
        return file
    return None


def thin(folder: Path, keep_last: int = 10, days: int = 7, weeks: int = 5, months: int = 12) -> list[Path]:
    """Remove old backups: the last ones stay, then one a day, a week, a month. Returns what was removed."""
    files = backups(folder)
    keep = set(files[:keep_last])
    for width, count in ((8, days), ("week", weeks), (6, months)):
        seen: dict[str, Path] = {}
        for file in files:
            day = file.name.split("_")[1]
            mark = _week(day) if width == "week" else day[: int(width)]
            seen.setdefault(mark, file)
        keep.update(list(seen.values())[:count])
    gone = [file for file in files if file not in keep]
    for file in gone:
        file.unlink(missing_ok=True)
    return gone


def _week(day: str) -> str:
    import datetime as dt

    year, week, _ = dt.date(int(day[:4]), int(day[4:6]), int(day[6:8])).isocalendar()
    return f"{year}-{week}"


def backup_before_migration(store: Store) -> Path:
    """The state an old program left, kept before this one changes the schema."""
    return make_backup(store, "升级前")
