"""Verbs that write: who belongs to which grid and building, dated. 方案 五(二)3

A person has one assignment at a time; each records its first and last day. Service records keep the grid of their day,
so those of the days concerned follow in the same step.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from core.base.clock import today
from core.base.dates import day_before, format_date
from core.base.errors import InvalidInput, Refused, Stale
from core.base.told import told_day
from core.grid_assignment.model import ASSIGNMENT, Assigned, Spot
from core.service_log.grid_links import restamp_grids
from core.service_log.lookup import people, who
from core.store import Reads, Row, Tx

_LONGEST = 20
_FIRST, _LAST = ASSIGNMENT.field("from_on"), ASSIGNMENT.field("until_on")


def assign(
    tx: Tx,
    cadre_uids: Sequence[str],
    grid_uid: str,
    *,
    building_uid: str | None = None,
    entrance: str = "",
    from_on: str = "",
    method: str = "HAND",
) -> Assigned:
    """编入网格 from a day on (default today): the old assignment ends the day before, one of the same day is replaced.

    With a building alone (`grid_uid` '') its grid is meant; both must agree.
    """
    wanted = list(dict.fromkeys(cadre_uids))
    if not wanted:
        raise InvalidInput({"cadre_uid": "请选择要编入的人。"})
    return assign_each(tx, [Spot(uid, grid_uid, building_uid, entrance) for uid in wanted], from_on, method)


def assign_each(tx: Tx, spots: Sequence[Spot], from_on: str = "", method: str = "HAND") -> Assigned:
    """`assign` of many people to a place each, in a handful of queries."""
    day = told_day(_FIRST, from_on) or today().isoformat()
    settled = _settled(tx, spots)
    found, old = people(tx, settled), _periods(tx, settled)
    names = dict(tx.tuples("SELECT uid, name FROM grid"))
    plan = _Plan(day)
    gone = 0
    for uid, spot in settled.items():
        person = found[uid]
        if person["archived_on"]:
            gone += 1
            why = person["archive_reason"] or "归档"
            plan.left.append(f"{who(person)}已于{format_date(person['archived_on'])}{why}，没有编入网格。")
        elif not plan.take(spot, who(person), old.get(uid, []), method):
            plan.left.append(f"{who(person)}已在{names[spot.grid_uid]}，没有改动。")
    if gone and gone == len(settled):
        raise Refused(plan.left[0], "已归档的人不再编入网格；如是误归档，请先在名册里恢复。")
    plan.write(tx)
    restamp_grids(tx, settled)
    return Assigned(plan.count, tuple(plan.left), (*plan.told, *_ties_elsewhere(tx, found, plan.moved)))


def unassign(tx: Tx, cadre_uids: Sequence[str], on: str = "") -> Assigned:
    """移出网格; `on` is the last day in it (default yesterday). What would end before it began is taken away."""
    wanted = list(dict.fromkeys(cadre_uids))
    last = told_day(_LAST, on) or day_before(today().isoformat())
    found, old = people(tx, wanted), _periods(tx, wanted)
    open_rows = [row for uid in wanted for row in old.get(uid, []) if not row["until_on"]]
    placed = {row["cadre_uid"] for row in open_rows}
    left = [f"{who(found[uid])}现在没有编入网格，没有改动。" for uid in wanted if uid not in placed]
    _end(tx, open_rows, last)
    restamp_grids(tx, wanted)
    return Assigned(len(open_rows), tuple(left))


def leave_grid(tx: Tx, cadre_uid: str, last: str) -> None:
    """The person has left: the stay in a grid ends on `last` (ISO), also one that is still ahead. 方案 五(二)3"""
    rows = [
        row for row in _periods(tx, [cadre_uid]).get(cadre_uid, []) if not row["until_on"] or row["until_on"] > last
    ]
    if rows:
        _end(tx, rows, last)
        restamp_grids(tx, [cadre_uid])


def _end(tx: Tx, rows: Sequence[Row], last: str) -> None:
    """End stays on a day; what would end before it began is taken away."""
    tx.update_many("grid_assignment", [(row["uid"], {"until_on": last}) for row in rows if row["from_on"] <= last])
    for row in rows:
        if row["from_on"] > last:
            tx.delete("grid_assignment", row["uid"])


def change_assignment(tx: Tx, uid: str, values: Mapping[str, Any]) -> None:
    """Put right what one assignment says: `from_on`, `until_on` (the last day) and `note`; another place is `assign`."""
    row = tx.one("SELECT * FROM grid_assignment WHERE uid = ?", (uid,))
    if row is None:
        raise Stale("这条编入记录已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    changes: dict[str, Any] = {}
    if "from_on" in values:
        changes["from_on"] = told_day(_FIRST, str(values["from_on"] or "")) or row["from_on"]
    if "until_on" in values:
        changes["until_on"] = told_day(_LAST, str(values["until_on"] or ""))
    if "note" in values:
        changes["note"] = str(values["note"] or "").strip()
    changes = {key: value for key, value in changes.items() if value != row[key]}
    if changes.keys() & {"from_on", "until_on"}:
        now = {**row, **changes}
        if now["until_on"] and now["until_on"] < now["from_on"]:
            raise InvalidInput({"until_on": f"{_LAST.label}早于{_FIRST.label}，请核对。"})
        for other in _periods(tx, [row["cadre_uid"]])[row["cadre_uid"]]:
            if other["uid"] != uid and _meet(now, other):
                span = f"{format_date(other['from_on'])}至{format_date(other['until_on']) or '现在'}"
                key = "from_on" if "from_on" in changes else "until_on"
                raise InvalidInput({key: f"他{span}编在{other['grid']}，两段时间不能重叠，请核对日期。"})
    if changes:
        tx.update("grid_assignment", uid, changes)
        restamp_grids(tx, [row["cadre_uid"]])


def remove_assignment(tx: Tx, uid: str) -> None:
    """Take away an assignment entered by mistake, as if it had never been; the one before stays ended."""
    cadre_uid = tx.value("SELECT cadre_uid FROM grid_assignment WHERE uid = ?", (uid,))
    tx.delete("grid_assignment", uid)
    restamp_grids(tx, [cadre_uid])


class _Plan:
    """What an assignment writes: ends, replacements, places filled in, new rows."""

    def __init__(self, day: str) -> None:
        self.day = day
        self.left: list[str] = []
        self.told: list[str] = []
        self.moved: list[str] = []  # people whose grid changes
        self.count = 0
        self._ends: list[tuple[str, dict[str, Any]]] = []
        self._drops: list[str] = []
        self._fills: list[tuple[str, dict[str, Any]]] = []
        self._fresh: list[dict[str, Any]] = []

    def take(self, spot: Spot, name: str, old: Sequence[Row], method: str) -> bool:
        """Plan one person; False if he is there already."""
        still = [row for row in old if not row["until_on"]]
        current = still[0] if len(still) == 1 else None  # two at once (after a merge): this act settles it
        place = {"building_uid": spot.building_uid, "entrance": spot.entrance}
        if current is not None and current["grid_uid"] == spot.grid_uid:
            if spot.building_uid is None:  # a grid alone says nothing against the building known
                place = {"building_uid": current["building_uid"], "entrance": spot.entrance or current["entrance"]}
            elif spot.building_uid == current["building_uid"] and not spot.entrance:
                place["entrance"] = current["entrance"]
            if current["from_on"] <= self.day:
                if all(current[key] == value for key, value in place.items()):
                    return False
                if all(current[key] in (None, "", value) for key, value in place.items()):
                    # filled in for the first time: where the person has been all along
                    self._fills.append((current["uid"], place))
                    self.count += 1
                    return True
        for row, after in pairwise((*old, None)):
            assert row is not None
            if row["from_on"] >= self.day:
                self._drops.append(row["uid"])
                if row["from_on"] > self.day:
                    was = f"{format_date(row['from_on'])}起编入{row['grid']}"
                    self.told.append(f"{name}原来从{was}，现在改为从{format_date(self.day)}起按这次的算。")
            else:
                self._end(row, after, name)
        if current is None or current["grid_uid"] != spot.grid_uid:
            self.moved.append(spot.cadre_uid)
        row = {"cadre_uid": spot.cadre_uid, "grid_uid": spot.grid_uid, **place, "from_on": self.day, "method": method}
        self._fresh.append(row)
        self.count += 1
        return True

    def _end(self, row: Row, after: Row | None, name: str) -> None:
        """Before the new one begins, and before the one that came after it: a merge may have left two at once."""
        open_still = not row["until_on"] or row["until_on"] >= self.day
        last = day_before(self.day) if open_still else row["until_on"]
        if after is not None and after["from_on"] <= last:
            last = day_before(after["from_on"])
        if last < row["from_on"]:
            self._drops.append(row["uid"])
            self.told.append(f"{name}同一天编入了{row['grid']}和{(after or row)['grid']}，前一条已去掉。")
        elif last != row["until_on"]:
            self._ends.append((row["uid"], {"until_on": last}))

    def write(self, tx: Tx) -> None:
        """Into the open transaction."""
        tx.update_many("grid_assignment", self._ends)
        for uid in self._drops:
            tx.delete("grid_assignment", uid)
        tx.update_many("grid_assignment", self._fills)
        tx.insert_many("grid_assignment", self._fresh)


def _settled(reads: Reads, spots: Sequence[Spot]) -> dict[str, Spot]:
    """The spots by person (the last one holds), each with its grid; InvalidInput where building and grid disagree."""
    grids = dict(reads.tuples("SELECT uid, name FROM grid WHERE archived_on = ''"))
    buildings = {
        row["uid"]: row
        for row in reads.rows(
            "SELECT b.uid, b.grid_uid, e.name || b.name AS label FROM json_each(?) j CROSS JOIN building b "
            "ON b.uid = j.value JOIN estate e ON e.uid = b.estate_uid",
            (json.dumps(list({one.building_uid for one in spots if one.building_uid})),),
        )
    }
    settled = {}
    for one in spots:
        grid_uid, building_uid = one.grid_uid, one.building_uid or None
        if building_uid:
            if building_uid not in buildings:
                raise Stale("选的楼栋已不存在，可能刚被撤销或删除。", "请刷新后再试。")
            grid_uid = _grid_of_building(buildings[building_uid], grid_uid, grids)
        if not grid_uid:
            raise InvalidInput({"grid": "请选择网格或楼栋。"})
        if grid_uid not in grids:
            raise Stale("选的网格已不存在，可能刚被撤并或删除。", "请刷新后再试。")
        if len(one.entrance) > _LONGEST:
            raise InvalidInput({"entrance": f"单元超过{_LONGEST}个字，请缩短。"})
        settled[one.cadre_uid] = Spot(one.cadre_uid, grid_uid, building_uid, one.entrance.strip())
    return settled


def _grid_of_building(building: Row, grid_uid: str, grids: Mapping[str, str]) -> str:
    label, own = building["label"], building["grid_uid"]
    if not own:
        text = f"{label}还没有划入网格，请先在楼栋里填写它属于哪个网格。"
        raise InvalidInput({"building": text})
    if grid_uid and grid_uid != own:
        wanted = grids.get(grid_uid, "所选的网格")
        raise InvalidInput({"building": f"{label}属于{grids.get(own, '别的网格')}，不属于{wanted}，请改选楼栋或网格。"})
    return str(own)


def _meet(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two stays share a day."""
    return (not other["until_on"] or one["from_on"] <= other["until_on"]) and (
        not one["until_on"] or other["from_on"] <= one["until_on"]
    )


def _periods(reads: Reads, cadre_uids: Iterable[str]) -> dict[str, list[Row]]:
    sql = (
        "SELECT a.*, g.name AS grid FROM json_each(?) j CROSS JOIN grid_assignment a ON a.cadre_uid = j.value "
        "JOIN grid g ON g.uid = a.grid_uid ORDER BY a.from_on, a.uid"
    )
    found: dict[str, list[Row]] = defaultdict(list)
    for row in reads.rows(sql, (json.dumps(list(cadre_uids)),)):
        found[row["cadre_uid"]].append(row)
    return found


def _ties_elsewhere(reads: Reads, found: Mapping[str, Row], moved: Sequence[str]) -> list[str]:
    """Squads and buildings that people who moved keep in other grids than their own."""
    sql = (
        "SELECT m.cadre_uid, g.name || '的“' || s.name || '”', 0 FROM json_each(?1) j "
        "CROSS JOIN squad_member m ON m.cadre_uid = j.value JOIN squad s ON s.uid = m.squad_uid "
        "JOIN grid g ON g.uid = s.grid_uid JOIN grid_assignment a ON a.cadre_uid = m.cadre_uid AND a.until_on = '' "
        "WHERE m.until_on = '' AND s.ended_on = '' AND s.grid_uid <> a.grid_uid "
        "UNION ALL SELECT l.cadre_uid, e.name || b.name, 1 FROM json_each(?1) j "
        "CROSS JOIN building_lead l ON l.cadre_uid = j.value JOIN building b ON b.uid = l.building_uid "
        "JOIN estate e ON e.uid = b.estate_uid JOIN grid_assignment a ON a.cadre_uid = l.cadre_uid AND a.until_on = '' "
        "WHERE (l.until_on = '' OR l.until_on >= ?2) AND b.grid_uid IS NOT a.grid_uid"
    )
    warnings = []
    for uid, text, leads in reads.tuples(sql, (json.dumps(list(moved)), today().isoformat())):
        role = f"是{text}的楼栋长" if leads else f"在{text}里"
        warnings.append(f"{who(found[uid])}还{role}，那里不属于他现在的网格，请看是否调整。")
    return warnings
