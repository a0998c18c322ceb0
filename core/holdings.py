"""What a person holds that ends when he leaves: check-ins, grid, 楼栋长, squad. One line of `HOLDINGS` a kind; reads only.

What comes later (posts, teams) is one more line here and one in `core.leaving`, which ends and hands over. 方案 三(三) 五(二)3
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.base.clock import today
from core.base.dates import format_date
from core.checkin.model import TRACK_LABEL
from core.store import By, Reads, Rule


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing: where it lies, what ending it is called, whether somebody else may be given it."""

    kind: str
    table: str
    label: str
    source: str  # SQL after SELECT: uid, cadre_uid, words, since, until, place_uid … FROM leaver l (uid, day) JOIN …
    reaches: str  # SQL: whether it reaches the day l.day or is open
    ended: str  # SQL: whether it ended by leaving on l.day
    how: str
    gives: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """One thing a person holds: the row, its words, since when (ISO), the last day where one is set."""

    kind: str
    uid: str
    cadre_uid: str
    name: str  # of the person
    words: str
    since: str
    until: str
    place_uid: str  # the building or squad that somebody else may be given

    @property
    def holding(self) -> Holding:
        """Its kind."""
        return next(one for one in HOLDINGS if one.kind == self.kind)


_TRACKS = " ".join(f"WHEN '{code}' THEN '{label}'" for code, label in TRACK_LABEL.items())
_REACHES, _ENDED = "({0}.until_on = '' OR {0}.until_on >= l.day)", "{0}.until_on = date(l.day, '-1 day')"
HOLDINGS: tuple[Holding, ...] = (
    Holding(
        "checkin",
        "checkin",
        "报到",
        f"k.uid, k.cadre_uid, CASE k.track {_TRACKS} END || '（' || m.name || '）', k.checked_on, '', '' "
        "FROM leaver l JOIN checkin k ON k.cadre_uid = l.uid JOIN community m ON m.uid = k.community_uid",
        "k.ended_on = ''",
        "k.ended_on = l.day",
        "注销",
    ),
    Holding(
        "assignment",
        "grid_assignment",
        "编入网格",
        "a.uid, a.cadre_uid, '编入' || g.name || coalesce('（' || e.name || b.name || '）', ''), a.from_on, a.until_on, '' "
        "FROM leaver l JOIN grid_assignment a ON a.cadre_uid = l.uid JOIN grid g ON g.uid = a.grid_uid "
        "LEFT JOIN building b ON b.uid = a.building_uid LEFT JOIN estate e ON e.uid = b.estate_uid",
        _REACHES.format("a"),
        _ENDED.format("a"),
        "移出网格",
    ),
    Holding(
        "lead",
        "building_lead",
        "楼栋长",
        "d.uid, d.cadre_uid, e.name || b.name || '楼栋长', d.from_on, d.until_on, d.building_uid "
        "FROM leaver l JOIN building_lead d ON d.cadre_uid = l.uid JOIN building b ON b.uid = d.building_uid "
        "JOIN estate e ON e.uid = b.estate_uid",
        _REACHES.format("d"),
        _ENDED.format("d"),
        "结束任期",
        gives=True,
    ),
    Holding(
        "squad",
        "squad_member",
        "112小分队",
        "q.uid, q.cadre_uid, g.name || '“' || s.name || '”成员', q.from_on, q.until_on, q.squad_uid FROM leaver l "
        "JOIN squad_member q ON q.cadre_uid = l.uid JOIN squad s ON s.uid = q.squad_uid "
        "AND (s.ended_on = '' OR s.ended_on >= l.day) JOIN grid g ON g.uid = s.grid_uid",
        _REACHES.format("q"),
        _ENDED.format("q"),
        "退出",
        gives=True,
    ),
)
_GONE = "SELECT uid, archived_on FROM cadre WHERE archived_on <> ''"


def _rule(holding: Holding) -> Rule:
    """Who has left holds nothing of the kind: an undo or a putting back must not give it to him again."""
    return Rule(
        about=(holding.table, "cadre"),
        sql=f"WITH leaver (uid, day) AS ({_GONE}), held (uid, cadre_uid, words, since, until, place_uid) AS "
        f"(SELECT {holding.source} WHERE {holding.reaches}) SELECT held.uid, held.cadre_uid, c.name, "
        "iif(c.staff_no = '', '未填', c.staff_no), c.archived_on, held.words FROM held "
        "JOIN cadre c ON c.uid = held.cadre_uid WHERE {among}",
        says="{}（工号{}）已于{}归档，不能再担着{}。",
        way_out="请先恢复这个人，或先撤销归档的那一步，",
        by=(By(holding.table, "held.uid"), By("cadre", "held.cadre_uid")),
        of_steps=False,
    )


MUST_HOLD: tuple[Rule, ...] = tuple(map(_rule, HOLDINGS))
"""For taking back and putting back; `check` says the same by `findings`, with the way out that ends all at once."""


# -- what somebody holds -----------------------------------------------------------------------------------------------


def holdings(reads: Reads, cadre_uids: Iterable[str], on: str = "") -> list[Held]:
    """What these people hold on `on` (ISO, the first day away; default today) or begin after it, person by person."""
    listed = json.dumps(list(dict.fromkeys(cadre_uids)))
    return _rows(reads, "SELECT value, ?2 FROM json_each(?1)", "reaches", (listed, on or today().isoformat()))


def left_behind(reads: Reads) -> list[Held]:
    """What people who have left still hold: after a merge, an undo, an old ledger."""
    return _rows(reads, _GONE, "reaches")


def ended_by_leaving(reads: Reads, cadre_uid: str) -> list[Held]:
    """What ended when this archived person left: it stays ended when he is restored."""
    return _rows(reads, f"{_GONE} AND uid = ?1", "ended", (cadre_uid,))


def findings(reads: Reads) -> list[str]:
    """A sentence for each thing somebody who has left still holds; the 工作台 ends them in one step."""
    gone = {
        row["uid"]: row
        for row in reads.rows("SELECT uid, name, staff_no, archived_on FROM cadre WHERE archived_on <> ''")
    }
    return [
        f"{held.name}（工号{gone[held.cadre_uid]['staff_no'] or '未填'}）已于{format_date(gone[held.cadre_uid]['archived_on'])}"
        f"归档，但{held.words}没有结束，请在“工作台”点“已归档人员手上的事没有结束”，一次结束。"
        for held in left_behind(reads)
    ]


def _rows(reads: Reads, leavers: str, which: str, params: Sequence[Any] = ()) -> list[Held]:
    parts = " UNION ALL ".join(
        f"SELECT {at} AS kind, {one.source} WHERE {getattr(one, which)}" for at, one in enumerate(HOLDINGS)
    )
    sql = (
        f"WITH leaver(uid, day) AS ({leavers}), held(kind, uid, cadre_uid, words, since, until, place_uid) AS ({parts}) "
        "SELECT h.*, c.name FROM held h JOIN cadre c ON c.uid = h.cadre_uid JOIN unit ON unit.uid = c.unit_uid "
        "ORDER BY unit.position, unit.name, c.staff_no, c.uid, h.kind, h.since, h.uid"
    )
    return [Held(**{**row, "kind": HOLDINGS[row["kind"]].kind}) for row in reads.rows(sql, params)]
