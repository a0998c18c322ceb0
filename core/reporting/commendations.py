"""表彰: who was commended for which year, by whom. 方案 六(四) 表彰下沉干部先进典型, 三(七) 七(三)1 评先评优"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from core.base.dates import format_date
from core.base.errors import InvalidInput, Stale
from core.base.fields import EntitySpec, Field, Kind
from core.base.rights import Right
from core.base.told import told_day
from core.org.settings import year_in_force
from core.roster.person_index import cadre_named
from core.sheet.plain import PlainEntity, Reader
from core.store import Reads, Row, Tx

Values = Mapping[str, Any]
COMMENDATION = EntitySpec(
    kind="commendations",
    label="表彰",
    table="commendation",
    natural_key=("year", "staff_no", "name", "title"),
    fields=(
        Field("year", "年度", Kind.INT, synonyms=("表彰年度", "年份"), help="表彰的是哪一年，不填就是台账的年度。", width=7),
        Field("staff_no", "工号", Kind.STAFF_NO, width=9),
        Field("name", "姓名", Kind.NAME, width=10),
        Field("unit", "二级单位党组织", editable=False, width=18),
        Field("branch", "党支部", editable=False, width=16),
        Field(
            "title",
            "荣誉名称",
            required=True,
            synonyms=("荣誉", "荣誉称号", "表彰名称", "称号", "奖项"),
            help="例如：党员干部下沉社区先进个人",
            width=24,
        ),
        Field("given_by", "表彰单位", synonyms=("授予单位", "发文单位", "颁发单位"), width=20),
        Field("given_on", "表彰日期", Kind.DATE, synonyms=("授予日期", "表彰时间", "获奖时间"), width=12),
        Field("letter_no", "文号", synonyms=("发文字号", "文件号"), width=18),
        Field("note", "备注", Kind.MEMO, synonyms=("说明",), shown=False, width=14),
    ),
)  # fmt: skip
WRITTEN = ("year", "title", "given_by", "given_on", "letter_no", "note")
_ROWS = """
SELECT m.*, c.staff_no, c.name, u.name AS unit, c.unit_uid, coalesce(b.name, '') AS branch FROM commendation m
JOIN cadre c ON c.uid = m.cadre_uid JOIN unit u ON u.uid = c.unit_uid LEFT JOIN branch b ON b.uid = c.branch_uid
"""


def commendation_rows(reads: Reads) -> list[Row]:
    """All of them with names, the newest year first."""
    return reads.rows(f"{_ROWS} ORDER BY m.year DESC, u.position, u.name, c.name, m.given_on, m.uid")


def commendations_of(reads: Reads, cadre_uids: Iterable[str]) -> dict[str, list[Row]]:
    """Those of these people by uid, in order of year and day."""
    sql = f"{_ROWS} WHERE m.cadre_uid IN (SELECT value FROM json_each(?)) ORDER BY m.year, m.given_on, m.uid"
    found: dict[str, list[Row]] = {}
    for row in reads.rows(sql, (json.dumps(list(cadre_uids)),)):
        found.setdefault(row["cadre_uid"], []).append(row)
    return found


def commendation_text(row: Row) -> str:
    """'党员干部下沉社区先进个人（校党委，2020年12月25日，文号）' as tables and papers say it."""
    about = "，".join(filter(None, (row["given_by"], format_date(row["given_on"]), row["letter_no"])))
    return f"{row['title']}（{about}）" if about else str(row["title"])


def commendation_faults(reads: Reads, uid: str, values: Values) -> dict[str, str]:
    """What is wrong with a row; uid '' is a new one."""
    old = reads.one("SELECT * FROM commendation WHERE uid = ?", (uid,)) or {} if uid else {}
    told = {key: _text(values, key) for key in WRITTEN if key in values}
    found: dict[str, str] = {}
    if not told.get("title", _text(old, "title")):
        found["title"] = f"请填写{COMMENDATION.field('title').label}。"
    year = told.get("year", "")
    if year and not (year.isdecimal() and 2000 <= int(year) <= 2100):
        found["year"] = f"年度“{year}”不合理，请核对。"
    try:
        told_day(COMMENDATION.field("given_on"), told.get("given_on", ""))
    except InvalidInput as error:
        found |= error.fields
    if found:
        return found
    try:
        whose = old.get("cadre_uid") or _person(reads, values)["uid"]
    except InvalidInput as error:
        return error.fields
    given = (whose, year or old.get("year") or year_in_force(reads), told.get("title", _text(old, "title")), uid)
    sql = "SELECT 1 FROM commendation WHERE cadre_uid = ? AND year = ? AND title = ? AND uid <> ?"
    return {"title": f"他在{given[1]}年已经登记过“{given[2]}”。"} if reads.value(sql, given) else {}


def save_commendation(tx: Tx, uid: str | None, values: Values) -> str:
    """One commendation, new or changed; returns its uid. Whose it is never changes."""
    tx.require(Right.EVALUATE)
    if uid is not None and tx.value("SELECT 1 FROM commendation WHERE uid = ?", (uid,)) is None:
        raise Stale("这条表彰已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    if faults := commendation_faults(tx, uid or "", values):
        raise InvalidInput(faults)
    row: dict[str, Any] = {key: _text(values, key) for key in WRITTEN if key in values and key != "year"}
    if "given_on" in row:
        row["given_on"] = told_day(COMMENDATION.field("given_on"), row["given_on"])
    if _text(values, "year"):
        row["year"] = int(_text(values, "year"))
    if uid is None:
        return tx.insert("commendation", {"cadre_uid": _person(tx, values)["uid"], "year": year_in_force(tx), **row})
    tx.update("commendation", uid, row)
    return uid


def remove_commendation(tx: Tx, uid: str) -> None:
    """Take out one entered by mistake."""
    tx.require(Right.EVALUATE)
    tx.delete("commendation", uid)


def commendation_reader(reads: Reads) -> Reader:
    """Rows of a sheet: the year in force where none is told, the person as the ledger has him."""
    year = year_in_force(reads)

    def read(values: dict[str, Any], _remarks: list[str]) -> dict[str, Any]:
        person = _person(reads, values)
        whose = {"staff_no": person["staff_no"], "name": person["name"], "cadre_uid": person["uid"]}
        return {"year": year, **values, **whose}

    return read


def _person(reads: Reads, values: Values) -> Row:
    if values.get("cadre_uid"):  # entered on the person's own page: namesakes do not matter
        return {"uid": values["cadre_uid"]}
    return cadre_named(reads, _text(values, "staff_no"), _text(values, "name"), _text(values, "unit"))


def _text(values: Values, key: str) -> str:
    return "" if values.get(key) is None else str(values[key]).strip()


COMMENDATIONS = PlainEntity(
    COMMENDATION,
    commendation_rows,
    save_commendation,
    remove_commendation,
    commendation_faults,
    commendation_reader,
    heard=("unit",),
    whose="cadre_uid",
)
PLAIN: dict[str, PlainEntity] = {COMMENDATION.kind: COMMENDATIONS}
