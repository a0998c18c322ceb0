"""结账: the year's figures are frozen; what is changed later stands beside them as 结账后更正 and never changes them.

A closed year is opened again only by undoing the step that closed it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field

from core.archive.figures import as_json, figures_of
from core.archive.model import Correction, Frozen, OpenItem
from core.base.clock import stamp, today
from core.base.dates import format_date
from core.base.errors import InvalidInput, Refused
from core.base.rights import Right
from core.evaluation.closed import FIGURE_LABEL, Figures, closed
from core.exchange.queries import identity, open_counts, peer_rows
from core.org.settings import quota_for, set_quota, set_settings, year_in_force
from core.service_log.quota import FIRST_YEAR, quota_report
from core.service_log.tally import BEARING as COUNTING
from core.service_log.waiting import what_waits
from core.store import Reads, RowChange, Tx
from core.store.past import changes_of
from core.submission.ops import prepare_year
from core.submission.queries import task_rows


def open_items(reads: Reads, year: int) -> list[OpenItem]:
    """What a year still waits for, each with the page that shows it; [] if nothing."""
    waits = what_waits(reads, year)
    rows = [row for row in quota_report(reads, year).rows if not row["exempt"]]
    rated = {
        uid: (community, branch)
        for uid, community, branch in reads.tuples(
            "SELECT cadre_uid, community_rating, branch_rating FROM evaluation WHERE year = ?", (year,)
        )
    }
    unrated = sum(not all(rated.get(row["uid"], ("", ""))) for row in rows)
    unsent = sum(row["due"] - row["sent"] for row in task_rows(reads, year))
    found = (
        OpenItem("waiting", "待确认的服务记录", waits.waiting, "visits", (("state", "WAITING"),), "条"),
        OpenItem("returned", "退回修改的服务记录", waits.returned, "visits", (("state", "RETURNED"),), "条"),
        OpenItem("drafts", "没有提交的服务记录草稿", waits.drafts, "visits", (("state", "DRAFT"),), "条"),
        OpenItem("evaluation", "社区、党支部评价不全的人", unrated, "evaluation", (), "名"),
        OpenItem("submissions", "没有报送的材料", unsent, "checkin", (("tab", "submissions"),), "份"),
        OpenItem("conflicts", "数据合并的待定事项", open_counts(reads)["decide"], "exchange", (("tab", "review"),)),
        OpenItem("copies", "没有收回的带出数据", len(peer_rows(reads, "OUT")), "exchange", (("tab", "ledger"),), "份"),
    )
    return [one for one in found if one.count]


def closed_years(reads: Reads) -> list[int]:
    """The years that are closed, the newest first."""
    return sorted((int(row[0]) for row in reads.tuples("SELECT uid FROM closed_year")), reverse=True)


def close_year(tx: Tx, year: int, note: str = "") -> list[OpenItem]:
    """Freeze the year's figures; returns what was still open (it warns, it never blocks)."""
    tx.require(Right.CLOSE_YEAR)
    if identity(tx).is_copy:
        raise Refused("带出的数据不能结账。", "请把数据交回办公室，在办公室的台账里结账。")
    if not FIRST_YEAR <= year <= today().year:
        raise InvalidInput({"year": f"{year}年不能结账：只能结{FIRST_YEAR}年到今年（{today().year}年）的账。"})
    if there := closed(tx, year):
        raise Refused(
            f"{year}年已于{format_date(there['closed_on'])}结账。",
            "要重新结账，请先在“历史”里撤销结账那一步；更正不必重新结账。",
        )
    left = open_items(tx, year)
    row = {"uid": str(year), "closed_on": today().isoformat(), "closed_by": tx.operator, "closed_at": stamp()}
    tx.insert("closed_year", {**row, "note": note.strip()})
    tx.insert_many(
        "year_figure",
        [
            {
                "year": year,
                "kind": one.kind,
                "subject_uid": one.subject_uid,
                "name": one.name,
                "figures": as_json(one.figures),
            }
            for one in figures_of(tx, year)
        ],
    )
    return left


def roll_over(tx: Tx, year: int) -> int:
    """Begin the year after `year`: the 年度 in force, its minimum and what must be sent; returns the new year."""
    tx.require(Right.CLOSE_YEAR)
    new = year + 1
    if year_in_force(tx) < new:
        set_settings(tx, {"year": str(new)})
    if tx.value("SELECT 1 FROM service_quota WHERE uid = ?", (str(new),)) is None:
        set_quota(tx, new, *quota_for(tx, new), note="结转自“其他年度”的最低要求")
    prepare_year(tx, new)
    return new


def closed_figures(reads: Reads, year: int, kind: str = "") -> dict[tuple[str, str], Frozen]:
    """What was frozen, by (kind, uid); {} while the year is open. Reports of a closed year show these."""
    sql = "SELECT kind, subject_uid, name, figures FROM year_figure WHERE year = ? AND ? IN ('', kind) ORDER BY rowid"
    return {
        (level, uid): Frozen(level, uid, name, json.loads(text))
        for level, uid, name, text in reads.tuples(sql, (year, kind))
    }


def corrections(reads: Reads, year: int) -> list[Correction]:
    """结账后更正: each figure that is now another than the frozen one, school first, with the records and steps behind.

    Who came to the lists of the year only afterwards has nothing frozen: his figures were none.
    """
    there = closed(reads, year)
    if there is None:
        return []
    frozen = closed_figures(reads, year)
    now = {(one.kind, one.subject_uid): one for one in figures_of(reads, year)}
    changed = [
        (key, frozen.get(key) or now[key], figure, was, is_now)
        for key in (*frozen, *(key for key in now if key not in frozen))
        for figure, was, is_now in _differing(frozen.get(key), now.get(key))
    ]
    if not changed:
        return []
    behind = _changes_since(reads, year, there["closed_at"])
    found = []
    for (kind, uid), one, figure, was, is_now in changed:
        records, steps = behind.of(kind, uid)
        found.append(Correction(kind, uid, one.name, figure, was, is_now, records, steps))
    return found


def _differing(was: Frozen | None, now: Frozen | None) -> list[tuple[str, object, object]]:
    before: Figures = was.figures if was else {}
    after: Figures = now.figures if now else {}
    pairs = ((key, before.get(key), after.get(key)) for key in FIGURE_LABEL)
    return [(key, one, two) for key, one, two in pairs if (one or 0) != (two or 0)]


@dataclass(slots=True)
class _Behind:
    """The visits and steps since a closing: by cadre and by unit, branch and grid; `common` bear on everybody."""

    records: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    steps: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    common: set[int] = field(default_factory=set)

    def add(self, subjects: list[str], record: str, step: int) -> None:
        """One change, for whom it counts; '' is the school."""
        for uid in ("", *filter(None, subjects)):
            self.steps[uid].add(step)
            if record:
                self.records[uid].add(record)

    def of(self, _kind: str, uid: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """What lies behind the figures of one subject."""
        return tuple(sorted(self.records[uid])), tuple(sorted(self.steps[uid] | self.common))


_TOUCHED = """
SELECT r.seq, r.tbl, r.row_uid FROM history_row r WHERE r.seq > ?
AND r.tbl IN ('visit', 'evaluation', 'cadre', 'membership', 'setting', 'service_quota') ORDER BY r.seq
"""
_PLACES = ("cadre_uid", "unit_uid", "branch_uid", "grid_uid", "home_grid_uid")
_OWNERS = "SELECT uid, cadre_uid FROM {table} WHERE uid IN (SELECT value FROM json_each(?))"


def _changes_since(reads: Reads, year: int, closed_at: str) -> _Behind:
    """Who did what since: from the history, also of rows that are gone again."""
    made = _Behind()
    # the first step at or after that second which closed a year: the closing itself
    seq = reads.value("SELECT min(seq) FROM history WHERE at >= ? AND tables LIKE '%\"closed_year\"%'", (closed_at,))
    touched = reads.tuples(_TOUCHED, (seq or 0,))
    visits = {
        row["uid"]: row
        for row in reads.rows(
            "SELECT uid, cadre_uid, unit_uid, branch_uid, grid_uid, substr(served_on, 1, 4) AS year FROM visit "
            "WHERE uid IN (SELECT value FROM json_each(?))",
            (_listed(touched, "visit"),),
        )
    }
    owner = {
        table: dict(reads.tuples(_OWNERS.format(table=table), (_listed(touched, table),)))
        for table in ("evaluation", "membership")
    }
    sql = "SELECT row_uid, min(seq) FROM history_row WHERE tbl = 'visit' AND row_uid IN (SELECT value FROM json_each(?)) GROUP BY 1"
    born = dict(reads.tuples(sql, (_listed(touched, "visit"),)))
    places = {uid: (unit, branch) for uid, unit, branch in reads.tuples("SELECT uid, unit_uid, branch_uid FROM cadre")}
    done = changes_of(reads, touched)
    for step, table, uid in touched:
        left = _places_in(done.get((step, table, uid)))  # where it was moved out of: its figures changed too
        if table in ("setting", "service_quota"):
            if uid in COUNTING or (table == "service_quota" and uid in (str(year), "default")):
                made.common.add(step)
        elif table == "visit":
            row = visits.get(uid)
            if row is None:  # taken back again: the step alone tells of it
                made.steps[""].add(step)
            elif row["year"] == str(year) or born[uid] <= (seq or 0):  # one of then may have been given another date
                home = places.get(row["cadre_uid"], ("", ""))
                now = [row["cadre_uid"], row["unit_uid"], row["branch_uid"], row["grid_uid"], *home]
                made.add([*now, *left], uid, step)
        else:
            cadre = uid if table == "cadre" else owner[table].get(uid, "")
            made.add([cadre, *places.get(cadre, ()), *left], "", step)
    return made


def _places_in(change: RowChange | None) -> list[str]:
    """The person, unit, branch and grids that a row named before a step."""
    return [str(change.before[key]) for key in _PLACES if change.before.get(key)] if change is not None else []


def _listed(touched: list[tuple[int, str, str]], table: str) -> str:
    return json.dumps(sorted({uid for _seq, name, uid in touched if name == table}))
