"""The child-process end of `Tasks.spawn`: one JSON order from standard input, one JSON line at a time back. No Qt here."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from core.base import clock
from core.base.errors import Problem
from core.ledger import open_ledger
from core.org.settings import year_in_force
from core.store import Store

LOG = logging.getLogger(__name__)
Job = Callable[[Store, Mapping[str, Any], Callable[..., None]], Any]
"""(store, order, progress(done, total, text="")) → a JSON value."""


def serve(jobs: Mapping[str, Job], source: TextIO | None = None, target: TextIO | None = None) -> int:
    """Do the job that is ordered; 0 done, 2 or 3 as the command line says."""
    reader, writer = source or sys.stdin, target or sys.stdout

    def send(message: Mapping[str, Any]) -> None:
        writer.write(json.dumps(message, ensure_ascii=True) + "\n")  # ASCII: no code page can break it
        writer.flush()

    def progress(done: int, total: int, text: str = "") -> None:
        send({"done": done, "total": total, "text": text})

    try:
        order = json.loads(reader.readline())
        key, read_only = bytes.fromhex(order["key"]), bool(order.get("read_only"))
        store = open_ledger(
            Path(order["folder"]), key=key, operator=order["operator"], login=order.get("login") or None,
            read_only=read_only,
        )  # fmt: skip
        clock.work_in(int(order.get("year") or 0) or year_in_force(store))
        try:
            with store.snapshot():
                result = jobs[order["job"]](store, order, progress)
            send({"result": result})
        finally:
            store.close()
    except Problem as error:
        send({"error": str(error)})
        return error.exit_code
    except Exception:
        LOG.exception("job failed")
        send({"error": "后台程序出了意外，这一批没有做完。已经完成的文件都在，请再做一次。"})
        return 3
    return 0
