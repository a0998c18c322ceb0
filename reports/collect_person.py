"""First step of every report on people: read many at once, a few questions for a whole batch. Nothing is drawn here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.base.clock import today
from core.evaluation.closed import closed_side
from core.evaluation.drafting import times_text
from core.org.settings import all_settings
from core.roster.model import CADRE
from core.roster.timeline import nearest_period, periods_of
from core.service_log.counting import RULE
from core.service_log.queries import person_logs
from core.service_log.quota import Minimum, quota_report
from core.sheet.address import whole_address
from core.store import Reads, Row
from reports.person import PersonData, ServiceTotals

BATCH = 200
SCOPE = f"次数和时长只计已确认的记录；{RULE}；组织派遣时间单独统计，不计入年度最低要求。"


@dataclass(frozen=True, slots=True)
class PersonYear:
    """One person and what the ledger holds of his year."""

    person: PersonData
    row: Row  # the cadre as stored
    totals: ServiceTotals
    visits: list[Row]  # oldest first; drafts, returned and void ones left out
    evaluation: Row  # {} if there is none yet
    corrected: str = ""  # a closed year: what differs now from the frozen figures shown


@dataclass(frozen=True, slots=True)
class Year:
    """What a batch of forms has in common."""

    year: int
    as_of: str  # service up to this day
    settings: dict[str, str] = field(default_factory=dict)

    def number(self, row: Row) -> str:
        """编号: by 工号, so that a reprint bears the same one."""
        return f"{self.year}-{row['staff_no']}" if row["staff_no"] else ""

    @property
    def linked_community(self) -> str:
        return self.settings.get("linked_street", "") + self.settings.get("linked_community", "")


def year_of(reads: Reads, year: int, as_of: str = "") -> Year:
    """The year as a report sees it: up to `as_of`, else up to today."""
    return Year(year, min(as_of or today().isoformat(), f"{year}-12-31"), all_settings(reads))


def own_texts(reads: Reads, form: str) -> dict[str, str]:
    """The school's own wording of a form, to lay over the shipped texts."""
    rows = reads.tuples("SELECT uid, text FROM form_text WHERE uid >= ? AND uid < ?", (f"{form}.", f"{form}/"))
    return {uid.removeprefix(f"{form}."): text for uid, text in rows}


def collect_people(reads: Reads, cadre_uids: Sequence[str], year: Year) -> list[PersonYear]:
    """The people of `cadre_uids` in that order; who is gone is left out."""
    found: list[PersonYear] = []
    for start in range(0, len(cadre_uids), BATCH):
        found += _batch(reads, cadre_uids[start : start + BATCH], year)
    return found


def served_text(visits: Sequence[Row], from_on: str, until_on: str) -> str:
    """Times and hours of a stretch of the year in words, both tracks apart; '' if nothing is confirmed in it."""
    parts = []
    for track, name in (("OWN", "业余时间"), ("DISPATCHED", "组织派遣")):
        mine = [
            one
            for one in visits
            if one["track"] == track and one["state"] == "CONFIRMED" and from_on <= one["served_on"] <= until_on
        ]
        if any(one["counted_times"] for one in mine):
            parts.append(name + times_text(mine))
    return "；".join(parts)


def _batch(reads: Reads, uids: Sequence[str], year: Year) -> list[PersonYear]:
    listed = json.dumps(list(uids))
    cadres = {row["uid"]: row for row in reads.rows(_of("cadre", "uid"), (listed,))}
    memberships = periods_of(reads, uids)
    names = dict(reads.tuples("SELECT uid, name FROM unit UNION ALL SELECT uid, name FROM branch"))
    evaluations = {
        row["cadre_uid"]: row
        for row in reads.rows(f"{_of('evaluation', 'cadre_uid')} WHERE t.year = ?", (listed, year.year))
    }
    report = quota_report(reads, year.year, cadre_uids=uids, as_of=year.as_of)
    sums = {row["uid"]: row for row in report.rows}
    logs = person_logs(reads, uids, year.year, year.as_of)
    frozen = closed_side(reads, year.year, uids, year.as_of)
    found = []
    for uid in uids:
        if uid not in cadres:
            continue
        row = cadres[uid]
        if uid in memberships:  # what he was at the end of the year, or is today
            row |= nearest_period(memberships[uid], year.as_of).values
        person = _person(row, names.get(row["unit_uid"], ""), names.get(row["branch_uid"] or "", ""))
        visits = [one for one in logs[uid] if one["state"] in ("CONFIRMED", "WAITING")]
        said, note = evaluations.get(uid, {}), frozen.note(uid, sums[uid], evaluations.get(uid, {}))
        totals = _totals(frozen.sums(uid, sums[uid]), report.minimum)
        found.append(PersonYear(person, row, totals, visits, frozen.evaluation(uid, said), note))
    return found


def _of(table: str, key: str) -> str:
    return f"SELECT t.* FROM json_each(?) j CROSS JOIN {table} t ON t.{key} = j.value"


def _person(row: Row, unit: str, branch: str) -> PersonData:
    texts = {one.key: one.text(row[one.key]) for one in CADRE.fields if one.key not in ("unit", "branch")}
    return PersonData(
        uid=row["uid"],
        unit=unit,
        branch=branch,
        address=_address(row),
        education="、".join(dict.fromkeys(part for part in (row["education"], row["degree"]) if part)),
        **{
            key: texts[key]
            for key in (
                "name", "staff_no", "sex", "nation", "birth_on", "party_status", "joined_on", "title", "phone", "skills",
                "hobbies", "willingness", "free_time",
            )
        },
    )  # fmt: skip


def _address(row: Row) -> str:
    """区, 街道, 社区 and the rest once: as written where the written address says it all."""
    rest = "".join((row["estate"], row["building"], row["entrance"], row["room"]))
    return whole_address(row["district"], row["street"], row["community"], row["address"] or rest)


def _totals(row: Row, minimum: Minimum) -> ServiceTotals:
    return ServiceTotals(
        own_count=row["times"],
        own_minutes=row["minutes"],
        dispatched_count=row["duty_times"],
        dispatched_minutes=row["duty_minutes"],
        waiting_count=row["waiting_times"] + row["duty_waiting_times"],
        waiting_minutes=row["waiting_minutes"] + row["duty_waiting_minutes"],
        quota_count=minimum.times,
        quota_minutes=minimum.minutes,
        verdict=row["verdict"],
    )
