"""The figures of a year, computed now: school, units, branches, grids and each cadre. What 结账 freezes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping

from core.archive.model import SCOPE, Frozen
from core.evaluation.closed import Figures
from core.org.settings import all_settings
from core.service_log.quota import quota_report
from core.store import Reads, Row

_SUMS = (
    "times", "minutes", "duty_times", "duty_minutes", "waiting_times", "waiting_minutes", "duty_waiting_times",
    "duty_waiting_minutes",
)  # fmt: skip
_RATED = ("community_rating", "branch_rating", "overall_rating")
_EARNED = """
SELECT {key}, sum(times), sum(minutes) FROM visit_tally
WHERE year = ? AND state = 'CONFIRMED' AND track = 'OWN' AND {key} > '' GROUP BY {key}
"""


def figures_of(reads: Reads, year: int) -> list[Frozen]:
    """Everything that is frozen of a year, as it is now. 方案 三(六) 三(七) 五(三)3"""
    report = quota_report(reads, year)
    rated = _ratings(reads, year)
    names = dict(reads.tuples("SELECT uid, name FROM branch"))
    found = [_school(reads, report.rows, report.minimum.text)]
    earned = _earned(reads, year, "unit_uid")
    units = _grouped(report.rows, "unit_uid", "unit")
    there = {uid for uid, _name, _rows in units}
    for uid, name in reads.tuples("SELECT uid, name FROM unit ORDER BY position, name, uid"):
        if uid in earned and uid not in there:  # all have left it since: what was earned in it stays with it
            units.append((uid, name, []))
    for uid, name, rows in units:
        found.append(Frozen("UNIT", uid, name, {**_summed(rows), **_pair("earned", earned.get(uid))}))
    for uid, _unit, rows in _grouped(report.rows, "branch_uid", "unit"):
        unit = rows[0]["unit"]
        found.append(Frozen("BRANCH", uid, f"{unit}{names.get(uid, '')}", {"unit": unit, **_summed(rows)}))
    served = _earned(reads, year, "grid_uid")
    for uid, name in reads.tuples("SELECT uid, name FROM grid ORDER BY position, name, uid"):
        found.append(Frozen("GRID", uid, name, _pair("served", served.get(uid))))
    for row in report.rows:
        ratings = rated.get(row["uid"], {})
        branch = names.get(row["branch_uid"] or "", "")
        own = {"staff_no": row["staff_no"], "unit": row["unit"], "branch": branch, "verdict": row["verdict"]}
        sums = {key: row[key] for key in _SUMS}
        graded = {key: ratings.get(key, "") for key in _RATED}
        found.append(Frozen("CADRE", row["uid"], row["name"], {**own, **sums, **graded}))
    return found


def _school(reads: Reads, rows: Iterable[Row], minimum: str) -> Frozen:
    name = all_settings(reads).get("org_name", "") or "全校"
    return Frozen("SCHOOL", "", name, {**_summed(rows), "scope": SCOPE, "minimum": minimum})


def _summed(rows: Iterable[Row]) -> Figures:
    made: Figures = dict.fromkeys(("people", "met", "below", "exempt", "left_people", "left_met", *_SUMS), 0)
    for row in rows:
        if row["progress"] == "LEFT":
            made["left_people"] += 1
            made["left_met"] += row["meets"]
        elif row["exempt"]:
            made["exempt"] += row["progress"] == "EXEMPT"
        else:
            made["people"] += 1
            made["met" if row["meets"] else "below"] += 1
        for key in _SUMS:
            made[key] += row[key]
    return made


def _grouped(rows: Iterable[Row], key: str, name: str) -> list[tuple[str, str, list[Row]]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row[key]:
            found[row[key]].append(row)
    return [(uid, mine[0][name], mine) for uid, mine in found.items()]


def _earned(reads: Reads, year: int, key: str) -> dict[str, tuple[int, int]]:
    return {uid: (times, minutes) for uid, times, minutes in reads.tuples(_EARNED.format(key=key), (year,))}


def _pair(name: str, found: tuple[int, int] | None) -> Figures:
    times, minutes = found or (0, 0)
    return {f"{name}_times": times, f"{name}_minutes": minutes}


def _ratings(reads: Reads, year: int) -> dict[str, Row]:
    sql = "SELECT cadre_uid, community_rating, branch_rating, overall_rating FROM evaluation WHERE year = ?"
    return {row["cadre_uid"]: row for row in reads.rows(sql, (year,))}


def as_json(figures: Mapping[str, object]) -> str:
    """Figures as they are kept."""
    return json.dumps(figures, ensure_ascii=False)
