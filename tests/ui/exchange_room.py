"""For the tests of the page 数据交换: a ledger that has given out copies, with packets and things that wait, put there row by row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from core.store import Row, Tx
from tests.ui.page_room import ledger_context
from ui.context import Context

LAPTOP, UNIT, LOST = "a" * 32, "b" * 32, "c" * 32
KEY = "00" * 32
COLUMNS = ("base", "theirs", "ours")


def exchange_context() -> Iterator[Context]:
    """40 people with 80 records; a laptop overdue, a unit's copy, one that came back; eight things wait."""
    for made in ledger_context(people=40, visits=80):
        with made.store.transact("测试数据交换") as tx:
            add_peers(tx)
            add_packets(tx)
            add_conflicts(tx)
        yield made


def add_peers(tx: Tx) -> None:
    """Three copies."""
    unit = tx.value("SELECT uid FROM unit ORDER BY position LIMIT 1")
    laptop = {"number": 1, "name": "笔记本1", "kind": "LAPTOP", "holder": "王丽", "holder_phone": "13800001111",
              "out_on": "2020-11-10", "due_on": "2020-11-20", "got_no": 2, "sent_no": 2}  # fmt: skip
    part = {"number": 2, "name": "会计学院党委", "kind": "UNIT", "holder": "陈明", "units": json.dumps([unit]),
            "out_on": "2020-11-16", "due_on": "2020-12-31", "left_out": json.dumps(["cadre.id_no", "cadre.phone"])}  # fmt: skip
    back = {"number": 3, "name": "笔记本2", "kind": "LAPTOP", "holder": "李强", "out_on": "2020-10-08",
            "due_on": "2020-10-30", "back_on": "2020-10-29", "state": "BACK"}  # fmt: skip
    for uid, row in ((LAPTOP, laptop), (UNIT, part), (LOST, back)):
        tx.insert("peer", {"uid": uid, "key": KEY, **row})


def add_packets(tx: Tx) -> None:
    """What went to and fro."""
    told = (
        (LAPTOP, "CHECKOUT", 0, "2020-11-10T09:00:00", "", 0, 0, "笔记本1_带出.xcout"),
        (LAPTOP, "IN", 1, "2020-11-13T17:10:00", "2020-11-14T08:30:00", 46, 0, "笔记本1_第1包.xcpkt"),
        (LAPTOP, "OUT", 1, "2020-11-14T08:32:00", "", 31, 0, "回笔记本1_第1包.xcpkt"),
        (LAPTOP, "IN", 2, "2020-11-20T16:40:00", "2020-11-21T09:05:00", 63, 7, "笔记本1_第2包.xcpkt"),
        (UNIT, "CHECKOUT", 0, "2020-11-16T10:00:00", "", 0, 0, "会计学院党委_带出.xcout"),
        (UNIT, "IN", 1, "2020-11-20T11:00:00", "2020-11-21T09:05:00", 12, 1, "会计学院党委_第1包.xcpkt"),
    )
    for peer, way, number, made_at, merged_at, rows, conflicts, name in told:
        tx.insert("packet", {"uid": f"{peer[:1]}-{way}-{number}", "peer_uid": peer, "way": way, "number": number, "made_at": made_at,
                             "merged_at": merged_at, "rows": rows, "conflicts": conflicts, "file_name": name,
                             "size": 180_000, "operator": "李敏", "personal": "姓名、手机号"})  # fmt: skip


def conflict(tx: Tx, kind: str, tbl: str, row_uid: str, fields: tuple[str, ...] = (), **more: Any) -> str:
    """Something that waits, as a merge leaves it."""
    number = int(tx.value("SELECT count(*) FROM conflict")) + 1
    row: Row = {"packet_uid": "a-IN-2", "peer_uid": LAPTOP, "their_by": "王丽", "their_at": "2020-11-19T10:20:00",
                "our_by": "李敏", "our_at": "2020-11-18T15:00:00", **more}  # fmt: skip
    row |= {side: json.dumps(row[side], ensure_ascii=False) if row.get(side) else "" for side in COLUMNS}
    return tx.insert(
        "conflict",
        {"number": number, "kind": kind, "tbl": tbl, "row_uid": row_uid, "fields": json.dumps(fields), **row},
    )


def add_conflicts(tx: Tx) -> None:
    """One of each kind."""
    visit, second, third, gone = tx.rows("SELECT * FROM visit WHERE state = 'WAITING' ORDER BY served_on, uid LIMIT 4")
    person, other = tx.rows("SELECT * FROM cadre ORDER BY staff_no LIMIT 2")
    hours = {"minutes": visit["minutes"] + 60, "state": "CONFIRMED"}
    tx.update("visit", visit["uid"], hours)
    conflict(tx, "FIELD", "visit", visit["uid"], ("minutes", "state"), base=visit, ours={**visit, **hours},
             theirs={**visit, "minutes": visit["minutes"] + 30, "end_at": "17:30"})  # fmt: skip
    tx.update("cadre", person["uid"], {"phone": "13900002222"})
    conflict(tx, "FIELD", "cadre", person["uid"], ("phone",), base=person, ours={**person, "phone": "13900002222"},
             theirs={**person, "phone": "13700003333"})  # fmt: skip
    conflict(
        tx,
        "CHANGED_HERE",
        "visit",
        second["uid"],
        ("content",),
        base=second,
        ours={**second, "content": "改写了内容。"},
    )
    tx.delete("visit", gone["uid"])
    conflict(tx, "GONE_HERE", "visit", gone["uid"], ("place",), base=gone, theirs={**gone, "place": "小区南门"})
    twin = {**other, "uid": "d" * 32, "staff_no": "", "phone": "13812345678"}
    same = conflict(tx, "SAME_PERSON", "cadre", twin["uid"], other_uid=other["uid"], theirs=twin, ours=other)
    for at in range(3):
        waits = {**third, "uid": f"{at}" * 32, "cadre_uid": twin["uid"]}
        conflict(tx, "WAITS", "visit", waits["uid"], other_uid=same, theirs=waits)
    fourth = tx.insert("visit", {**third, "uid": "e" * 32, "place": "小区东门", "source": "KEYED"})
    conflict(tx, "RULE", "visit", third["uid"], text="张伟在2020年8月12日 14:00–16:00 有两条服务记录，可能是同一次。",
             other_uid=fourth)  # fmt: skip
    for at, row in enumerate(tx.rows("SELECT * FROM cadre ORDER BY staff_no LIMIT 3 OFFSET 5")):
        conflict(tx, "PARALLEL", "cadre", row["uid"], ("title",), base=row, ours={**row, "skills": "书法"},
                 theirs={**row, "title": f"教授{at}"}, peer_uid=UNIT)  # fmt: skip
