"""带出: a copy of the ledger for a laptop, a unit or a second desk, with a key of its own; and opening it there."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from pathlib import Path

from core.base import disk
from core.base.clock import stamp, today
from core.base.errors import InvalidInput, Refused
from core.base.ids import new_uid, new_uids
from core.base.rights import Right
from core.exchange.model import CHECKOUT_SUFFIX, PEER_KIND, CheckedOut, CheckoutAsk
from core.exchange.queries import identity
from core.exchange.scope import PEOPLE_OF, TRAVELLING, left_out_of, personal_words
from core.store import Reads, Row, Store, Wiring, files, keys
from core.store.part import Building, Taken, building, conditions, copy_database, seal, unseal
from core.store.past import references
from core.store.tables import DERIVED, DERIVED_RULE, table

Progress = Callable[[int, int], object]
_OFFICE = "office"
_NOT_WRITTEN = "没有带出："


def check_out(
    store: Store, ask: CheckoutAsk, out: Path, *, code: str = "", progress: Progress = lambda _done, _all: None
) -> CheckedOut:
    """Build the copy into `out` (a folder or a file) and enter it in the ledger of copies. Errors: InvalidInput, MachineFault."""
    _check(store, ask)
    number = int(store.value("SELECT coalesce(max(number), 0) + 1 FROM peer WHERE kind <> 'OFFICE'"))
    file = _target(out, ask.name, number)
    key, code = keys.new_key(), code or keys.new_recovery_code()
    left_out = left_out_of(ask.kind, phones=ask.phones, photos=ask.photos)
    peer = _peer_row(ask, number, key, left_out)
    part = file.with_name(file.name + ".part")
    with disk.in_words(file, _NOT_WRITTEN):
        part.touch()  # whether the place can be written: SQLite would only say that it cannot open a file
    try:
        with building(store, part, key) as new:
            peer["mark_seq"] = new.seq
            counts = _fill(new, ask, left_out, progress)
            people = [row[0] for row in new.reads.tuples("SELECT uid FROM temp.part_cadre")]
            _found_copy(new, peer, people, identity(store).ledger_uid)
        seal(keys.make_envelope(key, code, code), part)
        personal = personal_words(left_out, photos=ask.photos)
        with store.transact(f"带出：{ask.name}", lasting=True) as tx:
            tx.insert("peer", peer)
            if ask.units or ask.grids:
                tx.insert_many("peer_cadre", [{"peer_uid": peer["uid"], "cadre_uid": uid} for uid in people])
            tx.insert("packet", _packet_row(peer, store, part, file.name, sum(counts.values()), personal))
            with disk.in_words(file, _NOT_WRITTEN):
                disk.put_in_place(part, file)
    finally:
        part.unlink(missing_ok=True)
    return CheckedOut(
        str(peer["uid"]),
        number,
        str(file),
        code,
        counts,
        counts.get(table("cadre").label, 0),
        personal,
        tx.outcome.step,
    )


def _check(store: Store, ask: CheckoutAsk) -> None:
    store.require(Right.CHECKOUT)
    if identity(store).is_copy:
        raise Refused("这是带出的数据，不能再带出。", "请由办公室的台账带出。")
    faults = {}
    if not ask.name.strip():
        faults["name"] = "请填写设备或单位，例如：笔记本1。"
    if ask.kind not in dict(PEER_KIND):
        faults["kind"] = f"类别应是{'、'.join(label for _code, label in PEER_KIND)}之一。"
    if ask.kind == "UNIT" and not ask.units:
        faults["units"] = "带给二级单位的数据，请选择是哪个单位。"
    if ask.kind == "DESK" and (ask.units or ask.grids):
        faults["kind"] = "办公室电脑带全部数据，不选单位和网格。"
    if store.value("SELECT 1 FROM peer WHERE name = ? AND state = 'OUT'", (ask.name.strip(),)):
        faults["name"] = f"“{ask.name.strip()}”已带出一份，还没有收回。请先收回，或换一个名称。"
    if ask.due_on and ask.due_on < today().isoformat():
        faults["due_on"] = "应交回日期早于今天，请核对。"
    if faults:
        raise InvalidInput(faults)


def _target(out: Path, name: str, number: int) -> Path:
    if out.suffix and not out.is_dir():
        file = out
    else:
        file = out / disk.file_name(f"带出_{number:02d}_{name}", f"_{today():%Y%m%d}{CHECKOUT_SUFFIX}")
    disk.refuse_long(file)
    disk.make_folder(file.parent, _NOT_WRITTEN)
    return file


def _peer_row(ask: CheckoutAsk, number: int, key: bytes, left_out: list[str]) -> Row:
    return {
        "uid": new_uid(),
        "number": number,
        "name": ask.name.strip(),
        "kind": ask.kind,
        "holder": ask.holder.strip(),
        "holder_phone": ask.holder_phone.strip(),
        "units": json.dumps(list(ask.units)),
        "grids": json.dumps(list(ask.grids)),
        "left_out": json.dumps(left_out),
        "out_on": today().isoformat(),
        "due_on": ask.due_on,
        "note": ask.note.strip(),
        "key": key.hex(),
        "mark_seq": 0,
    }


def _packet_row(peer: Row, store: Store, part: Path, name: str, rows: int, personal: str) -> Row:
    return {
        "peer_uid": peer["uid"],
        "way": "CHECKOUT",
        "number": 0,
        "made_at": stamp(),
        "seq": peer["mark_seq"],
        "file_name": name,
        "size": part.stat().st_size,
        "rows": rows,
        "personal": personal,
        "operator": store.operator,
    }


# -- filling the new file --------------------------------------------------------------------------------------------


def _fill(new: Building, ask: CheckoutAsk, left_out: list[str], progress: Progress) -> dict[str, int]:
    """Copy each table, then the parents its rows need; rows of the copy by the tables' labels."""
    everything = not ask.units and not ask.grids
    _mark_part(new, ask)
    for name in TRAVELLING:
        new.write(f"DELETE FROM part.{name}")  # lists that a migration fills in
    wanted = [*TRAVELLING, *DERIVED]
    for at, name in enumerate(wanted):
        if name in DERIVED:
            where = "" if everything else "cadre_uid IN (SELECT uid FROM temp.part_cadre)"
            if everything:
                new.take(Taken(name))
            else:
                new.write(f"INSERT INTO part.{name} SELECT * FROM main.{name} WHERE {where}")
        else:
            without = frozenset(one.partition(".")[2] for one in left_out if one.startswith(f"{name}."))
            new.take(Taken(name, _where(new.reads, name, everything, left_out), without=without))
        progress(at + 1, len(wanted) + 1)
    if not everything:
        _take_parents(new, left_out)
    new.take(Taken("local", "key = ?", (DERIVED_RULE,)))  # the counts go along: so does by which rule
    new.write("INSERT INTO part.blob SELECT * FROM main.blob WHERE sha256 IN (SELECT sha256 FROM part.attachment)")
    progress(len(wanted) + 1, len(wanted) + 1)
    counted = {name: int(new.reads.value(f"SELECT count(*) FROM part.{name}")) for name in TRAVELLING}
    return {table(name).label: count for name, count in counted.items() if count}


def _mark_part(new: Building, ask: CheckoutAsk) -> None:
    for name, uids in (("unit", ask.units), ("grid", ask.grids)):
        new.write(f"DROP TABLE IF EXISTS temp.part_{name}")
        new.write(f"CREATE TEMP TABLE part_{name} AS SELECT value AS uid FROM json_each(?)", (json.dumps(list(uids)),))
    new.write("DROP TABLE IF EXISTS temp.part_cadre")
    params = (json.dumps(list(ask.units)), json.dumps(list(ask.grids)))
    new.write(f"CREATE TEMP TABLE part_cadre AS {PEOPLE_OF}", params)
    new.write("CREATE INDEX temp.part_cadre_uid ON part_cadre (uid)")


def _where(reads: Reads, name: str, everything: bool, left_out: list[str]) -> str:
    """Which rows of a table belong to the part; '' = all."""
    if name == "attachment":
        photos = "attachment" not in left_out
        people = "1" if everything else "owner_uid IN (SELECT uid FROM temp.part_cadre)"
        return f"owner_table = 'map_plan' OR ({int(photos)} AND {people})" if not (photos and everything) else ""
    spec = table(name)
    if everything or not spec.within:
        return ""
    ties = [_tie(reads, name, column) for column in spec.within]
    if name == "cadre":
        ties.append("uid IN (SELECT uid FROM temp.part_cadre)")
    free = " AND ".join(f"{column} IS NULL" for column in spec.within)
    return conditions([*ties, free])


def _tie(reads: Reads, name: str, column: str) -> str:
    target = references(reads)[name][column]
    if target in ("unit", "grid", "cadre"):
        return f"{column} IN (SELECT uid FROM temp.part_{target})"
    if target == "branch":
        return f"{column} IN (SELECT uid FROM main.branch WHERE unit_uid IN (SELECT uid FROM temp.part_unit))"
    return f"{column} IN (SELECT uid FROM part.{target})"  # squad, visit: copied before


def _take_parents(new: Building, left_out: list[str]) -> None:
    """Rows outside the part that rows inside it point to: a record without its parent would be no record."""
    while True:
        before = new.reads.value("SELECT " + " + ".join(f"(SELECT count(*) FROM part.{one})" for one in TRAVELLING))
        for name, columns in references(new.reads).items():
            for column, parent in columns.items():
                if table(parent).within:
                    without = frozenset(one.partition(".")[2] for one in left_out if one.startswith(f"{parent}."))
                    needed = f"uid IN (SELECT {column} FROM part.{name})"
                    new.take(Taken(parent, needed, without=without))
        if before == new.reads.value(
            "SELECT " + " + ".join(f"(SELECT count(*) FROM part.{one})" for one in TRAVELLING)
        ):
            return


def _found_copy(new: Building, peer: Row, people: list[str], ledger_uid: str) -> None:
    """The copy knows which ledger it belongs to, and the office as its one peer."""
    new.write("UPDATE part.identity SET ledger_uid = ?, peer_uid = ?, instance = ''", (ledger_uid, peer["uid"]))
    office = {
        **{key: peer[key] for key in ("number", "units", "grids", "left_out", "out_on", "due_on", "key")},
        "uid": _OFFICE,
        "kind": "OFFICE",
        "name": str(new.reads.value("SELECT value FROM main.setting WHERE uid = 'org_name'") or ""),
        "holder": peer["name"],
    }
    marks = ", ".join("?" * len(office))
    new.write(f"INSERT INTO part.peer ({', '.join(office)}) VALUES ({marks})", tuple(office.values()))
    if peer["units"] != "[]" or peer["grids"] != "[]":
        for fresh, uid in zip(new_uids(len(people)), people, strict=True):
            new.write("INSERT INTO part.peer_cadre (uid, peer_uid, cadre_uid) VALUES (?, ?, ?)", (fresh, _OFFICE, uid))


# -- opening it ------------------------------------------------------------------------------------------------------


def open_copy(file: Path, folder: Path, code: str, passphrase: str, operator: str = "") -> None:
    """Found the copy's ledger in an empty folder under a passphrase of its own; the opening code stays its recovery code."""
    envelope, length = unseal(file)
    files.refuse_network(folder)
    if files.is_ledger(folder):
        raise Refused(f"文件夹“{folder}”里已有台账，不能再放入带出的数据。", "请另选一个空文件夹。")
    try:
        key = keys.open_with_recovery(envelope, code)
    except Refused:
        raise Refused("开启码不对。", "开启码共 30 个字母和数字，请向办公室核对后逐组输入。") from None
    part = folder / (files.LEDGER + ".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        copy_database(file, length, key, part)
        files.write_envelope(folder, keys.change_passphrase(envelope, key, passphrase))
        disk.put_in_place(part, files.ledger_file(folder))
    except OSError as error:
        raise disk.fault(error, files.ledger_file(folder), "没有打开带出的数据：") from error
    finally:
        part.unlink(missing_ok=True)
    store = Store.open(folder, key=key, operator=operator, wiring=Wiring())  # writes the exchange's own tables only
    try:
        store.connection.execute("UPDATE identity SET instance = ?", (secrets.token_hex(8),))
        with store.transact("打开带出的数据", lasting=True) as tx:
            seq = int(tx.value("SELECT coalesce(max(seq), 0) + 1 FROM history"))
            tx.update("peer", _OFFICE, {"mark_seq": seq})
    finally:
        store.close()
