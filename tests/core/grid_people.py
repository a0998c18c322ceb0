"""A small community for tests of grids: 第1-3网格, 东苑 (1-6栋, two to a grid) and 西苑 (1栋, in 第3网格), the people of log_people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl

from core.store import Store, Tx
from tests.core.log_people import ledger


def community() -> tuple[Store, dict[str, str]]:
    """The store, and uids by name: 张伟, 李娜, 王老, 第1网格 …, 东苑1栋 …, 西苑1栋."""
    store, uids = ledger()
    uids["第3网格"] = uids["网格"]
    with store.transact("网格") as tx:
        for number in (1, 2):
            row = {"community_uid": "linked", "name": f"第{number}网格", "position": number}
            uids[f"第{number}网格"] = tx.insert("grid", row)
        for position, name in enumerate(("东苑", "西苑"), start=1):
            row = {"community_uid": "linked", "name": name, "position": position, "other_names": ""}
            uids[name] = tx.insert("estate", row)
        for number in range(1, 7):
            uids[f"东苑{number}栋"] = _building(tx, uids["东苑"], number, uids[f"第{(number + 1) // 2}网格"])
        uids["西苑1栋"] = _building(tx, uids["西苑"], 1, uids["第3网格"])
    return store, uids


def workbook(path: Path, head: Sequence[object], rows: Sequence[Sequence[object]]) -> Path:
    """Rows under a head as a workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (head, *rows):
        sheet.append(row)
    book.save(path)
    book.close()
    return path


def _building(tx: Tx, estate_uid: str, number: int, grid_uid: str) -> str:
    row = {"estate_uid": estate_uid, "grid_uid": grid_uid, "name": f"{number}栋", "position": number, "households": 40}
    return tx.insert("building", row)
