"""Files kept with a record: the bytes by hash outside history, the row inside it."""

from __future__ import annotations

import hashlib

from core.base.clock import stamp
from core.base.errors import Refused
from core.store.store import Tx

MAX_BYTES = 20_000_000


def attach(tx: Tx, owner_table: str, owner_uid: str, data: bytes, *, name: str, media: str, role: str = "scan") -> str:
    """Keep a file with a record; returns the attachment's uid."""
    if not data or len(data) > MAX_BYTES:
        raise Refused(f"附件“{name}”{'是空文件' if not data else '超过20兆'}，没有保存。", "请换一个文件。")
    digest = hashlib.sha256(data).hexdigest()
    tx.keep_blob(digest, data)
    row = {
        "owner_table": owner_table,
        "owner_uid": owner_uid,
        "role": role,
        "name": name,
        "media": media,
        "sha256": digest,
        "size": len(data),
        "added_at": stamp(),
    }
    return tx.insert("attachment", row)


def remove_attachment(tx: Tx, uid: str) -> None:
    """Take an attachment off its record; the bytes stay, so that undo brings it back whole."""
    tx.delete("attachment", uid)
