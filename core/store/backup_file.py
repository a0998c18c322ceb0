"""One backup as a file: magic, length and bytes of the envelope, the encrypted database, the database's SHA-256."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.base.errors import MachineFault, Refused
from core.store import keys

SUFFIX = ".xcbak"
_MAGIC = b"XCJSBAK1"
_DIGEST = 32  # bytes of SHA-256 at the end
_CHUNK = 4 << 20

Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the database lies in a backup file, and the envelope before it."""

    envelope: bytes
    start: int
    end: int


def silent(_done: int, _total: int) -> None:
    """Progress nobody looks at."""


def write(envelope: bytes, scratch: Path, part: Path, progress: Progress) -> bytes:
    """One backup file from an envelope and an (encrypted) database; returns the database's SHA-256."""
    digest = hashlib.sha256()
    with part.open("wb") as out, scratch.open("rb") as data:
        out.write(_MAGIC + len(envelope).to_bytes(4, "big") + envelope)
        for chunk in chunks(data, scratch.stat().st_size, progress):
            digest.update(chunk)
            out.write(chunk)
        out.write(digest.digest())
        out.flush()
        os.fsync(out.fileno())
    return digest.digest()


def chunks(source: BinaryIO, size: int, progress: Progress) -> Iterator[bytes]:
    """`size` bytes of an open file in pieces."""
    done = 0
    while done < size and (chunk := source.read(min(_CHUNK, size - done))):
        done += len(chunk)
        progress(done, size)
        yield chunk


def parts(file: Path) -> Parts:
    """Where things lie in a backup; Refused if it is none, MachineFault if its head is damaged."""
    with reading(file), file.open("rb") as data:
        head = data.read(len(_MAGIC) + 4)
        size = file.stat().st_size
        length = int.from_bytes(head[len(_MAGIC) :], "big")
        if not head.startswith(_MAGIC):
            raise Refused(f"“{file.name}”不是本程序的备份文件。", f"备份文件的扩展名是 {SUFFIX}。")
        if len(head) + length + _DIGEST > size:
            raise spoilt(file)
        envelope = data.read(length)
    keys.load(envelope)
    return Parts(envelope, len(head) + length, size - _DIGEST)


def check(file: Path, progress: Progress = silent) -> Parts:
    """Read a backup through; MachineFault if a single byte of it is not as it was written."""
    found = parts(file)
    with reading(file), file.open("rb") as data:
        data.seek(found.end)
        written = data.read(_DIGEST)
    if digest_on_disk(file, found, progress) != written:
        raise spoilt(file)
    return found


def extract(file: Path, target: Path, progress: Progress = silent) -> Parts:
    """Write the (encrypted) database of a backup to `target`; MachineFault and no file if it is damaged."""
    found = parts(file)
    digest = hashlib.sha256()
    try:
        with reading(file), file.open("rb") as data, target.open("wb") as out:
            data.seek(found.start)
            for chunk in chunks(data, found.end - found.start, progress):
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
            if data.read(_DIGEST) != digest.digest():
                raise spoilt(file)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return found


@contextlib.contextmanager
def reading(file: Path) -> Iterator[None]:
    """A file that cannot be read is said by its name."""
    try:
        yield
    except FileNotFoundError as error:
        raise MachineFault(f"没有找到备份文件“{file.name}”。", "请检查文件位置、U盘是否插好。") from error
    except OSError as error:
        raise MachineFault(
            f"读写备份文件“{file.name}”出错（{error.strerror}）。", "请检查磁盘和空间后重试。"
        ) from error


def spoilt(file: Path) -> MachineFault:
    return MachineFault(f"备份文件“{file.name}”已损坏。", "请换上一份备份。")


def digest_on_disk(file: Path, found: Parts, progress: Progress) -> bytes:
    digest = hashlib.sha256()
    with reading(file), file.open("rb") as data:
        if hasattr(os, "posix_fadvise"):  # from the disk, not from what is still in memory
            os.posix_fadvise(data.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        data.seek(found.start)
        for chunk in chunks(data, found.end - found.start, progress):
            digest.update(chunk)
    return digest.digest()
