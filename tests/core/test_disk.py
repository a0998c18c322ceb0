"""Writing what a person chose: whole or not at all, under a name Windows takes, every refusal of the disk in a sentence."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import pytest

from core.base import disk
from core.base.errors import MachineFault


@pytest.mark.parametrize(
    ("given", "ending", "safe"),
    [
        ('表_a\\b/c:d*e?f"g<h>i|j\x07.pdf', "", "表_abcdefghij.pdf"),
        ("表_𬭎 . .pdf", "", "表_𬭎.pdf"),
        ("CON.pdf", "", "_CON.pdf"),
        ("con .tar.xlsx", "", "_con .tar.xlsx"),
        ("lpt¹", "", "_lpt¹"),
        ("COM10.xlsx", "", "COM10.xlsx"),
        ("???.pdf", "", "_.pdf"),
        ("第3.5组", "", "第3.5组"),
        ("会计学院 ", "", "会计学院"),
        ("会计学院. ", "_01.xcpkt", "会计学院_01.xcpkt"),
        ("长" * 300 + ".pdf", "", "长" * 76 + ".pdf"),
        ("长" * 300, "_003_20201124.xcpkt", "长" * 61 + "_003_20201124.xcpkt"),
        ("", "", "_"),
    ],
)
def test_file_names_are_safe_for_windows(given: str, ending: str, safe: str) -> None:
    assert disk.file_name(given, ending) == safe
    assert len(safe) <= 80


def test_a_path_that_office_could_not_open_is_refused_in_words() -> None:
    anchor = Path.cwd().anchor
    place = Path(anchor, "长" * 100, "长" * (259 - len(anchor) - 101))
    disk.refuse_long(place, 259)
    with pytest.raises(MachineFault, match=r"完整路径有260个字符，Windows 最多能打开259个。.*离盘符近一些"):
        disk.refuse_long(place.with_name(place.name + "长"), 259)
    with pytest.raises(MachineFault, match="262个字符"):
        disk.refuse_long(place / "𬭎", 261)  # beyond the BMP: two for Windows


def said(number: int, winerror: int = 0) -> OSError:
    """What the system says: the C library's number, and that of Windows."""
    if sys.platform == "win32" and winerror:
        return OSError(number, "no", None, winerror)
    error = OSError(number, "no")
    if winerror:
        error.winerror = winerror  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize(
    ("error", "text", "hint"),
    [
        (said(errno.EACCES, 32), "正被别的程序打开（如 Excel", "关闭那个程序"),
        (said(errno.EACCES, 33), "正被别的程序打开", "关闭那个程序"),
        (said(errno.ENOSPC), "磁盘已满", "清理磁盘"),
        (said(errno.ENOSPC, 112), "磁盘已满", "清理磁盘"),
        (said(errno.EROFS), "写保护", "写保护开关"),
        (said(errno.EACCES, 19), "写保护", "写保护开关"),
        (said(errno.EACCES, 5), "没有在“.*”里写文件的权限", "例如“文档”"),
        (said(errno.ENOENT), "找不到“", "U盘"),
        (said(errno.ENOENT, 3), "找不到“", "U盘"),
        (said(errno.EIO), "找不到“", "U盘"),
        (said(errno.EINVAL, 1167), "找不到“", "U盘"),
        (said(errno.EINVAL, 123), "不接受文件名", "短一些"),
        (said(errno.ENAMETOOLONG), "不接受文件名", "短一些"),
        (said(errno.EMFILE), "没有写成（no）", "磁盘空间和文件夹权限"),
    ],
)
def test_every_refusal_of_the_disk_is_a_sentence_with_a_way_out(
    tmp_path: Path, error: OSError, text: str, hint: str
) -> None:
    told = disk.fault(error, tmp_path / "名册.xlsx", "没有导出：", "台账没有改动。")
    assert told.text.startswith("没有导出：") and told.text.endswith("。") and told.hint.endswith("。台账没有改动。")
    assert "名册.xlsx" in told.text
    with pytest.raises(MachineFault, match=f"{text}.*{hint}"):
        raise told


def test_no_permission_is_told_by_what_stands_there(tmp_path: Path) -> None:
    file = tmp_path / "名册.xlsx"
    file.write_bytes(b"old")
    assert "正被别的程序打开" in disk.fault(said(errno.EACCES, 5), file).text
    file.chmod(0o444)
    told = disk.fault(said(errno.EACCES, 5), file)
    assert "只读文件" in told.text and "属性" in told.hint
    file.chmod(0o644)
    assert "是一个文件夹" in disk.fault(said(errno.EACCES, 5), tmp_path).text


def test_an_old_file_stays_whole_until_the_new_one_is_complete(tmp_path: Path) -> None:
    file = tmp_path / "深" / "名册.xlsx"
    disk.write_whole(file, b"old", sync=True)
    with pytest.raises(ZeroDivisionError), disk.replacing(file) as part:
        part.write_bytes(b"half")
        raise ZeroDivisionError
    with pytest.raises(MachineFault, match="磁盘已满"), disk.replacing(file) as part:
        part.write_bytes(b"half")
        raise said(errno.ENOSPC)
    assert file.read_bytes() == b"old" and list(file.parent.iterdir()) == [file]
    disk.write_whole(file, b"new")
    assert file.read_bytes() == b"new"


def test_a_folder_in_the_way_and_a_file_above_are_told(tmp_path: Path) -> None:
    (tmp_path / "表.pdf").mkdir()
    with pytest.raises(MachineFault, match=r"“表\.pdf”是一个文件夹"):
        disk.write_whole(tmp_path / "表.pdf", b"x")
    (tmp_path / "占").write_bytes(b"")
    with pytest.raises(MachineFault, match="占”是一个文件，里面放不进东西"):
        disk.write_whole(tmp_path / "占" / "下" / "表.pdf", b"x")
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(["占", "表.pdf"])


@pytest.mark.skipif(sys.platform != "win32", reason="elsewhere an open file can be replaced")
def test_a_file_that_is_open_is_told_on_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "_PATIENCE", (0.0,))
    file = tmp_path / "名册.xlsx"
    file.write_bytes(b"old")
    with file.open("rb"), pytest.raises(MachineFault, match="正被别的程序打开"):
        disk.write_whole(file, b"new")
    assert file.read_bytes() == b"old"
