"""What must hold of people: they stand where their dated memberships say, and what hangs on them has its owner."""

from __future__ import annotations

from core.store import RECOMPUTE, By, Rule

_WHO = "c.name, iif(c.staff_no = '', '未填', c.staff_no)"

MUST_HOLD: tuple[Rule, ...] = (
    Rule(
        about=("cadre",),
        sql=f"SELECT c.uid, {_WHO} FROM cadre c WHERE NOT EXISTS (SELECT 1 FROM membership m WHERE m.cadre_uid = c.uid "
        "AND m.unit_uid = c.unit_uid AND m.branch_uid IS c.branch_uid AND (m.until_on = '' OR c.archived_on <> '')) "
        "AND {among}",
        says="{}（工号{}）的单位与所属记录不一致。",
        way_out=RECOMPUTE,
        by=(By("cadre", "c.uid"), By("membership", "c.uid", "cadre_uid")),
    ),
    Rule(
        about=("membership", "membership"),
        sql=f"SELECT m.uid, o.uid, {_WHO} FROM membership m JOIN membership o ON o.cadre_uid = m.cadre_uid "
        "AND o.uid > m.uid AND o.until_on = '' JOIN cadre c ON c.uid = m.cadre_uid WHERE m.until_on = '' AND {among}",
        says="{}（工号{}）同时属于两个单位或支部。",
        way_out=RECOMPUTE,
        by=(By("membership", "m.uid"), By("membership", "o.uid")),
    ),
    Rule(
        about=("cadre", "branch"),
        sql=f"SELECT c.uid, b.uid, {_WHO}, b.name FROM cadre c JOIN branch b ON b.uid = c.branch_uid "
        "WHERE b.unit_uid <> c.unit_uid AND {among}",
        says="{}（工号{}）所在的{}不属于他的单位。",
        way_out="请在名册里给他重新选择支部。",
        by=(By("cadre", "c.uid"), By("branch", "b.uid")),
    ),
    Rule(
        about=("volunteer", "grid"),
        sql="SELECT v.uid, g.uid, v.name, g.name FROM volunteer v JOIN grid g ON g.uid = v.grid_uid "
        "WHERE v.until_on = '' AND g.archived_on <> '' AND {among}",
        says="志愿者{}还在{}，那里已经不再使用。",
        way_out="请给他另选网格，或登记退出日期。",
        by=(By("volunteer", "v.uid"), By("grid", "g.uid")),
    ),
    Rule(
        about=("attachment",),
        sql="SELECT a.uid, a.name FROM attachment a WHERE a.owner_table = 'cadre' "
        "AND a.owner_uid NOT IN (SELECT uid FROM cadre) AND {among}",
        says="附件“{}”所属的人已不在台账里。",
        way_out="它不影响使用，撤销放入它的那一步即可清除。",
        by=(By("attachment", "a.uid"), By("cadre", "a.owner_uid")),
    ),
)
