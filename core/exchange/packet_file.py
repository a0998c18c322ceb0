"""A packet as a file: one line that says whose it is, then the changes, compressed and encrypted with the copy's key.

The open line holds keys and numbers only, no personal data; it is authenticated with the rest, so that a packet cut or
changed at any byte is refused whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from core.base.disk import fault
from core.base.errors import MachineFault, Problem, Refused
from core.store import Row
from core.store.past import RowKey

_MAGIC = b"XCJSPKT1\n"
_MOST = 1 << 30  # bytes a packet may unfold to: what says more is damaged, or not ours
UP, DOWN = "UP", "DOWN"


@dataclass(frozen=True, slots=True)
class Header:
    """The open line of a packet."""

    ledger: str
    peer: str
    way: str  # UP: from a copy to the office; DOWN: the answer
    number: int  # counted per copy and way
    schema: int  # number of migrations of the program that made it


@dataclass(frozen=True, slots=True)
class Change:
    """One row of a packet: what the sender believes the receiver has, and what it has itself; None = no such row."""

    tbl: str
    uid: str
    base: Row | None
    theirs: Row | None
    by: str = ""
    at: str = ""
    device: str = ""

    @property
    def key(self) -> RowKey:
        return self.tbl, self.uid


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet read or to be written. `answers`: the receiver's own last packet the sender had merged."""

    header: Header
    instance: str
    made_at: str
    answers: int
    changes: tuple[Change, ...]
    aliases: tuple[tuple[str, str, str, str], ...] = ()  # (table, key that is gone, kept key, JSON image or '')
    blobs: dict[str, bytes] = field(default_factory=dict)  # SHA-256 -> bytes of attachments
    people: tuple[str, ...] = ()  # DOWN to a part: the people it holds now
    uid: str = ""  # SHA-256 of the content: the same packet is known again under any file name
    file: str = ""

    @property
    def name(self) -> str:
        return Path(self.file).name


def write_packet(packet: Packet, key: str, part: Path) -> Packet:
    """Write a packet to `part` (the caller renames it once it counts); returns it with its uid."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    body = json.dumps(_body(packet), ensure_ascii=False, separators=(",", ":")).encode()
    head = _MAGIC + json.dumps(asdict(packet.header), separators=(",", ":")).encode() + b"\n"
    nonce = secrets.token_bytes(12)
    box = AESGCM(_packet_key(key)).encrypt(nonce, zlib.compress(body, 6), head)
    try:
        with part.open("wb") as out:
            out.write(head + nonce + box)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        part.unlink(missing_ok=True)
        raise fault(error, part.with_suffix(""), "数据包没有写成：") from error
    return Packet(**{**_fields(packet), "uid": _uid(head, body), "file": str(part)})


def read_header(path: Path) -> tuple[Header, bytes]:
    """The open line of a packet, and all bytes of the file; Refused if the file is no packet."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MachineFault(f"读不出“{path.name}”（{error.strerror}）。", "请检查文件位置、U盘是否还在。") from error
    if not data.startswith(_MAGIC):
        raise Refused(
            f"“{path.name}”不是本程序的数据包。", "数据包的扩展名是 .xcpkt；带出的数据（.xcout）请用“打开带出的数据”。"
        )
    line = data[len(_MAGIC) :].split(b"\n", 1)[0]
    try:
        found = json.loads(line)
        header = Header(
            str(found["ledger"]), str(found["peer"]), str(found["way"]), int(found["number"]), int(found["schema"])
        )
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path) from error
    return header, data


def open_packet(path: Path, header: Header, data: bytes, key: str) -> Packet:
    """The content of a packet; Refused if it was cut or changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    start = data.index(b"\n", len(_MAGIC)) + 1
    head, nonce, box = data[:start], data[start : start + 12], data[start + 12 :]
    try:
        unfolding = zlib.decompressobj()
        body = unfolding.decompress(AESGCM(_packet_key(key)).decrypt(nonce, box, head), _MOST)
        return _packet(header, json.loads(body), _uid(head, body), str(path))
    except (InvalidTag, ValueError, KeyError, TypeError, zlib.error) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> Problem:
    return Refused(
        f"数据包“{path.name}”不完整或已损坏，没有合并，台账没有改动。", "请从原来的电脑重新生成或重新复制一份。"
    )


def _packet_key(key: str) -> bytes:
    """The key of a copy's packets, from the key of the copy: whoever holds the one holds the other."""
    return hashlib.blake2b(bytes.fromhex(key), digest_size=32, person=b"xcjs-packet").digest()


def _uid(head: bytes, body: bytes) -> str:
    return hashlib.sha256(head + body).hexdigest()


def _fields(packet: Packet) -> dict[str, Any]:
    return {name: getattr(packet, name) for name in Packet.__dataclass_fields__}


def _body(packet: Packet) -> dict[str, Any]:
    return {
        "instance": packet.instance,
        "made_at": packet.made_at,
        "answers": packet.answers,
        "rows": [_row(one) for one in packet.changes],
        "aliases": packet.aliases,
        "blobs": {name: data.hex() for name, data in packet.blobs.items()},
        "people": packet.people,
    }


def _row(one: Change) -> list[Any]:
    """A row's base whole, and of what it is now only what differs."""
    now = one.theirs
    if one.base is not None and now is not None:
        now = {key: value for key, value in now.items() if key not in one.base or one.base[key] != value}
    return [one.tbl, one.uid, one.base, now, one.by, one.at, one.device]


def _packet(header: Header, body: dict[str, Any], uid: str, file: str) -> Packet:
    return Packet(
        header,
        str(body["instance"]),
        str(body["made_at"]),
        int(body["answers"]),
        tuple(_change(*row) for row in body["rows"]),
        tuple((str(one[0]), str(one[1]), str(one[2]), str(one[3])) for one in body["aliases"]),
        {str(name): bytes.fromhex(data) for name, data in body["blobs"].items()},
        tuple(str(one) for one in body["people"]),
        uid,
        file,
    )


def _change(tbl: str, uid: str, base: Row | None, now: Row | None, by: str, at: str, device: str) -> Change:
    whole = {**base, **now} if base is not None and now is not None else now
    return Change(tbl, uid, base, whole, by, at, device)
