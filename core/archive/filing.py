"""归档: what the files of a year are called, and the list of their SHA-256. DA/T 22

Naming: 2020-DQ13-D30-0001_考核评价表_姓名_工号.pdf. A number, once given, stays with its item.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.archive.model import ARCHIVE_DEFAULTS, ARCHIVE_SETTINGS
from core.base.clock import today
from core.base.disk import write_whole
from core.base.errors import InvalidInput, Refused
from core.base.rights import Right
from core.org.settings import all_settings, set_settings
from core.store import Reads, Row, Tx

CHECKSUMS = "校验清单.sha256"
CATALOGUE = "归档文件目录.xlsx"
SCAN_CATALOGUE = "扫描件目录.xlsx"
SCANS = "扫描件"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_CHUNK = 1 << 20
_LONGEST = 70  # UTF-16 units, as Windows counts: with '_扫描12.pdf' no name is over 80


@dataclass(frozen=True, slots=True)
class Terms:
    """What archiving goes by: 全宗号, 类别代码, retention of personal forms and of lists."""

    fond: str
    archive_class: str
    term: str
    term_lists: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One document to be filed: of a person, or a list of the year."""

    form: str  # id of the form
    name: str  # 考核评价表
    title: str
    cadre_uid: str | None = None
    person: str = ""
    staff_no: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One document with its number and its file within the folder."""

    item_no: str
    wanted: Wanted
    file_name: str  # 考核评价表/2020-DQ13-D30-0001_考核评价表_姓名_工号.pdf
    retention: str


def terms(reads: Reads) -> Terms:
    """The terms in force."""
    known = all_settings(reads)
    return Terms(*(known.get(one.key) or ARCHIVE_DEFAULTS[one.key] for one in ARCHIVE_SETTINGS))


def set_terms(tx: Tx, values: Row) -> None:
    """Change fond number, class code and retention; numbers already given stay."""
    faults = {}
    given = {one.key: str(values.get(one.key) or "").strip() for one in ARCHIVE_SETTINGS}
    for one in ARCHIVE_SETTINGS:
        text = given[one.key]
        if one.required and not text:
            faults[one.key] = f"请填写{one.label}。"
        elif text and one.check is not None and (said := one.check(text)):
            faults[one.key] = said
    if faults:
        raise InvalidInput(faults)
    set_settings(tx, given)


def number_items(reads: Reads, year: int, wanted: Iterable[Wanted]) -> list[Item]:
    """Each document with its number: the one it had when the year was archived before, else the next one free."""
    by = terms(reads)
    kept: dict[tuple[str, str, str], str] = {}
    taken: dict[str, int] = defaultdict(int)
    sql = "SELECT item_no, form, coalesce(cadre_uid, ''), title FROM archive_item WHERE year = ? AND scanned = 0"
    for item_no, form, cadre_uid, title in reads.tuples(sql, (year,)):
        series, _, number = item_no.rpartition("-")
        kept[form, cadre_uid, "" if cadre_uid else title] = item_no
        taken[series] = max(taken[series], int(number))
    made = []
    for one in wanted:
        retention = by.term if one.cadre_uid else by.term_lists
        series = f"{year}-{by.archive_class}-{retention}"
        item_no = kept.get((one.form, one.cadre_uid or "", "" if one.cadre_uid else one.title))
        if item_no is None or item_no.rpartition("-")[0] != series:
            taken[series] += 1
            item_no = f"{series}-{taken[series]:04d}"
        name = _stem(item_no, one)
        made.append(Item(item_no, one, f"{one.name}/{name}.pdf", retention))
    return made


def _stem(item_no: str, one: Wanted) -> str:
    """A file's name without its ending, one Windows takes as it is; a name that is too long is cut, never the numbers."""
    name = one.person

    def whole() -> str:
        return _UNSAFE.sub("", "_".join(part for part in (item_no, one.name, name, one.staff_no) if part)).rstrip(" .")

    while name and len(whole().encode("utf-16-le")) // 2 > _LONGEST:
        name = name[:-1]
    return whole()


def record_items(tx: Tx, year: int, rows: Sequence[Row]) -> None:
    """Note what was filed, one row a file; a number filed again replaces what was noted of it."""
    tx.require(Right.CLOSE_YEAR)
    numbers = json.dumps([row["item_no"] for row in rows])
    sql = (
        "SELECT uid, item_no, scanned FROM archive_item WHERE year = ? AND item_no IN (SELECT value FROM json_each(?))"
    )
    there = {(item_no, scanned): uid for uid, item_no, scanned in tx.tuples(sql, (year, numbers))}
    made_on = today().isoformat()
    new = []
    for row in rows:
        full = {"year": year, "scanned": 0, "note": "", "made_on": made_on, **row}
        if uid := there.get((full["item_no"], full["scanned"])):
            tx.update("archive_item", uid, full)
        else:
            new.append(full)
    tx.insert_many("archive_item", new)


def lacking_count(reads: Reads, year: int) -> int:
    """How many forms are not filed: of each form of persons filed in a year, those in its closed lists who have none."""
    sql = (
        "SELECT count(*) FROM (SELECT DISTINCT form FROM archive_item WHERE year = ?1 AND scanned = 0 "
        "AND cadre_uid IS NOT NULL) f CROSS JOIN year_figure p WHERE p.year = ?1 AND p.kind = 'CADRE' AND NOT EXISTS ("
        "SELECT 1 FROM archive_item i WHERE i.year = ?1 AND i.scanned = 0 AND i.form = f.form "
        "AND i.cadre_uid = p.subject_uid)"
    )
    return int(reads.value(sql, (year,)))


def item_rows(reads: Reads, year: int | None = None) -> list[Row]:
    """What was filed (of a year), in order of number, a scan behind its master."""
    sql = "SELECT * FROM archive_item WHERE ? IN (0, year) ORDER BY year DESC, item_no, scanned"
    return reads.rows(sql, (year or 0,))


def find_item(reads: Reads, year: int, typed: str, form: str = "") -> Row | None:
    """The item that a typed number means: an item number (or its end), or a 工号 with the form (评价表 first)."""
    text = typed.strip()
    items = [row for row in item_rows(reads, year) if not row["scanned"]]
    for row in items:
        if text == row["item_no"]:
            return row
    person = "SELECT uid FROM cadre WHERE staff_no = ? OR substr(uid, -12) = ?"
    uids = {uid for (uid,) in reads.tuples(person, (text, text))}
    mine = [row for row in items if row["cadre_uid"] in uids and form in ("", row["form"])]
    mine.sort(key=lambda row: row["form"] != "evaluation")
    if mine and len(uids) == 1:
        return mine[0]
    ends = [row for row in items if text.isdigit() and len(text) == 4 and row["item_no"].endswith(f"-{text}")]
    return ends[0] if len(ends) == 1 else None


# -- the list of checksums ---------------------------------------------------------------------------------------


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, read a piece at a time."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            found.update(piece)
    return found.hexdigest()


def write_checksums(folder: Path) -> dict[str, str]:
    """校验清单 of everything in a folder, as `sha256sum` writes it; returns hash by name."""
    found = {name: sha256_of(folder / name) for name in file_names(folder)}
    keep_checksums(folder, found)
    return found


def keep_checksums(folder: Path, found: dict[str, str]) -> None:
    """Write the list in one stroke."""
    write_whole(folder / CHECKSUMS, list_text(found).encode("utf-8"))


def read_checksums(folder: Path) -> dict[str, str]:
    """The list of a folder: hash by name; Refused if it is no archive folder or the list is damaged."""
    try:
        text = (folder / CHECKSUMS).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Refused(f"“{folder}”里没有《{CHECKSUMS}》，不是归档文件夹。", "请选择归档时生成的年度文件夹。") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"《{CHECKSUMS}》读不出（{error}），可能已损坏。", "请从备份或副本取回它再校验。") from error
    return list_lines(text)


def list_text(found: Mapping[str, str]) -> str:
    """A list as `sha256sum` writes it."""
    return "".join(f"{value}  {name}\n" for name, value in sorted(found.items()))


def list_lines(text: str) -> dict[str, str]:
    """The lines of a list: hash by name; Refused at the first that is none."""
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise Refused(f"《{CHECKSUMS}》第{number}行读不懂，清单被改过。", "请从备份或副本取回它再校验。")
        found[match[2]] = match[1]
    return found


def file_names(folder: Path) -> list[str]:
    """Everything in a folder but its list, as the list calls it."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != CHECKSUMS)
    return sorted(path.relative_to(folder).as_posix() for path in paths)
