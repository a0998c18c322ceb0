"""settings, minimum, feedback: what the pages 设置 and 名册 write, by command and with the same rights."""

from __future__ import annotations

from typing import Any

from core.base.dates import format_hours
from core.base.errors import InvalidInput
from core.base.fields import EntitySpec
from core.base.rights import Right
from core.org.settings import quotas, set_quota
from core.roster.feedback import FEEDBACK, save_feedback
from core.setting_fields import QUOTA, SCHOOL, save_school, school_values
from core.store import Store
from ui.headless.answer import Answer
from ui.headless.typed import typed, typed_values

_SETTINGS = EntitySpec("settings", "设置", "setting", SCHOOL, natural_key=())


def add_school(add: Any) -> None:
    """The commands of this file."""
    changed = add("settings", "列出设置；写了 字段=值 就修改", settings)
    changed.add_argument("values", nargs="*", metavar="字段=值", help="例如 linked_community=经院社区 year=2021")
    least = add("minimum", "列出年度最低要求；写了次数和时长就设定", minimum)
    least.add_argument("--year", type=int, metavar="年度", help="哪一年的；不写是没有单独设定的年度")
    least.add_argument("--times", type=int, metavar="次数")
    least.add_argument("--hours", default="", metavar="小时")
    least.add_argument("--note", default="", metavar="依据")
    said = add("feedback", "记录社区对一个人平时表现的反馈", feedback)
    said.add_argument(
        "values", nargs="+", metavar="字段=值", help="例如 staff_no=0000019 content=热心负责 given_by=陈书记"
    )


def settings(store: Store, args: Any) -> Answer:
    """The settings, or some of them changed."""
    given = typed_values(_SETTINGS, args.values)
    step = None
    if given:
        store.require(Right.SETTINGS)
        if faults := {key: text for key, value in given.items() if (text := _fault(key, value))}:
            raise InvalidInput(faults)
        with store.transact("修改设置") as tx:
            save_school(tx, school_values(tx) | given)
        step = tx.outcome.step
    now = school_values(store)
    lines = [f"{field.key}（{field.label}）：{field.text(now[field.key]) or '（空）'}" for field in SCHOOL]
    return Answer({"settings": now, "step": step}, lines)


def minimum(store: Store, args: Any) -> Answer:
    """The minimum of each year, or one of them set. 方案 五(三)3"""
    step = None
    if args.times is not None or args.hours:
        if args.times is None or not args.hours:
            raise InvalidInput({"times": "次数和时长要一起写，例如 --times 5 --hours 20。"})
        minutes = typed(next(field for field in QUOTA if field.key == "minutes"), args.hours, "hours")
        with store.transact(f"设定最低要求：{_whose(args.year)}") as tx:
            set_quota(tx, args.year, args.times, minutes, args.note)
        step = tx.outcome.step
    rows = [{**row, "year": None if row["uid"] == "default" else int(row["uid"])} for row in quotas(store)]
    lines = [f"{_whose(row['year'])}：至少{row['times']}次、{format_hours(row['minutes'])}小时" for row in rows]
    return Answer({"rows": rows, "step": step}, lines)


def feedback(store: Store, args: Any) -> Answer:
    """A word of the community on a person. 方案 三(六)"""
    values = typed_values(FEEDBACK, args.values)
    with store.transact("记录社区反馈") as tx:
        uid = save_feedback(tx, None, values)
    return Answer({"uid": uid, "step": tx.outcome.step}, [f"已记录，记录号 {uid}"])


def _whose(year: int | None) -> str:
    return f"{year}年" if year else "没有单独设定的年度"


def _fault(key: str, value: Any) -> str:
    field = next(one for one in SCHOOL if one.key == key)
    if field.required and value in (None, ""):
        return f"请填写{field.label}。"
    return field.check(str(value)) if field.check and value not in (None, "") else ""
