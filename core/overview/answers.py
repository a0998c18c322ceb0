"""What a leader asks, answered in one sentence to copy: the figure, 统计口径 and 截至. 方案 三(三) 五(三)3"""

from __future__ import annotations

from dataclasses import dataclass

from core.base.clock import today
from core.base.dates import format_date, format_hours
from core.overview.figures import FigureTable, Line, figure_table
from core.service_log.quota import ASSESSED, UnitProgress, YearProgress, not_asked, unit_progress
from core.store import Reads

_RULE = "口径：同一人同一时段只计一次，组织派遣另计，待确认的不计入"


@dataclass(frozen=True, slots=True)
class Answer:
    """One question and its sentence."""

    question: str
    sentence: str


def school_answers(reads: Reads, year: int) -> list[Answer]:
    """The questions about the whole school, the most common first."""
    months, progress = figure_table(reads, year, "month"), unit_progress(reads, year)
    found = [
        Answer(f"{year}年全校下沉多少人次、多少小时？", _served(months, months.total, "全校")),
        Answer(f"{year}年全校达标率是多少？", _met(progress, progress.total, months.as_of)),
    ]
    if busiest := max(months.lines, key=lambda one: one.times, default=None):
        found.append(
            Answer(f"{year}年哪个月下沉人次最多？", _served(months, busiest, f"全校{busiest.name}（人次最多）"))
        )
    return found


def unit_answers(reads: Reads, year: int, unit_uid: str) -> list[Answer]:
    """The questions about one unit."""
    table, progress = figure_table(reads, year, "track", unit_uid=unit_uid), unit_progress(reads, year)
    mine = next((one for one in progress.by_unit if one.unit_uid == unit_uid), UnitProgress(unit_uid, table.whose))
    return [
        Answer(f"{table.whose}下沉多少人次、多少小时？", _served(table, table.total, table.whose)),
        Answer(f"{table.whose}达标率是多少？", _met(progress, mine, table.as_of)),
    ]


def line_answer(table: FigureTable, line: Line) -> Answer:
    """The question about one line of a table: a grid, a category, a month."""
    whose = table.whose if line is table.total else f"{table.whose}“{line.name}”"
    return Answer(f"{whose}下沉多少人次、多少小时？", _served(table, line, whose))


def all_answers(reads: Reads, year: int, unit_uid: str = "") -> list[Answer]:
    """The questions about the school and its grids, or about one unit."""
    if unit_uid:
        return unit_answers(reads, year, unit_uid)
    grids = figure_table(reads, year, "grid")
    return school_answers(reads, year) + [line_answer(grids, one) for one in grids.lines if one.records]


def _served(table: FigureTable, line: Line, whose: str) -> str:
    text = (
        f"截至{format_date(table.as_of)}，{table.year}年{whose}有{line.people}名党员干部下沉服务，"
        f"业余时间{line.times}人次、{format_hours(line.minutes)}小时"
    )
    if line.duty_times or line.duty_minutes:
        text += f"，组织派遣{line.duty_times}人次、{format_hours(line.duty_minutes)}小时"
    waiting = line.waiting_times + line.duty_waiting_times
    minutes = line.waiting_minutes + line.duty_waiting_minutes
    if waiting or minutes:
        text += f"；另有待确认{waiting}人次、{format_hours(minutes)}小时"
    return f"{text}。（{_RULE}。）"


def _met(progress: YearProgress, one: UnitProgress, as_of: str) -> str:
    head = f"截至{format_date(min(as_of, today().isoformat()))}，{progress.year}年{one.unit}"
    if reason := not_asked(progress.year):
        return f"{head}：{reason}。"
    basis = f"（口径：全年{progress.minimum.text}，只计已确认的业余时间；{ASSESSED}单位按年末所在。）"
    left = f"；另有年内离开{one.left_people}人，其中另有达标{one.left_met}人" if one.left_people else ""
    if not one.people:
        return f"{head}没有应考核人员{left}。{basis}"
    short = one.going + one.behind
    return f"{head}应考核{one.people}人，已达标{one.met}人，达标率{one.met / one.people:.1%}，未达标{short}人{left}。{basis}"
