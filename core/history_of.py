"""The history of a record or a person: step by step, field by field, who, when, on which device, before and after."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from core.base.dates import format_stamp
from core.base.errors import MachineFault
from core.store import Reads, Row, Step, history
from core.store.history import RowChange
from core.store.past import RowKey, defaults, rows_now
from core.store.tables import table as table_of
from core.words import FieldChange, RowWords, called, row_names, step_words
from core.words_labels import BOOKKEEPING

OF_PERSON: dict[str, str] = {
    "membership": "cadre_uid",
    "checkin": "cadre_uid",
    "visit": "cadre_uid",
    "grid_assignment": "cadre_uid",
    "building_lead": "cadre_uid",
    "squad_member": "cadre_uid",
    "feedback": "cadre_uid",
    "evaluation": "cadre_uid",
    "half_year_report": "cadre_uid",
    "commendation": "cadre_uid",
    "attachment": "owner_uid",
}
"""Tables whose rows hang on a person, and by which column."""
LOOKED_THROUGH = 20_000
"""Rows of the newest steps that are looked through for one record (some 4 ms a thousand); of others only the head is shown."""
_SMALL, _GONE_STEPS = 500, 50
_NAMED, _NAMED_ROWS = 3, 200  # names in a line of the history; rows of a step looked at for them
_STEP = "SELECT seq, at, operator, device, label, tables, count, undoes, undone_by, lasting FROM history"


@dataclass(frozen=True, slots=True)
class RecordStep:
    """One step as far as it concerns the records asked for. `rows` is empty for a step too large to be opened."""

    step: Step
    rows: tuple[RowWords, ...]
    source: str = ""  # 笔记本1第3包: the step merged it


@dataclass(frozen=True, slots=True)
class FieldStep:
    """One field of one record in one step. `back`: putting it back would change something."""

    seq: int
    at: str
    operator: str
    device: str
    label: str  # of the step
    op: str  # 新增, 修改, 删除
    key: str
    field: str
    before: str
    after: str
    undone: bool
    back: bool
    source: str = ""


def history_of(
    reads: Reads, keys: Collection[RowKey], limit: int = 50, *, before: int | None = None, mask: bool = False
) -> list[RecordStep]:
    """The newest steps that touched any of the records, newest first; `before`: only steps before that one."""
    touching, params = steps_touching(keys)
    sql = f"{_STEP} WHERE seq < ? AND {touching} ORDER BY seq DESC LIMIT ?"
    steps = [history.step_from(row) for row in reads.rows(sql, (before or 1 << 60, *params, limit))]
    found, wanted, room = [], set(keys), LOOKED_THROUGH
    for step in steps:
        room -= step.count
        changes = step_changes(reads, step.seq, wanted) if room >= 0 or step.count <= _SMALL else []
        found.append(RecordStep(step, tuple(step_words(reads, changes, mask=mask)), source_of(reads, step, wanted)))
    return found


def steps_touching(keys: Collection[RowKey]) -> tuple[str, list[str]]:
    """The condition on `history` that a step touched any of the records, and its parameters."""
    by_table: dict[str, list[str]] = defaultdict(list)
    for table, uid in keys:
        by_table[table].append(uid)
    part = "SELECT r.seq FROM json_each(?) j CROSS JOIN history_row r ON r.tbl = ? AND r.row_uid = j.value"
    params = [one for table, uids in by_table.items() for one in (json.dumps(uids), table)]
    return (f"seq IN ({' UNION '.join([part] * len(by_table))})", params) if params else ("0", [])


def field_history(reads: Reads, table: str, uid: str, limit: int = 50) -> list[FieldStep]:
    """Every field of one record in every step that changed it, newest first."""
    now = rows_now(reads, [(table, uid)])[table, uid]
    told = []
    for one in history_of(reads, [(table, uid)], limit):
        for row in one.rows:
            (was,) = step_changes(reads, one.step.seq, {(table, uid)})
            told += [_field_step(one, row, field, was.before, now) for field in row.fields]
    return told


def keys_of_person(reads: Reads, cadre_uid: str) -> list[RowKey]:
    """The person, who was merged into him, and every row that hangs on him, also rows deleted since (of small steps)."""
    merged = "SELECT uid FROM row_alias WHERE tbl = 'cadre' AND kept_uid = ?"
    keys: list[RowKey] = [
        ("cadre", uid) for uid in (cadre_uid, *(row[0] for row in reads.tuples(merged, (cadre_uid,))))
    ]
    for table, column in OF_PERSON.items():
        keys += [(table, row[0]) for row in reads.tuples(f"SELECT uid FROM {table} WHERE {column} = ?", (cadre_uid,))]
    return [*keys, *_gone_of_person(reads, cadre_uid)]


def step_changes(
    reads: Reads, seq: int, only: Collection[RowKey] | None = None, most: int | None = None
) -> list[RowChange]:
    """Each row of a step before and after, `only` these, the first `most`; [] if there is no such step."""
    row = reads.one("SELECT changes, shape FROM history WHERE seq = ?", (seq,))
    if row is None:
        return []
    return list(islice(history.row_changes(history.unpack(row["changes"]), json.loads(row["shape"]), only), most))


def packet_changes(reads: Reads, packet_uid: str) -> list[RowChange]:
    """What of a merged packet went into this ledger: rows that travel, as the step of its merge wrote them."""
    packet = reads.one("SELECT * FROM packet WHERE uid = ? AND way = 'IN'", (packet_uid,))
    if packet is None:
        return []
    changes = step_changes(reads, packet["seq"])
    landed = [one for one in changes if table_of(one.table).travels]
    if reads.value("SELECT count(*) FROM packet WHERE seq = ? AND way = 'IN'", (packet["seq"],)) == 1:
        return landed
    told = {key for _who, keys in _authors(packet["authors"]) for key in keys}
    return [one for one in landed if (one.table, one.uid) in told]


def _authors(text: str) -> list[tuple[str, set[RowKey]]]:
    """Who wrote which rows at the other end: '张三 2020-11-20 14:03'."""
    return [
        (f"{by or device} {format_stamp(at)}".strip(), {(name, uid) for name, uid in keys})
        for by, at, device, keys in json.loads(text)
    ]


def row_before(reads: Reads, table: str, uid: str, seq: int) -> Row | None:
    """The whole record as it was right before step `seq`: the present one rolled back; None if there was none."""
    then = rows_now(reads, [(table, uid)])[table, uid]
    sql = "SELECT seq FROM history_row WHERE tbl = ? AND row_uid = ? AND seq >= ? ORDER BY seq DESC"
    for (later,) in reads.tuples(sql, (table, uid, seq)):
        for one in step_changes(reads, later, {(table, uid)}):
            then = None if one.op == "insert" else {**(then or defaults(reads, table)), **one.before}
    return then


def whose(reads: Reads, changes: Iterable[RowChange]) -> dict[RowKey, str]:
    """The person each row of a step belongs to, by (table, uid); rows of nobody are left out."""
    found: dict[RowKey, str] = {}
    asked: list[RowKey] = []
    for one in changes:
        if one.table == "cadre":
            found[one.table, one.uid] = one.uid
        elif column := OF_PERSON.get(one.table):
            owner = one.after.get(column) or one.before.get(column)
            if owner:
                found[one.table, one.uid] = str(owner)
            else:
                asked.append((one.table, one.uid))
    for key, row in rows_now(reads, asked).items():
        if row is not None and row[OF_PERSON[key[0]]]:
            found[key] = str(row[OF_PERSON[key[0]]])
    return found


def subjects(reads: Reads, seqs: Iterable[int]) -> dict[int, str]:
    """Whom each step is about, 张伟（0012）、李娜（0013）等5人: people, or where there are none the things it wrote."""
    listed = list(seqs)
    try:
        return _subjects(reads, listed)
    except MachineFault:  # the history of a damaged ledger is read all the same, without the names
        return dict.fromkeys(listed, "")


def _subjects(reads: Reads, seqs: Sequence[int]) -> dict[int, str]:
    steps = {seq: step_changes(reads, seq, most=_NAMED_ROWS) for seq in seqs}
    changes = [one for rows in steps.values() for one in rows if one.table not in BOOKKEEPING]
    persons = whose(reads, changes)
    asked = [RowChange("cadre", uid, "update", {}, {}) for uid in set(persons.values())]
    names = row_names(reads, [*changes, *asked])
    found = {}
    for seq, rows in steps.items():
        people = [
            names.get(("cadre", persons[one.table, one.uid]), "") for one in rows if (one.table, one.uid) in persons
        ]
        things = [called(one, names) for one in rows if one.table not in BOOKKEEPING and not people]
        unit = "" if len(rows) == _NAMED_ROWS else f"{len(set(people))}人" if people else f"{len(set(things))}项"
        found[seq] = _first_few([one for one in dict.fromkeys(people or things) if one], unit)
    return found


def _first_few(names: Sequence[str], how_many: str) -> str:
    more = f"等{how_many}" if len(names) > _NAMED else ""
    return "、".join(names[:_NAMED]) + more


def source_of(reads: Reads, step: Step, keys: Collection[RowKey] = ()) -> str:
    """'笔记本1第3包（张三 2020-11-20 14:03）' of a step that merged packets, else ''; who of those that wrote the rows of `keys`."""
    if "packet" not in step.tables:
        return ""
    sql = (
        "SELECT p.name, k.number, k.authors FROM packet k JOIN peer p ON p.uid = k.peer_uid "
        "WHERE k.way = 'IN' AND k.seq = ? ORDER BY p.number, k.number"
    )
    told = []
    for name, number, authors in reads.tuples(sql, (step.seq,)):
        who = "、".join(words for words, rows in _authors(authors) if rows & set(keys)) if keys else ""
        told.append(f"{name}第{number}包" + (f"（{who}）" if who else ""))
    return "、".join(told)


def _field_step(one: RecordStep, row: RowWords, field: FieldChange, old: Row, now: Row | None) -> FieldStep:
    step = one.step
    back = (
        now is None if row.op == "删除" else row.op == "修改" and now is not None and now[field.key] != old[field.key]
    )
    return FieldStep(
        step.seq, step.at, step.operator, step.device, step.label, row.op, field.key, field.label, field.before,
        field.after, step.undone, back, one.source,
    )  # fmt: skip


def _gone_of_person(reads: Reads, cadre_uid: str) -> Sequence[RowKey]:
    """Rows of the person that were deleted. The history names rows by key only, so the steps are looked into."""
    parts = [
        f"SELECT max(seq) FROM history_row h WHERE tbl = '{table}' "
        f"AND NOT EXISTS (SELECT 1 FROM {table} WHERE uid = row_uid) GROUP BY row_uid"
        for table in OF_PERSON
        if table != "visit"  # never deleted, only void; and there are a million of them
    ]
    sql = f"{_STEP} WHERE count <= ? AND seq IN ({' UNION '.join(parts)}) ORDER BY seq DESC LIMIT ?"
    found = []
    for step in reads.tuples(sql, (_SMALL, _GONE_STEPS)):
        for one in step_changes(reads, step[0]):
            if one.op == "delete" and one.before.get(OF_PERSON.get(one.table, "")) == cadre_uid:
                found.append((one.table, one.uid))
    return found
