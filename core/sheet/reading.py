"""Opening what units send: the kind of a file is told by its bytes, never by its ending."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.base.errors import MachineFault, Problem, Refused
from core.sheet.contract import FileProblem, RawSheet

ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods", ".csv", ".tsv", ".txt", ".htm", ".html", ".xml", ".mht")
OPTION_SHEET = "选项"  # where our own template keeps its drop-down lists
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_SHEETS = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM\x36", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"SQLite format 3", "数据库"),
    (b"MZ", "程序"),
    (b"{\\rtf", "写字板文档"),
)
# What zipfile and zlib raise on bytes that are not what was written.
_DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError, RuntimeError)
_SAVE_AS = "请用 Excel 或 WPS 打开它，另存为“Excel 工作簿（.xlsx）”后再导入。"


def read_file(path: str | Path, sheet: str | None = None) -> list[RawSheet]:
    """Every sheet of the file that holds something, or only `sheet`; Refused or MachineFault say why not."""
    path = Path(path)
    sheets = _read_content(path, _read_bytes(path))
    sheets = [one for one in sheets if one.rows]
    if sheet is not None:
        named = [one for one in sheets if one.sheet.strip() == sheet.strip()]
        if not named:
            names = "、".join(f"“{one.sheet}”" for one in sheets) or "（没有）"
            raise Refused(f"{path.name} 里没有名为“{sheet}”的有内容的工作表，", f"有内容的工作表是：{names}。")
        return named
    if not sheets:
        raise Refused(f"{path.name} 里没有任何内容，", "请确认发来的是填好的那一份。")
    return [one for one in sheets if one.sheet != OPTION_SHEET or len(sheets) == 1]


def read_paths(paths: Iterable[str | Path], sheet: str | None = None) -> tuple[list[RawSheet], list[FileProblem]]:
    """Read files and folders (all sheet files inside, also in sub-folders); what failed is told beside it."""
    sheets: list[RawSheet] = []
    problems: list[FileProblem] = []
    for path in _expand(paths, problems):
        try:
            sheets += read_file(path, sheet)
        except Problem as problem:
            problems.append(FileProblem(str(path), str(problem), machine=isinstance(problem, MachineFault)))
    return sheets, problems


def _expand(paths: Iterable[str | Path], problems: list[FileProblem]) -> list[Path]:
    """Folders become their sheet files, each file once; Excel's lock files (~$…) are no data."""
    found: dict[Path, None] = {}
    for given in paths:
        path = Path(given)
        if not path.is_dir():
            found[path] = None
            continue
        inside = sorted(one for one in path.rglob("*") if one.suffix.lower() in ENDINGS and one.is_file())
        # a note beside the sheets is no sheet; a .txt that is one can still be chosen by name
        inside = [one for one in inside if one.suffix.lower() != ".txt"]
        inside = [one for one in inside if not one.name.startswith(("~$", ".~", "._"))]
        if not inside:
            problems.append(FileProblem(str(path), f"文件夹 {path.name} 里没有 Excel 或 CSV 文件，请检查选的文件夹。"))
        found.update(dict.fromkeys(inside))
    return list(found)


def _read_bytes(path: Path) -> bytes:
    if path.name.startswith("~$"):
        raise Refused(f"{path.name} 是 Excel 打开文件时的临时文件，不是数据，", "请选择同名、不带“~$”的文件。")
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise Refused(f"找不到文件 {path}，", "请检查路径和文件名。") from None
    except IsADirectoryError:
        raise Refused(f"{path} 是文件夹，", "请选择里面的文件。") from None
    except PermissionError:
        if path.is_dir():
            raise Refused(f"{path} 是文件夹，", "请选择里面的文件。") from None
        raise MachineFault(
            f"读不了 {path.name}：文件正被 Excel 打开，或没有读它的权限，", "请关闭它再试一次。"
        ) from None
    except OSError as error:
        raise MachineFault(
            f"读 {path.name} 时磁盘出错（{error.strerror or error}），", "请把文件复制到本机再试。"
        ) from None
    if not data:
        raise Refused(f"{path.name} 是空文件（0 字节），", "请让对方重新发送。")
    return data


def _read_content(path: Path, data: bytes) -> list[RawSheet]:
    from core.sheet import reading_markup, reading_text

    for magic, what in _NOT_SHEETS:
        if data.startswith(magic):
            raise Refused(f"{path.name} 不是表格文件，而是{what}，", "请选择 Excel 或 CSV 文件。")
    if data.startswith(b"PK"):
        return _read_zip(path, data)
    if data.startswith(_OLE):
        return _read_ole(path, data)
    if data[:2] == b"\x09\x08" and data[2:4] in (b"\x08\x00", b"\x10\x00", b"\x06\x00"):
        raise Refused(f"{path.name} 是很早的 Excel 格式（没有外壳的 BIFF），", _SAVE_AS)
    if reading_markup.is_markup(data):
        return reading_markup.read_markup(path, data)
    return reading_text.read_text(path, data)


def _read_zip(path: Path, data: bytes) -> list[RawSheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except _DAMAGE:
        raise Refused(
            f"{path.name} 不完整或已损坏（可能没有传完），", "请让对方重新发送，或用 Excel 打开修复后另存。"
        ) from None
    if any(name.startswith("word/") for name in names):
        raise Refused(f"{path.name} 是 Word 文档，", "请把其中的表格复制到 Excel，保存后再导入。")
    if any(name.startswith("ppt/") for name in names):
        raise Refused(f"{path.name} 是演示文稿，", "请选择 Excel 或 CSV 文件。")
    spreadsheet = any(name.startswith("xl/") for name in names) or "content.xml" in names
    if not spreadsheet:
        what = "压缩包" if any(name.lower().endswith(ENDINGS) for name in names) else "别的文件，不是表格"
        raise Refused(f"{path.name} 是{what}，", "请解压后选择里面的 Excel 或 CSV 文件。")
    return _read_calamine(path, data)


def _read_ole(path: Path, data: bytes) -> list[RawSheet]:
    # The directory of the compound file names its streams in UTF-16.
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise _encrypted(path)
    if "WordDocument".encode("utf-16-le") in data and "Workbook".encode("utf-16-le") not in data:
        raise Refused(f"{path.name} 是 Word 文档，", "请把其中的表格复制到 Excel，保存后再导入。")
    if not _ole_complete(data):
        raise Refused(f"{path.name} 不完整或已损坏（可能没有传完），", "请让对方重新发送，或用 Excel 打开修复后另存。")
    return _read_calamine(path, data)


def _ole_complete(data: bytes) -> bool:
    """Whether all sectors that the file's own table calls used are there; calamine reads past the end otherwise."""
    if len(data) < 512:
        return False
    size = 1 << int.from_bytes(data[30:32], "little")
    tables = [int.from_bytes(data[76 + 4 * one : 80 + 4 * one], "little") for one in range(109)]
    last = 0
    for order, table in enumerate(table for table in tables if table < 0xFFFFFFFA):
        start = 512 + table * size
        entries = data[start : start + size]
        if len(entries) < size:
            return False
        used = [one for one in range(size // 4) if entries[4 * one : 4 * one + 4] != b"\xff\xff\xff\xff"]
        last = max(last, order * (size // 4) + used[-1]) if used else last
    return len(data) > 512 + last * size


def _encrypted(path: Path) -> Refused:
    return Refused(f"{path.name} 设了打开密码，", "请用 Excel 打开它，取消密码（文件→信息→保护工作簿）后另存再导入。")


def _read_calamine(path: Path, data: bytes) -> list[RawSheet]:
    import python_calamine as calamine

    from core.sheet.xlsx_marks import read_marks

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        marks = read_marks(data) if data.startswith(b"PK") else {}
        opened = _open_elsewhere(path)
        sheets = []
        for info in book.sheets_metadata:
            if info.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            one = book.get_sheet_by_name(info.name)
            mark = marks.get(info.name)
            rows = one.to_python(skip_empty_area=False)
            if mark:
                mark.pad(rows)
            remarks = opened + (mark.remarks if mark else ())
            if info.visible != calamine.SheetVisibleEnum.Visible:
                remarks += (f"工作表“{info.name}”在 Excel 里是隐藏的。",)
            sheets.append(raw_sheet(path, info.name, rows, _ranges(one), remarks=remarks))
        return sheets
    except calamine.PasswordError:
        raise _encrypted(path) from None
    except (calamine.CalamineError, *_DAMAGE) as error:
        raise Refused(f"{path.name} 打不开：内容不完整或已损坏（{str(error)[:60]}），", _SAVE_AS) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Refused(f"{path.name} 打不开：内容已损坏，", _SAVE_AS) from None


def _ranges(sheet: Any) -> tuple[tuple[int, int, int, int], ...]:
    return tuple((top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ())


def _open_elsewhere(path: Path) -> tuple[str, ...]:
    """Excel keeps ~$name beside a file it has open: what we read is what was saved last."""
    names = {f"~${path.name}", f"~${path.name[2:]}"}
    if any(os.path.lexists(path.with_name(name)) for name in names if name != path.name):
        return (f"{path.name} 正在 Excel 中打开，读到的是它上次保存的内容。",)
    return ()


def raw_sheet(
    path: Path,
    name: str,
    rows: list[list[Any]],
    merged: tuple[tuple[int, int, int, int], ...] = (),
    *,
    encoding: str = "",
    remarks: tuple[str, ...] = (),
) -> RawSheet:
    """A RawSheet without the empty rows and columns at its end."""
    while rows and all(cell == "" or cell is None for cell in rows[-1]):
        rows.pop()
    return RawSheet(str(path), name, tuple(map(tuple, rows)), merged, encoding, remarks)
