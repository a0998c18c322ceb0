"""Copies given out, packets and decisions as rows, for the papers about them: what the exchange itself would write."""

from __future__ import annotations

import json

from core.roster.ops import save_cadre
from core.store import Store, Tx

OUT = {"kind": "LAPTOP", "out_on": "2020-08-03", "key": "00", "left_out": json.dumps(["cadre.id_no", "cadre.phone"])}
PERSONAL = "含姓名、工号、出生年月、住址；不含身份证号、手机号码"


def copies(store: Store, grids: list[str] | None = None) -> None:
    """笔记本1 (out, overdue, of some grids) and 会计学院党委 (back), each with its packet."""
    with store.transact("带出") as tx:
        one = {**OUT, "uid": "p1", "number": 1, "name": "笔记本1", "holder": "张三", "holder_phone": "13812345678"}
        tx.insert("peer", {**one, "grids": json.dumps(grids or []), "due_on": "2020-08-31", "note": "随带充电器一个。"})
        for number, (uid,) in enumerate(tx.tuples("SELECT uid FROM cadre ORDER BY staff_no LIMIT 5")):
            tx.insert("peer_cadre", {"uid": f"c{number}", "peer_uid": "p1", "cadre_uid": uid})
        two = {**OUT, "uid": "p2", "number": 2, "name": "会计学院党委", "kind": "UNIT", "holder": "李四"}
        tx.insert("peer", {**two, "state": "BACK", "back_on": "2020-09-10"})
        for uid, name in (("p1", "笔记本1"), ("p2", "会计学院党委")):
            packet(tx, uid, f"out-{uid}", "CHECKOUT", 0, file_name=f"带出_01_{name}_20200803.xcout", rows=412)


def packet(tx: Tx, peer: str, uid: str, way: str, number: int, **more: object) -> None:
    """One line of the ledger of packets."""
    row = {"uid": uid, "peer_uid": peer, "way": way, "number": number, "made_at": "2020-08-03T09:30:00+08:00"}
    tx.insert("packet", {**row, "size": 183_412, "personal": PERSONAL, "operator": "李干事", **more})


def merged(store: Store, number: int = 3) -> str:
    """A packet of 笔记本1 that changed a phone and added a check-in's community, with one decision made and one open."""
    uid = f"in-{number}"
    with store.transact(f"合并笔记本1第{number}包") as tx:
        seq = tx.value("SELECT max(seq) + 1 FROM history")
        packet(tx, "p1", uid, "IN", number, seq=seq, merged_at="2020-08-10T17:05:00+08:00", rows=2, conflicts=2)
        (first, name), (second, other) = tx.tuples("SELECT uid, name FROM cadre ORDER BY staff_no LIMIT 2")
        save_cadre(tx, {"phone": "13911112222", "note": "周末可服务"}, first)
        tx.insert("feedback", {"cadre_uid": second, "given_on": "2020-08-09", "content": "热心负责。"})
        told = {
            "their_by": "王干事",
            "their_at": "2020-08-09T10:00:00+08:00",
            "our_by": "李干事",
            "our_at": "2020-08-08T09:00:00",
        }
        row = {"packet_uid": uid, "peer_uid": "p1", "tbl": "cadre", "row_uid": first, "fields": '["phone"]', **told}
        images = {
            side: json.dumps({"uid": first, "name": name, "phone": phone})
            for side, phone in (("base", "13800000000"), ("theirs", "13911112222"), ("ours", "13733334444"))
        }
        done = {"state": "SETTLED", "taken": "THEIRS", "settled_by": "赵部长", "settled_at": "2020-08-11T08:00:00"}
        tx.insert(
            "conflict", {**row, **images, **done, "uid": f"k1-{number}", "number": 2 * number - 1, "kind": "FIELD"}
        )
        text = f"{other}同一天有两条服务记录，时间重叠。"
        tx.insert(
            "conflict",
            {
                **row,
                "uid": f"k2-{number}",
                "number": 2 * number,
                "kind": "RULE",
                "row_uid": second,
                "text": text,
                "fields": "[]",
            },
        )
    return uid
