"""半年报告: of each cadre to his branch, drafted from the confirmed log, then edited and never overwritten. 方案 三(三)"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.base.clock import today
from core.base.errors import InvalidInput, Refused, Stale
from core.evaluation.drafting import main_service
from core.evaluation.redraft import drafted_part, redrafted
from core.reporting.model import HALF_LABEL, HALF_YEAR, half_span
from core.roster.timeline import covers, nearest
from core.service_log.queries import person_logs
from core.store import Reads, Row, Tx

TEXTS = ("main_work", "review", "plan")
_CHUNK = 200
# as of the half's last day (today while it runs): what was reported stays with those it was reported to
_ROWS = f"""
SELECT c.uid AS cadre_uid, c.staff_no, c.name, m.status, unit.uid AS unit_uid, unit.name AS unit,
  coalesce(branch.uid, '') AS branch_uid, coalesce(branch.name, '') AS branch, ?1 AS year, ?2 AS half,
  coalesce(r.uid, '') AS uid, coalesce(r.times, 0) AS times, coalesce(r.minutes, 0) AS minutes,
  coalesce(r.main_work, '') AS main_work, coalesce(r.review, '') AS review, coalesce(r.plan, '') AS plan,
  coalesce(r.drafted_text, '') AS drafted_text,
  coalesce(r.drafted_on, '') AS drafted_on, coalesce(r.edited_on, '') AS edited_on,
  coalesce(r.reported_on, '') AS reported_on, coalesce(r.occasion, '') AS occasion, coalesce(r.signed_by, '') AS signed_by
FROM cadre c JOIN membership m ON m.uid = {nearest("c.uid", "?3")}
JOIN unit ON unit.uid = m.unit_uid LEFT JOIN branch ON branch.uid = m.branch_uid
LEFT JOIN half_year_report r ON r.cadre_uid = c.uid AND r.year = ?1 AND r.half = ?2
WHERE ?4 IN ('', unit.uid) AND ?5 IN ('', branch.uid)
  AND (r.uid IS NOT NULL OR ?6 IS NOT NULL OR (m.status = 'ACTIVE' AND {covers("?3")}))
  AND (?6 IS NULL OR c.uid IN (SELECT value FROM json_each(?6)))
ORDER BY unit.position, unit.name, branch.uid IS NULL, branch.position, branch.name, c.staff_no, c.uid
"""
_ALL = """
SELECT r.*, c.staff_no, c.name, c.unit_uid, unit.name AS unit, coalesce(branch.name, '') AS branch
FROM half_year_report r JOIN cadre c ON c.uid = r.cadre_uid JOIN unit ON unit.uid = c.unit_uid
LEFT JOIN branch ON branch.uid = c.branch_uid ORDER BY r.year DESC, r.half DESC, unit.position, unit.name, c.staff_no, r.uid
"""


@dataclass(frozen=True, slots=True)
class Served:
    """What the confirmed log of a half year says of a person: own time in times and minutes, all of it in words."""

    times: int = 0
    minutes: int = 0
    text: str = ""


@dataclass(slots=True)
class Drafted:
    """What a drafting did; `kept` are people whose edited or reported text the log no longer agrees with."""

    made: list[str] = field(default_factory=list)  # uids of reports
    refreshed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # uids of cadres


def drafted_label(year: int, half: int, done: Drafted) -> str:
    """The step of a drafting, by what it wrote."""
    return f"起草{year}年{HALF_LABEL[half]}报告：{len(done.made) + len(done.refreshed)}人"


@dataclass(slots=True)
class BranchCount:
    """One branch (or the people of a unit without one): 应报告 = 已报告 + 已起草 + 未起草."""

    unit_uid: str
    unit: str
    branch_uid: str = ""
    branch: str = ""
    due: int = 0
    reported: int = 0
    drafted: int = 0

    @property
    def missing(self) -> int:
        return self.due - self.reported - self.drafted


def served(reads: Reads, cadre_uids: Sequence[str], year: int, half: int) -> dict[str, Served]:
    """The confirmed log of a half year by person, after the union rule; times and minutes are of own time. 三(三)"""
    first, last = half_span(year, half)
    found: dict[str, Served] = {}
    for start in range(0, len(cadre_uids), _CHUNK):
        logs = person_logs(reads, cadre_uids[start : start + _CHUNK], year, last)
        for uid, rows in logs.items():
            mine = [one for one in rows if one["state"] == "CONFIRMED" and one["served_on"] >= first]
            own = [one for one in mine if one["track"] == "OWN"]
            times, minutes = (sum(one[key] for one in own) for key in ("counted_times", "counted_minutes"))
            found[uid] = Served(times, minutes, main_service(mine))
    return found


def draft(tx: Tx, cadre_uids: Sequence[str], year: int, half: int) -> Drafted:
    """Fill times, minutes and main services from the log; what was edited or reported is never touched. 三(三)"""
    _checked(year, half)
    wanted = list(dict.fromkeys(cadre_uids))
    there = {
        row["cadre_uid"]: row
        for row in tx.rows(
            "SELECT * FROM half_year_report WHERE year = ? AND half = ? "
            "AND cadre_uid IN (SELECT value FROM json_each(?))",
            (year, half, json.dumps(wanted)),
        )
    }
    done, day = Drafted(), today().isoformat()
    for uid, said in served(tx, wanted, year, half).items():
        old = there.get(uid)
        facts: dict[str, Any] = {"times": said.times, "minutes": said.minutes, "main_work": said.text}
        new = {**facts, "drafted_text": said.text, "drafted_on": day}
        if old is None:
            row = {"cadre_uid": uid, "year": year, "half": half, **new}
            done.made.append(tx.insert("half_year_report", row))
        elif all(old[key] == value for key, value in facts.items()):
            continue
        elif old["edited_on"] or old["reported_on"]:
            if (old["times"], old["minutes"]) != (said.times, said.minutes):
                done.kept.append(uid)
        else:
            tx.update("half_year_report", old["uid"], new)
            done.refreshed.append(old["uid"])
    return done


def edit(tx: Tx, uid: str, values: Mapping[str, Any]) -> None:
    """Change the texts of a report by hand: from then on no draft touches it."""
    old = report(tx, uid)
    row = {key: str(values[key] or "").strip() for key in TEXTS if key in values}
    if any(old[key] != value for key, value in row.items()):
        drafted = old["drafted_text"] or ("" if old["edited_on"] else old["main_work"])
        tx.update("half_year_report", uid, {**row, "drafted_text": drafted, "edited_on": today().isoformat()})


def take_figures(tx: Tx, uid: str) -> None:
    """Take the log's present times and minutes into an edited report; of its text what was drafted, typed parts stay."""
    old = report(tx, uid)
    if old["reported_on"]:
        raise Refused("这份报告已经向支部报告过，数字不再改。", "要改请先取消“已报告”。")
    said = served(tx, [old["cadre_uid"]], old["year"], old["half"])[old["cadre_uid"]]
    facts = {"times": said.times, "minutes": said.minutes}
    tx.update("half_year_report", uid, {**facts, "main_work": anew_of(old, said.text), "drafted_text": said.text})


def anew_of(row: Row, log_text: str) -> str:
    """主要服务情况 of a report with its drafted parts as the log tells them now."""
    if not row["edited_on"]:
        return log_text
    return redrafted(row["drafted_text"] or drafted_part(row["main_work"]), row["main_work"], log_text)


def mark_reported(tx: Tx, uids: Sequence[str], on: str, occasion: str = "", signed_by: str = "") -> int:
    """The reports were given to the branch: the day (ISO), the occasion, which secretary signed."""
    if not on:
        raise InvalidInput({"reported_on": "请填写报告日期。"})
    if on > today().isoformat():
        raise InvalidInput({"reported_on": f"报告日期{on}还没有到，请核对。"})
    rows = [report(tx, uid) for uid in uids]
    for row in rows:
        if on < half_span(row["year"], row["half"])[0]:
            when = f"{row['year']}年{HALF_LABEL[row['half']]}"
            raise InvalidInput({"reported_on": f"报告日期{on}早于{when}，请核对。"})
    said = {"reported_on": on, "occasion": occasion.strip(), "signed_by": signed_by.strip()}
    tx.update_many("half_year_report", [(row["uid"], said) for row in rows])
    return len(rows)


def unmark_reported(tx: Tx, uids: Sequence[str]) -> int:
    """Marked by mistake: the reports are open again."""
    empty = {"reported_on": "", "occasion": "", "signed_by": ""}
    rows = [report(tx, uid) for uid in uids]
    tx.update_many("half_year_report", [(row["uid"], empty) for row in rows])
    return len(rows)


def remove(tx: Tx, uid: str) -> None:
    """Take out a report that was drafted by mistake; one that was reported stays."""
    if report(tx, uid)["reported_on"]:
        raise Refused("这份半年报告已经向支部报告过，不能删除。", "要删除请先取消“已报告”。")
    tx.delete("half_year_report", uid)


def report(reads: Reads, uid: str) -> Row:
    """One report; Stale if it is gone."""
    found = reads.one("SELECT * FROM half_year_report WHERE uid = ?", (uid,))
    if found is None:
        raise Stale("这份半年报告已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    return found


def report_rows(
    reads: Reads,
    year: int,
    half: int,
    *,
    unit_uid: str = "",
    branch_uid: str = "",
    cadre_uids: Sequence[str] | None = None,
    log_too: bool = True,
) -> list[Row]:
    """Everybody 在职 and whoever has a report, by branch; `uid` '' = none yet.

    `state`: REPORTED, DRAFTED, MISSING. With `log_too`, `log_times` and `log_minutes` are what the log says now and
    `stale` whether the report says otherwise.
    """
    _checked(year, half)
    first, last = half_span(year, half)
    named = None if cadre_uids is None else json.dumps(list(cadre_uids))
    day = max(first, min(last, today().isoformat()))
    rows = reads.rows(_ROWS, (year, half, day, unit_uid, branch_uid, named))
    said = served(reads, [row["cadre_uid"] for row in rows], year, half) if log_too else {}
    for row in rows:
        log = said.get(row["cadre_uid"], Served(row["times"], row["minutes"]))
        row["state"] = "REPORTED" if row["reported_on"] else "DRAFTED" if row["uid"] else "MISSING"
        row["log_times"], row["log_minutes"], row["log_text"] = log.times, log.minutes, log.text
        now = log.times, log.minutes, anew_of(row, log.text) if log_too else row["main_work"]
        row["stale"] = bool(row["uid"]) and now != (row["times"], row["minutes"], row["main_work"])
    return rows


def branch_counts(reads: Reads, year: int, half: int, unit_uid: str = "") -> list[BranchCount]:
    """Per branch how many must report, have, have a draft only; people who need not and have none are left out."""
    found: dict[tuple[str, str], BranchCount] = {}
    for row in report_rows(reads, year, half, unit_uid=unit_uid, log_too=False):
        key = row["unit_uid"], row["branch_uid"]
        one = found.setdefault(key, BranchCount(*(row[name] for name in ("unit_uid", "unit", "branch_uid", "branch"))))
        one.due += 1
        one.reported += row["state"] == "REPORTED"
        one.drafted += row["state"] == "DRAFTED"
    return list(found.values())


def missing_by_branch(reads: Reads, year: int, half: int, unit_uid: str = "") -> dict[tuple[str, str], list[Row]]:
    """Who has not reported yet, by (unit, branch) in words."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in report_rows(reads, year, half, unit_uid=unit_uid, log_too=False):
        if row["state"] != "REPORTED":
            found[row["unit"], row["branch"]].append(row)
    return dict(found)


def all_rows(reads: Reads) -> list[Row]:
    """Every half-year report with its person's names, newest half first: lists and exports."""
    return reads.rows(_ALL)


def _checked(year: int, half: int) -> None:
    if half not in HALF_LABEL:
        raise InvalidInput({"half": f"{HALF_YEAR.field('half').label}只能是1（上半年）或2（下半年）。"})
    if not 2000 <= year <= 2100:
        raise InvalidInput({"year": f"年度{year}不合理，请核对。"})
