"""What must hold of 编入网格 and 楼栋长. 方案 五(二)3"""

from __future__ import annotations

from core.store import By, Rule

_WHO = "c.name, iif(c.staff_no = '', '未填', c.staff_no)"
_MEET = (
    "(o.until_on = '' OR o.until_on >= a.from_on) AND (a.until_on = '' OR a.until_on >= o.from_on) AND a.uid < o.uid"
)

ONE_GRID = Rule(
    about=("grid_assignment", "grid_assignment"),
    sql=f"SELECT a.uid, o.uid, {_WHO}, g.name, h.name FROM grid_assignment a JOIN grid_assignment o "
    f"ON o.cadre_uid = a.cadre_uid AND {_MEET} JOIN cadre c ON c.uid = a.cadre_uid "
    "JOIN grid g ON g.uid = a.grid_uid JOIN grid h ON h.uid = o.grid_uid WHERE {among}",
    says="{}（工号{}）同时编入了两个网格：{}和{}。",
    way_out="请把他重新编入一次，或改正其中一条的日期。",
    by=(By("grid_assignment", "a.uid"), By("grid_assignment", "o.uid")),
)
ONE_LEAD = Rule(
    about=("building_lead", "building_lead"),
    sql="SELECT a.uid, o.uid, e.name || b.name, c.name, d.name FROM building_lead a JOIN building_lead o "
    f"ON o.building_uid = a.building_uid AND {_MEET} JOIN building b ON b.uid = a.building_uid "
    "JOIN estate e ON e.uid = b.estate_uid JOIN cadre c ON c.uid = a.cadre_uid JOIN cadre d ON d.uid = o.cadre_uid "
    "WHERE {among}",
    says="{}的楼栋长{}与{}任期重叠。",
    way_out="请结束其中一任，或删除它。",
    by=(By("building_lead", "a.uid"), By("building_lead", "o.uid")),
)

MUST_HOLD: tuple[Rule, ...] = (
    ONE_GRID,
    ONE_LEAD,
    Rule(
        about=("grid_assignment", "grid"),
        sql=f"SELECT a.uid, g.uid, {_WHO}, g.name FROM grid_assignment a JOIN cadre c ON c.uid = a.cadre_uid "
        "JOIN grid g ON g.uid = a.grid_uid WHERE a.until_on = '' AND g.archived_on <> '' AND {among}",
        says="{}（工号{}）还编在{}，那里已经不再使用。",
        way_out="请把他编入别的网格，或移出网格。",
        by=(By("grid_assignment", "a.uid"), By("grid", "g.uid")),
    ),
    Rule(
        about=("grid_assignment", "building"),
        sql=f"SELECT a.uid, b.uid, {_WHO}, e.name || b.name, coalesce(g.name, '（没有划入网格）'), h.name "
        "FROM grid_assignment a JOIN cadre c ON c.uid = a.cadre_uid JOIN building b ON b.uid = a.building_uid "
        "JOIN estate e ON e.uid = b.estate_uid LEFT JOIN grid g ON g.uid = b.grid_uid JOIN grid h ON h.uid = a.grid_uid "
        "WHERE a.until_on = '' AND b.grid_uid <> a.grid_uid AND {among}",
        says="{}（工号{}）编入的{}属于{}，不属于他所在的{}。",
        way_out="请把他重新编入一次。",
        by=(By("grid_assignment", "a.uid"), By("building", "b.uid")),
    ),
    Rule(
        about=("grid_assignment",),
        sql=f"SELECT a.uid, {_WHO}, a.from_on, a.until_on FROM grid_assignment a JOIN cadre c ON c.uid = a.cadre_uid "
        "WHERE a.until_on <> '' AND a.until_on < a.from_on AND {among}",
        says="{}（工号{}）编入网格的日期颠倒：从{}至{}。",
        way_out="请改正这条编入记录的日期。",
        by=(By("grid_assignment", "a.uid"),),
    ),
    Rule(
        about=("building_lead",),
        sql=f"SELECT l.uid, {_WHO}, l.from_on, l.until_on FROM building_lead l JOIN cadre c ON c.uid = l.cadre_uid "
        "WHERE l.until_on <> '' AND l.until_on < l.from_on AND {among}",
        says="{}（工号{}）任楼栋长的日期颠倒：从{}至{}。",
        way_out="请删除这一任，再按正确的日期登记。",
        by=(By("building_lead", "l.uid"),),
    ),
)
