"""考核评价 by command: one person's year, exemptions, the way of the forms, drafting, second keying, the forecast. 方案 三(七)"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from core.base.dates import format_hours
from core.base.errors import InvalidInput
from core.evaluation import ops
from core.evaluation.forecast import forecast, reminders
from core.evaluation.keying import key_second
from core.evaluation.model import EVALUATION, KEYED, WAY, WRITTEN, named
from core.evaluation.queries import Counters, branch_counters, cap_state, evaluation_rows, missing_of, summed
from core.evaluation.rules import options, told_codes
from core.org.settings import year_in_force
from core.roster.queries import cadre_page, named_filter
from core.store import Reads, Row, Store
from ui.headless.answer import LISTED, Answer
from ui.headless.kinds import shown
from ui.headless.typed import people_named, typed_day, typed_values

Act = Callable[[Store, Any, Sequence[str]], Answer]


def add_evaluation(add: Any) -> None:
    """The lines of this room in the table of commands."""
    one = add("evaluate", "填写考核评价、免考、标记评价表的去向、二次录入、看各支部进度", evaluate)
    one.add_argument(
        "values",
        nargs="*",
        metavar="字段=值",
        help="例如 社区评价等次=优秀；第一个词也可以是 exempt（免考）、lift（取消免考）、printed、out、back（已打印、"
        "已发出、已收回）、draft（按服务记录生成主要服务情况）、"
        "redraft（与记录不一致的重新生成，手写的部分保留）、check（二次录入，只列出不同）、status（各支部进度）",
    )
    one.add_argument("--cadre", nargs="+", action="extend", default=[], metavar="工号")
    one.add_argument("--unit", default="", metavar="单位", help="这个单位应考核的全部人员；status 时只看这个单位")
    one.add_argument("--year", type=int, metavar="年度")
    one.add_argument("--reason", default="", metavar="原因", help="免考的原因")
    one.add_argument("--by", default="", metavar="批准人", help="免考的批准人")
    one.add_argument("--on", default="", metavar="日期", help="免考、打印、发出或收回的日期，默认今天")
    one.add_argument("--take-back", action="store_true", help="取消 printed、out 或 back 的标记")


def evaluate(store: Store, args: Any) -> Answer:
    """The acts of the evaluation: the first word says which, none means values of one person."""
    acts: dict[str, Act] = {
        "exempt": _exempt,
        "lift": _lift,
        "draft": _draft,
        "redraft": _redraft,
        "check": _check,
        "status": _status,
        **dict.fromkeys(dict(WAY), _way),
    }
    words = [*args.values, *(one for one in args.cadre if "=" in one)]  # values typed behind --cadre 工号…
    args.cadre = [one for one in args.cadre if "=" not in one]
    args.year = args.year or year_in_force(store)
    act = acts.get(words[0]) if words else None
    if act not in (None, _check) and words[1:]:
        text = f"{words[0]} 不填写内容，“{'、'.join(words[1:])}”请另用 evaluate 填写。"
        raise InvalidInput({"values": text})
    return act(store, args, words) if act else _save(store, args, words)


def quota(store: Store, args: Any) -> Answer:
    """`quota`, or with --forecast who will miss the minimum at the present pace."""
    if not args.forecast:
        from ui.headless.log import quota as so_far

        return so_far(store, args)
    unit = named_filter(store, args.unit).unit_uid if args.unit else ""
    found = forecast(store, args.year or year_in_force(store), unit)
    told = reminders(store, found)
    body = {
        "year": found.year,
        "as_of": found.as_of,
        "minimum": dataclasses.asdict(found.minimum),
        "people": found.people,
        "met": found.met,
        "will_miss": len(found.missing),
        "scope": found.scope,
        "rows": [shown(row) for row in found.rows],
        "reminders": [dataclasses.asdict(one) for one in told],
    }
    lines = [
        f"统计口径：{found.scope}截至{found.as_of}。",
        f"应考核{found.people}人，已达标{found.met}人，按目前进度年末达不到{len(found.missing)}人。",
    ]
    lines += [f"{row['unit']}{row['branch']}　{_ahead(row)}" for row in found.missing]
    return Answer(body, [*lines, *(one.paragraph for one in told)])


def _ahead(row: Row) -> str:
    whole = f"按目前进度到年末{row['ahead_times']}次、{format_hours(row['ahead_minutes'])}小时"
    return f"{named(row['name'], row['staff_no'])} {row['verdict']}，{whole}"


def _save(store: Store, args: Any, texts: Sequence[str]) -> Answer:
    values = _written(store, texts)
    uid = _one(store, args)
    with store.transact("填写考核评价") as tx:
        made = ops.save_evaluation(tx, uid, args.year, values)
    body: dict[str, Any] = {"uid": made, "step": tx.outcome.step}
    lines = [f"已保存，记录号 {made}"]
    mine = next((row for row in evaluation_rows(store, args.year) if row["cadre_uid"] == uid), None)
    if mine is not None:
        rows = evaluation_rows(store, args.year, mine["unit_uid"], mine["branch_uid"])
        body["missing"] = missing_of(mine, options(store))
        if (cap := cap_state(store, rows)) and cap.over:
            body["warnings"] = [cap.text]
            lines.append(f"提醒：{cap.text}。")
    return Answer(body, lines)


def _check(store: Store, args: Any, texts: Sequence[str]) -> Answer:
    values = _written(store, texts[1:])
    if apart := [EVALUATION.field(key).label for key in values if key not in KEYED]:
        text = f"{'、'.join(apart)}不在二次录入之内，可以核对的是：{'、'.join(EVALUATION.field(key).label for key in KEYED)}。"
        raise InvalidInput({"values": text})
    row = {"cadre_uid": _one(store, args), **values}
    with store.transact("二次录入") as tx:
        done = key_second(tx, args.year, [row])
    if done.unkeyed:
        raise InvalidInput({"cadre": "这个人的评价表还没有录入过第一遍，请先录入。"})
    differs = [{key: getattr(one, key) for key in ("key", "label", "first", "second")} for one in done.differs]
    lines = [
        f"{one['label']}：第一次“{one['first'] or '（空）'}”，第二次“{one['second'] or '（空）'}”" for one in differs
    ]
    body = {"agreed": not differs, "differs": differs, "step": tx.outcome.step}
    return Answer(body, lines or ["两次一致。"], LISTED if differs else 0)


def _exempt(store: Store, args: Any, texts: Sequence[str]) -> Answer:
    if not args.reason:
        raise InvalidInput({"reason": "免考要写明原因，请用 --reason。"})
    uids = _people(store, args)
    with store.transact("免考") as tx:
        on = typed_day(args.on, "on", "批准日期")
        changed = ops.exempt(tx, uids, args.year, args.reason, args.by, on)
        tx.label = f"免考：{changed}人"
    return _done(changed, tx.outcome.step, "免考")


def _lift(store: Store, args: Any, texts: Sequence[str]) -> Answer:
    uids = _people(store, args, exempt_too=True)
    with store.transact("取消免考") as tx:
        changed = ops.exempt(tx, uids, args.year, "", "")
        tx.label = f"取消免考：{changed}人"
    return _done(changed, tx.outcome.step, "取消免考")


def _way(store: Store, args: Any, texts: Sequence[str]) -> Answer:
    step, uids = texts[0], _people(store, args, exempt_too=args.take_back)
    label = f"{'取消' if args.take_back else ''}标记{dict(WAY)[step]}"
    with store.transact(label) as tx:
        if args.take_back:
            changed = ops.take_back_way(tx, uids, args.year, step)
        else:
            changed = ops.mark_way(tx, uids, args.year, step, typed_day(args.on, "on", "日期"))
        tx.label = f"{label}：{changed}人"
    return _done(changed, tx.outcome.step, label)


def _draft(store: Store, args: Any, texts: Sequence[str]) -> Answer:
    uids = _people(store, args)
    with store.transact("生成主要服务情况") as tx:
        done = ops.draft_main_work(tx, uids, args.year)
        tx.label = ops.drafted_label(done)
    body = {"changed": len(done.made), "kept": len(done.kept), "empty": len(done.empty), "step": tx.outcome.step}
    text = f"生成{len(done.made)}人，已有内容没有改动{len(done.kept)}人，没有已确认的服务{len(done.empty)}人。"
    return Answer(body, [text])


def _redraft(store: Store, args: Any, texts: Sequence[str]) -> Answer:
    uids = _people(store, args)
    with store.transact(f"重新生成主要服务情况：{len(uids)}人") as tx:
        changed = ops.redraft_main_work(tx, uids, args.year)
        left = ops.stale_main_work(tx, uids, args.year)
    lines = [
        f"{row['name']}（{row['staff_no'] or row['unit']}）：{left[row['uid']].sentence}"
        for row in cadre_page(store, list(left))
    ]
    body = {"changed": changed, "left": len(left), "step": tx.outcome.step}
    return Answer(body, [f"重新生成{changed}人。", *lines], LISTED if left else 0)


def _status(store: Store, args: Any, texts: Sequence[str]) -> Answer:
    unit = named_filter(store, args.unit).unit_uid if args.unit else ""
    rows = evaluation_rows(store, args.year, unit)
    parts = branch_counters(store, args.year, unit, rows)
    told = []
    for one in parts:
        mine = [row for row in rows if (row["unit_uid"], row["branch_uid"]) == (one.unit_uid, one.branch_uid)]
        cap = cap_state(store, mine)
        told.append({**shown(dataclasses.asdict(one)), "cap": cap.text if cap else None})
    total = summed(parts)
    body = {"year": args.year, "branches": told, "total": shown(dataclasses.asdict(total))}
    lines = [_counted(f"{one.unit}{one.branch or '（未编支部）'}", one) for one in parts]
    return Answer(body, [*lines, _counted("合计", total)])


def _counted(name: str, one: Counters) -> str:
    return (
        f"{name}：应考核{one.people}，已打印{one.printed}，已发出{one.out}，已收回{one.back}，已录入{one.keyed}，"
        f"已核对{one.checked}，缺等次{one.missing}，免考{one.exempt}"
    )


def _done(changed: int, step: int | None, verb: str) -> Answer:
    return Answer({"changed": changed, "step": step}, [f"{verb}{changed}人。"])


def _written(reads: Reads, texts: Sequence[str]) -> Row:
    values = typed_values(EVALUATION, texts)
    if unknown := [key for key in values if key not in WRITTEN]:
        label = EVALUATION.field(unknown[0]).label
        raise InvalidInput({unknown[0]: f"“{label}”由程序给出或另有选项指明，不能写在这里。"})
    if not values:
        raise InvalidInput({"values": "请写明填什么，例如 社区评价等次=优秀 社区评价意见=无。"})
    return values | told_codes(reads, values)


def _one(reads: Reads, args: Any) -> str:
    if len(args.cadre) != 1:
        raise InvalidInput({"cadre": "一次填写一个人，请用 --cadre 工号 指明是谁。"})
    return people_named(reads, args.cadre)[0]


def _people(reads: Reads, args: Any, *, exempt_too: bool = False) -> list[str]:
    """Those named, or everybody of a unit who is assessed (or, to take something back, who is not)."""
    if args.cadre:
        return people_named(reads, args.cadre)
    if not args.unit:
        raise InvalidInput({"cadre": "请写明是谁：--cadre 工号，或 --unit 单位。"})
    unit = named_filter(reads, args.unit).unit_uid
    return [row["cadre_uid"] for row in evaluation_rows(reads, args.year, unit) if exempt_too or not row["exempt"]]
