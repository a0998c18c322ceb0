"""What sheets may carry: how each kind is planned and written, what its rows are, and where they are seen afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.base.fields import EntitySpec
from core.checkin.importing import SHEET as CHECKIN_SHEET
from core.checkin.importing import apply_checkins, checkin_planner
from core.entities import PLAIN
from core.roster.import_apply import apply_roster
from core.roster.import_run import roster_planner
from core.roster.model import ROSTER_SHEET
from core.service_log.importing import apply_visits, visit_planner
from core.service_log.model import VISIT
from core.sheet.contract import ParsedSheet
from core.sheet.importing import Answers, ImportPlan, Outcome, Planner, RowPlan, RowRef, Writer, ref_of
from core.sheet.plain import plain_planner, plain_writer
from core.store import Reads


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record that sheets carry."""

    id: str
    label: str
    noun: str  # what one row is
    spec: EntitySpec
    writer: Writer
    planner: Callable[[str, str, frozenset[RowRef]], Planner]  # by unit of rows that name none, 补录 reason, skips
    about: str
    page: str  # where the records are seen
    seen: str  # the button that goes there
    where: Mapping[str, Any] = field(default_factory=dict)  # what that page is asked for


def without_skipped(planner: Planner, skips: frozenset[RowRef]) -> Planner:
    """The planner as if the skipped rows were not there: what comes twice is no repeat when one is left out."""

    def plan(reads: Reads, sheets: Sequence[ParsedSheet], answers: Answers) -> ImportPlan:
        kept = [replace(one, rows=[row for row in one.rows if ref_of(one, row) not in skips]) for one in sheets]
        made = planner(reads, kept, answers)
        whole = {id(copy): one for copy, one in zip(kept, sheets, strict=True)}
        for row in made.rows:
            row.sheet = whole[id(row.sheet)]
        made.rows += [
            RowPlan(one, row, str(row.values.get("name") or ""), Outcome.SKIPPED)
            for one in sheets
            for row in one.rows
            if ref_of(one, row) in skips
        ]
        order = {id(one): at for at, one in enumerate(sheets)}
        made.rows.sort(key=lambda row: (order[id(row.sheet)], row.row.row))
        return made

    return plan


def _plain(kind_id: str, noun: str, about: str, page: str, seen: str, **where: Any) -> Kind:
    entity = PLAIN[kind_id]
    return Kind(
        kind_id,
        entity.spec.label,
        noun,
        entity.spec,
        plain_writer(entity),
        lambda _unit, _late, skips: without_skipped(plain_planner(entity), skips),
        about,
        page,
        seen,
        where,
    )


_PLACES = ("places", "看社区网格")
_ROSTER = Kind(
    "roster",
    "党员名册",
    "人",
    ROSTER_SHEET,
    apply_roster,
    lambda unit, _late, skips: roster_planner(unit or None, "", skips),
    "人员名册：工号、姓名、单位、支部、电话、住址等。已在台账里的人会更新，不会重复。",
    "roster",
    "看名册",
)
_VISITS = Kind(
    "visits",
    "服务记录",
    "条",
    VISIT,
    apply_visits,
    lambda unit, late, skips: visit_planner(unit or None, late, skips),
    "服务记录汇总表：谁、哪天、几点到几点、在哪里、做了什么。同一条再导入一次不会重复。",
    "visits",
    "看服务纪实",
)
_CHECKINS = Kind(
    "checkins",
    "干部报到",
    "条",
    CHECKIN_SHEET,
    apply_checkins,
    lambda _unit, _late, skips: without_skipped(checkin_planner(), skips),
    "双报到汇总表：谁、哪天、到哪个社区，派遣还是个人；一行写两类日期的按两条登记。",
    "checkin",
    "看报到",
)
# The kinds as they are offered, with a line between groups.
GROUPS: tuple[tuple[Kind, ...], ...] = (
    (_ROSTER, _VISITS),
    (
        _CHECKINS,
        _plain(
            "unit_checkins", "条", "学校和各单位向社区报到：日期、联系人、介绍信、回执。学校自己写“学校”。",
            "checkin", "看单位报到", tab="units",
        ),
        _plain(
            "submissions", "份", "报送台账：哪个单位或支部、报了什么、哪天、第几版。",
            "checkin", "看报送台账", tab="submissions",
        ),
        _plain(
            "submission_tasks", "项", "每年要报送的事项：由单位还是支部报、哪天截止。",
            "checkin", "看报送台账", tab="submissions",
        ),
        _plain("evaluations", "份", "考核评价表：年度、谁、社区和党支部的等次与意见、自评。", "evaluation", "看考核评价"),
        _plain("feedback", "条", "社区反馈：谁、哪天、社区怎样评价他平时的表现。", "roster", "看名册"),
        _plain("commendations", "条", "表彰：年度、谁、荣誉名称、表彰单位、日期、文号。", "reporting", "看表彰", tab="commendations"),
    ),
    (
        _plain("communities", "个", "社区：区、街道、名称。联系社区和居住地社区都在这里。", *_PLACES, tab="communities"),
        _plain("grids", "个", "网格的名称、编号、户数。网格的边界在“网格地图”页导入。", *_PLACES, tab="grids"),
        _plain("estates", "个", "小区的名称，以及住址里的其他叫法。", *_PLACES, tab="estates"),
        _plain("buildings", "栋", "楼栋：小区、网格、单元数、户数；有图上坐标的一并导入。", *_PLACES, tab="buildings"),
        _plain("entrances", "个", "楼内单元：小区、楼栋、单元、户数。", *_PLACES, tab="entrances"),
        _plain("workers", "人", "网格员：姓名、电话、岗位、负责的网格、任职日期。", *_PLACES, tab="workers"),
        _plain("volunteers", "人", "志愿者：物业人员、居民、学生等，姓名、电话、网格、特长。", *_PLACES, tab="volunteers"),
    ),
    (
        _plain("assignments", "人", "谁编入哪个网格、哪栋楼。换网格的，以前的服务时长留在原网格。", *_PLACES, tab="assignments"),
        _plain("leads", "人", "楼栋长：小区、楼栋、人、任期。", *_PLACES, tab="leads"),
        _plain("squads", "个", "112下沉服务小分队：网格、名称、成立日期。", *_PLACES, tab="squads"),
        _plain("squad_members", "人", "小分队成员：网格员1名、下沉党员干部1名、志愿者2名。", *_PLACES, tab="squads"),
    ),
)  # fmt: skip
KINDS: tuple[Kind, ...] = tuple(kind for group in GROUPS for kind in group)
