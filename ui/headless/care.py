"""init, check, passphrase, recover, history, undo, redo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core import check
from core.base.disk import write_whole
from core.base.errors import MachineFault
from core.history_of import subjects
from core.ledger import create_ledger, open_ledger
from core.operators import replace_own_passphrase
from core.place.queries import linked_community
from core.store import Store, UndoResult
from core.store.tables import table
from core.words import reason_words
from ui.headless import folder_of
from ui.headless.answer import LISTED, Answer
from ui.headless.passphrases import new_passphrase, passphrase_of, recovery_code_of


def init(args: Any) -> Answer:
    """A new ledger; the recovery code goes to a file or to the answer."""
    folder = folder_of(args)
    store, code = create_ledger(
        folder,
        passphrase_of(args),
        org_name=args.org,
        year=args.year,
        operator=args.operator or "命令行",
        linked=(args.district or "", args.street or "", args.community or ""),
    )
    found = linked_community(store) or {}
    store.close()
    linked = "".join(str(found.get(key, "")) for key in ("district", "street", "name"))
    lines = [f"已新建台账：{folder}", f"联系社区：{linked or '还没有设定，请用 --community 或在“设置”里填写'}"]
    body: dict[str, Any] = {"data": str(folder), "org": args.org, "linked": linked}
    if args.recovery_out:
        target = Path(args.recovery_out)
        try:
            write_whole(target, recovery_text(args.org, code).encode("utf-8"), "恢复码没有保存：", private=True)
        except MachineFault as error:
            raise MachineFault(error.text, f"台账已建好，恢复码是 {code}，请抄下。") from error
        lines.append(f"恢复码已写入 {target}，请打印后封存。")
        body["recovery_file"] = str(target)
    else:
        lines.append(f"恢复码：{code}（只显示这一次，请抄下封存）")
        body["recovery_code"] = code
    return Answer(body, lines)


def guide(args: Any) -> Answer:
    """安装说明.pdf: it needs no ledger."""
    from reports.guide import NAME, write_guide

    out = Path(args.out)
    pages = write_guide(out)
    return Answer({"file": str(out), "pages": pages}, [f"已写出《{NAME}》，{pages} 页：{out}"])


def recovery_text(org: str, code: str) -> str:
    """The sheet to print and seal."""
    return (
        f"{org} 下沉纪实 台账恢复码\n\n{code}\n\n忘记口令时，用恢复码可以打开台账。请打印后封存，不要与电脑放在一起。\n"
    )


def check_ledger(store: Store, args: Any) -> Answer:
    findings = check.recomputed(store) if args.recompute else check.findings(store)
    lines = findings or ["检查完毕，没有发现问题。"]
    return Answer({"ok": not findings, "findings": findings}, lines, LISTED if findings else 0)


def change_passphrase(store: Store, args: Any) -> Answer:
    replace_own_passphrase(store, new_passphrase(args))
    return Answer({"ok": True}, ["口令已更换。以前的备份仍用备份时的口令打开。"])


def recover(args: Any) -> Answer:
    """A new passphrase by means of the recovery code."""
    store = open_ledger(folder_of(args), recovery_code=recovery_code_of(args))
    try:
        return change_passphrase(store, args)
    finally:
        store.close()


def history(store: Store, args: Any) -> Answer:
    found = store.steps(args.limit)
    names = subjects(store, [one.seq for one in found])
    steps = [
        {
            "step": one.seq,
            "at": one.at,
            "operator": one.operator,
            "device": one.device,
            "label": one.label,
            "subject": names[one.seq],
            "tables": list(one.tables),
            "rows": one.count,
            "undone": one.undone,
        }
        for one in found
    ]
    lines = [
        f"{one.seq}  {one.at.replace('T', ' ')}  {one.operator}  {one.label}"
        f"{'（已撤销）' if one.undone else ''}  {names[one.seq]}".rstrip()
        for one in found
    ]
    return Answer({"steps": steps}, lines or ["还没有任何步骤。"])


def undo(store: Store, args: Any) -> Answer:
    # an import goes back as far as it is untouched, weeks later too; any other step whole or not at all
    label = store.value("SELECT label FROM history WHERE seq = ?", (args.step,)) if args.step else ""
    partial = args.partial or str(label or "").startswith("导入")
    return _undone(store, store.undo(args.step, partial=partial))


def redo(store: Store, args: Any) -> Answer:
    return _undone(store, store.redo())


def _undone(store: Store, result: UndoResult) -> Answer:
    kept = [
        {
            "table": one.table,
            "uid": one.uid,
            "name": _name_of(store, one.table, one.uid),
            "reason": reason_words(one.table, one.reason),
        }
        for one in result.kept
    ]
    lines = [f"已完成{result.label}"]
    lines += [f"没有动：{table(one['table']).label}{one['name']}（{one['reason']}）" for one in kept]
    return Answer({"undone": result.label, "step": result.step, "kept": kept}, lines, LISTED if kept else 0)


def _name_of(store: Store, name: str, uid: str) -> str:
    row = store.one(f"SELECT * FROM {table(name).name} WHERE uid = ?", (uid,)) or {}
    return str(row.get("name", ""))
