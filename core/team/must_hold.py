"""What must hold of 112小分队. 方案 五(二)3"""

from __future__ import annotations

from core.store import By, Rule

_NAME = (
    "coalesce((SELECT name FROM grid_worker WHERE uid = m.worker_uid), (SELECT name FROM cadre WHERE uid = m.cadre_uid), "
    "(SELECT name FROM volunteer WHERE uid = m.volunteer_uid))"
)

MUST_HOLD: tuple[Rule, ...] = (
    Rule(
        about=("squad_member", "squad_member"),
        sql=f"SELECT m.uid, o.uid, s.name, {_NAME} FROM squad_member m JOIN squad_member o ON o.squad_uid = m.squad_uid "
        "AND o.uid > m.uid AND o.until_on = '' AND o.worker_uid IS m.worker_uid AND o.cadre_uid IS m.cadre_uid "
        "AND o.volunteer_uid IS m.volunteer_uid JOIN squad s ON s.uid = m.squad_uid WHERE m.until_on = '' AND {among}",
        says="小分队“{}”里{}登记了两次。",
        way_out="请移出一次。",
        by=(By("squad_member", "m.uid"), By("squad_member", "o.uid")),
    ),
    Rule(
        about=("squad_member",),
        sql=f"SELECT m.uid, s.name, {_NAME}, m.from_on, m.until_on FROM squad_member m JOIN squad s ON s.uid = m.squad_uid "
        "WHERE m.until_on <> '' AND m.until_on < m.from_on AND {among}",
        says="小分队“{}”里{}的日期颠倒：从{}至{}。",
        way_out="请改正这名成员的日期。",
        by=(By("squad_member", "m.uid"),),
    ),
    Rule(
        about=("squad", "grid"),
        sql="SELECT s.uid, g.uid, s.name, g.name FROM squad s JOIN grid g ON g.uid = s.grid_uid "
        "WHERE s.ended_on = '' AND g.archived_on <> '' AND {among}",
        says="小分队“{}”还在{}，那里已经不再使用。",
        way_out="请给它另选网格，或撤销这个小分队。",
        by=(By("squad", "s.uid"), By("grid", "g.uid")),
    ),
)
