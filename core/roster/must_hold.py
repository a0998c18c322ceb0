"""What must hold of people: they stand where their dated memberships say, and what hangs on them has its owner."""

from __future__ import annotations

from core.store import RECOMPUTE, By, Rule

_WHO = "c.name, iif(c.staff_no = '', '未填', c.staff_no)"
_LAST = "m.from_on = (SELECT max(o.from_on) FROM membership o WHERE o.cadre_uid = m.cadre_uid)"
_OF_PERSON = (By("cadre", "c.uid"), By("membership", "c.uid", "cadre_uid"))

MUST_HOLD: tuple[Rule, ...] = (
    Rule(
        about=("cadre",),
        sql=f"SELECT c.uid, {_WHO} FROM cadre c WHERE NOT EXISTS (SELECT 1 FROM membership m WHERE m.cadre_uid = c.uid "
        f"AND {_LAST} AND m.unit_uid = c.unit_uid AND m.branch_uid IS c.branch_uid AND m.status = c.status "
        "AND m.party_status = c.party_status) AND {among}",
        says="{}（工号{}）的单位、支部、在职状态或政治面貌与所属记录不一致。",
        way_out=RECOMPUTE,
        by=_OF_PERSON,
    ),
    Rule(
        about=("cadre",),
        sql=f"SELECT c.uid, {_WHO} FROM cadre c JOIN membership m ON m.cadre_uid = c.uid AND {_LAST} "
        "WHERE c.archived_on <> '' AND m.until_on <> date(c.archived_on, '-1 day') AND {among}",
        says="{}（工号{}）的归档日期与所属记录的最后一天不一致。",
        way_out=RECOMPUTE,
        by=_OF_PERSON,
    ),
    Rule(
        about=("cadre",),
        sql=f"SELECT c.uid, {_WHO} FROM cadre c JOIN membership m ON m.cadre_uid = c.uid AND {_LAST} "
        "WHERE c.archived_on = '' AND m.until_on <> '' AND {among}",
        says="{}（工号{}）没有归档，所属记录却已结束。",
        way_out=RECOMPUTE,
        by=_OF_PERSON,
    ),
    Rule(
        about=("membership", "membership"),
        sql=f"SELECT m.uid, o.uid, {_WHO} FROM membership m JOIN membership o ON o.cadre_uid = m.cadre_uid "
        "AND o.uid <> m.uid AND (o.from_on, o.uid) > (m.from_on, m.uid) AND (m.until_on = '' OR m.until_on >= o.from_on) "
        "JOIN cadre c ON c.uid = m.cadre_uid WHERE {among}",
        says="{}（工号{}）有两条所属记录的日期重叠。",
        way_out=RECOMPUTE,
        by=(By("membership", "m.uid"), By("membership", "o.uid")),
    ),
    Rule(
        about=("membership",),
        sql=f"SELECT m.uid, {_WHO} FROM membership m JOIN cadre c ON c.uid = m.cadre_uid "
        "WHERE m.until_on <> '' AND m.until_on < m.from_on AND {among}",
        says="{}（工号{}）的所属记录结束早于开始。",
        way_out="请在名册里更正到岗日期。",
        by=(By("membership", "m.uid"),),
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
