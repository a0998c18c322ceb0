"""Grids from a GeoJSON file: explained grid by grid, and what is sound can go in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.base.errors import Refused, Stale
from core.place import ops
from core.place.grid_faults import meant
from core.place.grid_file import GridIn, read_grids
from core.place.ground import import_ground, set_control_points
from core.place.model import GRID
from core.place.outlines import Point, ring_of
from core.place.queries import grid_in, grids, workers
from core.place.rings import polygon
from core.sheet.importing import Outcome, Written, last_seq
from core.store import Reads, Row, Store, Tx, backup

__all__ = ["GridItem", "GridsPrepared", "commit_grids", "import_ground", "prepare_grids", "set_control_points"]

_ROUNDING = 0.05  # of a picture unit: seven decimals of a degree are no change


@dataclass(slots=True)
class GridItem:
    """One grid of the file and what becomes of it."""

    grid: GridIn
    outcome: Outcome
    uid: str = ""
    sentence: str = ""  # what is wrong, or what changes
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.grid.name or f"第{self.grid.number}个图形"


@dataclass(slots=True)
class GridsPrepared:
    """A file that is checked and not yet written."""

    path: Path
    items: list[GridItem]
    remarks: list[str]
    seq: int

    def counts(self) -> dict[Outcome, int]:
        """Grids by outcome, every outcome named."""
        return {one: sum(item.outcome is one for item in self.items) for one in Outcome}

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Everything wrong, as the command line prints it."""
        return [
            {
                "file": self.path.name,
                "sheet": "",
                "row": item.grid.number,
                "column": "",
                "value": item.name,
                "message": item.sentence,
            }
            for item in self.items
            if item.outcome is Outcome.WRONG
        ]


def prepare_grids(store: Store, path: Path | str) -> GridsPrepared:
    """Read and check a GeoJSON file; nothing is written. InvalidInput if it is no such file at all."""
    read = read_grids(store, Path(path))
    known, people = grids(store), workers(store)
    items = [_item(store, one, known, people) for one in read.grids]
    taken: dict[str, GridItem] = {}
    for item in items:
        if item.uid and item.outcome is not Outcome.WRONG and taken.setdefault(item.uid, item) is not item:
            first = taken[item.uid]
            item.outcome = Outcome.WRONG
            item.sentence = f"与第{first.grid.number}个图形“{first.grid.name}”是同一个网格，请只留一个。"
    return GridsPrepared(Path(path), items, read.remarks, last_seq(store))


def commit_grids(
    store: Store, prepared: GridsPrepared, *, skip_bad: bool = False, after: Sequence[Callable[[Tx], object]] = ()
) -> Written:
    """Write what is sound as one step; with errors and no `skip_bad` Refused. `after` joins the same step."""
    counts = prepared.counts()
    if counts[Outcome.WRONG] and not skip_bad:
        raise Refused(f"有{counts[Outcome.WRONG]}个网格有误，什么都没有写入。", "请改正文件，或选择只导入其余合格的。")
    sound = [one for one in prepared.items if one.outcome in (Outcome.NEW, Outcome.UPDATED)]
    if not sound and counts[Outcome.WRONG]:
        raise Refused("文件里没有合格的网格，什么都没有写入。", "请按逐个的说明改正文件。")
    if sound:
        backup.before(store, "导入前")
    label = f"导入网格：{prepared.path.name}"
    with store.transact(label) as tx:
        if last_seq(tx) != prepared.seq:
            raise Stale("检查之后台账又有改动，没有写入。", "请重新检查后再导入。")
        for item in sound:
            _save(tx, item)
        for one in after:
            one(tx)
    return Written(tx.outcome.step, label, counts, tx.outcome.tables)


def _item(reads: Reads, one: GridIn, known: list[Row], people: list[Row]) -> GridItem:
    there, _ = meant(one, known)
    uid = there["uid"] if there else ""
    values: dict[str, Any] = {
        key: value
        for key, value in one.values.items()
        if value not in (None, "") and (there is None or value != there[key])
    }
    if there is None or grid_in([there], one.name) is None:
        values["name"] = one.name
    named = [row["name"] for row in people if uid and row["grid_uid"] == uid]
    problem = one.problem or _fault(reads, one, uid, values, named)
    if problem:
        return GridItem(one, Outcome.WRONG, uid, problem)
    if there is None:
        return GridItem(one, Outcome.NEW, "", "新增。", values)
    changes = [f"由{there['name']}改名为{values['name']}"] if "name" in values else []
    changes += [
        f"{GRID.field(key).label}由{there[key] or '空'}改为{values[key]}"
        for key in ("code", "households")
        if key in values
    ]
    if one.worker and one.worker not in named:
        changes.append(f"网格员由{'、'.join(named) or '空'}改为{one.worker}" if named else f"网格员{one.worker}")
    if not _same_shape(ring_of(there["outline"]), one.ring):
        changes.append("轮廓改变" if there["outline"] else "画上轮廓")
    outcome = Outcome.UPDATED if changes else Outcome.UNCHANGED
    return GridItem(one, outcome, there["uid"], "；".join(changes) + "。" if changes else "与台账一致。", values)


def _fault(reads: Reads, one: GridIn, uid: str, values: Mapping[str, Any], named: Sequence[str]) -> str:
    """What the ledger itself would refuse of what is new."""
    faults = ops.grid_faults(reads, uid, values) if values else {}
    if not faults and one.worker and one.worker not in named:
        faults = ops.worker_faults(reads, "", {"name": one.worker, "phone": one.worker_phone})
    return next(iter(faults.values()), "")


def _save(tx: Tx, item: GridItem) -> None:
    item.uid = ops.save_grid(tx, item.uid or None, item.values)
    old = ring_of(tx.value("SELECT outline FROM grid WHERE uid = ?", (item.uid,)))
    if not _same_shape(old, item.grid.ring):
        ops.set_outlines(tx, {item.uid: item.grid.ring})
    if not item.grid.worker:
        return
    there = workers(tx, item.uid)
    if any(row["name"] == item.grid.worker for row in there):
        return
    name = tx.value("SELECT name FROM grid WHERE uid = ?", (item.uid,))
    for row in there:
        ops.end_worker(tx, row["uid"])
    ops.save_worker(tx, None, {"name": item.grid.worker, "phone": item.grid.worker_phone, "grid": name})


def _same_shape(old: Sequence[Point], new: Sequence[Point]) -> bool:
    """Whether two outlines cover the same ground; corners on straight sides and rounding do not count."""
    if not old:
        return False
    return bool(polygon(old).exterior.hausdorff_distance(polygon(new).exterior) <= _ROUNDING)
