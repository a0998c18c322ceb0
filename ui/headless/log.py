"""quota, record visit, confirmation sheets, confirm, return, void."""

from __future__ import annotations

import dataclasses
from typing import Any

from core.base.dates import parse_date
from core.base.errors import InvalidInput, Refused
from core.org.settings import year_in_force
from core.roster.queries import named_filter, resolve_people
from core.service_log import sheets
from core.service_log.model import NEXT_DAY, VISIT, Ticked, VisitDraft
from core.service_log.ops import record_visit as record
from core.service_log.ops import return_visits, void_visits
from core.service_log.quota import ASSESSED, not_asked, quota_report
from core.store import Outcome, Store
from ui.headless.answer import LISTED, Answer
from ui.headless.parser import pairs
from ui.headless.typed import key_named, typed


def quota(store: Store, args: Any) -> Answer:
    """Each person against the minimum of the year."""
    year = args.year or year_in_force(store)
    unit = named_filter(store, args.unit).unit_uid if args.unit else None
    report = quota_report(store, year, unit)
    minimum = {"times": report.minimum.times, "minutes": report.minimum.minutes}
    by_unit = [dataclasses.asdict(one) for one in report.by_unit]
    lines = [not_asked(year) or f"{year}年最低要求：{report.minimum.text}"]
    lines += [
        f"{one['unit']}　{one['name']}（{one['staff_no']}）{'，'.join(filter(None, (one['verdict'], one['remark'])))}"
        for one in report.rows
    ]
    lines.append(f"统计口径：{ASSESSED}")
    return Answer({"year": year, "minimum": minimum, "by_unit": by_unit, "rows": report.rows}, lines)


def record_visit(store: Store, args: Any) -> Answer:
    """One record by 字段=值."""
    values = pairs(args.values, "内容")
    draft = VisitDraft(**_draft(store, values))
    with store.transact("登记服务记录") as tx:
        made = record(tx, draft)
    body = {"uid": made.uid, "step": tx.outcome.step, "warnings": list(made.warnings)}
    return Answer(body, [f"已登记，记录号 {made.uid}", *made.warnings], LISTED if made.warnings else 0)


def _draft(store: Store, values: dict[str, str]) -> dict[str, Any]:
    called = {NEXT_DAY.key if name == NEXT_DAY.label else key_named(VISIT, name): name for name in values}
    given = {key: values[name] for key, name in called.items()}
    person = resolve_people(store, [given.pop("staff_no", "") or given.pop("name", "")])
    if not person or not person[0].uid:
        raise InvalidInput({"staff_no": "没有找到这个人，请用 staff_no=工号 指明。"})
    given.pop("name", None)
    known = {one.name for one in dataclasses.fields(VisitDraft)}
    draft: dict[str, Any] = {"cadre_uid": person[0].uid}
    for key, text in given.items():
        if key not in known:
            raise InvalidInput(
                {
                    key: f"服务记录没有“{key}”这一项。可用：{'、'.join([*(one.key for one in VISIT.fields), NEXT_DAY.key])}。"
                }
            )
        draft[key] = _typed(key, text, called[key])
    if "served_on" not in draft:
        raise InvalidInput({"served_on": "请写明服务日期，例如 served_on=2020-08-12。"})
    return draft


def _typed(key: str, text: str, name: str) -> Any:
    return text in {"1", "是", "true"} if key == "next_day" else typed(VISIT.field(key), text, name)


def make_sheet(store: Store, args: Any) -> Answer:
    """A numbered 待确认清单 of one community."""
    year = args.year or year_in_force(store)
    with store.transact(f"生成待确认清单：{args.community}") as tx:
        uid = sheets.make_sheet(tx, args.community, year)
        number = str(tx.value("SELECT sheet_no FROM confirm_sheet WHERE uid = ?", (uid,)))
    rows = len(sheets.sheet_rows(store, number))
    return Answer(
        {"uid": uid, "sheet": number, "rows": rows, "step": tx.outcome.step}, [f"清单编号 {number}，共{rows}条。"]
    )


def confirm(store: Store, args: Any) -> Answer:
    """Tick in (or take back) a range of numbers of a signed sheet."""
    if args.take_back:
        with store.transact(f"收回确认：清单{args.sheet}") as tx:
            ticked = sheets.take_back_range(tx, args.sheet, args.rows)
            tx.label = sheets.taken_back_label(args.sheet, ticked)
        return _ticked(ticked, tx.outcome, "收回")
    if not args.signer:
        raise Refused("确认要写明签名人。", "请用 --signer 给出在清单上签名的人。")
    on = parse_date(args.on) if args.on else None
    if args.on and on is None:
        raise InvalidInput({"on": f"日期“{args.on}”读不出，请写成 2020-08-12。"})
    with store.transact(f"确认：清单{args.sheet}") as tx:
        ticked = sheets.confirm_range(tx, args.sheet, args.rows, args.signer, args.method, on.isoformat() if on else "")
        tx.label = sheets.confirmed_label(args.sheet, ticked)
    return _ticked(ticked, tx.outcome, "确认")


def return_visit(store: Store, args: Any) -> Answer:
    with store.transact("退回修改") as tx:
        ticked = return_visits(tx, args.uids, args.reason)
        tx.label = f"退回{len(ticked.uids)}条服务记录"
    return _ticked(ticked, tx.outcome, "退回")


def void_visit(store: Store, args: Any) -> Answer:
    with store.transact("作废服务记录") as tx:
        ticked = void_visits(tx, args.uids, args.reason)
        tx.label = f"作废{len(ticked.uids)}条服务记录"
    return _ticked(ticked, tx.outcome, "作废")


def _ticked(ticked: Ticked, outcome: Outcome, verb: str) -> Answer:
    body = {"uid": list(ticked.uids), "step": outcome.step, "left": list(ticked.left)}
    return Answer(body, [f"{verb}{len(ticked.uids)}条。", *ticked.left], LISTED if ticked.left else 0)
