"""Keys that can be made without asking anybody: UUID version 7 (RFC 9562), time-ordered."""

from __future__ import annotations

import os
import struct
import threading
import time

_lock = threading.Lock()
_last = 0


def new_uid() -> str:
    """A fresh UUIDv7 as 32 lower-case hex digits; later calls sort after earlier ones."""
    return new_uids(1)[0]


def new_uids(count: int) -> list[str]:
    """Many fresh ones in order, at a third of the price."""
    global _last
    with _lock:
        # 48 bits of milliseconds + 12 bits counted up within the process: order holds inside one millisecond too.
        first = max(time.time_ns() // 1_000_000 << 12, _last + 1)
        _last = first + count - 1
    random = struct.unpack(f">{count}Q", os.urandom(8 * count))
    return [
        f"{stamp >> 12:012x}{0x7000 | stamp & 0xFFF:04x}{low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000:016x}"
        for stamp, low in enumerate(random, first)
    ]
