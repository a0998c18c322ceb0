"""What must hold of service records whatever way they were written. 方案 三(六)"""

from __future__ import annotations

from core.store import By, Rule

_WHO = "c.name, iif(c.staff_no = '', '未填', c.staff_no), v.served_on"
_SPAN = (
    "(substr(v.end_at, 1, 2) * 60 + substr(v.end_at, 4) - substr(v.start_at, 1, 2) * 60 - substr(v.start_at, 4) + 1439) "
    "% 1440 + 1"
)

MUST_HOLD: tuple[Rule, ...] = (
    Rule(
        about=("visit",),
        sql=f"SELECT v.uid, {_WHO} FROM visit v JOIN cadre c ON c.uid = v.cadre_uid WHERE v.start_at <> '' "
        f"AND v.end_at <> '' AND v.minutes > {_SPAN} AND {{among}}",
        says="{}（工号{}）{}的服务记录时长多于起止时间。",
        way_out="请改正这条记录的起止时间或时长。",
        by=(By("visit", "v.uid"),),
    ),
)
