"""Files a person chose: written whole or not at all, under names Windows takes, and what goes wrong in whole sentences."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from core.base import clock
from core.base.errors import InvalidInput, MachineFault

LONGEST_NAME = 80  # characters of one name, with its ending: a folder can still be moved some levels down
LONGEST_PATH = 259 if sys.platform == "win32" else 4095  # what Explorer and Office open
_PATIENCE = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds between tries while a virus scanner holds a file
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])\s*(?:\.|$)", re.IGNORECASE)

# by the number of Windows (winerror) or of the C library (errno)
_IN_USE, _IN_USE_C = (32, 33), (errno.EBUSY, errno.ETXTBSY)
_FULL, _FULL_C = (39, 112, 1295), (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_GONE, _GONE_C = (3, 15, 21, 53, 55, 64, 67, 433, 1167, 1617), (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EIO)
_PROTECTED, _PROTECTED_C = (19,), (errno.EROFS,)
_BAD_NAME, _BAD_NAME_C = (123, 161, 206), (errno.ENAMETOOLONG, errno.EINVAL)


def file_name(name: str, ending: str = "") -> str:
    """A file name Windows accepts: no \\ / : * ? \" < > |, no control characters, not reserved, not too long.

    What is too long is cut before `ending`, or else before the suffix that `name` has.
    """
    if not ending:
        stem, dot, suffix = name.rpartition(".")
        if stem and 0 < len(suffix) <= 7 and suffix.isalnum():
            name, ending = stem, dot + suffix
    stem = _UNSAFE.sub("", name).strip(" .")
    ending = _UNSAFE.sub("", ending)
    stem = stem[: LONGEST_NAME - len(ending)].rstrip(" .")
    if not stem or _RESERVED.match(stem):
        stem = f"_{stem}"
    return stem + ending


def refuse_long(target: Path, longest: int = LONGEST_PATH) -> None:
    """MachineFault for a path that no program of the office would open again."""
    length = len(str(target.absolute()).encode("utf-16-le")) // 2
    if length > longest:
        raise MachineFault(
            f"“{target.name}”的完整路径有{length}个字符，Windows 最多能打开{longest}个。",
            "请换一个离盘符近一些的文件夹，例如“D:\\下沉纪实”，或用短一些的文件名。",
        )


def make_folder(folder: Path, what: str = "") -> None:
    """The folder and those above it; MachineFault in words."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        blocked = next((one for one in (folder, *folder.parents) if one.is_file()), None)
        if blocked is not None:
            raise MachineFault(f"{what}“{blocked}”是一个文件，里面放不进东西。", "请另选一个文件夹。") from error
        raise fault(error, folder, what) from error


@contextlib.contextmanager
def replacing(target: Path, what: str = "", *, sync: bool = False) -> Iterator[Path]:
    """The path to write to in place of `target`: an old file there stays whole until the new one is complete.

    `what` begins the sentence of a fault: 数据包没有写成：
    """
    refuse_long(target)
    make_folder(target.parent, what)
    part = target.with_name(target.name + ".part")
    try:
        with in_words(target, what):
            yield part
            if sync:
                with part.open("rb+") as out:
                    os.fsync(out.fileno())
            put_in_place(part, target)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def write_whole(target: Path, data: bytes, what: str = "", *, sync: bool = False, private: bool = False) -> None:
    """The bytes as a file, whole or not at all; MachineFault in words. `private`: only this user may read it."""
    with replacing(target, what, sync=sync) as part:
        if private:
            make_private(part)
        part.write_bytes(data)


def make_private(file: Path) -> None:
    """Only this user may read the file (mode 0600), which is made if it is not there; on Windows its folder says so."""
    if os.name == "posix":
        with contextlib.suppress(OSError):  # not every file system knows of modes
            if (
                not file.exists()
            ):  # one that is there is never opened: closing it would drop SQLite's locks on a ledger in use
                os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
            file.chmod(0o600)


def read_note(file: str | Path, what: str) -> str:
    """The text of a file that somebody wrote in Notepad: UTF-8 or GBK. `what` it is begins each sentence.

    MachineFault if it cannot be read, InvalidInput if it holds no text.
    """
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        known = (
            "没有这个文件" if isinstance(error, FileNotFoundError) else "这是一个文件夹" if Path(file).is_dir() else ""
        )
        raise MachineFault(f"读不出{what}“{file}”（{known or error.strerror}）。", "请检查位置。") from error
    for encoding in ("utf-8-sig", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode(encoding)
    raise InvalidInput({"": f"{what}“{file}”不是文本文件，请用记事本另存为文本文件。"})


@contextlib.contextmanager
def in_words(target: Path, what: str = "", more: str = "") -> Iterator[None]:
    """What the disk says while `target` is written leaves as a MachineFault."""
    try:
        yield
    except OSError as error:
        raise fault(error, target, what, more) from error


def put_in_place(part: Path, target: Path) -> None:
    """Rename over `target` in one step; tried again for a while if a virus scanner holds one of the two."""
    for pause in _PATIENCE:
        try:
            part.replace(target)
            break
        except PermissionError:
            if _is_read_only(target) or target.is_dir():
                raise
            clock.pause(pause)
    else:
        part.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Let a rename outlive a power cut (Windows does so by itself)."""
    if os.name == "posix":
        with contextlib.suppress(OSError):  # not every file system can
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def fault(error: OSError, target: Path, what: str = "", more: str = "") -> MachineFault:
    """Why `target` cannot be written, and the way out. `what` goes before the sentence, `more` behind the way out."""
    text, hint = _reason(error, target)
    return MachineFault(what + text, hint + more)


def _reason(error: OSError, target: Path) -> tuple[str, str]:
    name = target.name or str(target)
    if target.is_dir() and isinstance(error, PermissionError | IsADirectoryError):
        return f"“{name}”是一个文件夹，不能写成文件。", "请换一个文件名。"
    if _is(error, _FULL, _FULL_C):
        return f"“{target.parent}”所在的磁盘已满，“{name}”没有写成。", "请清理磁盘，或换一个位置再试。"
    if _is(error, _IN_USE, _IN_USE_C):
        return _in_use(name)
    if _is(error, _PROTECTED, _PROTECTED_C):
        return f"“{target.parent}”所在的磁盘是写保护的，“{name}”没有写成。", "请打开U盘的写保护开关，或换一个位置再试。"
    if isinstance(error, PermissionError):
        if _is_read_only(target):
            return f"“{name}”是只读文件，没有改写。", "请在它的“属性”里去掉“只读”，或换一个文件名再试。"
        if target.is_file():
            return _in_use(name)  # Windows tells of no permission where what is replaced is open in Excel
        return f"没有在“{target.parent}”里写文件的权限，“{name}”没有写成。", "请换一个位置，例如“文档”，再试。"
    if _is(error, _BAD_NAME, _BAD_NAME_C):
        return f"Windows 不接受文件名“{name}”。", '请换一个短一些的文件名，不用 \\ / : * ? " < > |。'
    if _is(error, _GONE, _GONE_C):
        return f"找不到“{target.parent}”，“{name}”没有写成。", "请检查U盘或移动硬盘是否插好，或换一个位置再试。"
    said = error.strerror or str(error)
    return f"“{name}”没有写成（{said}）。", "请检查磁盘空间和文件夹权限，或换一个位置再试。"


def _in_use(name: str) -> tuple[str, str]:
    return (
        f"“{name}”正被别的程序打开（如 Excel、Word、WPS 或 PDF 阅读器），没有写成。",
        "请关闭那个程序里的这个文件，或换一个文件名再试。",
    )


def _is(error: OSError, of_windows: tuple[int, ...], of_c: tuple[int, ...]) -> bool:
    number = getattr(error, "winerror", None)
    return number in of_windows if number else error.errno in of_c


def _is_read_only(file: Path) -> bool:
    try:
        return file.is_file() and not file.stat().st_mode & stat.S_IWRITE
    except OSError:
        return False
