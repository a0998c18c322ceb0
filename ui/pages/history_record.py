"""历史 at the foot of a record's panel: the steps that touched it, field by field, and 改回原样."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtWidgets import QWidget

from core.history_of import RecordStep, history_of
from core.putting_back import PutBack, put_back
from core.store import Outcome, Reads
from core.store.past import RowKey, rows_now
from core.words import RowWords
from ui.context import Context
from ui.kit.history_list import BackLine, HistoryLine
from ui.kit.perform import perform

MOST = 30
MOST_CHANGES = 12  # of one step, in a panel


def record_lines(reads: Reads, keys: Collection[RowKey], own: RowKey) -> list[HistoryLine]:
    """The newest steps of these records; those of others than `own` (what hangs on a person) are named."""
    steps = history_of(reads, keys, MOST, mask=True)
    gone = {
        key
        for key, row in rows_now(reads, [(row.table, row.uid) for one in steps for row in one.rows]).items()
        if row is None
    }
    return [_line(one, own, gone) for one in steps]


def put_back_line(ctx: Context, parent: QWidget, line: BackLine) -> Outcome | None:
    """Put one field or one record back, as a step of its own."""
    what = f"{line.title}的{line.words}" if line.key else line.title
    fields = [line.key] if line.key else None
    return perform(ctx, f"把{what}改回原样", put_back, line.table, line.uid, line.seq, fields, parent=parent, done=said)


def said(done: PutBack) -> str:
    """What the status bar says of it."""
    more = f"另有 {len(done.left)} 条没有改回：{done.left[0]}" if done.left else ""
    return f"已改回原样：{'；'.join(done.done[:3])}{' 等' if len(done.done) > 3 else ''}。{more}"


def _line(one: RecordStep, own: RowKey, gone: set[RowKey]) -> HistoryLine:
    step = one.step
    changes = [change for row in one.rows for change in _changes(step.seq, row, own, gone)]
    if len(changes) > MOST_CHANGES:
        words = f"另有 {len(changes) - MOST_CHANGES} 处改动，可在“历史”页面查看"
        changes = [*changes[:MOST_CHANGES], BackLine(step.seq, "", "", "", "", words, back=False)]
    return HistoryLine(
        step.seq, step.at, step.label, step.operator, step.undone, step.device, one.source, tuple(changes)
    )


def _changes(seq: int, row: RowWords, own: RowKey, gone: set[RowKey]) -> list[BackLine]:
    key = (row.table, row.uid)
    if row.op != "修改":
        words = f"{row.op}　{row.title}"
        return [BackLine(seq, *key, "", row.title, words, back=row.op == "删除" and key in gone)]
    head = "" if key == own else f"{row.title}　"
    back = key not in gone
    return [
        BackLine(seq, *key, one.key, row.title, f"{head}{one.label}", one.before, one.after, back) for one in row.fields
    ]
