"""Keys that can be made without asking anybody: UUID version 7 (RFC 9562), time-ordered."""

from __future__ import annotations

import os
import threading
import time

_lock = threading.Lock()
_last = 0


def new_uid() -> str:
    """A fresh UUIDv7 as 32 lower-case hex digits; later calls sort after earlier ones."""
    global _last
    with _lock:
        # 48 bits of milliseconds + 12 bits counted up within the process: order holds inside one millisecond too.
        stamp = max(time.time_ns() // 1_000_000 << 12, _last + 1)
        _last = stamp
    high = (stamp >> 12) << 16 | 0x7000 | (stamp & 0xFFF)
    low = int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    return f"{high:016x}{low:016x}"
