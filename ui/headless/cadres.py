"""People of the roster by command: add, edit, 归档, 恢复, 调动, each one step; what somebody holds ends with the 归档."""

from __future__ import annotations

from typing import Any

from core.base.errors import InvalidInput
from core.holdings import holdings
from core.leaving import leave, move, restore
from core.roster.first_days import first_day_offered
from core.roster.model import CADRE, FROM_ON, ROSTER_SHEET
from core.roster.ops import save_cadre
from core.store import Reads, Store
from ui.headless.answer import LISTED, Answer
from ui.headless.typed import people_named, typed_day, typed_values


def add(store: Store, args: Any) -> Answer:
    """A new person; 到岗日期 as the window offers it where none is given."""
    values = typed_values(ROSTER_SHEET, args.values)
    values.setdefault(FROM_ON.key, first_day_offered(store))
    with store.transact(f"新增{values.get('name', '')}") as tx:
        uid = save_cadre(tx, values)
    since = f"，{FROM_ON.label}{values[FROM_ON.key]}" if values[FROM_ON.key] else ""
    return Answer({"uid": uid, "step": tx.outcome.step, "ended": []}, [f"已新增{values['name']}{since}，记录号 {uid}"])


def edit(store: Store, args: Any) -> Answer:
    """Change fields of a person; unit, branch, 在职状态 and 政治面貌 from a day on, or 更正."""
    uid, name = _person(store, args.cadre)
    values, day = typed_values(CADRE, args.values), typed_day(args.from_on, "from", "日期")
    with store.transact(f"修改{name}的资料") as tx:
        save_cadre(tx, values, uid, transfer_on=day)
    said = f"已修改{name}的资料。" if tx.outcome.step else f"{name}的资料本来就是这样，没有改动。"
    return Answer({"uid": uid, "step": tx.outcome.step, "ended": []}, [said])


def archive(store: Store, args: Any) -> Answer:
    """归档 with the end of all he holds; `--to` takes over 楼栋长 and squad places."""
    uid, name = _person(store, args.cadre)
    day, give = typed_day(args.on, "on", "离开日期"), {}
    if args.to:
        taker, _ = _person(store, args.to)
        give = {one.uid: taker for one in holdings(store, [uid], day) if one.holding.gives}
    with store.transact(f"归档{name}") as tx:
        done = leave(tx, uid, day, args.reason, give)
    body = {"uid": uid, "step": tx.outcome.step, "ended": list(done.ended), "warnings": list(done.warnings)}
    return Answer(body, [f"已归档{name}。", *done.ended, *done.warnings], LISTED if done.warnings else 0)


def back(store: Store, args: Any) -> Answer:
    """恢复: as if he had never left, or from a day on; what ended stays ended and is listed."""
    uid, name = _person(store, args.cadre)
    with store.transact(f"恢复{name}") as tx:
        ended = restore(tx, uid, typed_day(args.on, "on", "重新到岗日期"))
    lines = ["归档时结束的没有恢复，需要的请重新登记：", *ended] if ended else []
    return Answer({"uid": uid, "step": tx.outcome.step, "ended": list(ended)}, [f"已恢复{name}。", *lines])


def transfer(store: Store, args: Any) -> Answer:
    """调动 from a day on; what he holds goes on, and is listed, unless `--end`."""
    uid, name = _person(store, args.cadre)
    day = typed_day(args.on, "on", "调动日期")
    held = holdings(store, [uid], day)
    place = {"unit": args.unit, "branch": args.branch}
    with store.transact(f"调动：{name}") as tx:
        done = move(tx, uid, place, day, args.reason, [one.uid for one in held] if args.end else ())
    kept = [] if args.end else [f"{one.words}（{one.since or '不详'}起）保留" for one in held]
    body = {"uid": uid, "step": tx.outcome.step, "ended": list(done.ended), "kept": [one.words for one in held if kept]}
    return Answer(body, [f"{name}已调到{args.unit}{args.branch}。", *done.ended, *kept])


def _person(reads: Reads, text: str) -> tuple[str, str]:
    """Uid and name of the one person meant by 工号 or name."""
    found = people_named(reads, [text])
    if len(found) != 1:
        raise InvalidInput({"cadre": f"“{text}”不是一个人，一次请写一个工号。"})
    return found[0], str(reads.value("SELECT name FROM cadre WHERE uid = ?", (found[0],)))


def add_cadres(add_command: Any, group: Any) -> None:
    """The commands of this file."""
    under = group("cadre", "名册里的人：新增、修改、归档、恢复、调动")
    made = add_command("add", "新增一人", add, under=under)
    changed = add_command("edit", "修改一人的资料", edit, under=under)
    gone = add_command("archive", "归档一人；手上的报到、编入网格、楼栋长和小分队同一步结束", archive, under=under)
    came = add_command("restore", "恢复归档的人；归档时结束的不恢复，会列出来", back, under=under)
    moved = add_command("move", "调动到另一个单位或支部；手上的事保留并列出", transfer, under=under)
    for one in (changed, gone, came, moved):
        one.add_argument("cadre", metavar="工号")
    for one in (made, changed):
        one.add_argument("values", nargs="+", metavar="字段=值", help="例如 name=张伟 unit=会计学院党委")
    changed.add_argument(
        "--from",
        dest="from_on",
        default="",
        metavar="日期",
        help="单位、支部、在职状态、政治面貌从这天起变；不写是更正",
    )
    gone.add_argument("--on", default="", metavar="日期", help="离开的第一天，默认今天")
    gone.add_argument("--reason", required=True, metavar="原因", help="调离、退休等")
    gone.add_argument("--to", default="", metavar="工号", help="楼栋长和小分队交给这个人")
    came.add_argument("--on", default="", metavar="日期", help="离开后又回来的，从这天起；不写是误归档")
    moved.add_argument("--unit", required=True, metavar="单位")
    moved.add_argument("--branch", default="", metavar="支部")
    moved.add_argument("--on", required=True, metavar="日期", help="从这天起算新单位的人")
    moved.add_argument("--reason", default="", metavar="说明")
    moved.add_argument("--end", action="store_true", help="手上的事也一起结束")
