"""社区反馈: what the community says of a person during the year. 方案 三(六) 平时表现"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.base.clock import today
from core.base.errors import InvalidInput, Stale
from core.base.fields import EntitySpec, Field, Kind
from core.base.told import told_day
from core.roster.person_index import cadre_named
from core.sheet.plain import PlainEntity, Reader
from core.store import Reads, Row, Tx

Values = Mapping[str, Any]
FEEDBACK = EntitySpec(
    kind="feedback",
    label="社区反馈",
    table="feedback",
    natural_key=("staff_no", "name", "given_on", "content"),
    fields=(
        Field("staff_no", "工号", Kind.STAFF_NO, width=9),
        Field("name", "姓名", Kind.NAME, width=10),
        Field("unit", "二级单位党组织", editable=False, width=18),
        Field("given_on", "反馈日期", Kind.DATE, required=True, synonyms=("日期", "时间"), width=12),
        Field(
            "given_by",
            "反馈人",
            synonyms=("谁说的", "评价人", "反馈单位"),
            help="社区书记、网格员、服务对象等",
            width=14,
        ),
        Field("content", "反馈内容", Kind.MEMO, required=True, synonyms=("内容", "表现", "评价", "意见"), width=40),
    ),
)
WRITTEN = tuple(FEEDBACK.field(key) for key in ("given_on", "given_by", "content"))
"""What is written on the person's own page."""


def all_feedback(reads: Reads) -> list[Row]:
    """All of it with names, the newest first."""
    return reads.rows(
        "SELECT f.*, c.staff_no, c.name, u.name AS unit, c.unit_uid FROM feedback f JOIN cadre c ON c.uid = f.cadre_uid "
        "JOIN unit u ON u.uid = c.unit_uid ORDER BY f.given_on DESC, c.staff_no, f.uid"
    )


def feedback_faults(reads: Reads, uid: str, values: Values) -> dict[str, str]:
    """What is wrong with a row; uid '' is a new one."""
    try:
        _checked(_now(reads, uid) | dict(values))
        if not uid:
            _person(reads, values)
    except InvalidInput as problem:
        return problem.fields
    return {}


def save_feedback(tx: Tx, uid: str | None, values: Values) -> str:
    """One word of the community, new or changed; returns its uid. Whose it is never changes."""
    if uid is None:
        return tx.insert("feedback", {"cadre_uid": _person(tx, values)["uid"], **_checked(values)})
    tx.update("feedback", uid, _checked(_now(tx, uid) | dict(values)))
    return uid


def add_feedback(tx: Tx, cadre_uid: str, values: Values) -> str:
    """A word of the community on a person who is known."""
    return save_feedback(tx, None, {**values, "cadre_uid": cadre_uid})


def update_feedback(tx: Tx, uid: str, values: Values) -> None:
    """Change a word of the community."""
    save_feedback(tx, uid, values)


def remove_feedback(tx: Tx, uid: str) -> None:
    """Take a word of the community away."""
    tx.delete("feedback", uid)


def feedback_reader(reads: Reads) -> Reader:
    """Rows of a sheet: the person as the ledger has him."""

    def read(values: dict[str, Any], _remarks: list[str]) -> dict[str, Any]:
        person = _person(reads, values)
        return {**values, "staff_no": person["staff_no"], "name": person["name"], "cadre_uid": person["uid"]}

    return read


def _now(reads: Reads, uid: str) -> dict[str, Any]:
    if not uid:
        return {}
    row = reads.one("SELECT given_on, given_by, content FROM feedback WHERE uid = ?", (uid,))
    if row is None:
        raise Stale("这条社区反馈已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    return row


def _checked(values: Values) -> dict[str, str]:
    content = str(values.get("content") or "").strip()
    faults = {} if content else {"content": "请填写反馈的内容。"}
    day = ""
    try:
        day = told_day(FEEDBACK.field("given_on"), str(values.get("given_on") or "")) or today().isoformat()
    except InvalidInput as problem:
        faults |= problem.fields
    if faults:
        raise InvalidInput(faults)
    return {"given_on": day, "given_by": str(values.get("given_by") or "").strip(), "content": content}


def _person(reads: Reads, values: Values) -> Row:
    if values.get("cadre_uid"):  # written on the person's own page: namesakes do not matter
        return {"uid": values["cadre_uid"]}
    words = (str(values.get(key) or "").strip() for key in ("staff_no", "name", "unit"))
    return cadre_named(reads, *words)


FEEDBACKS = PlainEntity(
    FEEDBACK,
    all_feedback,
    save_feedback,
    remove_feedback,
    feedback_faults,
    feedback_reader,
    called=("staff_no", "name", "given_on"),
    heard=("unit",),
    whose="cadre_uid",
)
