"""Making packets: in a copy what changed since the office's last answer; in the office the answer to a copy.

Both are cumulative: a packet holds everything the other side is not known to have, so that a lost one is no loss.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from core.base.clock import now, stamp
from core.base.errors import MachineFault, Refused
from core.base.paths import rename_over
from core.base.rights import Right
from core.exchange.model import CLASH, DECIDED, PACKET_SUFFIX, RULE, SAME_PERSON, WAITS, Made
from core.exchange.packet_file import DOWN, UP, Change, Header, Packet, write_packet
from core.exchange.queries import identity, own_copy
from core.exchange.rows import parents_first, row_here
from core.exchange.scope import Scope, personal_words, scope_of
from core.store import Reads, Row, Store, Tx
from core.store.migrations import STEPS
from core.store.past import Past, RowKey, Touch, key_columns, references, rows_now, rows_since, unique_sets
from core.store.tables import table

NOBODY = Touch("", "", "")


def make_packet(store: Store, out: Path, peer_uid: str = "") -> Made:
    """Write the next packet into `out` (a folder or a file): to the office, or (in the office) the answer to `peer_uid`."""
    store.require(Right.EXCHANGE)
    who = identity(store)
    peer = _peer(store, who.is_copy, peer_uid)
    with store.transact(_label(peer), lasting=True) as tx:
        number = peer["sent_no"] + 1
        withheld: list[list[object]] = []
        if who.is_copy:
            packet = _up(tx, peer, who.ledger_uid, who.peer_uid, who.instance)
        else:
            packet, withheld = _down(tx, peer, who.ledger_uid)
        file = _target(out, peer, number)
        part = file.with_name(file.name + ".part")
        packet = write_packet(packet, peer["key"], part)
        personal = personal_words(json.loads(peer["left_out"]), photos=bool(packet.blobs))
        tx.update("peer", peer["uid"], {"sent_no": number})
        size = part.stat().st_size
        row = {
            "uid": packet.uid,
            "peer_uid": peer["uid"],
            "way": "OUT",
            "number": number,
            "made_at": packet.made_at,
            "seq": _newest(tx),
            "answers": packet.answers,
            "file_name": file.name,
            "size": size,
            "rows": len(packet.changes),
            "personal": personal,
            "withheld": json.dumps(withheld, ensure_ascii=False),
            "operator": store.operator,
        }
        tx.insert("packet", row)
    try:
        rename_over(part, file)
    except OSError as error:
        raise MachineFault(f"数据包没有写成（{error.strerror}）。", "请再生成一次；没有改动会丢失。") from error
    return Made(peer["uid"], number, str(file), len(packet.changes), size, personal, len(withheld), packet.uid)


def has_news(store: Store, peer_uid: str = "") -> bool:
    """Whether a packet would tell the other side more than our last one: a change, a settled conflict, or that its own has come."""
    peer = _peer(store, identity(store).is_copy, peer_uid)
    sql = "SELECT seq, answers, withheld FROM packet WHERE peer_uid = ? AND way <> 'IN' ORDER BY number DESC LIMIT 1"
    last = store.one(sql, (peer["uid"],)) or {"seq": peer["mark_seq"], "answers": 0, "withheld": "[]"}
    unanswered = "SELECT 1 FROM packet WHERE peer_uid = ? AND way = 'IN' AND rows > 0 AND number > ?"
    since = store.tuples("SELECT tables FROM history WHERE seq > ?", (last["seq"],))
    return (
        last["withheld"] != "[]"
        or any(table(name).travels for (names,) in since for name in json.loads(names))
        or store.value(unanswered, (peer["uid"], last["answers"])) is not None
    )


def _peer(reads: Reads, is_copy: bool, peer_uid: str) -> Row:
    peer = own_copy(reads) if is_copy else reads.one("SELECT * FROM peer WHERE uid = ?", (peer_uid,))
    if peer is None:
        raise Refused("没有指明是给哪台设备或哪个单位的数据包。", "请从带出台账中选择。")
    if peer["state"] != "OUT":
        raise Refused(f"“{peer['name']}”的数据已收回或已报告遗失，不再给它发数据包。", "要继续使用，请重新带出。")
    return peer


def _label(peer: Row) -> str:
    number = peer["sent_no"] + 1
    return f"生成上报数据包第{number}包" if peer["kind"] == "OFFICE" else f"生成给“{peer['name']}”的回包第{number}包"


def _target(out: Path, peer: Row, number: int) -> Path:
    if out.suffix == PACKET_SUFFIX:
        return out
    copy = peer["holder"] if peer["kind"] == "OFFICE" else peer["name"]
    safe = re.sub(r'[\\/:*?"<>|\s]+', "_", copy)
    way = "上报" if peer["kind"] == "OFFICE" else "回包"
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MachineFault(f"不能写入“{out}”（{error.strerror}）。", "请换一个位置。") from error
    return out / f"{way}_{peer['number']:02d}_{safe}_{number:03d}_{now():%Y%m%d}{PACKET_SUFFIX}"


def _newest(reads: Reads) -> int:
    return int(reads.value("SELECT coalesce(max(seq), 0) FROM history"))


# -- from a copy to the office ---------------------------------------------------------------------------------------


def _up(tx: Tx, office: Row, ledger_uid: str, peer_uid: str, instance: str) -> Packet:
    header = Header(ledger_uid, peer_uid, UP, office["sent_no"] + 1, len(STEPS))
    changes = pending(tx, office)
    aliases = tuple(tx.tuples("SELECT tbl, uid, kept_uid, image FROM row_alias WHERE image <> '' ORDER BY uid"))
    return Packet(header, instance, stamp(), office["got_no"], changes, aliases, _blobs(tx, changes))


def pending(reads: Reads, office: Row) -> tuple[Change, ...]:
    """What a copy has done that the office is not known to have."""
    past = rows_since(reads, office["mark_seq"])
    bases = known_images(reads, office["uid"])
    told = {**past.then, **bases}
    here = {**rows_now(reads, bases.keys() - past.now.keys()), **past.now}
    sent = office["sent_no"] > answered(reads, office["uid"])
    left_out = frozenset(json.loads(office["left_out"]))
    found = []
    for key in sorted(told, key=parents_first):
        base, theirs = told[key], here[key]
        # taken back since it was sent: the office must hear of it
        if base != theirs or (sent and key in past.last):
            touch = past.last.get(key, NOBODY)
            base, theirs = _without(base, theirs, key[0], left_out)
            found.append(Change(*key, base, theirs, touch.operator, touch.at, touch.device))
    return tuple(found)


def _without(
    base: Row | None, theirs: Row | None, name: str, left_out: frozenset[str]
) -> tuple[Row | None, Row | None]:
    """The images do not speak of fields the copy never had, unless it filled them in."""
    if base is None or not left_out:
        return base, theirs
    unknown = {key for key in base if f"{name}.{key}" in left_out and (theirs is None or theirs.get(key) == base[key])}
    kept = {key: value for key, value in base.items() if key not in unknown}
    return kept, None if theirs is None else {key: value for key, value in theirs.items() if key not in unknown}


def answered(reads: Reads, peer_uid: str) -> int:
    """Our last packet that the newest packet of the peer answers."""
    sql = "SELECT coalesce(max(answers), 0) FROM packet WHERE peer_uid = ? AND way = 'IN'"
    return int(reads.value(sql, (peer_uid,)))


def known_images(reads: Reads, peer_uid: str) -> dict[RowKey, Row | None]:
    """`peer_row` of a peer: images (in the office patches) by row, under the keys we keep."""
    sql = "SELECT tbl, row_uid, image FROM peer_row WHERE peer_uid = ? ORDER BY packet_no"
    kept = dict(reads.tuples("SELECT uid, kept_uid FROM row_alias"))
    found: dict[RowKey, Row | None] = {}
    for name, uid, text in reads.tuples(sql, (peer_uid,)):
        image = json.loads(text) if text else None
        found[name, kept.get(uid, uid)] = renamed(image, key_columns(reads, name), kept)
    return found


def renamed(row: Row | None, columns: Iterable[str], kept: Mapping[str, str]) -> Row | None:
    """A row with keys that turned out to mean the same thing replaced by the kept ones."""
    if row is None or not kept:
        return row
    return {**row, **{key: kept[row[key]] for key in columns if row.get(key) in kept}}


def _blobs(reads: Reads, changes: Iterable[Change]) -> dict[str, bytes]:
    wanted = [one.theirs["sha256"] for one in changes if one.tbl == "attachment" and one.theirs is not None]
    sql = "SELECT b.sha256, b.data FROM json_each(?) j JOIN blob b ON b.sha256 = j.value"
    return {name: bytes(data) for name, data in reads.tuples(sql, (json.dumps(wanted),))}


# -- from the office to a copy ---------------------------------------------------------------------------------------


def _down(tx: Tx, peer: Row, ledger_uid: str) -> tuple[Packet, list[list[object]]]:
    header = Header(ledger_uid, peer["uid"], DOWN, peer["sent_no"] + 1, len(STEPS))
    scope = scope_of(tx, peer)
    fresh: set[str] = set()
    if not scope.everything:
        fresh = scope.people_now() - scope.people
        tx.insert_many("peer_cadre", [{"peer_uid": peer["uid"], "cadre_uid": uid} for uid in sorted(fresh)])
        scope.people |= fresh
    changes, withheld = _answer(tx, peer, scope, fresh)
    aliases = tuple((name, uid, kept, "") for name, uid, kept in tx.tuples("SELECT tbl, uid, kept_uid FROM row_alias"))
    packet = Packet(
        header, peer["instance"], stamp(), peer["got_no"], changes, aliases, _blobs(tx, changes), tuple(sorted(fresh))
    )
    return packet, withheld


def _answer(tx: Tx, peer: Row, scope: Scope, fresh: set[str]) -> tuple[tuple[Change, ...], list[list[object]]]:
    past = rows_since(tx, peer["mark_seq"])
    told = states(tx, peer["uid"], past)
    here = {**rows_now(tx, told.keys() - past.now.keys()), **past.now}
    for key in _rows_of(tx, fresh):
        told[key] = None
        here.setdefault(key, row_here(tx, *key))
    kept_back = _open_rows(tx, peer["uid"])
    held = {key: told[key] for key in kept_back if told.get(key) is not None and here[key] is None}
    _hold_parents(tx, told, here, held)
    kept_back |= held.keys()
    stays = {key: told[key] for key in kept_back if told.get(key) is not None}  # as the copy has them meanwhile
    missing = {key for key in kept_back if key in told and told[key] is None}  # it has no such row as yet
    found: dict[RowKey, Change] = {}
    withheld: list[list[object]] = []
    for key in sorted(told, key=parents_first):
        base, theirs = told[key], here[key]
        image = theirs if theirs is not None else base
        if key in kept_back or (theirs is not None and _must_wait(tx, key, theirs, missing, stays)):
            withheld.append([*key, scope.shown(key[0], base)])
            if base is None:
                missing.add(key)
            continue
        if image is None or not (scope.holds(key[0], image) or (base is not None and scope.holds(key[0], base))):
            continue
        base, theirs = scope.shown(key[0], base), scope.shown(key[0], theirs)
        if base != theirs:
            touch = past.last.get(key, NOBODY)
            found[key] = Change(*key, base, theirs, touch.operator, touch.at, touch.device)
    for key in _parents(tx, scope, found):
        found.setdefault(key, Change(*key, None, scope.shown(key[0], row_here(tx, *key))))
    return tuple(found[key] for key in sorted(found, key=parents_first)), withheld


def _hold_parents(
    reads: Reads, told: Mapping[RowKey, Row | None], here: Mapping[RowKey, Row | None], held: dict[RowKey, Row | None]
) -> None:
    """What a row that waits hangs on stays in the copy with it, though it is deleted here."""
    queue = list(held.items())
    while queue:
        (name, _uid), row = queue.pop()
        for column, parent in references(reads)[name].items():
            key = (parent, str((row or {}).get(column) or ""))
            if key not in held and told.get(key) is not None and here[key] is None:
                held[key] = told[key]
                queue.append((key, told[key]))


def _must_wait(reads: Reads, key: RowKey, row: Row, missing: set[RowKey], stays: Mapping[RowKey, Row | None]) -> bool:
    """Whether a row hangs on one the copy has not, or has a number of one it still has, until a conflict is settled."""
    name, uid = key
    if missing and any((parent, row.get(one)) in missing for one, parent in references(reads)[name].items()):
        return True
    others = [other for (tbl, other_uid), other in stays.items() if tbl == name and other_uid != uid]
    return any(
        row.get(columns[0]) != "" and all((other or {}).get(one) == row.get(one) for one in columns)
        for columns in unique_sets(reads)[name]
        for other in others
    )


def states(reads: Reads, peer_uid: str, past: Past) -> dict[RowKey, Row | None]:
    """What a peer is known to have of the rows that may differ from ours: ours at the mark, under what it said since."""
    known = known_images(reads, peer_uid)
    there = rows_now(reads, known.keys() - past.then.keys())
    told = dict(past.then)
    for key, image in known.items():
        told[key] = overlaid(told.get(key, there.get(key)), image)
    return told


def overlaid(row: Row | None, image: Mapping[str, object] | None) -> Row | None:
    """A row under a patch; None as a patch: there is no such row."""
    return None if image is None else {**(row or {}), **image}


def _open_rows(reads: Reads, peer_uid: str) -> set[RowKey]:
    """Rows kept back until a conflict is settled: those in question, and ours with whom theirs may be one."""
    sql = (
        "SELECT tbl, row_uid, other_uid, kind FROM conflict "
        "WHERE peer_uid = ? AND state = 'OPEN' AND kind IN (SELECT value FROM json_each(?))"
    )
    waiting = [kind for kind in (*DECIDED, WAITS) if kind != RULE]
    rows = reads.tuples(sql, (peer_uid, json.dumps(waiting)))
    found = {(name, uid) for name, uid, _other, _kind in rows}
    return found | {(name, other) for name, _uid, other, kind in rows if other and kind in (SAME_PERSON, CLASH)}


def _rows_of(reads: Reads, people: set[str]) -> list[RowKey]:
    """All rows that hang on people who have just come into a part."""
    if not people:
        return []
    listed = json.dumps(sorted(people))
    found: list[RowKey] = [("cadre", uid) for uid in sorted(people)]
    for name, columns in references(reads).items():
        for column in table(name).within:
            if columns.get(column) == "cadre":
                sql = f"SELECT t.uid FROM json_each(?) j CROSS JOIN {name} t ON t.{column} = j.value"
                found += [(name, row[0]) for row in reads.tuples(sql, (listed,))]
    return found


def _parents(reads: Reads, scope: Scope, found: Mapping[RowKey, Change]) -> list[RowKey]:
    """Rows outside the part that rows of the packet point to; sent whole each time, since nobody notes who has them."""
    if scope.everything:
        return []
    needed: list[RowKey] = []
    queue = [(one.tbl, one.theirs) for one in found.values()]
    while queue:
        name, row = queue.pop()
        for column, parent in references(reads)[name].items():
            uid = (row or {}).get(column)
            if uid and table(parent).within and (parent, uid) not in found and (parent, uid) not in needed:
                image = row_here(reads, parent, str(uid))
                if image is not None and not scope.holds(parent, image):
                    needed.append((parent, str(uid)))
                    queue.append((parent, image))
    return needed
