"""The ledger's files: where they may lie, whether they are sound, the key envelope."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.base import disk
from core.base.errors import MachineFault, Refused
from core.store import driver, keys

LEDGER, ENVELOPE = "ledger.xcjs", "ledger.key"
RESTORED = "restored.json"  # a restore is under way, or waits to be confirmed (restoring.py)
QUICK = 24 << 20  # bytes up to which the whole file is checked at each opening (0.1 s); larger ones in the background


class Damaged(MachineFault):
    """The ledger's files do not read right; nothing was opened or changed."""


class Replaced(MachineFault):
    """Another ledger stands in the place of the one that is open: a backup was restored meanwhile. Nothing is damaged."""

    def __init__(self) -> None:
        super().__init__(
            "台账已从备份恢复，这里打开的还是恢复以前的那一份，没有损坏，也不能再写。", "请关闭程序，重新打开台账。"
        )


def file_mark(folder: Path) -> tuple[int, int] | None:
    """What tells the ledger's file from another put in its place; None if there is none."""
    try:
        found = ledger_file(folder).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def ledger_file(folder: Path) -> Path:
    return folder / LEDGER


def why_no_writes(folder: Path) -> str:
    """Why the disk of a ledger takes no file (full, write-protected), as a sentence; '' if it does."""
    probe = folder / "写入试验.tmp"
    try:
        probe.write_bytes(bytes(64 << 10))  # as much as SQLite wants beside the ledger to begin with
    except OSError as error:
        return disk.fault(error, folder / LEDGER).text.split("，")[0] + "。"
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
    return ""


def has_log(folder: Path) -> bool:
    """Whether steps lie in the log beside the ledger that the file itself does not hold yet."""
    log = folder / f"{LEDGER}-wal"
    return log.exists() and log.stat().st_size > 0


def is_ledger(folder: Path) -> bool:
    """Whether `folder` holds a ledger."""
    return ledger_file(folder).exists() or (folder / ENVELOPE).exists()


def paused(folder: Path) -> bool:
    """Whether a restored ledger waits to be confirmed: automatic backups and thinning rest till then."""
    return (folder / RESTORED).exists()


def check_place(folder: Path) -> None:
    """MachineFault for a network drive or a missing ledger (WAL needs one host; SMB breaks its locks)."""
    refuse_network(folder)
    if not is_ledger(folder):
        raise MachineFault(f"文件夹“{folder}”里没有台账。", "请检查位置，或新建台账、从备份恢复。")
    if not ledger_file(folder).exists():
        raise Damaged(f"文件夹“{folder}”里的台账文件不见了。", "请从最近的备份恢复。")


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

    Larger files are left to the check in the background, to `check` and to the backup's own check: opening stays quick.
    """
    size = ledger_file(folder).stat().st_size
    return size == 0 or size > QUICK or connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"


def prepare_new(folder: Path, envelope: Mapping[str, Any]) -> None:
    """Make the folder and write the envelope; Refused if a ledger is there already."""
    refuse_network(folder)
    if is_ledger(folder):
        raise Refused(f"文件夹“{folder}”里已有台账，不能再新建。", "请打开它，或另选一个空文件夹。")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_envelope(folder, envelope)
        disk.make_private(ledger_file(folder))
    except OSError as error:
        raise disk.fault(error, folder / ENVELOPE, "没有新建台账：") from error


def write_envelope(folder: Path, envelope: Mapping[str, Any]) -> None:
    """Replace the envelope in one step."""
    part = folder / (ENVELOPE + ".part")
    disk.make_private(part)
    with part.open("wb") as out:
        out.write(keys.dump(envelope))
        out.flush()
        os.fsync(out.fileno())
    disk.put_in_place(part, folder / ENVELOPE)


def read_envelope(folder: Path) -> dict[str, Any]:
    """The envelope; heals a damaged copy from its twin, MachineFault if both are gone."""
    try:
        data = (folder / ENVELOPE).read_bytes()
    except OSError as error:
        raise Damaged("密钥文件不见了，打不开台账。", "请从最近的备份恢复，备份文件里带有密钥。") from error
    try:
        envelope, damaged = keys.load(data)
    except MachineFault as error:
        raise Damaged(error.text, error.hint) from error
    if damaged:
        with contextlib.suppress(OSError):  # a full disk: the sound copy opens it all the same
            write_envelope(folder, envelope)
    return envelope
