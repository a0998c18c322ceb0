"""What must hold of places: nobody and nothing stands in a grid that is closed."""

from __future__ import annotations

from core.store import By, Rule

MUST_HOLD: tuple[Rule, ...] = (
    Rule(
        about=("building", "grid"),
        sql="SELECT b.uid, g.uid, e.name || b.name, g.name FROM building b JOIN estate e ON e.uid = b.estate_uid "
        "JOIN grid g ON g.uid = b.grid_uid WHERE g.archived_on <> '' AND {among}",
        says="{}还划在{}，那里已经不再使用。",
        way_out="请给这栋楼另选网格。",
        by=(By("building", "b.uid"), By("grid", "g.uid")),
    ),
    Rule(
        about=("grid_worker", "grid"),
        sql="SELECT w.uid, g.uid, w.name, g.name FROM grid_worker w JOIN grid g ON g.uid = w.grid_uid "
        "WHERE w.until_on = '' AND g.archived_on <> '' AND {among}",
        says="网格员{}还在{}，那里已经不再使用。",
        way_out="请给他另选网格，或登记离岗日期。",
        by=(By("grid_worker", "w.uid"), By("grid", "g.uid")),
    ),
    Rule(
        about=("attachment",),
        sql="SELECT a.uid, a.name FROM attachment a WHERE a.owner_table = 'map_plan' "
        "AND a.owner_uid NOT IN (SELECT uid FROM map_plan) AND {among}",
        says="附件“{}”所属的平面图已不在台账里。",
        way_out="它不影响使用，撤销放入它的那一步即可清除。",
        by=(By("attachment", "a.uid"), By("map_plan", "a.owner_uid")),
    ),
)
