"""双报到 by command: one entry, a group, a unit's own, 注销, 回执; and how far check-in, reports and grids have come. 方案 三(三)"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from core.base.errors import InvalidInput
from core.checkin import ops
from core.checkin.model import CHECKIN, TRACK, UNIT_CHECKIN, CheckinDraft
from core.checkin.queries import checkins_of
from core.checkin.status import Count, absent_rows, checkin_status, day_in_year, reminders
from core.grid_assignment.queries import balance
from core.org.matching import resolve_branch
from core.org.settings import year_in_force
from core.roster.queries import RosterFilter, cadre_uids, named_filter
from core.store import Reads, Row, Store
from core.submission.model import VERDICT_LABEL
from core.submission.queries import ledger_rows, reminder_text, task_rows
from ui.headless.answer import LISTED, REFUSED, Answer
from ui.headless.kinds import shown
from ui.headless.typed import people_named, typed, typed_day, typed_values

_DRAFT = tuple(
    one.name for one in dataclasses.fields(CheckinDraft) if one.name not in ("cadre_uid", "source", "replace")
)


def checkin(store: Store, args: Any) -> Answer:
    """The daily acts of check-in: the first word says which, none means a check-in of people."""
    acts: dict[str, Callable[[Store, Any, Sequence[str]], Answer]] = {
        "unit": _check_in_unit,
        "end": _end,
        "reopen": _reopen,
        "receipt": _receive,
        "remove": _remove,
    }
    words = [*args.values, *(one for one in args.cadre if "=" in one)]  # values typed behind --cadre 工号…
    args.cadre = [one for one in args.cadre if "=" not in one]
    act = acts.get(words[0]) if words else None
    return act(store, args, words[1:]) if act else _check_in(store, args, words)


def _check_in(store: Store, args: Any, texts: Sequence[str]) -> Answer:
    values = typed_values(CHECKIN, texts)
    who = [str(values.pop(key)) for key in ("staff_no", "name") if key in values][:1]
    if unknown := [key for key in values if key not in _DRAFT]:
        label = CHECKIN.field(unknown[0]).label
        raise InvalidInput({unknown[0]: f"“{label}”由程序给出或另有命令登记，不能写在这里。"})
    values.setdefault("track", "HOME")
    people = _people(store, args, who)
    draft = CheckinDraft(cadre_uid=people[0], **{"checked_on": "", **values}, replace=args.moved)
    if len(people) == 1 and not args.unit:
        with store.transact("登记报到") as tx:
            uid = ops.check_in(tx, draft)
        return Answer({"uid": uid, "step": tx.outcome.step}, [f"已登记，记录号 {uid}"])
    with store.transact("登记报到") as tx:
        done = ops.check_in_group(tx, people, draft)
        tx.label = f"登记报到：{len(done.made)}人"
    body = {"uid": list(done.made), "step": tx.outcome.step, "left": list(done.left)}
    code = REFUSED if not done.made else LISTED if done.left else 0
    return Answer(body, [f"已登记{len(done.made)}人，没有登记{len(done.left)}人。", *done.left], code)


def _people(reads: Reads, args: Any, named: Sequence[str]) -> list[str]:
    """Whom an entry is about: those named, or everybody 在职 of a unit or branch."""
    if named and (args.cadre or args.unit):
        raise InvalidInput({"staff_no": "人员只用一种写法：staff_no=工号，或 --cadre，或 --unit。"})
    if args.cadre or named:
        return people_named(reads, [*args.cadre, *named])
    if not args.unit:
        raise InvalidInput({"staff_no": "请写明是谁：staff_no=工号，或 --cadre 工号，或 --unit 单位 [--branch 支部]。"})
    asked = dataclasses.replace(named_filter(reads, args.unit), status="ACTIVE")
    found = cadre_uids(reads, _in_branch(reads, asked, args.branch))
    if not found:
        raise InvalidInput({"unit": f"{args.unit}{args.branch or ''}没有在职的党员干部。"})
    return list(found)


def _in_branch(reads: Reads, asked: RosterFilter, name: str) -> RosterFilter:
    if not name:
        return asked
    match = resolve_branch(reads, asked.unit_uid, name)
    if not match:
        raise InvalidInput({"branch": f"这个单位没有名为“{name}”的支部，请检查写法。"})
    return dataclasses.replace(asked, branch_uid=match.uid)


def _check_in_unit(store: Store, args: Any, texts: Sequence[str]) -> Answer:
    """The check-in of a unit itself; unit=学校 is the school's own."""
    values = typed_values(UNIT_CHECKIN, texts)
    with store.transact("登记单位报到") as tx:
        uid = ops.save_unit_checkin(tx, None, values)
    return Answer({"uid": uid, "step": tx.outcome.step}, [f"已登记，记录号 {uid}"])


def _end(store: Store, args: Any, texts: Sequence[str]) -> Answer:
    if not args.reason:
        raise InvalidInput({"reason": "注销要写明原因，请用 --reason 调离、退休、迁居等。"})
    uids = _records(store, args, texts)
    with store.transact("注销报到") as tx:
        uids = ops.end_checkins(tx, uids, typed_day(args.on, "on", "注销日期"), args.reason)
        tx.label = f"注销报到：{len(uids)}条"
    return _done(uids, tx.outcome.step, "注销")


def _reopen(store: Store, args: Any, texts: Sequence[str]) -> Answer:
    uids = _records(store, args, texts, ended=True)
    with store.transact(f"取消注销：{len(uids)}条") as tx:
        ops.reopen_checkins(tx, uids)
    return _done(uids, tx.outcome.step, "取消注销")


def _receive(store: Store, args: Any, texts: Sequence[str]) -> Answer:
    uids = _records(store, args, texts)
    with store.transact(f"登记报到回执：{len(uids)}条") as tx:
        ops.receive_receipts(tx, uids, typed_day(args.on, "on", "回执日期"))
    return _done(uids, tx.outcome.step, "登记回执")


def _remove(store: Store, args: Any, texts: Sequence[str]) -> Answer:
    uids = _records(store, args, texts)
    with store.transact(f"删除报到：{len(uids)}条") as tx:
        ops.remove_checkins(tx, uids)
    return _done(uids, tx.outcome.step, "删除")


def _done(uids: Sequence[str], step: int | None, verb: str) -> Answer:
    return Answer({"uid": list(uids), "step": step}, [f"{verb}{len(uids)}条。"])


def _records(reads: Reads, args: Any, texts: Sequence[str], *, ended: bool = False) -> list[str]:
    """Record numbers as given, or the open (ended) check-in of each person of --cadre and --track."""
    if texts:
        return list(texts)
    if not args.cadre:
        raise InvalidInput({"uid": "请写明报到的记录号（list checkins 里的 uid），或用 --cadre 工号。"})
    track = typed(CHECKIN.field("track"), args.track)
    found = []
    for uid in people_named(reads, args.cadre):
        mine = [row for row in checkins_of(reads, uid) if row["track"] == track and bool(row["ended_on"]) == ended]
        found += [row["uid"] for row in mine[-1:]]
    if not found:
        raise InvalidInput({"cadre": f"这些人没有{'已注销' if ended else '有效'}的{dict(TRACK)[track]}。"})
    return found


# -- how far things have come ------------------------------------------------------------------------------------------


def status(store: Store, args: Any) -> Answer:
    """Figures of check-in, of reports sent, or of the grids side by side."""
    return {"checkins": _checkin_status, "submissions": _submission_status, "grids": _grid_status}[args.what](
        store, args
    )


def _checkin_status(store: Store, args: Any) -> Answer:
    unit = named_filter(store, args.unit).unit_uid if args.unit else ""
    as_of, track = typed_day(args.as_of, "as_of", "截至日期"), typed(CHECKIN.field("track"), args.track)
    year = args.year or year_in_force(store)
    found = checkin_status(store, day_in_year(as_of, year), track, unit, year=year)
    absent = absent_rows(store, track, unit, found.as_of)
    body = {
        "as_of": found.as_of,
        "due_on": found.due_on,
        "track": found.track,
        "scope": found.scope,
        "total": _count(found.total),
        "units": [_count(one) for one in found.units],
        "branches": [_count(one) for one in found.branches],
        "absent": [{key: row[key] for key in ("staff_no", "name", "unit", "branch")} for row in absent],
        "reminders": [one.paragraph for one in reminders(store, found, unit)],
    }
    lines = [f"统计口径：{found.scope}截至{found.as_of}。"]
    lines += [_counted(one.unit, one) for one in found.units]
    lines.append(_counted("合计", found.total))
    return Answer(body, lines)


def _count(one: Count) -> Row:
    rate = None if one.rate is None else round(one.rate, 4)
    return {**shown(dataclasses.asdict(one)), "checked": one.checked, "rate": rate}


def _counted(name: str, one: Count) -> str:
    rate = "" if one.rate is None else f"，报到率{one.rate:.1%}"
    exempt = f"；不纳入{one.exempt}人，其中已报到{one.exempt_checked}人" if one.exempt else ""
    return f"{name}：应报到{one.due}，已报到{one.checked}（逾期{one.late}），未报到{one.absent}{rate}{exempt}"


def _submission_status(store: Store, args: Any) -> Answer:
    unit = named_filter(store, args.unit).unit_uid if args.unit else ""
    tasks, lines = [], []
    for task in task_rows(store, args.year or year_in_force(store)):
        rows = [row for row in ledger_rows(store, task["uid"]) if unit in ("", row["unit_uid"])]
        told = [{**shown(row), "verdict": row["verdict"]} for row in rows]
        missing = [row for row in rows if row["verdict"] == "MISSING"]
        tasks.append(
            {**shown(task), "rows": told, "missing": len(missing), "reminder": reminder_text(store, task["uid"], rows)}
        )
        sent = {label: sum(row["verdict"] == code for row in rows) for code, label in VERDICT_LABEL.items()}
        lines.append(
            f"{task['name']}（截止{task['due_on'] or '未定'}）：" + "，".join(f"{key}{n}" for key, n in sent.items())
        )
    return Answer({"tasks": tasks}, lines or ["这一年还没有报送事项，请先在“报到”里建立。"])


def _grid_status(store: Store, args: Any) -> Answer:
    rows = balance(store, args.year or 0)
    lines = [
        f"{row['grid']}：{row['people']}人（另有离退休等{row['retired']}人），楼栋{row['buildings']}，有楼栋长{row['led']}，"
        f"小分队{row['squads']}，未达标{row['below']}人"
        for row in rows
    ]
    return Answer({"rows": [shown(row) for row in rows]}, lines or ["还没有网格，请先导入。"])
