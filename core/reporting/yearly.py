"""年度报告: of the school and of each unit, sections drafted with figures, then edited and never overwritten. 方案 三(三)"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from core.base.clock import today
from core.base.dates import format_date, format_hours
from core.base.errors import InvalidInput, MachineFault, Stale
from core.base.paths import asset
from core.checkin.status import checkin_status, day_in_year
from core.evaluation.redraft import keeps_draft, redrafted
from core.grid_assignment.figures import grid_figures
from core.org.settings import setting
from core.reporting.half_year import branch_counts
from core.reporting.model import YEARLY
from core.reporting.unit_figures import (
    SCOPE,
    Figures,
    Service,
    branch_figures,
    category_names,
    rate,
    service,
    total,
    unit_figures,
)
from core.roster.timeline import covers
from core.service_log.quota import quota_report
from core.store import Reads, Row, Tx

_TOP = 3
_PLACED = f"""
SELECT count(DISTINCT m.cadre_uid) FROM membership m JOIN {{table}} t ON t.cadre_uid = m.cadre_uid
WHERE {covers("?1")} AND {covers("?1", "t")} AND ?2 IN ('', m.unit_uid)
"""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report: what stands in it, and what the figures would say now."""

    key: str
    title: str
    text: str
    fresh: str  # as drafted today
    uid: str = ""  # '' = not drafted yet
    edited_on: str = ""
    drafted_text: str = ""  # as it was drafted: what differs from it was typed

    @property
    def anew(self) -> str:
        """The text with what is left of its draft drafted anew; the fresh draft where nothing is left of it."""
        if not keeps_draft(self.drafted_text, self.text):
            return self.fresh
        return redrafted(self.drafted_text, self.text, self.fresh)

    @property
    def stale(self) -> bool:
        """Whether the figures would change what stands here."""
        return bool(self.uid) and self.text != self.anew


@dataclass(frozen=True, slots=True)
class Report:
    """A yearly report with the figures its tables and charts are made of."""

    year: int
    unit_uid: str  # '' = the school
    whose: str
    as_of: str
    scope: str
    sections: list[Section] = field(default_factory=list)
    lines: list[Figures] = field(default_factory=list)  # units of the school, branches of a unit
    total: Figures = field(default_factory=Figures)
    categories: list[Service] = field(default_factory=list)
    months: list[Service] = field(default_factory=list)  # twelve


@lru_cache(maxsize=1)
def _shipped() -> list[dict[str, Any]]:
    try:
        loaded = json.loads(asset("templates", "yearly_report.json").read_text(encoding="utf-8"))
        return list(loaded["sections"])
    except (OSError, ValueError, KeyError) as error:
        raise MachineFault("年度报告的文字“yearly_report.json”缺失或已损坏。", "请重新安装本程序。") from error


def yearly_report(reads: Reads, year: int, unit_uid: str = "") -> Report:
    """The report of a unit ('' = the school): its sections as they stand, each with what the figures say now."""
    if not 2000 <= year <= 2100:
        raise InvalidInput({"year": f"年度{year}不合理，请核对。"})
    whose = setting(reads, "org_name", "学校")
    if unit_uid:
        whose = reads.value("SELECT name FROM unit WHERE uid = ?", (unit_uid,)) or ""
        if not whose:
            raise Stale("这个单位已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    lines = branch_figures(reads, year, unit_uid) if unit_uid else unit_figures(reads, year)
    done = {int(one.key): one for one in service(reads, year, "month", unit_uid)}
    kinds = {one.key: one for one in service(reads, year, "category", unit_uid)}
    names = category_names(reads, list(kinds.values()))
    made = Report(
        year,
        unit_uid,
        whose,
        day_in_year("", year),
        SCOPE,
        lines=lines,
        total=total(lines, "合计"),
        categories=[kinds.get(name, Service(name)) for name in names],
        months=[done.get(month, Service(str(month))) for month in range(1, 13)],
    )
    made.sections.extend(_sections(reads, made))
    return made


def draft_report(tx: Tx, year: int, unit_uid: str = "") -> int:
    """Write the sections that are missing or never edited anew from the figures; how many changed."""
    changed, day = 0, today().isoformat()
    for position, one in enumerate(yearly_report(tx, year, unit_uid).sections, 1):
        facts = {"text": one.fresh, "drafted_text": one.fresh, "drafted_on": day}
        if not one.uid:
            row = {"unit_uid": unit_uid or None, "year": year, "section": one.key, "position": position}
            tx.insert("yearly_report", {**row, "title": one.title, **facts})
        elif one.edited_on or one.text == one.fresh:
            continue
        else:
            tx.update("yearly_report", one.uid, facts)
        changed += 1
    return changed


def edit_section(tx: Tx, uid: str, values: Mapping[str, Any]) -> None:
    """Change title or text of a section by hand: from then on no draft touches it."""
    old = tx.one("SELECT title, text, edited_on, drafted_text FROM yearly_report WHERE uid = ?", (uid,))
    if old is None:
        raise Stale("年度报告的这一部分已不存在，可能刚被撤销。", "请刷新后再试。")
    row = {key: str(values[key] or "").strip() for key in ("title", "text") if key in values}
    if not row.get("title", old["title"]):
        raise InvalidInput({"title": f"请填写{YEARLY.field('title').label}。"})
    if any(old[key] != value for key, value in row.items()):
        drafted = old["drafted_text"] or ("" if old["edited_on"] else old["text"])
        tx.update("yearly_report", uid, {**row, "drafted_text": drafted, "edited_on": today().isoformat()})


def redraft_section(tx: Tx, year: int, unit_uid: str, key: str) -> None:
    """重新起草 one section, because somebody asked for just that: its drafted parts, or all where it has none left."""
    for one in yearly_report(tx, year, unit_uid).sections:
        if one.key == key and one.uid:
            edited = one.edited_on if one.anew != one.fresh else ""
            facts = {"text": one.anew, "drafted_text": one.fresh, "edited_on": edited}
            tx.update("yearly_report", one.uid, {**facts, "drafted_on": today().isoformat()})


def report_list(reads: Reads, year: int) -> list[Row]:
    """The school first, then every unit there was in the year, with how many sections are drafted and edited."""
    sql = (
        "SELECT '' AS unit_uid, '全校' AS unit, -1 AS at UNION ALL "
        "SELECT uid, name, position FROM unit WHERE archived_on = '' OR archived_on > ? ORDER BY at, unit"
    )
    rows = reads.rows(sql, (f"{year}-01-01",))
    for row in rows:
        row["drafted"], row["edited"] = reads.tuples(
            "SELECT count(*), coalesce(sum(edited_on <> ''), 0) FROM yearly_report WHERE year = ? AND unit_uid IS ?",
            (year, row["unit_uid"] or None),
        )[0]
    return rows


def _sections(reads: Reads, made: Report) -> list[Section]:
    sql = "SELECT * FROM yearly_report WHERE year = ? AND unit_uid IS ?"
    there = {row["section"]: row for row in reads.rows(sql, (made.year, made.unit_uid or None))}
    said = _said(reads, made)
    found = []
    for shipped in _shipped():
        fresh = "".join(
            line["text"].format_map(said)
            for line in shipped["lines"]
            if said.get(line.get("if", "year"), "") not in ("", "0")
            and not (line.get("only") == "school" and made.unit_uid)
        )
        row = there.get(shipped["key"])
        if row is None:
            found.append(Section(shipped["key"], shipped["title"], fresh, fresh))
        else:
            kept = (row[key] for key in ("uid", "edited_on", "drafted_text"))
            found.append(Section(row["section"], row["title"], row["text"], fresh, *kept))
    return found


def _said(reads: Reads, made: Report) -> dict[str, str]:
    """Every figure the sentences may name, as text; '0' and '' leave a sentence out."""
    year, unit, one = made.year, made.unit_uid, made.total
    status = checkin_status(reads, made.as_of, "HOME", unit, year=year)
    report = quota_report(reads, year, unit or None, as_of=made.as_of)
    everything = next(iter(service(reads, year, "all", unit)), Service(""))
    halves = {half: sum(each.reported for each in branch_counts(reads, year, half, unit)) for half in (1, 2)}
    busy = sorted((each for each in made.months if each.times), key=lambda each: -each.times)[:_TOP]
    top = sorted((each for each in made.categories if each.times), key=lambda each: -each.times)[:_TOP]
    served = [each for each in made.categories if each.times or each.duty_times]
    said = {
        "year": year, "whose": made.whose, "as_of": format_date(made.as_of), "minimum": report.minimum.text,
        "due": one.due, "checked": one.checked, "on_time": one.on_time, "late": one.checked - one.on_time,
        "absent": one.due - one.checked, "checkin_rate": rate(one.checkin_rate), "assigned": status.total.assigned,
        "people": one.people, "met": one.met, "short": one.people - one.met, "met_rate": rate(one.met_rate),
        "exempt": one.exempt, "left_people": one.left_people, "left_met": one.left_met,
        "times": one.times, "hours": format_hours(one.minutes), "duty_times": one.duty_times,
        "duty_hours": format_hours(one.duty_minutes), "own_people": everything.own_people,
        "duty_people": everything.duty_people,
        "waiting_times": report.total.waiting_times, "waiting_hours": format_hours(report.total.waiting_minutes),
        "categories": "；".join(_told(each) for each in served), "top": "、".join(each.key for each in top),
        "months": "、".join(f"{each.key}月（{each.times}次）" for each in busy), "reported": sum(halves.values()),
        "reported_first": halves[1], "reported_second": halves[2], "sent_late": one.sent_late, "unsent": one.missing,
    }  # fmt: skip
    for key, table in (
        ("grid_people", "grid_assignment"),
        ("lead_people", "building_lead"),
        ("squad_people", "squad_member"),
    ):
        said[key] = reads.value(_PLACED.format(table=table), (made.as_of, unit))
    grids = grid_figures(reads, year, made.as_of).values()
    buildings, led, squads = (sum(getattr(each, key) for each in grids) for key in ("buildings", "led", "squads"))
    said |= {"grids": len(grids), "buildings": buildings, "led": led, "squads": squads, "unled": buildings - led}
    return {key: str(value) for key, value in said.items()}


def _told(one: Service) -> str:
    own = f"{one.times}次、{format_hours(one.minutes)}小时" if one.times else ""
    duty = f"派遣{one.duty_times}次、{format_hours(one.duty_minutes)}小时" if one.duty_times else ""
    return f"{one.key or '未分类'}{'，'.join(filter(None, (own, duty)))}"
