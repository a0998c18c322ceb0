"""Opening files: what is no sheet is told in a sentence with a way out."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest

from core.base.errors import MachineFault, Refused
from core.sheet.reading import read_file, read_paths
from tests.core.sheet.evil import delimited, html, plain_rows, write_html, write_xls, write_xlsx, write_xml


def file(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
BAD = {
    "empty": ("a.xlsx", b"", "空文件"),
    "blank csv": ("a.csv", b"\r\n \r\n", "没有任何内容"),
    "pdf": ("a.xlsx", b"%PDF-1.7 ...", "PDF"),
    "picture": ("a.xls", b"\x89PNG\r\n\x1a\n" + bytes(50), "图片"),
    "word": ("a.xlsx", zipped("[Content_Types].xml", "word/document.xml"), "Word"),
    "archive": ("a.xlsx", zipped("名册.xlsx"), "压缩包"),
    "broken workbook": ("a.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml"), "已损坏"),
    "password": ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le") + bytes(512), "密码"),
    "broken xls": ("a.xls", OLE + bytes(512), "已损坏"),
    "program data": ("a.csv", bytes(range(1, 60)) * 20, "不是表格文件"),
    "Big5": ("a.csv", "工號,姓名\r\n0001,陳國強\r\n0002,歐陽鋒與羅蘭芳蘇葉\r\n".encode("big5") * 9, "编码读不出"),
    "half UTF-8": ("a.csv", "工号,姓名\r\n0001,王伟\r\n".encode() * 20 + b"0002,\xe7\x8e\r\n", "编码读不出"),
    "page without table": ("a.xls", b"<html><body><p>404</p></body></html>", "没有表格"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_sheet_is_refused_in_words(tmp_path: Path, case: str) -> None:
    name, data, word = BAD[case]
    with pytest.raises(Refused, match=word) as caught:
        read_file(file(tmp_path, name, data))
    assert str(caught.value).startswith(name)
    assert caught.value.hint.startswith("请")
    assert str(caught.value).endswith("。")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("write", [write_xlsx, write_xls])
def test_a_file_cut_short(tmp_path: Path, write: object, share: float) -> None:
    assert callable(write)
    whole = write(tmp_path / "whole", plain_rows() * 20).read_bytes()
    with pytest.raises(Refused, match="损坏"):
        read_file(file(tmp_path, "a.xlsx", whole[: int(len(whole) * share)]))


def test_missing_folder_and_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="找不到文件"):
        read_file(tmp_path / "no.xlsx")
    with pytest.raises(Refused, match="是文件夹"):
        read_file(tmp_path)

    def locked(self: Path) -> bytes:
        raise PermissionError(13, "locked", str(self))

    path = write_xlsx(tmp_path / "a.xlsx", plain_rows())
    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(MachineFault, match="正被 Excel 打开"):
        read_file(path)


def test_a_sheet_by_name(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", plain_rows())
    assert [one.sheet for one in read_file(path, "名册")] == ["名册"]
    with pytest.raises(Refused, match=r"“别的”.*“名册”"):
        read_file(path, "别的")


def test_a_folder_takes_all_sheet_files_and_no_lock_files(tmp_path: Path) -> None:
    (tmp_path / "支部").mkdir()
    write_xlsx(tmp_path / "a.xlsx", plain_rows())
    write_xls(tmp_path / "支部" / "b.xls", plain_rows())
    file(tmp_path, "c.csv", b"")
    file(tmp_path, "~$a.xlsx", b"lock")
    file(tmp_path, "readme.docx", b"PK")
    sheets, problems = read_paths([tmp_path, tmp_path / "a.xlsx"])
    assert [Path(one.file).name for one in sheets] == ["a.xlsx", "b.xls"]
    assert [Path(one.file).name for one in problems] == ["c.csv"]
    assert sheets[0].remarks == ("a.xlsx 正在 Excel 中打开，读到的是它上次保存的内容。",)
    with pytest.raises(Refused, match="临时文件"):
        read_file(tmp_path / "~$a.xlsx")
    (tmp_path / "空").mkdir()
    assert "没有 Excel 或 CSV" in read_paths([tmp_path / "空"])[1][0].message


def test_hidden_rows_and_numbers_shown_with_zeros(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "甲&乙"
    for row in (["工号", "姓名"], [32, "王伟"], [1000033, "李明"], [41, "赵云"]):
        page.append(row)
    for number in (2, 3):
        page.cell(number, 1).number_format = "0000000"
    page.row_dimensions[3].hidden = True
    page.column_dimensions["B"].hidden = True
    other = book.create_sheet("底稿")
    other.append(["x", "y"])
    other.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    sheet, hidden = read_file(tmp_path / "a.xlsx")
    assert [row[0] for row in sheet.rows] == ["工号", "0000032", 1000033.0, 41.0]
    assert "1个隐藏行（第3行）" in sheet.remarks[0]
    assert "隐藏的列" in sheet.remarks[1]
    assert "隐藏" in hidden.remarks[0]


def test_numbers_shielded_in_a_csv(tmp_path: Path) -> None:
    text = '工号,姓名,电话\r\n="0000032",王伟,\t13812345678\r\n\'0000041,"李,明",="13900001111"\r\n'
    (sheet,) = read_file(file(tmp_path, "a.csv", text.encode("gb18030")))
    assert sheet.rows[1:] == (("0000032", "王伟", "13812345678"), ("0000041", "李,明", "13900001111"))
    assert sheet.encoding == "gb18030"


def test_a_quotation_mark_that_is_never_closed(tmp_path: Path) -> None:
    text = '工号,姓名,备注\r\n0001,王伟,"好\r\n0002,李明,\r\n0003,赵云,\r\n'
    (sheet,) = read_file(file(tmp_path, "a.csv", text.encode()))
    assert [row[0] for row in sheet.rows] == ["工号", "0001", "0002", "0003"]


def test_lines_inside_a_cell(tmp_path: Path) -> None:
    (sheet,) = read_file(file(tmp_path, "a.csv", '姓名,内容\r\n王伟,"第一行\n第二行"\r\n'.encode()))
    assert sheet.rows[1] == ("王伟", "第一行\n第二行")
    (page,) = read_file(file(tmp_path, "a.xls", html([["姓名", "内容"], ["王伟", "第一行\n第二行"]]).encode("gbk")))
    assert page.rows[1] == ("王伟", "第一行\n第二行")


def test_layout_tables_around_the_data_are_not_data(tmp_path: Path) -> None:
    inner = html([["工号", "姓名"], ["0001", "王伟"]]).split("<body>")[1].removesuffix("</body></html>")
    page = f"<table><tr><td>导出</td><td>{inner}</td></tr></table>"
    (sheet,) = read_file(file(tmp_path, "a.xls", page.encode("utf-8")))
    assert sheet.rows == (("工号", "姓名"), ("0001", "王伟"))


def test_a_web_archive(tmp_path: Path) -> None:
    import base64

    body = base64.encodebytes(html([["工号", "姓名"], ["0001", "王伟"]]).encode("gbk")).decode()
    text = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
        'Content-Type: text/html; charset="gb2312"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + body
        + "\r\n--b--\r\n"
    )
    (sheet,) = read_file(file(tmp_path, "a.xls", text.encode()))
    assert sheet.rows[1] == ("0001", "王伟")


def test_fifty_thousand_rows(tmp_path: Path) -> None:
    rows = [["工号", "姓名"], *[[f"{number:07d}", "王伟"] for number in range(50_000)]]
    (sheet,) = read_file(file(tmp_path, "a.csv", delimited(rows).encode("gb18030")))
    assert len(sheet.rows) == 50_001
    assert sheet.rows[-1] == ("0049999", "王伟")


@pytest.mark.parametrize("seed", range(40))
def test_damaged_bytes_are_read_or_refused(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    write = (write_xlsx, write_xls, write_html, write_xml)[seed % 4]
    data = bytearray(write(tmp_path / "whole", plain_rows()).read_bytes())
    for _ in range(3):
        place = rng.randrange(len(data))
        data[place : place + rng.randrange(0, 60)] = rng.randbytes(rng.randrange(1, 8))
    try:
        sheets = read_file(file(tmp_path, "a.xls", bytes(data)))
    except Refused as problem:
        assert str(problem).startswith("a.xls")
    else:
        assert all(one.rows for one in sheets)
