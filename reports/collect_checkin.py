"""What stands on the 采集表, the 报到单 and the 报到函, read for many people at once. 方案 三(三) 五(一)2"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.checkin.queries import unit_checkin_rows
from core.org.settings import values
from core.store import Reads, Row
from reports.checkin_form import CheckinFormData, CheckinRow, Home
from reports.checkin_slip import SlipData
from reports.collect_community import CheckedIn, Placing, checkins, placings
from reports.collect_person import PersonYear, Year, collect_people, own_texts, year_of
from reports.kit.form_texts import form_texts
from reports.kit.text import date_cn
from reports.person import PersonData

_LISTS = ("skills", "hobbies", "willingness", "free_time")
FORM_SCOPE = "个人信息取自名册，报到和编入网格取自报到台账。"
SLIP_SCOPE = "个人信息取自名册。"
UNIT_SCOPE = "名册中未归档的党员干部，按当前所在单位。"


def collect_checkin_form(
    reads: Reads, cadre_uids: Sequence[str], year: int, as_of: str = "", *, blank: bool = False
) -> list[CheckinFormData]:
    """The forms of `cadre_uids` in that order; `blank`: only who it is, everything else for the pen."""
    common = year_of(reads, year, as_of)
    options = {name: tuple(values(reads, name)) for name in _LISTS}
    words = form_texts("checkin_form", own_texts(reads, "checkin_form"))
    placed = placings(reads, cadre_uids, common.as_of)
    checked = checkins(reads, cadre_uids, year, common.as_of)
    found = []
    for one in collect_people(reads, cadre_uids, common):
        form = CheckinFormData(one.person, options=options, year=year, number=common.number(one.row))
        lines = checked.get(one.person.uid, [])
        placing = placed.get(one.person.uid, Placing())
        found.append(_for_the_pen(form, words) if blank else _filled(form, one, lines, placing, common, words))
    return found


def empty_checkin_form(reads: Reads, year: int) -> CheckinFormData:
    """The form of nobody: to be copied and handed out."""
    options = {name: tuple(values(reads, name)) for name in _LISTS}
    words = form_texts("checkin_form", own_texts(reads, "checkin_form"))
    return _for_the_pen(CheckinFormData(PersonData("", ""), options=options, year=year), words)


def collect_checkin_slip(
    reads: Reads, cadre_uids: Sequence[str], year: int, as_of: str = ""
) -> list[tuple[SlipData, ...]]:
    """For each person the letter to the home community, and one to the linked community if he is dispatched there."""
    common = year_of(reads, year, as_of)
    words = form_texts("checkin_slip", own_texts(reads, "checkin_slip"))
    checked = checkins(reads, cadre_uids, year, common.as_of)
    found = []
    for one in collect_people(reads, cadre_uids, common):
        live = [line for line in checked.get(one.person.uid, []) if not line.ended_on]
        home = next((line for line in live if line.track == "HOME"), None)
        slips = [_slip(one, common, words, home, "HOME")]
        slips += [_slip(one, common, words, line, "ASSIGNED") for line in live if line.track == "ASSIGNED"]
        found.append(tuple(slips))
    return found


def collect_checkin_letter(reads: Reads, unit_uid: str, year: int, as_of: str = "") -> list[SlipData]:
    """The letter of a unit, or of the school and every unit that has checked in. 方案 三(三): 学校党委向社区报到"""
    common = year_of(reads, year, as_of)
    words = form_texts("checkin_letter", own_texts(reads, "checkin_letter"))
    rows = [
        {**row, "unit": row["unit"] if row["unit_uid"] else "", "community": row["street"] + row["community"]}
        for row in unit_checkin_rows(reads)
        if not row["ended_on"] and row["checked_on"] <= common.as_of
    ]
    if unit_uid:
        rows = [row for row in rows if row["unit_uid"] == unit_uid] or [_not_yet(reads, unit_uid, common)]
    elif not any(not row["unit_uid"] for row in rows):
        rows = [_not_yet(reads, "", common), *rows]
    return [_letter(reads, row, common, words) for row in rows]


def _filled(
    form: CheckinFormData,
    one: PersonYear,
    lines: Sequence[CheckedIn],
    placing: Placing,
    common: Year,
    words: Mapping[str, str],
) -> CheckinFormData:
    row = one.row
    return replace(
        form,
        home=Home(**{key: row[key] for key in Home.__dataclass_fields__}),
        would_lead=bool(row["would_lead"]),
        would_join=bool(row["would_join"]),
        checkins=_rows(lines, placing, words),
        scope=FORM_SCOPE,
        as_of=common.as_of,
    )


def _rows(lines: Sequence[CheckedIn], placing: Placing, words: Mapping[str, str]) -> tuple[CheckinRow, ...]:
    """Both tracks always have a line: the one not yet reported is for the pen."""
    found = []
    for track in ("HOME", "ASSIGNED"):
        kind = words["kind_home" if track == "HOME" else "kind_assigned"]
        mine = [one for one in lines if one.track == track and not one.ended_on]
        for one in mine:
            there = "　".join(part for part in (one.grid(placing), placing.building if one.linked else "") if part)
            found.append(CheckinRow(kind, one.community, one.on, there))
        if not mine:
            found.append(CheckinRow(kind))
    return tuple(found)


def _for_the_pen(form: CheckinFormData, words: Mapping[str, str]) -> CheckinFormData:
    one = form.person
    known = PersonData(one.uid, one.name, one.staff_no, unit=one.unit, branch=one.branch)
    kinds = (CheckinRow(words["kind_home"]), CheckinRow(words["kind_assigned"]))
    return replace(form, person=known, checkins=kinds, blank=True)


def _slip(one: PersonYear, common: Year, words: Mapping[str, str], line: CheckedIn | None, track: str) -> SlipData:
    person, row = one.person, one.row
    home = row["street"] + row["community"]
    community = line.community if line else home
    details = "，".join(part for part in (person.sex, person.party_status, f"{person.unit}{person.branch}") if part)
    return SlipData(
        kind="person_home" if track == "HOME" else "person_assigned",
        uid=person.uid,
        whose=person.whose,
        year=common.year,
        community=community,
        letter_no=line.letter_no if line else "",
        issuer=_issuer(common),
        facts={
            "community": community,
            "issuer": _issuer(common),
            "org": common.settings.get("org_name", ""),
            "name": person.name,
            "details": details,
            "unit": person.unit,
        },
        table=(
            (words["sex"], person.sex, words["staff_no"], person.staff_no),
            (words["party_status"], person.party_status, words["phone"], person.phone),
            (words["address"], person.address, "", ""),
            (words["skills"], person.skills, words["free_time"], person.free_time),
        ),
        scope=SLIP_SCOPE,
        as_of=common.as_of,
    )


def _not_yet(reads: Reads, unit_uid: str, common: Year) -> Row:
    """A letter to be carried: the check-in itself is not in the ledger yet."""
    unit = reads.value("SELECT name FROM unit WHERE uid = ?", (unit_uid,)) or ""
    return {
        "uid": unit_uid or "school",
        "unit_uid": unit_uid or None,
        "unit": unit,
        "community": common.linked_community,
        "checked_on": "",
        "handler": "",
        "our_contact": "",
        "letter_no": "",
    }


def _letter(reads: Reads, row: Row, common: Year, words: Mapping[str, str]) -> SlipData:
    counts = reads.one(
        "SELECT count(*) AS people, coalesce(sum(status = 'ACTIVE'), 0) AS active FROM cadre "
        "WHERE archived_on = '' AND (?1 IS NULL OR unit_uid = ?1)",
        (row["unit_uid"],),
    )
    assert counts is not None  # an aggregate always has its row
    org = common.settings.get("org_name", "")
    return SlipData(
        kind="unit" if row["unit_uid"] else "school",
        uid=row["uid"],
        whose=f"《报到函》（{row['unit'] or org}）",
        year=common.year,
        community=row["community"],
        letter_no=row["letter_no"],
        issuer=row["unit"] or _issuer(common),
        facts={
            "community": row["community"],
            "issuer": row["unit"] or _issuer(common),
            "org": org,
            "unit": row["unit"],
        },
        table=(
            (words["members"], f"{counts['people']}人", words["active"], f"{counts['active']}人"),
            (words["our_contact"], row["our_contact"], words["our_phone"], ""),
            (words["checked_on"], date_cn(row["checked_on"]), words["their_handler"], row["handler"]),
        ),
        scope=UNIT_SCOPE,
        as_of=common.as_of,
    )


def _issuer(common: Year) -> str:
    return common.settings.get("org_name", "") + common.settings.get("issuer", "")
