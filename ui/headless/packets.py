"""packet checkout, open, make, merge, conflicts, settle, list, back, lost, swap: offline work from the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.base.errors import InvalidInput, Refused
from core.exchange import peers
from core.exchange.checkout import check_out, open_copy
from core.exchange.merging import merge
from core.exchange.model import DECIDED, KIND, PARALLEL, PEER_KIND, TAKEN, CheckoutAsk, MergeReport, PacketReport
from core.exchange.packets import make_packet
from core.exchange.queries import conflict_rows, identity, packet_rows, peer_rows
from core.exchange.review import accept_parallel, choices_of, settle
from core.exchange.swap import swap
from core.exchange_rules import RULES
from core.place.checking import grid_uid
from core.roster.filter import named_filter
from core.store import Row, Store
from core.store.tables import table
from core.words import field_text, label_of, landed_words, row_names, row_words
from core.words_labels import SPECS
from ui.headless import folder_of
from ui.headless.answer import DONE, LISTED, REFUSED, Answer, progress
from ui.headless.parser import pairs
from ui.headless.passphrases import opening_code_of, passphrase_of
from ui.headless.typed import typed, typed_day

_KINDS = {label: code for code, label in PEER_KIND}


def checkout(store: Store, args: Any) -> Answer:
    """A copy for a laptop, a unit or a second desk."""
    kind = _KINDS.get(args.kind, args.kind) if args.kind else "UNIT" if args.unit and not args.grid else "LAPTOP"
    ask = CheckoutAsk(
        args.to,
        kind,
        units=tuple(named_filter(store, one).unit_uid for one in args.unit),
        grids=tuple(grid_uid(store, one) or "" for one in args.grid),
        phones=args.phones,
        photos=args.photos,
        holder=args.holder,
        due_on=typed_day(args.due, "due", "应交回日期"),
        note=args.note,
    )
    made = check_out(store, ask, Path(args.out), progress=progress("带出"))
    body = {
        "file": made.file, "code": made.code, "peer": made.peer_uid, "number": made.number, "people": made.people,
        "rows": made.rows, "personal": made.personal, "step": made.step,
    }  # fmt: skip
    lines = [
        f"已带出给“{args.to}”（{made.number}号设备）：{made.people}人，{made.personal}。",
        f"文件：{made.file}",
        f"开启码：{made.code}（只显示这一次，请另行告知领用人，不要和文件放在一起）",
    ]
    return Answer(body, lines)


def open_out(args: Any) -> Answer:
    """On the other computer: found the copy's ledger."""
    folder = folder_of(args)
    code = opening_code_of(args)
    if not code:
        raise InvalidInput({"code": "请用 --code 或 --code-file 给出开启码。"})
    open_copy(Path(args.file), folder, code, passphrase_of(args), args.operator)
    return Answer(
        {"data": str(folder)}, [f"带出的数据已放入 {folder}，用新口令打开；开启码请收好，忘记口令时可当恢复码用。"]
    )


def make(store: Store, args: Any) -> Answer:
    """In a copy: what changed, for the office. In the office: the answer to a copy."""
    peer_uid = "" if identity(store).is_copy else str(_peer(store, args.to)["uid"])
    made = make_packet(store, Path(args.out), peer_uid)
    body = {
        "packet": made.uid, "number": made.number, "file": made.file, "rows": made.rows, "size": made.size,
        "personal": made.personal, "withheld": made.withheld,
    }  # fmt: skip
    lines = [
        f"已生成第{made.number}包：{made.rows}条改动，{made.size / 1024:.0f} KB，{made.personal}。",
        f"文件：{made.file}",
    ]
    if made.withheld:
        lines.append(f"有{made.withheld}条记录等待处理，处理后再发。")
    return Answer(body, lines)


def merge_in(store: Store, args: Any) -> Answer:
    """Merge packets or folders of them, or preview that."""
    report = merge(store, [Path(one) for one in args.files], RULES, dry_run=args.dry_run, progress=progress("合并"))
    body, lines = merge_body(store, report)
    open_now = any(one.conflicts for one in report.packets)
    code = REFUSED if report.refused and not report.packets else LISTED if open_now or report.refused else DONE
    if args.dry_run:
        lines.append("以上是预览，没有写入。")
    return Answer(body, lines, code)


def merge_body(store: Store, report: MergeReport) -> tuple[dict[str, Any], list[str]]:
    """A merge as JSON and in words."""
    conflicts = [_conflict(one) for packet in report.packets for one in packet.conflicts]
    body: dict[str, Any] = {
        "applied": sum(one.applied for one in report.packets),
        "conflicts": [one for one in conflicts if one["kind"] != "RULE"],
        "rules": [one for one in conflicts if one["kind"] == "RULE"],
        "already": [one.uid for one in report.packets if one.already],
        "parallel": sum(one.parallel for one in report.packets),
        "packet": [
            {"uid": one.uid, "peer": one.peer, "number": one.number, "notes": one.notes} for one in report.packets
        ],
        "refused": [{"file": name, "message": text} for name, text in report.refused],
        "step": report.step,
    }
    lines = [line for one in report.packets for line in _packet_lines(store, one)]
    return body, lines + [f"没有合并：{text}" for _name, text in report.refused]


def _packet_lines(store: Store, report: PacketReport) -> list[str]:
    counts = {op: sum(one.op == op for one in report.landed) for op in ("insert", "update", "delete")}
    told = f"新增{counts['insert']}，修改{counts['update']}，删除{counts['delete']}"
    lines = [f"{report.peer}第{report.number}包：{told}；并行{report.parallel}，待定{len(report.conflicts)}。"]
    lines += report.notes
    for words in landed_words(store, report.landed[:200], mask=True):
        fields = "；".join(f"{one.label} {one.before or '空'}→{one.after or '空'}" for one in words.fields)
        lines.append(f"  {words.op} {words.title}" + (f"：{fields}" if words.op == "修改" else ""))
    if len(report.landed) > 200:
        lines.append(f"  ……另有{len(report.landed) - 200}条")
    for one in report.conflicts:
        lines += [f"  {line}" for line in conflict_lines(store, _opened(one))]
    return lines


def _opened(row: Row) -> Row:
    images = {
        key: json.loads(row[key]) if isinstance(row.get(key), str) and row[key] else row.get(key) or None
        for key in ("base", "theirs", "ours")
    }
    fields = row["fields"]
    return {"text": "", **row, **images, "fields": json.loads(fields) if isinstance(fields, str) else fields}


def conflict_lines(store: Store, row: Row) -> list[str]:
    """A conflict as text: what, and each side's value with who and when."""
    kind = dict(KIND)[row["kind"]]
    shown = row_words(
        store, row["tbl"], row["ours"] or row["base"] or row["theirs"], row["ours"] or row["base"] or row["theirs"]
    )
    if row["kind"] == "RULE":
        return [f"待定{row['number']} {kind}：{row['text']}"]
    lines = [f"待定{row['number']} {shown.title}：{kind}"]
    for key in row["fields"]:
        sides = [
            f"{label} {_value(store, row, row.get(side), key)}"
            for side, label in (("base", "原来"), ("ours", "这边"), ("theirs", "对方"))
            if row.get(side) is not None
        ]
        lines.append(f"  {label_of(row['tbl'], key)}：{'，'.join(sides)}")
    who = [
        f"{side}：{by} {at.replace('T', ' ')}"
        for side, by, at in (
            ("这边", row.get("our_by", ""), row.get("our_at", "")),
            ("对方", row["their_by"], row["their_at"]),
        )
        if at
    ]
    return lines + ([f"  {'；'.join(who)}"] if who else [])


def _value(store: Store, row: Row, image: Mapping[str, Any] | None, key: str) -> str:
    from core.store import RowChange

    change = RowChange(row["tbl"], row["row_uid"], "update", dict(image or {}), {})
    return field_text(row["tbl"], key, (image or {}).get(key), row_names(store, [change]), mask=True) or "空"


def _conflict(row: Row) -> dict[str, Any]:
    found = _opened(row)
    return {
        "id": found["number"], "uid": found["uid"], "kind": found["kind"], "table": found["tbl"], "row": found["row_uid"],
        "fields": found["fields"], "base": _few(found, "base"), "ours": _few(found, "ours"), "theirs": _few(found, "theirs"),
        "text": found["text"], "other": found["other_uid"],
    }  # fmt: skip


def _few(row: Row, side: str) -> Any:
    """Of a side only the fields in question: a list of conflicts is no list of persons."""
    image = row.get(side)
    if image is None or not row["fields"]:
        return image and {key: image[key] for key in ("uid", "name", "staff_no") if key in image}
    return {key: image.get(key) for key in row["fields"]}


def conflicts(store: Store, args: Any) -> Answer:
    """What waits for a decision."""
    state = "" if args.all else "OPEN"
    rows = conflict_rows(store, state, (*DECIDED, PARALLEL) if args.parallel else DECIDED)
    lines = []
    for row in rows:
        choices = "、".join(f"{dict(TAKEN)[one]}（{one}）" for one in choices_of(row))
        lines += [*conflict_lines(store, row), f"  可以：{choices}"]
        if row["waiting"]:
            lines.append(f"  连同{row['waiting']}条记录等待")
    told = [{**_conflict(row), "state": row["state"], "taken": row["taken"], "peer": row["peer"]} for row in rows]
    return Answer(
        {"conflicts": told},
        lines or ["没有待定事项。"],
        LISTED if any(row["state"] == "OPEN" for row in rows) else DONE,
    )


def settle_one(store: Store, args: Any) -> Answer:
    """Decide one conflict, or look past all parallel changes."""
    if args.parallel:
        with store.transact("全部采用并行修改") as tx:
            count = accept_parallel(tx)
            tx.label = f"全部采用并行修改：{count}处"
        return Answer({"settled": count, "step": tx.outcome.step}, [f"已采用{count}处并行修改。"])
    rows = [
        one
        for one in conflict_rows(store, "", (*DECIDED, PARALLEL))
        if str(args.id) in (one["uid"], str(one["number"]))
    ]
    if not rows:
        raise InvalidInput({"id": f"没有编号为“{args.id}”的待定事项，用 packet conflicts 查看。"})
    row = rows[0]
    take, values = _taken(store, row, args)
    with store.transact(f"处理待定{row['number']}：{table(row['tbl']).label}", merging=True) as tx:
        settle(tx, row["uid"], RULES, take=take, values=values)
    return Answer(
        {"uid": row["uid"], "taken": take, "step": tx.outcome.step},
        [f"第{row['number']}条已处理：{dict(TAKEN)[take]}。"],
    )


def _taken(store: Store, row: Row, args: Any) -> tuple[str, dict[str, Any]]:
    if args.same_person:
        values = _values(store, row, args.take or [])
        return ("YES" if args.same_person == "yes" else "NO"), values
    if args.rule:
        return ("ACCEPT" if args.rule == "accept" else "DROP"), {}
    asked = args.take or []
    if len(asked) == 1 and asked[0].lower() in ("ours", "theirs", "accept", "drop", "yes", "no"):
        return asked[0].upper(), {}
    if not asked:
        raise InvalidInput({"take": "请写明怎样处理：--take ours、--take theirs 或 --take 字段=值。"})
    return "VALUES", _values(store, row, asked)


def _values(store: Store, row: Row, texts: Sequence[str]) -> dict[str, Any]:
    """字段=值 in stored form, by the table's field spec where it has one."""
    fields = {one.key: one for one in SPECS[row["tbl"]].fields} if row["tbl"] in SPECS else {}
    labels = {label_of(row["tbl"], key): key for key in row["theirs"] or row["ours"] or {}}
    found = {}
    for name, text in pairs(texts, "值").items():
        key = labels.get(name, name)
        found[key] = typed(fields[key], text) if key in fields else text
    return found


def listed(store: Store, args: Any) -> Answer:
    """The ledger of copies and packets."""
    copies, packets = peer_rows(store), packet_rows(store)
    lines = [
        f"{one['number']}号 {one['name']}（{dict(PEER_KIND)[one['kind']]}，{one['scope']}）："
        f"{one['out_on']}带出，{_state(one)}；最近收到{one['last_in'] or '无'}；待定{one['open']}处"
        for one in copies
    ]
    keep = (
        "uid",
        "number",
        "name",
        "kind",
        "holder",
        "scope",
        "out_on",
        "due_on",
        "back_on",
        "state",
        "overdue",
        "open",
        "last_in",
        "last_out",
    )
    body = {"copies": [{key: one[key] for key in keep} for one in copies], "packets": packets}
    return Answer(body, lines or ["还没有带出过数据。"])


def _state(row: Row) -> str:
    if row["state"] == "OUT":
        return f"在外，已过应交回日期{row['due_on']}" if row["overdue"] else "在外"
    return f"{row['back_on']}{'收回' if row['state'] == 'BACK' else '报告遗失'}"


def back(store: Store, args: Any) -> Answer:
    """收回, or 遗失."""
    peer = _peer(store, args.name)
    act = peers.report_lost if args.lost else peers.bring_back
    with store.transact(f"{'报告遗失' if args.lost else '收回'}：{peer['name']}") as tx:
        act(tx, str(peer["uid"]), typed_day(args.on, "on", "日期"))
    return Answer(
        {"uid": peer["uid"], "step": tx.outcome.step}, [f"“{peer['name']}”已登记{'遗失' if args.lost else '收回'}。"]
    )


def swapped(store: Store, args: Any) -> Answer:
    """交换 through a shared folder, both ways."""
    report = swap(store, Path(args.folder), RULES, progress=progress("交换"))
    body, lines = (
        merge_body(store, report.merged)
        if report.merged
        else ({"applied": 0, "conflicts": [], "rules": []}, ["没有新的数据包。"])
    )
    waits = report.merged is not None and any(one.conflicts for one in report.merged.packets)
    wrote = f"已写出：{'、'.join(report.written)}" if report.written else "没有要写出的新内容。"
    return Answer({**body, "written": report.written}, [*lines, wrote], LISTED if waits else DONE)


def _peer(store: Store, name: str) -> Row:
    found = [one for one in peer_rows(store) if name in (one["uid"], one["name"], str(one["number"]))]
    out = [one for one in found if one["state"] == "OUT"] or found
    if not out:
        names = "、".join(one["name"] for one in peer_rows(store, "OUT")) or "（还没有带出过）"
        raise Refused(f"带出台账里没有“{name}”。", f"在外的有：{names}。")
    return out[0]
