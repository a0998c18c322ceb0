"""history of a person or of one step in words, and put-back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.base.dates import format_stamp
from core.base.errors import InvalidInput, Refused
from core.history_of import RecordStep, history_of, keys_of_person, source_of
from core.putting_back import put_back_step
from core.store import RowChange, Step, Store
from core.words import RowWords, label_of, lines_of, step_words
from ui.headless import care
from ui.headless.answer import LISTED, Answer
from ui.headless.typed import people_named


def history(store: Store, args: Any) -> Answer:
    """All steps; with --cadre those of a person, with --step the rows of one."""
    if args.cadre and args.step:
        raise InvalidInput({"": "--cadre 与 --step 只能用一个：一个看某人的历史，一个看某一步。"})
    if args.cadre:
        return of_person(store, args)
    return of_step(store, args) if args.step else care.history(store, args)


def of_person(store: Store, args: Any) -> Answer:
    """What was done to a person and to whatever hangs on him, field by field."""
    (uid,) = people_named(store, [args.cadre])
    steps = history_of(store, keys_of_person(store, uid), args.limit, mask=True)
    lines = [line for one in steps for line in (_head(one.step, one.source), *_rows(one.rows))]
    return Answer({"steps": [_told(one) for one in steps]}, lines or ["还没有任何改动。"])


def of_step(store: Store, args: Any) -> Answer:
    """The rows of one step, before and after."""
    step, changes = _step(store, args.step)
    one = RecordStep(step, tuple(step_words(store, changes, mask=True)), source_of(store, step))
    more = lines_of(changes) - len(one.rows)
    left = [f"另有 {more:,} 条没有列出。"] if more > 0 else []
    return Answer({**_told(one), "more": max(more, 0)}, [_head(step, one.source), *_rows(one.rows), *left])


def put_back(store: Store, args: Any) -> Answer:
    """A step, or of it a person or a field, as it was before."""
    step, changes = _step(store, args.step)
    cadre_uid = people_named(store, [args.cadre])[0] if args.cadre else ""
    fields = _keys(changes, args.field) if args.field else None
    with store.transact(f"改回原样：{step.label}") as tx:
        done = put_back_step(tx, step.seq, cadre_uid, fields)
    lines = [f"已改回原样：{one}" for one in done.done] + [f"没有动：{one}" for one in done.left]
    body = {"step": tx.outcome.step, "done": list(done.done), "left": list(done.left)}
    return Answer(body, lines, LISTED if done.left else 0)


def _step(store: Store, seq: int) -> tuple[Step, list[RowChange]]:
    found = store.steps(1, where="h.seq = ?", params=(seq,))
    if not found:
        raise Refused(f"历史里没有第 {seq} 步。", "请用 history 查看步骤号。")
    return found[0], store.step_changes(seq)


def _keys(changes: Sequence[RowChange], name: str) -> list[str]:
    """The columns a field is called by, in English or Chinese; InvalidInput names those the step changed."""
    changed = {(one.table, key) for one in changes for key in one.before if key != "uid"}
    keys = sorted({key for table, key in changed if name in (key, label_of(table, key))})
    if not keys:
        known = "、".join(sorted({label_of(table, key) for table, key in changed})) or "（没有）"
        raise InvalidInput({"field": f"这一步没有改过“{name}”。改过的有：{known}。"})
    return keys


def _head(step: Step, source: str) -> str:
    by = "  ".join(part for part in (step.operator, step.device, f"来自{source}" if source else "") if part)
    return f"{step.seq}  {format_stamp(step.at)}  {by}  {step.label}{'（已撤销）' if step.undone else ''}"


def _rows(rows: Sequence[RowWords]) -> list[str]:
    lines = []
    for row in rows:
        lines.append(f"    {row.op} {row.title}".rstrip())
        lines += [f"        {one.label}：{one.before or '（空）'} → {one.after or '（空）'}" for one in row.fields]
    return lines


def _told(one: RecordStep) -> dict[str, Any]:
    step = one.step
    return {
        "step": step.seq,
        "at": step.at,
        "operator": step.operator,
        "device": step.device,
        "source": one.source,
        "label": step.label,
        "undone": step.undone,
        "rows": [
            {
                "op": row.op,
                "title": row.title,
                "table": row.table,
                "uid": row.uid,
                "fields": [
                    {"key": field.key, "field": field.label, "before": field.before, "after": field.after}
                    for field in row.fields
                ],
            }
            for row in one.rows
        ],
    }
