"""Nouns that read: the scheme, and the points of a year, computed from the log and the ratings; nothing when off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from core.base.errors import Refused
from core.org.settings import setting
from core.service_log.quota import quota_report
from core.store import Reads, Row

_SERVED = """
SELECT t.cadre_uid, v.category, sum(t.times), sum(t.minutes) FROM visit_tally t JOIN visit v ON v.uid = t.visit_uid
WHERE t.year = ? AND t.state = 'CONFIRMED' AND t.track = 'OWN' GROUP BY t.cadre_uid, v.category
"""


def points_on(reads: Reads) -> bool:
    """Whether the school uses points at all."""
    return setting(reads, "points_on", "0") == "1"


def rule_rows(reads: Reads) -> list[Row]:
    """The rules in order."""
    return reads.rows("SELECT * FROM point_rule ORDER BY position, name")


def star_rows(reads: Reads) -> list[Row]:
    """The stars, the lowest first."""
    return reads.rows("SELECT * FROM star_level ORDER BY points, name")


def point_rows(reads: Reads, year: int, unit_uid: str = "") -> list[Row]:
    """Points and star of each person of a year, by unit and name: never a ranking. Refused while points are off.

    Rows carry uid, staff_no, name, unit, times, minutes (own time, confirmed), rating, points, star and detail (in words).
    """
    if not points_on(reads):
        raise Refused("积分没有启用。", "要使用积分和星级，请先在归档页面的“积分”里启用。")
    rules = [row for row in rule_rows(reads) if row["active"]]
    stars = star_rows(reads)
    served: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for cadre_uid, category, times, minutes in reads.tuples(_SERVED, (year,)):
        served[cadre_uid].append((category, times, minutes))
    sql = "SELECT cadre_uid, coalesce(nullif(overall_rating, ''), branch_rating) FROM evaluation WHERE year = ?"
    rated = dict(reads.tuples(sql, (year,)))
    people = quota_report(reads, year, unit_uid or None).rows  # by unit
    place = {uid: at for at, uid in enumerate(dict.fromkeys(row["unit_uid"] for row in people))}
    people.sort(key=lambda row: (place[row["unit_uid"]], row["name"], row["staff_no"], row["uid"]))
    found = []
    for row in people:
        rating = rated.get(row["uid"], "")
        parts = [(rule["name"], points_of(rule, served[row["uid"]], rating)) for rule in rules]
        total = round(sum(points for _name, points in parts), 2)
        found.append(
            {
                **{key: row[key] for key in ("uid", "staff_no", "name", "unit", "times", "minutes")},
                "rating": rating,
                "points": total,
                "star": next((one["name"] for one in reversed(stars) if total >= one["points"]), ""),
                "detail": "，".join(f"{name}{points:.10g}" for name, points in parts if points),
            }
        )
    return found


def points_of(rule: Row, served: Iterable[tuple[str, int, int]], rating: str) -> float:
    """What one rule gives for (category, times, minutes) of a year and the grade; at most `most`."""
    if rule["measure"] == "RATING":
        points = rule["points"] if rating and rating == rule["rating"] else 0.0
    else:
        counted = [(times, minutes) for category, times, minutes in served if rule["category"] in ("", category)]
        times, minutes = (sum(one[at] for one in counted) for at in (0, 1))
        points = rule["points"] * (times if rule["measure"] == "TIMES" else minutes / 60)
    return round(float(points if rule["most"] is None else min(points, rule["most"])), 2)
