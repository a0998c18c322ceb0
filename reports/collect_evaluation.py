"""What stands on the 考核评价表, read for many people at once. 方案 三(七)"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.evaluation.drafting import main_service
from core.evaluation.rules import offered, told_grade
from core.roster.queries import feedback_of
from core.store import Reads, Row
from reports.collect_community import CheckedIn, Placing, checkins, home_place, placings
from reports.collect_person import SCOPE, PersonYear, Year, collect_people, year_of
from reports.evaluation_form import EvaluationData, Verdict
from reports.kit.text import date_cn


def collect_evaluation(reads: Reads, cadre_uids: Sequence[str], year: int, as_of: str = "") -> list[EvaluationData]:
    """The forms of `cadre_uids` in that order; who is gone is left out."""
    common = year_of(reads, year, as_of)
    grades, roles = (tuple(offered(reads, name)) for name in ("grade", "rater_role"))
    placed = placings(reads, cadre_uids, common.as_of)
    checked = checkins(reads, cadre_uids, year, common.as_of)
    words = feedback_of(reads, cadre_uids, f"{year}-01-01", common.as_of)
    found = []
    for one in collect_people(reads, cadre_uids, common):
        lines, placing = checked.get(one.person.uid, []), placed.get(one.person.uid, Placing())
        form = replace(_form(one, common, grades, roles), home_community=home_place(lines), grid=_grid(lines, placing))
        found.append(replace(form, post=placing.posts, feedback=_feedback(words.get(one.person.uid, ()))))
    return found


def _grid(lines: Sequence[CheckedIn], placing: Placing) -> str:
    """The grid of the linked community, else the one his own community named."""
    return placing.grid or next((one.place for one in lines if one.track == "HOME" and one.place), "")


def _feedback(rows: Sequence[Row]) -> str:
    """社区反馈 of the year, a line each, oldest first. 方案 三(六) 平时表现"""
    return "\n".join(f"{date_cn(row['given_on'])}　{row['given_by'] or '社区'}：{row['content']}" for row in rows)


def _form(one: PersonYear, common: Year, grades: tuple[str, ...], roles: tuple[str, ...]) -> EvaluationData:
    said = one.evaluation
    # 七(二)3: no signatures beyond the policy's own, unless the school has switched them on
    with_unit, with_overall = (common.settings.get(key) == "1" for key in ("evaluation_unit", "evaluation_overall"))
    return EvaluationData(
        person=one.person,
        year=common.year,
        number=common.number(one.row),
        linked_community=common.linked_community,
        totals=one.totals,
        main_service=said.get("main_work") or main_service(one.visits),
        self_review=said.get("self_summary", ""),
        next_plan=said.get("next_plan", ""),
        community=_verdict(said, "community", grades, roles),
        branch=_verdict(said, "branch", grades, roles),
        unit_review=_unit_review(said) if with_unit else None,
        overall=said.get("overall_rating", "") if with_overall else None,
        remark="\n".join(filter(None, (said.get("note", ""), one.corrected))),
        grades=grades,
        evaluators=roles,
        scope=SCOPE,
        as_of=common.as_of,
    )


def _unit_review(said: Row) -> Verdict:
    return Verdict(opinion=said.get("unit_remark", ""), signed_on=said.get("unit_reviewed_on", ""))


def _verdict(said: Row, side: str, grades: Sequence[str], roles: Sequence[str]) -> Verdict:
    return Verdict(
        grade=told_grade(grades, said.get(f"{side}_rating", "")),
        opinion=said.get(f"{side}_remark", ""),
        evaluator=told_grade(roles, said.get(f"{side}_rater_role", "")),  # older records and sheets say 网格员
        signed_by=said.get(f"{side}_rater", ""),
        signed_on=said.get(f"{side}_rated_on", ""),
    )
