"""合并: one or many packets come in as one step: previewed the same way, undone as a whole, nothing lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from core.base.clock import stamp
from core.base.dates import format_date
from core.base.errors import Problem, Refused
from core.base.ids import new_uid
from core.base.rights import Right
from core.exchange.answers import take_answer
from core.exchange.landing import Landing
from core.exchange.model import PACKET_SUFFIX, RULE, MergeReport, PacketReport, Rules
from core.exchange.packet_file import DOWN, UP, Header, Packet, open_packet, read_header
from core.exchange.packets import answered
from core.exchange.queries import Identity, identity, own_copy
from core.store import Reads, Row, Store, Tx, backup
from core.store.migrations import STEPS

Progress = Callable[[int, int], object]


class _Previewed(Exception):
    """Ends a preview: everything it wrote is rolled back."""


def merge(
    store: Store,
    paths: Sequence[Path],
    rules: Rules,
    *,
    dry_run: bool = False,
    with_backup: bool = True,
    progress: Progress = lambda _done, _all: None,
) -> MergeReport:
    """Merge packets (files, and folders of them) in one undoable step. A packet that cannot be read is told, the others go in."""
    store.require(Right.EXCHANGE)
    report = MergeReport([])
    packets = _read(store, _files(paths), report)
    if packets and with_backup and not dry_run:
        backup.before(store, "合并前")
    try:
        with store.transact(_label(store, packets), merging=True) as tx:
            for at, packet in enumerate(packets):
                _bring_in(tx, packet, rules, report)
                progress(at + 1, len(packets))
            if dry_run:
                raise _Previewed
        report.step = tx.outcome.step
    except _Previewed:
        pass
    return report


def _files(paths: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        found += sorted(path.glob(f"*{PACKET_SUFFIX}")) if path.is_dir() else [path]
    if not found:
        raise Refused("选的文件夹里没有数据包。", f"数据包的扩展名是 {PACKET_SUFFIX}。")
    return found


def _label(store: Store, packets: Sequence[Packet]) -> str:
    if len(packets) != 1:
        return f"合并：{len(packets)}个数据包"
    number = packets[0].header.number
    if packets[0].header.way == DOWN:
        return f"合并：办公室回包第{number}包"
    name = store.value("SELECT name FROM peer WHERE uid = ?", (packets[0].header.peer,))
    return f"合并：{name}第{number}包"


# -- reading and whether it is ours ----------------------------------------------------------------------------------


def _read(store: Store, files: Sequence[Path], report: MergeReport) -> list[Packet]:
    found: list[Packet] = []
    seen: set[str] = set()
    for path in files:
        try:
            header, data = read_header(path)
            peer = _sender(store, header, path)
            packet = open_packet(path, header, data, peer["key"])
            _check_instance(packet, peer, path)
        except Problem as problem:
            report.refused.append((path.name, str(problem)))
            continue
        if packet.uid not in seen:
            seen.add(packet.uid)
            found.append(packet)
    return sorted(found, key=lambda one: (one.header.peer, one.header.number))


def _sender(store: Store, header: Header, path: Path) -> Row:
    """Whose packet it is; Refused in words if it is not for this file, or from a newer program."""
    who = identity(store)
    if header.ledger != who.ledger_uid:
        raise Refused(f"“{path.name}”是另一个台账的数据包，没有合并。", "请核对是哪所学校、哪个台账带出的。")
    if header.schema > len(STEPS):
        raise Refused(f"“{path.name}”是用更新版本的程序生成的，没有合并。", "请先把本机的程序升级到同一版本，再合并。")
    if who.is_copy:
        return _from_office(store, who, header, path)
    if header.way != UP:
        raise Refused(f"“{path.name}”是办公室发出的回包。", "请到收这个回包的那台电脑上合并。")
    peer = store.one("SELECT * FROM peer WHERE uid = ?", (header.peer,))
    if peer is None:
        raise Refused(
            f"“{path.name}”来自一份没有登记的带出数据，没有合并。", "可能撤销过带出或恢复过旧备份；请重新带出。"
        )
    if peer["state"] == "LOST":
        raise Refused(
            f"“{path.name}”来自已报告遗失的“{peer['name']}”，没有合并。", "如已找回，请先在带出台账里改回“在外”。"
        )
    return peer


def _from_office(store: Store, who: Identity, header: Header, path: Path) -> Row:
    office = own_copy(store)
    assert office is not None
    if header.way != DOWN or header.peer != who.peer_uid:
        raise Refused(f"“{path.name}”不是办公室发给这台电脑的回包，没有合并。", "请核对文件名上的设备名称。")
    return office


def _check_instance(packet: Packet, peer: Row, path: Path) -> None:
    """One copy given out must not be worked on in two places: their numbers and changes would run across each other."""
    if packet.header.way == UP and peer["instance"] and packet.instance != peer["instance"]:
        raise Refused(
            f"“{path.name}”和以前收到的不是同一台电脑：带给“{peer['name']}”的数据在两台电脑上打开过，没有合并。",
            "请为第二台电脑另行带出；它上面已登记的内容可以导出为表格，再导入。",
        )


# -- one packet ------------------------------------------------------------------------------------------------------


def _bring_in(tx: Tx, packet: Packet, rules: Rules, merged: MergeReport) -> None:
    down = packet.header.way == DOWN
    sql = "SELECT * FROM peer WHERE " + ("kind = 'OFFICE'" if down else "uid = ?")
    peer = tx.one(sql, () if down else (packet.header.peer,))
    assert peer is not None
    name = "办公室" if down else peer["name"]
    report = PacketReport(packet.uid, peer["uid"], name, packet.header.number, packet.name, packet.made_at)
    merged.packets.append(report)
    if _already(tx, packet, peer, report):
        return
    _note_order(packet, peer, report)
    if down:
        take_answer(tx, packet, peer, report)
    else:
        _take_up(tx, packet, peer, rules, report)
    for follow in (*(() if down else rules.align), *rules.follow):
        follow(tx, _touched(report))
    if not down:
        _look(tx, packet, peer, rules, report)
    _write_down(tx, packet, peer, report)


def _already(tx: Reads, packet: Packet, peer: Row, report: PacketReport) -> bool:
    """A packet merged before, or contained in a later one: said, and nothing changes.

    Counted low but made later: the other side has gone back to a backup. Its work is new all the same.
    """
    number, got = packet.header.number, peer["got_no"]
    if at := tx.value("SELECT merged_at FROM packet WHERE uid = ? AND way = 'IN'", (packet.uid,)):
        report.notes.append(f"第{number}包已于{_when(at)}合并过，这次没有改动。")
        report.already = True
        return True
    newest = "SELECT max(made_at) FROM packet WHERE peer_uid = ? AND way = 'IN'"
    later = number <= got and packet.made_at > str(tx.value(newest, (peer["uid"],)) or "")
    if later and packet.header.way == DOWN:
        raise Refused(
            f"“{packet.name}”早于这台电脑已经合并的回包：办公室的台账可能恢复过备份，没有合并。",
            "请先上报这台电脑上的改动，再请办公室重新带出一份。",
        )
    if later:
        report.notes.append(
            f"编号第{number}包以前收到过，内容却更新：那台电脑可能恢复过备份。已按内容合并，请留意结果。"
        )
    elif number < got:
        report.notes.append(f"第{number}包的内容已包含在合并过的第{got}包里，这次没有改动。")
        report.already = True
    return report.already


def _when(at: str) -> str:
    return f"{format_date(at[:10])}{at[11:16]}"


def _note_order(packet: Packet, peer: Row, report: PacketReport) -> None:
    number, got = packet.header.number, peer["got_no"]
    if packet.answers > peer["sent_no"] and packet.header.way == UP:
        report.notes.append(
            "那台电脑合并过这边没有的回包：这边的台账可能恢复过备份。它的改动已合并；请收回后重新带出一份，两边才会一致。"
        )
    if number > got + 1:
        missed = f"第{got + 1}包" if number == got + 2 else f"第{got + 1}至{number - 1}包"
        report.notes.append(f"没有收到{missed}；第{number}包包含它的全部内容，没有遗漏。")
    if packet.header.schema < len(STEPS):
        report.notes.append("这个数据包由旧版本的程序生成，已按现在的版本补齐；请把那台电脑的程序也升级。")
    if peer["state"] == "BACK":
        report.notes.append(f"“{peer['name']}”的数据已登记收回，这是收回以后的数据包，请核对。")


def _take_up(tx: Tx, packet: Packet, peer: Row, rules: Rules, report: PacketReport) -> None:
    _acknowledge(tx, packet, peer)
    Landing(tx, packet, peer, rules, report).run()
    number = max(packet.header.number, peer["got_no"])
    tx.update("peer", peer["uid"], {"got_no": number, "instance": packet.instance})
    _hold_people(tx, packet, peer)


def _hold_people(tx: Tx, packet: Packet, peer: Row) -> None:
    """People registered in a part belong to it from then on, whatever their unit."""
    if peer["units"] == "[]" and peer["grids"] == "[]":
        return
    kept = dict(tx.tuples("SELECT uid, kept_uid FROM row_alias WHERE tbl = 'cadre'"))
    held = {row[0] for row in tx.tuples("SELECT cadre_uid FROM peer_cadre WHERE peer_uid = ?", (peer["uid"],))}
    came = {kept.get(one.uid, one.uid) for one in packet.changes if one.tbl == "cadre" and one.theirs is not None}
    rows = [{"peer_uid": peer["uid"], "cadre_uid": uid} for uid in sorted(came - held)]
    tx.insert_many("peer_cadre", rows)


def _acknowledge(tx: Tx, packet: Packet, peer: Row) -> None:
    """The copy has merged our answer: from then on it had all we had, but for what was kept back or sent since."""
    sql = "SELECT seq, answers, withheld FROM packet WHERE peer_uid = ? AND way = 'OUT' AND number = ?"
    answer = tx.one(sql, (peer["uid"], packet.answers))
    if answer is None or answer["seq"] <= peer["mark_seq"]:
        return
    tx.update("peer", peer["uid"], {"mark_seq": answer["seq"]})
    kept = {(name, uid): image for name, uid, image in json.loads(answer["withheld"])}
    known = tx.rows("SELECT uid, tbl, row_uid, packet_no FROM peer_row WHERE peer_uid = ?", (peer["uid"],))
    for row in known:
        if row["packet_no"] <= answer["answers"]:
            tx.delete("peer_row", row["uid"])
    later = {(row["tbl"], row["row_uid"]) for row in known if row["packet_no"] > answer["answers"]}
    rows = [
        {
            "peer_uid": peer["uid"],
            "tbl": name,
            "row_uid": uid,
            "packet_no": answer["answers"],
            "image": "" if image is None else json.dumps(image, ensure_ascii=False),
        }
        for (name, uid), image in kept.items()
        if (name, uid) not in later
    ]
    tx.insert_many("peer_row", rows)


def _touched(report: PacketReport) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {"cadre": {one.whose for one in report.landed if one.whose}}
    for one in report.landed:
        found.setdefault(one.tbl, set()).add(one.uid)
    return {name: frozenset(uids) for name, uids in found.items()}


def _look(tx: Tx, packet: Packet, peer: Row, rules: Rules, report: PacketReport) -> None:
    """The rules of the work look at what came in; what they find waits for a decision, both records stay meanwhile."""
    number = int(tx.value("SELECT coalesce(max(number), 0) FROM conflict"))
    asked = {
        frozenset(pair)
        for pair in tx.tuples("SELECT row_uid, other_uid FROM conflict WHERE kind = ? AND state = 'OPEN'", (RULE,))
    }
    before = {(one.tbl, one.uid): one.before for one in report.landed}
    for finding in [one for check in rules.checks for one in check(tx, report.landed)]:
        if frozenset((finding.uid, finding.other_uid)) in asked:
            continue
        asked.add(frozenset((finding.uid, finding.other_uid)))
        number += 1
        row = {
            "uid": new_uid(),
            "packet_uid": packet.uid,
            "peer_uid": peer["uid"],
            "number": number,
            "kind": RULE,
            "tbl": finding.tbl,
            "row_uid": finding.uid,
            "fields": json.dumps(finding.fields),
            "ours": json.dumps(before[finding.tbl, finding.uid], ensure_ascii=False) if finding.fields else "",
            "other_uid": finding.other_uid,
            "text": finding.text,
            "their_by": next((one.by for one in packet.changes if one.uid == finding.uid), ""),
            "their_at": next((one.at for one in packet.changes if one.uid == finding.uid), ""),
        }
        tx.insert("conflict", row)
        report.conflicts.append(row)


def _write_down(tx: Tx, packet: Packet, peer: Row, report: PacketReport) -> None:
    seq = int(tx.value("SELECT coalesce(max(seq), 0) + 1 FROM history"))
    row = {
        "uid": packet.uid,
        "peer_uid": peer["uid"],
        "way": "IN",
        "number": packet.header.number,
        "made_at": packet.made_at,
        "merged_at": stamp(),
        "seq": seq,
        "answers": max(packet.answers, answered(tx, peer["uid"])),
        "file_name": packet.name,
        "size": Path(packet.file).stat().st_size,
        "rows": len(packet.changes),
        "conflicts": len(report.conflicts),
        "withheld": json.dumps(report.kept_back),
        "operator": tx.operator,
        "authors": _authors(packet),
    }
    tx.insert("packet", row)


def _authors(packet: Packet) -> str:
    """Who wrote which row at the other end, and when: the history of a record names him, not only who merged."""
    found: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for one in packet.changes:
        found.setdefault((one.by, one.at, one.device), []).append(one.key)
    return json.dumps([[*who, keys] for who, keys in found.items()], ensure_ascii=False)
