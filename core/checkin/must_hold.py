"""What must hold of check-ins. 方案 三(三)"""

from __future__ import annotations

from core.checkin.model import TRACK_LABEL
from core.store import By, Rule

_WHO = "c.name, iif(c.staff_no = '', '未填', c.staff_no)"
_TRACK = f"iif(k.track = 'HOME', '{TRACK_LABEL['HOME']}', '{TRACK_LABEL['ASSIGNED']}')"

ONE_OPEN = Rule(
    about=("checkin", "checkin"),
    sql=f"SELECT k.uid, o.uid, {_WHO}, {_TRACK}, k.checked_on, o.checked_on FROM checkin k JOIN checkin o "
    "ON o.cadre_uid = k.cadre_uid AND o.track = k.track AND o.ended_on = '' AND o.uid > k.uid "
    "JOIN cadre c ON c.uid = k.cadre_uid WHERE k.ended_on = '' AND {among}",
    says="{}（工号{}）有两条没有注销的{}（{}和{}），同一类只能有一条有效。",
    way_out="请注销或删除其中一条。",
    by=(By("checkin", "k.uid"), By("checkin", "o.uid")),
)

MUST_HOLD: tuple[Rule, ...] = (
    ONE_OPEN,
    Rule(
        about=("checkin",),
        sql=f"SELECT k.uid, {_WHO}, {_TRACK}, k.checked_on, k.ended_on FROM checkin k JOIN cadre c ON c.uid = k.cadre_uid "
        "WHERE k.ended_on <> '' AND k.ended_on < k.checked_on AND {among}",
        says="{}（工号{}）{}的日期颠倒：{}报到，{}注销。",
        way_out="请修改这条报到的日期。",
        by=(By("checkin", "k.uid"),),
    ),
)
