"""改回原样: one field, one record or one step as it was before a step, written anew by the rules of each kind of record.

What is put back is an ordinary step of its own: the value it replaces stays in the history. A deleted record comes back
with what was deleted below it in the same step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from core.base.errors import InvalidInput, Problem, Refused, Stale
from core.history_of import row_before, step_changes, whose
from core.put_back_rules import RULES, insert_fault, require_right, write_back
from core.store import Broken, Row, RowChange, Tx
from core.store.past import defaults, references, rows_now
from core.store.tables import table as spec_of
from core.words import is_told, label_of, row_label

_OWN_PAGE = {
    "membership": "单位、支部、在职状态和政治面貌的来历请用“调动或更正”改。",
    "confirm_sheet": "待确认清单按印出的样子保留，不能改回。",
    "confirm_row": "待确认清单按印出的样子保留，不能改回。",
    "peer": "带出的数据请在“数据交换”页面处理。",
    "conflict": "待定事项请在“数据交换”页面重新裁定。",
    "operator": "经办人请在设置里修改。",
}
_NEVER = frozenset({*_OWN_PAGE, "packet", "peer_row", "peer_cadre", "row_alias", "import_seen"})


@dataclass(frozen=True, slots=True)
class PutBack:
    """What was put back, in words, and what was left and why."""

    done: tuple[str, ...]
    left: tuple[str, ...] = ()


def put_back(tx: Tx, table: str, uid: str, seq: int, fields: Collection[str] | None = None) -> PutBack:
    """Bring one record, or only `fields` of it, to what it was before step `seq`.

    Fields that mean something together go together. Refused or InvalidInput where it cannot be.
    """
    changes = step_changes(tx, seq)
    change = next((one for one in changes if (one.table, one.uid) == (table, uid)), None)
    if change is None:
        raise Refused(f"第{seq}步没有改过这条{spec_of(table).label}。", "请在历史里另选一步。")
    if table in _NEVER:
        raise Refused(f"{spec_of(table).label}不能单独改回原样。", _OWN_PAGE.get(table, "可以撤销整步。"))
    if change.op == "insert":
        raise Refused("这一步新增了这条记录，没有更早的样子。", "不要它的话，请撤销这一步，或在它的页面里删除、作废。")
    with tx.attempt():
        if change.op == "delete":
            return PutBack(tuple(_bring_back(tx, change, changes)))
        return PutBack((_fields_back(tx, change, seq, fields),))


def put_back_step(tx: Tx, seq: int, cadre_uid: str = "", fields: Collection[str] | None = None) -> PutBack:
    """Every record of a step (or only a person's) as it was before; what cannot be is left and said.

    Refused if nothing could be put back.
    """
    changes = step_changes(tx, seq)
    if not changes:
        raise Refused(f"历史里没有第{seq}步。", "请用 history 查看步骤号。")
    if cadre_uid:
        owners = whose(tx, changes)
        changes = [one for one in changes if owners.get((one.table, one.uid)) == cadre_uid]
        if not changes:
            raise Refused("这一步没有改过这个人的记录。", "请在历史里另选一步。")
    done: list[str] = []
    left: list[str] = []
    there = {(one.table, one.uid) for one in changes if one.op == "delete"}
    for one in sorted(changes, key=lambda change: change.op != "delete"):  # what others may point to comes first
        if fields and not set(fields) & set(one.after or one.before):
            continue
        if one.op == "delete" and rows_now(tx, [(one.table, one.uid)])[one.table, one.uid] and one.table not in _NEVER:
            there.discard((one.table, one.uid))  # came back below its parent
            continue
        try:
            done += put_back(tx, one.table, one.uid, seq, fields).done
        except InvalidInput as problem:
            left.append(f"{row_label(tx, one.table, one.uid)}：{''.join(problem.fields.values())}")
        except Problem as problem:
            left.append(f"{row_label(tx, one.table, one.uid)}：{problem.text}")
    if not done:
        raise Refused(left[0] if left else "这一步没有要改回的内容。", "请在历史里核对这一步。")
    return PutBack(tuple(done), tuple(left))


def _fields_back(tx: Tx, change: RowChange, seq: int, fields: Collection[str] | None) -> str:
    now = rows_now(tx, [(change.table, change.uid)])[change.table, change.uid]
    label = spec_of(change.table).label
    if now is None:
        raise Stale(f"这条{label}已不在台账里。", "请先找到删除它的那一步，把它改回来。")
    changed = {key for key in change.before if key != "uid" and key in now}
    wanted = changed if fields is None else changed & set(fields)
    if not wanted:
        raise Refused(f"第{seq}步没有改过这一项。", "请在历史里另选一步。")
    wanted = _together(change.table, wanted, changed)
    values = {key: change.before[key] for key in wanted if now[key] != change.before[key]}
    if not values:
        raise Refused("现在的内容就是原来的样子，不用改回。")
    then = row_before(tx, change.table, change.uid, seq) or {}
    write_back(tx, change.table, now, values, then)
    told = "、".join(dict.fromkeys(label_of(change.table, key) for key in values if is_told(change.table, key)))
    return f"{row_label(tx, change.table, change.uid)}：{told}"


def _together(table: str, wanted: set[str], changed: set[str]) -> set[str]:
    """The fields asked for, and those of the step that mean something only together with them."""
    groups: list[tuple[str, ...]] = list(spec_of(table).groups)
    groups += RULES[table].together if table in RULES else ()
    while more := {key for group in groups if wanted & set(group) for key in group} & changed - wanted:
        wanted = wanted | more
    return wanted


def _bring_back(tx: Tx, change: RowChange, changes: Sequence[RowChange]) -> Iterable[str]:
    """Insert a deleted record and, below it, what the same step deleted or cut off."""
    row = {**defaults(tx, change.table), **change.before}
    if rows_now(tx, [(change.table, change.uid)])[change.table, change.uid] is not None:
        raise Refused(f"这条{spec_of(change.table).label}还在台账里，不用改回。")
    require_right(tx, change.table, row)
    if fault := insert_fault(tx, change.table, row):
        raise fault
    tx.insert(change.table, row)
    _follow(tx, change.table, row)
    told = [row_label(tx, change.table, change.uid)]
    points = references(tx)
    for one in changes:
        columns = [key for key, target in points.get(one.table, {}).items() if target == change.table]
        if one.op == "delete" and any(one.before.get(key) == change.uid for key in columns):
            if not _parents_missing(tx, one, points) and insert_fault(tx, one.table, one.before) is None:
                with suppress(Broken), tx.attempt():  # what has another in its place now stays away
                    told += _bring_back(tx, one, changes)
        elif one.op == "update":
            cut = {
                key: change.uid for key in columns if one.before.get(key) == change.uid and one.after.get(key) is None
            }
            now = rows_now(tx, [(one.table, one.uid)])[one.table, one.uid] if cut else None
            if now is not None and all(now[key] is None for key in cut):
                tx.update(one.table, one.uid, cut)
    return told


def _parents_missing(tx: Tx, change: RowChange, points: dict[str, dict[str, str]]) -> bool:
    """Whether a deleted row points to something else that is still gone: then it comes back below that."""
    wanted = [
        (target, str(change.before[key])) for key, target in points[change.table].items() if change.before.get(key)
    ]
    return any(row is None for row in rows_now(tx, wanted).values())


def _follow(tx: Tx, table: str, row: Row) -> None:
    """What depends on a record that came back."""
    if table in RULES and (follow := RULES[table].follow) is not None:
        follow(tx, row)
