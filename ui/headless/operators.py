"""operator add, list, role, leave, passphrase: who opens this ledger by a passphrase of his own, and what he may do."""

from __future__ import annotations

from typing import Any

from core import operators as ops
from core.base.dates import format_date
from core.base.rights import ROLE_LABEL, acts_of
from core.looks import looks
from core.store import Store
from ui.headless.answer import Answer
from ui.headless.passphrases import new_passphrase


def add(store: Store, args: Any) -> Answer:
    """A new operator, or one who is back."""
    secret = new_passphrase(args)
    with store.transact(f"新增经办人{args.name}") as tx:
        uid = ops.add_operator(tx, store, {"name": args.name, "role": args.role, "note": args.note}, secret)
    row = ops.operator(store, args.name)
    lines = [
        f"已新增经办人{row['name']}，可以{acts_of(row['role'])}。",
        f"他用 --operator {row['name']} 和自己的口令打开。",
    ]
    return Answer({"uid": uid, "step": tx.outcome.step, "name": row["name"], "role": row["role"]}, lines)


def listed(store: Store, args: Any) -> Answer:
    """Everybody on the list; with --all also who has left."""
    rows = ops.operators(store, left=args.all)
    without = ops.without_passphrase(store)
    body = [
        {
            **{key: row[key] for key in ("uid", "name", "role", "left_on", "note")},
            "passphrase": not row["left_on"] and row["uid"] not in without,
        }
        for row in rows
    ]
    return Answer(
        {"rows": body}, [_line(row) for row in body] or ["还没有经办人：凡知道台账口令的人都可以做全部操作。"]
    )


def role(store: Store, args: Any) -> Answer:
    """Another role."""
    row = ops.operator(store, args.name)
    with store.transact(f"修改经办人{row['name']}的权限") as tx:
        ops.change_operator(tx, row["uid"], {"role": args.role})
    new = ops.operator(store, args.name)["role"]
    return Answer({"uid": row["uid"], "step": tx.outcome.step, "role": new}, [f"{row['name']}可以{acts_of(new)}。"])


def leave(store: Store, args: Any) -> Answer:
    """He works here no longer."""
    row = ops.operator(store, args.name)
    with store.transact(f"经办人{row['name']}离岗") as tx:
        ops.leave_operator(tx, store, row["uid"])
    lines = [f"{row['name']}已离岗，他的口令不能再打开台账；他做过的每一步仍记在他名下。"]
    return Answer({"uid": row["uid"], "step": tx.outcome.step}, lines)


def passphrase(store: Store, args: Any) -> Answer:
    """Another passphrase for an operator."""
    row, secret = ops.operator(store, args.name), new_passphrase(args)
    with store.transact(f"重设经办人{row['name']}的口令") as tx:
        ops.set_passphrase(tx, store, row["uid"], secret)
    return Answer({"uid": row["uid"], "ok": True}, [f"{row['name']}的口令已更换。以前的备份仍用备份时的口令打开。"])


def looked(store: Store, args: Any) -> Answer:
    """Who asked to see which masked numbers, newest first."""
    rows = looks(store, args.limit)
    lines = [f"{format_date(one['at'][:10])} {one['at'][11:16]}　{one['operator']}　{one['what']}" for one in rows]
    return Answer({"rows": rows}, lines or ["还没有人查看过隐去的号码。"])


def _line(row: dict[str, Any]) -> str:
    state = (
        f"{format_date(row['left_on'])}离岗" if row["left_on"] else "" if row["passphrase"] else "没有口令，不能打开"
    )
    return "　".join(part for part in (row["name"], ROLE_LABEL[row["role"]], state, row["note"]) if part)
