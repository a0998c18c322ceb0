"""The tables of a closed year as they were frozen: by person, by unit, by grid; and 结账后更正."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.archive.closing import closed_figures, corrections
from core.archive.model import SCOPE, SUBJECT_LABEL, Frozen
from core.base.clock import today
from core.base.dates import format_hours
from core.base.errors import Refused
from core.evaluation.closed import Figures, closed, figure_text
from core.org.settings import all_settings
from core.store import Reads
from reports.collect_person import own_texts
from reports.kit.batch import Job
from reports.kit.form_texts import form_texts
from reports.kit.text import date_cn
from reports.list_jobs import list_job, unprintable
from reports.lists import ListColumn, ListData
from reports.spec import Asked, Gap

CLOSED_LIST, CLOSED_UNITS, CORRECTIONS = "结账时服务情况汇总", "结账时服务情况汇总（按单位、网格）", "结账后更正"


def closed_list_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """Each person of the closed year, as frozen."""
    data = _people(reads, asked)
    yield list_job(reads, data.title, (str(asked.year), CLOSED_LIST), (data,), len(data.rows))


def closed_units_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """Units and grids of the closed year, as frozen."""
    tables = (_units(reads, asked.year), _grids(reads, asked.year))
    yield list_job(reads, tables[0].title, (str(asked.year), CLOSED_UNITS), tables, 0)


def correction_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """What differs now from what was frozen; nothing if nothing does."""
    data = _corrections(reads, asked.year)
    if data.rows:
        yield list_job(reads, data.title, (str(asked.year), CORRECTIONS), (data,), len(data.rows))


def closed_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Characters of these tables that no font can print."""
    return unprintable(CLOSED_LIST, (_people(reads, asked), _units(reads, asked.year), _grids(reads, asked.year)))


def correction_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Characters of the corrections that no font can print."""
    return unprintable(CORRECTIONS, (_corrections(reads, asked.year),))


def _people(reads: Reads, asked: Asked) -> ListData:
    year = asked.year
    rows = []
    frozen = closed_figures(reads, year)
    unit = frozen.get(("UNIT", asked.unit_uid))
    for (kind, _uid), one in frozen.items():
        own = one.figures
        if kind == "CADRE" and (not asked.unit_uid or (unit is not None and own["unit"] == unit.name)):
            service = (str(own["times"]), _hours(own, "minutes"), str(own["duty_times"]), _hours(own, "duty_minutes"))
            grades = (own["community_rating"], own["branch_rating"], own["overall_rating"])
            rows.append((own["unit"], own["branch"], one.name, own["staff_no"], *service, own["verdict"], *grades))
    heads = (
        "单位", "党支部", "姓名", "工号", "业余\n次数", "业余\n小时", "派遣\n次数", "派遣\n小时", "是否达标", "社区\n评价",
        "党支部\n评价", "综合\n等次",
    )  # fmt: skip
    return _table(reads, year, f"{year}年服务情况汇总（结账数据）", heads, rows)


def _units(reads: Reads, year: int) -> ListData:
    frozen = closed_figures(reads, year)
    rows = [_unit_line(one) for (kind, _uid), one in frozen.items() if kind == "UNIT"]
    rows += [("全校", *_unit_line(one)[1:]) for (kind, _uid), one in frozen.items() if kind == "SCHOOL"]
    heads = (
        "单位",
        "应考核",
        "已达标",
        "未达标",
        "不纳入",
        "年内离开\n（另达标）",
        "业余\n次数",
        "业余\n小时",
        "派遣\n小时",
        "待确认\n小时",
    )
    return _table(reads, year, f"{year}年服务情况汇总（结账数据，按单位）", heads, rows)


def _unit_line(one: Frozen) -> tuple[str, ...]:
    own = one.figures
    counts = (str(own[key]) for key in ("people", "met", "below", "exempt"))
    gone = own.get("left_people", 0)  # not frozen by an older program
    left = f"{gone}（{own['left_met']}）" if gone else "0"
    return (
        one.name,
        *counts,
        left,
        str(own["times"]),
        *(_hours(own, key) for key in ("minutes", "duty_minutes", "waiting_minutes")),
    )


def _grids(reads: Reads, year: int) -> ListData:
    rows = [
        (one.name, str(one.figures["served_times"]), _hours(one.figures, "served_minutes"))
        for (kind, _uid), one in closed_figures(reads, year).items()
        if kind == "GRID"
    ]
    return _table(reads, year, f"{year}年各网格内服务情况（结账数据）", ("网格", "业余次数", "业余小时"), rows)


def _corrections(reads: Reads, year: int) -> ListData:
    rows = [
        (SUBJECT_LABEL[one.kind], one.name, one.label, figure_text(one.key, one.was), figure_text(one.key, one.now),
         str(len(one.records) or ""), "、".join(map(str, one.steps[-5:])))
        for one in corrections(reads, year)
    ]  # fmt: skip
    heads = ("层级", "名称", "项目", "结账时", "现在", "涉及\n记录数", "历史步骤号")
    found = _table(reads, year, f"{year}年结账后更正", heads, rows)
    return replace(found, as_of=today().isoformat())  # what it compares with is of today


def _table(reads: Reads, year: int, title: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]]) -> ListData:
    there = closed(reads, year)
    if there is None:
        raise Refused(f"{year}年还没有结账。", "请先在“归档”里结账，或改印服务情况汇总。")
    words = form_texts("lists", own_texts(reads, "lists"))
    columns = (ListColumn(words["number"], whole=True), *(ListColumn(head) for head in heads))
    cells = tuple((str(number), *row) for number, row in enumerate(rows, 1))
    org = all_settings(reads).get("org_name", "") or words["whole"]
    subtitle = f"{words['unit']}{org}　　结账日期：{date_cn(there['closed_on'])}"
    return ListData(title, columns, cells, subtitle, SCOPE, min(there["closed_on"], f"{year}-12-31"))


def _hours(figures: Figures, key: str) -> str:
    return format_hours(int(figures[key]))
