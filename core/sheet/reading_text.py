"""CSV, TSV and plain text: the encoding and the separator are told by the content."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from core.base.errors import Refused
from core.sheet.contract import RawSheet

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SEPARATORS = (",", "\t", ";", "|", "，")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SHIELDED = re.compile(r'="(.*)"|=(\d+)')
_RESAVE = "请用 Excel 打开它，另存为“Excel 工作簿（.xlsx）”或“CSV UTF-8”后再导入。"


def read_text(path: Path, data: bytes) -> list[RawSheet]:
    """The one sheet of a delimited text file."""
    from core.sheet.reading import raw_sheet

    text, encoding = decode(data, path.name)
    if not text.strip():
        raise Refused(f"{path.name} 里没有任何内容，", "请确认发来的是填好的那一份。")
    rows: list[list[str]] = [[_plain(cell) for cell in row] for row in _split(text)]
    return [raw_sheet(path, path.stem, rows, encoding=encoding)]


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Text and the encoding it was in; Refused if the bytes are none that we know, or garbled."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                line = data[: error.start].count(b"\n") + 1
                raise Refused(f"{name} 第{line}行有坏字节，文件可能没有传完，", _RESAVE) from None
    wide = _without_bom(data)
    if wide:
        return wide
    try:
        return _checked(data.decode("utf-8"), name), "utf-8"
    except UnicodeDecodeError as error:
        broken = error
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        text, line = "", data[: max(error.start, broken.start)].count(b"\n") + 1
    else:
        line = data[: broken.start].count(b"\n") + 1
    if text and _reads_as_chinese(text):
        return _checked(text, name), "gb18030"
    raise Refused(f"{name} 的文字编码读不出：既不是 UTF-8 也不是 GBK（第{line}行起有不认识的字节），", _RESAVE)


def _without_bom(data: bytes) -> tuple[str, str] | None:
    """UTF-16 without its mark: every second byte of its ASCII part is zero."""
    head = data[:4000]
    if len(data) % 2 or head.count(b"\x00") < 4:
        return None
    encoding = "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else (text, encoding)


def _checked(text: str, name: str) -> str:
    if _CONTROL.search(text):
        raise Refused(f"{name} 不是表格文件（里面是程序数据，不是文字），", "请选择 Excel 或 CSV 文件。")
    return text


def _reads_as_chinese(text: str) -> bool:
    """GB18030 decodes almost anything: text in another code (Big5, half a UTF-8 file) turns into rare characters."""
    wide = [char for char in text if char > "\x7f"]
    common = 0
    for char in wide:
        try:
            char.encode("gb2312")
            common += 1
        except UnicodeEncodeError:
            continue
    return common >= len(wide) * 0.9 - 2 and not re.search("[\ue000-\uf8ff]{2}|锟斤拷", text)


def _split(text: str) -> list[list[str]]:
    separator = _separator(text)
    csv.field_size_limit(10_000_000)
    source = io.StringIO(text, newline="")
    try:
        return list(csv.reader(source, delimiter=separator, strict=True))
    except csv.Error:
        # A quotation mark that is never closed, or stands inside a plain cell: take the lines as they are.
        return [line.split(separator) for line in text.splitlines()]


def _separator(text: str) -> str:
    """The separator that cuts the first lines into the most even columns."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text.splitlines()[:60] if line.strip()]
    best, best_score = ",", 0.0
    for separator in _SEPARATORS:
        counts = [line.count(separator) for line in lines]
        usual = max(set(counts), key=lambda count: (count > 0, counts.count(count)), default=0)
        if not usual:
            continue
        score = counts.count(usual) / len(counts) + min(usual, 40) / 100
        if separator == "，":
            score -= 0.5  # a comma of running text before it is a separator
        if score > best_score:
            best, best_score = separator, score
    return best


def _plain(cell: str) -> str:
    """Without the shields that systems put around numbers: ="0012", a leading tab or apostrophe."""
    if not cell or cell[0] not in "=\t'`":
        return cell
    shielded = _SHIELDED.fullmatch(cell)
    if shielded:
        return shielded[1] if shielded[1] is not None else shielded[2]
    bare = cell.lstrip("\t")
    return bare[1:] if re.fullmatch(r"['`][\dXx]+", bare) else bare
