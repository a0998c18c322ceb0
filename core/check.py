"""The care of a ledger: everything that must hold, looked at one by one."""

from __future__ import annotations

from core import leaving
from core.checkin.model import TRACK_LABEL
from core.roster.timeline import MUST_HOLD as TIMELINE
from core.service_log.grid_links import prove_grids
from core.service_log.tally import prove_tally
from core.store import Store, files
from core.store.tables import table

_WHO = "c.name, iif(c.staff_no = '', '未填', c.staff_no)"

# what no constraint of a table can hold: rows that break it, and the sentence their columns go into
MUST_HOLD: tuple[tuple[str, str], ...] = (
    *TIMELINE,
    (
        f"SELECT {_WHO}, e.name || b.name, g.name, h.name FROM grid_assignment a JOIN cadre c ON c.uid = a.cadre_uid "
        "JOIN building b ON b.uid = a.building_uid JOIN estate e ON e.uid = b.estate_uid JOIN grid g ON g.uid = b.grid_uid "
        "JOIN grid h ON h.uid = a.grid_uid WHERE a.until_on = '' AND b.grid_uid <> a.grid_uid",
        "{}（工号{}）编入的{}属于{}，不属于他所在的{}，请把他重新编入一次。",
    ),
    (
        f"SELECT {_WHO}, g.name FROM grid_assignment a JOIN cadre c ON c.uid = a.cadre_uid "
        "JOIN grid g ON g.uid = a.grid_uid WHERE a.until_on = '' AND g.archived_on <> ''",
        "{}（工号{}）还编在{}，那里已经不再使用，请把他编入别的网格。",
    ),
    (
        "SELECT e.name || b.name, c.name, d.name FROM building_lead l JOIN building_lead k ON k.building_uid = l.building_uid "
        "AND (k.from_on, k.uid) > (l.from_on, l.uid) AND (l.until_on = '' OR l.until_on >= k.from_on) "
        "JOIN building b ON b.uid = l.building_uid JOIN estate e ON e.uid = b.estate_uid "
        "JOIN cadre c ON c.uid = l.cadre_uid JOIN cadre d ON d.uid = k.cadre_uid",
        "{}的楼栋长{}与{}任期重叠，请改正其中一任的日期。",
    ),
    (
        "SELECT s.name, coalesce(w.name, c.name, v.name) FROM squad_member m JOIN squad s ON s.uid = m.squad_uid "
        "LEFT JOIN grid_worker w ON w.uid = m.worker_uid LEFT JOIN cadre c ON c.uid = m.cadre_uid "
        "LEFT JOIN volunteer v ON v.uid = m.volunteer_uid WHERE m.until_on = '' "
        "GROUP BY m.squad_uid, m.worker_uid, m.cadre_uid, m.volunteer_uid HAVING count(*) > 1",
        "小分队“{}”里{}登记了两次，请移出一次。",
    ),
    (
        f"SELECT {_WHO}, iif(k.track = 'HOME', '{TRACK_LABEL['HOME']}', '{TRACK_LABEL['ASSIGNED']}') "
        "FROM checkin k JOIN cadre c ON c.uid = k.cadre_uid "
        "WHERE k.ended_on = '' GROUP BY k.cadre_uid, k.track HAVING count(*) > 1",
        "{}（工号{}）有两条没有注销的{}，请注销其中一条。",
    ),
    (
        "SELECT name FROM attachment WHERE owner_table = 'cadre' AND owner_uid NOT IN (SELECT uid FROM cadre) "
        "OR owner_table = 'map_plan' AND owner_uid NOT IN (SELECT uid FROM map_plan)",
        "附件“{}”所属的记录已不在台账里；它不影响使用，撤销放入它的那一步即可清除。",
    ),
)


def pages(store: Store) -> list[str]:
    """A sentence if the file itself does not read right: the cipher authenticates each page, so reading is checking."""
    try:
        return [f"台账文件有损坏：{row[0]}" for row in store.tuples("PRAGMA quick_check(20)") if row[0] != "ok"]
    except files.Damaged:  # busy or put aside by a restore is no damage
        return ["台账文件有一处读不出来，可能是磁盘坏了。"]


def findings(store: Store) -> list[str]:
    """A sentence for each thing that does not hold; empty if all is well."""
    if found := pages(store):
        return found  # nothing else can be trusted then
    for child, _rowid, parent, _number in store.tuples("PRAGMA foreign_key_check"):
        found.append(f"{table(child).label}里有一条记录指向已不存在的{table(parent).label}。")
    found += [sentence.format(*row) for sql, sentence in MUST_HOLD for row in store.tuples(sql)]
    found += leaving.findings(store)
    found += prove_grids(store)
    found += prove_tally(store)
    return found
